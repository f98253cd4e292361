"""The agreements app."""

from django.apps import AppConfig


class AgreementsConfig(AppConfig):
    """The formal written agreement of a virtual group, and the files made of it."""

    name = "agreements"
