from django.apps import AppConfig


class OversightConfig(AppConfig):
    name = "naite.branches.oversight"
    label = "oversight"
