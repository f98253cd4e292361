"""What staff see of CMS data in the admin, and who sees it."""

import pytest

from accounts.models import Role
from eligibility.data import windows
from eligibility.law import calendar
from eligibility.models import ElectionWindow, LoadRun
from tests.factories.load_files import NPIS, clinician, practice
from tests.factories.probes import ProbeFactory

pytestmark = pytest.mark.django_db

RUNS, WINDOWS, PROBES = (f"/staff/eligibility/{name}/" for name in ("loadrun", "electionwindow", "probe"))


@pytest.mark.parametrize(
    ("role", "status"), [(Role.DATA_STEWARD, 200), (Role.AUDITOR, 200), (Role.REVIEWER, 403), (Role.LEAD_REVIEWER, 403)]
)
def test_who_may_look(role, status, staff, load) -> None:
    load()
    client = staff(role)
    pages = (RUNS, f"{RUNS}{LoadRun.objects.get().pk}/change/", WINDOWS, PROBES)
    assert [client.get(page).status_code for page in pages] == [status] * 4
    listed = client.get("/staff/").content.decode().count("/staff/eligibility/")
    assert bool(listed) is (status == 200)


@pytest.mark.parametrize("role", [Role.DATA_STEWARD, Role.AUDITOR])
def test_a_run_shows_its_counts_files_and_problems_and_changes_by_nobody(role, staff, load) -> None:
    load()
    load([practice(patients="x")])
    client = staff(role)
    good, bad = LoadRun.objects.order_by("pk")
    page = client.get(f"{RUNS}{good.pk}/change/").content.decode()
    for shown in ("1 practice, 1 clinician", good.files[0]["sha256"], "on the command line", "Dec 1, 2026, 10:00 a.m."):
        assert shown in page
    page = client.get(f"{RUNS}{bad.pk}/change/").content.decode()
    assert "practices.csv, line 2, patients: It must be a whole number" in page
    assert client.post(f"{RUNS}{good.pk}/change/", {"status": "failed"}).status_code == 403
    assert [client.get(f"{RUNS}{page}").status_code for page in ("add/", f"{good.pk}/delete/")] == [404, 404]


def test_lists_take_as_many_queries_for_three_as_for_one(staff, load, django_assert_num_queries) -> None:
    client = staff(Role.AUDITOR)
    client.get(RUNS)  # the session notes that it is used
    for patients in ("1", "2", "3"):
        load([practice(patients=patients)], [clinician()])
        if patients != "2":
            with django_assert_num_queries(7):
                client.get(RUNS)


def window_form(**fields: str) -> dict[str, str]:
    times = {"opens_at_0": "2026-10-05", "opens_at_1": "00:00", "closes_at_0": "2026-12-15", "closes_at_1": "00:00"}
    return {"performance_year": "2027", **times, "reason": "Moved", "citation": "CMS notice of Oct 1", **fields}


def test_a_data_steward_sets_a_window_with_a_reason(steward) -> None:
    assert steward.post(f"{WINDOWS}add/", window_form()).status_code == 302
    row = ElectionWindow.objects.get()
    assert (row.set_by.email, row.reason, row.citation, row.opens_at.isoformat()) == (
        "data_steward@example.gov",
        "Moved",
        "CMS notice of Oct 1",
        "2026-10-05T04:00:00+00:00",
    )
    assert windows.window_for(2027).closes == row.closes_at
    assert "CMS notice of Oct 1" in steward.get(f"{WINDOWS}{row.pk}/change/").content.decode()
    assert steward.post(f"{WINDOWS}{row.pk}/change/", window_form(reason="x")).status_code == 403


def test_the_form_asks_for_a_day_and_a_time_as_the_browser_does_with_no_word_of_a_server(steward) -> None:
    form = steward.get(f"{WINDOWS}add/").context["adminform"].form
    shown = [str(form["closes_at"]).count(f'type="{kind}"') for kind in ("date", "time")]
    assert (shown, "vDateField" in str(form["closes_at"])) == ([1, 1], False)


def test_a_window_past_the_law_is_warned_about_first(steward) -> None:
    form = window_form(closes_at_0="2027-01-05")
    warned = steward.post(f"{WINDOWS}add/", form)
    assert "This window closes after December 31, the last day the law allows." in warned.content.decode()
    assert ElectionWindow.objects.count() == 0
    assert steward.post(f"{WINDOWS}add/", form | {"past_the_law": "on"}).status_code == 302
    assert windows.window_for(2027).closes.isoformat() == "2027-01-05T05:00:00+00:00"


