from django.apps import AppConfig


class DesignConfig(AppConfig):
    name = "naite.branches.design"
    label = "design"
