"""Somebody types without a pause, and the tab, the session, the network or the server is killed at random moments.

At most the last two seconds of typing may be lost, and the page says so. What still stands on a screen is not lost: it
is saved once there is a session, a network or a server again.
"""

import os
import random
import re
import signal
import string
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as configured
from django.contrib.sessions.models import Session
from django.core.management import call_command
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect
from playwright.sync_api import Error as BrowserError

from accounts.models import User
from elections.models import Election
from ground.templatetags.et import et_datetime
from tests.factories.elections import ElectionFactory
from tests.factories.people import PASSWORD, DanaFactory, signed_in
from tests.factories.practices import SOLO, load_cms_data

from .web import Web

pytestmark = [pytest.mark.browser, pytest.mark.proof, pytest.mark.django_db(transaction=True)]

ROUNDS = 10
MOMENTS = (0.3, 4.0)  # seconds after the first character, between which something is killed
RHYTHM = (0.04, 0.08)  # seconds between two characters
RUN = 15  # characters, after which the next field of the page goes on
MAY_BE_LOST = 2.0  # seconds of typing
SEED = int(os.environ.get("TYPING_SEED") or random.randrange(1_000_000))

SAVED = re.compile(r"^Saved \d+:\d\d [ap]\.m\. ET\.$")
NOT_SAVED = re.compile(
    r"^Your last changes are only on this screen, because we can’t reach the site\. "
    r"(Last saved .+|Nothing is saved yet)\. Keep this page open\. We’ll try again every few seconds\.$"
)
SIGNED_OUT = "You were signed out. We kept what you typed. Sign in to continue."
STANDS_BELOW = "You were signed out while you were typing. What you typed is below, but it isn’t saved yet."
NOTE_THE_SCREEN = """
    const screen = JSON.parse(sessionStorage.getItem("screen") || "{}");
    addEventListener("input", ({ target }) => {
      screen[target.name] = target.value;
      sessionStorage.setItem("screen", JSON.stringify(screen));
    }, true);
"""  # it outlives the page: what stood there last is known even where the page has gone to sign-in


@dataclass(frozen=True)
class Place:
    """Fields of a page of a draft, which saves itself, and how to ask the database what it holds of them."""

    election: Election
    path: str
    labels: tuple[str, ...]
    held: Callable[[], list[str]]


def a_place(election: Election, number: int) -> Place:
    """Return one of the pages in turn."""
    base = f"/elections/{election.pk}"
    drafts = Election.objects.filter(pk=election.pk)
    member = election.members.get(name=SOLO.name)

    def practice() -> list[str]:
        now = election.members.get(pk=member.pk)
        return [now.name, now.clinicians.get().last_name]

    def signer() -> list[str]:
        party = election.members.select_related("party").get(pk=member.pk).party
        return [party.signer_name, party.signer_title]

    return [
        Place(
            election,
            f"{base}/virtual-group",
            ("Name of the virtual group",),
            lambda: list(drafts.values_list("virtual_group__name", flat=True)),
        ),
        Place(election, f"{base}/practices/{member.pk}", ("Name of the practice", "Last name, line 1"), practice),
        Place(election, f"{base}/agreement/paper", ("Who signed for the practice", "Their title"), signer),
        Place(
            election,
            f"{base}/representative",
            ("Name",),
            lambda: list(drafts.values_list("representative_name", flat=True)),
        ),
    ][number % 4]


