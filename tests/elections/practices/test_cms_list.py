"""CMS's list of a practice's clinicians: offered, used once, recorded, and told to no one who may not know it."""

import re
from dataclasses import replace

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from elections.models import Event, Member, RosterStep
from elections.practices.cms_lists import CANNOT_TELL, version_of
from elections.roster.fixes import CHANGED, TOO_LONG
from eligibility.data import cms_data
from eligibility.law.facts import DeclaredPractice
from eligibility.models import LoadRun, Probe
from tests.elections.steps import as_typed
from tests.factories.elections import ElectionFactory, ElectionRoleFactory
from tests.factories.numbers import npi
from tests.factories.people import UserFactory, signed_in
from tests.factories.practices import BY_SSN, GROUP, OTHER, SOLO, load_cms_data
from tests.factories.probes import ProbeFactory
from tests.pages import text

pytestmark = pytest.mark.django_db
FOUR = replace(GROUP, npis=(*GROUP.npis, *OTHER.npis))
FIRST, SECOND, THIRD, FOURTH = FOUR.npis
DECLARED = DeclaredPractice(FOUR.name, FOUR.kind, FOUR.tin, FOUR.npis[:1])
QUESTION = "CMS shows 4 clinicians under this TIN. Use this list?"


@pytest.fixture
def election(db):
    load_cms_data([FOUR, SOLO, BY_SSN])
    return ElectionFactory(practices=())


def add(client, election, made=FOUR, *npis):
    """Type a practice with these NPIs, its first one by default; return its page's address."""
    typed = as_typed(replace(made, npis=npis or made.npis[:1]))
    client.post(f"/elections/{election.pk}/practices/add", typed)
    return f"/elections/{election.pk}/practices/{election.members.latest('pk').pk}"


def version_in(page) -> str:
    version: str
    [version] = re.findall(r'name="version"\s+value="(\w+)"', page.content.decode())
    return version


def listed(election) -> list[str]:
    return list(election.members.get().clinicians.values_list("npi", flat=True))


def asked(election) -> list[tuple[str, str]]:
    return [(str(event), str(event.by)) for event in Event.objects.filter(election=election, verb="ask_list")]


def test_one_npi_is_enough_and_the_list_is_used_once(client, election):
    path = add(client, election)
    page = client.get(path)
    told = text(page)
    assert QUESTION in told
    assert f"{SECOND} NAME{SECOND[-4:]}, ROBIN (not on your list yet)" in told
    assert "CMS data as of Dec 1, 2026. Names are from NPPES." in told
    assert "/contest/roster-complete" in page.content.decode()
    assert asked(election) == [("CMS’s list of clinicians was asked for: Lakeside Family Practice", "Dana Rivera")]
    sent = {"version": version_in(page)}
    for said in (
        "3 clinicians added from CMS data.",
        "Your list already has everyone on CMS’s list.",
    ):  # a double click
        told = text(client.post(f"{path}/cms-list", sent, follow=True))
        assert said in told
    assert listed(election) == [FIRST, *sorted(FOUR.npis[1:])]
    assert RosterStep.objects.get().what == "Lakeside Family Practice: 3 clinicians added from CMS data."
    assert "Your list has everyone CMS shows under this TIN (CMS data as of Dec 1, 2026)." in told
    assert f"NAME{SECOND[-4:]}, ROBIN · CMS data as of Dec 1, 2026" in told
    assert QUESTION not in told
    assert len(asked(election)) == 1
    client.post(f"/elections/{election.pk}/roster/undo")
    assert listed(election) == [FIRST]


@pytest.mark.parametrize(("then", "leads_to"), [("another", "practices/add"), ("next", "next")])
def test_after_a_practice_was_added_the_list_is_the_one_question_and_its_answer_leads_on(
    client, election, then, leads_to
):
    typed = as_typed(replace(FOUR, npis=FOUR.npis[:1])) | ({"another": "yes"} if then == "another" else {})
    asked_at = client.post(f"/elections/{election.pk}/practices/add", typed).headers["Location"]
    path, _, query = asked_at.partition("?")
    assert query == f"then={then}"
    page = client.get(asked_at)
    assert QUESTION in text(page)
    assert 'name="tin"' not in page.content.decode()
    assert f'href="{path}">No, I’ll list them myself' in page.content.decode()
    answer = client.post(f"{path}/cms-list", {"version": version_in(page), "then": then})
    assert answer.headers["Location"].split("?")[0] == f"/elections/{election.pk}/{leads_to}"
    said = "3 clinicians added from CMS data. Lakeside Family Practice: nothing to fix."
    assert said in text(client.get(answer.headers["Location"], follow=True))


