"""A decision page that is open while its election changes: what it sends is refused, with what changed."""

from collections.abc import Mapping

import pytest
from django.test import Client

from elections.models import Conflict, Correction, Decision, Election
from eligibility.models import LoadRun
from tests.elections.steps import desk, hidden, settle
from tests.factories.elections import ElectionFactory, submit, take_effect
from tests.factories.people import LeadFactory, StewardFactory, signed_in
from tests.factories.practices import GROUP, OTHER, SOLO, load_cms_data
from tests.pages import text

from ..corrections.test_corrections import REQUESTS, asking

pytestmark = pytest.mark.django_db

RULE = "low-volume-threshold"
TYPED: Mapping[str, Mapping[str, str]] = {
    "approve/": {"submission_number": "1"},
    "reject/": {"submission_number": "1", "reasons": "A clinician left."},
    "ask/": asking(REQUESTS[0]),
}
READ_AGAIN = "Nothing was decided yet. Read the packet again before you decide."


def override(election: Election) -> list[str]:
    fields = {"submission_number": 1, "finding": f"0:{RULE}", "justification": "They exceed all limits."}
    assert signed_in(LeadFactory()).post(desk(election, "override/"), fields).status_code == 302
    return [
        "Lee Lead overrode “Low-volume threshold” of Quiet Harbor Medicine on Dec 1, 2026, 10:00:00 a.m. ET, after you"
        " opened this page."
    ]


def use_other_data(election: Election) -> list[str]:
    [active] = LoadRun.objects.filter(kind="determinations", status="active")
    LoadRun.objects.filter(pk=active.pk).update(status="superseded", rows_kept=True)
    staged = load_cms_data()
    LoadRun.objects.filter(pk=staged.pk).update(status="staged", rows_kept=True)
    LoadRun.objects.filter(pk=active.pk).update(status="active")
    address = f"/staff/eligibility/loadrun/{staged.pk}/activate/"
    assert signed_in(StewardFactory()).post(address).status_code == 302
    return [
        "Different CMS data came into use after you opened this page.",
        "Quiet Harbor Medicine, Low-volume threshold: not met before, met now.",
    ]


def claim_its_tin(election: Election) -> list[str]:
    ElectionFactory(by__email="rae@example.org", practices=(GROUP, OTHER), name="Mill Group", state="submitted")
    return ["Another election claims a TIN of this one. The conflict was opened after you opened this page."]


def take_it_and_give_it_back(election: Election) -> list[str]:
    lead = LeadFactory()
    colleague = signed_in(lead)
    for reviewer in (lead.pk, election.reviewer_id):
        colleague.post(desk(election, "assign/"), {"reviewer": reviewer, "in_place": "on"})
    at = "on Dec 1, 2026, 10:00:00 a.m. ET, after you opened this page."
    return [f"Lee Lead made Lee Lead the reviewer {at}", f"Lee Lead made Alex Reviewer the reviewer {at}"]


@pytest.mark.parametrize("change", [override, use_other_data, claim_its_tin, take_it_and_give_it_back])
def test_what_was_opened_before_a_change_is_refused_with_what_changed(client: Client, in_review, below, change):
    opened = {page: hidden(client.post(desk(in_review, page), typed)) for page, typed in TYPED.items()}
    told = change(Election.objects.get(pk=in_review.pk))
    answers = {page: client.post(desk(in_review, page), {**typed, **opened[page]}) for page, typed in TYPED.items()}
    for page, answer in answers.items():
        assert [str(message) for message in answer.context["messages"]] == [*told, READ_AGAIN], page
    assert (Decision.objects.count(), Correction.objects.count()) == (0, 0)
    again = hidden(answers["reject/"])
    assert client.post(desk(in_review, "reject/"), {**TYPED["reject/"], **again}).status_code == 302


def test_a_tin_or_an_identifier_given_meanwhile_is_told_in_a_sentence(client: Client, in_review, lead):
    at = "on Dec 1, 2026, 10:00:00 a.m. ET, after you opened this page."
    ElectionFactory(by__email="rae@example.org", practices=(GROUP, OTHER), name="Mill Group", state="submitted")
    opened = hidden(client.get(desk(in_review, "approve/")))
    settle(signed_in(lead), Conflict.objects.get(), outcome="kept", reason="It signed first.")
    answer = client.post(desk(in_review, "approve/"), opened)
    given = f"This election got the TIN of {GROUP.name} {at}"
    assert [str(message) for message in answer.context["messages"]] == [given, READ_AGAIN]
    assert f"A practice can take part in this election: {GROUP.name} · this site" in text(client.get(desk(in_review)))
    client.post(desk(in_review, "approve/"), hidden(answer))
    take_effect(in_review)

    opened = hidden(client.post(desk(in_review, "identifier/"), {"identifier": "VG0001"}))
    page, colleague = desk(in_review, "identifier/"), signed_in(lead)
    colleague.post(page, {"identifier": "VG0002"} | hidden(colleague.post(page, {"identifier": "VG0002"})))
    answer = client.post(page, {"identifier": "VG0001"} | opened)
    replaced = f"Lee Lead replaced the virtual group identifier {at}"
    assert [str(message) for message in answer.context["messages"]] == [replaced, READ_AGAIN]


def test_a_conflict_is_not_settled_on_a_page_from_before_one_side_changed(cms_data, lead):
    ElectionFactory(state="in_review")
    second = ElectionFactory(by__email="rae@example.org", practices=(SOLO, OTHER), name="Mill Group", state="submitted")
    page, browser = f"/staff/elections/conflict/{Conflict.objects.get().pk}/", signed_in(lead)
    typed = {"outcome": "kept", "reason": "It signed first."}
    shown = browser.post(page, typed)
    signed_in(second.started_by).post(f"/elections/{second.pk}/virtual-group", {"name": "Mill Network"})
    submit(second)
    answer = browser.post(page, typed | hidden(shown))
    assert [str(message) for message in answer.context["messages"]] == [
        "Mill Network, 2027: Submitted by Dana Rivera on Dec 1, 2026, 10:00:00 a.m. ET, after you opened this page.",
        READ_AGAIN,
    ]
    assert Conflict.objects.filter(closed_at=None).exists()
    assert browser.post(page, typed | hidden(answer)).status_code == 302


@pytest.mark.parametrize("keys", ["", ":", ":1:2:3", ":x:0:0:0", f":{'9' * 5000}:0:0:0"])
def test_a_mark_that_no_page_has_decides_nothing(client, in_review, keys):
    fields = hidden(client.get(desk(in_review, "approve/")))
    sent = fields | {"mail_seen": fields["mail_seen"].partition(":")[0] + keys}
    answer = client.post(desk(in_review, "approve/"), sent)
    assert answer.status_code == 200
    assert [str(said).partition(":")[0] for said in answer.context["messages"]] == [
        "The email below is not the one you read before"
    ]
    assert not Decision.objects.exists()
