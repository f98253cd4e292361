"""A decision waits a minute: it can be undone, and until then nobody but the desk knows of it."""

import csv
import io
import re
from datetime import timedelta
from typing import Any

import pgtrigger
import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.urls import reverse

from elections.desk import decisions
from elections.models import Claim, Decision, Election, Event
from elections.tasks import take_effect as sweep
from ground import clock
from notices.models import Notice
from tests.elections.steps import approve, confirm, desk, hidden, reject
from tests.factories.corrections import ask_for_correction
from tests.factories.elections import ElectionFactory, ElectionRoleFactory, complete, submit, take_effect
from tests.factories.people import UserFactory, signed_in
from tests.factories.practices import BY_SSN, OTHER, load_cms_data
from tests.pages import text

pytestmark = pytest.mark.django_db

DECIDED_AT = "2026-12-01T10:00:00-05:00"
PAGES = ("election", "practices", "people", "agreement", "submit_page", "withdraw", "ledger", "virtual_group")
REASONS = "Lakeside has 12 clinicians (42 CFR 414.1315(a)(1))."


@pytest.fixture(scope="module")
def in_review_once(module_db: None) -> Election:
    load_cms_data()
    return ElectionFactory(state="in_review")


@pytest.fixture
def in_review(in_review_once: Election, db: None) -> Election:
    """The election as its review began; what a test changes is taken back."""
    return Election.objects.get(pk=in_review_once.pk)


@pytest.fixture
def decide(client, in_review):
    """Return how Alex Reviewer decides the election, by the name of what comes of it; no mail was sent before."""
    Notice.objects.all().delete()

    def decided(outcome):
        answer = approve(client, in_review) if outcome == "approved" else reject(client, in_review, REASONS)
        assert answer.status_code == 302

    return decided


def seen(client, election):
    """Return what the people of an election read on all its pages, and in their list."""
    pages = [reverse(page, args=[election.pk]) for page in PAGES]
    pages += ["/elections/", reverse("receipt", args=[election.pk, 1])]
    return {page: re.sub(r"Time left: .*?$|csrf\S+", "", text(client.get(page))) for page in pages}


def exported():
    out = io.StringIO()
    call_command("export_virtual_groups", performance_year=2027, stdout=out)
    return list(csv.DictReader(io.StringIO(out.getvalue())))


@pytest.mark.parametrize("outcome", ["approved", pytest.param("rejected", marks=pytest.mark.proof)])
def test_until_it_takes_effect_everyone_but_the_desk_sees_a_review(
    client, in_review, representative, decide, set_clock, outcome
):
    theirs = signed_in(representative)
    before = seen(theirs, in_review)
    set_clock("2026-12-01T10:20:00-05:00")
    decide(outcome)
    set_clock(DECIDED_AT)
    assert seen(theirs, in_review) == before
    set_clock("2026-12-01T10:20:00-05:00")
    assert (exported(), Notice.objects.count()) == ([], 0)
    assert set(Claim.objects.values_list("state", flat=True)) == {"held"}
    packet = text(client.get(desk(in_review)))
    assert f"{outcome.capitalize()}, not in effect yet" in packet
    assert "It takes effect at 10:21:00 a.m. ET" in packet
    assert "Until then only CMS staff see it, and no email is sent." in packet

    take_effect(in_review)

    assert seen(theirs, in_review) != before
    mail = Notice.objects.get()
    assert (mail.reason, mail.to) == (f"election {outcome}", "dana@example.org")
    assert set(Claim.objects.values_list("state", flat=True)) == {"held" if outcome == "approved" else "released"}
    assert len(exported()) == (3 if outcome == "approved" else 0)


@pytest.mark.parametrize("outcome", ["approved", pytest.param("rejected", marks=pytest.mark.proof)])
def test_undone_in_its_minute_it_leaves_nothing_but_a_trace(
    client, in_review, representative, reviewer, decide, set_clock, outcome
):
    theirs = signed_in(representative)
    before = seen(theirs, in_review)
    decide(outcome)
    given = Election.objects.get().virtual_group_identifier
    set_clock("2026-12-01T10:00:59.9-05:00")
    answer = client.post(desk(in_review, "take-back/"), follow=True)
    assert "Undone. The election is in your review again. We didn’t email anyone." in text(answer)

    election = Election.objects.get()
    assert (election.status, election.reviewer, election.pending_decision) == ("in_review", reviewer, None)
    assert election.virtual_group_identifier is None
    set_clock("2026-12-01T11:00:00-05:00")
    sweep()
    assert Notice.objects.count() == 0
    assert set(Claim.objects.values_list("state", flat=True)) == {"held"}
    verb = "approve" if outcome == "approved" else "reject"
    trace = Event.objects.filter(election=election, from_status__in=["in_review", outcome]).order_by("pk")
    assert [(event.verb, event.to_status, event.by) for event in trace] == [
        (verb, outcome, reviewer),
        ("take_back", "in_review", reviewer),
    ]
    decision = Decision.objects.get()
    assert trace[1].details == {"decision": decision.pk, "event": trace[0].pk, "before": given}
    told = text(client.get(desk(in_review)))
    assert "Decision undone" in told
    set_clock(DECIDED_AT)
    assert seen(theirs, in_review) == before


