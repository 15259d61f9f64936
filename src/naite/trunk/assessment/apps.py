from django.apps import AppConfig


class AssessmentConfig(AppConfig):
    name = "naite.trunk.assessment"
    label = "assessment"
