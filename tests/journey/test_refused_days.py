"""Every day that an update cannot have, tried in a browser on four days: the page says why, and leads on."""

from datetime import date, timedelta

import pytest
from playwright.sync_api import Page, expect

from elections.models import Update
from ground import clock
from tests.factories.elections import ElectionFactory
from tests.factories.people import DanaFactory
from tests.factories.practices import load_cms_data

pytestmark = [pytest.mark.browser, pytest.mark.proof, pytest.mark.django_db(transaction=True)]

APPROVED_ON = date(2026, 12, 1)
DAYS = ("2026-12-01", "2026-12-28", "2027-01-05", "2027-01-20", "2028-01-20")
FORMS = {"A clinician joined or left": "A clinician left", "A practice changed its name": "A practice closed"}


@pytest.mark.parametrize("today", DAYS)
def test_no_refused_day_is_a_dead_end(page: Page, sign_in, set_clock, today):
    set_clock("2026-12-01T10:00:00-05:00")
    load_cms_data()
    election = ElectionFactory(by=DanaFactory(), state="approved")
    set_clock(f"{today}T10:00:00-05:00")
    sign_in(election.started_by)
    for link, kind in FORMS.items():
        page.goto(f"/elections/{election.pk}/updates")
        page.get_by_role("link", name=link).click()
        for day, why in refused(clock.today()).items():
            fill(page, kind, day)
            page.get_by_role("button", name="Report the change").click()
            expect(page.locator(".usa-error-message")).to_contain_text(why)
            expect(page.get_by_label("On what date?")).to_have_value(day.isoformat())
            instead = page.locator("details[open]", has_text="Did it happen on another day?")
            expect(instead).to_be_visible()
            assert instead.get_by_role("link").count() == (2 if today < "2027" else 1)
        assert Update.objects.count() == list(FORMS).index(link), "nothing was reported by mistake"
        fill(page, kind, min(clock.today(), date(2027, 12, 31)))
        page.get_by_role("button", name="Report the change").click()
        expect(page.locator(".messages")).to_contain_text("CMS has the change.")
    page.goto(f"/elections/{election.pk}/updates/clinician")
    page.get_by_text("Did it happen on another day?").click()
    before = page.locator("details li").first
    if today < "2027":
        before.get_by_role("link").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("Harbor Group")
    else:
        expect(before).to_contain_text("1-866-288-8292")


def refused(today: date) -> dict[date, str]:
    """Return the days that cannot be reported on a day, each with a part of what the page says."""
    days = {APPROVED_ON - timedelta(days=1): "CMS approved this election on Dec 1, 2026."}
    days[today + timedelta(days=1)] = "Report later changes after they happen."
    if today.year > 2027:
        days[date(2028, 1, 1)] = "This virtual group’s year ended on Dec 31, 2027."
    return days


def fill(page: Page, kind: str, day: date) -> None:
    page.get_by_text(kind, exact=True).click()
    page.get_by_label("Practice", exact=True).select_option("Lakeside Family Practice")
    if "clinician" in kind:
        page.get_by_label("NPI").fill("1234567893")
    page.get_by_label("On what date?").fill(day.isoformat())
