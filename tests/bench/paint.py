"""How soon a page stands on a slow phone's screen, on a slow line, and how much of it moves afterwards.

The site is served as in production, and nothing of it is cached.
"""

import os
import statistics
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.test import Client, override_settings
from django.urls import reverse
from playwright.sync_api import Browser, Page, sync_playwright

from eligibility.data import windows
from tests.browser import FLAGS, HEIGHT, WIDTHS, chromium
from tests.factories.elections import ElectionFactory
from tests.factories.people import DanaFactory, signed_in
from tests.factories.practices import GROUP, OTHER, SOLO, load_cms_data
from tests.factories.signing import SIGNERS, ask_to_sign, link_to, opened
from tests.proof import crowd
from tests.proof.web import Web

from .measuring import Row
from .weight import MANIFEST

PAINT_LIMIT = 1.0  # seconds to the largest paint
SHIFT_LIMIT = 0.02  # of what is in sight, times how far it moved
TIMES = 5
BEFORE = timedelta(days=30)  # the close of the window, when the pages are opened
SLOW_LINE = {"offline": False, "latency": 150, "downloadThroughput": 200_000, "uploadThroughput": 200_000}  # bytes
SLOW_PHONE = {"rate": 4}
LINE = "none: largest paint at 150 ms, 1.6 Mbit/s, CPU ÷ 4"
WATCHER = """
    window.seen = {paint: 0, shift: 0};
    const watch = (type, note) =>
      new PerformanceObserver((list) => list.getEntries().forEach(note)).observe({type, buffered: true});
    watch("largest-contentful-paint", (entry) => { seen.paint = entry.startTime / 1000; });
    watch("layout-shift", (entry) => { if (!entry.hadRecentInput) seen.shift += entry.value; });
"""


def measure() -> Iterator[Row]:
    """Open four pages five times each, after once that is not counted, and give the medians; empties the database."""
    os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright's loop runs in this thread
    call_command("flush", interactive=False, verbosity=0)
    ahead = windows.window_for(crowd.YEAR).closes - BEFORE - datetime.now(UTC)
    with override_settings(CLOCK_SHIFT=ahead), tempfile.TemporaryDirectory() as folder:
        pages = _pages()
        with _served(Path(folder)) as web, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
            for name, (client, address) in pages.items():
                yield from _rows(name, [_opened(browser, web, client, address) for _ in range(TIMES + 1)][1:])


def _pages() -> dict[str, tuple[Client, str]]:
    """Return who opens which page: home, a draft's task list, one of its practices, the room of that one's signer."""
    load_cms_data()
    dana = DanaFactory()
    election = ask_to_sign(ElectionFactory(by=dana, practices=(SOLO, GROUP, OTHER)))
    client, link = signed_in(dana), link_to(SIGNERS[SOLO.name][1])
    return {
        "home": (Client(), "/"),
        "tasks": (client, reverse("election", args=[election.pk])),
        "practice": (client, reverse("practice", args=[election.pk, election.members.get(name=SOLO.name).pk])),
        "signer": (opened(link), f"{link}/room"),
    }


@contextmanager
def _served(folder: Path) -> Iterator[Web]:
    """Serve the site with its files named for their content and compressed, as collected for production."""
    static = str(folder / "static")
    with override_settings(STATIC_ROOT=static, STORAGES=settings.STORAGES | MANIFEST):
        call_command("collectstatic", interactive=False, verbosity=0)
    storage = MANIFEST["staticfiles"]["BACKEND"]
    places = {"STATIC_ROOT": static, "STATIC_STORAGE": storage, "BROKER_DIR": str(folder / "broker")}
    web = Web(folder / "web.log", processes=2, threads=4, **places)
    try:
        yield web
    finally:
        web.stop()


def _opened(browser: Browser, web: Web, client: Client, address: str) -> dict[str, float]:
    """Open a page as its client does, on a slow phone; return when it was painted and how much moved since."""
    context = browser.new_context(viewport={"width": WIDTHS["phone"], "height": HEIGHT})
    try:
        context.add_cookies(
            [{"name": name, "value": kept.value, "url": web.address} for name, kept in client.cookies.items()]
        )
        context.add_init_script(WATCHER)
        page = context.new_page()
        _slow_down(page)
        answer = page.goto(f"{web.address}{address}", wait_until="networkidle")
        if not answer or answer.status != 200 or not page.url.endswith(address):
            raise RuntimeError(f"{address} led to {page.url}: {answer}. {web.log()}")
        seen: dict[str, float] = page.evaluate("seen")
        return seen
    finally:
        context.close()


def _slow_down(page: Page) -> None:
    tools = page.context.new_cdp_session(page)
    tools.send("Network.enable")
    tools.send("Network.emulateNetworkConditions", SLOW_LINE)
    tools.send("Emulation.setCPUThrottlingRate", SLOW_PHONE)


def _rows(name: str, seen: list[dict[str, float]]) -> Iterator[Row]:
    paint, shift = (statistics.median(one[what] for one in seen) for what in ("paint", "shift"))
    if not paint:
        raise RuntimeError(f"Chromium painted nothing of {name}.")
    yield Row(f"paint_{name}", LINE, paint, None, len(seen), most_seconds=PAINT_LIMIT)
    yield Row(f"shift_{name}", "none: layout shift", shift, None, len(seen), most_seconds=SHIFT_LIMIT, unit="")
