"""The toolkit: open to everyone, true to the rules and the text of the day, and marked as what it is."""

import io
import re
from datetime import datetime

import pytest
from django.test import Client
from pypdf import PdfReader

from agreements.text.provisions import PROVISIONS
from elections import tasks
from tests.factories.windows import WindowFactory
from tests.pages import text

pytestmark = pytest.mark.django_db


def read(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return text(answer)


def test_it_says_what_an_election_needs_and_contains(visitor, django_assert_num_queries):
    with django_assert_num_queries(1):  # the year's window
        said = read(visitor, "/toolkit")
    assert "by Thursday, December 31, 2026, 11:59 p.m. ET" in said
    for needed in (
        "A name for the virtual group",
        "name, email address, and a phone number or “none”",
        "the full EIN or, if the TIN is a clinician’s Social Security number, only its last six digits",
        "everyone who bills Medicare under that TIN, or billed under it from October 1, 2025 to September 30, "
        "2026: at most",
        "authorized to sign for it: name, title, and email address",
        "If it is opt-in eligible, or no one knows yet whether it is: its decision to opt in",
        "executed (signed by every practice) on or before the day you submit",
    ):
        assert needed in said
    for element in (
        "acknowledgment that a formal written agreement exists between all practices",
        "Name and contact information of the representative",
        "Name and TIN of each practice, and the NPIs of all clinicians who bill under each TIN",
        "also asks for a name for the group and for each practice, and for a phone number or “none”. CMS needs",
    ):
        assert element in said
    assert [provision.item for provision in PROVISIONS if provision.summary not in said] == []
    assert "As of November 28, 2026." in said


def test_every_page_leads_there(visitor):
    assert '<a href="/toolkit">Toolkit</a>' in visitor.get("/nowhere").content.decode()


def test_the_example_is_an_election_that_meets_every_rule(visitor, django_assert_num_queries):
    with django_assert_num_queries(1):  # the windows
        page = visitor.get("/toolkit/example").content.decode()
    said = read(visitor, "/toolkit/example")
    assert "Everything here is made up" in said
    words = [" ".join(word.split()) for word in re.findall(r"</svg>([^<]*)</p>", page)]
    assert {word: words.count(word) for word in words} == {"Met": 34, "Does not apply": 2}
    assert "Harbor View Physical Therapy EIN ••-•••4321 · 2 clinicians · accepts the opt-in" in said
    assert "Alex Sample, MD SSN •••-••-0001 · 1 clinician Agreement signed Nov 18, 2026 by Alex Sample" in said
    assert "It doesn’t see the agreement’s text." in said


OPENED = "Elections for 2027 were expected to open Oct 1, 2026, 12:00 a.m. ET, and close Dec 31, 2026, 11:59 p.m. ET."


@pytest.mark.parametrize(
    ("now", "judged", "executed", "window"),
    [
        ("2026-10-01T00:00:00-04:00", "Oct 1, 2026", "Sep 18, 2026", OPENED),
        ("2026-12-01T10:00:00-05:00", "Dec 1, 2026", "Nov 18, 2026", OPENED),
        ("2027-01-02T10:00:00-05:00", "Dec 31, 2026", "Dec 18, 2026", OPENED),
        ("2027-09-30T23:59:59-04:00", "Dec 31, 2026", "Dec 18, 2026", OPENED),
        ("2027-10-01T00:00:00-04:00", "Oct 1, 2027", "Sep 18, 2027", OPENED.replace("27", "28").replace("26", "27")),
    ],
)
def test_nothing_in_the_example_is_yet_to_come(visitor, set_clock, now, judged, executed, window):
    set_clock(now)
    said = read(visitor, "/toolkit/example")
    assert f"judged the example like any other election, as of {judged} (ET)." in said
    assert f"Agreement signed {executed} by Alex Sample" in said
    assert window in said
    assert "Not met" not in said


def test_the_example_is_judged_by_the_window_that_a_data_steward_set(visitor):
    opens, closes = map(datetime.fromisoformat, ("2026-10-05T00:00:00-04:00", "2027-01-01T00:00:00-05:00"))
    WindowFactory(opens=opens, closes=closes)
    said = read(visitor, "/toolkit/example")
    assert "Elections for 2027 opened Oct 5, 2026, 12:00 a.m. ET, and close Dec 31, 2026, 11:59 p.m. ET." in said
    assert "(expected)" not in said


def test_the_sample_says_what_practices_sign(visitor):
    said = read(visitor, "/toolkit/agreement")
    assert "This is a sample between fictional practices. It binds no one." in said
    assert "4.5 Being in this virtual group affects how a clinician can take part in MIPS outside" in said
    assert "1. Elm Street Family Medicine EIN 12-3456789" in said
    assert "SSN, last 6 digits only: 000001" in said


@pytest.mark.usefixtures("media")
def test_the_worker_makes_its_pdf_marked_on_every_page(visitor):
    assert visitor.get("/toolkit/agreement.pdf").status_code == 404
    assert "We’re preparing the PDF." in read(visitor, "/toolkit")

    tasks.make_sample_agreement()

    assert "Download the sample agreement (PDF)" in read(visitor, "/toolkit")
    answer = visitor.get("/toolkit/agreement.pdf")
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == 'attachment; filename="sample-agreement-2027.pdf"'
    pages = [" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(answer.content)).pages]
    assert "Virtual group agreement: sample" in pages[0]
    assert [page for page in pages if "Sample between fictional practices: it binds no one" not in page] == []
    assert [page for page in pages[1:] if "SAMPLE: Sample Virtual Group, performance year 2027" not in page] == []
    assert "For a participant in a MIPS APM, CMS’s rules for the year decide which score counts." in " ".join(pages)


@pytest.mark.usefixtures("media")
def test_the_next_years_sample_is_made_by_itself_and_once(visitor, set_clock):
    set_clock("2025-12-31T23:59:00-05:00")
    tasks.make_sample_agreement()
    before = visitor.get("/toolkit/agreement.pdf").content
    set_clock("2025-12-31T23:59:30-05:00")
    tasks.make_sample_agreement()
    assert visitor.get("/toolkit/agreement.pdf").content == before
    set_clock("2026-01-01T00:00:00-05:00")
    assert visitor.get("/toolkit/agreement.pdf").status_code == 404
    tasks.make_sample_agreement()
    assert visitor.get("/toolkit/agreement.pdf")["Content-Disposition"].endswith('"sample-agreement-2027.pdf"')
