"""Every page for staff has the same frame: where one is, where one can go, and dates in one form."""

import re
from itertools import product

import pytest
from playwright.sync_api import expect

from tests.browser import problems_found
from tests.pages import text

from .conftest import PageOf
from .routes import STAFF_PAGES
from .world import STAFF, Who, World, signed_in

FAMILIES = """() => [...document.querySelectorAll("#content :is(h1, h2, p, td, a, button, input[type=text])")]
    .map((element) => getComputedStyle(element).fontFamily.split(",")[0])"""

pytestmark = pytest.mark.proof
PAGES = [route for route in STAFF_PAGES if route.page]
STOCK_DATE = re.compile(r"(Jan|Feb|Aug|Sept|Oct|Nov|Dec)\. \d|20\d\d, (\d+ [ap]\.m|noon|midnight)")


def listed(page: str) -> list[str]:
    """Return what the navigation of a staff page leads to."""
    [links] = re.findall(r'aria-label="Staff pages">(.*?)</nav>', page, re.DOTALL)
    return re.findall(r'href="([^"]+)"', links)


def test_every_staff_page_says_where_one_is_and_where_one_can_go(world: World):
    for route in PAGES:
        client = signed_in(route.reader(), world)
        answer = client.get(route.address(world))
        page = answer.content.decode()
        if route.name == "admin:logout" or answer.status_code != 200:
            continue
        if route.name != "admin:index":  # it is where the others lead back to, and lists everything itself
            [crumbs] = re.findall(r'<div class="breadcrumbs">(.*?)</div>', page, re.DOTALL)
            words = " ".join(re.sub(r"<[^>]+>", " ", crumbs).split())
            assert words.startswith("Work › "), (route.name, words)
            assert "None" not in words, (route.name, words)
            assert route.name == "admin:app_list" or listed(page), route.name
        assert not STOCK_DATE.search(text(answer)), (route.name, STOCK_DATE.search(text(answer)))


@pytest.mark.parametrize("who", STAFF)
def test_what_a_person_is_led_to_opens_for_them(who: Who, world: World):
    client = signed_in(who, world)
    everything = client.get("/staff/").content.decode().partition('id="content-main"')[2]
    lists = list(
        dict.fromkeys(re.findall(r'href="(/staff/[a-z]+/[a-z]+/|/staff/(?:dashboard|groups|health)/)"', everything))
    )
    assert lists
    for address in lists:
        page = client.get(address, follow=True)
        assert page.status_code == 200, address
        assert listed(page.content.decode()) == lists


@pytest.mark.browser
def test_the_navigation_takes_no_room_from_the_packet_and_our_typeface_is_loaded(page_of: PageOf, served: World):
    packet = f"/staff/elections/election/{served.in_review.pk}/"
    for script, (width, beside) in product((True, False), ((1440, True), (1024, False))):
        page = page_of(Who.LEAD, script=script)
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(packet)
        places = page.get_by_role("navigation", name="Staff pages")
        expect(places.get_by_role("link", name="Elections", exact=True)).to_be_visible()
        box, content = places.bounding_box(), page.locator("#content").bounding_box()
        assert box
        assert content
        assert (box["width"] < 250) is beside
        assert content["width"] >= width - 260
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    page = page_of(Who.LEAD)
    for address in ("/staff/", "/staff/notices/notice/", packet):
        page.goto(address)
        families = page.evaluate(FAMILIES)
        assert set(families) == {'"Source Sans Pro Web"'}, address
        assert page.evaluate("document.fonts.check('1rem \"Source Sans Pro Web\"')"), address
    page.goto(packet)
    for _ in range(30):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.closest('.staff-nav') !== null"):
            break
    page.keyboard.press("Enter")
    expect(page).not_to_have_url(packet)


@pytest.mark.browser
def test_a_phone_has_the_same_links_behind_one_button(page_of: PageOf, served: World):
    packet = f"/staff/elections/election/{served.in_review.pk}/"
    for script in (True, False):
        page = page_of(Who.LEAD, script=script)
        page.set_viewport_size({"width": 1024, "height": 900})
        page.goto(packet)
        places = page.get_by_role("navigation", name="Staff pages")
        names = places.get_by_role("link").all_inner_texts()
        assert "Elections" in names
        page.set_viewport_size({"width": 375, "height": 900})
        expect(places).to_have_count(0)
        button = page.locator("summary", has_text="Staff pages")
        box = button.bounding_box()
        assert box
        assert box["height"] >= 44
        button.focus()
        page.keyboard.press("Enter")
        assert places.get_by_role("link").all_inner_texts() == names
        assert page.evaluate("document.documentElement.scrollWidth") <= 375
        if script:
            assert problems_found(page) == []
        places.get_by_role("link", name="Emails", exact=True).click()
        expect(page).to_have_url(re.compile(r"/staff/notices/notice/$"))
