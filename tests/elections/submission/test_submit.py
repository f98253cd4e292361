"""Submitting: once, in time, what was shown, and what the one who submits may learn."""

import pytest
from allauth.account.models import EmailAddress

from agreements.models import Agreement, Party
from elections.content import Snapshot
from elections.models import Claim, Conflict, Election, Submission
from notices.models import Notice
from tests.elections.steps import as_typed, confirm, desk, executed
from tests.factories.elections import ElectionFactory, ElectionRoleFactory, submit
from tests.factories.people import ReviewerFactory, UserFactory, signed_in
from tests.factories.practices import GROUP, OTHER, SOLO
from tests.pages import LACKING, OPT_IN_MEANS, text

pytestmark = pytest.mark.django_db


def test_a_second_click_gives_the_same_receipt(election, client):
    page = client.get(f"/elections/{election.pk}/review")
    fields = {"confirm": "confirm", "fingerprint": page.context["form"].initial["fingerprint"]}
    first = client.post(f"/elections/{election.pk}/review", fields)
    second = client.post(f"/elections/{election.pk}/review", fields)
    assert first.headers["Location"] == second.headers["Location"] == f"/elections/{election.pk}/receipt/1"
    assert Submission.objects.count() == 1
    assert Notice.objects.count() == 1


def test_what_changed_after_the_page_was_opened_is_not_submitted(election, client):
    answer = confirm(client, election, fingerprint="0" * 64)
    assert "Something in this election changed after you opened the page." in answer.content.decode()
    assert Submission.objects.count() == 0


def test_another_word_than_confirm_submits_nothing(election, client):
    answer = confirm(client, election, confirm="yes")
    assert "Nothing was submitted yet. Type the word CONFIRM, then submit again." in answer.content.decode()
    assert 'value="yes"' in answer.content.decode()
    assert Submission.objects.count() == 0


@pytest.fixture
def unacknowledged(election):
    Agreement.objects.filter(pk=election.agreement_id).update(acknowledged=False)
    return election


def test_the_agreement_is_acknowledged_with_the_submission_that_covers_it(unacknowledged, client):
    page = client.get(f"/elections/{unacknowledged.pk}/review")
    assert "This election is ready to submit." in text(page)
    assert "Not met" not in text(page)
    answer = confirm(client, unacknowledged)
    assert answer.headers["Location"] == f"/elections/{unacknowledged.pk}/receipt/1"
    submission = Submission.objects.get()
    assert Snapshot.of_submission(submission) == Snapshot.of_working_copy(unacknowledged)
    assert submission.snapshot_sha256 == page.context["form"].initial["fingerprint"]
    agreement = Agreement.objects.get()
    by = (agreement.acknowledged, agreement.acknowledged_by, agreement.acknowledged_at)
    assert by == (True, submission.submitted_by, submission.received_at)
    again = client.get(f"/elections/{unacknowledged.pk}/review")
    assert "CMS already has exactly what is on this page." in text(again)
    assert 'name="acknowledged"' not in again.content.decode()


def test_without_the_box_nothing_is_submitted_and_what_was_typed_stays(unacknowledged, client):
    page = client.get(f"/elections/{unacknowledged.pk}/review")
    typed = {"confirm": "CONFIRM", "fingerprint": page.context["form"].initial["fingerprint"]}
    answer = client.post(f"/elections/{unacknowledged.pk}/review", typed | {"initial-acknowledged": "False"})
    assert "Nothing was submitted yet. If every practice has signed, check this box." in text(answer)
    assert 'value="CONFIRM"' in answer.content.decode()
    client.post(f"/elections/{unacknowledged.pk}/review", typed)  # not as the page sends it
    assert (Submission.objects.count(), Agreement.objects.get().acknowledged) == (0, False)


def test_what_was_checked_is_checked_again_after_somebody_changed_the_election(unacknowledged, client):
    page = client.get(f"/elections/{unacknowledged.pk}/review")
    typed = {"acknowledged": "on", "initial-acknowledged": "False", "confirm": "CONFRIM"}
    typed["fingerprint"] = page.context["form"].initial["fingerprint"]
    kept = client.post(f"/elections/{unacknowledged.pk}/review", typed).content.decode()
    assert ('value="CONFRIM"' in kept, " checked" in kept) == (True, True)
    Party.objects.update(signer_name="Maria Lopez")
    answer = client.post(f"/elections/{unacknowledged.pk}/review", typed)
    assert "Something in this election changed after you opened the page." in text(answer)
    shown = answer.content.decode()
    assert ("CONFRIM" in shown, " checked" in shown) == (False, False)
    assert answer.context["form"].initial["fingerprint"] != typed["fingerprint"]
    assert (Submission.objects.count(), Agreement.objects.get().acknowledged) == (0, False)


