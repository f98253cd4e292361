"""What the packet and the histories say of the practices that were not told, and of addresses given later."""

import pytest

from tests.elections.steps import desk
from tests.factories.elections import submit
from tests.factories.people import signed_in
from tests.factories.told import give_addresses
from tests.pages import text

pytestmark = pytest.mark.django_db


def test_the_packet_says_who_was_not_told_and_the_history_which_address_was_given(elsewhere, reviewer, client):
    staff = signed_in(reviewer)
    give_addresses(elsewhere, "")
    submit(elsewhere)
    sentence = "Not told: Quiet Harbor Medicine."
    assert sentence in text(staff.get(desk(elsewhere)))
    client.post(
        f"/elections/{elsewhere.pk}/told/0", {"name": "Sue Harbor", "email": "sue@example.org", "submission": 1}
    )
    given = "The signer of a practice got an email address: Quiet Harbor Medicine, sue@example.org"
    packet = text(staff.get(desk(elsewhere)))
    assert given in packet
    assert "Not told" not in packet
    assert given in text(client.get(f"/elections/{elsewhere.pk}/"))
