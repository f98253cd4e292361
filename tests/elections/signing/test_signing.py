"""The representative's side of the signing room: who is asked, reminded, asked again, and what the board says."""

import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agreements.models import Document, Signature, SigningRequest
from elections.access import holds_a_role
from elections.mails import compose
from elections.models import Election, Event, RoleKind
from elections.overview.reminders import remind_due
from elections.people.actions import invite
from elections.signing.signing_emails import ask_again_due, remind_signers_due, tell_executed_due
from ground import clock
from notices.models import Notice, NoticeState
from tests.factories.elections import ElectionFactory, ElectionRoleFactory, complete, start_review, submit
from tests.factories.people import UserFactory, signed_in
from tests.factories.practices import BY_SSN, GROUP, OTHER, SOLO
from tests.factories.signing import (
    Signer,
    acknowledge,
    alter,
    ask_another,
    ask_to_sign,
    change_text,
    link_to,
    make_executed,
    named,
    sign_all,
    sign_and_submit,
    to_be_signed,
)
from tests.pages import text

pytestmark = pytest.mark.django_db

SIGNERS = ("sol@example.org", "gwen@example.org")


def page(client, election):
    return text(client.get(f"/elections/{election.pk}/signing"))


def mails(*addresses):
    return [(mail.to, mail.subject) for mail in Notice.objects.filter(to__in=addresses).order_by("pk")]


def test_it_is_offered_and_never_demanded(cms_data, client):
    election = ElectionFactory()
    assert "An agreement that the practices executed (signed) somewhere else, such as on paper, counts too." in page(
        client, election
    )
    submit(election)


def test_a_link_goes_to_each_signer_and_stands_on_no_page(election, client):
    assert mails(*SIGNERS) == [
        ("sol@example.org", "Please sign for Quiet Harbor Medicine: Harbor Group"),
        ("gwen@example.org", "Please sign for Lakeside Family Practice: Harbor Group"),
    ]
    token = link_to("sol@example.org").removeprefix("/sign/")
    for path in ("", "agreement", "signing", "signing/board", "people", "review"):
        assert token not in client.get(f"/elections/{election.pk}/{path}").content.decode()
    assert token not in str(SigningRequest.objects.values_list())


def test_mails_about_a_group_without_a_name_call_it_by_none(cms_data, set_clock):
    election = to_be_signed(name="", by__email="robin@example.org", by__name="Robin Vale")
    asked = Notice.objects.get(subject="Please sign for Quiet Harbor Medicine: virtual group")
    assert "to sign the virtual group agreement for Quiet Harbor Medicine. The group has no name yet.\n" in asked.body
    sign_all(election)
    invite(election.pk, email="kim@example.org", kind=RoleKind.VIEWER, by=election.started_by, now=clock.now())
    remind_due(now=set_clock("2026-12-17T10:00:00-05:00"))
    assert mails("kim@example.org") == [("kim@example.org", "Invitation to look at a virtual group, from Robin Vale")]
    assert [subject for _, subject in mails("robin@example.org")] == [
        "All practices signed, not submitted yet: your virtual group",
        "14 days left, not submitted yet: your election",
    ]


def test_the_page_asks_for_practices_before_signers(cms_data, client):
    election = ElectionFactory(practices=())
    client.post(f"/elections/{election.pk}/signing/begin")
    assert "List the practices first . Each of them signs." in page(client, election)
    complete(election, SOLO, GROUP)
    said = page(client, election)
    assert "List the practices first" not in said
    assert "Who signs for each practice" in said


def test_the_board_follows_each_signer(election, client):
    said = page(client, election)
    assert "0 of 2 practices signed." in said
    assert said.count("Asked") == 2
    assert "List the practices first" not in said
    Signer("gwen@example.org")
    Signer("sol@example.org").sign()
    said = page(client, election)
    assert "1 of 2 practices signed." in said
    assert "Signed by Sol Harbor, Owner, Dec 1, 2026, 10:00:00 a.m. ET (with the personal link)." in said
    assert "Gwen Lake, gwen@example.org: asked Dec 1, 2026, 10:00 a.m. ET, opened Dec 1, 2026, 10:00 a.m. ET" in said
    assert text(client.get(f"/elections/{election.pk}/signing/board")) in said


