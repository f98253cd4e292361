"""The reviewer's desk over HTTP: start, approve, reject, conflicts, reveals, and who may not."""

import csv
import io
import re

import pytest
from django.contrib.admin.models import LogEntry
from django.core.management import call_command

from accounts.models import Role
from elections.models import Claim, Conflict, Decision, Election, Event
from elections.receipt_codes import check_character
from eligibility.models import LoadRun, NppesRecord
from notices.models import Notice
from tests.elections.steps import approve, desk, hidden, reject, settle
from tests.factories.elections import ElectionFactory, ElectionRoleFactory, submit, take_effect
from tests.factories.people import UserFactory, hold, signed_in
from tests.factories.practices import ALL, BY_SSN, GROUP, OTHER, SOLO, PracticeFactory, load_cms_data
from tests.factories.signing import ask_to_sign, sign_and_submit
from tests.pages import text

pytestmark = pytest.mark.django_db
PAGES = (
    *("", "history/", "start-review/", "approve/", "reject/", "take-back/", "reopen/", "override/", "ask/", "resume/"),
    *("assign/", "note/", "identifier/", "reveal/", "submission/1/", "pdf/"),
)
LISTS = (
    *("/staff/", "/staff/dashboard/", "/staff/elections/election/?status=all", "/staff/elections/conflict/"),
    *("/staff/elections/election/csv/?status=all", "/staff/notices/notice/", "/staff/agreements/document/"),
    *(f"/staff/elections/{rows}/{file}" for rows in ("event", "decision", "reveal", "log") for file in ("", "csv/")),
)


def test_approve_mints_an_identifier_and_exports_it(client, submitted):
    assert client.post(desk(submitted, "start-review/")).status_code == 302
    preview = client.get(desk(submitted, "approve/")).content.decode()
    assert "Approved: 2027 election for Harbor Group" in preview
    assert "Leave this empty to use the provisional one in the email." in preview

    assert approve(client, submitted).status_code == 302
    take_effect(submitted)

    election = Election.objects.get()
    assert election.status == "approved"
    identifier = election.virtual_group_identifier
    assert identifier is not None
    assert re.fullmatch(r"[2-9A-HJ-NP-Z]{6}", identifier)
    assert identifier[-1] == check_character(identifier[:-1])
    assert list(Decision.objects.values_list("outcome", "decided_by__email")) == [("approved", "reviewer@cms.example")]
    assert list(Notice.objects.order_by("pk").values_list("reason", flat=True)) == [
        "election submitted",
        "election approved",
    ]
    out = io.StringIO()
    call_command("export_virtual_groups", performance_year=2027, stdout=out)
    rows = list(csv.DictReader(io.StringIO(out.getvalue())))
    assert [(row["virtual_group_identifier"], row["tin"], row["npi"], row["from_date"]) for row in rows] == [
        (identifier, "961000001", "1999999992", "2027-01-01"),
        (identifier, "961000002", "1234567893", "2027-01-01"),
        (identifier, "961000002", "1558598797", "2027-01-01"),
    ]


@pytest.mark.parametrize("page", ["start-review/", "approve/", "reject/"])
def test_a_page_opened_too_late_leads_back_to_the_packet(client, approved, page):
    answer = client.get(desk(approved, page), follow=True)
    assert answer.redirect_chain == [(desk(approved), 302)]
    assert "This election is approved, so you cannot do that now." in answer.content.decode()


def test_a_clinician_deactivated_after_the_receipt_blocks_nothing_and_is_noted(client, in_review, set_clock):
    """Contracts 1: NPPES is judged at the moment the election was received."""
    NppesRecord.objects.filter(npi=SOLO.npis[0]).update(deactivated_on="2026-12-15")
    set_clock("2027-01-05T10:00:00-05:00")
    told = text(client.get(desk(in_review)))
    assert (
        "Quiet Harbor Medicine, as of the time we received the election: In NPPES, every NPI here is active and belongs"
        " to a person. NPPES also shows later dates, which do not count for this election:"
        " NPI 1 deactivated Dec 15, 2026."
    ) in told
    assert "Findings that changed since the submission" not in told
    approve(client, in_review)
    assert Election.objects.get().status == "approved"