def test_a_practice_with_more_to_fix_is_shown_whole(client, election):
    typed = as_typed(replace(FOUR, npis=(FIRST, "1234567890")))
    page = client.get(client.post(f"/elections/{election.pk}/practices/add", typed).headers["Location"])
    assert QUESTION in text(page)
    assert "The last digit does not match the others" in text(page)
    assert "Not met yet: clinicians are missing from your list. See CMS’s list above." in text(page)


def test_a_practice_that_was_just_removed_leads_to_the_others(client, election):
    path = add(client, election)
    sent = {"version": version_in(client.get(path)), "then": "next"}
    client.post(f"{path}/remove")
    assert client.post(f"{path}/cms-list", sent).status_code == 404


def test_what_only_the_practice_lists_is_named(client, election):
    path = add(client, election, FOUR, FIRST, SOLO.npis[0])
    page = client.get(path)
    assert f"CMS doesn’t show {SOLO.npis[0]} NAME{SOLO.npis[0][-4:]}, ROBIN." in text(page)
    client.post(f"{path}/cms-list", {"version": version_in(page)})
    assert listed(election)[:2] == [FIRST, SOLO.npis[0]]


def test_a_list_that_is_another_by_now_is_not_used(client, election):
    path = add(client, election)
    before = {"version": version_in(client.get(path))}
    LoadRun.objects.update(status="superseded")
    load_cms_data([replace(FOUR, npis=FOUR.npis[:3]), SOLO, OTHER])
    assert CHANGED in text(client.post(f"{path}/cms-list", before, follow=True))
    now = {"version": version_in(client.get(path))}
    Member.objects.update(tin=OTHER.tin, tin_last4=OTHER.tin[-4:])
    client.post(f"{path}", {"line-11111111-1111-4111-8111-111111111111-npi": OTHER.npis[0]})
    assert CHANGED in text(client.post(f"{path}/cms-list", now, follow=True))
    assert listed(election) == [FIRST, OTHER.npis[0]]


def test_data_that_came_later_are_shown_when_someone_asks(client, representative):
    election = ElectionFactory(practices=())
    path = add(client, election)
    load_cms_data([FOUR])
    for address in (path, f"/elections/{election.pk}/roster"):
        told = text(client.get(address))
        assert [npi for npi in FOUR.npis[1:] if npi in told] == []
    told = text(client.get(path))
    assert "Use this list? See CMS’s list 3 of them aren’t on your list." in told
    assert asked(election) == []
    told = text(client.post(f"{path}/cms-list", follow=True))
    assert [npi for npi in FOUR.npis if npi not in told] == []
    assert len(asked(election)) == 1
    assert SECOND in text(client.get(f"/elections/{election.pk}/roster"))


def test_the_button_that_adds_all_is_recorded_too(client, representative):
    election = ElectionFactory(practices=())
    add(client, election)
    load_cms_data([FOUR])
    client.post(f"/elections/{election.pk}/roster/fix", {"fix": "missing"})
    assert listed(election) == [FIRST, *sorted(FOUR.npis[1:])]
    assert len(asked(election)) == 1


def test_a_list_longer_than_the_law_allows_is_not_offered(client, election):
    path = add(client, election)
    LoadRun.objects.update(status="superseded")
    load_cms_data([replace(FOUR, npis=(FIRST, *map(npi, range(90_000_001, 90_000_011))))])
    told = text(client.get(path))
    assert "11 clinicians bill under this TIN" in told
    assert "Use this list?" not in told
    [data] = cms_data.practice_data(2027, [DECLARED])
    assert data
    version = version_of(election.members.get(), data)
    assert TOO_LONG in text(client.post(f"{path}/cms-list", {"version": version}, follow=True))
    assert listed(election) == [FIRST]


def over_the_limit(client, election):
    ProbeFactory.create_batch(5, subject=FIRST)
    return add(client, election)


def an_account_that_asked_too_much(client, election):
    path = add(client, election, FOUR, SOLO.npis[0])
    Probe.objects.all().delete()
    ProbeFactory.create_batch(50, asker="account", subject=str(election.started_by.pk))
    member = Member.objects.get()
    member.clinicians.update(npi=FIRST)
    return path


def many_npis_tried(client, election):
    return add(client, election, FOUR, *map(npi, range(90_000_001, 90_000_021)), FIRST)


NOT_TOLD = {
    "a stranger's NPI": lambda client, election: add(client, election, FOUR, SOLO.npis[0]),
    "a TIN that CMS data do not list": lambda client, election: add(client, election, OTHER),
    "an SSN that its NPI does not bill under": lambda client, election: add(client, election, BY_SSN, FIRST),
    "an SSN of two clinicians": lambda client, election: add(client, election, BY_SSN, BY_SSN.npis[0]),
    "an NPI over its limit": over_the_limit,
    "an account over its limit": an_account_that_asked_too_much,
    "an account that tried many NPIs": many_npis_tried,
}


