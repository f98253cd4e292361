"""The PDF of one receipt, made once: what it says, whom it opens to, and how it is checked by anybody."""

import json
from datetime import datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from agreements.models import Document, DocumentKind
from agreements.papers import documents
from agreements.text.document_text import fingerprint
from elections.models import Submission
from elections.receipt_codes import grouped
from elections.submission.receipt_actions import request_receipts
from eligibility.models import NppesRecord
from ground import clock
from tests.factories.elections import ElectionFactory, submit
from tests.factories.people import UserFactory, signed_in
from tests.factories.practices import ALL, GROUP, SOLO, load_cms_data
from tests.pages import text

from .test_receipt_pdf import asked, made, read

pytestmark = pytest.mark.django_db

LATER = "2026-12-01T10:20:00-05:00"


@pytest.fixture(scope="module")
def made_once(module_db: None) -> tuple[Submission, bytes]:
    """A submission, and its receipt as the representative downloads it a quarter of an hour later."""
    load_cms_data()
    with pytest.MonkeyPatch.context() as patch:
        at = datetime.fromisoformat("2026-12-01T10:04:31-05:00")
        patch.setattr(clock, "now", lambda: at)
        submission = submit(ElectionFactory())
        request_receipts(now=at)
        patch.setattr(clock, "now", lambda: datetime.fromisoformat(LATER))
        address = f"/elections/{submission.election_id}/receipt/1"
        return submission, made(signed_in(submission.election.started_by), address)


@pytest.fixture
def submission(made_once: tuple[Submission, bytes], db: None, set_clock) -> Submission:
    """The submission as it was made; what a test changes is taken back. It is now a quarter of an hour later."""
    set_clock(LATER)
    return Submission.objects.get(pk=made_once[0].pk)


@pytest.fixture
def file(made_once: tuple[Submission, bytes], submission: Submission) -> bytes:
    return made_once[1]


@pytest.fixture
def address(submission: Submission) -> str:
    return f"/elections/{submission.election_id}/receipt/1"


def checked(pdf: bytes) -> str:
    return text(Client().post("/verify", {"file": SimpleUploadedFile("receipt.pdf", pdf)}))


@pytest.mark.proof
def test_asking_again_gives_the_same_whatever_changed_since(file, client, address, representative):
    NppesRecord.objects.update(last_name="RENAMED")
    type(representative).objects.update(name="Dana Renamed")
    assert client.post(f"{address}/pdf/make").headers["Location"] == f"{address}/pdf"
    assert client.get(f"{address}/pdf").content == file
    assert Document.objects.filter(kind=DocumentKind.RECEIPT).count() == 1


def test_strangers_and_staff_find_nothing(file, address, reviewer):
    for somebody in (UserFactory(), reviewer):
        browser = signed_in(somebody)
        assert [browser.get(f"{address}/pdf").status_code, browser.post(f"{address}/pdf/make").status_code] == [404] * 2
    assert Client().get(f"{address}/pdf").headers["Location"].startswith("/accounts/login/")


@pytest.mark.proof
def test_each_submission_has_its_own(submission, file, client, address):
    client.post(f"/elections/{submission.election_id}/virtual-group", {"name": "Harbor and Lake Group"})
    again = submit(submission.election)
    request_receipts(now=clock.now())
    again.refresh_from_db()
    second = address.removesuffix("1") + "2"
    documents.render_document(again.receipt.document_id, now=clock.now())
    said = read(client.get(f"{second}/pdf").content)
    assert ("Harbor and Lake Group" in said, again.receipt_code != submission.receipt_code) == (True, True)
    assert grouped(again.receipt_code) in said
    assert client.get(f"{address}/pdf").content == file


@pytest.mark.proof
def test_it_is_no_document_of_the_agreement(submission, file, client, address):
    election = f"/elections/{submission.election_id}"
    assert client.get(f"{election}/documents/{asked().pk}").status_code == 404
    assert f"{election}/documents/{asked().pk}" not in client.get(f"{election}/agreement").content.decode()


