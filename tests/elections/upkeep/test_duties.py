"""What an approved group owes in its year: each duty at its edges, on pages, and as a calendar file."""

import re
from datetime import date, datetime, timedelta

import pytest

from elections.models import Election, Update
from elections.upkeep.duties import Duty, DutyState, Known, duties, update_duty
from elections.upkeep.unreported import reminder_days
from eligibility.law import calendar
from eligibility.law.parameters import PERFORMANCE_YEARS
from ground.clock import EASTERN
from tests.factories.elections import ElectionFactory, approve, complete, submit
from tests.factories.people import LeadFactory, signed_in
from tests.factories.practices import ALL, BY_SSN, OTHER, load_cms_data
from tests.factories.signing import ask_to_sign, sign_all
from tests.ground.test_icalendar import unfolded
from tests.pages import text

pytestmark = pytest.mark.django_db

ASKED = (
    "Report at least once, even if nothing has changed. CMS asks for it by Dec 31, 2027. "
    "The rule says to report before data submission starts, expected Jan 3, 2028."
)
BY = "By Dec 31, 2027, the date CMS asks for, and before data submission starts, expected Jan 3, 2028."
UPDATE, PARTIES = "Report what changed, or that nothing has changed", "Tell the other practices who joined or left"
CLINICIANS, AGAIN = "Tell all clinicians that they are in this virtual group", "Elect again for 2028"
LAST_SECOND = "2028-01-02T23:59:59-05:00"


@pytest.fixture
def election(approved, set_clock):
    """Approved on December 1, 2026; it is now December 1, 2027."""
    set_clock("2027-12-01T10:00:00-05:00")
    return approved


def shown(client, election) -> dict[str, tuple[str, str]]:
    """Return each duty on the page, in its order: its tag, and what is said of it."""
    page = client.get(f"/elections/{election.pk}/updates").content.decode()
    part = page.partition("<h2>What is due</h2>")[2].partition("<h2>")[0]
    items = re.findall(r'<li class="tasks__item">(.*?)</li>', part, re.DOTALL)
    plain = [" ".join(re.sub(r"<[^>]+>", "|", item).split()) for item in items]
    found = [[piece.strip() for piece in item.split("|") if piece.strip()] for item in plain]
    return {title: (tag, said) for title, said, _, tag in found}


def state(client, election, title=UPDATE) -> str:
    return shown(client, election)[title][0]


def nothing(client, election):
    return client.post(f"/elections/{election.pk}/updates/nothing")


def joined(client, election, npi="2000000002", on="2027-04-01"):
    fields = {"kind": "joined", "practice": 1, "npi": npi, "effective_on": on, "is_sure": "on", "sure_of": npi}
    return client.post(f"/elections/{election.pk}/updates/clinician", fields)


def test_the_page_says_what_is_due_in_the_order_of_its_days(client, election):
    page = text(client.get(f"/elections/{election.pk}/updates"))
    assert (
        f"Keep the information up to date {ASKED} Open Due now. No update has been reported since Oct 1, 2027." in page
    )
    assert shown(client, election) == {
        AGAIN: (
            "Open",
            "Until Friday, December 31, 2027, 11:59 p.m. ET. The election window is open. "
            "If you want to continue, go to “Your elections” and choose “Start 2028 from this election.”",
        ),
        UPDATE: ("Open", f"{BY} Due now. No update has been reported since Oct 1, 2027."),
        PARTIES: (
            "Not due yet",
            "Within 30 days of the change, counted from Jan 1, 2027 at the earliest. When you report it, we email the "
            "signers whose addresses we have. The email doesn’t tell other practices who joined or left. Tell them "
            "yourself. No clinician has been reported as joining or leaving.",
        ),
        CLINICIANS: (
            "Open",
            "Each practice tells its own. The rule names no day. Check what your agreement says. "
            "0 of 2 practices have told all their clinicians.",
        ),
    }


