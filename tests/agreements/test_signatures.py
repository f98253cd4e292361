"""What the database itself refuses of signatures, whoever asks."""

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from agreements.models import Signature, SigningRequest
from ground import clock
from tests.factories.agreements import PartyFactory, SignatureFactory, SigningRequestFactory

pytestmark = pytest.mark.django_db


def test_nobody_signs_for_another_party():
    asked = SigningRequestFactory()
    other = PartyFactory(agreement=asked.party.agreement)
    with pytest.raises(IntegrityError, match="Nobody signs for another party"):
        SignatureFactory(request=asked, party=other)


@pytest.mark.parametrize(
    "closed",
    [{"revoked_at": True}, {"declined_at": True, "reason": "No."}, {"expires_at": True}],
    ids=["revoked", "declined", "expired"],
)
def test_nobody_signs_by_a_link_that_is_closed(closed):
    asked = SigningRequestFactory()
    moments = {name: clock.now() if value is True else value for name, value in closed.items()}
    SigningRequest.objects.filter(pk=asked.pk).update(**moments)
    with pytest.raises(IntegrityError, match="nor by a link that is closed"):
        SignatureFactory(request=asked)


def test_a_signature_stays_as_it_was_given():
    signature = SignatureFactory()
    with pytest.raises(DatabaseError, match="update"), transaction.atomic():
        Signature.objects.filter(pk=signature.pk).update(name="Somebody")
    with pytest.raises(DatabaseError, match="delete"), transaction.atomic():
        Signature.objects.all().delete()


@pytest.mark.parametrize("empty", ["name", "title", "statement"])
def test_a_signature_says_who_and_what(empty):
    with pytest.raises(IntegrityError, match="signature_is_whole"):
        SignatureFactory(**{empty: ""})


def test_a_party_has_one_open_link():
    asked = SigningRequestFactory()
    with pytest.raises(IntegrityError, match="one_open_request_a_party"):
        SigningRequestFactory(party=asked.party)
