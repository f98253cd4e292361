"""The packet over HTTP: a clean election decided from it, and the way through the list."""

import re

import pytest
from django.db import IntegrityError, transaction
from playwright.sync_api import expect

from elections.models import Election
from eligibility.models import DeterminationClinician, LoadRun
from notices.models import Notice
from tests.factories.elections import ElectionFactory, take_effect
from tests.factories.people import UserFactory, signed_in
from tests.factories.practices import BY_SSN, GROUP, OTHER, SOLO, PracticeFactory
from tests.pages import text

from ..steps import approve, desk, hidden

pytestmark = pytest.mark.django_db

QUEUE = "/staff/elections/election/?status=open"
CLEAR = (
    "Nothing to decide: 24 of 26 findings met, 2 do not apply, rosters equal, 2 of 2 practices executed the agreement."
)


def test_a_clean_election_is_decided_in_two_clicks(client, submitted):
    page = client.get(QUEUE).content.decode()
    assert f'form="review" formaction="{desk(submitted, "start-review/")}">Review' in page
    assert '<form id="review" method="post">' in page
    packet = client.post(desk(submitted, "start-review/"), follow=True)
    said = text(packet)
    assert CLEAR in said
    assert "Check these first" not in said
    Notice.objects.all().delete()
    assert f'action="{desk(submitted, "approve/")}"' in packet.content.decode()
    client.post(desk(submitted, "approve/"), hidden(packet))
    assert Election.objects.get().status == "approved"
    take_effect(submitted)
    mail = Notice.objects.get(to="dana@example.org")
    shown = packet.context["mail"]
    assert (shown.to, shown.subject, shown.body) == (("dana@example.org",), mail.subject, mail.body)
    assert f"Virtual group identifier:  {Election.objects.get().virtual_group_identifier} " in mail.body


@pytest.mark.parametrize("what", ["roster", "finding", "conflict"])
def test_what_needs_thought_comes_first_and_nothing_is_offered_beside_it(client, in_review, what):
    if what == "roster":
        DeterminationClinician.objects.filter(npi=GROUP.npis[1]).delete()
    elif what == "finding":
        DeterminationClinician.objects.filter(practice__name=GROUP.name).update(clinician_type="other")
    else:
        by = UserFactory(email="rae@example.org", name="Rae Vale")
        ElectionFactory(by=by, practices=(GROUP, OTHER), name="Mill Group", state="submitted")
    packet = client.get(desk(in_review))
    assert "Check these first" in text(packet)
    assert "Nothing to decide" not in text(packet)
    assert packet.context["mail"] is None


def test_who_may_not_decide_is_offered_no_approval(cms_data, in_review, representative):
    auditor = signed_in(UserFactory(roles=["auditor"]))
    packet = auditor.get(desk(in_review))
    assert CLEAR in text(packet)
    assert "Approve and send the email" not in text(packet)
    assert "formaction" not in auditor.get("/staff/elections/election/?status=all").content.decode()


def test_the_packet_leads_through_the_list_as_it_was_filtered(client, submitted, set_clock):
    set_clock("2026-12-01T11:00:00-05:00")
    second = ElectionFactory(practices=(OTHER, BY_SSN), name="Mill Group", state="in_review")
    set_clock("2026-12-01T12:00:00-05:00")
    third = ElectionFactory(practices=PracticeFactory.build_batch(2), name="Oak Group", state="submitted")
    client.get(QUEUE)
    assert "1 of 3 in your list. Next: Mill Group" in text(client.get(desk(submitted)))
    assert "2 of 3 in your list. Previous: Harbor Group Next: Oak Group" in text(client.get(desk(second)))
    assert "3 of 3 in your list. Previous: Mill Group" in text(client.get(desk(third)))
    client.get(f"{QUEUE}&reviewer=unassigned")
    assert "2 of 2 in your list. Previous: Harbor Group" in text(client.get(desk(third)))
    assert "in your list" not in text(client.get(desk(second)))
    assert "Next: Harbor Group" in text(client.get(desk(second)))
    client.cookies["queue"] = "year=nonsense"
    assert "in your list" not in text(client.get(desk(third)))


def test_the_identifier_that_is_shown_stays_until_it_is_given(client, in_review):
    first = client.get(desk(in_review)).context["mail"].body
    approve(client, in_review)
    client.post(desk(in_review, "take-back/"))
    for page in ("", "approve/"):
        assert client.get(desk(in_review, page)).context["mail"].body == first
    approve(client, in_review)
    take_effect(in_review)
    assert Notice.objects.get(reason="election approved").body == first
    assert f"Virtual group identifier:  {Election.objects.get().virtual_group_identifier} (provisional" in first