def test_what_is_refused_is_not_acknowledged_either(unacknowledged, client):
    confirm(client, unacknowledged, fingerprint="0" * 64)
    assert (Submission.objects.count(), Agreement.objects.get().acknowledged) == (0, False)


def test_it_is_acknowledged_again_although_nothing_else_changed(unacknowledged, client):
    submission = submit(unacknowledged)
    Agreement.objects.update(acknowledged=False)
    said = text(client.get(f"/elections/{unacknowledged.pk}/review"))
    assert ("no longer acknowledged" in said, "What changed since submission 1" in said) == (False, False)
    assert "You acknowledge it when you submit." in said
    assert confirm(client, unacknowledged).headers["Location"] == f"/elections/{unacknowledged.pk}/receipt/1"
    assert (Submission.objects.get(), Agreement.objects.get().acknowledged) == (submission, True)


@pytest.mark.parametrize(
    ("moment", "status"),
    [
        ("2026-12-31T23:59:59.999999-05:00", "submitted"),
        ("2027-01-01T00:00:00-05:00", "draft"),
        ("2026-10-01T00:00:00-04:00", "submitted"),
        ("2026-09-30T23:59:59-04:00", "draft"),
    ],
)
def test_the_deadline_is_midnight_eastern(election, client, set_clock, moment, status):
    for party in election.agreement.parties.all():
        party.executed_on = "2026-09-01"
        party.save()
    fingerprint = client.get(f"/elections/{election.pk}/review").context["snapshot"].sha256
    set_clock(moment)
    client.post(f"/elections/{election.pk}/review", {"confirm": "CONFIRM", "fingerprint": fingerprint})
    assert Election.objects.get().status == status


def test_what_is_not_met_refuses_and_names_the_mend(client, cms_data):
    answer = confirm(client, ElectionFactory(practices=(SOLO,)))
    page = answer.content.decode()
    assert "Nothing was submitted. Fix the items below, then submit again." in page
    assert "Fix these before you submit" in page
    assert [finding.rule for finding in answer.context["judged_election"].blocking] == ["two-or-more-practices"]
    assert Submission.objects.count() == 0


def test_a_collaborator_cannot_submit(election):
    other = ElectionRoleFactory(election=election, kind="collaborator").user
    assert confirm(signed_in(other), election).status_code == 403
    assert Submission.objects.count() == 0


def test_an_unverified_address_represents_nobody(election):
    impostor = UserFactory(email="impostor@example.org")
    EmailAddress.objects.create(user=impostor, email="dana@example.org", verified=False)
    assert signed_in(impostor).get(f"/elections/{election.pk}/").status_code == 404


def test_after_the_deadline_nothing_is_called_a_thing_to_fix(client, set_clock, cms_data):
    election = ElectionFactory()
    set_clock("2027-01-01T00:10:00-05:00")
    said = text(client.get(f"/elections/{election.pk}/review"))
    assert "You can’t submit now Elections for 2027 " in said
    assert "Fix these" not in said
    answer = text(confirm(client, election))
    assert "Nothing was submitted. The election window is not open." in answer


def test_a_tin_that_another_holds_waits_with_a_receipt(submitted, robin):
    election = ElectionFactory(by=robin, practices=(SOLO, OTHER), name="Mill Group")
    client = signed_in(robin)
    assert confirm(client, election).headers["Location"] == f"/elections/{election.pk}/receipt/1"
    claims = Claim.objects.filter(election=election).values_list("practice_name", "state")
    assert sorted(claims) == [("Old Mill Clinic", "held"), ("Quiet Harbor Medicine", "waiting")]
    assert Conflict.objects.count() == 1
    for path in ("receipt/1", ""):
        shown = client.get(f"/elections/{election.pk}/{path}").content.decode()
        assert "CMS will check whether every practice’s TIN is free" in shown
        assert "Harbor Group" not in shown
        assert "dana@example.org" not in shown
    client.post(f"/elections/{election.pk}/withdraw", {"sure": "on"})
    receipt = client.get(f"/elections/{election.pk}/receipt/1").content.decode()
    assert "Its status is now “Withdrawn”." in receipt
    assert "CMS will check" not in receipt


