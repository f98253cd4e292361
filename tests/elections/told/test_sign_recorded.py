"""What was recorded of a practice that signed on paper: its signer is emailed it, and says what isn't right."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from agreements.models import Party, SigningRequest
from elections.agreement.executed import save_agreement
from elections.models import Election, Event
from elections.objections import open_objections
from elections.overview.undelivered import tell_of_undelivered
from elections.practices.members import remove_member, save_member
from elections.practices.other_tins import keep_signer
from elections.signing.asking import begin
from elections.signing.recorded import object_to_record, tell_recorded, tell_recorded_due
from elections.submission import actions as submission
from elections.verbs import Refused
from ground import clock
from notices.models import Notice
from tests.elections.steps import desk
from tests.factories.elections import ElectionFactory, start_review, submit
from tests.factories.people import UserFactory, signed_in
from tests.factories.practices import GROUP, OTHER, SOLO
from tests.factories.told import give_addresses, last_mail, newly_told
from tests.pages import text

pytestmark = [pytest.mark.proof, pytest.mark.django_db]

DANA, SOL, GWEN, SUE = "dana@example.org", "sol@example.org", "gwen@example.org", "sue@example.org"
WORDS = "We never agreed to opt in."
QUIET, LATER = "2026-12-01T10:10:00-05:00", "2026-12-01T10:30:00-05:00"


@pytest.fixture
def draft(cms_data) -> Election:
    """A draft whose two practices signed on paper; the representative gave one signer's address."""
    election = ElectionFactory()
    give_addresses(election, SOL)
    return election


def change(election: Election, position: int = 1, **fields: object) -> None:
    member = election.members.get(position=position)
    save_agreement(election.pk, parties={member.pk: fields}, by=election.started_by, now=clock.now())


def told(moment: datetime) -> dict[str, list[str]]:
    """Return who is told as the clock comes by."""
    with newly_told() as heard:
        tell_recorded_due(now=moment)
    return heard


@pytest.fixture
def heard(draft: Election, set_clock) -> Election:
    """The draft, and the signer was told what was recorded."""
    assert told(set_clock(QUIET)) == {SOL: ["signer_recorded"]}
    return draft


def link_of(email: str = SOL) -> str:
    return f"/sign/{SigningRequest.objects.filter(email=email).latest('pk').token}"


def opened(email: str = SOL) -> tuple[Client, str]:
    browser, link = Client(), link_of(email)
    assert browser.post(f"{link}/recorded").headers["Location"] == f"{link}/recorded"
    return browser, f"{link}/recorded"


def test_the_signer_is_told_once_no_one_changes_it_for_ten_minutes(draft, set_clock):
    assert told(clock.now() + timedelta(minutes=9)) == {}
    change(draft, opt_in_accepted=True)
    now = set_clock(QUIET)
    assert told(now) == {SOL: ["signer_recorded"]}
    mail = last_mail(SOL)
    assert mail.subject == "Please check: paper signature for Quiet Harbor Medicine"
    assert mail.reply_to == DANA
    for words in (
        "Practice:    Quiet Harbor Medicine\nTIN:         EIN ••-•••0001\nClinicians:  1\n",
        "Signed on:   Nov 10, 2026\nSigned by:   Sam Okafor, Managing partner\nOpt-in:   accepted\n",
        "taking part in this virtual group is its decision to opt in to MIPS for 2027.",
        "After that the opt-in cannot be undone. Medicare payments in 2029 can then go down by at most 9 percent.",
        f'If not, tell us "This isn\'t right" here:\nhttp://localhost:8000{link_of()}/election\n',
    ):
        assert words in mail.body.replace("https://testserver", "http://localhost:8000")
    for hidden in (GROUP.name, "961000001", *SOLO.npis, "Changed since"):
        assert hidden not in mail.body
    event = Event.objects.get(verb="tell_record")
    assert event.sentence == "The signer of a practice was emailed what was recorded: Quiet Harbor Medicine"


def test_the_same_record_again_tells_no_one_and_a_changed_one_tells_the_change(heard, set_clock):
    link = link_of()
    change(heard, opt_in_accepted=False, signer_title="Managing partner")
    assert told(set_clock("2026-12-01T11:00:00-05:00")) == {}
    change(heard, opt_in_accepted=True)
    assert told(set_clock("2026-12-01T12:00:00-05:00")) == {SOL: ["signer_recorded"]}
    body = last_mail(SOL).body
    assert "Changed since our last email to you:\n- Opt-in: accepted. Before: not accepted.\n" in body
    assert link_of() == link
    assert told(set_clock("2026-12-01T13:00:00-05:00")) == {}