@pytest.mark.parametrize("state", [NoticeState.BOUNCED, NoticeState.FAILED])
def test_a_mail_that_did_not_arrive_is_said(election, client, state):
    Notice.objects.filter(to="sol@example.org").update(state=state, server_answer="550 5.1.1 No such mailbox")
    said = page(client, election)
    assert "The email did not arrive. The email server said: 550 5.1.1 No such mailbox." in said
    assert "Email not delivered" in said


def test_another_signer_is_asked_and_the_old_link_is_closed(election, client, visitor):
    old = link_to("sol@example.org")
    assert "Enter an email address like name@example.org." in text(ask_another(client, election, "Sue Harbor", "sue@"))
    said = text(ask_another(client, election, "Sue Harbor", "Sue@example.org"))
    assert "A new link is on its way to sue@example.org." in said
    assert "Sue Harbor, sue@example.org: asked" in said
    assert visitor.get(old).status_code == 410
    assert "You have signed for" in text(Signer("sue@example.org").sign(name="Sue Harbor"))


def test_who_has_signed_is_not_replaced(election, client, sol):
    sol.sign()
    assert (
        "Sol Harbor signed for Quiet Harbor Medicine on Dec 1, 2026, 10:00 a.m. ET. "
        "That signature counts, so we didn’t send a link."
    ) in text(ask_another(client, election, "Sue Harbor", "sue@example.org"))
    assert mails("sue@example.org") == []


def test_a_reminder_comes_once_a_day_with_the_same_link_and_stops(election, client, sol, set_clock):
    sol.sign()
    link, address = link_to("gwen@example.org"), f"/elections/{election.pk}/signing/remind"
    assert "Everyone left to sign was emailed within the last day, or declined." in text(
        client.post(address, follow=True)
    )
    set_clock("2026-12-02T10:00:00-05:00")
    assert "An email with the link is on the way." in text(client.post(address, follow=True))
    assert mails("gwen@example.org")[1:] == [
        ("gwen@example.org", "Not signed yet: Lakeside Family Practice, Harbor Group")
    ]
    assert link_to("gwen@example.org") == link
    assert "Without your signature, Dana Rivera (dana@example.org) cannot submit" in Notice.objects.latest("pk").body
    assert "Everyone left to sign was emailed within the last day, or declined." in text(
        client.post(address, follow=True)
    )
    assert len(mails("sol@example.org")) == 1
    Signer("gwen@example.org").sign()
    set_clock("2026-12-04T10:00:00-05:00")
    assert "We didn’t send any reminders" in text(client.post(address, follow=True))


def test_the_clock_reminds_before_the_deadline(sol, set_clock):
    sol.sign()
    assert remind_signers_due(now=set_clock("2026-12-16T10:00:00-05:00")) == 0
    assert remind_signers_due(now=set_clock("2026-12-17T07:59:00-05:00")) == 0
    assert remind_signers_due(now=set_clock("2026-12-17T08:01:00-05:00")) == 1
    assert remind_signers_due(now=set_clock("2026-12-17T18:00:00-05:00")) == 0
    assert [to for to, _ in mails(*SIGNERS)] == ["sol@example.org", "gwen@example.org", "gwen@example.org"]


