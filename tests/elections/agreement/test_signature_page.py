"""A photo or scan of the page that a practice signed on paper: attached, read by those whose it is alone, removed."""

import hashlib

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client, TestCase

from agreements.models import Party, SignaturePage
from agreements.papers import signature_pages
from agreements.papers.signature_pages import CheckedPage, open_page
from elections.agreement import attached
from elections.signing.asking import begin
from ground import clock
from ground.vault import CannotDecrypt
from tests.agreements.made_pdfs import SCRIPT, bare, written
from tests.agreements.made_pictures import SECRET, opened, photo, picture
from tests.factories.elections import ElectionFactory, ElectionRoleFactory, start_review
from tests.factories.people import BACKEND, AdministratorFactory, UserFactory, signed_in
from tests.factories.practices import OTHER
from tests.factories.signing import to_be_signed
from tests.pages import text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]

PHOTO, PDF = photo(), bare()
COPY = signature_pages.check(PHOTO, eins=()).content


@pytest.fixture
def member(election):
    return election.members.get(position=1)


def at(member, page=""):
    return f"/elections/{member.election_id}/agreement/practices/{member.pk}/page{page}"


def send(client, member, content=PHOTO, name="IMG_0001.jpg", **more):
    page = SignaturePage.objects.filter(party=member.party_id).first()
    shown = {"shown": page.sha256 if page else ""}
    file = SimpleUploadedFile(name, content, "application/octet-stream")
    with TestCase.captureOnCommitCallbacks(execute=True):
        return client.post(at(member), shown | {"file": file} | more, follow=True)


def remove(client, member, **more):
    page = SignaturePage.objects.get(party=member.party_id)
    with TestCase.captureOnCommitCallbacks(execute=True):
        return client.post(at(member, "/remove"), {"shown": page.sha256} | more, follow=True)


def files():
    try:
        return default_storage.listdir("agreements/signature-pages")[1]
    except FileNotFoundError:
        return []


def events(election):
    return [(event.verb, event.sentence) for event in election.events.filter(verb__endswith="_page")]


def test_a_photo_is_attached_and_handed_out_as_a_clean_copy(election, client, member, representative):
    said = text(send(client, member))
    assert f"The signature page of {member} is attached." in said
    assert f"{member}: download the signature page of {member}" in said
    page = SignaturePage.objects.get()
    assert (page.party_id, page.kind, page.pages, page.uploaded_by) == (member.party_id, "jpeg", 1, representative)
    assert page.sha256 == hashlib.sha256(COPY).hexdigest()
    assert events(election) == [("attach_page", f"A photo or scan of a signature page was attached: {member.name}")]
    answer = client.get(at(member, "/file"))
    assert answer.content == COPY
    assert SECRET.encode() not in answer.content
    assert opened(answer.content).size == (20, 40)
    headers = ("Content-Type", "Content-Disposition", "Content-Security-Policy", "X-Content-Type-Options")
    assert [answer.headers[name] for name in (*headers, "Cache-Control")] == [
        "image/jpeg",
        'attachment; filename="signature-page-2027-1.jpg"',
        "sandbox; default-src 'none'",
        "nosniff",
        "private, no-store",
    ]


def test_what_is_kept_is_encrypted_under_a_name_of_ours_and_opens_nowhere_else(client, member):
    send(client, member, name="Secret plans.jpg")
    [name] = files()
    assert name.endswith(".sealed")
    assert "Secret" not in name
    page = SignaturePage.objects.get()
    held = page.file.read()
    assert COPY[:40] not in held
    page.file.name = default_storage.save("agreements/signature-pages/elsewhere.sealed", ContentFile(held))
    with pytest.raises(CannotDecrypt):
        open_page(page)


def test_a_pdf_is_kept_as_it_is_and_served_as_a_pdf_whatever_its_name_says(client, member):
    send(client, member, PDF, name="photo.jpg.html")
    answer = client.get(at(member, "/file"))
    assert answer.content == PDF
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="signature-page-2027-1.pdf"'


