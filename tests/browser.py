"""A real browser for tests: Chromium against the live server, axe, and screenshots at three widths.

A test that takes `page` (or `context`) needs Chromium. Without one it is skipped, or, where CI is set, an error.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.test import Client
from playwright.sync_api import Page, ViewportSize
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from tests.factories.people import BACKEND
from tests.forced_colors import problems_in_forced_colors

WIDTHS = {"phone": 375, "tablet": 768, "desktop": 1280}
HEIGHT = 900
AT_400_PERCENT: ViewportSize = {"width": 320, "height": 256}  # what is left of a window of 1280 by 1024 pixels
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]
AXE = Axe().axe_script
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
AXE_OPTIONS = {
    "runOnly": {"type": "tag", "values": AXE_TAGS},
    "resultTypes": ["violations"],
    "preload": False,  # style sheets, which only a rule that we do not run would read
}

# What stays in sight while one scrolls may take a third of it, and shows all that stands in it.
IN_THE_WAY = """() => [...document.querySelectorAll("body *")].flatMap((bar) => {
  const { position, bottom, top } = getComputedStyle(bar);
  const box = bar.getBoundingClientRect();
  const sticks = position === "sticky" && [top, bottom].some((edge) => parseFloat(edge) > -box.height);
  const stays = sticks || position === "fixed";
  if (bar.matches("dialog[open]") && (box.top < 0 || box.bottom > innerHeight)) return ["the dialog is cut"];
  if (!stays || bar.closest("dialog, .usa-skipnav") || !bar.checkVisibility() || !box.height) return [];
  const parts = [...bar.children].map((part) => part.getBoundingClientRect()).filter((part) => part.height);
  const isCut = bar.scrollWidth > bar.clientWidth || parts.some((part) => part.right > innerWidth || part.left < 0);
  const overlap = parts.some((part, place) => place > 0 && part.top < parts[place - 1].bottom - 1 &&
    part.left < parts[place - 1].right - 1);
  const found = { "covers the page": box.height > innerHeight / 3, "is cut": isCut, "overlaps itself": overlap };
  return Object.keys(found).filter((what) => found[what]).map((what) => `${bar.className} ${what}`);
})"""
TOO_WIDE = """() => [...document.querySelectorAll("body *")]
  .filter((one) => one.getBoundingClientRect().right > innerWidth + 1 && !one.closest("[role=region]"))
  .slice(0, 5).map((one) => one.outerHTML.slice(0, 100))"""

# Playwright's loop runs in the thread of the tests; the tests themselves are plain and synchronous.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


def chromium() -> str | None:
    """Return the path of the browser on this machine, the lightest first; None where there is none."""
    names = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
    return next(filter(None, map(shutil.which, names)), None)


@pytest.fixture(scope="session")
def browser_type_launch_args(live_server: LiveServer) -> dict[str, Any]:
    """Tell pytest-playwright which browser to start, and how.

    The browser goes before the server does: its open connections would hold the database for seconds at the end.
    """
    found = chromium()
    if found is None:
        reason = "No Chromium on this machine (apt-get install chromium-headless-shell)."
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    return {"executable_path": found, "args": FLAGS}


@pytest.fixture(scope="session")
def live_server() -> Iterator[LiveServer]:
    """Serve the site, static files from where the finders find them.

    pytest-django's own fixture does that only where the staticfiles app goes by Django's name for it.
    """
    server = LiveServer("localhost", start=False)
    server.thread.static_handler = StaticFilesHandler
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def browser_context_args(live_server: LiveServer) -> dict[str, Any]:
    """Give every test the same window and language; `page.goto("/")` means the live server."""
    return {
        "base_url": live_server.url,
        "viewport": {"width": WIDTHS["desktop"], "height": HEIGHT},
        "locale": "en-US",
        "timezone_id": "America/Chicago",
        "reduced_motion": "reduce",
    }


def problems_found(page: Page) -> list[str]:
    """Return what axe finds on the page as it stands, against WCAG 2.2 AA and its own best practices."""
    page.evaluate(AXE)
    violations = page.evaluate("(options) => axe.run(options).then((found) => found.violations)", AXE_OPTIONS)
    return [
        f"{page.url} at {page.viewport_size}: {violation['id']} ({violation['impact']}): {violation['help']}\n"
        + "\n".join(f"    {node['html']}\n    {node['failureSummary']}" for node in violation["nodes"])
        for violation in violations
    ]


def assert_accessible(page: Page) -> None:
    """Fail with what axe finds on the page as it stands."""
    problems = problems_found(page)
    assert problems == [], "\n".join(problems)


def problems_found_at_all_widths(page: Page, name: str) -> list[str]:
    """Look at the page as on a phone, a tablet and a desktop: return what axe finds, and whether it scrolls sideways.

    Keeps a picture of each. Last the page is looked at four times as large, and in the reader's own colors.
    """
    problems = []
    for width in WIDTHS.values():
        page.set_viewport_size({"width": width, "height": HEIGHT})
        problems += problems_found(page)
        if page.evaluate("document.documentElement.scrollWidth") > width:
            problems.append(f"{page.url} scrolls sideways at {width}")
        screenshot(page, name, width)
    return problems + problems_at_400_percent(page) + problems_in_forced_colors(page)


def problems_at_400_percent(page: Page) -> list[str]:
    """Return whether the page, four times as large, scrolls sideways, and what then stands in its way."""
    page.set_viewport_size(AT_400_PERCENT)
    found = page.evaluate(IN_THE_WAY)
    if page.evaluate("document.scrollingElement.scrollWidth") > AT_400_PERCENT["width"]:
        found.append(f"scrolls sideways: {page.evaluate(TOO_WIDE)}")
    page.set_viewport_size({"width": WIDTHS["desktop"], "height": HEIGHT})
    return [f"{page.url} at 400 percent: {problem}" for problem in found]


def assert_accessible_at_all_widths(page: Page, name: str) -> None:
    """Fail with what is found at the three widths."""
    problems = problems_found_at_all_widths(page, name)
    assert problems == [], "\n".join(problems)


def screenshot(page: Page, name: str, width: int) -> None:
    """Keep a picture of the whole page in var/screenshots/<name>-<width>.png, for people to look at."""
    folder = Path(settings.VAR_DIR, "screenshots")
    folder.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=folder / f"{name}-{width}.png", full_page=True)


@pytest.fixture
def sign_in(page: Page, live_server: LiveServer, client: Client) -> Callable[[User], None]:
    """Sign a user in without the sign-in page: the test client's session becomes the browser's."""

    def sign_in(user: User) -> None:
        client.force_login(user, backend=BACKEND)
        cookie = client.cookies[settings.SESSION_COOKIE_NAME]
        page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])

    return sign_in
