"""Each practice's signer hears what binds them: once, of their own practices, with a link that is theirs alone."""

import re
from datetime import date, timedelta

import pytest
from django.test import Client

from agreements.models import SigningRequest
from elections.desk import actions as desk_actions
from elections.desk import decisions
from elections.desk.reopening import reopen
from elections.models import Election, ElectionRole, PracticeSigner, RoleKind, UpdateKind
from elections.objections import open_objections
from elections.practices.members import remove_member, save_member
from elections.signing.asking import begin
from elections.submission import actions
from elections.upkeep import actions as upkeep
from ground import clock
from notices.models import Notice
from tests.elections.steps import desk
from tests.factories.elections import ElectionFactory, report_clinician, save_practice, submit, take_effect
from tests.factories.people import UserFactory, signed_in
from tests.factories.practices import BY_SSN, GROUP, OTHER, SAME_DIGITS, SOLO
from tests.factories.signing import acknowledge
from tests.factories.told import give_addresses, last_mail, newly_told
from tests.pages import text

from .test_sign_election import objecting, opened

pytestmark = pytest.mark.django_db

SOL, GWEN, OLIVE = "sol@example.org", "gwen@example.org", "olive@example.org"
SIGN_LINK = re.compile(r"/sign/([\w-]+)/election")


def links(address: str) -> list[str]:
    return SIGN_LINK.findall(last_mail(address).body)


def test_a_submission_tells_each_signer_of_their_own_practice(elsewhere):
    with newly_told() as told:
        submit(elsewhere)
    assert told == {"dana@example.org": ["submitted"], SOL: ["signer_submitted"], GWEN: ["signer_submitted"]}
    mail = last_mail(SOL)
    assert mail.subject == "Submitted: 2027 election for Harbor Group"
    for said in ("Quiet Harbor Medicine, EIN ••-•••0001", "Dec 1, 2026, 10:00 a.m. ET", '"This isn\'t right"'):
        assert said in mail.body
    for hidden in (SOLO.tin, "96-1000001", GROUP.name, "0002", *GROUP.npis):
        assert hidden not in mail.body
    [own], [other] = links(SOL), links(GWEN)
    assert own != other
    assert SigningRequest.objects.get(email=SOL).token == own
    dana = last_mail("dana@example.org").body
    assert not SIGN_LINK.search(dana)
    assert "We also email the signer of each practice." in dana


def test_a_second_click_tells_no_one_again(elsewhere):
    submit(elsewhere)
    with newly_told() as told:
        submit(elsewhere)
    assert told == {}


def test_submitting_again_says_what_changed_and_who_left(told, representative):
    now = clock.now()
    left = told.members.get(name=GROUP.name)
    remove_member(told.pk, left.pk, now=now, by=representative)
    save_practice(told, OTHER)
    solo = told.members.get(name=SOLO.name)
    save_member(told.pk, solo.pk, npis=(*SOLO.npis, "1003001041"), by=representative, now=now)
    joined = told.members.get(name=OTHER.name)
    joined.party.executed_on, joined.party.signer_email = date(2026, 11, 10), OLIVE.title()
    joined.party.signer_name, joined.party.signer_title = "Olive Mill", "Owner"
    joined.party.save()
    acknowledge(told)
    with newly_told() as heard:
        submit(told)
    assert heard == {
        "dana@example.org": ["submitted"],
        SOL: ["signer_revised"],
        OLIVE: ["signer_submitted"],
        GWEN: ["signer_left"],
    }
    revised = last_mail(SOL).body
    for said in (
        "Old Mill Clinic is new, with 2 clinicians.",
        f"{GROUP.name} is no longer listed.",
        "added 1003001041",
    ):
        assert said in revised
    assert OTHER.npis[0] not in revised
    gone = last_mail(GWEN)
    assert gone.subject == f"No longer named: {GROUP.name} in Harbor Group"
    assert len(links(GWEN)) == 1
    assert SOLO.name not in gone.body


def test_who_signed_for_two_practices_that_left_reads_so(cms_data, representative):
    election = ElectionFactory(practices=(SOLO, GROUP, OTHER, BY_SSN))
    give_addresses(election, GWEN, GWEN, SOL, SOL)
    submit(election)
    for practice in (SOLO, GROUP):
        left = election.members.get(name=practice.name)
        remove_member(election.pk, left.pk, now=clock.now(), by=representative)
    acknowledge(election)
    submit(election)
    gone = last_mail(GWEN)
    assert gone.subject == "No longer named: 2 practices in Harbor Group"
    assert "Your practices do not take part" in gone.body
    assert "The TINs are free for another virtual group." in gone.body


def test_a_solo_practitioner_whose_npi_was_corrected_is_the_same_practice_to_their_signer(cms_data, representative):
    election = ElectionFactory(practices=(BY_SSN, GROUP, OTHER))
    give_addresses(election, SOL, GWEN)
    submit(election)
    browser, link = opened(SOL)
    gone = f"The election no longer names {BY_SSN.name}."
    member = election.members.get(name=BY_SSN.name)
    save_member(election.pk, member.pk, npis=SAME_DIGITS.npis, by=representative, now=clock.now())
    give_addresses(election, "")  # who is only taken off the page still hears
    acknowledge(election)
    with newly_told() as heard:
        submit(election)
    assert heard[SOL] == ["signer_revised"]
    assert gone not in text(browser.get(f"{link}/election"))
    remove_member(election.pk, member.pk, now=clock.now(), by=representative)
    acknowledge(election)
    submit(election)
    assert gone in text(browser.get(f"{link}/election"))


