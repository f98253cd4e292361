"""Listing a practice: every wrong number gets its sentence, and no full SSN is kept."""

import importlib
import re

import pytest
from django.db import connection

from elections.models import Member
from elections.practices import members
from elections.practices.tin_forms import ASKED_TOO_MUCH
from eligibility.law.identifiers import typed_npis, typed_tin
from ground import clock
from tests.elections.steps import as_typed
from tests.factories.elections import ElectionFactory
from tests.factories.practices import BY_SSN, GROUP, OTHER, SOLO

pytestmark = pytest.mark.django_db


@pytest.fixture
def election(cms_data):
    return ElectionFactory(practices=())


def add(client, election, **fields):
    lakeside = {"name": "Lakeside", "tin_kind": "EIN", "tin": "961000002", "npis": "1234567893"}
    return client.post(f"/elections/{election.pk}/practices/add", lakeside | fields)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"tin": "96-100000"}, "An EIN has 9 digits and nothing else."),
        ({"tin": "001234567"}, "No EIN begins with 00."),
        ({"tin": "96l000002"}, "An EIN has 9 digits and nothing else."),
        ({"tin_kind": "SSN", "tin": "12345"}, "For a Social Security number, we need exactly the last 6 digits."),
        (
            {"tin_kind": "", "tin": "12-345"},
            "We don’t know yet whether this TIN is an EIN or a Social Security number.",
        ),
        ({"npis": "1234567893\n1234567890"}, "The last digit does not match the others"),
        ({"npis": "123"}, "An NPI has 10 digits. This one has 3."),
        ({"npis": "9876543213"}, "An NPI begins with 1 or 2."),
        ({"npis": "Dr. Rivera"}, "An NPI has 10 digits and nothing else."),
    ],
)
def test_a_wrong_number_is_saved_as_typed_and_gets_its_sentence(election, client, fields, sentence):
    answer = add(client, election, **fields)
    member = Member.objects.get()
    assert answer.headers["Location"] == f"/elections/{election.pk}/practices/{member.pk}?then=next"
    page = client.get(answer.headers["Location"]).content.decode()
    assert sentence in page
    assert 'value="Lakeside"' in page
    kept = [member.tin, *member.clinicians.values_list("npi", flat=True)]
    for name, typed in fields.items():
        if name != "tin_kind":
            assert set(typed_npis(typed) if name == "npis" else [typed_tin(typed)]) <= set(kept)
    refused = client.post(f"/elections/{election.pk}/review", {"confirm": "CONFIRM"})
    assert refused.status_code == 200


def test_a_tin_longer_than_any_is_not_saved(election, client):
    page = add(client, election, tin="9610000021").content.decode()
    assert "This TIN was not saved. An EIN has 9 digits. Type it again." in page
    assert 'value="9610000021"' in page
    assert [(member.name, member.tin) for member in Member.objects.all()] == [("Lakeside", "")]


FULL_SSN = "517-44-9638"


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"tin_kind": "SSN", "tin": FULL_SSN}, "Type only the last 6 digits."),
        ({"tin_kind": "SSN", "tin": "517449638"}, "Type only the last 6 digits."),
        ({"tin_kind": "EIN", "tin": FULL_SSN}, "This looks like a Social Security number, so we didn’t keep it."),
        ({"tin_kind": "", "tin": "517449638"}, "First choose what kind of number it is"),
        ({"name": f"Dana {FULL_SSN}"}, "Nine digits in a row might be someone’s Social Security number"),
        ({"npis": f"1234567893\n{FULL_SSN}"}, "Entry 2 had 9 digits, so we didn’t keep it."),
        ({"npis": "1234567893\n517,44,9638"}, "Entry 2 had 9 digits, so we didn’t keep it."),
        ({"npis": "5, 1, 7, 4, 4, 9, 6, 3, 8\n1234567893"}, "Entry 1 had 9 digits, so we didn’t keep it."),
        ({"npis": "517;44;9638, 2000000002\n1234567893"}, "Entry 1 had 9 digits, so we didn’t keep it."),
    ],
)
def test_a_full_ssn_is_refused_and_comes_back_nowhere(client, election, fields, sentence):
    page = add(client, election, **fields).content.decode()
    assert sentence in page
    assert FULL_SSN not in page
    assert "517449638" not in page
    assert "1234567893" in page
    assert "Saved, except for what is marked below." in page
    member = Member.objects.get()
    kept = [member.name, str(member.tin), member.tin_last4, *member.clinicians.values_list("npi", flat=True)]
    assert [text for text in kept if "51744" in text or "9638" in text] == []
    again = client.get(f"/elections/{election.pk}/practices/add").content.decode()
    assert [digits for digits in ("517-44", "51744") if digits in again] == []


