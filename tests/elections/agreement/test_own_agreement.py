"""The group's own agreement in place of our text: uploaded, marked, signed, and seen by those whose it is alone."""

import hashlib
import json

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pikepdf import Dictionary, Encryption, Name, String

from agreements.models import Agreement, Document, OwnAgreement, Signature
from agreements.text.own import MOST_BYTES, Checked
from agreements.text.provisions import PROVISIONS
from elections.models import Event
from elections.next_year.actions import start_next_year
from elections.next_year.copying import copy_working_copy
from elections.signing.signing_emails import ask_again_due
from ground import clock
from notices.models import Notice
from tests.agreements.made_pdfs import SCRIPT, bare, saved, written
from tests.factories.elections import ElectionFactory, ElectionRoleFactory, approve, start_review
from tests.factories.people import BACKEND, AdministratorFactory, UserFactory, signed_in
from tests.factories.practices import GROUP, OTHER
from tests.factories.signing import SAID, Signer, acknowledge, alter, change_text, sign_all, stands, to_be_signed
from tests.pages import text

pytestmark = [pytest.mark.proof, pytest.mark.django_db]

PDF, OTHER_PDF = bare(), bare(pages=3)
SHA256 = hashlib.sha256(PDF).hexdigest()
MARKS = {provision.item: f"page {n}, section 4" for n, provision in enumerate(PROVISIONS, start=1)}
OUR_CLAUSE = "represents each clinician in MIPS"


@pytest.fixture(autouse=True)
def _media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


def at(election, page=""):
    return f"/elections/{election.pk}/agreement/own{page}"


def upload(client, election, pdf=PDF, name="Our agreement.pdf"):
    file = SimpleUploadedFile(name, pdf, "application/pdf")
    return client.post(at(election, "/upload"), {"file": file}, follow=True)


def mark(client, election, **marks):
    return client.post(at(election), MARKS | marks, follow=True)


@pytest.fixture
def own(election, client):
    """The agreement that the group uploaded, not marked yet."""
    upload(client, election)
    return OwnAgreement.objects.get()


@pytest.fixture
def asked(cms_data):
    """An election whose signers were sent their links."""
    return to_be_signed()


def agreement_of(election):
    return Agreement.objects.get(pk=election.agreement_id)


def kept_files():
    try:
        return default_storage.listdir("agreements/own")[1]
    except FileNotFoundError:
        return []


def test_a_file_is_uploaded_and_said_to_be_in_use(election, client, representative):
    said = text(client.get(at(election)))
    assert "This virtual group uses the agreement that we make from its list of practices." in said
    said = text(upload(client, election))
    assert "Your agreement is uploaded. Now mark where it covers the 9 required items." in said
    assert "Our agreement.pdf , 2 pages" in said
    assert SHA256 in said
    assert "Uploaded Dec 1, 2026, 10:00 a.m. ET by Dana Rivera" in said
    assert "Not marked: (i) the parties, (ii) how long it lasts," in said
    kept = agreement_of(election).own
    assert kept is not None
    assert (kept.sha256, kept.size) == (SHA256, len(PDF))
    assert (kept.pages, kept.uploaded_by) == (2, representative)
    event = Event.objects.get(election=election, verb="own_agreement")
    assert event.sentence == "The group’s own agreement was uploaded"
    said = text(client.get(f"/elections/{election.pk}/agreement"))
    assert "You use your own agreement: Our agreement.pdf , 2 pages, uploaded Dec 1, 2026, 10:00 a.m. ET." in said
    assert "You haven’t marked where it covers 9 of the 9 items" in said


