"""The packet as a PDF: asked for at the desk, made by the worker, and loaded by whoever may read the packet."""

from io import BytesIO

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader

from accounts.models import Role, User
from agreements.models import Document, DocumentKind
from agreements.papers import documents
from elections.models import Election
from ground import clock
from notices.models import Notice
from tests.elections.steps import desk, reject
from tests.factories.corrections import answer_correction, ask_for_correction
from tests.factories.elections import ElectionFactory, submit
from tests.factories.people import UserFactory, signed_in
from tests.factories.practices import GROUP, OTHER, SOLO
from tests.pages import text

pytestmark = [pytest.mark.proof, pytest.mark.django_db, pytest.mark.usefixtures("media")]


def asked() -> Document:
    return Document.objects.get(kind=DocumentKind.PACKET)


def made(client, election: Election) -> str:
    """Have the packet's PDF made, load it, and return what can be read in it."""
    assert client.post(desk(election, "pdf/")).headers["Location"] == desk(election, "pdf/")
    assert documents.render_document(asked().pk, now=clock.now()) == "ready"
    answer = client.get(desk(election, "pdf/"))
    assert answer.headers["Content-Disposition"] == 'attachment; filename="packet-2027-2026-12-01.pdf"'
    pages = PdfReader(BytesIO(answer.content)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def test_it_says_what_a_reviewer_reads_and_no_whole_tin(client, in_review, below):
    ElectionFactory(by__email="mia@example.org", practices=(GROUP, OTHER), name="Mill Group", state="submitted")
    reject(client, in_review, "Call us: https://www.ecfr.gov/current/title-42/section-414.1315#p-414.1315(c)(2)")
    said = made(client, in_review)
    for words in (
        "Harbor Group Election for 2027, as of Dec 1, 2026, 10:00:00 a.m. ET",
        "Status Rejected, not in effect yet",
        "Made for Alex Reviewer.",
        "Findings that changed since the submission",
        "1. Quiet Harbor Medicine",
        f"last 4 digits only: {SOLO.tin[-4:]}.",
        f"{GROUP.npis[0]}",
        "The representative’s email address dana@example.org",
        f"Quiet Harbor Medicine, TIN ending in {SOLO.tin[-4:]}: held since Dec 1, 2026, 10:00 a.m. ET",
        f"Conflict over {GROUP.name}, TIN ending in {GROUP.tin[-4:]}: open since Dec 1, 2026, 10:00 a.m. ET",
        "TIN format. The EIN has 9 digits.",
        "42 CFR 414.1315(c)(3)(i),",
        "Dec 1, 2026, 10:00 a.m. ET, to dana@example.org:",
        "Submission 1: rejected (not in effect yet) Call us: https://www.ecfr.gov/current/title-42/section-414.1315#p-414.1315(c)(2)",
        "Submitted Dana Rivera",
        "Page 1 of",
        "For CMS staff. As of Dec 1, 2026, 10:00:00 a.m. ET",
    ):
        assert "".join(words.split()) in "".join(said.split())  # a long link goes over several lines
    assert [tin for tin in (SOLO.tin, GROUP.tin) if tin in said.replace("-", "")] == []


def test_it_lists_what_was_asked_and_what_was_answered(client, in_review, reviewer):
    ask_for_correction(in_review, by=reviewer)
    assert "Corrections that wait for the representative" in made(client, in_review)
    asked().delete()
    answer_correction(in_review)
    submit(Election.objects.get())
    said = made(client, in_review)
    assert "Corrections the representative answered" in said
    assert "answered by Dana Rivera, Dec 1, 2026, 10:00 a.m. ET" in said
    assert "wait for the representative" not in said


@pytest.mark.proof
def test_it_says_of_each_email_what_the_page_says(client, in_review):
    first, *_ = Notice.objects.order_by("pk")
    tried = {"attempts": 2, "next_attempt_at": clock.now()}
    for state, kind, words, said in (
        ("failed", "recipient", "550 No such mailbox", "failed: recipient refused, 2 attempts"),
        ("bounced", "returned", "", "bounced: returned after it was sent, 2 attempts"),
        ("queued", "deferred", "", "queued: put off, 2 attempts, next Dec 1, 2026, 10:00 a.m. ET"),
        ("sent", "", "", "sent"),
    ):
        ended = {"failed_at" if state in ("failed", "bounced") else "sent_at": clock.now()} if state != "queued" else {}
        cleared = {"failed_at": None, "sent_at": None}
        Notice.objects.filter(pk=first.pk).update(
            state=state, answer_kind=kind, server_answer=words, **tried | cleared | ended
        )
        page, pdf = text(client.get(desk(in_review))), made(client, in_review)
        asked().delete()
        assert f"( {said} )" in page
        assert f"({said})" in pdf
        for each in (page, pdf):
            assert ("550 No such mailbox" in each) is (state == "failed")
            assert ("The email server gave no reason." in each) is (state == "bounced")


def test_it_is_waited_for_at_the_desk(client, in_review):
    assert client.get(desk(in_review, "pdf/")).headers["Location"] == desk(in_review)
    assert "Download as PDF" in text(client.get(desk(in_review)))
    client.post(desk(in_review, "pdf/"))
    waiting = client.get(desk(in_review, "pdf/"))
    assert "Waiting to start. Requested Dec 1, 2026, 10:00:00 a.m. ET." in text(waiting)
    client.post(desk(in_review, "pdf/"))
    assert str(asked().requested_by) == "Alex Reviewer"
    Document.objects.update(state="failed", failure="It needs more memory.")
    failed = text(client.get(desk(in_review, "pdf/")))
    assert "It needs more memory. Nothing is lost. Select “Download as PDF” in the packet to try again" in failed
    client.post(desk(in_review, "pdf/"))
    assert {document.state for document in Document.objects.filter(kind="packet")} == {"queued"}


def test_what_no_font_has_stands_there_by_its_name(client, in_review, reviewer):
    User.objects.filter(pk=reviewer.pk).update(name="Alex 😀 Reviewer\x07")
    reject(client, in_review, "She left 👩‍⚕️ in May. ✅")
    said = "".join(made(client, in_review).split())
    for words in (
        "Alex [grinning face] Reviewer[U+0007]",
        "She left [woman][staff of aesculapius] in May. [white heavy check mark]",
    ):
        assert "".join(words.split()) in said


def test_only_those_who_read_the_packet_load_it(client, in_review, representative):
    made(client, in_review)
    auditor = signed_in(UserFactory(roles=[Role.AUDITOR]))
    assert auditor.get(desk(in_review, "pdf/")).headers["Location"] == desk(in_review)  # each asks for their own
    dana = signed_in(representative)
    assert {dana.get(desk(in_review, "pdf/")).status_code, dana.post(desk(in_review, "pdf/")).status_code} == {403}
    assert dana.get(f"/elections/{in_review.pk}/documents/{asked().pk}").status_code == 404
    own = ElectionFactory(by=UserFactory(roles=[Role.REVIEWER], email="both@example.org"), state="submitted")
    assert signed_in(own.started_by).post(desk(own, "pdf/")).status_code == 403


@pytest.mark.proof
@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_on_paper_the_packet_is_whole_and_has_nothing_to_press(page, sign_in, reviewer, in_review):
    sign_in(reviewer)
    page.goto(desk(in_review))
    page.emulate_media(media="print")
    assert page.locator("button:visible, textarea:visible, #header:visible, .breadcrumbs:visible").count() == 0
    expect(page.get_by_text("The NPI listed is valid.")).to_be_visible()
    table = page.get_by_role("region", name="Clinicians in Quiet Harbor Medicine")
    assert table.evaluate("(region) => getComputedStyle(region).overflowX") == "visible"