def test_another_address_is_told_all_and_the_link_before_is_closed(heard, set_clock):
    browser, before = opened()
    change(heard, signer_email=SUE)
    assert told(set_clock(LATER)) == {SUE: ["signer_recorded"]}
    assert "Changed since" not in last_mail(SUE).body
    answer = browser.get(before)
    assert answer.status_code == 410
    assert "someone else was asked to sign for the practice" in text(answer)
    assert Client().get(f"{link_of(SUE)}/recorded").status_code == 200


def test_one_person_gets_one_email_about_all_their_practices(draft, set_clock):
    give_addresses(draft, SOL, SOL)
    assert told(set_clock(QUIET)) == {SOL: ["signer_recorded"]}
    body = last_mail(SOL).body
    assert body.count("Practice:    ") == 2
    assert body.count("/sign/") == 2


@pytest.mark.parametrize(
    "why", ["no day", "no name", "works on it", "signed here", "submitted", "closed", "another TIN"]
)
def test_no_one_is_told_what_is_not_theirs_to_hear(draft, why, set_clock):
    if why == "no day":
        change(draft, executed_on=None)
    elif why == "no name":
        change(draft, signer_name="")
    elif why == "works on it":
        change(draft, signer_email=DANA)
    elif why == "signed here":
        begin(draft.pk, by=draft.started_by, now=clock.now())
    elif why == "submitted":
        submit(draft)
    elif why == "another TIN":
        member = draft.members.get(position=1)
        save_member(draft.pk, member.pk, tin="974218350", by=draft.started_by, now=clock.now())
    moment = "2027-01-01T00:05:00-05:00" if why == "closed" else QUIET
    if why == "closed":
        Election.objects.update(changed_at=set_clock("2026-12-31T23:50:00-05:00"))
    assert told(set_clock(moment)) == {}


def test_who_was_written_to_too_often_today_is_told_another_day(draft, set_clock, monkeypatch):
    monkeypatch.setattr("elections.link_limits.MOST_ASKED_A_DAY", 0)
    assert told(set_clock(QUIET)) == {}
    assert not SigningRequest.objects.exists()
    monkeypatch.setattr("elections.link_limits.MOST_ASKED_A_DAY", 400)
    assert told(clock.now()) == {SOL: ["signer_recorded"]}


def test_one_address_is_told_five_times_a_day_however_often_it_changes(heard, set_clock):
    times = []
    for hour in range(11, 16):
        set_clock(f"2026-12-01T{hour}:00:00-05:00")
        change(heard, opt_in_accepted=hour % 2 == 1)
        times.append(told(set_clock(f"2026-12-01T{hour}:30:00-05:00")))
    assert times == [{SOL: ["signer_recorded"]}] * 4 + [{}]
    change(heard, 2, signer_email=GWEN)
    with newly_told() as owed:
        tell_recorded(heard, now=set_clock("2026-12-01T16:00:00-05:00"))
    assert owed == {GWEN: ["signer_recorded"]}
    with newly_told() as owed:
        tell_recorded(heard, now=set_clock("2026-12-02T10:15:00-05:00"))
    assert owed == {SOL: ["signer_recorded"]}
    assert "- Opt-in: accepted. Before: not accepted.\n" in last_mail(SOL).body


def test_opening_the_link_shows_a_button_then_the_record_of_their_practice_alone(heard):
    link = link_of()
    browser = Client()
    assert browser.get(f"{link}/election").headers["Location"] == f"{link}/recorded"
    before = text(browser.get(f"{link}/recorded"))
    assert "Opening the page doesn’t sign anything." in before
    assert "Sam Okafor, Managing partner" not in before
    browser, link = opened()
    said = text(browser.get(link))
    for words in ("EIN ••-•••0001", "Nov 10, 2026", "Sam Okafor, Managing partner", "Opt-in not accepted"):
        assert words in said
    for hidden in (GROUP.name, *GROUP.npis, "961000001"):
        assert hidden not in said
    assert Party.objects.filter(signing_requests__opened_at__isnull=False).count() == 1


