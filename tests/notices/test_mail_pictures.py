"""How every mail looks, on a phone and on a desk. Pictures: var/screenshots/mail-*.png."""

from typing import Any

import pytest
from django.db import transaction
from playwright.sync_api import Page

from notices.mail_html import html_of
from notices.models import Notice
from tests.browser import problems_found, screenshot

from .every_mail import owe_every_mail

pytestmark = [pytest.mark.browser, pytest.mark.proof, pytest.mark.django_db(transaction=True)]
WIDTHS = (320, 600, 1000)


@pytest.fixture
def mails(transactional_db: None, settings: Any, tmp_path: Any) -> list[Notice]:
    """One mail of each kind."""
    settings.MEDIA_ROOT = tmp_path / "media"
    with transaction.atomic():
        owe_every_mail()
    return list({mail.reason: mail for mail in Notice.objects.order_by("pk")}.values())


def test_every_mail_fits_and_is_accessible(mails: list[Notice], page: Page) -> None:
    problems = []
    for mail in mails:
        page.set_content(html_of(mail.subject, mail.body))
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 700})
            screenshot(page, f"mail-{mail.reason.replace(' ', '_')}", width)
            if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                problems.append(f"{mail.reason} scrolls sideways at {width}")
        problems += problems_found(page)
    assert problems == [], "\n".join(problems)