def test_an_update_counts_from_october_until_data_submission_starts(client, election, set_clock):
    set_clock("2027-09-30T23:59:59-04:00")
    assert state(client, election) == "Not due yet"
    nothing(client, election)
    assert shown(client, election)[UPDATE] == (
        "Not due yet",
        f"{BY} Only a report made on or after Oct 1, 2027 meets this rule.",
    )
    set_clock("2027-10-01T00:00:00-04:00")
    assert state(client, election) == "Open"
    nothing(client, election)
    assert shown(client, election)[UPDATE] == ("Met", f"{BY} Reported Oct 1, 2027, 12:00 a.m. ET.")
    page = client.get(f"/elections/{election.pk}/updates").content.decode()
    assert re.search(rf'href="/elections/{election.pk}/updates/{Update.objects.latest("pk").pk}">{UPDATE}</a>', page)


def test_the_last_second_before_data_submission_is_in_time(client, election, set_clock):
    set_clock(LAST_SECOND)
    assert state(client, election) == "Open"
    nothing(client, election)
    assert state(client, election) == "Met"


def test_a_late_update_meets_it_late(client, election, set_clock):
    set_clock("2028-01-03T00:00:00-05:00")
    by = BY.replace("expected ", "")
    assert shown(client, election)[UPDATE] == (
        "Missed",
        f"{by} No update was reported from Oct 1, 2027 until "
        "data submission started on Jan 3, 2028. Report it now. CMS accepts it and sees that it is late.",
    )
    joined(client, election, on="2027-12-30")
    assert shown(client, election)[UPDATE] == (
        "Met late",
        f"{by} Reported Jan 3, 2028, 12:00 a.m. ET, after data submission started.",
    )


def test_an_update_of_any_kind_meets_it_and_undone_it_is_open_again(client, election):
    joined(client, election)
    assert state(client, election) == "Met"
    client.post(f"/elections/{election.pk}/updates/{Update.objects.get().pk}/undo")
    assert state(client, election) == "Open"
    nothing(client, election)
    assert state(client, election) == "Met"


def test_the_others_are_told_within_30_days_of_the_change_from_january_1_on(client, election, set_clock):
    set_clock("2027-01-31T23:59:59-05:00")
    joined(client, election, on="2026-12-10")
    tag, said = shown(client, election)[PARTIES]
    no_address = "We couldn’t email anyone at Quiet Harbor Medicine and Lakeside Family Practice. Start with them."
    assert tag == "Reported to CMS"
    assert said.endswith(f"1 change reported to CMS. Check that the other practices know. {no_address}")
    set_clock("2027-02-01T00:00:00-05:00")
    joined(client, election, npi="1003001041", on="2026-12-10")
    tag, said = shown(client, election)[PARTIES]
    assert tag == "Reported late"
    assert said.endswith(
        "1 of 2 changes reported late. The clinician with NPI 1003001041 joined Lakeside Family Practice on "
        f"Dec 10, 2026, reported Feb 1, 2027. {no_address}"
    )


def test_practices_whose_signers_we_email_are_not_named_as_not_reached(cms_data, client, set_clock):
    election = ask_to_sign(ElectionFactory(practices=(OTHER, BY_SSN)))
    sign_all(election)
    approve(election)
    set_clock("2027-04-02T10:00:00-04:00")
    joined(client, election)
    assert shown(client, election)[PARTIES][1].endswith(
        "Tell them yourself. 1 change reported to CMS. Check that the other practices know."
    )


def test_electing_again_is_said_for_as_long_as_this_site_knows_the_window(client, election, set_clock):
    set_clock("2027-09-30T23:59:59-04:00")
    assert shown(client, election)[AGAIN][1].endswith(
        "You can elect from Oct 1, 2027 (expected), if you want to continue as a virtual group."
    )
    set_clock("2028-01-01T00:00:00-05:00")
    assert shown(client, election)[AGAIN][1].endswith("No election for 2028 was submitted.")
    assert state(client, election, AGAIN) == "Closed"
    last = [duty.key for duty in duties(Known(2032, (), (), told=(0, 2)), datetime(2032, 12, 1, tzinfo=EASTERN))]
    assert last == ["update", "parties", "clinicians"]


