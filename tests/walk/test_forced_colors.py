"""What is chosen, and figures as bars, in the few colors of the reader's own; all else: tests/forced_colors.py."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from PIL import Image, ImageChops
from playwright.sync_api import Locator, Page, expect

from eligibility.models import DeterminationClinician
from tests.factories.elections import ElectionFactory
from tests.factories.practices import SOLO, load_cms_data
from tests.factories.signing import SIGNERS, link_to, signed_and_approved, to_be_signed
from tests.forced_colors import problems_in_forced_colors
from tests.keyboard import problems_by_keyboard

from .states import press_continue

pytestmark = [pytest.mark.browser, pytest.mark.proof]

SEEN = 6  # pixels each way


@pytest.fixture
def room(page: Page, transactional_db: None, set_clock: Callable[[str], Any]) -> Page:
    """The page of a signer whom CMS knows, and who has an opt-in to answer: its figures are bars."""
    set_clock("2025-11-20T10:00:00-05:00")
    load_cms_data(performance_year=2026)
    signed_and_approved(ElectionFactory(year=2026))
    set_clock("2026-12-01T10:00:00-05:00")
    load_cms_data()
    DeterminationClinician.objects.filter(npi=SOLO.npis[0]).update(patients=50, services=200)
    to_be_signed()
    page.emulate_media(forced_colors="active")
    page.goto(link_to(SIGNERS[SOLO.name][1]))
    press_continue(page)
    return page


def test_figures_as_bars_and_what_is_chosen_are_seen_in_forced_colors(room: Page):
    expect(room.get_by_role("table", name="Its Medicare figures")).to_be_visible()
    assert problems_in_forced_colors(room) + problems_by_keyboard(room) == []
    room.emulate_media(forced_colors="active")
    for kind in ("radio", "checkbox"):
        label = room.locator(f".usa-{kind}__label").first
        before = look_of(label)
        label.click()
        changed = ImageChops.difference(before, look_of(label)).getbbox()
        assert changed, f"a {kind} looks the same, chosen or not"
        assert min(changed[2] - changed[0], changed[3] - changed[1]) >= SEEN, f"a {kind} looks much the same"


def look_of(label: Locator) -> Image.Image:
    """Return a picture of a label and its box, with neither the mouse nor the keyboard there."""
    label.page.evaluate("document.activeElement.blur()")
    label.page.mouse.move(0, 0)
    return Image.open(BytesIO(label.screenshot())).convert("RGB")
