"""What was reported goes on after a correction that came after the window closed; and what can no longer be undone."""

from datetime import date
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction

from accounts.models import User
from elections.desk import actions as desk
from elections.desk import decisions
from elections.desk.reopening import reopen
from elections.models import Election, Event, Update, UpdateKind, UpdateStep
from elections.people.actions import accept, invite, open_for
from elections.practices.members import remove_member
from elections.upkeep import actions, steps
from elections.upkeep.days import span_of
from elections.verbs import Refused
from eligibility.models import LoadRun
from ground import clock
from tests.factories.corrections import answer_correction, ask_for_correction
from tests.factories.elections import ElectionFactory, name_group, submit, take_effect
from tests.factories.people import LeadFactory, ReviewerFactory, UserFactory, signed_in
from tests.factories.practices import BY_SSN, GROUP, OTHER, PracticeFactory, load_cms_data
from tests.pages import text

pytestmark = pytest.mark.django_db
NPI, JOINED = GROUP.npis[0], "1003003153"


@pytest.fixture
def election(approved, set_clock):
    """Approved on December 1, 2026; it is now February 2027."""
    set_clock("2027-02-01T10:00:00-05:00")
    return approved


def left(election: Election, npi: str = NPI, day: date = date(2027, 1, 20)) -> Update:
    fields: dict[str, Any] = {"kind": UpdateKind.LEFT, "practice": 1, "npi": npi, "effective_on": day}
    return actions.report_clinician(election.pk, **fields, by=election.started_by, now=clock.now())


def correct(election: Election, set_clock) -> Election:
    """Reopen it, ask for a correction, answer it, and approve what comes in."""
    reviewer = ReviewerFactory()
    reopen(election.pk, by=LeadFactory(), now=clock.now(), submission_number=1, reason="A name is wrong.")
    ask_for_correction(election, by=reviewer)
    set_clock("2027-02-05T10:00:00-05:00")
    answer_correction(election)
    submit(election)
    desk.start_review(election.pk, by=reviewer, now=clock.now())
    decisions.approve(election.pk, by=reviewer, now=clock.now(), submission_number=2)
    take_effect(election)
    return Election.objects.get(pk=election.pk)


def test_what_was_reported_goes_on_after_a_correction(client, election, set_clock):
    fields: dict[str, Any] = {
        "kind": UpdateKind.JOINED,
        "practice": 1,
        "npi": JOINED,
        "effective_on": date(2027, 1, 20),
    }
    actions.report_clinician(election.pk, **fields, by=election.started_by, now=clock.now())
    corrected = correct(election, set_clock)
    assert corrected.last_submission
    assert corrected.last_submission.number == 2
    page = text(client.get(f"/elections/{election.pk}/updates"))
    assert f"The clinician with NPI {JOINED} joined Lakeside Family Practice on Jan 20, 2027." in page
    assert f"{JOINED} NAME3153, ROBIN from Jan 20, 2027" in page.split("Who is in the virtual group now")[1]
    assert span_of(corrected, corrected.last_submission, clock.now()).approved_on == date(2026, 12, 1)
    update = Update.objects.get()
    shown = text(client.post(f"/elections/{election.pk}/updates/{update.pk}/undo", follow=True))
    assert "Undone. We’re emailing everyone we told about it." in shown
    assert f"{JOINED} NAME3153" not in text(client.get(f"/elections/{election.pk}/updates"))


def test_what_a_new_submission_in_the_window_replaced_is_not_undone(client, election, set_clock):
    set_clock("2026-12-10T10:00:00-05:00")
    update = left(election, day=date(2026, 12, 5))
    name_group(election, "Harbor and Lake", by=election.started_by, now=clock.now())
    submit(election)
    desk.start_review(election.pk, by=ReviewerFactory(), now=clock.now())
    decisions.approve(election.pk, by=ReviewerFactory(), now=clock.now(), submission_number=2)
    take_effect(election)
    refused = text(client.post(f"/elections/{election.pk}/updates/{update.pk}/undo", follow=True))
    assert "You submitted the election again after this update, so the new submission counts." in refused
    assert UpdateStep.objects.count() == 0


def test_an_approval_that_was_undone_in_its_minute_is_not_the_day_of_approval(cms_data, set_clock):
    reviewer = ReviewerFactory()
    election = ElectionFactory(practices=(OTHER, BY_SSN), state="in_review")
    decisions.approve(election.pk, by=reviewer, now=clock.now(), submission_number=1)
    decisions.take_back(election.pk, by=reviewer, now=clock.now())
    set_clock("2026-12-20T10:00:00-05:00")
    decisions.approve(election.pk, by=reviewer, now=clock.now(), submission_number=1)
    take_effect(election)
    election.refresh_from_db()
    assert election.last_submission
    assert span_of(election, election.last_submission, clock.now()).approved_on == date(2026, 12, 20)


def test_contact_details_that_are_no_longer_ones_own_are_not_given_back(client, election, representative):
    EmailAddress.objects.create(user=representative, email="new@example.org", verified=True)
    contact = {"name": "Dana Rivera", "email": "new@example.org", "phone": "410-555-0199"}
    client.post(f"/elections/{election.pk}/updates/contact", contact)
    update = Update.objects.get()
    EmailAddress.objects.filter(email="dana@example.org").delete()
    refused = text(client.post(f"/elections/{election.pk}/updates/{update.pk}/undo", follow=True))
    assert "Nothing was undone. The contact details have changed since then, or the earlier email address" in refused
    assert Election.objects.get(pk=election.pk).contact == contact


def test_who_represents_it_no_more_reports_nothing(election):
    former = UserFactory(email="former@example.org")
    election.roles.create(user=former, kind="collaborator")
    with pytest.raises(PermissionDenied):
        actions.report_nothing(election.pk, by=former, now=clock.now())
    assert Update.objects.count() == 0