def test_on_the_last_day_there_are_two_reminders_and_no_third(election, client, sol, set_clock):
    sol.sign()
    remind = f"/elections/{election.pk}/signing/remind"
    sent = []
    for moment in ("30T08:00", "30T14:00", "31T08:00", "31T13:59", "31T14:00", "31T20:00", "31T23:59"):
        before, now = len(mails(*SIGNERS)), set_clock(f"2026-12-{moment}:00-05:00")
        remind_signers_due(now=now)
        client.post(remind)
        sent.append((moment, len(mails(*SIGNERS)) - before))
    assert [moment for moment, count in sent if count] == ["30T08:00", "31T08:00", "31T14:00"]
    assert {count for _, count in sent} == {0, 1}
    assert "at most one reminder a day, two on the last day." in page(client, election)


def test_a_changed_schedule_asks_that_practice_and_tells_the_others(election, client, set_clock):
    sign_all(election)
    Notice.objects.all().delete()
    alter(election, "schedule", now=set_clock("2026-12-01T11:00:00-05:00"))
    assert ask_again_due(now=set_clock("2026-12-01T11:09:00-05:00")) == 0
    assert ask_again_due(now=set_clock("2026-12-01T11:10:00-05:00")) == 1
    assert mails(*SIGNERS) == [
        ("sol@example.org", "Please sign again for Quiet Harbor Medicine: Harbor Group"),
        ("gwen@example.org", "No action needed: clinician list changed in Harbor Group"),
    ]
    assert "- the list of this practice's clinicians changed" in Notice.objects.get(to="sol@example.org").body
    assert "cannot submit its election. The deadline is" in Notice.objects.get(to="sol@example.org").body
    assert "- Quiet Harbor Medicine: now 2 clinicians" in Notice.objects.get(to="gwen@example.org").body
    assert ask_again_due(now=set_clock("2026-12-01T12:00:00-05:00")) == 0
    said = page(client, election)
    assert "Must sign again" in said
    assert "Since it signed: the list of this practice’s clinicians changed. Its signature no longer counts." in said
    assert "You have signed for" in text(Signer("sol@example.org").sign())
    assert "2 of 2 practices signed." in page(client, election)


@pytest.mark.parametrize("change", ["text", "parties"])
def test_another_text_or_party_asks_all(election, set_clock, change):
    sign_all(election)
    Notice.objects.all().delete()
    alter(election, change)
    assert ask_again_due(now=set_clock("2026-12-01T11:30:00-05:00")) == 2
    assert sorted(to for to, subject in mails(*SIGNERS) if subject.startswith("Please sign again")) == sorted(SIGNERS)


def test_the_representative_need_not_wait_to_ask_again(election, client):
    sign_all(election)
    alter(election, "schedule")
    said = text(client.post(f"/elections/{election.pk}/signing/remind", follow=True))
    assert "An email with the link is on the way." in said
    assert mails("sol@example.org")[-1][1].startswith("Please sign again for Quiet Harbor Medicine")


def test_signers_get_the_executed_agreement_once(election, set_clock):
    sign_all(election)
    assert tell_executed_due(now=set_clock("2026-12-01T10:01:00-05:00")) == 0
    make_executed(election, set_clock("2026-12-01T10:02:00-05:00"))
    assert tell_executed_due(now=set_clock("2026-12-01T10:02:00-05:00")) == 2
    assert tell_executed_due(now=set_clock("2026-12-01T10:03:00-05:00")) == 0
    assert [subject for _, subject in mails(*SIGNERS)][-2:] == [
        "Signed by all practices: Harbor Group, for Quiet Harbor…",
        "Signed by all practices: Harbor Group, for Lakeside Family…",
    ]


def test_addresses_and_names_that_are_not_just_the_signers_own_are_flagged(cms_data, client, representative):
    election = ask_to_sign(ElectionFactory(), ("Sol Harbor", representative.email), ("Gwen Lake", representative.email))
    said = page(client, election)
    assert said.count(f"{representative.email} signs for 2 practices.") == 2
    assert f"{representative.email} is the representative’s email address, but the signer is Sol Harbor." in said
    Signer(representative.email, client).sign(name="Dana Rivera")
    assert "Signed as “Dana Rivera”. The link was for Gwen Lake." in page(client, election)