def test_a_new_window_begins_with_the_one_that_holds(steward) -> None:
    def initial(query: str = "") -> tuple[int, str, str]:
        form = steward.get(f"{WINDOWS}add/{query}").context["adminform"].form
        return (
            form["performance_year"].initial,
            form["opens_at"].initial.isoformat(),
            form["closes_at"].initial.isoformat(),
        )

    assert initial() == (2027, "2026-10-01T00:00:00-04:00", "2027-01-01T00:00:00-05:00")
    assert initial("?performance_year=2019") == (2019, "2018-10-01T00:00:00-04:00", "2019-01-01T00:00:00-05:00")
    assert initial("?performance_year=1999")[0] == 2027
    steward.post(f"{WINDOWS}add/", window_form())
    assert initial() == (2027, "2026-10-05T04:00:00+00:00", "2026-12-15T05:00:00+00:00")


def test_the_list_shows_what_holds_for_every_year(steward, django_assert_num_queries) -> None:
    for day in ("14", "15", "16"):
        steward.post(f"{WINDOWS}add/", window_form(closes_at_0=f"2026-12-{day}", reason=f"Notice of Dec {day}"))
        if day != "15":
            with django_assert_num_queries(5):
                page = steward.get(WINDOWS)
    held = page.context["held_windows"]
    assert [year for year, _, _ in held] == list(range(2032, 2017, -1))
    assert [row.reason if row else None for _, _, row in held] == [*[None] * 5, "Notice of Dec 16", *[None] * 9]
    [line] = page.content.decode().split("<tbody>")[2].split("Notice of Dec 16")[:-1]
    assert "Tuesday, December 15, 2026, 11:59 p.m. ET" in page.content.decode().split("<tbody>")[1]
    assert "Tuesday, December 15, 2026, 11:59 p.m. ET" in line, "the same day above and below"


def test_a_projected_window_is_confirmed_with_a_citation(steward, set_clock) -> None:
    set_clock("2027-09-20T10:00:00-04:00")
    assert "Oct 1, 2027, 12:00 a.m. ET (expected)" in steward.get(WINDOWS).content.decode()
    form = steward.get(f"{WINDOWS}add/").context["adminform"].form
    assert form["performance_year"].initial == 2028
    days = {"opens_at_0": "2027-10-01", "closes_at_0": "2028-01-01"}
    assert steward.post(f"{WINDOWS}add/", window_form(performance_year="2028", **days)).status_code == 302
    told = steward.get(WINDOWS).content.decode()
    assert "Oct 1, 2027, 12:00 a.m. ET</td>" in told
    assert "Oct 1, 2028, 12:00 a.m. ET (expected)</td>" in told
    assert "(CMS notice of Oct 1)" in told
    assert windows.window_for(2028) == calendar.Window(calendar.window(2028).opens, calendar.window(2028).closes)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"performance_year": "2033"}, "We have rules for performance years 2018 to 2032. Type one of these."),
        ({"reason": ""}, "Fill this in."),
        ({"citation": ""}, "Fill this in."),
        ({"closes_at_0": "2026-10-01", "at_once": "on"}, "The window must close after it opens."),
        ({"closes_at_0": "9999-12-31", "past_the_law": "on"}, "closes by the end of 2027."),
        ({"opens_at_0": "2025-12-31"}, "A window for 2027 opens in 2026 or later"),
        ({"closes_at_0": "2026-11-15"}, "This window is already over, so drafts will lapse within minutes."),
        ({"reason": "x" * 2_001}, "At most 2,000 characters fit here, and this has 2001."),
    ],
)
def test_a_window_that_will_not_do(fields, sentence, steward) -> None:
    page = steward.post(f"{WINDOWS}add/", window_form(**fields)).content.decode()
    assert sentence in page
    assert ElectionWindow.objects.count() == 0


def test_an_auditor_sets_no_window(staff) -> None:
    assert staff(Role.AUDITOR).post(f"{WINDOWS}add/", window_form()).status_code == 403
    assert ElectionWindow.objects.count() == 0


def test_staff_see_who_is_over_the_limit_and_not_which_tins(staff) -> None:
    for npi, misses in ((NPIS[0], 5), (NPIS[1], 4)):
        ProbeFactory.create_batch(misses, subject=npi)
    page = staff(Role.AUDITOR).get(PROBES).content.decode()
    assert (NPIS[0] in page, NPIS[1] in page, "secret" in page) == (True, False, False)
    assert '<td class="field-misses">5</td>' in page
