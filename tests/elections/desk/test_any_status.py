"""Every address of an election at the desk, typed by hand in every status: a page, or why there is none."""

import uuid
from collections.abc import Mapping
from contextlib import suppress
from itertools import product
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import NoReverseMatch, reverse

from elections.desk import decisions
from elections.models import Election, Update
from elections.submission import actions as submission_actions
from elections.upkeep import steps
from elections.upkeep.actions import report_nothing
from ground import clock
from tests.elections.steps import desk
from tests.factories.corrections import ask_for_correction
from tests.factories.elections import ElectionFactory, take_effect
from tests.factories.people import LeadFactory, ReviewerFactory, signed_in
from tests.factories.practices import PracticeFactory, load_cms_data
from tests.pages import text
from tests.walk.routes import known

pytestmark = [pytest.mark.django_db, pytest.mark.proof]

STATUSES = (
    *("draft", "submitted", "in_review", "action_needed", "pending_approval", "pending_rejection"),
    *("approved", "rejected", "withdrawn"),
)
PAGES = {
    *("", "history/", "start-review/", "assign/", "override/", "ask/", "resume/", "note/", "approve/", "reject/"),
    *("take-back/", "reopen/", "identifier/", "reveal/", "pdf/", "settle-objection/"),
}
FOR_LEADS = ("override/", "reopen/")
NO_PAGE = "No staff page has this address, or it isn’t yours to see. Nothing was changed."
STAYS = "This election no longer needs a decision, so its reviewer stays."
NO_IDENTIFIER = "This election has no virtual group identifier yet. It gets one when an approval takes effect."
NONE_OPEN = "No objection is open in this election. Nothing was changed."
BY_BUTTON = "This address works only from its button here. Nothing was changed."
NOT_IN_EFFECT = "This decision has not taken effect yet. The reviewer who made it can still undo it."
NOT_THE_LEAD = "Your role at CMS does not allow that. Nothing was changed."
SENT = {
    *(("submission_number", "1"), ("reason", "A clinician left."), ("reasons", "A clinician left.")),
    *(("identifier", "VG0001"), ("practice", "0"), ("text", "Called the group."), ("justification", "Seen on paper.")),
}


def closed(status: str) -> str:
    return f"This election is {status}, so you cannot do that now."


def too_late(status: str) -> str:
    return f"This election is now {status}, so you can no longer do that. Reload the page to see its status."


OPENED: Mapping[str, Mapping[str, str]] = {  # what is said instead of the page, by page and status
    "start-review/": {
        status: closed(words)
        for status, words in {
            "in_review": "in review",
            "action_needed": "action needed",
            "approved": "approved",
            "pending_approval": "approved",
            "pending_rejection": "rejected",
            "rejected": "rejected",
            "withdrawn": "withdrawn",
        }.items()
    },
    **{
        page: {
            status: closed(words)
            for status, words in {
                "submitted": "submitted",
                "action_needed": "action needed",
                "approved": "approved",
                "pending_approval": "approved",
                "pending_rejection": "rejected",
                "rejected": "rejected",
                "withdrawn": "withdrawn",
            }.items()
        }
        for page in ("ask/", "approve/", "reject/")
    },
    "reopen/": {
        **{status: closed(status) for status in ("submitted", "withdrawn")},
        "in_review": closed("in review"),
        "action_needed": closed("action needed"),
        **dict.fromkeys(("pending_approval", "pending_rejection"), NOT_IN_EFFECT),
    },
    "assign/": dict.fromkeys(("approved", "rejected", "withdrawn", "pending_approval", "pending_rejection"), STAYS),
    "identifier/": dict.fromkeys(set(STATUSES) - {"draft", "approved"}, NO_IDENTIFIER),
    "settle-objection/": dict.fromkeys(set(STATUSES) - {"draft"}, NONE_OPEN),
    **{page: dict.fromkeys(set(STATUSES) - {"draft"}, BY_BUTTON) for page in ("take-back/", "resume/", "pdf/")},
}


@pytest.fixture(scope="module")
def elections(module_db: None) -> dict[str, Election]:
    """An election in each status."""
    practices = PracticeFactory.build_batch(2 * len(STATUSES))
    load_cms_data(practices)
    reviewer, now = ReviewerFactory(), clock.now()
    made = {}
    for number, status in enumerate(STATUSES):
        state = {"draft": "draft", "submitted": "submitted", "withdrawn": "submitted"}.get(status, "in_review")
        election = ElectionFactory(
            practices=practices[2 * number : 2 * number + 2], name=f"{status} Group", state=state
        )
        decided: dict[str, Any] = {"by": reviewer, "now": now, "submission_number": 1}
        if status in ("approved", "pending_approval"):
            decisions.approve(election.pk, **decided)
        if status in ("rejected", "pending_rejection"):
            decisions.reject(election.pk, **decided, reasons="A clinician left.")
        if status in ("approved", "rejected"):
            take_effect(election)
        if status == "action_needed":
            ask_for_correction(election, by=reviewer)
        if status == "withdrawn":
            submission_actions.withdraw(election.pk, by=election.started_by, now=now)
        made[status] = Election.objects.get(pk=election.pk)
    return made