def test_nobody_is_asked_before_the_party_list_is_whole(cms_data, client):
    election = ElectionFactory()
    client.post(f"/elections/{election.pk}/signing/begin")
    member = election.members.get(name=SOLO.name)
    member.clinicians.all().delete()
    said = text(client.post(f"/elections/{election.pk}/signing", named(election) | {"ask": "yes"}, follow=True))
    assert "Quiet Harbor Medicine needs its name, TIN and NPIs before we can make the agreement." in said
    assert not SigningRequest.objects.filter(party__agreement=election.agreement_id).exists()
    member.party.refresh_from_db()
    assert member.party.signer_email == "sol@example.org"


def test_a_viewer_sees_the_board_and_asks_nobody(election):
    client = signed_in(ElectionRoleFactory(election=election).user)
    said = page(client, election)
    assert "0 of 2 practices signed." in said
    assert "List the practices first" not in said
    member = election.members.first()
    for path in ("signing", "signing/begin", "signing/end", "signing/remind", f"signing/{member.pk}"):
        assert client.post(f"/elections/{election.pk}/{path}").status_code == 403
    assert Election.objects.get(pk=election.pk).agreement.is_signed_here


def test_executing_elsewhere_after_all_closes_the_links(election, client, visitor, sol):
    sol.sign()
    said = text(client.post(f"/elections/{election.pk}/signing/end", follow=True))
    assert "The practices now sign on paper. Enter below when and who signed." in said
    assert Signature.objects.count() == 1
    assert visitor.get(link_to("gwen@example.org")).status_code == 410
    assert not SigningRequest.objects.filter(revoked_at=None).exists()
    assert list(Event.objects.filter(election=election).values_list("verb", flat=True))[-1] == "end_signing"


def test_a_practice_that_signed_and_was_removed_keeps_its_signature(election, client, sol):
    sol.sign()
    member = election.members.get(name=SOLO.name)
    client.post(f"/elections/{election.pk}/practices/{member.pk}/remove")
    assert Signature.objects.get().party_id == member.party_id
    assert "0 of 1 practice signed." in page(client, election)


@pytest.mark.usefixtures("sessions_not_renewed")
@pytest.mark.parametrize("practices", [(SOLO,), (SOLO, GROUP, OTHER)], ids=["1", "3"])
def test_the_board_takes_the_same_queries_for_one_and_three(client, cms_data, practices):
    election = to_be_signed(practices=practices)
    client.get(f"/elections/{election.pk}/signing/board")
    with CaptureQueriesContext(connection) as queries:
        said = text(client.get(f"/elections/{election.pk}/signing/board"))
    assert f"0 of {len(practices)} practice" in said
    assert len(queries) == 10


def test_the_election_says_for_whom_it_waits(election, client, sol):
    sol.sign()
    said = text(client.get(f"/elections/{election.pk}/"))
    assert "Waiting for Gwen Lake (Lakeside Family Practice) to sign , since Dec 1, 2026, 10:00 a.m. ET." in said
    assert "Waiting for Sol Harbor" not in said
    assert "A practice signed the agreement: Quiet Harbor Medicine, by Sol Harbor" in said


def test_the_packet_says_how_each_was_executed_and_what_to_look_at(election, sol, reviewer):
    acknowledge(election)
    sol.sign(name="Saul Harbor")
    Signer("gwen@example.org").sign()
    start_review(election)
    packet = text(signed_in(reviewer).get(f"/staff/elections/election/{election.pk}/"))
    assert "Signature for Quiet Harbor Medicine: Signed as “Saul Harbor”. The link was for Sol Harbor." in packet
    assert packet.count("Signature for ") == 1
    how = "with a link sent to gwen@example.org, identified by: link only"
    assert f"signed here Dec 1, 2026, 10:00:00 a.m. ET, {how}" in packet
    assert packet.count(": covered") == 9
    assert "represents each clinician" not in packet  # the text is the parties' alone


