"""The accounts app."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        """Hear from allauth when an address was verified or removed."""
        from . import address_periods  # noqa: F401  # its receivers are connected by the import