BAD = {
    "none": (None, "Choose the photo or scan."),
    "empty": (lambda: b"", "This file is empty. Choose the photo or scan again."),
    "a page of the web": (lambda: b"<script>alert(1)</script>", "This file isn’t a JPEG, a PNG or a PDF."),
    "a script": (lambda: bare(lambda pdf: pdf.Root.__setitem__("/OpenAction", SCRIPT())), "has JavaScript in it."),
    "an SSN": (lambda: written("457-55-5462"), "Page 1 has 9 digits that aren’t the EIN of a practice listed here."),
    "too large": (lambda: PHOTO + bytes(signature_pages.MOST_BYTES), "This file is larger than 20 MB."),
}


@pytest.mark.parametrize("bad", BAD)
def test_a_bad_file_is_refused_and_all_that_was_typed_stays(election, client, member, bad):
    send(client, member)
    typed = {f"practice-{member.pk}-signer_name": "Ada Smith", f"practice-{member.pk}-signer_title": "Owner"}
    answer = client.post(f"/elections/{election.pk}/agreement/paper", typed | {"attach": str(member.pk)})
    assert answer.headers["Location"] == at(member)
    content, sentence = BAD[bad]
    name = "123-45-6789.jpg"
    answer = client.post(at(member), {}) if content is None else send(client, member, content(), name)
    assert answer.status_code == 200
    assert sentence in text(answer)
    assert "123-45-6789" not in answer.content.decode()
    assert SignaturePage.objects.get().sha256 == hashlib.sha256(COPY).hexdigest()
    assert len(files()) == 1
    party = Party.objects.get(pk=member.party_id)
    assert (party.signer_name, party.signer_title) == ("Ada Smith", "Owner")


def test_a_button_that_names_no_practice_saves_the_page_and_leads_on(election, client, member):
    for asked in ("", "x", "-1", "²", "9" * 5000, "\0"):
        answer = client.post(f"/elections/{election.pk}/agreement/paper", {"attach": asked})
        assert "/next" in answer.headers["Location"]
    assert client.get(at(member).replace(f"/{member.pk}/", f"/{10**30}/")).status_code == 404
    assert client.get(at(member, "/file").replace(f"/{member.pk}/", f"/{10**30}/")).status_code == 404


def test_another_file_takes_its_place_and_the_one_before_is_deleted(election, client, member):
    send(client, member)
    [before] = files()
    send(client, member, PDF)
    [after] = files()
    assert before != after
    assert [verb for verb, _ in events(election)] == ["attach_page", "attach_page"]
    assert "This file is already attached." in text(send(client, member, PDF))
    assert "This file is already attached." in text(send(client, member, PDF, shown=""))  # a double click
    assert files() == [after]
    assert len(events(election)) == 2


def test_it_is_removed_for_good_and_the_history_says_so(election, client, member):
    send(client, member)
    assert f"No signature page is attached for {member}." in text(remove(client, member))
    assert not SignaturePage.objects.exists()
    assert files() == []
    assert client.get(at(member, "/file")).status_code == 404
    assert events(election)[-1] == ("remove_page", f"The photo or scan of a signature page was removed: {member.name}")
    client.post(at(member, "/remove"), {"shown": "x"})  # the second click
    assert len(events(election)) == 2


def test_a_page_that_someone_has_not_seen_is_neither_replaced_nor_removed(election, client, member):
    send(client, member)
    for answer in (send(client, member, PDF, shown=""), remove(client, member, shown="")):
        assert "Someone attached or removed a page for this practice after you opened this one." in text(answer)
    assert SignaturePage.objects.get().sha256 == hashlib.sha256(COPY).hexdigest()
    assert len(events(election)) == 1


def test_a_file_whose_event_fails_is_not_kept(election, client, member, representative, monkeypatch):
    def fail(*args, **kwargs):
        raise RuntimeError

    monkeypatch.setattr(attached, "note_page", fail)
    with pytest.raises(RuntimeError), transaction.atomic():
        send(client, member)
    assert files() == []
    assert not SignaturePage.objects.exists()


