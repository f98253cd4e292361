"""A receipt or a sealed PDF can be checked by anybody who holds it, and tells nothing more than it says itself."""

import hashlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from agreements.models import Agreement, Document, DocumentKind
from agreements.text.document_text import canonical_json, fingerprint
from elections import receipt_codes
from ground import clock
from tests.factories.practices import GROUP, SOLO
from tests.pages import text

ADDRESS = "/verify"
LIMIT = 20 * 1024 * 1024


def ask(code: str, *, client: Client | None = None):
    return (client or Client()).post(ADDRESS, {"code": code})


def test_a_genuine_code_tells_when_and_the_fingerprint_and_nothing_more(submission):
    for typed in (
        submission.receipt_code,
        receipt_codes.grouped(submission.receipt_code).lower(),
        "-".join(submission.receipt_code).replace("0", "O").replace("1", "l"),
    ):
        answer = ask(typed)
        assert answer.status_code == 200
        said = text(answer)
        assert "This receipt is genuine" in said
        assert "received Dec 1, 2026, 10:04:31 a.m. ET" in said
        assert submission.snapshot_sha256 in said
        for told in ("Harbor Group", SOLO.name, GROUP.name, "Dana Rivera", str(submission.election_id)):
            assert told not in said


@pytest.fixture
def file(db, executed_snapshot, sealed, set_clock):
    """A sealed agreement, as somebody got it, whose document is kept."""
    set_clock("2026-12-01T10:04:31-05:00")
    keep(DocumentKind.EXECUTED, executed_snapshot, sealed)
    return sealed


def keep(kind: DocumentKind, snapshot: dict[str, object], file: bytes) -> None:
    """Have the document of a file, ready."""
    Document.objects.create(
        agreement=Agreement.objects.create(performance_year=2027),
        kind=kind,
        snapshot=canonical_json(snapshot),
        snapshot_sha256=fingerprint(snapshot),
        state="ready",
        requested_at=clock.now(),
        ready_at=clock.now(),
        file="agreements/1.pdf.sealed",
        file_sha256=hashlib.sha256(file).hexdigest(),
        pages=9,
    )


def send(content: bytes, *, name: str = "agreement.pdf", field: str = "file", client: Client | None = None):
    return (client or Client()).post(ADDRESS, {field: SimpleUploadedFile(name, content)})


def test_an_unknown_code_is_said_to_be_unknown(submission):
    other = submission.receipt_code[::-1]
    said = text(ask(other))
    assert "We have no receipt with this code" in said
    assert submission.snapshot_sha256 not in said
    assert f'value="{other}"' in ask(other).content.decode()


@pytest.mark.parametrize(
    ("typed", "what_is_wrong"),
    [
        ("", "Type the receipt code."),
        ("ABCD EFGH", "A receipt code has 16 letters and digits."),
        ("ABCD EFGH JKMN PQRU", "A receipt code has 16 letters and digits."),  # no U
        ("123-45-6789", "Nine digits in a row might be someone’s Social Security number"),
    ],
)
def test_what_is_no_code_is_said_so(db, typed, what_is_wrong):
    answer = ask(typed)
    assert answer.status_code == 200
    assert what_is_wrong in text(answer)
    assert "We have no receipt" not in text(answer)
    assert "123-45-6789" not in answer.content.decode()


def test_trying_codes_has_a_limit(submission, settings):
    settings.ACCOUNT_RATE_LIMITS = {"verify_receipt": "2/m/ip"}
    assert [ask(submission.receipt_code).status_code for _ in range(3)] == [200, 200, 429]
    assert Client().get(ADDRESS).status_code == 200


def test_the_receipt_and_every_page_lead_there(client, submission):
    receipt = reverse("receipt", args=[submission.election_id, 1])
    assert client.get(receipt).content.decode().count(f'href="{ADDRESS}"') == 2
    assert Client().get("/").content.decode().count(f'href="{ADDRESS}"') == 1


def test_a_genuine_file_tells_when_and_the_fingerprint_and_nothing_more(file, executed_snapshot):
    said = text(send(file))
    assert "This PDF is genuine" in said
    assert "an executed agreement that was sealed Dec 1, 2026, 10:04:31 a.m. ET , after all its parties had" in said
    assert "Nothing in the file has changed since then." in said
    assert f"Fingerprint {fingerprint(executed_snapshot)} Compare the fingerprint with the one in the PDF." in said
    for told in ("Northern Lakes", "Lakeside", "Dana", "Rivera", "961234567", "2027"):
        assert told not in said


