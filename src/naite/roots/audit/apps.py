from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "naite.roots.audit"
    label = "audit"
