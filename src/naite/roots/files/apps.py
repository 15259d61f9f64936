from django.apps import AppConfig


class FilesConfig(AppConfig):
    name = "naite.roots.files"
    label = "files"
