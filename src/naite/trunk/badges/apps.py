from django.apps import AppConfig


class BadgesConfig(AppConfig):
    name = "naite.trunk.badges"
    label = "badges"