def test_the_packet_says_what_was_executed_elsewhere(cms_data, reviewer):
    election = ElectionFactory(state="in_review")
    packet = text(signed_in(reviewer).get(f"/staff/elections/election/{election.pk}/"))
    assert packet.count("somewhere else, as the representative recorded") == 2


def test_one_person_who_signs_for_two_practices_gets_two_mails_each_time(cms_data, set_clock):
    election = ask_to_sign(ElectionFactory(), *[("Sol Harbor", "both@example.org")] * 2)
    sign_all(election)
    make_executed(election, set_clock("2026-12-01T10:02:00-05:00"))
    assert tell_executed_due(now=set_clock("2026-12-01T10:02:00-05:00")) == 2
    change_text(election, quality="We meet.")
    assert ask_again_due(now=set_clock("2026-12-01T11:00:00-05:00")) == 2
    subjects = [subject.partition(":")[0] for _, subject in mails("both@example.org")]
    assert sorted(subjects[2:]) == [
        "Please sign again for Lakeside Family Practice",
        "Please sign again for Quiet Harbor Medicine",
        *(["Signed by all practices"] * 2),
    ]


def test_an_election_that_cannot_be_read_keeps_nobody_else_from_their_mail(election, set_clock):
    bad = to_be_signed(practices=(OTHER, BY_SSN))
    sign_all(bad)
    sign_all(election)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE agreements_agreement SET salt = 'bm90IHNlYWxlZA==' WHERE id = %s", [bad.agreement_id])
    alter(election, "schedule")
    assert ask_again_due(now=set_clock("2026-12-01T11:00:00-05:00")) == 1


def test_nobody_is_told_of_an_executed_agreement_that_says_something_else_by_now(election, set_clock):
    sign_all(election)
    alter(election, "text")
    make_executed(election, set_clock("2026-12-01T10:02:00-05:00"))
    assert tell_executed_due(now=set_clock("2026-12-01T10:02:00-05:00")) == 0


def test_the_same_signatures_have_one_executed_agreement(election, client):
    """Another name of the group, or of its representative, makes no second sealed PDF."""
    sign_all(election)
    client.post(f"/elections/{election.pk}/virtual-group", {"name": "Harbor and Lake"})
    submission = sign_and_submit(election)
    assert Document.objects.filter(kind="executed").get() == submission.document


def test_who_declined_is_not_bound_when_a_change_is_taken_back(election, client):
    sign_all(election)
    alter(election, "text")
    Signer("sol@example.org").post("decline", {"reason": "Not with that sentence."})
    change_text(election, quality="")
    said = page(client, election)
    assert "1 of 2 practices signed." in said
    assert "Declined Dec 1, 2026, 10:00 a.m. ET: Not with that sentence." in said


def test_a_replaced_signers_link_says_that_the_practice_has_signed(election, client, visitor):
    sign_all(election)
    alter(election, "text")
    ask_another(client, election, "Sue Harbor", "sue@example.org")
    change_text(election, quality="")
    answer = visitor.get(link_to("sue@example.org"))
    assert answer.status_code == 410
    assert "Sol Harbor already signed for the practice, on Dec 1, 2026, 10:00 a.m. ET." in text(answer)


def test_nobody_is_reminded_of_what_is_over(election, client, set_clock):
    sign_all(election)
    alter(election, "text")
    client.post(f"/elections/{election.pk}/withdraw", {"sure": "on"})
    before = Notice.objects.count()
    said = text(client.post(f"/elections/{election.pk}/signing/remind", follow=True))
    assert "This election’s status is “Withdrawn”, so it can no longer be changed." in said
    assert ask_again_due(now=set_clock("2026-12-02T10:00:00-05:00")) == 0
    assert Notice.objects.count() == before