def test_elected_again_it_is_met(client, election):
    load_cms_data(performance_year=2028)
    client.post(f"/elections/{election.pk}/next-year")
    draft = Election.objects.get(performance_year=2028)
    tag, said = shown(client, election)[AGAIN]
    assert tag == "Open"
    assert said.endswith("If you want to continue, go to “Your elections” and choose “Go to your 2028 draft.”")
    submit(complete(draft))
    assert shown(client, election)[AGAIN] == (
        "Met",
        "Until Friday, December 31, 2027, 11:59 p.m. ET. The election for 2028 was submitted.",
    )


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ((1, 2), (DutyState.OPEN, "1 of 2 practices have told all their clinicians.")),
        ((2, 2), (DutyState.MET, "2 of 2 practices have told all their clinicians.")),
    ],
)
def test_what_practices_told_their_clinicians_is_taken_as_it_is_given(told, expected):
    found = duties(Known(2027, (), (), told=told), datetime(2027, 12, 1, tzinfo=EASTERN))
    assert [(duty.state, duty.sentence) for duty in found if duty.key == "clinicians"] == [expected]


@pytest.mark.parametrize("year", PERFORMANCE_YEARS)
def test_every_performance_year_computes(year):
    """From October 1 of the year on it is open, and missed from the first working day from January 2 on."""
    begins, starts = datetime(year, 10, 1, tzinfo=EASTERN), date(year + 1, 1, 2)
    while starts.weekday() > 4 or (starts.day, starts.weekday()) == (2, 0):  # then New Year is kept on the Monday
        starts += timedelta(days=1)
    ends = datetime(starts.year, starts.month, starts.day, tzinfo=EASTERN)
    second = timedelta(seconds=1)

    def at(moment: datetime) -> Duty:
        window = calendar.window(year + 1) if year + 1 in PERFORMANCE_YEARS else None
        return next(
            duty
            for duty in duties(Known(year, (), (), told=(0, 2), next_window=window), moment)
            if duty.key == "update"
        )

    assert [at(moment).state for moment in (begins - second, begins, ends - second, ends)] == [
        DutyState.AHEAD,
        DutyState.OPEN,
        DutyState.OPEN,
        DutyState.MISSED,
    ]
    assert at(begins).last_day == starts - timedelta(days=1)
    assert update_duty(year, (), begins) == at(begins)
    assert reminder_days(year) == sorted(
        {*(date(year, 12, day) for day in (1, 17, 24, 30)), date(year, 10, 1), starts - timedelta(days=2)}
    )


def test_the_election_s_page_says_that_it_is_due(client, election, set_clock):
    line = f"Report what changed, or that nothing has : {ASKED}"
    address = f"/elections/{election.pk}/"
    moments = ("2027-09-30T23:59:59-04:00", "2027-10-01T00:00:00-04:00", LAST_SECOND, "2028-01-03T00:00:00-05:00")
    said = []
    for moment in moments:
        set_clock(moment)
        said.append(line in text(client.get(address)))
    assert said == [False, True, True, False]
    set_clock("2027-11-01T10:00:00-04:00")
    nothing(client, election)
    assert line not in text(client.get(address))
    assert "Elections for 2027 closed" not in text(client.get(address)) + text(client.get(f"{address}updates"))