@pytest.fixture(params=["reviewer", "lead"])
def client(request, elections, db) -> Client:
    browser = signed_in(ReviewerFactory() if request.param == "reviewer" else LeadFactory())
    browser.is_lead = request.param == "lead"  # type: ignore[attr-defined]
    return browser


def said(answer: Any) -> str:
    """Return what a staff page says; fail if the page is none."""
    assert answer.status_code in (200, 403, 404, 405), answer.status_code
    page = answer.content.decode()
    assert "Virtual Group Elections: CMS staff" in page
    assert '<div class="breadcrumbs">' in page
    return text(answer)


def test_these_are_all_pages_of_an_election():
    pages, nowhere = set(), uuid.uuid4()
    for name in known():
        if name.startswith("admin:elections_election_"):
            with suppress(NoReverseMatch):  # a page of the list
                pages.add(reverse(name, args=[nowhere]).partition(f"{nowhere}/")[2])
    assert pages == PAGES


@pytest.mark.parametrize("status", STATUSES)
def test_an_address_opened_in_any_status_gives_a_page_or_a_sentence(client, elections, status):
    election = elections[status]
    for page in sorted(PAGES):
        answer = client.get(desk(election, page), follow=True)
        if page in FOR_LEADS and not client.is_lead:
            assert NOT_THE_LEAD in said(answer), page
        elif status == "draft":
            assert NO_PAGE in said(answer), page
        elif sentence := OPENED.get(page, {}).get(status):
            assert sentence in said(answer), page
            assert answer.redirect_chain == [(desk(election), 302)], page
            assert 'class="usa-alert usa-alert--slim usa-alert--warning"' in answer.content.decode(), page
        else:
            assert (answer.status_code, answer.redirect_chain) == (200, []), page
            assert said(answer)
    assert Election.objects.get(pk=election.pk).status == election.status


CHANGES = {
    *(("start-review/", "submitted"), ("resume/", "action_needed")),
    *(("take-back/", "pending_approval"), ("take-back/", "pending_rejection")),
}


@pytest.mark.parametrize("status", STATUSES)
def test_what_is_sent_in_any_status_is_answered_on_a_staff_page(client, elections, status):
    election = elections[status]
    for page, sent in product(sorted(PAGES), ({}, dict(SENT))):
        with transaction.atomic():
            words = said(client.post(desk(election, page), sent, follow=True))
            changed = Election.objects.get(pk=election.pk).status != election.status
            transaction.set_rollback(True)
        assert status != "draft" or any(sentence in words for sentence in (NO_PAGE, NOT_THE_LEAD)), page
        assert not changed or (page, status) in CHANGES


@pytest.mark.parametrize("step", [None, "asked", "acknowledged", "undone"])
def test_the_addresses_of_an_update_give_a_page_or_a_sentence_in_any_state(client, elections, step):
    election, reviewer = elections["approved"], ReviewerFactory()
    by, now = election.started_by, clock.now()
    page = f"/staff/elections/update/{report_nothing(election.pk, by=by, now=now).pk}/"
    update = Update.objects.get()
    if step == "asked":
        steps.ask(election.pk, update.pk, text="Is that so?", by=reviewer, now=now)
    if step == "acknowledged":
        steps.acknowledge(election.pk, update.pk, by=reviewer, now=now)
    if step == "undone":
        steps.undo(election.pk, update.pk, by=by, now=now)
    words, actions = said(client.get(page)), ("Acknowledge and take the next one", "Ask about it")
    assert [action in words for action in actions] == [step in (None, "asked"), step is None]
    by_hand = client.get(f"{page}acknowledge/", follow=True)
    assert (by_hand.redirect_chain, BY_BUTTON in said(by_hand)) == ([(page, 302)], True)
    answer = said(client.post(f"{page}acknowledge/", follow=True))
    refused = {
        "acknowledged": "Nothing was changed. CMS already acknowledged this update.",
        "undone": "Nothing was changed. This update was already undone.",
    }
    assert refused.get(step, "Acknowledged. We didn’t email anyone.") in answer
    assert NO_PAGE in said(client.get("/staff/elections/update/99999/"))


REFUSED = {
    ("start-review/", "in_review"): too_late("in review"),
    ("start-review/", "withdrawn"): too_late("withdrawn"),
    ("resume/", "in_review"): too_late("in review"),
    ("take-back/", "in_review"): "This election is in review. No decision is waiting.",
    ("take-back/", "approved"): "This decision took effect, so you can no longer undo it. A lead reviewer can reopen",
    ("assign/", "withdrawn"): STAYS,
    ("identifier/", "pending_approval"): NO_IDENTIFIER,
    ("identifier/", "rejected"): NO_IDENTIFIER,
    ("override/", "approved"): "There is nothing to override.",
}


def test_what_does_not_apply_is_refused_in_these_words(elections, db):
    client = signed_in(LeadFactory())
    for (page, status), sentence in REFUSED.items():
        answer = client.post(desk(elections[status], page), dict(SENT), follow=True)
        assert sentence in said(answer), (page, status)
