"""What the packet and the histories say of the practices that were not told, and of addresses given later."""

import pytest

from tests.elections.steps import desk
from tests.factories.people import signed_in
from tests.pages import text

pytestmark = pytest.mark.django_db


def test_the_packet_says_who_was_not_told_and_the_history_which_address_was_given(told, reviewer, client):
    staff = signed_in(reviewer)
    told.last_submission.signers.filter(practice=0).delete()
    sentence = "Not told: Quiet Harbor Medicine, because there is no address."
    assert sentence in text(staff.get(desk(told)))
    client.post(f"/elections/{told.pk}/told/0", {"name": "Sue Harbor", "email": "sue@example.org", "submission": 1})
    given = "The signer of a practice got an email address: Quiet Harbor Medicine, sue@example.org"
    packet = text(staff.get(desk(told)))
    assert given in packet
    assert "Not told" not in packet
    assert given in text(client.get(f"/elections/{told.pk}/"))
