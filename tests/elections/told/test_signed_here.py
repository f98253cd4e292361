"""Where the practices signed here, their signers are told by the links that they signed with."""

import pytest
from django.test import Client

from agreements.models import SigningRequest
from elections.models import Election
from tests.factories.elections import submit
from tests.factories.signing import acknowledge, link_to, sign_all
from tests.factories.told import newly_told

pytestmark = pytest.mark.django_db

SOL, GWEN = "sol@example.org", "gwen@example.org"


@pytest.fixture
def election(asked_to_sign: Election, db: None) -> Election:
    """The election as it was made; what a test changes is taken back."""
    return Election.objects.get(pk=asked_to_sign.pk)


def test_signers_by_link_are_told_by_the_link_they_have(election):
    before = SigningRequest.objects.get(email=SOL).token
    acknowledge(election)
    sign_all(election)
    with newly_told() as told:
        submit(election)
    assert told == {"dana@example.org": ["submitted"], SOL: ["signer_submitted"], GWEN: ["signer_submitted"]}
    assert link_to(SOL) == f"/sign/{before}"


def test_before_a_submission_the_link_leads_to_signing(election):
    link = link_to(SOL)
    assert Client().get(f"{link}/election").headers["Location"] == link