@dataclass
class Typist:
    """Somebody who types at the ends of a page's fields; knows when each character was typed."""

    page: Page
    place: Place
    chance: random.Random
    before: list[str] = field(init=False)
    typed: list[tuple[int, str, float]] = field(default_factory=list)  # which field, what, when

    def __post_init__(self) -> None:
        self.before = self.place.held()
        self.names = [box.get_attribute("name") or "" for box in self.boxes()]

    def boxes(self, page: Page | None = None) -> list[Locator]:
        """Return the fields, here or on the page opened again."""
        return [(page or self.page).get_by_label(label, exact=True).first for label in self.place.labels]

    def types(self, until: Callable[[], bool]) -> None:
        """Type one character after the other until the condition holds."""
        path, deadline = self.page.url, time.monotonic() + 20
        while not until():
            assert time.monotonic() < deadline, f"typed too long: {self.status().all_text_contents()}"
            which = len(self.typed) // RUN % len(self.place.labels)
            if len(self.typed) % RUN == 0:
                self.boxes()[which].focus(timeout=500)
                self.page.keyboard.press("End")
            character = self.chance.choice(string.ascii_lowercase)
            self.page.keyboard.press(character)
            if self.page.url == path:
                self.typed.append((which, character, time.monotonic()))
            self.page.wait_for_timeout(1000 * self.chance.uniform(*RHYTHM))

    def types_for(self, seconds: float) -> None:
        """Type for so long."""
        over = time.monotonic() + seconds
        self.types(until=lambda: time.monotonic() >= over)

    def is_led_to_sign_in(self) -> bool:
        """Say whether the page has gone to sign-in."""
        return "/accounts/login/" in self.page.url

    def status(self) -> Locator:
        """Return the line that always says whether the page is saved."""
        return self.page.locator("[data-draft-line]")

    def alarm(self) -> Locator:
        """Return what the page says loudly where it cannot save."""
        return self.page.locator("[data-draft-why]")

    def on_screen(self) -> list[str]:
        """Return what stood in the fields last, also where the page has gone since."""
        screen = self.page.evaluate("JSON.parse(sessionStorage.getItem('screen') || '{}')")
        return [screen.get(name, before) for name, before in zip(self.names, self.before, strict=True)]

    def lost(self, held: list[str], at: float) -> tuple[float, int]:
        """Return how many seconds before a moment the first character was typed that is not held, and their number."""
        missing = []
        for which, (before, text) in enumerate(zip(self.before, held, strict=True)):
            mine = [(character, moment) for place, character, moment in self.typed if place == which]
            whole = before + "".join(character for character, _ in mine)
            assert (text[: len(before)], whole[: len(text)]) == (before, text), "what is held is not what was typed"
            missing += [moment for _, moment in mine[len(text) - len(before) :] if moment <= at]
        return (max(0.0, at - min(missing)), len(missing)) if missing else (0.0, 0)


class Rounds:
    """Ten times somebody opens a page of a new draft and types, until the moment to kill something has come."""

    def __init__(self, way: str, web: Web, context: BrowserContext, by: User) -> None:
        self.way, self.web, self.context, self.by = way, web, context, by
        self.chance = random.Random(f"{SEED} {way}")
        self.losses: list[tuple[float, int]] = []
        self.said_after: list[float] = []

    def __iter__(self) -> Iterator[Typist]:
        self.sign_in()
        for number in range(ROUNDS):
            place = a_place(ElectionFactory(by=self.by), number)
            page = self.context.new_page()
            page.goto(self.web.address + place.path)
            typist = Typist(page, place, self.chance)
            typist.types_for(self.chance.uniform(*MOMENTS))
            yield typist
            page.close()

    def sign_in(self) -> None:
        """Sign in without the page of it."""
        cookie = signed_in(self.by).cookies[configured.SESSION_COOKIE_NAME]
        self.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": self.web.address}])

    def killed(self, typist: Typist, held: list[str], at: float) -> None:
        """Hold what was there at the moment of the kill against what was typed until then."""
        self.losses.append(typist.lost(held, at))
        seconds, characters = self.losses[-1]
        assert seconds <= MAY_BE_LOST, f"{self.way}, {typist.place.path}: {characters} characters of {seconds:.2f} s"

    def report(self) -> str:
        """Return the worst of it in a line."""
        worst, most = max(seconds for seconds, _ in self.losses), max(characters for _, characters in self.losses)
        said = f", said at most {max(self.said_after):.1f} s later" if self.said_after else ""
        kills = f"{self.way} killed {ROUNDS} times (seed {SEED})"
        return f"{kills}: at most {worst:.2f} s of typing, {most} characters, were not saved then{said}"


@pytest.fixture
def begin(serve: Callable[..., Web], context: BrowserContext, settings: Any, tmp_path: Path) -> Callable[[str], Rounds]:
    """Serve the site with its scripts, and have somebody with a draft and a password who is signed in."""
    settings.STATIC_ROOT = tmp_path / "static"
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    call_command("collectstatic", interactive=False, link=True, verbosity=0)
    load_cms_data()
    context.add_init_script(NOTE_THE_SCREEN)

    def begin(way: str) -> Rounds:
        web = serve(processes=2, threads=4, STATIC_ROOT=str(settings.STATIC_ROOT))
        return Rounds(way, web, context, DanaFactory())

    return begin


