"""Merging practices that list one TIN, over HTTP: in one click, with no line lost, even if others save meanwhile."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from django.db import connection, transaction

from agreements.models import Agreement, Party, SignaturePage
from agreements.papers import signature_pages
from agreements.papers.signature_pages import CheckedPage
from elections.models import Election, Member, MemberClinician
from elections.practices import duplicates
from elections.verbs import lock
from ground import clock
from tests.factories.elections import ElectionFactory, save_practice
from tests.factories.practices import BY_SSN, GROUP, OTHER, SOLO
from tests.factories.signing import sign_all, to_be_signed
from tests.pages import text

pytestmark = [pytest.mark.proof, pytest.mark.django_db, pytest.mark.usefixtures("media")]

MORE = "1922002005"
TWICE = replace(GROUP, name="Lakeside", npis=(GROUP.npis[1], MORE))
REMEDY = "Merge them so that each TIN is listed once, with all its clinicians."
MERGED = "Lakeside Family Practice was listed 2 times. Now it is listed once, with 3 clinicians."


@pytest.fixture
def election(cms_data) -> Election:
    """A draft that lists Lakeside twice, with one clinician in both."""
    return ElectionFactory(practices=(SOLO, GROUP, TWICE))


def merge(client, election):
    return client.post(f"/elections/{election.pk}/practices/merge", follow=True)


def rosters(election: Election) -> dict[str, list[tuple[str, str, str]]]:
    return {member.name: [line.cells for line in member.clinicians.all()] for member in election.members.all()}


def test_one_click_makes_one_practice_of_two(client, election):
    assert "Merge them</button>" in client.get(f"/elections/{election.pk}/review").content.decode()
    page = text(client.get(f"/elections/{election.pk}/practices"))
    assert REMEDY in page
    assert "Lakeside Family Practice and Lakeside list the same TIN." in page
    answer = merge(client, election)
    assert answer.redirect_chain == [(f"/elections/{election.pk}/practices", 302)]
    assert MERGED in text(answer)
    assert REMEDY not in text(answer)
    assert "Merge them" not in text(answer)
    assert rosters(election) == {
        SOLO.name: [(SOLO.npis[0], "", "")],
        GROUP.name: [(npi, "", "") for npi in (*GROUP.npis, MORE)],
    }
    assert Agreement.objects.get().acknowledged is False
    assert Party.objects.count() == 2
    assert "No TIN is listed twice. Nothing was changed." in text(merge(client, election))


def test_names_and_reasons_are_united_and_a_doubtful_line_stays_twice(election, client):
    first, second = election.members.filter(tin_last4="0002")
    shared = GROUP.npis[1]
    MemberClinician.objects.filter(member=first, npi=GROUP.npis[0]).update(last_name="VALE")
    MemberClinician.objects.filter(member=second, npi=shared).update(last_name="MARSH", first_name="ROBIN")
    for cells in ((GROUP.npis[0], "OTHER", ""), ("", "NO NPI", "YET"), ("12345", "", "")):
        MemberClinician.of_cells(second.pk, 9, cells).save()
    Member.objects.filter(pk=second.pk).update(contests={"practice-size": "Two never billed."})
    Member.objects.filter(pk=first.pk).update(name="")
    merge(client, election)
    assert rosters(election)[TWICE.name] == [
        (GROUP.npis[0], "VALE", ""),
        (shared, "MARSH", "ROBIN"),
        (MORE, "", ""),
        (GROUP.npis[0], "OTHER", ""),
        ("", "NO NPI", "YET"),
        ("12345", "", ""),
    ]
    assert election.members.get(pk=first.pk).contests == {"practice-size": "Two never billed."}


def test_both_statements_against_one_finding_stay(election, client):
    first, second = election.members.filter(tin_last4="0002")
    Member.objects.filter(pk=first.pk).update(contests={"practice-size": "Two left.", "roster-complete": "Same."})
    Member.objects.filter(pk=second.pk).update(contests={"practice-size": "One retired.", "roster-complete": "Same."})
    merge(client, election)
    assert election.members.get(pk=first.pk).contests == {
        "practice-size": "Two left.\nOne retired.",
        "roster-complete": "Same.",
    }


def test_the_one_that_executed_the_agreement_stays_before_one_whose_signer_is_named(client, election):
    first, second = election.members.filter(tin_last4="0002")
    Party.objects.filter(pk=first.party_id).update(executed_on=None, signer_name="Ann Early")
    Party.objects.filter(pk=second.party_id).update(signer_name="")
    for page in (client.get(f"/elections/{election.pk}/practices"), merge(client, election)):
        assert "Not kept from Lakeside Family Practice in the merge: its signer, Ann Early." in text(page)
    assert election.members.last().pk == second.pk


def test_what_is_not_kept_is_named_before_the_click_and_after(client, election):
    first, second = election.members.filter(tin_last4="0002")
    Party.objects.filter(pk=second.party_id).update(signer_name="Ann Late", opt_in_accepted=True)
    page = CheckedPage(b"%PDF-", "pdf", pages=1)
    signature_pages.keep(second.party, page, by=election.started_by, now=clock.now())
    lost = (
        "Not kept from Lakeside in the merge: its signature by Ann Late on the agreement, dated Nov 10, 2026, and its"
        " acceptance of the opt-in, and the photo or scan of its signature page."
    )
    for address in ("practices", "review"):
        assert lost in text(client.get(f"/elections/{election.pk}/{address}"))
    assert f"{MERGED} {lost}" in text(merge(client, election))
    assert election.members.last().pk == first.pk
    assert not SignaturePage.objects.exists()
    assert election.events.get(verb="remove_page").details["practice"] == "Lakeside"


def test_what_is_kept_is_not_named_as_lost(client, election):
    first, second = election.members.filter(tin_last4="0002")
    Party.objects.filter(pk=first.party_id).update(opt_in_accepted=True)
    Party.objects.filter(pk=second.party_id).update(executed_on=None, opt_in_accepted=True)
    for page in (client.get(f"/elections/{election.pk}/practices"), merge(client, election)):
        assert "in the merge" not in text(page)


def test_a_merge_is_noted_as_a_change(election, client, representative, set_clock):
    Election.objects.filter(pk=election.pk).update(changed_by=None)
    moment = set_clock("2026-12-02T11:00:00-05:00")
    merge(client, election)
    election.refresh_from_db()
    assert (election.changed_at, election.changed_by) == (moment, representative)


@pytest.mark.parametrize("lines", [1, 200])
def test_queries_do_not_grow_with_lines(election, representative, django_assert_num_queries, lines):
    second = election.members.get(name=TWICE.name)
    MemberClinician.objects.bulk_create(
        MemberClinician.of_cells(second.pk, number, (f"{number}", "", "")) for number in range(lines)
    )
    with django_assert_num_queries(21):
        duplicates.merge_duplicates(election.pk, by=representative, now=clock.now())
    assert len(rosters(election)[GROUP.name]) == 3 + lines


def test_the_one_whose_signer_is_known_stays(election, client):
    first, second = election.members.filter(tin_last4="0002")
    Party.objects.filter(pk__in=(first.party_id, second.party_id)).update(executed_on=None)
    Party.objects.filter(pk=first.party_id).update(signer_name="")
    answer = merge(client, election)
    assert "Lakeside was listed 2 times. Now it is listed once, with 3 clinicians." in text(answer)
    assert list(election.members.values_list("pk", flat=True)) == [election.members.first().pk, second.pk]


def test_what_was_signed_counts_no_more_and_is_kept(client, cms_data):
    election = to_be_signed(practices=(SOLO, GROUP, TWICE))
    sign_all(election)
    assert "all practices must sign again" in text(client.get(f"/elections/{election.pk}/practices"))
    merge(client, election)
    assert "0 of 2 practices signed." in text(client.get(f"/elections/{election.pk}/signing"))
    assert Party.objects.filter(agreement=election.agreement_id).count() == 3


def test_one_that_signed_here_stays_and_its_signature_counts_again(client, cms_data):
    election = to_be_signed()
    sign_all(election)
    save_practice(election, replace(GROUP, name="A"))
    added = election.members.get(name="A")
    Member.objects.filter(pk=added.pk).update(position=0)
    Party.objects.filter(pk=added.party_id).update(signer_name="Ann Asked")
    assert "0 of 3 practices signed." in text(client.get(f"/elections/{election.pk}/signing"))
    assert "Not kept from A in the merge: its signer, Ann Asked." in text(merge(client, election))
    assert "2 of 2 practices signed." in text(client.get(f"/elections/{election.pk}/signing"))


def test_ssn_tins_are_one_where_they_share_a_clinician(client, cms_data):
    npis = BY_SSN.npis[0], MORE, OTHER.npis[0]
    listed = (npis[:1], npis[1:2], npis[:2], npis[2:])
    practices = [replace(BY_SSN, name=f"Solo {place}", npis=of) for place, of in enumerate(listed, start=1)]
    election = ElectionFactory(practices=practices)
    merge(client, election)
    assert {name: [npi for npi, *_ in lines] for name, lines in rosters(election).items()} == {
        "Solo 1": [npis[0], npis[1]],
        "Solo 4": [npis[2]],
    }


@pytest.mark.parametrize("tin", ["", "96100"])
def test_practices_without_a_whole_tin_are_not_merged(client, tin):
    election = ElectionFactory(practices=(replace(SOLO, tin=tin), replace(GROUP, tin=tin)))
    assert "Merge them</button>" not in client.get(f"/elections/{election.pk}/practices").content.decode()
    assert "No TIN is listed twice. Nothing was changed." in text(merge(client, election))
    assert len(rosters(election)) == 2


def test_a_line_typed_for_the_practice_that_is_gone_is_named(client, election):
    gone = election.members.get(name="Lakeside")
    merge(client, election)
    key = "8d0d7f8e-5a3f-4c53-9d2c-0b8e3a1f2c11"
    answer = client.post(
        f"/elections/{election.pk}/roster", {f"line-{key}-npi": "1003003153", f"line-{key}-of": gone.pk}, follow=True
    )
    assert "These lines were not saved: 1003003153." in text(answer)


@pytest.mark.django_db(transaction=True)
def test_two_clicks_and_a_save_at_once_lose_nothing(client, election):
    first = election.members.get(name=GROUP.name)
    sent = [
        (f"/elections/{election.pk}/practices/merge", {}),
        (f"/elections/{election.pk}/practices/merge", {}),
        (f"/elections/{election.pk}/practices/{first.pk}", {"name": "Lakeside Renamed"}),
    ]

    def post(address: str, fields: dict[str, str]) -> str:
        try:
            return text(client.post(address, fields, follow=True))
        finally:
            connection.close()

    with ThreadPoolExecutor(len(sent)) as pool:
        with transaction.atomic():
            lock(election.pk)
            answers = [pool.submit(post, *each) for each in sent]
        told = [answer.result(timeout=30) for answer in answers]
    merged = [answer for answer in told[:2] if "listed 2 times. Now it is listed once, with 3 clinicians." in answer]
    refused = [answer for answer in told[:2] if "No TIN is listed twice. Nothing was changed." in answer]
    assert (len(merged), len(refused)) == (1, 1)
    assert {name: len(lines) for name, lines in rosters(election).items()} == {SOLO.name: 1, "Lakeside Renamed": 3}
