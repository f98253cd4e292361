"""The receipt's page: its first part is all that anyone needs."""

import pytest

from elections.receipt_codes import grouped
from ground import clock
from notices.models import Notice
from tests.factories.elections import ElectionRoleFactory, submit
from tests.factories.people import signed_in
from tests.pages import text

pytestmark = pytest.mark.django_db

GREEN = "bg-success-darker"


def test_it_begins_with_when_the_code_what_comes_next_and_what_to_keep(submission, client):
    said = text(client.get(f"/elections/{submission.election_id}/receipt/1"))
    parts = (
        "Received Dec 1, 2026, 10:04:31 a.m. ET CMS received the 2027 election for Harbor Group , 2 practices.",
        f"Your receipt code {grouped(submission.receipt_code)}",
        "What happens next A CMS reviewer reads the election.",
        "Until Thursday, December 31, 2026, 11:59 p.m. ET, you can change the election and submit it again, or",
        "After it is approved, report any changes on this site before Jan 3, 2028.",
        "Add the dates to your calendar Print this receipt To print this receipt, use your browser’s menu.",
        "Who was told",
        f"Number 1, by Dana Rivera Fingerprint {submission.snapshot_sha256}",
    )
    assert [part for part in parts if part not in said] == []
    assert sorted(parts, key=said.index) == list(parts)


def test_it_is_green_as_long_as_the_submission_counts(submission, client):
    election = f"/elections/{submission.election_id}"
    assert GREEN in client.get(f"{election}/receipt/1").content.decode()
    client.post(f"{election}/virtual-group", {"name": "Harbor and Lake Group"})
    submit(submission.election)
    pages = [client.get(f"{election}/receipt/{number}").content.decode() for number in (1, 2)]
    assert [GREEN in page for page in pages] == [False, True]
    client.post(f"{election}/withdraw", {"sure": "on"})
    assert GREEN not in client.get(f"{election}/receipt/2").content.decode()


def test_it_says_whom_the_decision_is_emailed_to_and_how_far_its_own_email_is(submission, client):
    receipt = f"/elections/{submission.election_id}/receipt/1"
    helper = signed_in(ElectionRoleFactory(election=submission.election, kind="collaborator").user)
    assert "We email you CMS’s decision." in text(client.get(receipt))
    assert "We email the representative and the collaborators CMS’s decision." in text(helper.get(receipt))
    own = Notice.objects.filter(to="dana@example.org", reason="election submitted")
    for fields, said in (
        ({"state": "queued"}, "dana@example.org: on its way"),
        ({"state": "queued", "attempts": 2}, "dana@example.org: not sent yet. We’ll try again."),
        ({"state": "sent", "sent_at": clock.now()}, "dana@example.org: sent Dec 1, 2026, 10:04 a.m. ET"),
    ):
        own.update(**fields)
        assert said in text(client.get(receipt))
