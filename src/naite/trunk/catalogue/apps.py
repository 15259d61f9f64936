from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    name = "naite.trunk.catalogue"
    label = "catalogue"