def test_a_new_representative_is_an_update_that_cms_hears_of(client, election):
    sam = UserFactory(email="sam@example.org", name="Sam Successor")
    invite(election.pk, email=sam.email, kind="representative", by=election.started_by, now=clock.now())
    [invitation] = open_for(sam, clock.now())
    accept(invitation, by=sam, now=clock.now())
    update = Update.objects.get()
    assert (update.kind, update.details["after"]["email"]) == ("representative", "sam@example.org")
    page = signed_in(sam).get(f"/elections/{election.pk}/updates/{update.pk}")
    assert "The representative is now Sam Successor (sam@example.org). Before, it was Dana Rivera" in text(page)
    assert "Undo this update" not in text(page)
    with pytest.raises(Refused, match="hand over the role to someone else"):
        steps.undo(election.pk, update.pk, by=sam, now=clock.now())


def test_a_button_pressed_twice_leads_to_the_one_receipt(client, election):
    fields = {"kind": "merged", "practice": 1, "other": "Northside Clinic", "effective_on": "2027-01-20"}
    pages = [client.post(f"/elections/{election.pk}/updates/practice", fields) for _ in range(2)]
    assert [page.status_code for page in pages] == [302, 302]
    assert pages[0].headers["Location"] == pages[1].headers["Location"]
    other = client.post(f"/elections/{election.pk}/updates/practice", fields | {"other": "Southside Clinic"})
    assert "practice merged on Jan 20, 2027." in text(other)
    assert Update.objects.count() == 1


def test_changes_of_one_clinician_are_reported_in_their_order_also_before_the_year(client, election, set_clock):
    set_clock("2026-12-28T10:00:00-05:00")
    left(election, day=date(2026, 12, 20))
    fields = {"kind": "joined", "practice": 1, "npi": NPI, "effective_on": "2026-12-10"}
    refused = text(client.post(f"/elections/{election.pk}/updates/clinician", fields))
    assert f"You already reported a change of the clinician with NPI {NPI} on Dec 20, 2026." in refused
    assert (
        client.post(f"/elections/{election.pk}/updates/clinician", fields | {"effective_on": "2026-12-21"}).status_code
        == 302
    )


def test_at_most_50_updates_are_taken_in_a_day(client, election, monkeypatch):
    monkeypatch.setattr(actions, "MOST_A_DAY", 1)
    left(election)
    refused = text(client.post(f"/elections/{election.pk}/updates/nothing", follow=True))
    assert "Nothing was reported. 1 updates were reported in one day. Try again tomorrow" in refused


def test_the_database_wants_the_event_of_the_very_update(election, reviewer):
    update = left(election)
    other = left(election, npi=GROUP.npis[1])
    with pytest.raises(IntegrityError, match="needs the event"), transaction.atomic():
        acknowledge_with_the_event_of(update, other, by=reviewer)


def acknowledge_with_the_event_of(update: Update, other: Update, *, by: User) -> None:
    """Write that one update was acknowledged, with the event of another."""
    UpdateStep.objects.create(update_of=other, kind="acknowledged", by=by, at=clock.now())
    of_one = {"update": update.pk}
    election = update.submission.election
    Event.objects.create(election=election, verb="acknowledge_update", by=by, at=clock.now(), details=of_one)
    connection.check_constraints()


def test_the_roster_of_a_day_says_who_was_in_as_far_as_it_was_reported(client, election, set_clock):
    left(election)
    set_clock("2027-03-01T10:00:00-05:00")
    roster = f"/elections/{election.pk}/updates/roster"
    assert "2 clinicians in 2 practices" in text(client.get(f"{roster}?day=2027-01-20"))
    assert "3 clinicians in 2 practices" in text(client.get(f"{roster}?day=2027-01-19"))
    earlier = text(client.get(f"{roster}?day=2027-01-20&recorded_by=2027-01-31"))
    assert "3 clinicians in 2 practices, as reported by the end of Jan 31, 2027 (ET)." in earlier
    assert "Dec 20, 2026 is not in the performance year, so this is Jan 1, 2027." in text(
        client.get(f"{roster}?day=2026-12-20")
    )
    assert "CMS had not approved this election by the end of Nov 30, 2026 (ET). It approved it on Dec 1, 2026." in text(
        client.get(f"{roster}?recorded_by=2026-11-30")
    )
    assert "Enter a valid date." in text(client.get(f"{roster}?day=May"))


def test_a_question_about_a_practice_that_a_new_submission_leaves_out_is_shown_with_its_name(client, set_clock):
    practices = PracticeFactory.build_batch(3)
    LoadRun.objects.update(status=LoadRun.Status.SUPERSEDED)
    load_cms_data(practices)
    election, reviewer = ElectionFactory(practices=practices, state="approved"), ReviewerFactory()
    now = set_clock("2026-12-10T10:00:00-05:00")
    closed: dict[str, Any] = {"kind": UpdateKind.CLOSED, "practice": 2, "other": "", "effective_on": date(2026, 12, 5)}
    update = actions.report_practice(election.pk, **closed, by=election.started_by, now=now)
    steps.ask(election.pk, update.pk, text="Is it the clinic on Elm Street?", by=reviewer, now=now)
    remove_member(election.pk, election.members.latest("position").pk, by=election.started_by, now=now)
    submit(election)
    desk.start_review(election.pk, by=reviewer, now=now)
    decisions.approve(election.pk, by=reviewer, now=now, submission_number=2)
    take_effect(election)
    shown = text(client.get(f"/elections/{election.pk}/"))
    assert (
        f"CMS has a question about an update: {practices[2].name} closed on Dec 5, 2026. Answer the question" in shown
    )