def test_what_isnt_right_reaches_the_representative_now_and_cms_with_the_submission(heard, client, lead, reviewer):
    browser, link = opened()
    with newly_told() as owed:
        said = text(browser.post(link, {"text": WORDS}, follow=True))
    assert "Sent. We emailed what you wrote to the people who prepare the election." in said
    assert WORDS in said
    assert owed == {DANA: ["objection"]}
    body = last_mail(DANA).body
    assert "isn't right in what you recorded for the 2027 MIPS election for Harbor Group" in body
    assert "CMS sees this once you submit." in body
    assert "/sign/" not in body
    assert "You wrote to them a few minutes ago." in text(browser.post(link, {"text": "Again."}))
    assert list(open_objections()) == []
    said = text(client.get(f"/elections/{heard.pk}", follow=True))
    assert f"Signers say that something isn’t right Sam Okafor , for {SOLO.name} , Dec 1, 2026, 10:10 a.m. ET:" in said
    assert f"{WORDS} Talk to them" in said
    assert "This message stays here, and CMS sees it when you submit, even if you corrected everything." in said
    start_review(heard)
    [objection] = open_objections()
    assert objection.sentence == "A signer said that something isn’t right: Quiet Harbor Medicine"
    packet = text(signed_in(reviewer).get(desk(heard)))
    assert "“This isn’t right,” says Sam Okafor for Quiet Harbor Medicine" in packet
    assert "about what was recorded before the election was submitted: We never agreed to opt in." in packet


def test_after_the_submission_the_newer_link_shows_it(heard, set_clock):
    browser, link = opened()
    set_clock(LATER)
    with newly_told() as owed:
        submit(heard)
    assert owed[SOL] == ["signer_submitted"]
    answer = browser.get(link)
    assert answer.status_code == 410
    assert "We sent a newer email to you on Dec 1, 2026, 10:30 a.m. ET. Use the link in it." in text(answer)
    with newly_told() as owed:
        assert browser.post(link, {"text": WORDS}).status_code == 410
    assert owed == {}
    change(heard, opt_in_accepted=True)
    assert told(set_clock("2026-12-01T11:00:00-05:00")) == {}


def test_a_practice_that_left_shows_nothing_and_stays_on_record(heard):
    browser, link = opened()
    remove_member(heard.pk, heard.members.get(position=1).pk, now=clock.now(), by=heard.started_by)
    answer = browser.get(link)
    assert (answer.status_code, "This practice was removed from the virtual group." in text(answer)) == (410, True)
    assert browser.post(link, {"text": WORDS}).status_code == 410
    assert not Event.objects.filter(verb="object").exists()


@pytest.mark.parametrize("end", ["withdrawn", "lapsed"])
def test_the_end_of_the_draft_is_told_to_who_was_told_its_record_alone_and_without_a_link(heard, end):
    change(heard, 2, signer_email=GWEN)  # who was not told yet
    owed = ended(heard, end)
    assert owed == {SOL: [f"signer_{end}"]} | ({DANA: ["lapsed"]} if end == "lapsed" else {})
    body = last_mail(SOL).body
    assert "It named your practice:\n\n- Quiet Harbor Medicine, EIN ••-•••0001\n" in body
    assert [hidden for hidden in ("/sign/", "signed", GROUP.name) if hidden in body] == []


@pytest.mark.parametrize("why", ["another address", "another TIN", "removed"])
def test_the_end_is_not_told_to_who_is_no_longer_named(heard, why):
    member = heard.members.get(position=1)
    if why == "another address":
        change(heard, signer_email=SUE)
    elif why == "another TIN":
        save_member(heard.pk, member.pk, tin="974218350", by=heard.started_by, now=clock.now())
    else:
        remove_member(heard.pk, member.pk, now=clock.now(), by=heard.started_by)
    assert ended(heard, "withdrawn") == {}


def ended(election: Election, how: str) -> dict[str, list[str]]:
    """Let the draft end, and return who is told."""
    with newly_told() as owed:
        if how == "withdrawn":
            submission.withdraw(election.pk, by=election.started_by, now=clock.now())
        else:
            submission.lapse_due(now=election.window.closes + submission.LAPSE_AFTER)
    return owed


def test_it_signs_nothing(heard):
    _, link = opened()
    begin(heard.pk, by=heard.started_by, now=clock.now())
    sign = link.removesuffix("/recorded")
    for page in ("", "/room", "/decline", "/correction"):
        assert Client().post(f"{sign}{page}", {"reason": "No.", "text": "No."}).status_code == 410
    assert "The practices now sign on this site." in text(Client().get(link))
    assert SigningRequest.objects.get(email=SOL).declined_at is None