BAD = {
    "none": (None, "Choose the PDF of your agreement."),
    "empty": (lambda: b"", "This file is empty. Choose the PDF of your agreement."),
    "no PDF": (
        lambda: b"PK\x03\x04 a workbook",
        "This file isn’t a PDF. Save or print your agreement as a PDF, then choose that file.",
    ),
    "truncated": (
        lambda: PDF[:300],
        "This PDF is incomplete or damaged. Print or save it as a new PDF, then choose that file.",
    ),
    "encrypted": (
        lambda: saved(encryption=Encryption(user="", owner="o")),
        "This PDF is encrypted, with or without a password. Save it without encryption, then choose it again.",
    ),
    "JavaScript": (
        lambda: bare(lambda pdf: pdf.Root.__setitem__("/OpenAction", SCRIPT())),
        "This PDF has JavaScript in it. Print or save it as a new PDF, then choose that file.",
    ),
    "launch": (
        lambda: bare(lambda pdf: pdf.Root.__setitem__("/OpenAction", Dictionary(S=Name.Launch, F=String("calc.exe")))),
        "This PDF has buttons or links that open programs or other files, or that send data. "
        "Print or save it as a new PDF, then choose that file.",
    ),
    "embedded": (
        lambda: bare(lambda pdf: pdf.attachments.__setitem__("a.txt", b"hello")),
        "This PDF has other files, sound or video in it. Print or save it as a new PDF, then choose that file.",
    ),
    "an SSN": (
        lambda: written("The agreement", "Signed: Dana Rivera, 457,55,5462"),
        "Page 2 has 9 digits that aren’t the EIN of a practice listed here. They might be someone’s Social Security "
        "number, so we didn’t keep the file. If they are a practice’s EIN, add that practice to this election, "
        "write the EIN in the agreement as 12-3456789, and choose the new PDF. If not, remove them and choose the "
        "new PDF.",
    ),
    "too large": (
        lambda: PDF + bytes(MOST_BYTES),
        "This file is larger than 20 MB. Make it smaller, for example by removing pictures.",
    ),
}


BY_HTTP = ("JavaScript", "too large", "an SSN")  # tests/agreements/text/test_own.py has every sentence


@pytest.mark.parametrize("bad", [bad if bad in BY_HTTP else pytest.param(bad, marks=pytest.mark.proof) for bad in BAD])
def test_what_is_wrong_with_a_file_is_said_and_nothing_is_kept(election, client, bad):
    content, sentence = BAD[bad]
    answer = client.post(at(election, "/upload"), {}) if content is None else upload(client, election, content())
    assert answer.status_code == 200
    assert sentence in text(answer)
    assert not OwnAgreement.objects.exists()
    assert kept_files() == []
    assert agreement_of(election).acknowledged


def test_an_agreement_may_name_the_eins_of_its_parties_alone(election, client):
    refused = upload(client, election, written(f"{GROUP.name}, 96-1000002", f"{OTHER.name}, {OTHER.tin}"))
    assert "Page 2 has 9 digits" in text(refused)
    upload(client, election, written(f"{GROUP.name}, 96-1000002, {GROUP.tin}, NPI {GROUP.npis[0]}"))
    assert OwnAgreement.objects.get().pages == 1


@pytest.mark.parametrize("name", ["123-45-6789.pdf", "Agreement 123 45 6789 signed.pdf", "x_123456789_y.pdf"])
def test_a_name_with_nine_digits_is_refused_and_never_said_again(election, client, name):
    answer = upload(client, election, name=name)
    assert (
        "Nothing was saved. The file’s name has 9 digits in a row, which might be someone’s Social Security number. "
        "Give the file another name, then choose it again."
    ) in text(answer)
    assert name.removesuffix(".pdf") not in answer.content.decode()
    assert not OwnAgreement.objects.exists()


def test_a_file_of_another_field_is_not_taken(election, client):
    files = {"other": SimpleUploadedFile("a.pdf", PDF)}
    assert "Choose the PDF of your agreement." in text(client.post(at(election, "/upload"), files))


def test_the_token_is_asked_for(election, representative):
    client = Client(enforce_csrf_checks=True)
    client.force_login(representative, backend=BACKEND)
    assert upload(client, election).status_code == 403
    token = client.get(at(election, "/upload")).context["csrf_token"]
    file = SimpleUploadedFile("a.pdf", PDF)
    assert client.post(at(election, "/upload"), {"csrfmiddlewaretoken": str(token), "file": file}).status_code == 302


def test_files_that_cannot_be_kept_count_too_before_they_are_read(election, client, settings, monkeypatch):
    settings.ACCOUNT_RATE_LIMITS = {"agreement_file": "2/m/user"}
    looked: list[bytes] = []

    def refuse(pdf: bytes, *, eins) -> Checked:
        looked.append(pdf)
        return Checked("No.", 0)

    monkeypatch.setattr("agreements.text.own.check", refuse)
    assert [upload(client, election).status_code for _ in range(3)] == [200, 200, 429]
    assert len(looked) == 2
    assert client.get(at(election, "/upload")).status_code == 200
    colleague = signed_in(ElectionRoleFactory(election=election, kind="collaborator").user)
    assert upload(colleague, election).status_code == 200
    assert kept_files() == []