def test_too_many_files_a_day_are_refused(election, client, member, representative, monkeypatch):
    monkeypatch.setattr(attached, "MOST_A_DAY", 2)
    send(client, member)
    send(client, member, PDF)
    said = text(send(client, member, photo(made=picture(60, 60))))
    assert "2 files were attached for this practice in one day. Try again tomorrow." in said
    assert len(files()) == 1


def test_files_that_cannot_be_kept_count_too_before_they_are_read(election, client, member, settings, monkeypatch):
    settings.ACCOUNT_RATE_LIMITS = {"agreement_file": "2/m/user"}
    looked: list[bytes] = []

    def refuse(content: bytes) -> CheckedPage:
        looked.append(content)
        return CheckedPage(problem="No.")

    monkeypatch.setattr(signature_pages, "_checked_picture", refuse)
    assert [send(client, member).status_code for _ in range(3)] == [200, 200, 429]
    assert len(looked) == 2
    assert client.get(at(member)).status_code == 200
    own_agreement = f"/elections/{election.pk}/agreement/own/upload"
    assert client.post(own_agreement, {"file": ContentFile(PDF, "Ours.pdf")}).status_code == 429, "one limit for both"
    colleague = signed_in(ElectionRoleFactory(election=election, kind="collaborator").user)
    assert send(colleague, member).status_code == 200


def test_the_token_is_asked_for(member, representative):
    client = Client(enforce_csrf_checks=True)
    client.force_login(representative, backend=BACKEND)
    assert send(client, member).status_code == 403
    assert files() == []


def test_a_viewer_downloads_it_and_changes_nothing(election, client, member):
    send(client, member)
    theirs = signed_in(ElectionRoleFactory(election=election).user)
    assert theirs.get(at(member, "/file")).content == COPY
    said = text(theirs.get(f"/elections/{election.pk}/agreement"))
    assert f"download the signature page of {member}" in said
    assert "Replace or remove" not in said
    for answer in (theirs.get(at(member)), send(theirs, member, PDF), remove(theirs, member)):
        assert answer.status_code == 403
    assert files() == [default_storage.listdir("agreements/signature-pages")[1][0]]
    assert len(events(election)) == 1


def test_strangers_and_staff_get_neither_page_nor_file(election, client, member, reviewer, lead):
    send(client, member)
    stranger, ruth = UserFactory(), AdministratorFactory()
    another = ElectionFactory(by=stranger, practices=(OTHER,))
    start_review(election)
    for somebody in (stranger, reviewer, lead, ruth):
        theirs = signed_in(somebody)
        assert [theirs.get(at(member, page)).status_code for page in ("", "/file")] == [404, 404]
        assert send(theirs, member, PDF).status_code == 404
        assert remove(theirs, member).status_code == 404
    within = at(member, "/file").replace(str(election.pk), str(another.pk))
    assert signed_in(stranger).get(within).status_code == 404  # by an id within one's own
    assert signed_in(ruth).get("/staff/agreements/signaturepage/").status_code == 404
    packet = signed_in(reviewer).get(f"/staff/elections/election/{election.pk}/")
    assert packet.status_code == 200
    assert "/page/file" not in packet.content.decode()
    assert SignaturePage.objects.get().sha256 not in packet.content.decode()
    assert len(files()) == 1


def test_where_the_practices_sign_here_nothing_is_attached(cms_data, client):
    member = to_be_signed().members.get(position=1)
    assert "The practices sign on this site, so there is no paper page to attach." in text(send(client, member))
    assert files() == []


def test_a_page_from_before_they_signed_here_can_still_be_found_and_deleted(election, client, member, representative):
    send(client, member)
    begin(election.pk, by=representative, now=clock.now())
    said = client.get(f"/elections/{election.pk}/agreement").content.decode()
    assert said.count("A signature page from before, on paper, is still attached.") == 1
    assert f'href="{at(member)}">See or delete the page of {member}</a>' in said
    remove(client, member)
    assert files() == []
    assert "is still attached" not in client.get(f"/elections/{election.pk}/agreement").content.decode()