NAMED_NOW: dict[str, dict[str, Any]] = {
    "no address": {"signer_email": ""},
    "who works on it": {"signer_email": DANA},
    "not told yet": {"signer_email": SUE},
    "another name": {"signer_name": "Sue Harbor"},
    "no name": {"signer_name": ""},
}


@pytest.mark.parametrize("who", [*NAMED_NOW, "another practice"])
def test_only_who_is_named_now_sees_it_though_no_newer_link_was_sent(heard, who):
    browser, link = opened()
    before = SigningRequest.objects.select_related("party").get(email=SOL)
    member = heard.members.get(position=1)
    if who in NAMED_NOW:
        change(heard, **NAMED_NOW[who])
    else:
        save_member(heard.pk, member.pk, name=OTHER.name, tin="974218350", by=heard.started_by, now=clock.now())
    for answer in (browser.get(link), browser.post(link, {"text": WORDS})):
        assert answer.status_code == 410
        assert "someone else was asked to sign for the practice, or the practice’s TIN was changed." in text(answer)
        assert OTHER.name not in answer.content.decode()
    with pytest.raises(Refused, match="no longer works"):
        object_to_record(before, text=WORDS, now=clock.now())
    assert not Event.objects.filter(verb="object").exists()
    if who not in NAMED_NOW:
        keep_signer(heard.pk, member.pk, by=heard.started_by, now=clock.now())
        assert browser.get(link).status_code == 200


@pytest.mark.parametrize("words", ["", "My number is 457-55-5462", "x" * 10_000, "a\0b"])
def test_words_that_cannot_be_sent_are_refused_with_a_reason(heard, words):
    browser, link = opened()
    answer = browser.post(link, {"text": words})
    assert answer.status_code == 200
    assert answer.context["form"].errors
    assert "457-55-5462" not in answer.content.decode()
    assert not Event.objects.filter(verb="object").exists()


def test_what_was_typed_waits_behind_the_button(heard):
    browser, link = Client(), f"{link_of()}/recorded"
    answer = browser.post(link, {"text": WORDS})
    assert "You were away for a while, so nothing was sent yet." in text(answer)
    assert not Event.objects.filter(verb="object").exists()
    shown = browser.post(link, answer.context["unsaved"])
    assert shown.context["form"]["text"].value() == WORDS
    browser.post(link, {"text": WORDS})
    assert Event.objects.get(verb="object").details["reason"] == WORDS


def test_it_is_no_one_elses(heard):
    assert signed_in(UserFactory()).get(f"{link_of()}/recorded").status_code == 403
    assert Client().get("/sign/guessed/recorded").status_code == 404


def test_where_no_address_was_given_there_is_a_sheet_to_print(draft, client, set_clock):
    group = draft.members.get(position=2)
    told(set_clock(QUIET))
    assert not Notice.objects.exclude(to=SOL).exists()
    said = text(client.get(f"/elections/{draft.pk}/agreement/paper"))
    assert f"Sheet to print for {GROUP.name}" in said
    sheet = f"/elections/{draft.pk}/agreement/practices/{group.pk}/sheet"
    said = text(client.get(sheet))
    for words in ("EIN ••-•••0002", "Nov 10, 2026", "Sam Okafor, Managing partner", "Opt-in not accepted"):
        assert words in said
    assert "Tell Dana Rivera before the election is submitted: dana@example.org, 555-0100." in said
    assert SOLO.name not in said
    Party.objects.filter(member=group).update(executed_on=date(2026, 11, 10), signer_name="")
    assert "Nothing is recorded for this practice yet." in text(client.get(sheet))
    assert signed_in(UserFactory()).get(sheet).status_code == 404


def test_an_email_that_did_not_arrive_leads_to_the_address(heard):
    Notice.objects.filter(to=SOL).update(state="bounced", failed_at=clock.now(), attempts=1)
    assert tell_of_undelivered(now=clock.now()) == 1
    body = last_mail(DANA).body
    assert "Email:    To a signer: what was recorded of a signature on paper\n" in body
    assert f"/elections/{heard.pk}/agreement\n" in body


def test_another_name_at_the_same_address_gets_a_link_of_its_own(heard, set_clock):
    browser, link = opened()
    change(heard, signer_name="Sol Harbor")
    assert told(set_clock(LATER)) == {SOL: ["signer_recorded"]}
    body = last_mail(SOL).body
    assert body.startswith("Sol Harbor, the virtual group Harbor Group is preparing its 2027 MIPS election.")
    assert "- Signed by: Sol Harbor, Managing partner. Before: Sam Okafor, Managing partner.\n" in body
    assert browser.get(link).status_code == 410
