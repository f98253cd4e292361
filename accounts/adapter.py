"""Where allauth is told what is different here."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter


class AccountAdapter(DefaultAccountAdapter):
    """Accounts."""


class MFAAdapter(DefaultMFAAdapter):
    """Second factors."""