def test_an_hour_of_sweeps_sends_one_mail_to_each(client, in_review, decide, set_clock):
    decide("approved")
    for minute in (0, 1, 1, 2, 60):
        set_clock(f"2026-12-01T{10 + minute // 60}:{minute % 60:02}:00-05:00")
        sweep()
    assert list(Notice.objects.values_list("to", flat=True)) == ["dana@example.org"]
    event = Event.objects.get(verb="approve")
    assert list(event.notices.values_list("reason", flat=True)) == ["election approved"]


def test_what_took_effect_is_not_undone(client, in_review, decide, set_clock):
    decide("approved")
    set_clock("2026-12-01T10:01:00-05:00")
    answer = client.post(desk(in_review, "take-back/"), follow=True)
    said = "This decision took effect, so you can no longer undo it. A lead reviewer can reopen the election."
    assert said in text(answer)
    assert "The minute is over. The decision takes effect in a few seconds, and then the email is sent." in text(answer)
    assert 'take-back/"' not in answer.content.decode()
    sweep()
    assert Notice.objects.count() == 1
    packet = text(client.get(desk(in_review)))
    assert (
        "Approved, in effect Approved by Alex Reviewer on Dec 1, 2026, 10:00:00 a.m. ET. We emailed:"
        " dana@example.org: Approved: 2027 election for Harbor Group ( queued )"
    ) in packet
    assert [words for words in ("not in effect yet", "Nothing to decide", "Undo") if words in packet] == []


def test_an_election_that_was_withdrawn_says_so_and_nothing_is_left_to_decide(client, in_review, representative):
    signed_in(representative).post(reverse("withdraw", args=[in_review.pk]), {"sure": "on"})
    packet = text(client.get(desk(in_review)))
    assert "Withdrawn Withdrawn by Dana Rivera on Dec 1, 2026, 10:00:00 a.m. ET. We emailed:" in packet
    assert "Nothing to decide" not in packet


def test_only_who_decided_undoes_it(in_review, decide, lead):
    decide("rejected")
    colleague = signed_in(lead)
    assert "take-back" not in colleague.get(desk(in_review)).content.decode()
    answer = colleague.post(desk(in_review, "take-back/"), follow=True)
    assert "Alex Reviewer made this decision. Only Alex Reviewer can undo it." in text(answer)
    assert Election.objects.get().status == "rejected"


def test_a_second_reviewer_is_told_who_decided_what_and_when(client, in_review, lead, decide):
    colleague = signed_in(lead)
    shown = hidden(colleague.get(desk(in_review, "approve/")))
    decide("rejected")
    answer = colleague.post(desk(in_review, "approve/"), shown | {"in_place": "on"})
    assert (
        "Alex Reviewer rejected this election on Dec 1, 2026, 10:00:00 a.m. ET."
        " Nothing was changed, and we sent no email."
    ) in text(answer)
    assert Decision.objects.get().outcome == "rejected"


def test_a_decision_about_a_submission_that_was_replaced_is_refused_with_what_changed(client, in_review, set_clock):
    shown = hidden(client.get(desk(in_review, "approve/")))
    set_clock("2026-12-01T11:00:00-05:00")
    submit(complete(in_review, OTHER))
    Notice.objects.all().delete()
    answer = client.post(desk(in_review, "approve/"), shown)
    assert [str(message) for message in answer.context["messages"]] == [
        "Submission 2 came on Dec 1, 2026, 11:00:00 a.m. ET. You looked at submission 1, so nothing was done and no"
        " email was sent. Read the new submission first.",
        "Old Mill Clinic is new, with 2 clinicians.",
    ]
    assert (Decision.objects.count(), Notice.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    ("what", "said"), [("withdraw", "Withdrawn by Dana Rivera"), ("ask", "Correction requested by Lee Lead")]
)
def test_a_decision_after_someone_else_ended_the_review_says_who_did_and_when(
    client, in_review, representative, lead, what, said
):
    shown = hidden(client.get(desk(in_review, "approve/")))
    if what == "withdraw":
        signed_in(representative).post(reverse("withdraw", args=[in_review.pk]), {"sure": "on"})
    else:
        signed_in(lead).post(desk(in_review, "assign/"), {"reviewer": lead.pk, "in_place": "on"})
        ask_for_correction(in_review, by=lead)
    answer = client.post(desk(in_review, "approve/"), shown | {"in_place": "on"})
    assert [str(message) for message in answer.context["messages"]] == [
        f"{said} on Dec 1, 2026, 10:00:00 a.m. ET. Nothing was changed, and we sent no email."
    ]
    assert not Decision.objects.exists()