@pytest.mark.parametrize("spelled", [False, True])
def test_an_ssn_called_an_ein_is_refused_where_cms_data_know_it(client, election, spelled):
    tin = ",".join(f"517{BY_SSN.tin}") if spelled else f"517{BY_SSN.tin}"
    page = add(client, election, tin=tin, npis=BY_SSN.npis[0]).content.decode()
    assert "This might be a Social Security number, not an EIN, so we didn’t keep it." in page
    assert tin not in page
    assert [str(member.tin) for member in Member.objects.all()] == [""]
    assert add(client, election, tin=tin, npis="1234567893").status_code == 302


def test_nobody_tries_out_the_digits_of_an_ssn_with_forms_that_save_nothing(client, election):
    for number in range(50):
        add(client, election, name="x" * 201, tin=f"5170{number:05}", npis=BY_SSN.npis[0])
    for digits in (BY_SSN.tin, "000999"):
        answer = add(client, election, name="x" * 201, tin=f"517{digits}", npis=BY_SSN.npis[0])
        assert answer.context["form"].errors["tin"] == [ASKED_TOO_MUCH]
    assert Member.objects.filter(tin_last4__in=[BY_SSN.tin[-4:], "0999"]).count() == 0
    own = {"name": "By SSN", "tin_kind": "SSN", "tin": BY_SSN.tin, "npis": BY_SSN.npis[0]}
    assert add(client, election, **own).status_code == 302, "of what is called an SSN nothing is told"


def test_a_list_too_long_to_read_is_refused_at_once(election, client):
    page = add(client, election, npis="1 " * 25_000 + FULL_SSN).content.decode()
    assert "You can list at most 500 NPIs here." in page
    assert FULL_SSN not in page


def test_a_tin_is_kept_encrypted_and_shown_whole_only_in_its_own_field(client, election):
    add(client, election)
    member = Member.objects.get()
    assert (member.tin, member.tin_last4) == ("961000002", "0002")
    with connection.cursor() as cursor:
        cursor.execute("SELECT tin FROM elections_member")
        assert "961000002" not in str(cursor.fetchone())
    page = client.get(f"/elections/{election.pk}/practices/{member.pk}").content.decode()
    assert 'value="96-1000002"' in page
    assert "961000002" not in client.get(f"/elections/{election.pk}/practices").content.decode()
    assert "96-1000002" not in client.get(f"/elections/{election.pk}/review").content.decode()


def test_nothing_typed_is_no_practice(election, client):
    page = add(client, election, name="", tin_kind="", tin="", npis="").content.decode()
    assert "You haven’t typed anything yet. Type the practice’s name, its TIN, or an NPI." in page
    assert Member.objects.count() == 0


def test_a_practice_can_be_saved_before_everything_is_known(election, client):
    assert add(client, election, tin_kind="", tin="", npis="").status_code == 302
    member = Member.objects.get()
    assert (member.name, member.tin_kind, member.tin, member.clinicians.count()) == ("Lakeside", "", "", 0)


