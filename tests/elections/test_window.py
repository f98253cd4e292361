"""A window that a data steward moved: every page and mail that names the deadline names the new one."""

from datetime import datetime

import pytest

from elections.models import Election
from notices.models import Notice
from tests.factories.elections import ElectionFactory
from tests.factories.practices import BY_SSN, OTHER
from tests.factories.windows import WindowFactory
from tests.pages import text

pytestmark = pytest.mark.django_db

OPENS, CLOSES = (datetime.fromisoformat(f"2026-{day}T00:00:00-05:00") for day in ("10-05", "12-19"))
SHIPPED, MOVED = "December 31, 2026", "Friday, December 18, 2026, 11:59 p.m. ET"


OF_ELECTION = ("", "practices", "agreement", "review", "receipt/1", "withdraw")


@pytest.mark.parametrize("page", ["/", "/elections/", *(f"/elections/{{}}/{page}" for page in OF_ELECTION)])
def test_every_page_with_a_deadline_follows(client, submitted, page):
    ElectionFactory(practices=(OTHER, BY_SSN))
    assert SHIPPED in text(client.get(page.format(submitted.pk)))
    WindowFactory(opens=OPENS, closes=CLOSES)
    told = text(client.get(page.format(submitted.pk)))
    assert (MOVED in told, SHIPPED in told) == (True, False)


def test_a_mail_with_a_deadline_follows(cms_data):
    WindowFactory(opens=OPENS, closes=CLOSES)
    ElectionFactory(state="submitted")
    body = Notice.objects.get(reason="election submitted").body
    assert (MOVED in " ".join(body.split()), SHIPPED in body) == (True, False)


def test_the_verbs_follow(client, submitted, set_clock):
    WindowFactory(opens=OPENS, closes=CLOSES)
    set_clock("2026-12-19T00:00:00-05:00")
    client.post(f"/elections/{submitted.pk}/withdraw", {"sure": "on"})
    assert Election.objects.get().status == "submitted"