@pytest.mark.parametrize("outcome", ["approved", pytest.param("rejected", marks=pytest.mark.proof)])
def test_a_representative_who_submits_in_that_minute_goes_first(
    client, in_review, representative, reviewer, decide, outcome
):
    decide(outcome)
    complete(in_review, OTHER)
    assert confirm(signed_in(representative), in_review)["Location"].endswith("/receipt/2")
    election = Election.objects.get()
    assert (election.status, election.pending_decision, election.virtual_group_identifier) == ("submitted", None, None)
    mail = Notice.objects.get(to=reviewer.email)
    assert mail.subject == "Submitted again: 2027 election for Harbor Group"
    assert (
        f"You had {outcome} it on Dec 1, 2026, 10:00:00 a.m. ET. The representative submitted again first, so that"
        " decision did not take effect and no email about it was sent."
    ) in mail.body
    sweep()
    assert not Notice.objects.filter(reason=f"election {outcome}").exists()


def test_a_colleague_whose_decision_the_representative_was_faster_than_hears_of_it(
    in_review, representative, reviewer, lead
):
    approve(signed_in(lead), in_review, in_place="on")
    Notice.objects.all().delete()
    complete(in_review, OTHER)
    confirm(signed_in(representative), in_review)
    mails = Notice.objects.filter(reason="election submitted again")
    told = {mail.to: mail.body for mail in mails}
    assert told.keys() == {reviewer.email, lead.email}
    assert "Lee Lead had approved it on Dec 1, 2026, 10:00:00 a.m. ET." in told[reviewer.email]
    assert "You're still its reviewer." in told[reviewer.email]
    assert "You had approved it on Dec 1, 2026, 10:00:00 a.m. ET." in told[lead.email]
    assert "reviewer" not in told[lead.email]


def test_the_same_submission_again_undoes_no_decision(in_review, representative, decide):
    theirs = signed_in(representative)
    decide("rejected")
    assert confirm(theirs, in_review)["Location"].endswith("/receipt/1")
    assert Election.objects.get().status == "rejected"


def test_a_representative_who_withdraws_in_that_minute_goes_first(in_review, representative, reviewer, decide):
    decide("approved")
    signed_in(representative).post(reverse("withdraw", args=[in_review.pk]), {"sure": "on"})
    assert Election.objects.get().status == "withdrawn"
    told = {mail.to: mail.subject for mail in Notice.objects.all()}
    assert told[reviewer.email] == "Withdrawn before your decision counted: Harbor Group"
    assert set(told) == {reviewer.email, "dana@example.org"}
    assert set(Claim.objects.values_list("state", flat=True)) == {"released"}


def test_an_identifier_that_was_typed_and_undone_is_free_again(client, in_review):
    shown = approve(client, in_review, identifier="VG0001")
    client.post(desk(in_review, "approve/"), hidden(shown) | {"identifier": "VG0001"})
    assert Election.objects.get().virtual_group_identifier == "VG0001"
    client.post(desk(in_review, "take-back/"))
    assert Election.objects.get().virtual_group_identifier is None
    other = ElectionFactory(practices=(OTHER, BY_SSN), name="Mill Group", state="in_review")
    shown = approve(client, other, identifier="VG0001")
    client.post(desk(other, "approve/"), hidden(shown) | {"identifier": "VG0001"})
    assert Election.objects.get(pk=other.pk).virtual_group_identifier == "VG0001"


def test_a_note_stands_in_the_mail_that_is_shown_and_sent(client, in_review):
    shown = approve(client, in_review, note="Welcome. Call 1-866-288-8292 with questions.")
    assert shown.status_code == 200
    assert [(message.level_tag, str(message)) for message in shown.context["messages"]] == [
        (
            "warning",
            "The email below is not the one you read before: you changed its text, or the election changed."
            " Nothing was decided yet. Read it, then send it.",
        )
    ]
    assert "Welcome. Call 1-866-288-8292 with questions." in shown.context["mail"].body
    client.post(desk(in_review, "approve/"), hidden(shown) | {"note": "Welcome. Call 1-866-288-8292 with questions."})
    take_effect(in_review)
    assert Notice.objects.get(reason="election approved").body == shown.context["mail"].body


