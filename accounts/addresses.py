"""The e-mail addresses that a person has proved to be theirs."""

from allauth.account.models import EmailAddress

from .models import User


def verified_addresses(user: User) -> list[str]:
    """Return the person's verified addresses in lower case; an unverified address opens nothing."""
    found = EmailAddress.objects.filter(user=user, verified=True).values_list("email", flat=True)
    return sorted({address.lower() for address in found})