def test_the_calendar_file_is_exact_and_names_no_practice(client, election, set_clock):
    set_clock("2027-09-01T10:00:00-04:00")
    address = f"/elections/{election.pk}/updates/calendar"
    page = client.get(f"/elections/{election.pk}/updates")
    assert f'<a href="{address}">Add these dates to your calendar (.ics)</a>' in page.content.decode()
    answer = client.get(address)
    assert {name: answer[name] for name in ("Content-Type", "Content-Disposition", "Cache-Control")} == {
        "Content-Type": "text/calendar; charset=utf-8",
        "Content-Disposition": 'attachment; filename="updates-2027.ics"',
        "Cache-Control": "private, no-store",
    }
    elections = "http://localhost:8000/elections/"
    assert unfolded(answer.content) == [
        *("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Virtual Group Elections//EN", "CALSCALE:GREGORIAN"),
        *event(
            f"last-update-{election.pk}",
            ("DTSTART;VALUE=DATE:20280102", "DTEND;VALUE=DATE:20280103"),
            "Last day to report changes in Harbor Group to CMS",
            "If CMS approved the election\\, the representative reports what changed. Report at least once\\, even if "
            "nothing has changed. CMS asks for it by Dec 31\\, 2027. The rule says to report before data submission "
            "starts\\, expected Jan 3\\, 2028. Only a report made on or after Oct 1\\, 2027 meets this rule.",
            f"{elections}{election.pk}/updates",
            14,
        ),
        *event(
            f"next-window-{election.pk}",
            ("DTSTART;VALUE=DATE:20271001", "DTEND;VALUE=DATE:20271002"),
            "Elections for 2028 open: Harbor Group",
            "CMS hasn’t announced the opening date yet. This date is expected. Until Friday\\, December 31\\, 2027\\, "
            "11:59 p.m. ET\\, the representative can submit the election for 2028.",
            elections,
            1,
        ),
        *event(
            f"elect-again-{election.pk}",
            ("DTSTART:20280101T045900Z", "DTEND:20280101T050000Z"),
            "Last day to elect again for 2028: Harbor Group",
            "Until Friday\\, December 31\\, 2027\\, 11:59 p.m. ET\\, the representative can submit the election "
            "for 2028.",
            elections,
            14,
        ),
        "END:VCALENDAR",
    ]
    said = answer.content.decode()
    assert [told for made in ALL for told in (made.name, made.tin, *made.npis) if told in said] == []


def event(key: str, when: tuple[str, str], title: str, said: str, link: str, days: int) -> list[str]:
    return [
        *("BEGIN:VEVENT", f"UID:{key}@localhost", "DTSTAMP:20270901T140000Z", *when),
        *(f"SUMMARY:{title}", f"DESCRIPTION:{said}", f"URL:{link}", "TRANSP:TRANSPARENT"),
        *("BEGIN:VALARM", "ACTION:DISPLAY", f"TRIGGER:-P{days}D", f"DESCRIPTION:{title}", "END:VALARM", "END:VEVENT"),
    ]


def test_the_calendar_has_what_is_ahead_and_the_receipts_has_the_same_last_day(client, election, set_clock):
    def keys(name: str) -> list[str]:
        lines = unfolded(client.get(f"/elections/{election.pk}/{name}").content)
        return [line for line in lines if line.startswith("UID:")]

    update, again = f"UID:last-update-{election.pk}@localhost", f"UID:elect-again-{election.pk}@localhost"
    assert keys("updates/calendar") == [update, again]
    assert keys("calendar") == [update]
    nothing(client, election)
    assert keys("updates/calendar") == [again]
    set_clock("2028-01-01T00:00:00-05:00")
    answer = client.get(f"/elections/{election.pk}/updates/calendar")
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/elections/{election.pk}/updates")
    assert "(.ics)" not in text(client.get(f"/elections/{election.pk}/updates"))


def test_before_the_approval_there_is_no_such_calendar(cms_data, client):
    election = ElectionFactory(practices=(OTHER, BY_SSN), state="submitted")
    address = f"/elections/{election.pk}/updates/calendar"
    assert client.get(address).headers["Location"] == f"/elections/{election.pk}/"
    assert signed_in(LeadFactory()).get(address).status_code == 404
