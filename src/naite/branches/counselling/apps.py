from django.apps import AppConfig


class CounsellingConfig(AppConfig):
    name = "naite.branches.counselling"
    label = "counselling"
