"""What every page carries, and what goes wrong, over HTTP."""

import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import brotli
import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries, Settings

from tests.factories.people import DanaFactory, ReviewerFactory, signed_in
from tests.pages import text

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("address", "status", "title"),
    [
        ("/", 200, "Virtual Group Elections"),
        ("/-/400", 400, "We couldn’t read that request | Virtual Group Elections"),
        ("/-/403", 403, "You can’t do that here | Virtual Group Elections"),
        ("/-/403-csrf", 403, "This page was open too long | Virtual Group Elections"),
        ("/nowhere", 404, "We can’t find that, or it isn’t yours to see | Virtual Group Elections"),
        ("/-/405", 405, "This page can’t be opened that way | Virtual Group Elections"),
        ("/?q=%00", 400, "We couldn’t read that request | Virtual Group Elections"),
        ("/-/500", 500, "Something went wrong on our side | Virtual Group Elections"),
    ],
)
def test_status_title_and_help(client: Client, address: str, status: int, title: str) -> None:
    client.raise_request_exception = False
    response = client.get(address)
    page = response.content.decode()
    assert response.status_code == status
    assert [" ".join(found.split()) for found in re.findall(r"<title>(.*?)</title>", page, re.DOTALL)] == [title]
    said = text(response)
    assert "Call 1-866-288-8292 (TRS: 711) Email QPP@cms.hhs.gov Monday to Friday, 8 a.m. to 8 p.m. ET" in said
    assert "technical assistance for small, underserved and rural practices ended on February 15, 2022" in said
    assert "CMS still has a page for small practices , with a newsletter" in said
    assert "(As of November 28, 2026.)" in said
    assert re.findall(r'<html lang="(.*?)">', page) == ["en"]


def test_nothing_inline(client: Client) -> None:
    for address in ["/", "/nowhere", "/-/every-field", "/-/findings"]:
        page = client.get(address).content.decode()
        assert re.findall(r"<script(?![^>]*\bsrc=)[^>]*>|<style|\sstyle=|\son[a-z]+=", page) == []


def test_not_found_says_what_to_do(client: Client) -> None:
    said = text(client.get("/nowhere"))
    assert "If someone sent you this link, ask them to share the election with you." in said


def test_server_error_needs_no_database(client: Client, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    client.raise_request_exception = False
    with django_assert_num_queries(0):
        assert client.get("/-/500").status_code == 500


def test_header_signed_out(client: Client) -> None:
    said = text(client.get("/nowhere"))
    assert "Sign in" in said
    assert "Sign out" not in said


def test_header_signed_in() -> None:
    page = signed_in(DanaFactory()).get("/nowhere").content.decode()
    assert '<form method="post" action="/accounts/logout/">' in page
    assert "Sign in" not in page
    assert "Staff" not in page


def test_header_of_staff() -> None:
    page = " ".join(signed_in(ReviewerFactory()).get("/nowhere").content.decode().split())
    assert '<a class="usa-button usa-button--unstyled text-no-underline padding-y-1" href="/staff/">Staff</a>' in page


def test_demo_banner(client: Client, settings: Settings) -> None:
    settings.DEMO, settings.DEMO_NOW = True, "2026-12-01T10:00:00-05:00"
    assert "Demonstration: made-up data. The demo’s clock says Dec 1, 2026, 10:00 a.m. ET." in text(client.get("/"))
    assert "This is not a government website." in text(client.get("/"))
    settings.DEMO = False
    assert "Demonstration" not in text(client.get("/"))
    assert "government" not in text(client.get("/"))


def test_the_header_says_whose_site_it_is(client: Client, settings: Settings) -> None:
    settings.SITE_NAME, settings.SITE_OWNER = "Group Intake", "Centers for Medicare & Medicaid Services"
    said = text(client.get("/"))
    assert "Group Intake Centers for Medicare & Medicaid Services Sign in" in said
    assert "official website" not in said
    settings.OFFICIAL_SITE = True
    said = text(client.get("/"))
    assert said.index("An official website of the United States government.") < said.index("Group Intake Centers")


def test_forms_say_in_the_demo_too_what_the_law_requires(client: Client) -> None:
    said = text(client.get(reverse("sandbox_add")))
    assert "OMB control number 0000-0000 (made up), expires December 31, 2027." in said
    assert "Privacy Act statement On the real site, this statement says which law lets CMS ask" in said


@pytest.mark.parametrize(
    ("now", "said"),
    [
        (
            "2026-09-30T23:59:59-04:00",
            "Elections for 2027 are expected to open Thursday, October 1, 2026, 12:00 a.m. ET , and close Thursday,"
            " December 31, 2026, 11:59 p.m. ET . We haven’t seen CMS’s notice of the opening day yet.",
        ),
        (
            "2026-12-01T10:00:00-05:00",
            "Elections for 2027 close Thursday, December 31, 2026, 11:59 p.m. ET 30 days left",
        ),
        ("2026-12-31T23:59:59-05:00", "Elections for 2027 close Thursday, December 31, 2026, 11:59 p.m. ET last day"),
        ("2027-01-01T00:00:00-05:00", "Elections for 2028 are expected to open Friday, October 1, 2027, 12:00 a.m. ET"),
        (
            "2027-12-31T23:59:59-05:00",
            "Elections for 2028 close Friday, December 31, 2027, 11:59 p.m. ET last day"
            " We haven’t seen CMS’s rules for 2028 yet. Until then, we use the rules for 2027. They might change.",
        ),
        ("2032-01-01T00:00:00-05:00", "This site does not know the rules for 2033 yet. For help, call"),
    ],
)
def test_home_names_the_date_that_matters(
    client: Client, set_clock: Callable[[str], datetime], now: str, said: str
) -> None:
    set_clock(now)
    assert said in text(client.get("/"))


def test_home_says_what_is_needed(client: Client) -> None:
    needed = (
        "What you’ll need A name for the virtual group. The name and TIN of each practice. If the TIN is a Social"
        " Security number, only its last six digits. The NPI of every clinician who bills under that TIN,"
        " or billed under it from Oct 1, 2025 to Sep 30, 2026. Who represents the group: name, email address, "
        "and a phone number or “none”."
    )
    assert needed in text(client.get("/"))


def test_first_page_is_light(client: Client) -> None:
    """At most 25 kB of HTML, CSS and scripts as sent with Brotli."""
    page = client.get("/").content
    names = re.findall(r'(?:href|src)="/static/([^"]+\.(?:css|js))"', page.decode())
    files = [Path(str(finders.find(name))) for name in names]
    assert names == ["css/site.css", "js/app.js", "js/errors.js"]
    assert sum(len(brotli.compress(sent)) for sent in [page, *(file.read_bytes() for file in files)]) <= 25_000
