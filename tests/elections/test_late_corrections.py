"""Signatures after the close: an answered correction is judged on the execution dates of what came in the window."""

import pytest
from django.db import transaction

from elections.content import Snapshot
from elections.desk import actions as desk_actions
from elections.models import Election, MemberClinician
from elections.signing.signing_emails import ask_again_due
from elections.states import Verb
from elections.submission.actions import NotReady
from elections.verbs import change_status, lock
from notices.models import Notice
from tests.factories.elections import start_review, submit
from tests.factories.people import signed_in
from tests.factories.practices import OTHER, SOLO
from tests.factories.signing import Signer, acknowledge, sign_all, stands, to_be_signed
from tests.pages import text

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked(cms_data, reviewer, set_clock):
    """An election signed here and submitted in time, of which CMS asks in January to list one more clinician."""
    election = to_be_signed(practices=(SOLO, OTHER))
    acknowledge(election)
    sign_all(election)
    start_review(election)
    now = set_clock("2027-01-10T10:00:00-05:00")
    with transaction.atomic():
        change_status(lock(election.pk), Verb.ASK_FOR_CORRECTION, by=reviewer, now=now)
    MemberClinician.objects.create(member=election.members.get(name=SOLO.name), npi="1558598797", position=2)
    return Election.objects.get(pk=election.pk)


def outcomes(submission):
    findings = submission.ledger_for_cms["findings"]
    return {f["rule"]: f["outcome"] for f in findings if f["rule"] in ("agreement-executed", "election-window")}


MET = {"agreement-executed": "met", "election-window": "met"}


def test_who_has_not_signed_again_yet_does_not_fail_it(asked):
    entries = stands(asked).practices
    assert [(entry.executed_on is None, entry.void) for entry in entries] == [(True, ("schedule",)), (False, ())]
    assert outcomes(submit(asked)) == MET


def test_signing_again_is_asked_for_and_shown_with_its_own_day(asked, reviewer, set_clock):
    assert ask_again_due(now=set_clock("2027-01-10T10:30:00-05:00")) == 1
    assert Notice.objects.filter(to="sol@example.org").latest("pk").subject.startswith("Please sign again")
    set_clock("2027-01-12T10:00:00-05:00")
    assert "You have signed for" in text(Signer("sol@example.org").sign())
    submission = submit(asked)
    assert outcomes(submission) == MET
    entry = Snapshot.of_submission(submission).practices[0]
    assert str(entry.executed_on) == "2027-01-12"
    desk_actions.start_review(asked.pk, by=reviewer, now=set_clock("2027-01-13T10:00:00-05:00"))
    packet = text(signed_in(reviewer).get(f"/staff/elections/election/{asked.pk}/"))
    assert "signed here Jan 12, 2027, 10:00:00 a.m. ET" in packet
    assert {f.rule for f in desk_actions.judge_on_current_data(asked, submission).not_met} <= {"roster-complete"}


def test_in_the_window_a_signature_over_an_older_text_never_counts(asked, set_clock):
    """The same change before the close: the practice has not executed what now stands."""
    set_clock("2026-12-20T10:00:00-05:00")
    with pytest.raises(NotReady) as refused:
        submit(asked)
    assert "agreement-executed" in [finding.rule for finding in refused.value.findings]
