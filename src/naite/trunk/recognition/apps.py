from django.apps import AppConfig


class RecognitionConfig(AppConfig):
    name = "naite.trunk.recognition"
    label = "recognition"
