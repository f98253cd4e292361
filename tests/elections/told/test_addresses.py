"""Who is told in a signer's place: an address given after the submission, another signer asked, an address removed."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from accounts.models import User
from agreements.models import Party, SigningRequest
from elections.link_limits import MOST_ASKED_A_DAY, MOST_LINKS_A_DAY
from elections.models import Election, PracticeSigner
from elections.practices.members import save_member
from elections.signers import link_for
from elections.signing.addresses import give_address
from elections.signing.asking import begin
from elections.submission.actions import withdraw
from ground import clock
from notices.models import Notice
from tests.factories.elections import ElectionFactory, submit
from tests.factories.practices import BY_SSN, GROUP, OTHER, SAME_DIGITS, SOLO
from tests.factories.signing import ask_another, link_to
from tests.factories.told import give_addresses, last_mail, newly_told
from tests.pages import text

pytestmark = pytest.mark.django_db

DANA, SOL, GWEN, SUE = "dana@example.org", "sol@example.org", "gwen@example.org", "sue@example.org"


def give(election: Election, email: str = SUE, name: str = "Sue Harbor") -> None:
    """Give the address of the first practice's signer, in the last submission."""
    number = election.submissions.latest("number").number
    give_address(election.pk, 0, submission=number, name=name, email=email, by=election.started_by, now=clock.now())


def withdrawing(election: Election) -> dict[str, list[str]]:
    with newly_told() as told:
        withdraw(election.pk, by=election.started_by, now=clock.now())
    return told


def change_a_little(election: Election) -> None:
    """Change what no one has to sign again: another phone each time."""
    phone = f"555-01{election.submissions.count():02}"
    Election.objects.filter(pk=election.pk).update(alternate_name="Ann", alternate_phone=phone)


def resubmitting(election: Election) -> dict[str, list[str]]:
    change_a_little(election)
    with newly_told() as told:
        submit(election)
    return told


def shows(address: str) -> int:
    """Return the status of the page that the latest link to an address shows."""
    return Client().get(f"/sign/{SigningRequest.objects.filter(email=address).latest('pk').token}/election").status_code


def test_an_address_counts_for_the_submission_whatever_the_working_copy_says(told, representative):
    give(told)
    solo = told.members.get(name=SOLO.name)
    save_member(told.pk, solo.pk, tin="961000003", npis=OTHER.npis, by=representative, now=clock.now())
    assert withdrawing(told) == {DANA: ["withdrawn"], SUE: ["signer_withdrawn"], GWEN: ["signer_withdrawn"]}
    assert (shows(SUE), shows(SOL)) == (200, 410)
    rows = PracticeSigner.objects.order_by("pk").values_list("submission__number", "practice", "request__email")
    assert list(rows) == [(1, 0, SOL), (1, 1, GWEN), (1, 0, SUE)]


def test_of_two_ssns_with_the_same_last_digits_each_has_its_own_address(cms_data):
    election = ElectionFactory(practices=(BY_SSN, SAME_DIGITS))
    submit(election)
    by, now = election.started_by, clock.now()
    give_address(election.pk, 1, submission=1, name="Sue Harbor", email=SUE, by=by, now=now)
    told = election.members.get(party__signing_requests__email=SUE)
    assert (told.name, told.party.signer_email) == (SAME_DIGITS.name, SUE)
    assert election.members.get(name=BY_SSN.name).party.signer_email == ""


def test_the_one_before_hears_it_without_a_link(told):
    with newly_told() as heard:
        give(told)
    assert heard == {SUE: ["signer_submitted"], SOL: ["signer_replaced"]}
    mail = last_mail(SOL)
    assert mail.subject == "Contact changed: Quiet Harbor Medicine in Harbor Group"
    assert "- Quiet Harbor Medicine, EIN ••-•••0001\n" in mail.body
    for hidden in ("/sign/", "sue@", "Sue", GROUP.name):
        assert hidden not in mail.body


def test_the_same_person_s_new_link_is_no_news(told):
    with newly_told() as heard:
        give(told, SOL, "Sol Harbor")
    assert heard == {SOL: ["signer_submitted"]}


