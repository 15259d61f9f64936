from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "naite.web"
    label = "web"