def test_a_decision_that_cannot_take_effect_keeps_no_other_waiting(client, in_review):
    broken = in_review
    whole = ElectionFactory(practices=(OTHER, BY_SSN), name="Mill Group", state="in_review")
    for election in (broken, whole):
        approve(client, election)
    with pgtrigger.ignore("elections.Decision:append_only"):
        Decision.objects.filter(submission__election=broken).update(mail={})
    assert decisions.take_effect_due(now=clock.now() + timedelta(minutes=2)) == 1
    assert Election.objects.get(pending_decision=None) == whole
    assert Election.objects.get(pk=broken.pk).pending_decision is not None


def test_the_database_refuses_a_decision_that_waits_otherwise(client, in_review):
    approve(client, in_review)
    decision = Decision.objects.get()
    other = ElectionFactory(practices=(OTHER, BY_SSN), name="Mill Group", state="approved")
    refused: list[tuple[Election, dict[str, Any]]] = [
        (other, {"pending_decision": decision}),
        (in_review, {"status": "in_review", "pending_decision": None}),
        (ElectionFactory(state="draft"), {"pending_decision": decision}),
    ]
    for election, changes in refused:
        with pytest.raises(IntegrityError), transaction.atomic():
            Election.objects.filter(pk=election.pk).update(**changes)


def test_an_auditor_undoes_nothing(in_review, decide):
    decide("approved")
    auditor = signed_in(UserFactory(email="auditor@cms.example", roles=["auditor"]))
    assert auditor.post(desk(in_review, "take-back/")).status_code == 403
    assert Election.objects.get().status == "approved"


def test_deciding_a_colleagues_election_asks_first_and_tells_them(in_review, lead, reviewer):
    Notice.objects.all().delete()
    colleague = signed_in(lead)
    asked = approve(colleague, in_review)
    assert asked.status_code == 200
    assert "Alex Reviewer is the reviewer. Check the box to do this in their place." in text(asked)
    assert Election.objects.get().status == "in_review"
    assert approve(colleague, in_review, in_place="on").status_code == 302
    assert Notice.objects.count() == 0
    take_effect(in_review)
    assert {mail.to: mail.subject for mail in Notice.objects.all()} == {
        "dana@example.org": "Approved: 2027 election for Harbor Group",
        reviewer.email: "Your colleague approved Harbor Group",
    }
    told = Notice.objects.get(to=reviewer.email).body
    assert "Lee Lead approved the 2027 election for Harbor Group in your place." in told
    assert "You're still the reviewer of this election." in told


def test_a_colleague_who_took_it_meanwhile_is_not_passed_over(client, in_review, lead):
    shown = hidden(client.get(desk(in_review, "approve/")))
    signed_in(lead).post(desk(in_review, "assign/"), {"reviewer": lead.pk, "in_place": "on"})
    answer = client.post(desk(in_review, "approve/"), shown)
    assert "Lee Lead is the reviewer. Check the box to do this in their place." in text(answer)
    assert Election.objects.get().status == "in_review"


def test_who_got_a_part_in_the_election_meanwhile_undoes_their_decision_and_sees_no_more(
    client, in_review, reviewer, decide, set_clock
):
    decide("approved")
    ElectionRoleFactory(election=in_review, user=reviewer)
    page = client.get(desk(in_review))
    assert (page.status_code, "Quiet Harbor Medicine" in text(page)) == (200, False)
    assert "Approved, not in effect yet You decided at 10:00:00 a.m. ET." in text(page)
    assert client.get(desk(in_review, "approve/")).status_code == 403
    answer = client.post(desk(in_review, "take-back/"), follow=True)
    assert "Undone. You have a role in this election now, so someone else must decide it." in text(answer)
    assert (Election.objects.get().status, Notice.objects.count()) == ("in_review", 0)
    assert {client.get(desk(in_review)).status_code, client.post(desk(in_review, "take-back/")).status_code} == {403}


def test_who_has_a_part_in_it_undoes_no_decision_of_a_colleague(in_review, decide, lead):
    decide("approved")
    ElectionRoleFactory(election=in_review, user=lead)
    colleague = signed_in(lead)
    assert colleague.get(desk(in_review)).status_code == 403
    assert colleague.post(desk(in_review, "take-back/")).status_code == 403
    assert Election.objects.get().status == "approved"
