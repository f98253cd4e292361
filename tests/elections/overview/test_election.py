"""From nothing to a receipt, over HTTP as a representative does it."""

import pytest

from elections.models import Claim, Election, Submission
from notices.models import Notice
from tests.elections.steps import as_typed, executed
from tests.factories.practices import GROUP, SOLO

pytestmark = pytest.mark.django_db


def test_from_nothing_to_a_receipt(client, cms_data, django_capture_on_commit_callbacks):
    assert client.post("/elections/start").status_code == 302
    election = Election.objects.get()
    base = f"/elections/{election.pk}"
    assert client.post(f"{base}/virtual-group", {"name": "Harbor Group"}).status_code == 302
    answer = client.post(
        f"{base}/representative", {"name": "Dana Rivera", "email": "Dana@Example.org", "phone": "555-0100"}
    )
    assert answer.status_code == 302
    for made in (SOLO, GROUP):
        answer = client.post(f"{base}/practices/add", as_typed(made), follow=True)
        assert answer.status_code == 200
        assert "Saved." in answer.content.decode()
    assert client.post(f"{base}/agreement/paper", executed(election)).status_code == 302
    page = client.get(f"{base}/review")
    assert "This election is ready to submit." in page.content.decode()
    assert "All practices are scored as one group" in page.content.decode()
    fingerprint = page.context["form"].initial["fingerprint"]

    answer = client.post(f"{base}/review", {"acknowledged": "on", "confirm": "CONFIRM", "fingerprint": fingerprint})

    submission = Submission.objects.get()
    assert answer.headers["Location"] == f"{base}/receipt/1"
    assert submission.snapshot_sha256 == fingerprint
    election.refresh_from_db()
    assert (election.status, election.last_submission) == ("submitted", submission)
    assert sorted(Claim.objects.values_list("practice_name", "state")) == [
        ("Lakeside Family Practice", "held"),
        ("Quiet Harbor Medicine", "held"),
    ]
    assert list(Notice.objects.values_list("to", "subject")) == [
        ("dana@example.org", "Received: 2027 election for Harbor Group")
    ]
    receipt = client.get(f"{base}/receipt/1").content.decode()
    code = submission.receipt_code
    assert f"{code[:4]} {code[4:8]} {code[8:12]} {code[12:]}" in receipt
    assert "Received Dec 1, 2026, 10:00:00 a.m. ET" in receipt
    assert "961000001" not in receipt


@pytest.mark.parametrize("path", ["", "/practices", "/agreement", "/review", "/virtual-group", "/representative"])
def test_every_page_of_an_empty_draft_answers(client, path):
    client.post("/elections/start")
    election = Election.objects.get()
    assert client.get(f"/elections/{election.pk}{path or '/'}").status_code == 200
