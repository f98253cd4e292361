"""Who gets an address after the submission hears the state of today, and so does the letter; nothing is told twice."""

from datetime import date

import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse

from agreements.models import SigningRequest
from elections.desk import decisions
from elections.desk.actions import start_review
from elections.link_limits import MOST_LINKS_A_DAY
from elections.models import Election, UpdateKind
from elections.submission.actions import withdraw
from ground import clock
from notices.models import Notice
from tests.factories.elections import report_clinician, take_effect
from tests.factories.people import ReviewerFactory, UserFactory, signed_in
from tests.factories.practices import GROUP, OTHER
from tests.factories.told import last_mail, newly_told
from tests.pages import text

pytestmark = pytest.mark.django_db

SOL, GWEN, LATE = "sol@example.org", "gwen@example.org", "late@example.org"
INBOX = reverse("inbox")


@pytest.fixture
def told(told_once: Election, db: None) -> Election:
    """The election as its signers were told of it; what a test changes is taken back."""
    return Election.objects.get(pk=told_once.pk)


def review(election: Election) -> None:
    start_review(election.pk, by=ReviewerFactory(), now=clock.now())


def decide(election: Election, reasons: str = "") -> str:
    """Approve the election under review, or with reasons reject it; return its identifier once that is in effect."""
    by, now = ReviewerFactory(), clock.now()
    if reasons:
        decisions.reject(election.pk, by=by, now=now, submission_number=1, reasons=reasons)
    else:
        decisions.approve(election.pk, by=by, now=now, submission_number=1)
    take_effect(election)
    return Election.objects.get(pk=election.pk).virtual_group_identifier or ""


def giving(client, election: Election, email: str = LATE, name: str = "Lou Late", practice: int = 1, **more: str):
    typed = {"name": name, "email": email, "submission": 1, **more}
    return client.post(f"/elections/{election.pk}/told/{practice}", typed, follow=True)


def link_page(email: str) -> str:
    browser = Client()
    link = f"/sign/{SigningRequest.objects.filter(email=email).latest('pk').token}/election"
    browser.post(link)
    return text(browser.get(link))


def test_a_late_address_hears_that_it_is_in_review(told, client):
    review(told)
    giving(client, told)
    mail = last_mail(LATE)
    assert mail.subject == "In review: 2027 election for Harbor Group"
    assert "A CMS reviewer is reading it. If CMS approves the election, it is binding for 2027:" in mail.body
    assert "Until Thursday, December 31, 2026, 11:59 p.m. ET, the representative can change" in mail.body
    assert "We'll email you when something changes, and when CMS decides." in mail.body


def test_a_late_address_hears_of_the_approval_and_what_was_reported_since(told, client, set_clock):
    review(told)
    identifier = decide(told)
    set_clock("2027-03-01T10:00:00-05:00")
    report_clinician(told, OTHER.npis[0], UpdateKind.JOINED, on=date(2027, 3, 1))
    giving(client, told)
    joined = f"The clinician with NPI {OTHER.npis[0]} joined {GROUP.name} on Mar 1, 2027."
    mail = last_mail(LATE)
    assert mail.subject == "Approved: 2027 election for Harbor Group"
    assert "If CMS approves" not in mail.body
    for words in (identifier, "Your practice takes part in MIPS 2027", joined):
        assert words in mail.body
    page = link_page(LATE)
    letter = text(client.get(f"/elections/{told.pk}/told/1/letter"))
    for words in (identifier, "The election is binding for 2027.", joined):
        assert words in page
        assert words in letter
    assert joined not in text(client.get(f"/elections/{told.pk}/told/0/letter"))


def test_the_letter_says_until_when_it_can_change(told, client, set_clock):
    letter = f"/elections/{told.pk}/told/1/letter"
    closes = "Until Thursday, December 31, 2026, 11:59 p.m. ET, the representative can change the election"
    assert closes in text(client.get(letter))
    set_clock("2027-01-05T10:00:00-05:00")
    assert "the representative can change" not in text(client.get(letter))


def test_the_letter_of_a_rejected_election_says_so_and_gives_no_other_practice_away(told, client):
    review(told)
    decide(told, reasons="Quiet Harbor has 12 clinicians.")
    letter = text(client.get(f"/elections/{told.pk}/told/1/letter"))
    assert "Your practice does not take part in a virtual group through this election." in letter
    assert "CMS sent its reasons to the representative, Dana Rivera (dana@example.org)." in letter
    assert "12 clinicians" not in letter


def test_no_address_can_be_given_where_the_election_is_over(told, client, representative):
    withdraw(told.pk, by=representative, now=clock.now())
    page = client.get(f"/elections/{told.pk}/told/0")
    assert "You can no longer give an address, because the election is withdrawn." in text(page)
    assert 'name="email"' not in page.content.decode()
    with newly_told() as heard:
        assert "Nothing was sent." in text(giving(client, told, practice=0))
    assert heard == {}


