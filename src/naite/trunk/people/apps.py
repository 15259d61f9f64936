from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "naite.trunk.people"
    label = "people"
