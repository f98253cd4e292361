"""The agreement on screen: what it says, which clause does what is asked for, and what the parties choose."""

import re
from dataclasses import replace

import pytest

from agreements.models import Agreement
from agreements.text import document_text
from agreements.text.provisions import PROVISIONS
from elections.agreement.actions import make_document
from elections.next_year.actions import start_next_year
from tests.factories.elections import ElectionRoleFactory, approve
from tests.factories.people import signed_in
from tests.factories.practices import GROUP, SOLO
from tests.factories.signing import acknowledge, sign_all, to_be_signed
from tests.pages import text

pytestmark = pytest.mark.django_db

ASKED = [part.must for provision in PROVISIONS for part in provision.parts if not part.ours]
CHOSEN = {"last_year": "2029", "quality": "We review our results each month.", "close_out_contact": "Dana, 555-0100"}


def address(election):
    return f"/elections/{election.pk}/agreement/text"


def save(client, election, **fields):
    return client.post(address(election), CHOSEN | fields, follow=True)


def test_it_says_everything_and_which_clause_does_what_is_asked_for(election, client):
    said = text(client.get(address(election)))
    assert "It is in force Jan 1, 2027 through Dec 31, 2027" in said
    for made in (SOLO, GROUP):
        assert made.name in said
        assert f"EIN {made.tin[:2]}-{made.tin[2:]}" in said
        assert all(npi in said for npi in made.npis)
    for must in ASKED:
        assert re.search(rf"{re.escape(must[0].upper() + must[1:])}: \d\.\d", said), must
    assert "agreement" in text(client.get(f"/elections/{election.pk}/agreement"))


def test_what_is_chosen_stands_in_the_text_and_in_the_document(client, election, representative, set_clock):
    said = text(save(client, election))
    assert "Saved." in said
    assert "It is in force Jan 1, 2027 through Dec 31, 2029" in said
    assert "2.2 This agreement holds for each performance year through 2029." in said
    assert "5.3 We review our results each month." in said
    assert "the parties reach each other through Dana, 555-0100." in said
    document = make_document(election.pk, by=representative, now=election.changed_at)
    assert '"to":"2029-12-31"' in document.snapshot
    for words in ("through 2029", "We review our results each month.", "Dana, 555-0100"):
        assert words in document.snapshot


def test_another_text_is_acknowledged_anew_and_the_same_is_not(client, election):
    client.post(address(election), {"last_year": "0", "quality": "", "close_out_contact": ""})
    assert Agreement.objects.get(pk=election.agreement_id).acknowledged
    assert "acknowledge it again" in text(save(client, election))
    assert not Agreement.objects.get(pk=election.agreement_id).acknowledged


def test_a_choice_can_be_taken_back(client, election):
    save(client, election)
    said = text(save(client, election, last_year="0", quality="", close_out_contact=""))
    assert "It is in force Jan 1, 2027 through Dec 31, 2027" in said
    assert "This agreement holds for each performance year" not in said
    found = Agreement.objects.get(pk=election.agreement_id)
    assert (found.last_year, found.quality, found.close_out_contact) == (None, "", "")


@pytest.mark.parametrize(
    ("fields", "what_is_wrong"),
    [
        ({"last_year": "2099"}, "Select a valid choice."),
        ({"quality": "Our number is 123-45-6789."}, "Nine digits in a row"),
        ({"quality": "x" * 2001}, "At most 2,000 characters fit here"),
    ],
)
def test_what_is_wrong_is_said_and_the_rest_is_saved(election, client, fields, what_is_wrong):
    said = text(save(client, election, **fields))
    assert what_is_wrong in said
    assert Agreement.objects.get(pk=election.agreement_id).close_out_contact == "Dana, 555-0100"
    assert "123-45-6789" not in said


def test_the_later_of_two_people_is_shown_both(client, election):
    save(client, election, quality="The first words.")
    stale = {"initial-quality": "", "quality": "The second words.", "initial-last_year": "0", "last_year": "2029"}
    said = text(client.post(address(election), stale))
    assert "saved “The first words.” here" in said
    assert Agreement.objects.get(pk=election.agreement_id).quality == "The first words."


def test_a_viewer_reads_and_does_not_choose(election):
    client = signed_in(ElectionRoleFactory(election=election).user)
    answer = client.get(address(election))
    assert answer.status_code == 200
    assert "What you can choose" not in text(answer)
    assert save(client, election).status_code == 403
    assert not Agreement.objects.get(pk=election.agreement_id).quality


def test_parties_that_lack_something_are_named_and_the_text_is_there(election, client):
    member = election.members.get(position=1)
    member.clinicians.all().delete()
    said = text(client.get(address(election)))
    assert f"{member.name} needs its name, TIN and NPIs before we can make the agreement." in said
    assert "9.1 This agreement is executed on behalf of each party" in said
    assert GROUP.tin[2:] not in said


@pytest.mark.parametrize(("last_year", "carried"), [("2027", None), ("2028", 2028)], ids=["over by then", "goes on"])
def test_the_next_year_begins_with_the_same_text(
    client, election_of_2026, representative, set_clock, last_year, carried
):
    save(client, election_of_2026, last_year=last_year)
    acknowledge(election_of_2026)
    approve(election_of_2026)
    now = set_clock("2026-12-01T10:00:00-05:00")
    found = start_next_year(election_of_2026.pk, by=representative, now=now).agreement
    assert (found.last_year, found.quality, found.close_out_contact) == (carried, CHOSEN["quality"], "Dana, 555-0100")
    assert not found.acknowledged


def test_which_score_counts_is_left_to_cms_and_an_opt_in_to_the_deadline(election, client):
    page = client.get(address(election)).content.decode()
    clauses = {
        number: " ".join(said.split()) for number, said in re.findall(r"<strong>(.*?)</strong>(.*?)</p>", page, re.S)
    }
    assert clauses["4.5"].endswith(
        "For a participant in a MIPS APM, CMS’s rules for the year decide which score counts."
    )
    assert clauses["8.1"].endswith(
        "Until the deadline the election can be changed or withdrawn. After that the opt-in cannot be undone."
    )


def test_an_agreement_that_is_being_signed_keeps_the_version_of_the_text_it_began_with(
    client, cms_data, representative, monkeypatch
):
    before = "A participant in a MIPS APM is paid on the score of that APM."
    older = replace(PROVISIONS[3], parts=(*PROVISIONS[3].parts[:-1], replace(PROVISIONS[3].parts[-1], clause=before)))
    with monkeypatch.context() as patch:
        patch.setattr(document_text, "PROVISIONS", (*PROVISIONS[:3], older, *PROVISIONS[4:]))
        patch.setattr(document_text, "TEXT_VERSION", "2026-11")
        election = to_be_signed()
    sign_all(election)
    assert f"4.5 {before}" in text(client.get(address(election)))
    snapshot = make_document(election.pk, by=representative, now=election.changed_at).snapshot
    assert snapshot.count('"text_version":"2026-11"') == 1
    assert snapshot.count('"signature":{') == 2
