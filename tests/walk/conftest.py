"""The made-up world, made once for each module that walks it, and rolled back after every test."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from elections.sandbox.store import COOKIE

from .world import Who, World, make_world, session_cookie, signed_in

PageOf = Callable[..., Page]


@pytest.fixture(scope="module")
def _made(module_db: None) -> World:
    return make_world()


@pytest.fixture
def world(_made: World, db: None) -> World:
    """The world as it was made; what a test changes is taken back."""
    return _made


@pytest.fixture
def served(transactional_db: None, live_server: LiveServer, settings: Any, tmp_path: Path) -> World:
    """The world as a real server shows it to a real browser."""
    settings.MEDIA_ROOT = tmp_path / "media"
    with transaction.atomic():
        return make_world()


@pytest.fixture
def page_of(browser: Browser, browser_context_args: dict[str, Any], served: World) -> Iterator[PageOf]:
    """Open a browser window in which somebody is signed in; one each, kept for the whole test."""
    pages: dict[tuple[Who, bool], Page] = {}

    def page_of(who: Who, *, script: bool = True) -> Page:
        if (who, script) not in pages:
            context = browser.new_context(**browser_context_args, java_script_enabled=script)
            if who != Who.NOBODY:
                cookie = session_cookie(signed_in(who, served))
                site = browser_context_args["base_url"]
                cookies = {settings.SESSION_COOKIE_NAME: cookie, COOKIE: served.sandbox_cookie}
                context.add_cookies([{"name": name, "value": value, "url": site} for name, value in cookies.items()])
            pages[who, script] = context.new_page()
        return pages[who, script]

    yield page_of
    for page in pages.values():
        page.context.close()