def test_the_same_file_again_changes_nothing(election, client, own):
    acknowledge(election)
    assert "Nothing changed. This file is already in use." in text(upload(client, election))
    assert OwnAgreement.objects.count() == 1
    assert agreement_of(election).acknowledged


def test_too_many_files_a_day_are_refused(election, client, representative):
    of_file = {"name": "a.pdf", "file": "a", "sha256": "0" * 64, "size": 9, "pages": 1}
    for _ in range(20):
        OwnAgreement.objects.create(
            agreement=election.agreement, uploaded_at=clock.now(), uploaded_by=representative, **of_file
        )
    said = text(upload(client, election))
    assert "20 files were uploaded here in one day. Try again tomorrow." in said
    assert OwnAgreement.objects.count() == 20
    assert kept_files() == []


def test_marks_are_kept_as_typed_and_what_is_not_marked_is_said(election, client, own):
    mark(client, election, iii="", vii="")
    said = text(client.get(at(election)))
    assert "Not marked: (iii) telling the clinicians, (vii) when it ends." in said
    assert agreement_of(election).own.marks == MARKS | {"iii": "", "vii": ""}
    answer = client.post(at(election), {"iii": "page 9", "initial-iii": ""}, headers={"X-Autosave": "yes"})
    assert answer.json()["errors"] == {}
    assert agreement_of(election).own.marks == MARKS | {"iii": "page 9", "vii": ""}
    mark(client, election)
    assert "All 9 are marked." in text(client.get(at(election)))
    said = text(client.get(f"/elections/{election.pk}/agreement"))
    assert "You have marked where it covers each of the 9 items" in said


def test_a_mark_holds_no_nine_digits(election, client, own):
    answer = mark(client, election, ii="see 123-45-6789")
    assert "Nine digits in a row might be someone’s Social Security number" in text(answer)
    assert "123-45-6789" not in answer.content.decode()
    assert agreement_of(election).own.marks == MARKS | {"ii": ""}


def test_the_later_of_two_people_is_shown_both(election, client, own):
    mark(client, election, i="page 1")
    said = text(client.post(at(election), {"i": "page 2", "initial-i": "", "initial-ii": "", "ii": MARKS["ii"]}))
    assert "saved “page 1” here" in said
    assert agreement_of(election).own.marks["i"] == "page 1"


def test_marks_of_an_agreement_that_is_used_no_more_are_refused(election, client, own):
    client.post(at(election, "/drop"))
    said = text(mark(client, election))
    assert "This election uses our text, not your own agreement. Upload your agreement first." in said


def test_what_is_typed_after_the_session_ended_is_kept(election, own, visitor, representative):
    answer = visitor.post(at(election), {"i": "page 7", "initial-i": ""})
    assert answer.status_code == 302
    visitor.force_login(representative, backend=BACKEND)
    assert 'value="page 7"' in visitor.get(at(election)).content.decode()


@pytest.mark.parametrize(
    "change", ["file", *(pytest.param(each, marks=pytest.mark.proof) for each in ("mark", "term", "drop"))]
)
def test_each_change_is_acknowledged_and_signed_anew(asked, client, change):
    upload(client, asked)
    mark(client, asked)
    sign_all(asked)
    acknowledge(asked)
    assert stands(asked).is_executed_here
    if change == "file":
        assert "2 practices signed the current agreement." in text(client.get(at(asked, "/upload")))
        upload(client, asked, OTHER_PDF)
    elif change == "mark":
        mark(client, asked, v="page 8")
    elif change == "term":
        change_text(asked, last_year="2028")
    else:
        assert "2 signatures given here will no longer count." in text(client.get(at(asked, "/drop")))
        client.post(at(asked, "/drop"))
    snapshot = stands(asked)
    assert [entry.void for entry in snapshot.practices] == [("text",), ("text",)]
    assert not snapshot.agreement_acknowledged
    assert not snapshot.is_executed_here


def test_the_notice_of_a_changed_schedule_names_no_article_of_our_text(asked, client, set_clock):
    upload(client, asked)
    mark(client, asked)
    sign_all(asked)
    alter(asked, "schedule", now=set_clock("2026-12-01T11:00:00-05:00"))
    assert ask_again_due(now=set_clock("2026-12-01T11:30:00-05:00")) == 1
    body = Notice.objects.get(subject__startswith="No action needed: clinician list changed").body
    assert "The rules require the agreement to provide for this notice (42 CFR 414.1315(c)(3)(vi))." in body
    assert "article 6" not in body