def test_of_two_ssns_with_the_same_last_digits_the_one_that_leaves_is_told_so(cms_data, representative):
    election = ElectionFactory(practices=(SOLO, BY_SSN, SAME_DIGITS))
    give_addresses(election, SOL, GWEN, OLIVE)
    submit(election)
    objecting(*opened(GWEN))
    left = election.members.get(name=BY_SSN.name)
    remove_member(election.pk, left.pk, now=clock.now(), by=representative)
    acknowledge(election)
    with newly_told() as heard:
        submit(election)
    assert (heard[GWEN], heard[OLIVE]) == (["signer_left"], ["signer_revised"])
    assert BY_SSN.npis[0] not in last_mail(OLIVE).body
    assert not open_objections().exists()


def test_a_corrected_tin_tells_its_signer_once(told, representative):
    solo = told.members.get(name=SOLO.name)
    save_member(told.pk, solo.pk, tin="961000003", npis=OTHER.npis, by=representative, now=clock.now())
    acknowledge(told)
    with newly_told() as heard:
        submit(told)
    assert heard[SOL] == ["signer_submitted"]
    assert len(links(SOL)) == 1


def test_one_person_who_signs_for_two_practices_gets_one_mail(elsewhere):
    give_addresses(elsewhere, SOL, SOL)
    with newly_told() as told:
        submit(elsewhere)
    assert told[SOL] == ["signer_submitted"]
    assert len(set(links(SOL))) == 2
    assert "It names your practices:" in last_mail(SOL).body


def test_a_signer_who_works_on_the_election_gets_its_own_mail_alone(elsewhere):
    cleo = UserFactory(email="cleo@example.org")
    ElectionRole.objects.create(election=elsewhere, user=cleo, kind=RoleKind.COLLABORATOR)
    give_addresses(elsewhere, "cleo@example.org", "Dana@example.org")
    with newly_told() as told:
        submit(elsewhere)
    assert told == {"dana@example.org": ["submitted"], "cleo@example.org": ["submitted"]}


def test_a_decision_is_told_when_it_takes_effect_without_its_reasons(told, reviewer):
    submission = start_review_of(told, reviewer)
    with newly_told() as at_once:
        reasons = "Lakeside Family Practice has 12 clinicians."
        now = clock.now()
        decisions.reject(told.pk, by=reviewer, now=now, submission_number=submission.number, reasons=reasons)
    assert at_once == {}
    with newly_told() as heard:
        take_effect(told)
    assert heard == {"dana@example.org": ["rejected"], SOL: ["signer_rejected"], GWEN: ["signer_rejected"]}
    assert "12 clinicians" not in last_mail(SOL).body
    assert "CMS sent its reasons to the representative, Dana Rivera (dana@example.org)." in last_mail(SOL).body


def test_an_undone_decision_is_told_to_no_one(told, reviewer):
    submission = start_review_of(told, reviewer)
    with newly_told() as heard:
        decisions.approve(told.pk, by=reviewer, now=clock.now(), submission_number=submission.number)
        decisions.take_back(told.pk, by=reviewer, now=clock.now() + timedelta(seconds=30))
    assert heard == {}


def start_review_of(election, reviewer):
    desk_actions.start_review(election.pk, by=reviewer, now=clock.now())
    return Election.objects.get(pk=election.pk).last_submission


def test_approved_reopened_updated_and_withdrawn(told, reviewer, lead, representative):
    submission = start_review_of(told, reviewer)
    decisions.approve(told.pk, by=reviewer, now=clock.now(), submission_number=submission.number)
    with newly_told() as approved:
        take_effect(told)
    assert approved == {"dana@example.org": ["approved"], SOL: ["signer_approved"], GWEN: ["signer_approved"]}
    identifier = Election.objects.get(pk=told.pk).virtual_group_identifier
    assert identifier in last_mail(SOL).body
    with newly_told() as updated:
        report_clinician(told, OTHER.npis[0], UpdateKind.JOINED, on=date(2026, 12, 1))
    assert updated == {
        "dana@example.org": ["updated"],
        SOL: ["signer_updated"],
        GWEN: ["signer_updated"],
        reviewer.email: ["updated_at_desk"],
    }
    receipt = last_mail("dana@example.org").body
    effective = "Effective:  Dec 1, 2026 (counts from Jan 1, 2027)"
    for said in ("NPI 2000000002 joined", effective, "Dec 1, 2026, 12:00:00 p.m. ET", "Dana Rivera"):
        assert said in receipt
    told_of_others, of_own = sorted((last_mail(SOL).body, last_mail(GWEN).body), key=lambda body: "2000000002" in body)
    assert "2000000002" not in told_of_others
    assert "2000000002" in of_own
    with newly_told() as reopened:
        reason = "Lakeside signed too late."
        reopen(told.pk, by=lead, now=clock.now(), submission_number=submission.number, reason=reason)
    assert reopened[SOL] == ["signer_reopened"]
    assert reason not in last_mail(SOL).body
    with newly_told() as withdrawn:
        actions.withdraw(told.pk, by=representative, now=clock.now())
    assert withdrawn == {"dana@example.org": ["withdrawn"], SOL: ["signer_withdrawn"], GWEN: ["signer_withdrawn"]}