def test_an_address_at_which_the_last_email_did_not_arrive_is_not_written_to(told):
    Notice.objects.filter(to=SOL).update(state="bounced", failed_at=clock.now(), attempts=1)
    with newly_told() as heard:
        give(told)
    assert heard == {SUE: ["signer_submitted"]}


def test_a_signer_whose_address_is_removed_hears_on(told):
    token = SigningRequest.objects.get(email=SOL).token
    give_addresses(told, "", GWEN)
    assert resubmitting(told) == {DANA: ["submitted"], SOL: ["signer_revised"], GWEN: ["signer_revised"]}
    assert link_to(SOL) == f"/sign/{token}"
    assert withdrawing(told)[SOL] == ["signer_withdrawn"]


def test_where_all_addresses_are_removed_all_hear_on(told):
    give_addresses(told, "", "")
    assert resubmitting(told) == {DANA: ["submitted"], SOL: ["signer_revised"], GWEN: ["signer_revised"]}


def test_another_address_is_told_and_so_is_the_one_before(told):
    give_addresses(told, SUE, GWEN)
    heard = resubmitting(told)
    assert heard == {DANA: ["submitted"], SUE: ["signer_revised"], SOL: ["signer_replaced"], GWEN: ["signer_revised"]}
    assert (shows(SUE), shows(SOL)) == (200, 410)


@pytest.mark.parametrize("count", [1, 3])
def test_submitting_again_takes_as_many_queries_whatever_the_number_of_practices(
    cms_data, count, django_assert_num_queries
):
    election = ElectionFactory(practices=(SOLO, GROUP, OTHER)[: max(count, 2)])
    give_addresses(election, *[f"signer{n}@example.org" for n in range(count)])
    submit(election)
    give_addresses(election, *[f"other{n}@example.org" for n in range(count)])
    change_a_little(election)
    with django_assert_num_queries(41):
        submit(election)
    assert Notice.objects.filter(reason="election signer replaced").count() == count


def test_who_is_asked_for_a_practice_that_no_one_was_told_for_hears_nothing_of_the_submission(cms_data, client):
    election = ElectionFactory()
    give_addresses(election, "", GWEN)
    submit(election)
    begin(election.pk, by=election.started_by, now=clock.now())
    ask_another(client, election, "Sue Harbor", SUE)
    assert withdrawing(election) == {DANA: ["withdrawn"], GWEN: ["signer_withdrawn"]}


def have_asked(by: User, *addresses: str) -> None:
    """Let a person have sent links to addresses today, in another election."""
    party = Party.objects.get(member__election=ElectionFactory(practices=(OTHER,)), member__name=OTHER.name)
    now = clock.now() - timedelta(hours=1)
    SigningRequest.objects.bulk_create(
        link_for(party.pk, name="Someone", email=address, by=by, now=now) for address in addresses
    )


@pytest.mark.parametrize(("people", "told"), [(MOST_ASKED_A_DAY - 1, [SOL]), (MOST_ASKED_A_DAY, [])])
def test_a_submission_is_not_refused_where_too_many_were_written_to(elsewhere, client, people, told):
    have_asked(elsewhere.started_by, *[f"person{n}@example.org" for n in range(people)])
    with newly_told() as heard:
        submit(elsewhere)
    assert heard == {DANA: ["submitted"]} | {address: ["signer_submitted"] for address in told}
    page = text(client.get(f"/elections/{elsewhere.pk}/told"))
    assert f"We couldn’t email the signers of {2 - len(told)} of 2 practices." in page


def test_an_address_that_had_five_links_today_gets_no_more_unless_it_is_told_already(elsewhere):
    submit(elsewhere)
    have_asked(elsewhere.started_by, *[SUE] * MOST_LINKS_A_DAY, *[GWEN] * MOST_LINKS_A_DAY)
    give_addresses(elsewhere, SUE, GWEN)
    assert resubmitting(elsewhere) == {DANA: ["submitted"], SOL: ["signer_revised"], GWEN: ["signer_revised"]}
    give_addresses(elsewhere, GWEN, GWEN)
    assert resubmitting(elsewhere) == {DANA: ["submitted"], GWEN: ["signer_revised"], SOL: ["signer_replaced"]}
    assert len(set(re.findall(r"/sign/([\w-]+)/election", last_mail(GWEN).body))) == 2