def test_what_was_signed_can_be_read_after_it_was_replaced(asked, client):
    upload(client, asked)
    sign_all(asked)
    signed = json.loads(agreement_of(asked).text)
    assert "Now mark where it covers the 9 required items." in text(upload(client, asked, bare(pages=5)))
    mark(client, asked)
    said = text(upload(client, asked, OTHER_PDF, "Second.pdf"))
    assert "Your new file is saved. Check below whether the places you marked still fit." in said
    first = OwnAgreement.objects.get(sha256=signed["own"]["sha256"])
    assert client.get(at(asked, f"/{first.pk}")).content == PDF
    assert "Files that are no longer in use (2)" in text(client.get(at(asked)))
    assert json.loads(Document.objects.get(kind="executed").snapshot)["own"] == signed["own"]


def test_the_term_alone_is_chosen_and_the_marks_stand_in_place_of_our_text(election, client, own):
    mark(client, election, ix="")
    page = client.get(f"/elections/{election.pk}/agreement/text")
    said = text(page)
    assert 'name="last_year"' in page.content.decode()
    assert 'name="quality"' not in page.content.decode()
    assert "(iv) What it means for each clinician page 4, section 4" in said
    assert "(ix) Signing Not marked" in said
    assert OUR_CLAUSE not in said
    assert "EIN 96-1000001" in said
    said = text(client.post(f"/elections/{election.pk}/agreement/text", {"last_year": "2028"}, follow=True))
    assert "It is in force Jan 1, 2027 through Dec 31, 2028" in said


@pytest.mark.parametrize("is_signed_here", [False, True], ids=["executed elsewhere", "signed here"])
def test_the_document_is_a_record_of_the_group_s_own(cms_data, client, is_signed_here):
    election = to_be_signed() if is_signed_here else ElectionFactory()
    upload(client, election)
    mark(client, election)
    client.post(f"/elections/{election.pk}/agreement/make")
    content = json.loads(Document.objects.latest("pk").snapshot)
    assert content["own"] == {"sha256": SHA256, "name": "Our agreement.pdf", "pages": 2, "marks": MARKS}
    assert content["term"] == {"from": "2027-01-01", "to": "2027-12-31"}
    assert "provisions" not in content
    client.post(at(election, "/drop"))
    made = client.post(f"/elections/{election.pk}/agreement/make")["Location"].rpartition("/")[2]
    assert "provisions" in json.loads(Document.objects.get(pk=made).snapshot)


def test_the_file_is_handed_out_as_a_download_in_a_sandbox(election, client):
    upload(client, election, name="Our “own” agreement.pdf")
    answer = client.get(at(election, f"/{OwnAgreement.objects.get().pk}"))
    assert answer.content == PDF
    headers = ("Content-Type", "Content-Security-Policy", "X-Content-Type-Options", "Cache-Control")
    assert [answer.headers[name] for name in headers] == [
        "application/pdf",
        "sandbox; default-src 'none'",
        "nosniff",
        "private, no-store",
    ]
    assert answer.headers["Content-Disposition"].startswith("attachment; filename")


def test_a_viewer_reads_and_changes_nothing(election, own):
    theirs = signed_in(ElectionRoleFactory(election=election).user)
    assert "Use our text instead" not in text(theirs.get(at(election)))
    assert theirs.get(at(election, f"/{own.pk}")).content == PDF
    for answer in (
        mark(theirs, election),
        upload(theirs, election, OTHER_PDF),
        theirs.get(at(election, "/upload")),
        theirs.post(at(election, "/drop")),
    ):
        assert answer.status_code == 403
    assert OwnAgreement.objects.get().marks == {}


def test_strangers_and_staff_get_neither_file_nor_page(election, own, reviewer, lead):
    stranger, ruth = UserFactory(), AdministratorFactory()
    another = ElectionFactory(by=stranger, practices=(OTHER,))
    for somebody in (stranger, reviewer, lead, ruth):
        theirs = signed_in(somebody)
        for page in ("", "/upload", "/drop", f"/{own.pk}"):
            assert theirs.get(at(election, page)).status_code == 404
        assert upload(theirs, election, OTHER_PDF).status_code == 404
    assert signed_in(stranger).get(at(another, f"/{own.pk}")).status_code == 404  # by an id within one's own
    for path in ("agreements/ownagreement/", f"agreements/ownagreement/{own.pk}/change/", "agreements/agreement/"):
        assert signed_in(ruth).get(f"/staff/{path}").status_code == 404