NEW_ADDRESS = (
    "The representative, Dana Rivera, has a new email address: dana@clinic.example. Before, it was dana@example.org."
)


def test_a_changed_representative_is_told_to_both_addresses(told, reviewer, representative):
    submission = start_review_of(told, reviewer)
    decisions.approve(told.pk, by=reviewer, now=clock.now(), submission_number=submission.number)
    take_effect(told)
    representative.emailaddress_set.create(email="dana@clinic.example", verified=True)
    contact = {"name": "Dana Rivera", "email": "dana@clinic.example", "phone": "555-0199"}
    with newly_told() as heard:
        upkeep.report_contact(told.pk, **contact, by=representative, now=clock.now())
    assert heard.pop("dana@example.org") == heard.pop("dana@clinic.example") == ["updated"]
    assert heard == {SOL: ["signer_updated"], GWEN: ["signer_updated"], reviewer.email: ["updated_at_desk"]}
    assert NEW_ADDRESS in last_mail(SOL).body
    contact["phone"] = "555-0188"
    upkeep.report_contact(told.pk, **contact, by=representative, now=clock.now())
    said = last_mail(SOL).body
    assert "The representative, Dana Rivera (dana@clinic.example), has a new phone number." in said
    assert "Before, it was" not in said
    receipt = last_mail("dana@clinic.example").body
    assert "Phone:      555-0188 (before: 555-0199)\n" in receipt
    assert not [label for label in ("Name:", "Email:") if label in receipt]
    contact["name"] = "Dana Reyes"
    upkeep.report_contact(told.pk, **contact, by=representative, now=clock.now())
    said = last_mail(SOL).body
    assert "The representative's name is now Dana Reyes (dana@clinic.example). It was listed as Dana Rivera." in said
    assert not any(phone in mail.body for mail in Notice.objects.filter(to=SOL) for phone in ("555-0199", "555-0188"))


def test_the_desk_shows_what_signers_get_and_no_link(told, reviewer, lead):
    start_review_of(told, reviewer)
    staff = signed_in(reviewer)
    tokens = SigningRequest.objects.values_list("token", flat=True)
    shown = [staff.get(desk(told, "approve/"))]
    shown.append(staff.post(desk(told, "reject/"), {"submission_number": 1, "reasons": "It is not right."}))
    for answer in shown:
        said = text(answer)
        assert "The email to 2 signers of the practices" in said
        assert "To: sol@example.org, gwen@example.org" in said
        assert "(a link that only this person gets)" in said
        assert not [token for token in tokens if token in answer.content.decode()]


def test_without_signers_to_tell_the_desk_shows_nothing_more(in_review, client, reviewer):
    assert "signers of the practices" not in text(signed_in(reviewer).get(desk(in_review, "approve/")))


def test_signing_here_after_all_closes_the_links_by_which_nothing_was_signed(told, representative):
    begin(told.pk, by=representative, now=clock.now())
    assert not SigningRequest.objects.filter(revoked_at=None).exists()
    with newly_told() as heard:  # the submission that stands still names them
        actions.withdraw(told.pk, by=representative, now=clock.now())
    assert heard[SOL] == ["signer_withdrawn"]


def test_a_draft_that_is_withdrawn_is_told_to_no_signer(elsewhere, representative):
    with newly_told() as heard:
        actions.withdraw(elsewhere.pk, by=representative, now=clock.now())
    assert heard == {}


@pytest.mark.parametrize("count", [1, 3])
def test_telling_takes_as_many_queries_whatever_the_number_of_practices(cms_data, count, django_assert_num_queries):
    election = ElectionFactory(practices=(SOLO, GROUP, OTHER)[: max(count, 2)])
    give_addresses(election, *[f"signer{n}@example.org" for n in range(count)])
    with django_assert_num_queries(33):
        submit(election)
    assert PracticeSigner.objects.count() == count
    assert Notice.objects.filter(reason="election signer submitted").count() == count


def test_the_address_of_a_signer_is_given_with_the_agreement(elsewhere, client):
    solo = elsewhere.members.get(name=SOLO.name)
    client.post(
        f"/elections/{elsewhere.pk}/agreement/paper", {f"practice-{solo.pk}-signer_email": "Sol@Harbor.example"}
    )
    solo.party.refresh_from_db()
    assert solo.party.signer_email == "sol@harbor.example"


def test_the_page_behind_the_link_is_for_its_own_person(told, client):
    [token] = links(SOL)
    assert client.get(f"/sign/{token}/election").status_code == 403
    assert Client().get(f"/sign/{token}/election").status_code == 200