def test_a_clinician_reactivated_after_the_receipt_stays_deactivated(client, in_review):
    NppesRecord.objects.filter(npi=SOLO.npis[0]).update(deactivated_on="2026-12-01", reactivated_on="2026-12-02")
    told = text(client.get(desk(in_review)))
    assert "Findings that changed since the submission" in told
    assert (
        "NPI 1 in the list is deactivated in NPPES."
        " NPPES also shows later dates, which do not count for this election: NPI 1 reactivated Dec 2, 2026."
    ) in told


def test_an_identifier_that_cms_gave_is_used_and_is_unique_in_the_year(client, cms_data):
    first = ElectionFactory(state="in_review")
    second = ElectionFactory(practices=(OTHER, BY_SSN), state="in_review")
    for election in (first, second):
        answer = approve(client, election, identifier="VG0001")
        if election == first:
            assert (
                "The email below is not the one you read before: you changed its text, or the election changed."
                in text(answer)
            )
            assert "Virtual group identifier: VG0001" in text(answer)
            client.post(desk(first, "approve/"), hidden(answer) | {"identifier": "VG0001"})
    assert "Another virtual group for 2027 has the identifier VG0001." in answer.content.decode()
    assert sorted(Election.objects.values_list("status", "virtual_group_identifier")) == [
        ("approved", "VG0001"),
        ("in_review", None),
    ]


def test_reject_shows_the_mail_first_and_releases_the_claims(client, in_review):
    fields = {"submission_number": 1, "reasons": "Lakeside has 12 clinicians (42 CFR 414.1315(a)(1))."}

    shown = client.post(desk(in_review, "reject/"), fields)

    assert "Lakeside has 12 clinicians" in shown.content.decode()
    assert Election.objects.get().status == "in_review"
    previewed = client.post(desk(in_review, "reject/"), hidden(shown) | fields | {"preview": "yes"})
    assert previewed.status_code == 200
    assert client.post(desk(in_review, "reject/"), hidden(shown) | fields).status_code == 302
    assert Election.objects.get().status == "rejected"
    take_effect(in_review)
    assert set(Claim.objects.values_list("state", flat=True)) == {"released"}
    mail = Notice.objects.get(reason="election rejected")
    assert "Lakeside has 12 clinicians (42 CFR 414.1315(a)(1))." in mail.body


def test_links_to_the_rules_and_to_cms_stay_whole_in_a_mail(client, in_review):
    official = (
        "https://www.ecfr.gov/current/title-42/section-414.1315#p-414.1315(c)(2)",
        "https://www.federalregister.gov/documents/2024/12/09/2024-25382/payment-policies",
    )
    shown = client.post(
        desk(in_review, "reject/"),
        {"submission_number": 1, "reasons": f"Read {official[0]} and ({official[1]}), not https://evil.example/pay."},
    )
    assert f"Read {official[0]} and ({official[1]}), not  evil. example/pay." in shown.context["mail"].body