def test_the_packet_says_what_was_marked_and_nothing_of_the_file(election, client, reviewer):
    upload(client, election, name="Secret plans.pdf")
    mark(client, election, ii="", viii="pages 4 to 6")
    acknowledge(election)
    start_review(election)
    page = signed_in(reviewer).get(f"/staff/elections/election/{election.pk}/")
    said = text(page)
    own = "The group uses its own agreement, a PDF of 2 pages. It is private to the parties, and we did not read it."
    assert own in said
    assert "42 CFR 414.1315(c)(3)(i), the parties: marked by the group at: page 1, section 4" in said
    assert "42 CFR 414.1315(c)(3)(ii), how long it lasts: not marked" in said
    assert "taking part, and obeying the law: marked by the group at: pages 4 to 6" in said
    assert said.count("marked by the group at:") == 8
    assert f"Fingerprint of the group’s file {SHA256}" in said
    assert "Secret plans" not in said
    assert "/agreement/own" not in page.content.decode()


def test_a_signer_downloads_it_behind_the_button_alone_and_signs_it(asked, client, visitor):
    sol = Signer("sol@example.org")
    assert sol.get("own-agreement").headers["Location"] == f"{sol.link}/room"  # our text is no file of theirs
    upload(client, asked)
    mark(client, asked, ii="")
    assert visitor.get(f"{sol.link}/own-agreement").headers["Location"] == sol.link
    said = sol.reads()
    assert "The practices wrote it themselves. It is in force Jan 1, 2027 through Dec 31, 2027." in said
    assert "Download the agreement (PDF, 2 pages)" in said
    assert SHA256 in said
    assert "(i) The parties page 1, section 4" in said
    assert "(ii) How long it lasts Not marked" in said
    assert OUR_CLAUSE not in said
    answer = sol.get("own-agreement")
    assert answer.content == PDF
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    said = text(sol.sign())
    assert "You have signed for Quiet Harbor Medicine" in said
    assert "You signed the group’s own agreement. Download it ." in said
    assert Signature.objects.get().text_sha256 == agreement_of(asked).text_sha256


def test_a_file_replaced_while_one_reads_is_not_signed(asked, client):
    upload(client, asked)
    sol = Signer("sol@example.org")
    shown = sol.shown()
    upload(client, asked, OTHER_PDF)
    said = text(sol.post("room", shown | SAID, follow=True))
    assert "Nothing was signed yet. Since you opened this page, the agreement’s text changed." in said
    assert "Download the agreement (PDF, 3 pages)" in said
    assert not Signature.objects.exists()


def test_a_copy_and_the_next_year_begin_with_it(client, election_of_2026, representative, set_clock):
    upload(client, election_of_2026)
    mark(client, election_of_2026)
    acknowledge(election_of_2026)
    approve(election_of_2026)
    now = set_clock("2026-12-01T10:00:00-05:00")
    draft = start_next_year(election_of_2026.pk, by=representative, now=now)
    found = draft.agreement.own
    assert found is not None
    assert (found.sha256, found.marks, found.agreement) == (SHA256, MARKS, draft.agreement)
    assert client.get(at(draft, f"/{found.pk}")).content == PDF
    other = ElectionFactory(practices=(OTHER,))
    copy_working_copy(draft, other)
    assert [each.marks for each in other.agreement.own_agreements.all()] == [MARKS]


def test_once_the_window_closed_nothing_is_changed(election, client, own, set_clock):
    set_clock("2027-01-02T10:00:00-05:00")
    upload(client, election, OTHER_PDF)
    mark(client, election)
    client.post(at(election, "/drop"))
    assert agreement_of(election).own == own
    assert OwnAgreement.objects.get().marks == {}


def test_what_is_not_marked_is_said_before_one_submits_and_to_the_signer(asked, client):
    upload(client, asked)
    mark(client, asked, viii="", ix="")
    said = text(client.get(f"/elections/{asked.pk}/review"))
    assert "Your own agreement is not marked for 2 of the 9 required items." in said
    said = Signer("sol@example.org").reads()
    assert "The group didn’t say where its agreement covers 2 of the 9 required items." in said