def test_the_tab(begin: Callable[[str], Rounds], browser: Browser, say: Callable[[str], None]) -> None:
    """The renderer is killed, so that nothing of the page runs any more; a new tab shows what was saved, and when."""
    rounds = begin("tab")
    for typist in rounds:
        at = time.monotonic()
        kill_the_tab(browser, typist.page)
        again = rounds.context.new_page()
        again.goto(rounds.web.address + typist.place.path)
        shown = [box.input_value() for box in typist.boxes(again)]
        rounds.killed(typist, shown, at)
        typist.place.election.refresh_from_db()
        when = et_datetime(typist.place.election.changed_at)
        expect(again.locator("[data-draft-line]")).to_have_text(f"Last saved {when} by Dana Rivera.")
        assert all(held.startswith(text) for held, text in zip(typist.place.held(), shown, strict=True))
        again.close()
    say(rounds.report())


def kill_the_tab(browser: Browser, page: Page) -> None:
    """Kill all renderers (-9) and wait until the browser has noticed."""
    processes = browser.new_browser_cdp_session().send("SystemInfo.getProcessInfo")["processInfo"]
    with page.expect_event("crash"):
        for process in processes:
            if process["type"] == "renderer":
                os.kill(process["id"], signal.SIGKILL)


def test_the_session(begin: Callable[[str], Rounds], say: Callable[[str], None]) -> None:
    """Everybody is signed out; the page leads to sign-in and back, and holds what stood on it when it went."""
    rounds = begin("session")
    for typist in rounds:
        at = time.monotonic()
        Session.objects.all().delete()
        rounds.killed(typist, typist.place.held(), at)
        page = typist.page
        with suppress(BrowserError):  # the page may go in the middle of it
            typist.types(until=typist.is_led_to_sign_in)
        expect(page.get_by_text(SIGNED_OUT)).to_be_visible()
        rounds.said_after.append(time.monotonic() - at)
        stood = typist.on_screen()
        page.get_by_label("Email address").fill("dana@example.org")
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_text(STANDS_BELOW)).to_be_visible()
        assert [box.input_value() for box in typist.boxes()] == stood
        assert_saved(typist, stood)
    say(rounds.report())


def test_the_network(begin: Callable[[str], Rounds], say: Callable[[str], None]) -> None:
    """The browser is cut off; the page says loudly what is not saved, and saves it once the network is back."""
    rounds = begin("network")
    for typist in rounds:
        at = time.monotonic()
        rounds.context.set_offline(True)
        rounds.killed(typist, typist.place.held(), at)
        assert_said_loudly(rounds, typist, at)
        rounds.context.set_offline(False)
        assert_saved(typist, typist.on_screen())
    say(rounds.report())


def test_the_server(begin: Callable[[str], Rounds], say: Callable[[str], None]) -> None:
    """All of gunicorn is killed (-9); the page says loudly what is not saved, and saves it to the next server."""
    rounds = begin("server")
    for number, typist in enumerate(rounds):
        at = time.monotonic()
        rounds.web.kill()
        rounds.killed(typist, typist.place.held(), at)
        assert_said_loudly(rounds, typist, at)
        rounds.web.start()
        if number % 3:  # or it tries again by itself
            typist.page.get_by_role("button", name="Try again now").click()
        assert_saved(typist, typist.on_screen())
    say(rounds.report())


def assert_said_loudly(rounds: Rounds, typist: Typist, at: float) -> None:
    """Type until the page says that it is not saved, since when, and why; and a little more."""
    typist.types(until=typist.alarm().is_visible)
    rounds.said_after.append(time.monotonic() - at)
    expect(typist.alarm()).to_have_text(NOT_SAVED)
    expect(typist.status()).to_have_text("Not saved.")
    typist.types_for(0.3)


def assert_saved(typist: Typist, stood: list[str]) -> None:
    """What stood on the screen is in the database, and the page says so."""
    expect(typist.status()).to_have_text(SAVED, timeout=30_000)
    expect(typist.alarm()).to_be_hidden()
    assert typist.place.held() == stood
    assert [box.input_value() for box in typist.boxes()] == stood