def test_a_waiting_claim_cannot_be_approved_until_a_lead_moves_it(client, cms_data, lead):
    first = ElectionFactory(state="in_review")
    second = ElectionFactory(practices=(SOLO, OTHER), name="Mill Group", state="in_review")
    conflict = Conflict.objects.get()
    answer = approve(client, second)
    assert "Another election holds the TIN of Quiet Harbor Medicine." in answer.content.decode()
    shown = client.get(desk(second, "approve/"))
    assert len(shown.context["obstacles"]) == 1  # the claim, and not the finding that says the same
    page = f"/staff/elections/conflict/{conflict.pk}/"
    fields = {"outcome": "moved", "reason": "The practice signed with Mill Group."}
    assert client.post(page, fields).status_code == 403
    shown = signed_in(lead).post(page, fields)
    assert (shown.status_code, Conflict.objects.filter(closed_at=None).count()) == (200, 1)
    for words in (
        "Harbor Group, 2027. It holds the TIN now and keeps it.",
        "Mill Group, 2027. It is waiting, and the TIN moves to it.",
        "Give the TIN to Mill Group, 2027 and send the emails",
    ):
        assert words in text(shown)
    good, bad = shown.context["settled"].mails
    assert good.subject == "Can take part in 2027: Quiet Harbor Medicine, Mill Group"
    assert bad.subject == "Please correct by Dec 8, 2026: Harbor Group"
    assert ["Harbor Group" in good.body, "Mill Group" in bad.body] == [False, False]
    Notice.objects.all().delete()
    theirs, waits = signed_in(second.started_by), "CMS will check whether every practice’s TIN is free"
    pages = [f"/elections/{second.pk}/{path}" for path in ("", "receipt/1")]
    assert [waits in text(theirs.get(address)) for address in pages] == [True, True]

    assert settle(signed_in(lead), conflict, **fields).status_code == 302

    assert [waits in text(theirs.get(address)) for address in pages] == [False, False]
    states = dict(Claim.objects.filter(practice_name=SOLO.name).values_list("election_id", "state"))
    assert states == {first.pk: "waiting", second.pk: "held"}
    settled = Conflict.objects.values_list("outcome", "reason", "settled_by")
    assert settled.get() == ("moved", "The practice signed with Mill Group.", lead.pk)
    for after in (page, "/staff/elections/conflict/", desk(first), desk(second)):
        assert "The TIN moved to Mill Group, 2027" in text(client.get(after))
    assert f"2027. Settled by {lead} on Dec 1, 2026, 10:00 a.m. ET. Reason: The practice signed" in text(
        client.get(page)
    )
    told = Notice.objects.order_by("subject").values_list("to", "subject", "body")
    assert list(told) == [(mail.to[0], mail.subject, mail.body) for mail in (good, bad)]
    approve(client, second)
    second.refresh_from_db()
    assert second.status == "approved"


def test_the_loser_of_a_conflict_corrects_its_election_and_does_not_hear_that_cms_will_check(
    cms_data, representative, lead, reviewer
):
    rival = UserFactory(email="rival@example.org", name="Rae Rival")
    first = ElectionFactory(state="in_review")
    second = ElectionFactory(by=rival, practices=(SOLO, OTHER), name="Mill Group", state="submitted")
    theirs = signed_in(rival)
    waits = "CMS will check whether every practice’s TIN is free"
    assert waits in text(theirs.get(f"/elections/{second.pk}/"))
    [conflict] = Conflict.objects.all()
    settle(signed_in(lead), conflict, outcome="kept", reason="The practice signed the first.")

    page = text(theirs.get(f"/elections/{second.pk}/"))
    assert waits not in page
    assert "CMS asks you to correct something" in page
    asked = text(theirs.get(f"/elections/{second.pk}/corrections"))
    assert (
        "1. Quiet Harbor Medicine CMS decided that Quiet Harbor Medicine cannot take part in this election for 2027."
        " A practice can be in only one virtual group in a year. What to do: Remove the practice from this election."
        " If you think the decision is wrong, explain why in your answer."
    ) in asked
    second.refresh_from_db()
    assert (second.status, second.reviewer) == ("action_needed", lead)
    first.refresh_from_db()
    assert (first.status, first.reviewer) == ("in_review", reviewer)
    told = dict(
        Notice.objects.filter(events__verb__in=["claim_held", "ask_for_correction"]).values_list("to", "subject")
    )
    assert told == {
        "dana@example.org": "Can take part in 2027: Quiet Harbor Medicine, Harbor Group",
        "rival@example.org": "Please correct by Dec 8, 2026: Mill Group",
    }


def test_a_withdrawn_claim_goes_to_the_one_that_waited_longest(cms_data, representative):
    first, second, third = (
        ElectionFactory(practices=(SOLO, other), state="submitted") for other in (GROUP, OTHER, GROUP)
    )
    assert signed_in(representative).post(f"/elections/{first.pk}/withdraw", {"sure": "on"}).status_code == 302
    solo = Claim.objects.filter(practice_name=SOLO.name).exclude(state="released")
    assert dict(solo.values_list("election_id", "state")) == {second.pk: "held", third.pk: "waiting"}
    open_conflict = Conflict.objects.get(closed_at=None)
    assert (open_conflict.waiting.election, open_conflict.holder.election) == (third, second)
    assert Notice.objects.filter(reason="election claim held").count() == 2