def test_an_identifier_that_another_group_has_by_now_is_replaced_before_anything_is_sent(client, cms_data):
    first = ElectionFactory(state="in_review")
    other = ElectionFactory(practices=(OTHER, BY_SSN), name="Mill Group", state="in_review")
    shown = client.get(desk(first))
    [taken] = re.findall(r"identifier:  (\w{6}) ", shown.context["mail"].body)
    read = approve(client, other, identifier=taken)
    client.post(desk(other, "approve/"), hidden(read) | {"identifier": taken})
    read = client.post(desk(first, "approve/"), hidden(shown))
    assert (read.status_code, taken in read.context["mail"].body) == (200, False)
    assert client.post(desk(first, "approve/"), hidden(read)).status_code == 302
    take_effect(first)
    assert Notice.objects.get(events__election=first, reason="election approved").body == read.context["mail"].body


def test_an_identifier_is_another_group_s_in_any_case(client, cms_data, approved):
    read = client.post(desk(approved, "identifier/"), {"identifier": "VG-2027-a"})
    client.post(desk(approved, "identifier/"), hidden(read) | {"identifier": "VG-2027-a"})
    other = ElectionFactory(practices=(OTHER, BY_SSN), name="Mill Group", state="in_review")
    said = text(client.post(desk(other, "approve/"), {"submission_number": 1, "identifier": "vg-2027-A"}))
    assert "Another virtual group for 2027 has the identifier vg-2027-A." in said
    with pytest.raises(IntegrityError), transaction.atomic():
        Election.objects.filter(pk=other.pk).update(virtual_group_identifier="vg-2027-A")


def test_an_identifier_that_another_group_got_while_its_mail_was_read_is_refused_once(client, cms_data, approved):
    other = ElectionFactory(practices=(OTHER, BY_SSN), name="Mill Group", state="approved")
    read = client.post(desk(other, "identifier/"), {"identifier": "VG-2027-A"})
    Election.objects.filter(pk=approved.pk).update(virtual_group_identifier="VG-2027-A")
    for sent in (hidden(read) | {"identifier": "VG-2027-A"}, {"identifier": "VG-2027-A"}):
        said = text(client.post(desk(other, "identifier/"), sent))
        assert said.count("Another virtual group for 2027 has the identifier VG-2027-A.") == 1


def test_the_mail_of_a_new_identifier_is_read_before_it_is_sent(client, approved):
    page, before = desk(approved, "identifier/"), approved.virtual_group_identifier
    Notice.objects.all().delete()
    read = client.post(page, {"identifier": "VG0001"})
    assert "It replaces " in read.context["mail"].body
    assert (Election.objects.get().virtual_group_identifier, Notice.objects.count()) == (before, 0)
    other = client.post(page, hidden(read) | {"identifier": "VG0002"})
    assert (other.status_code, "VG0002" in other.context["mail"].body) == (200, True)
    assert client.post(page, hidden(other) | {"identifier": "VG0002"}).status_code == 302
    assert (Election.objects.get().virtual_group_identifier, Notice.objects.get().body) == (
        "VG0002",
        other.context["mail"].body,
    )


def test_what_is_not_met_now_stands_beside_what_was_met_at_submission(client, in_review):
    DeterminationClinician.objects.filter(practice__name=GROUP.name).update(clinician_type="other")
    packet = client.get(desk(in_review))
    said = text(packet)
    assert f"{GROUP.name}, now" in said
    assert said.index(f"{GROUP.name}, now") < said.index("Findings when it was submitted, Dec 1, 2026, 10:00 a.m. ET")
    assert said.count(f"{GROUP.name}, when it was submitted Every rule is met or does not apply.") == 1
    assert ", now Every rule is met or does not apply." in said


def test_findings_that_cannot_be_told_are_read_before_an_approval(client, in_review):
    page = desk(in_review, "approve/")
    assert "What we cannot tell" not in text(client.get(page))
    LoadRun.objects.update(status=LoadRun.Status.SUPERSEDED)
    said = text(client.get(page))
    assert "What we cannot tell You can approve the election anyway. Read these findings first:" in said
    assert f"{SOLO.name}, Low-volume threshold." in said
    assert said.index("What we cannot tell") < said.index("Approve and send the email")


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("width", "height"), [pytest.param(1440, 900, marks=pytest.mark.proof), (1024, 768)])
def test_a_clean_election_has_one_button_to_approve_in_sight(page, sign_in, reviewer, in_review, width, height):
    sign_in(reviewer)
    page.set_viewport_size({"width": width, "height": height})
    page.goto(desk(in_review))
    button = page.locator("#content").locator("a.usa-button, button.usa-button").filter(has_text="Approve")
    expect(button).to_have_text(["Approve and send the email"])
    for part in (button, page.get_by_text("Nothing to decide: "), page.get_by_text("Subject: Approved: ")):
        expect(part).to_be_in_viewport(ratio=1)
