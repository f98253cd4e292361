"""The outbox: one row per message owed to one person, and its delivery."""

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "notices"
