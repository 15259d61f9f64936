from django.apps import AppConfig


class WalletConfig(AppConfig):
    name = "naite.trunk.wallet"
    label = "wallet"
