from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "naite.roots.notices"
    label = "notices"