def test_what_this_site_asks_for_is_said_in_the_review_and_at_submit_and_is_no_finding(client, cms_data):
    election = ElectionFactory(name="")
    base = f"/elections/{election.pk}"
    client.post(f"{base}/representative", {"phone": " "})
    client.post(f"{base}/practices/{election.members.get(position=2).pk}", {"name": "\u2060"})
    asked = [*LACKING, "Practice 2 has no name. Enter the name Medicare has on file."]
    review = client.get(f"{base}/review")
    assert review.context["judged_election"].blocking == []
    assert [lack.sentence for lack in review.context["lacks"]] == asked
    for part in ("virtual_group", "representative", "practice-2"):
        assert f'href="#{part}"' in review.content.decode()
        assert f'id="{part}"' in review.content.decode()
    refused = confirm(client, election)
    assert "Nothing was submitted. Fix the items below, then submit again." in text(refused)
    assert [sentence in text(refused) for sentence in asked] == [True] * 3
    assert not Submission.objects.exists()
    client.post(f"{base}/virtual-group", {"name": "Harbor Group"})
    client.post(f"{base}/representative", {"phone": "none"})
    client.post(f"{base}/practices/{election.members.get(position=2).pk}", {"name": GROUP.name})
    submit(election)
    assert Election.objects.get().status == "submitted"


@pytest.mark.parametrize("is_held", [True, False])
def test_who_names_no_npi_of_a_tin_learns_nothing_of_it(guessing, robin, is_held):
    """Held or not, the one who submits reads the same words in page, receipt and mail."""
    if is_held:
        ElectionFactory(state="submitted")
    election, client = guessing, signed_in(robin)
    findings = client.get(f"/elections/{election.pk}/review").context["judged_election"].for_practice(0)
    outcomes = {finding.rule: str(finding.outcome) for finding in findings}
    for rule in ("one-virtual-group", "determination-available", "practice-size", "roster-complete"):
        assert outcomes[rule] == "cannot_tell", rule
    member = election.members.get(name="Guessed")
    client.post(f"/elections/{election.pk}/agreement/paper", executed(election, opt_in=member))
    review = text(client.get(f"/elections/{election.pk}/review"))
    assert f"If CMS finds them opt-in eligible, these practices opt in to MIPS: Guessed . {OPT_IN_MEANS}" in review
    assert confirm(client, election).status_code == 302
    submission = Submission.objects.get(election=election)
    held = {f["rule"]: f["outcome"] for f in submission.submitter_ledger["findings"] if f["practice"] == 0}
    assert held["one-virtual-group"] == "cannot_tell"
    seen_by_cms = {f["rule"]: f["outcome"] for f in submission.ledger_for_cms["findings"] if f["practice"] == 0}
    assert seen_by_cms["one-virtual-group"] == ("not_met" if is_held else "met")
    mail = Notice.objects.get(to="other@example.org")
    assert "CMS will check whether the TIN of this practice is free" in mail.body
    assert "- Guessed" in mail.body


def test_submitting_again_replaces_the_last_in_one_step_and_tells_the_reviewer(client, in_review):
    member = in_review.members.get(name=SOLO.name)
    client.post(f"/elections/{in_review.pk}/practices/{member.pk}/remove")
    client.post(f"/elections/{in_review.pk}/practices/add", as_typed(OTHER))
    assert Election.objects.values_list("last_submission__number", flat=True).get() == 1
    client.post(f"/elections/{in_review.pk}/agreement/paper", executed(in_review, opt_in=in_review.members.last()))
    assert confirm(client, in_review).headers["Location"] == f"/elections/{in_review.pk}/receipt/2"
    election = Election.objects.get(last_submission__number=2)
    assert (election.status, election.reviewer) == ("submitted", ReviewerFactory())
    claims = Claim.objects.exclude(state="released").values_list("practice_name", "state")
    assert sorted(claims) == [("Lakeside Family Practice", "held"), ("Old Mill Clinic", "held")]
    assert Notice.objects.filter(reason="election submitted again", to="reviewer@cms.example").count() == 1
    receipt = client.get(f"/elections/{in_review.pk}/receipt/2").content.decode()
    assert ["dana@example.org" in receipt, "reviewer@cms.example" in receipt] == [True, False]


def test_submitting_again_gives_an_approval_up_and_keeps_the_identifier(client, approved, reviewer):
    identifier = approved.virtual_group_identifier
    client.post(f"/elections/{approved.pk}/virtual-group", {"name": "Harbor and Lake Group"})
    page = client.get(f"/elections/{approved.pk}/review").content.decode()
    assert "If you submit again, you give up the approval" in page
    staff = signed_in(reviewer)
    for page in (desk(approved), "/staff/elections/election/?status=all"):
        assert "Harbor Group" in staff.get(page).content.decode()
        assert "Harbor and Lake Group" not in staff.get(page).content.decode()
    confirm(client, approved)
    election = Election.objects.get()
    assert (election.status, election.virtual_group_identifier) == ("submitted", identifier)
    assert "Harbor and Lake Group, 2027" in staff.get(desk(approved)).content.decode()
