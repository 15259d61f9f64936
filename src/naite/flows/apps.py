from django.apps import AppConfig


class FlowsConfig(AppConfig):
    name = "naite.flows"
    label = "flows"
