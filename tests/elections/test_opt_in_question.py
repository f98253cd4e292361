"""An opt-in that no one has answered is a question wherever an election is worked on, and judged as ever."""

import pytest

from agreements.models import Party
from elections.submission import actions
from ground import clock
from tests.elections.steps import executed
from tests.factories.corrections import ask_for_correction
from tests.factories.people import ReviewerFactory
from tests.factories.practices import GROUP, OTHER
from tests.factories.signing import Signer, acknowledge, change_practice, sign_all, sign_and_submit, to_be_signed
from tests.pages import OPT_IN_PAYS, text

pytestmark = pytest.mark.django_db

QUESTION = "A question for this practice Does this practice accept an opt-in to MIPS for 2027?"
NOT_ACCEPTED = "The practice has not accepted the opt-in."
REVIEWED = f"Does {GROUP.name} accept an opt-in to MIPS for 2027?"


def pages(client, election, practice):
    """Return what is said on the practice's page, where it signs, on the review, and on the task list."""
    pk = election.members.get(name=practice.name).pk
    signs = "agreement" if election.agreement.is_signed_here else "agreement/paper"
    paths = (f"practices/{pk}", signs, "review", "")
    return [text(client.get(f"/elections/{election.pk}/{path}")) for path in paths]


@pytest.fixture
def opting_in(cms_data, election):
    """Dana Rivera's draft, of whose practices Lakeside has not signed the paper yet, and has to accept an opt-in."""
    cms_data.practices.filter(name=GROUP.name).update(patients=10)
    Party.objects.filter(member__name=GROUP.name).update(executed_on=None)
    return election


def test_no_answer_is_a_question_until_it_is_recorded(client, opting_in):
    practice, paper, review, tasks = pages(client, opting_in, GROUP)
    assert [said.count(QUESTION) for said in (practice, paper, review)] == [1] * 3
    assert [NOT_ACCEPTED in said for said in (practice, paper, review, tasks)] == [False] * 4
    for words in (
        "It exceeds $90,000 in allowed charges and 200 covered professional services. It does not exceed 200 patients.",
        f"Payments {OPT_IN_PAYS}",
        "What is public CMS publishes the scores of the practice’s MIPS eligible clinicians on Medicare’s Care Compare"
        " website.",
        "Until when Until Thursday, December 31, 2026, 11:59 p.m. ET, the representative can change or withdraw the"
        " election. After that, the opt-in cannot be undone.",
        "If the answer is no The practice cannot be in this virtual group.",
        "42 CFR 414.1310(b)(1)(iii)(A) , 414.1405 , 414.1395",
    ):
        assert words in practice, words
    assert [words for words in ("Not met", "Its Medicare figures,") if words in practice] == []
    assert f"1 question to answer before you submit {REVIEWED}" in review
    answered = executed(opting_in, opt_in=opting_in.members.get(name=GROUP.name))
    client.post(f"/elections/{opting_in.pk}/agreement/paper", answered)
    for said in pages(client, opting_in, GROUP):
        assert [words for words in (QUESTION, REVIEWED, NOT_ACCEPTED) if words in said] == []


def test_a_paper_signed_without_a_yes_is_a_no(client, opting_in):
    client.post(f"/elections/{opting_in.pk}/agreement/paper", executed(opting_in))
    practice, paper, review, tasks = pages(client, opting_in, GROUP)
    assert [QUESTION in said or REVIEWED in said for said in (practice, paper, review)] == [False] * 3
    assert [NOT_ACCEPTED in said for said in (practice, paper, review)] == [True] * 3
    assert "Needs attention (1)" in tasks


def test_a_question_alone_is_nothing_to_fix_although_the_agreement_is_not_acknowledged(client, cms_data):
    election = to_be_signed()
    sign_all(election)
    cms_data.practices.filter(name=GROUP.name).update(patients=10)
    review = text(client.get(f"/elections/{election.pk}/review"))
    assert f"1 question to answer before you submit {REVIEWED}" in review
    assert "Fix these before you submit" not in review


def test_a_signer_who_was_not_asked_is_waited_for(client, cms_data):
    """CMS data show it only after everyone signed."""
    election = to_be_signed()
    sign_all(election)
    acknowledge(election)
    cms_data.practices.filter(name=GROUP.name).update(patients=10)
    practice, agreement, review, tasks = pages(client, election, GROUP)
    assert [(said.count(QUESTION), "Not met" in said) for said in (practice, agreement, review)] == [(1, False)] * 3
    assert f"1 question to answer before you submit {REVIEWED}" in review
    assert "Fix these before you submit" not in review
    assert "1 practice must still say yes or no to an opt-in. In progress" in tasks
    assert "Get the answer to an opt-in" in tasks


