from django.apps import AppConfig


class RecordsConfig(AppConfig):
    name = "naite.trunk.records"
    label = "records"
