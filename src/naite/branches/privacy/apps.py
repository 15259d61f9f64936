from django.apps import AppConfig


class PrivacyConfig(AppConfig):
    name = "naite.branches.privacy"
    label = "privacy"