LATER = ("signer", "collaborator", "viewer", "left")  # a part too, as much like that of the others: tried in the proof


@pytest.mark.parametrize("part", ["representative", *(pytest.param(part, marks=pytest.mark.proof) for part in LATER)])
def test_nobody_at_the_desk_sees_an_election_they_have_a_part_in(client, cms_data, reviewer, part):
    """They see it as its people do, and nothing of it in lists, searches, conflicts, emails and documents."""
    for role in (Role.LEAD_REVIEWER, Role.AUDITOR):
        hold(reviewer, role)
    if part == "signer":
        signers = (("Alex Reviewer", reviewer.email), ("Sam Okafor", "sam@example.org"))
        election = ask_to_sign(ElectionFactory(name="Own Group"), *signers)
        sign_and_submit(election)
    else:
        election = ElectionFactory(**{"by": reviewer} if part in ("representative", "left") else {}, name="Own Group")
        submit(election)
    if part in ("collaborator", "viewer"):
        ElectionRoleFactory(election=election, user=reviewer, kind=part)
    elif part == "left":
        Election.objects.filter(pk=election.pk).update(representative_email="dana@example.org")
    ElectionFactory(by__email="rae@example.org", practices=(SOLO, OTHER), name="Mill Group", state="submitted")
    third = PracticeFactory.build_batch(2)
    LoadRun.objects.update(status=LoadRun.Status.SUPERSEDED)
    load_cms_data((*ALL, *third))
    ElectionFactory(by__email="rae@example.org", practices=third, name="Pine Group", state="submitted")
    for page in PAGES:
        answer = client.get(desk(election, page))
        assert answer.status_code == 403
        assert "You have a role in this election or in one that affects it, so someone else reviews it." in text(answer)
        assert client.post(desk(election, page)).status_code == 403
    [conflict] = Conflict.objects.all()
    for page in LISTS:
        assert "Own Group" not in client.get(page).content.decode(), page
        assert "Mill Group" not in client.get(page).content.decode(), page  # it claims a TIN of their own
    assert "Pine Group" in client.get("/staff/notices/notice/").content.decode()
    assert client.get(f"/staff/elections/conflict/{conflict.pk}/").status_code == 403
    found = client.post("/staff/elections/election/", {"q": SOLO.npis[0]}, follow=True)
    assert "No submitted election lists the NPI ending in 9992." in found.content.decode()
    assert Election.objects.get(pk=election.pk).status == "submitted"


def test_an_auditor_reads_and_changes_nothing(in_review):
    client = signed_in(UserFactory(email="auditor@cms.example", roles=[Role.AUDITOR]))
    packet = client.get(desk(in_review)).content.decode()
    assert "Quiet Harbor Medicine" in packet
    assert "961000001" not in packet
    before = Event.objects.count()
    for page in ("start-review/", "approve/", "reject/", "identifier/", "reveal/"):
        assert client.post(desk(in_review, page), {"submission_number": 1, "reasons": "x"}).status_code == 403
    assert Event.objects.count() == before


def test_a_tin_is_shown_whole_for_a_reason_that_is_kept(client, submitted, reviewer):
    refused = client.post(desk(submitted, "reveal/"), {"practice": 0, "reason": ""})
    assert "961000001" not in refused.content.decode()
    shown = client.post(desk(submitted, "reveal/"), {"practice": 0, "reason": "The name differs from PECOS."})
    assert "961000001" in shown.content.decode()
    event = Event.objects.get(verb="reveal_tin")
    assert event.details == {"practice": "Quiet Harbor Medicine", "number": 1, "reason": "The name differs from PECOS."}
    assert event.by == reviewer


def test_a_double_click_on_a_reveal_is_written_down_once(client, submitted, lead, set_clock):
    asked, entries = {"practice": 0, "reason": "The name differs from PECOS."}, LogEntry.objects.count()
    for second, times in (("00", 1), ("09", 1), ("10", 2)):
        set_clock(f"2026-12-01T10:00:{second}-05:00")
        assert "961000001" in client.post(desk(submitted, "reveal/"), asked).content.decode()
        assert Event.objects.filter(verb="reveal_tin").count() == times
        assert LogEntry.objects.count() - entries == times
    client.post(desk(submitted, "reveal/"), asked | {"reason": "It called about its name."})
    client.post(desk(submitted, "reveal/"), asked | {"practice": 1})
    signed_in(lead).post(desk(submitted, "reveal/"), asked)
    assert Event.objects.filter(verb="reveal_tin").count() == 5


