"""Checking a group without an account: what it says, what it does not, what is kept, and keeping it as a draft."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client

from elections.drafts import cookie_encryption
from elections.models import CookieRow, Election
from elections.sandbox import store as sandbox_store
from eligibility.models import DeterminationClinician, DeterminationPractice, Probe
from ground import clock
from tests.elections.steps import as_typed
from tests.factories.numbers import npi
from tests.factories.people import BACKEND
from tests.factories.practices import BY_SSN, GROUP, OTHER, SOLO, FictionalPractice, load_cms_data
from tests.factories.windows import WindowFactory
from tests.pages import OPT_IN_PAYS, text

pytestmark = pytest.mark.django_db

PAGE, ADD = "/check/", "/check/practice"


def checked(*practices: FictionalPractice) -> Client:
    client = Client()
    for made in practices:
        assert client.post(ADD, as_typed(made)).headers["Location"] == PAGE
    return client


def test_nothing_is_kept_of_who_only_looks(cms_data, visitor):
    assert "You don’t need an account" in text(visitor.get(PAGE))
    assert visitor.cookies.keys() == {"csrftoken"} or not visitor.cookies
    assert visitor.get("/check/practice/1").status_code == 404
    assert not CookieRow.objects.exists()


def test_two_practices_could_form_a_group(cms_data):
    client = checked(SOLO, GROUP)
    told = text(client.get(PAGE))
    assert "These two practices could form a virtual group." in told
    assert "3 clinicians in CMS data, each counted once a small practice (15 or fewer clinicians)" in told
    assert "not measured by the all-cause readmission measure" in told
    assert "With one practice left out" not in told
    assert GROUP.tin not in told.replace("-", "")


def test_one_practice_is_not_enough(cms_data):
    told = text(checked(SOLO).get(PAGE))
    assert "Not yet: 1 thing to fix." in told
    assert "representative" not in told.partition("All practices together")[2].partition("Next steps")[0].lower()


def test_without_data_of_the_year_it_says_when_they_come():
    told = text(checked(SOLO, GROUP).get(PAGE))
    assert "We cannot tell yet: CMS publishes 2027 data in November or December 2026." in told


def test_what_changes_if_one_practice_is_left_out(cms_data):
    DeterminationClinician.objects.filter(npi__in=GROUP.npis + OTHER.npis).update(rural=True)
    answer = checked(SOLO, GROUP, OTHER).get(PAGE)
    assert answer.context["as_a_group"].preview.rural is True
    assert answer.context["as_a_group"].without == (
        ("Quiet Harbor Medicine", ("4 clinicians",)),
        ("Lakeside Family Practice", ("3 clinicians", "no longer a rural practice")),
        ("Old Mill Clinic", ("3 clinicians", "no longer a rural practice")),
    )


def test_nothing_is_answered_from_the_tin_of_an_ssn(cms_data):
    found = checked(BY_SSN, SOLO).get(PAGE).context["cards"][0][1].findings
    resting_on_data = [f.outcome for f in found if f.rule in ("determination-available", "practice-size")]
    assert resting_on_data == ["cannot_tell", "cannot_tell"]


def test_a_tin_without_one_of_its_npis_is_answered_as_one_that_cms_does_not_have(cms_data):
    def told(tin: str) -> str:
        client = Client()
        client.post(ADD, as_typed(SOLO, tin=tin, npis="1922002005"))
        page = client.get(PAGE).content.decode()
        return page.replace(tin[-4:], "XXXX")

    def without_token(page: str) -> str:
        return "\n".join(line for line in page.splitlines() if "csrfmiddlewaretoken" not in line)

    assert without_token(told(SOLO.tin)) == without_token(told("969999999"))


def test_what_is_asked_counts_for_the_address(cms_data, visitor):
    visitor.post(ADD, as_typed(SOLO, npis="1922002005"))
    assert set(Probe.objects.values_list("asker", "billed")) == {("npi", False), ("address", False)}


def test_past_the_address_limit_an_ein_is_not_judged(cms_data):
    Probe.objects.bulk_create(
        Probe(day=clock.today(), asker="address", subject="127.0.0.1", tin_key=f"{number:064}", billed=False)
        for number in range(100)
    )
    answer = Client().post(ADD, as_typed(SOLO))
    assert "To continue, sign in or create an account." in text(answer)
    assert not CookieRow.objects.exists()


def test_a_practice_is_changed_and_removed(cms_data):
    client = checked(SOLO, GROUP)
    assert client.get("/check/practice/2").context["form"].initial == {
        "name": "Lakeside Family Practice",
        "tin_kind": "EIN",
        "tin": "96-1000002",
        "npis": "1234567893\n1558598797",
    }
    client.post("/check/practice/2", as_typed(OTHER))
    assert [entry.name for entry in client.get(PAGE).context["entries"]] == ["Quiet Harbor Medicine", "Old Mill Clinic"]
    client.post("/check/practice/1/remove")
    client.post("/check/practice/7/remove")
    client.post("/check/practice/0/remove")
    assert [entry.name for entry in client.get(PAGE).context["entries"]] == ["Old Mill Clinic"]
    gone = client.post("/check/practice/2", as_typed(SOLO), follow=True)
    assert "That practice was removed in another window. Nothing was saved." in text(gone)


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"tin_kind": "SSN", "tin": "457555462"}, "only the last 6 digits"),
        ({"tin": "457-55-5462"}, "This looks like a Social Security number, so we didn’t keep it."),
        ({"name": "457-55-5462 Clinic"}, "Nine digits in a row might be someone’s Social Security number"),
        ({"npis": "1234567890"}, "The last digit does not match"),
        ({"name": "", "tin_kind": "", "tin": "", "npis": ""}, "You haven’t typed anything yet"),
    ],
)
def test_bad_input_keeps_nothing(cms_data, changed, sentence):
    answer = Client().post(ADD, as_typed(SOLO, **changed))
    assert answer.status_code == 200
    assert sentence in text(answer)
    assert "457" not in answer.content.decode().replace("1234567890", "")
    assert not CookieRow.objects.exists()


def test_the_database_alone_reads_nothing_of_it(cms_data):
    client = checked(GROUP)
    with connection.cursor() as cursor:
        cursor.execute("SELECT token_hash, encode(sealed, 'escape') FROM elections_sandbox")
        [(token_hash, sealed)] = cursor.fetchall()
    token = client.cookies["sandbox"].value
    assert client.cookies["sandbox"]["httponly"] is True
    assert client.cookies["sandbox"]["max-age"] == 24 * 60 * 60
    assert token not in token_hash
    for kept in (GROUP.tin, *GROUP.npis, "Lakeside"):
        assert kept not in sealed


def test_another_cookie_opens_nothing(cms_data):
    client = checked(GROUP)
    row = CookieRow.objects.get()
    stranger = Client()
    for cookie in ("", "x", row.token_hash, client.cookies["sandbox"].value[:-1]):
        stranger.cookies["sandbox"] = cookie
        assert stranger.get(PAGE).context["entries"] == []


def test_after_a_day_it_is_gone(cms_data, set_clock):
    client = checked(GROUP)
    set_clock("2026-12-02T10:00:01-05:00")
    assert client.get(PAGE).context["entries"] == []
    assert cookie_encryption.forget_old(now=clock.now()) == 1
    assert not CookieRow.objects.exists()


def test_an_old_row_is_begun_anew_not_gone_on_with(cms_data, set_clock):
    client = checked(GROUP)
    set_clock("2026-12-02T10:00:01-05:00")
    client.post(ADD, as_typed(SOLO))
    assert [entry.name for entry in client.get(PAGE).context["entries"]] == ["Quiet Harbor Medicine"]
    assert CookieRow.objects.get().created_at == clock.now()


def test_it_is_deleted_when_asked(cms_data):
    client = checked(GROUP)
    assert "We deleted what you typed." in text(client.post("/check/forget", follow=True))
    assert not CookieRow.objects.exists()
    assert client.cookies["sandbox"].value == ""


def test_no_more_than_fifty_practices(cms_data):
    client = checked(SOLO)
    token, entry = client.cookies["sandbox"].value, sandbox_store.entry_of("Clinic", "", "", ())
    for _ in range(49):
        sandbox_store.put(token, None, entry, now=clock.now())
    refused = client.post(ADD, as_typed(GROUP))
    assert "Nothing was saved. Without an account, you can check at most 50 practices and 1,000 NPIs." in text(refused)
    assert len(client.get(PAGE).context["entries"]) == 50


def test_a_group_is_kept_as_a_draft_with_nothing_typed_twice(cms_data, representative):
    client = checked(SOLO, BY_SSN)
    assert client.get("/check/keep").headers["Location"] == "/accounts/login/?next=/check/keep"
    client.force_login(representative, backend=BACKEND)
    assert "We’ll save 2 practices as a draft election for 2027 in your account." in text(client.get("/check/keep"))
    kept = client.post("/check/keep", follow=True)
    election = Election.objects.get()
    assert kept.redirect_chain == [(f"/elections/{election.pk}/", 302)]
    assert "Saved as a draft. It is not submitted yet." in text(kept)
    assert [
        (member.name, member.tin_kind, str(member.tin), [clinician.npi for clinician in member.clinicians.all()])
        for member in election.members.all()
    ] == [
        ("Quiet Harbor Medicine", "EIN", SOLO.tin, list(SOLO.npis)),
        ("Dana Rivera, MD", "SSN", BY_SSN.tin, list(BY_SSN.npis)),
    ]
    assert not CookieRow.objects.exists()
    assert "There is nothing to save here" in text(client.post("/check/keep"))
    assert Election.objects.count() == 1


def test_after_the_window_nothing_is_kept_and_nothing_lost(cms_data, representative):
    client = checked(SOLO, GROUP)
    client.force_login(representative, backend=BACKEND)
    opens, closes = (datetime.fromisoformat(f"2026-{day}T00:00:00-05:00") for day in ("10-05", "12-01"))
    WindowFactory(opens=opens, closes=closes)
    refused = client.post("/check/keep", follow=True)
    assert "The election window for 2027 has closed, so you cannot start an election for it." in text(refused)
    assert not Election.objects.exists()
    assert len(client.get(PAGE).context["entries"]) == 2


def test_in_january_the_next_year_is_checked(cms_data, representative, set_clock):
    set_clock("2026-12-31T23:50:00-05:00")
    client = checked(SOLO, GROUP)
    client.force_login(representative, backend=BACKEND)
    set_clock("2027-01-01T00:00:00-05:00")
    told = text(client.get(PAGE))
    assert "We cannot tell yet: CMS publishes 2028 data in November or December 2027." in told
    assert "Elections for 2028 are expected to open Friday, October 1, 2027, 12:00 a.m. ET" in told
    assert "CMS has not published 2028 data for this TIN." in told
    client.post("/check/keep")
    assert Election.objects.get().performance_year == 2028


def test_where_no_rules_are_known_nothing_is_checked_and_nothing_lost(cms_data, representative, set_clock):
    set_clock("2031-12-31T23:50:00-05:00")
    client = checked(SOLO, GROUP)
    client.force_login(representative, backend=BACKEND)
    set_clock("2032-01-01T00:00:00-05:00")
    said = "This site does not know the rules for 2033 yet, so we can’t check a group for that year."
    for answer in (client.post("/check/keep", follow=True), client.post(ADD, as_typed(OTHER), follow=True)):
        assert said in text(answer)
        assert len(answer.context["entries"]) == 2
    assert not Election.objects.exists()


def test_the_summary_names_day_and_npis_and_masks_the_tin(cms_data):
    client = checked(SOLO, GROUP)
    told = text(client.get("/check/summary"))
    assert "It applies 42 CFR 414.1315 to what was typed and to CMS data, as of Dec 1, 2026, 10:00 a.m. ET." in told
    assert "1234567893, 1558598797" in told
    assert "96-1000002" not in told
    assert "You haven’t typed anything yet." in text(Client().get("/check/summary"))


@pytest.mark.parametrize("count", [1, 3])
def test_queries_do_not_grow_with_practices(cms_data, django_assert_num_queries, count):
    client = checked(*(SOLO, GROUP, OTHER)[:count])
    with django_assert_num_queries(8):
        client.get(PAGE)


def test_two_windows_keep_both_practices(cms_data):
    client = checked(SOLO)
    other = Client()
    other.cookies["sandbox"] = client.cookies["sandbox"].value
    other.post(ADD, as_typed(GROUP))
    client.post(ADD, as_typed(OTHER))
    assert len(client.get(PAGE).context["entries"]) == 3
    assert CookieRow.objects.get().created_at + timedelta(days=1) > clock.now()


NOT_CHECKED = "We don’t check Social Security numbers here, so we can’t answer this without an account."


def test_beside_an_ssn_it_says_what_else_cannot_be_told(cms_data):
    unknown = replace(OTHER, tin="961234567")
    told = text(checked(BY_SSN, GROUP, unknown).get(PAGE))
    assert f"We cannot tell: {NOT_CHECKED}" not in told
    assert "We cannot tell yet about" in told
    assert "We can tell you after we have CMS data for every practice." in told


def test_what_is_settled_of_an_ssn_without_cms_data_is_said(cms_data):
    """More clinicians are listed than any practice may have."""
    cards = checked(replace(BY_SSN, npis=tuple(map(npi, range(11)))), GROUP).get(PAGE).context["cards"]
    [size] = [finding for finding in cards[0][1].findings if finding.rule == "practice-size"]
    assert size.outcome == "not_met"
    assert size.message == "11 clinicians are listed. A practice in a virtual group can have at most 10."


@pytest.mark.parametrize("address", [PAGE, "/check/summary"])
@pytest.mark.parametrize("is_loaded", [True, False])
def test_of_an_ssn_it_says_that_it_is_not_checked_and_nothing_of_cms_data(db, address, is_loaded):
    if is_loaded:
        load_cms_data()
    answer = checked(BY_SSN, replace(BY_SSN, tin="667789", npis=OTHER.npis[:1])).get(address)
    told = text(answer)
    assert f"We cannot tell: {NOT_CHECKED}" in told
    assert "As a group you would be " + NOT_CHECKED in told
    assert "published" not in told
    assert "publishes" not in told
    for _, group, _ in answer.context["cards"]:
        assert {finding.rule: (finding.message, finding.facts) for finding in group.unsettled if not finding.facts} == {
            rule: (NOT_CHECKED, {})
            for rule in (
                "determination-available",
                "roster-complete",
                "practice-size",
                "mips-eligible-clinician",
                "low-volume-threshold",
            )
        }


@pytest.mark.parametrize("address", [PAGE, "/check/summary"])
def test_an_opt_in_is_named_before_anything_is_saved(cms_data, address):
    DeterminationPractice.objects.filter(name=GROUP.name).update(services=200)
    told = text(checked(SOLO, GROUP).get(address))
    assert "These two practices could form a virtual group." in told
    assert "A question for Lakeside Family Practice : does it accept an opt-in to MIPS?" in told
    assert told.count("A question for this practice Does this practice accept an opt-in to MIPS for 2027?") == 1
    assert f"It does not exceed 200 covered professional services. Payments {OPT_IN_PAYS}" in told
    assert "Medicare figures" not in told


def test_an_opt_in_is_named_only_to_who_may_know_it(cms_data):
    DeterminationPractice.objects.update(services=200)
    DeterminationClinician.objects.update(services=200)
    stranger = text(checked(replace(GROUP, npis=OTHER.npis), BY_SSN).get(PAGE))
    assert [words for words in ("opt in to MIPS", "opt-in to MIPS", "A question for") if words in stranger] == []