def test_the_same_name_and_address_keep_their_link_and_can_be_written_to_again(told, client):
    giving(client, told)
    before = SigningRequest.objects.count()
    with newly_told() as heard:
        page = text(giving(client, told, name="lou  LATE"))
    assert heard == {}
    assert "We already have this name and address, so nothing changed." in page
    assert "Send the email again" in page
    with newly_told() as heard:
        giving(client, told, again="yes")
    assert heard == {LATE: ["signer_submitted"]}
    assert SigningRequest.objects.count() == before
    assert "This link no longer works" not in link_page(LATE)
    Notice.objects.filter(to=LATE).update(state="sent", sent_at=clock.now())
    assert "Already sent to late@example.org: Dec 1, 2026" in text(giving(client, told))
    Notice.objects.filter(to=LATE).update(state="bounced", failed_at=clock.now())
    assert "The last email to late@example.org did not arrive." in text(giving(client, told))


def test_no_one_is_written_to_again_and_again(told, client):
    giving(client, told)
    for _ in range(MOST_LINKS_A_DAY - 1):
        giving(client, told, again="yes")
    with newly_told() as heard:
        assert "We didn’t send it again." in text(giving(client, told, again="yes"))
    assert heard == {}


def test_an_older_link_to_the_same_address_names_the_newer_email(told, client, visitor):
    old = SigningRequest.objects.get(email=GWEN).token
    giving(client, told, GWEN, "Gwen Lake-Moss")
    closed = visitor.get(f"/sign/{old}/election")
    assert closed.status_code == 410
    assert "We sent a newer email to you on Dec 1, 2026, 10:00 a.m. ET. Use the link in it." in text(closed)
    assert "This link no longer works" in text(closed)
    assert "someone else was asked" not in text(closed)


def test_the_representative_s_own_address_is_pointed_out(told, client):
    own = "This is the representative’s own address."
    page = f"/elections/{told.pk}/told"
    assert own not in text(client.get(page))
    said = text(giving(client, told, "Dana@Example.org", "Dana Rivera"))
    assert said.count(own) == 2
    assert own in text(client.get(page))
    assert own not in text(giving(client, told))


def test_the_page_counts_what_was_sent_what_waits_and_what_did_not_arrive(told, client):
    page = f"/elections/{told.pk}/told"
    Notice.objects.filter(to=SOL).update(state="bounced", failed_at=clock.now(), server_answer="550 No such mailbox")
    assert "Last email for each practice: 1 waiting, 1 did not arrive ." in text(client.get(page))
    client.post(f"/elections/{told.pk}/withdraw", {"sure": "on"})
    Notice.objects.filter(to=SOL, state="queued").update(state="sent", sent_at=clock.now())
    Notice.objects.filter(to=GWEN, reason="election signer withdrawn").update(attempts=1, answer_kind="deferred")
    said = text(client.get(page))
    assert "Last email for each practice: 1 sent, 1 waiting ." in said
    assert "An earlier email did not arrive: “Submitted: 2027 election for Harbor Group”" in said
    assert "The email server didn’t take it yet. We’ll try again Dec 1, 2026" in said


def test_the_election_s_page_says_who_did_not_hear(told, client):
    page = f"/elections/{told.pk}/"
    assert f'href="/elections/{told.pk}/told"' in client.get(page).content.decode()
    assert "did not arrive" not in text(client.get(page))
    Notice.objects.filter(to=SOL).update(state="bounced", failed_at=clock.now())
    assert "The last email for 1 practice did not arrive." in text(client.get(page))


def test_a_signer_s_inbox_says_in_plain_words_what_it_is_about(told):
    sol = signed_in(UserFactory(email=SOL))
    notice = Notice.objects.get(to=SOL)
    for page in (INBOX, reverse("inbox_email", args=[notice.pk])):
        said = text(sol.get(page))
        assert "Your practice was named in an election. Open the link in that email." in said
        assert "To a signer" not in said


def test_a_signer_with_a_role_is_led_from_the_inbox_to_the_election(told):
    sol = UserFactory(email=SOL)
    told.roles.create(user=sol, kind="viewer")
    page = signed_in(sol).get(INBOX)
    assert f'href="/elections/{told.pk}/"' in page.content.decode()
    assert "Open the link in that email." not in text(page)


def test_links_that_are_only_for_one_are_said_to_be_whichever_practice_has_one(told):
    entry = told.members.first()
    practices = [{"entry": entry, "link": ""}, {"entry": entry, "link": "http://localhost:8000/sign/x"}]
    said = render_to_string("elections/signing/mail_practices.txt", {"told": practices, "links": 1})
    assert "This link is only for you, so do not forward it." in said
    assert "only for you" not in render_to_string(
        "elections/signing/mail_practices.txt", {"told": practices[:1], "links": 0}
    )