def test_what_was_signed_before_signing_here_was_ended_counts_no_more(election, client):
    sign_all(election)
    client.post(f"/elections/{election.pk}/signing/end")
    client.post(f"/elections/{election.pk}/signing/begin")
    assert "0 of 2 practices signed." in page(client, election)
    said = text(client.post(f"/elections/{election.pk}/signing", {"ask": "yes"}, follow=True))
    assert "2 emails with the links are on the way." in said
    assert "You have signed for" in text(Signer("sol@example.org").sign())


def test_a_reviewer_who_signs_for_a_practice_decides_nothing_here(cms_data, client, reviewer):
    election = ElectionFactory()
    client.post(f"/elections/{election.pk}/signing/begin")
    ask_another(client, election, "Alex", reviewer.email)
    assert holds_a_role(reviewer, election)


def test_after_signing_something_wrong_is_said_without_taking_the_signature_back(election, client, sol):
    sol.sign()
    answer = sol.post("correction", {"text": "Dr. Moss left."}, follow=True)
    assert "Sent. Your signature still counts" in text(answer)
    said = page(client, election)
    assert "1 of 2 practices signed." in said
    assert "Dr. Moss left." in said


def test_who_said_what_is_wrong_is_told_once_it_was_changed(election, client, sol, set_clock):
    sol.post("correction", {"text": "Dr. Moss is missing."})
    alter(election, "schedule", now=set_clock("2026-12-01T11:00:00-05:00"))
    assert ask_again_due(now=set_clock("2026-12-01T11:10:00-05:00")) == 1
    mail = Notice.objects.filter(to="sol@example.org").latest("pk")
    assert mail.subject == "List changed, please sign for Quiet Harbor Medicine: Harbor…"
    assert "That list has changed since then. Read it, and sign if it is right" in mail.body
    assert "Reported a problem" not in page(client, election)
    assert ask_again_due(now=set_clock("2026-12-01T12:00:00-05:00")) == 0


def test_who_declined_is_written_to_no_more(election, client, sol, set_clock):
    sol.post("decline", {"reason": "No."})
    sent = len(mails("sol@example.org"))
    alter(election, "schedule", now=set_clock("2026-12-16T10:00:00-05:00"))
    assert ask_again_due(now=set_clock("2026-12-17T10:00:00-05:00")) == 0
    assert remind_signers_due(now=set_clock("2026-12-17T10:00:00-05:00")) == 1
    client.post(f"/elections/{election.pk}/signing/remind")
    assert len(mails("sol@example.org")) == sent


def test_one_address_gets_few_new_links_a_day(election, client):
    for number in range(6):
        answer = ask_another(client, election, f"Sue {number} Harbor", "sue@example.org")
    assert "We didn’t send any links now. You sent sue@example.org 5 links in one day." in text(answer)
    assert len(mails("sue@example.org")) == 5


@pytest.mark.parametrize("practice", ["9" * 5000, "x", "-1", "²"])
def test_a_number_that_is_none_reminds_nobody(election, client, set_clock, practice):
    set_clock("2026-12-03T10:00:00-05:00")
    answer = client.post(f"/elections/{election.pk}/signing/remind", {"practice": practice})
    assert answer.status_code == 400
    assert len(mails(*SIGNERS)) == 2  # the links


def test_nobody_is_asked_again_more_often_than_twelve_times_a_day(election, client):
    """Whoever changes the text and presses the button again and again writes to nobody without end."""
    sign_all(election)
    Notice.objects.all().delete()
    for number in range(15):
        change_text(election, quality=f"We meet {number} times a month.")
        client.post(f"/elections/{election.pk}/signing/remind")
    assert len(mails("sol@example.org")) == 12
    said = text(client.post(f"/elections/{election.pk}/signing/remind", follow=True))
    assert "We asked for new signatures 12 times in one day. You can ask again after Dec 2, 2026, 10:00" in said
    now = election.changed_at + timedelta(days=1, minutes=1)
    assert ask_again_due(now=now) == 2
    assert len(mails("sol@example.org")) == 13


