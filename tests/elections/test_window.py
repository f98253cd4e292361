"""A window that a data steward moved: every page and mail that names the deadline names the new one."""

from datetime import datetime

import pytest

from accounts.models import Role
from eligibility.data import windows
from ground import clock
from notices.models import Notice

from . import make
from .make import text

pytestmark = pytest.mark.django_db

OPENS, CLOSES = (datetime.fromisoformat(f"2026-{day}T00:00:00-05:00") for day in ("10-05", "12-19"))
SHIPPED, MOVED = "December 31, 2026", "Friday, December 18, 2026, 11:59 p.m. ET"


@pytest.fixture
def submitted(cms_data, representative):
    election = make.draft(representative)
    make.submit(election, representative)
    return election


PAGES = ["/", "/elections/", *(f"/elections/{{}}/{page}" for page in ("", "practices", "agreement", "review"))]


@pytest.mark.parametrize("page", [*PAGES, "/elections/{}/receipt/1", "/elections/{}/withdraw"])
def test_every_page_with_a_deadline_follows(submitted, representative, page):
    client = make.signed_in(representative)
    make.draft(representative, (make.OTHER, make.BY_SSN))
    assert SHIPPED in text(client.get(page.format(submitted.pk)))
    steward = make.person("steward@cms.example", Role.DATA_STEWARD)
    windows.set_window(
        2027, opens=OPENS, closes=CLOSES, reason="As announced.", citation="CMS notice", by=steward, now=clock.now()
    )
    told = text(client.get(page.format(submitted.pk)))
    assert (MOVED in told, SHIPPED in told) == (True, False)


def test_a_mail_with_a_deadline_follows(cms_data, representative):
    steward = make.person("steward@cms.example", Role.DATA_STEWARD)
    windows.set_window(
        2027, opens=OPENS, closes=CLOSES, reason="As announced.", citation="CMS notice", by=steward, now=clock.now()
    )
    make.submit(make.draft(representative), representative)
    body = Notice.objects.get(reason="election submitted").body
    assert (MOVED in " ".join(body.split()), SHIPPED in body) == (True, False)


def test_the_verbs_follow(submitted, representative, set_clock):
    steward = make.person("steward@cms.example", Role.DATA_STEWARD)
    windows.set_window(
        2027, opens=OPENS, closes=CLOSES, reason="As announced.", citation="CMS notice", by=steward, now=clock.now()
    )
    set_clock("2026-12-19T00:00:00-05:00")
    make.signed_in(representative).post(f"/elections/{submitted.pk}/withdraw", {"sure": "on"})
    submitted.refresh_from_db()
    assert submitted.status == "submitted"
