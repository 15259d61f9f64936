from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "naite.roots.ledger"
    label = "ledger"