def test_no_address_of_another_site_stands_in_a_mail(election, client):
    """Names are typed by people whom the reader does not know; what leads to our own site stays."""
    ask_another(client, election, "Sue at https://evil.example/pay or WWW.evil.example", "sue@example.org")
    body = Notice.objects.get(to="sue@example.org").body
    ours = f"{settings.SITE_URL}{link_to('sue@example.org')}"
    assert "Sue at  evil. example/pay or WWW. evil. example, to sign" in body
    assert re.findall(r"\S+://\S+", body) == [ours]
    assert "dana@example.org" in body
    assert settings.SERVICE_CENTER["email"] in body


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("evil.com/login", "evil. com/login"),
        ("//evil.com/x", " evil. com/x"),
        ("http:\\\\evil.com", " evil. com"),
        ("https:/evil.com", " evil. com"),
        ("mailto:a@evil.com", " a@evil.com"),
        ("evil。com/login", "evil. com/login"),
        ("https:／／evil.com", " evil. com"),
        ("sub.evil.co.uk?x=1", "sub. evil. co. uk?x=1"),
        ("Dr. St.John, 11:59 p.m. ET, 42 CFR 414.1315(c), first.last@example.org", None),
    ],
)
def test_what_is_typed_leads_nowhere(election, typed, said):
    body = compose(election, "correct_roster", [], text=f"<{typed}>").body
    assert f"<{said or typed.replace('St.John', 'St. John')}>" in body


def test_beginning_anew_writes_to_nobody_without_end(election, client):
    vic = ("Vic", "vic@example.org")
    base = f"/elections/{election.pk}/signing"
    for _ in range(6):
        client.post(f"{base}/end")
        client.post(f"{base}/begin")
        said = text(client.post(base, named(election, vic, vic) | {"ask": "yes"}, follow=True))
    assert "We didn’t send any links now. You sent vic@example.org 5 links in one day." in said
    assert len(mails("vic@example.org")) == 6, "three rounds of two"
    theirs = ElectionFactory(by=UserFactory(name="Rex Rival"), practices=(OTHER,))
    browser, base = signed_in(theirs.started_by), f"/elections/{theirs.pk}/signing"
    browser.post(f"{base}/begin")
    browser.post(base, named(theirs, vic) | {"ask": "yes"})
    said = text(browser.post(f"{base}/send", follow=True))  # though one practice is not enough
    assert "An email with the link is on the way." in said, (
        "whom others write to can still be asked by those who need them"
    )


def test_what_was_saved_in_part_is_no_conflict_with_oneself(cms_data, client):
    election = ElectionFactory()
    base = f"/elections/{election.pk}/signing"
    client.post(f"{base}/begin")
    sent = named(election, ("Sol", "sol@"), ("Gwen", "gwen@example.org"))
    page = client.post(base, sent | {f"initial-{name}": "" for name in sent})
    assert "Saved, except for what is marked below." in text(page)
    shown = dict(re.findall(r'name="(initial-[^"]+)" value="([^"]*)"', page.content.decode()))
    group = election.members.get(name=GROUP.name)
    assert shown[f"initial-practice-{group.pk}-signer_email"] == "gwen@example.org"
    mended = sent | shown | named(election, ("Sol", "sal@example.org"), ("Gwen", "gail@example.org")) | {"ask": "yes"}
    assert "2 emails with the links are on the way." in text(client.post(base, mended, follow=True))
    assert [to for to, _ in mails("sal@example.org", "gail@example.org")] == ["sal@example.org", "gail@example.org"]


def test_a_refused_opt_in_is_said_on_the_board_and_in_the_mail(client, representative, opt_in):
    Signer("sol@example.org").sign(opt_in="no")
    Signer("gwen@example.org").sign()
    said = page(client, opt_in)
    assert said.count("Did not accept the opt-in.") == 1
    body = Notice.objects.filter(to=representative.email).latest("pk").body
    assert "But Quiet Harbor Medicine did not accept the opt-in." in body