def test_a_genuine_receipt_tells_when_it_was_received(file, executed_snapshot, sealed):
    Document.objects.all().delete()
    of_receipt = {"received_at": "2026-11-30T23:59:58-05:00", "submission_sha256": "5" * 64}
    keep(DocumentKind.RECEIPT, {**executed_snapshot, **of_receipt}, sealed)
    said = text(send(file))
    assert "This PDF is genuine" in said
    assert "It is our receipt for an election that was received Nov 30, 2026, 11:59:58 p.m. ET" in said
    assert f"Fingerprint of what was submitted {'5' * 64}" in said


def test_a_changed_file_is_said_to_be_changed_wherever_it_was(file):
    for at in (0, 5, len(file) // 3, file.index(b"sha256:") + 20, file.index(b"/Contents <30") + 40, len(file) - 1):
        said = text(send(file[:at] + bytes([file[at] ^ 1]) + file[at + 1 :]))
        assert "This PDF was changed after we sealed it" in said
        answer = said.partition("Check by receipt code")[0].partition("Check a receipt or a sealed PDF")[2]
        assert "genuine" not in answer
    assert "This PDF was changed after we sealed it" in text(send(file + b" "))


def test_a_file_we_do_not_know_is_said_to_be_unknown(file, unsealed):
    assert "We don’t recognize this PDF" in text(send(b"%PDF-1.7 of somebody else"))
    Document.objects.all().delete()
    assert "We don’t recognize this PDF" in text(send(unsealed)), "not executed, so never sealed"


@pytest.mark.parametrize(
    ("content", "what_is_wrong"),
    [
        (b"", "This file is empty. Choose the PDF as downloaded from this site."),
        (
            b"PK a workbook",
            "This file isn’t a PDF. Choose the sealed PDF as downloaded from this site. Its name ends in .pdf.",
        ),
        (b"%PDF-" + bytes(LIMIT - 4), "This file is larger than 20 MB. The PDFs we seal are smaller."),
    ],
    ids=["empty", "no PDF", "too large"],
)
def test_what_is_no_sealed_pdf_is_said_so(db, content, what_is_wrong):
    answer = send(content)
    assert answer.status_code == 200
    said = text(answer)
    assert what_is_wrong in said
    assert "Fix the problems below" in said
    assert "We don’t recognize" not in said


def test_a_file_of_twenty_megabytes_is_still_looked_at(db):
    assert "We don’t recognize this PDF" in text(send(b"%PDF-" + bytes(LIMIT - 5)))


def test_no_file_chosen_is_said_so(db):
    page = Client().post(ADDRESS, "--b--\r\n", content_type="multipart/form-data; boundary=b")
    assert "Choose the PDF." in text(page)
    assert "Choose the PDF." in text(send(b"%PDF-1.7", field="other")), "only its own field is read"


def test_a_file_is_held_in_memory_alone(file, settings, tmp_path):
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)
    tmp_path.chmod(0o500)
    assert "This PDF is genuine" in text(send(file))
    assert "We don’t recognize this PDF" in text(send(b"%PDF-" + bytes(5 * 1024 * 1024)))
    assert list(tmp_path.iterdir()) == []


def test_what_a_file_is_called_is_not_said_again(db):
    assert "123-45-6789" not in send(b"%PDF-1.7", name="123-45-6789.pdf").content.decode()


def test_files_count_with_codes_against_one_limit(submission, file, settings):
    settings.ACCOUNT_RATE_LIMITS = {"verify_receipt": "3/m/ip"}
    assert send(file).status_code == 200
    assert ask(submission.receipt_code).status_code == 200
    assert send(b"PK").status_code == 200
    assert send(file).status_code == 429
    as_browsers_send = "application/x-www-form-urlencoded"
    assert Client().post(ADDRESS, "code=x", content_type=as_browsers_send).status_code == 200, "a slip costs nothing"
    assert Client().post(ADDRESS, f"code={submission.receipt_code}", content_type=as_browsers_send).status_code == 429


def test_a_file_sent_from_another_site_is_refused(file):
    assert send(file, client=Client(enforce_csrf_checks=True)).status_code == 403
