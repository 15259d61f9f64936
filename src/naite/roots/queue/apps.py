from django.apps import AppConfig


class QueueConfig(AppConfig):
    name = "naite.roots.queue"
    label = "queue"