def test_npis_are_read_as_people_paste_them(election, client):
    npis = "1234567893\t1558598797\r\n 1999-999-992 ;2000000002, 1234567893"
    add(client, election, npis=npis)
    found = Member.objects.get().clinicians.values_list("npi", flat=True)
    assert list(found) == ["1234567893", "1558598797", "1999999992", "2000000002"]


def test_npis_that_run_together_are_read_and_what_cannot_be_parted_is_named(client, election):
    add(client, election, npis="1234567893155859879719999999922000000002\n1003001041")
    found = Member.objects.get().clinicians.values_list("npi", flat=True)
    assert list(found) == ["1234567893", "1558598797", "1999999992", "2000000002", "1003001041"]
    long = "12345678931558598797199999999220000000021003001042"
    page = add(client, election, name="Old Mill", npis=f"1003001041\n{long}").content.decode()
    assert "The NPIs were not saved. Entry 2 is too long for an NPI. Type each on its own line." in page
    assert long in page, "nothing vanishes"
    assert Member.objects.get(name="Old Mill").clinicians.count() == 0
    short = add(client, election, name="Mill", npis="12345678931558598796")
    page = client.get(short.headers["Location"]).content.decode()
    assert "If these are 2 NPIs, number 2 is not valid. Type each on its own line." in page


def test_a_phone_shows_all_its_keys_where_lines_are_typed(client, election):
    page = client.get(f"/elections/{election.pk}/practices/add").content.decode()
    assert re.findall(r'name="(\w+)"[^>]*inputmode="numeric"', page) == ["tin"]
    for shown in (page, client.get("/check/practice").content.decode()):
        assert ["inputmode" in field for field in re.findall(r"<textarea[^>]*>", shown)] == [False]


@pytest.mark.parametrize("rows", [1, 3])
def test_practices(client, election, rows, django_assert_num_queries):
    for made in (SOLO, GROUP, OTHER)[:rows]:
        add(client, election, **as_typed(made))
    with django_assert_num_queries(13):
        page = client.get(f"/elections/{election.pk}/practices").content.decode()
    assert page.count('scope="row"') == rows


@pytest.mark.parametrize("rows", [1, 3])
def test_elections(client, cms_data, rows, django_assert_num_queries):
    ElectionFactory(by__email="stranger@example.org", name="Not yours")
    ElectionFactory.create_batch(rows)
    with django_assert_num_queries(9):
        page = client.get("/elections/").content.decode()
    assert page.count('class="usa-card__container"') == rows
    assert "Not yours" not in page


@pytest.mark.parametrize(
    ("module", "page", "status"),
    [
        ("practices.views", "practices", 200),
        ("practices.views", "practices/{pk}", 302),
        ("agreement.paper_views", "agreement/paper", 200),
        ("roster.grid", "roster", 200),
        ("submission.views", "review", 200),
        ("practices.contest_views", "practices/{pk}/contest/practice-size", 404),
    ],
)
@pytest.mark.parametrize("is_before", [True, False])
def test_a_practice_that_is_removed_while_a_page_is_made(
    client, cms_data, representative, monkeypatch, module, page, status, is_before
):
    """Whether it goes just before or just after the practices are judged, the page knows which are left."""
    election = ElectionFactory(practices=(SOLO, GROUP, OTHER))
    views = importlib.import_module(f"elections.{module}")
    gone, judge_for_viewer = election.members.get(name=GROUP.name), views.judge_for_viewer

    def judge_and_remove(*args):
        judged = None if is_before else judge_for_viewer(*args)
        members.remove_member(election.pk, gone.pk, by=representative, now=clock.now())
        return judged or judge_for_viewer(*args)

    monkeypatch.setattr(views, "judge_for_viewer", judge_and_remove)
    answer = client.get(f"/elections/{election.pk}/{page.format(pk=gone.pk)}")
    assert answer.status_code == (status if is_before or "{pk}" not in page else 302 if "contest" in page else 200)