@pytest.fixture
def two_by_ssn(election):
    """CMS data show another clinician under the SSN."""
    LoadRun.objects.update(status="superseded")
    load_cms_data([FOUR, SOLO, replace(BY_SSN, npis=(BY_SSN.npis[0], THIRD))])


VALUES = r"(SELECT \* FROM UNNEST|VALUES) ?\(.*(?= ON CONFLICT)|'[^']*'(::\w+)?(\[\])?|\{[^}]*\}|\bs\d+_x\d+|\b\d+\b"


def answers(client: Client, path: str) -> tuple[list[str], list[list[str]]]:
    """Ask for the list, and use it; return what was said, and the statements of both."""
    client.get(path)  # what was said of it before
    said: list[str] = []
    statements = []
    for fields in ({}, {"version": "0" * 64}):
        with CaptureQueriesContext(connection) as queries:
            client.post(f"{path}/cms-list", fields)
        statements.append([re.sub(VALUES, "?", query["sql"]) for query in queries])
        said += map(str, client.get(path).context["messages"])
    return said, statements


@pytest.mark.parametrize("case", NOT_TOLD)
def test_all_that_may_not_be_told_sounds_and_works_alike(client, election, two_by_ssn, case):
    unlisted = replace(BY_SSN, tin="123123") if "SSN" in case else OTHER
    unknown = add(client, election, unlisted)
    said, statements = answers(client, unknown)
    client.post(f"{unknown}/remove")
    assert answers(client, NOT_TOLD[case](client, election)) == (said, statements)
    assert said == [CANNOT_TELL, CANNOT_TELL]
    assert asked(election) == []


@pytest.mark.parametrize("case", NOT_TOLD)
def test_nothing_of_the_list_is_on_any_page(client, election, two_by_ssn, case):
    path = NOT_TOLD[case](client, election)
    own = set(listed(election))
    for address in (path, f"/elections/{election.pk}/roster", f"/elections/{election.pk}/practices"):
        page = client.get(address).content.decode()
        assert [npi for npi in {*FOUR.npis, *BY_SSN.npis} - own if npi in page] == []
        assert "Use this list?" not in page


def test_an_ssn_called_an_ein_is_refused_before_anything_is_told(client, election):
    page = client.post(
        f"/elections/{election.pk}/practices/add",
        {"name": "R", "tin_kind": "EIN", "tin": f"517{BY_SSN.tin}", "npis": BY_SSN.npis[0]},
    )
    assert "This might be a Social Security number" in page.content.decode()
    path = f"/elections/{election.pk}/practices/{election.members.get().pk}"
    assert CANNOT_TELL in text(client.post(f"{path}/cms-list", follow=True))


def test_who_may_ask(client, election):
    path = add(client, election)
    fields = {"version": version_in(client.get(path))}
    collaborator = signed_in(ElectionRoleFactory(election=election, kind="collaborator").user)
    viewer = signed_in(ElectionRoleFactory(election=election).user)
    stranger = signed_in(UserFactory())
    assert viewer.post(f"{path}/cms-list", fields).status_code == 403
    assert stranger.post(f"{path}/cms-list", fields).status_code == 404
    assert Client().post(f"{path}/cms-list", fields).headers["Location"].startswith("/accounts/login/")
    assert client.get(f"{path}/cms-list").status_code == 405
    assert listed(election) == [FIRST]
    told = text(viewer.get(path))
    assert "Use this list?" not in told
    assert SECOND in told, "what was asked for in the election is seen by all who may look at it"
    assert "ask the representative to contest the list" in text(collaborator.get(path))
    collaborator.post(f"{path}/cms-list", fields)
    assert len(listed(election)) == 4


def test_a_practice_of_another_election_is_not_found(client, election):
    path = add(client, election)
    other = ElectionFactory(practices=(), by=election.started_by)
    pk = election.members.get().pk
    assert client.post(f"/elections/{other.pk}/practices/{pk}/cms-list").status_code == 404
    assert path.endswith(f"/practices/{pk}")


def test_without_an_account_there_is_no_list(election):
    visitor = Client()
    typed = as_typed(replace(FOUR, npis=(FIRST,)))
    page = visitor.post("/check/practice", typed, follow=True).content.decode()
    page += visitor.get("/check/").content.decode()
    assert [npi for npi in FOUR.npis[1:] if npi in page] == []
    assert "use CMS’s list" not in page
    assert "Use this list?" not in page
    assert Event.objects.filter(verb="ask_list").count() == 0


def test_the_history_holds_no_tin(client, election):
    add(client, election)
    details = Event.objects.get(verb="ask_list").details
    assert details["practice"] == FOUR.name
    assert FOUR.tin not in str(details)
    assert not any(npi in str(details) for npi in FOUR.npis)