@pytest.mark.parametrize("rows", [1, 3])
def test_queue(client, cms_data, rows, django_assert_num_queries):
    ElectionFactory.create_batch(rows, state="submitted")
    ElectionFactory(name="A draft nobody at CMS sees")
    with django_assert_num_queries(10):
        answer = client.get("/staff/elections/election/")
    page = answer.content.decode()
    assert page.count("Harbor Group</a>") == rows
    assert "A draft nobody" not in page


def test_the_history_of_an_election_does_not_tell_of_a_conflict(cms_data, representative, lead):
    rival = UserFactory(email="rival@example.org", name="Rae Rival")
    first, second = ElectionFactory(state="submitted"), ElectionFactory(by=rival, state="submitted")
    for conflict in Conflict.objects.all():
        fields = {"outcome": "kept", "reason": "The practice signed the first."}
        settle(signed_in(lead), conflict, **fields)
    assert not Conflict.objects.filter(closed_at=None).exists()
    told = "Conflict over a TIN settled"
    for person, election in ((representative, first), (rival, second)):
        assert told not in signed_in(person).get(f"/elections/{election.pk}/").content.decode()
        assert told in signed_in(lead).get(desk(election)).content.decode()


def test_queue_by_status(client, cms_data):
    ElectionFactory(name="Waiting Group", state="submitted")
    ElectionFactory(practices=(OTHER, BY_SSN), name="Read Group", state="in_review")
    page = client.get("/staff/elections/election/?status=in_review").content.decode()
    assert "Read Group</a>" in page
    assert "Waiting Group</a>" not in page
    assert "?status=draft" not in page


def test_a_rejection_after_the_deadline_promises_no_new_draft(client, in_review, set_clock):
    set_clock("2027-01-11T10:00:00-05:00")
    reject(client, in_review, "Lakeside has 12 clinicians.")
    take_effect(in_review)
    body = Notice.objects.get(reason="election rejected").body
    assert "The election window has closed, so no new election can be submitted for 2027." in body
    assert "Copy the election into a new draft" not in body


def test_a_lead_with_a_part_in_a_conflict_does_not_settle_it(submitted, lead):
    ElectionFactory(by=lead, practices=(SOLO, OTHER), state="submitted")
    page = f"/staff/elections/conflict/{Conflict.objects.get().pk}/"
    assert signed_in(lead).post(page, {"outcome": "moved", "reason": "Ours."}).status_code == 403
    assert Conflict.objects.get().closed_at is None


def test_approving_the_holder_of_a_tin_in_conflict_says_so_first(client, in_review):
    other = ElectionFactory(by__email="robin@example.org", practices=(SOLO, OTHER), name="Mill Group")
    warning = "Another election is waiting for a TIN in this one."
    assert warning not in client.get(desk(in_review, "approve/")).content.decode()
    submit(other)
    assert warning in client.get(desk(in_review, "approve/")).content.decode()


def test_who_has_a_part_in_a_rival_neither_reads_nor_decides_it(client, in_review, reviewer):
    """Rejecting it would free the TIN for their own election, and reading it would tell who claims the TIN."""
    own = ElectionFactory(by__email="rae@example.org", practices=(SOLO, OTHER), name="Mill Group", state="submitted")
    assert client.get(desk(in_review)).status_code == 200
    ElectionRoleFactory(election=own, user=reviewer, kind="collaborator")
    for page in ("", "reject/", "approve/", "ask/", "assign/", "pdf/"):
        assert client.get(desk(in_review, page)).status_code == 403
        assert client.post(desk(in_review, page)).status_code == 403
    assert "Open conflicts (0)" in text(client.get("/staff/"))
    assert "Harbor Group" not in text(client.get("/staff/elections/election/?status=all&attention=conflict"))
    assert Election.objects.get(pk=in_review.pk).status == "in_review"
