from django.apps import AppConfig


class DeliveryConfig(AppConfig):
    name = "naite.trunk.delivery"
    label = "delivery"
