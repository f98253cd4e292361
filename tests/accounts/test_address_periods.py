"""From when to when an address was whose: as it is verified, removed, and verified by another."""

import pytest
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from django.urls import reverse

from accounts.models import AddressPeriod
from tests.factories.people import JOINED, UserFactory, signed_in

pytestmark = pytest.mark.django_db


def periods(address):
    return list(
        AddressPeriod.objects.filter(address=address).order_by("pk").values_list("user", "began_at", "ended_at")
    )


def confirm(client, user, address):
    added = EmailAddress.objects.create(user=user, email=address)
    key = EmailConfirmationHMAC(added).key
    assert client.post(reverse("account_confirm_email", args=[key])).status_code == 302
    return added


def test_an_address_that_changes_hands(set_clock, machine_time, settings):
    ada, bo = UserFactory(email="ada@example.org"), UserFactory(email="bo@example.org")
    browser = signed_in(ada)
    verified_at = set_clock("2026-12-01T10:00:00-05:00")
    confirm(browser, ada, "desk@example.org")
    assert periods("desk@example.org") == [(ada.pk, verified_at, None)]
    removed_at = set_clock("2026-12-02T10:00:00-05:00")
    settings.ACCOUNT_REAUTHENTICATION_REQUIRED = False
    browser.post(reverse("account_email"), {"action_remove": "", "email": "desk@example.org"})
    assert not EmailAddress.objects.filter(email="desk@example.org").exists()
    assert periods("desk@example.org") == [(ada.pk, verified_at, removed_at)]
    then = set_clock("2026-12-03T10:00:00-05:00")
    confirm(signed_in(bo), bo, "desk@example.org")
    assert periods("desk@example.org") == [(ada.pk, verified_at, removed_at), (bo.pk, then, None)]
    assert periods("ada@example.org") == [(ada.pk, JOINED, None)]


def test_an_address_that_is_not_verified_has_no_period():
    user = UserFactory(email="cy@example.org", verified=False)
    assert periods(user.email) == []
