"""What the law says, and what CMS data show."""

from django.apps import AppConfig


class EligibilityConfig(AppConfig):
    name = "eligibility"
    verbose_name = "CMS data and election windows"