def test_once_the_window_closed_it_is_read_and_deleted_and_not_replaced(election, client, member, set_clock):
    send(client, member)
    viewer = signed_in(ElectionRoleFactory(election=election).user)
    set_clock("2027-01-02T10:00:00-05:00")
    send(client, member, PDF)
    assert client.get(at(member, "/file")).content == COPY
    said = client.get(f"/elections/{election.pk}/agreement").content.decode()
    assert f'href="{at(member)}">Delete the page of {member}</a>' in said
    assert "Delete the page" not in viewer.get(f"/elections/{election.pk}/agreement").content.decode()
    said = client.get(at(member)).content.decode()
    assert "You can still delete the signature page." in said
    assert 'type="file"' not in said
    assert remove(viewer, member).status_code == 403
    assert len(files()) == 1
    said = text(remove(client, member))
    assert f"No signature page is attached for {member}." in said
    assert "This election can no longer be changed. No signature page is attached." in said
    assert files() == []
    assert [verb for verb, _ in events(election)] == ["attach_page", "remove_page"]


def test_another_practice_s_tin_takes_the_page_away_and_a_slip_that_is_mended_does_not(election, client, member):
    send(client, member)
    address, typed = f"/elections/{election.pk}/practices/{member.pk}", {"name": member.name, "tin_kind": "EIN"}
    with TestCase.captureOnCommitCallbacks(execute=True):
        client.post(address, typed | {"tin": "961000011"})
    assert len(files()) == 1
    with TestCase.captureOnCommitCallbacks(execute=True):
        client.post(address, typed | {"tin": "974218350"})
    assert files() == []
    assert [verb for verb, _ in events(election)] == ["attach_page", "remove_page"]
    assert "Replace or remove" not in text(client.get(f"/elections/{election.pk}/agreement/paper"))


def test_a_tin_that_is_typed_again_takes_the_page_away_once_it_is_another_whole_one(election, client, member):
    address, typed = f"/elections/{election.pk}/practices/{member.pk}", {"name": member.name, "tin_kind": "EIN"}

    def left_after(tin: str) -> tuple[str, int]:
        with TestCase.captureOnCommitCallbacks(execute=True):
            client.post(address, typed | {"tin": tin})
        member.refresh_from_db()
        return member.tin, len(files())

    kept = "stays attached while you type the TIN again"
    assert kept not in text(client.get(address))
    send(client, member)
    assert kept in text(client.get(address))
    whole, slip, another = "961000001", "961000010", "974218350"
    for tin in ("9610000", "", "97421835", whole, "9", slip, "974"):
        assert left_after(tin) == (tin, 1)
    assert left_after(another) == (another, 0)
    assert [verb for verb, _ in events(election)] == ["attach_page", "remove_page"]
    assert kept not in text(client.get(address))


def test_a_page_that_was_attached_before_the_tin_was_whole_stays_as_it_becomes_that(election, client, member):
    address, typed = f"/elections/{election.pk}/practices/{member.pk}", {"name": member.name, "tin_kind": "EIN"}
    client.post(address, typed | {"tin": "9742"})
    send(client, member)
    for tin, left in (("974218350", 1), ("961000001", 0)):
        with TestCase.captureOnCommitCallbacks(execute=True):
            client.post(address, typed | {"tin": tin})
        assert len(files()) == left


def test_the_page_of_a_practice_that_leaves_is_deleted_with_it_as_its_page_says(election, client, member):
    removal = f"/elections/{election.pk}/practices/{member.pk}/remove"
    gone = "The photo or scan of its signature page is deleted for good."
    assert gone not in text(client.get(removal))
    send(client, member)
    assert gone in text(client.get(removal))
    with TestCase.captureOnCommitCallbacks(execute=True):
        client.post(removal)
    assert files() == []
    assert not Party.objects.filter(pk=member.party_id).exists()
    assert client.get(at(member, "/file")).status_code == 404
    assert events(election)[-1] == ("remove_page", f"The photo or scan of a signature page was removed: {member.name}")
