"""What the database itself refuses of signatures, whoever asks."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from agreements.models import Party, Signature, SigningRequest
from ground import clock

pytestmark = pytest.mark.django_db

SHA = "a" * 64


@pytest.fixture
def asked(agreement, person):
    """Return a party's open request."""
    return ask(Party.objects.create(agreement=agreement), person)


def ask(party, person, number=1):
    now = clock.now()
    return SigningRequest.objects.create(
        party=party,
        name="Sol Harbor",
        email="sol@example.org",
        token=f"token {number}",
        token_hash=f"{number:064}",
        asked_by=person,
        asked_at=now,
        asked_for=SHA,
        expires_at=now + timedelta(days=1),
    )


def sign(request, party=None, **changes):
    given = {
        "name": "Sol Harbor",
        "title": "Owner",
        "statement": "I may.",
        "known_by": "link",
        "signed_at": clock.now(),
    }
    covers = dict.fromkeys(("text_sha256", "parties_sha256", "schedule_sha256"), SHA)
    return Signature.objects.create(request=request, party=party or request.party, **given | covers | changes)


def test_nobody_signs_for_another_party(asked, agreement):
    other = Party.objects.create(agreement=agreement)
    with pytest.raises(IntegrityError, match="Nobody signs for another party"):
        sign(asked, other)


@pytest.mark.parametrize(
    "closed",
    [{"revoked_at": True}, {"declined_at": True, "reason": "No."}, {"expires_at": True}],
    ids=["revoked", "declined", "expired"],
)
def test_nobody_signs_by_a_link_that_is_closed(asked, closed):
    moments = {name: clock.now() if value is True else value for name, value in closed.items()}
    SigningRequest.objects.filter(pk=asked.pk).update(**moments)
    with pytest.raises(IntegrityError, match="nor by a link that is closed"):
        sign(asked)


def test_a_signature_stays_as_it_was_given(asked):
    signature = sign(asked)
    with pytest.raises(DatabaseError, match="update"), transaction.atomic():
        Signature.objects.filter(pk=signature.pk).update(name="Somebody")
    with pytest.raises(DatabaseError, match="delete"), transaction.atomic():
        Signature.objects.all().delete()


@pytest.mark.parametrize("empty", ["name", "title", "statement"])
def test_a_signature_says_who_and_what(asked, empty):
    with pytest.raises(IntegrityError, match="signature_is_whole"):
        sign(asked, **{empty: ""})


def test_a_party_has_one_open_link(asked, person):
    with pytest.raises(IntegrityError, match="one_open_request_a_party"):
        ask(asked.party, person, 2)