def test_each_result_is_shown_as_it_is_judged_among_all_of_them(client, opting_in):
    ledger = text(client.get(f"/elections/{opting_in.pk}/ledger"))
    assert [ledger.count(words) for words in ("2 not met", "Not met", QUESTION)] == [1, 2, 0]


def test_what_no_one_can_tell_yet_is_asked_in_advance(client, cms_data, election):
    cms_data.practices.filter(name=GROUP.name).update(allowed_charges=None, patients=None, services=None)
    Party.objects.filter(member__name=GROUP.name).update(executed_on=None)
    practice, paper, review, _ = pages(client, election, GROUP)
    assert [QUESTION in said for said in (practice, paper, review)] == [True] * 3
    assert f"{QUESTION} We don’t know yet whether this practice is opt-in eligible." in practice
    assert "If CMS finds the practice opt-in eligible, it cannot be in this virtual group." in practice
    assert "question to answer before you submit" not in review


def test_a_no_of_the_signer_is_no_question(client, cms_data):
    cms_data.practices.filter(name=GROUP.name).update(patients=10)
    election = to_be_signed()
    assert QUESTION in pages(client, election, GROUP)[0]
    Signer("gwen@example.org").sign(opt_in="no")
    practice, agreement, review, tasks = pages(client, election, GROUP)
    assert [QUESTION in said for said in (practice, agreement, review)] == [False] * 3
    assert [NOT_ACCEPTED in said for said in (practice, agreement, review)] == [True] * 3
    assert [REVIEWED in review, "yes or no to an opt-in" in tasks] == [False, False]
    listed = text(client.get(f"/elections/{election.pk}/practices"))
    assert "Opt-in not accepted Ask its signer to accept it after all , or leave the practice out." in listed


def test_a_no_counts_no_longer_than_its_signature(client, cms_data):
    """Who has to sign again is asked again, and every page says so."""
    cms_data.practices.filter(name=GROUP.name).update(patients=10)
    election = to_be_signed()
    Signer("gwen@example.org").sign(opt_in="no")
    board, no = f"/elections/{election.pk}/signing", "Did not accept the opt-in."
    assert no in text(client.get(board))
    change_practice(election, GROUP, npis=[*GROUP.npis, OTHER.npis[1]])
    assert [no in text(client.get(board)), QUESTION in pages(client, election, GROUP)[0]] == [False, True]


def test_nothing_is_asked_in_an_election_that_is_over(client, opting_in):
    actions.withdraw(opting_in.pk, by=opting_in.started_by, now=clock.now())
    said = pages(client, opting_in, GROUP)[0]
    assert [words in said for words in (QUESTION, NOT_ACCEPTED)] == [False, True]


def test_nothing_is_asked_once_no_answer_can_be_recorded(client, cms_data, set_clock):
    """CMS data show it only in January: neither the practice nor those who prepare the election can change it."""
    election = to_be_signed()
    sign_and_submit(election)
    cms_data.practices.filter(name=GROUP.name).update(patients=10)
    assert QUESTION in pages(client, election, GROUP)[0]
    set_clock("2027-01-04T10:00:00-05:00")
    shown = pages(client, election, GROUP)
    for said in shown:
        assert [words for words in (QUESTION, REVIEWED, "yes or no to an opt-in") if words in said] == []
    assert [NOT_ACCEPTED in said for said in shown] == [True, True, True, False]
    listed = text(client.get(f"/elections/{election.pk}/practices"))
    assert ["Opt-in not accepted" in listed, "A question for this practice" in listed] == [True, False]


def test_after_the_deadline_it_says_that_nothing_undoes_it(client, cms_data, in_review, set_clock):
    set_clock("2027-01-04T10:00:00-05:00")
    ask_for_correction(in_review, by=ReviewerFactory())
    cms_data.practices.filter(name=GROUP.name).update(patients=10)
    Party.objects.filter(member__name=GROUP.name).update(executed_on=None)
    practice = pages(client, in_review, GROUP)[0]
    closed = "The election window closed Thursday, December 31, 2026, 11:59 p.m. ET. The opt-in cannot be undone."
    assert f"Until when {closed}" in practice