@pytest.mark.proof
def test_the_snapshot_says_what_was_submitted_and_no_tin(submission, file):
    snapshot = json.loads(asked().snapshot)
    ledger = snapshot.pop("ledger")
    assert snapshot == {
        "format": 1,
        "kind": "receipt",
        "received_at": "2026-12-01T10:04:31-05:00",
        "receipt_code": submission.receipt_code,
        "submission_sha256": submission.snapshot_sha256,
        "submission": 1,
        "submitted_by": "Dana Rivera",
        "performance_year": 2027,
        "virtual_group": "Harbor Group",
        "representative": {"name": "Dana Rivera", "email": "dana@example.org", "phone": "555-0100"},
        "alternate": {"name": "", "email": "", "phone": ""},
        "agreement_acknowledged": True,
        "practices": [
            {
                "name": made.name,
                "tin_kind": "EIN",
                "tin_last4": made.tin[-4:],
                "clinicians": [
                    {"npi": npi, "last_name": f"NAME{npi[-4:]}", "first_name": "ROBIN"} for npi in sorted(made.npis)
                ],
                "executed_on": "2026-11-10",
                "signer_name": "Sam Okafor",
                "signer_title": "Managing partner",
                "opt_in_accepted": False,
            }
            for made in (SOLO, GROUP)
        ],
        "changes_until": "2027-01-01T00:00:00-05:00",
        "report_before": "2028-01-03",
        "verify_at": "http://localhost:8000/verify",
    }
    assert [group["name"] for group in ledger] == [SOLO.name, GROUP.name, "The virtual group as a whole"]
    words = {"met": "Met", "cannot_tell": "Cannot tell yet", "not_applicable": "Does not apply"}
    assert [(one["rule"], one["outcome"], one["message"]) for group in ledger for one in group["findings"]] == [
        (one["rule"], words[one["outcome"]], one["message"]) for one in submission.submitter_ledger["findings"]
    ]
    told = {key for group in ledger for finding in group["findings"] for key in finding}
    assert told == {"rule", "outcome", "message", "cite", "contest"}, "no facts: Medicare figures are among them"
    assert not any(made.tin in asked().snapshot for made in ALL)


def test_it_says_when_its_code_its_fingerprint_and_what_was_submitted(submission, file):
    said = read(file)
    for part in (
        "Receipt Received Dec 1, 2026, 10:04:31 a.m. ET CMS received the 2027 election for Harbor Group",
        f"Receipt code {grouped(submission.receipt_code)}",
        f"Fingerprint of what was submitted {submission.snapshot_sha256}",
        "Submission Number 1, by Dana Rivera",
        "Made Dec 1, 2026, 10:04 a.m. ET.",
        "Check this receipt http://localhost:8000/verify 2 practices with",
        "Until Thursday, December 31, 2026, 11:59 p.m. ET, the representative can change",
        "Representative Dana Rivera, dana@example.org, 555-0100",
        "The formal written agreement between the practices was acknowledged.",
        "1. Quiet Harbor Medicine TIN EIN, last 4 digits only: 0001",
        "Agreement signed (executed) Nov 10, 2026, by Sam Okafor, Managing partner",
        "NPI Last name First name 1999999992 NAME9992 ROBIN",
        "2. Lakeside Family Practice TIN EIN, last 4 digits only: 0002",
        "The virtual group as a whole Outcome What was found Paragraph of 42 CFR",
    ):
        assert part in said
    findings = submission.submitter_ledger["findings"]
    assert [finding["rule"] for finding in findings if finding["message"] not in said] == []
    assert len(findings) > 20
    assert "96-100000" not in said
    for figure in ("200,000", "200000", "500", "900"):
        assert figure not in said.replace(grouped(submission.receipt_code), "").replace(submission.snapshot_sha256, "")


def test_anybody_can_have_it_checked_and_learns_the_time_and_the_fingerprint_of_what_was_submitted(submission, file):
    said = checked(file)
    assert (
        "This PDF is genuine It is our receipt for an election that was received Dec 1, 2026, 10:04:31 a.m. ET . "
        "Nothing in the file has changed since we made it. "
        f"Fingerprint of what was submitted {submission.snapshot_sha256} "
        "Compare the time and the fingerprint with the ones in the PDF. They must be the same."
    ) in said
    for told in ("Harbor Group", "Quiet Harbor", "Dana", "Rivera", submission.receipt_code, "2027", "10:20"):
        assert told not in said
    assert asked().snapshot_sha256 not in said


@pytest.mark.proof
def test_a_changed_byte_is_said(file):
    assert file.count(f"sha256:{fingerprint(json.loads(asked().snapshot))}<".encode()) == 1
    for at in (0, len(file) // 2, file.index(b"sha256:") + 20, len(file) - 1):
        assert "This PDF was changed after we sealed it" in checked(file[:at] + bytes([file[at] ^ 1]) + file[at + 1 :])
