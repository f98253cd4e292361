"""Typing a number into every field of every form, and into every address and header, whatever the page."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import cycle
from urllib.parse import quote, urlencode

from django.contrib.sessions.models import Session

from tests.factories.signing import opened
from tests.walk.routes import AWAY, Route
from tests.walk.world import Who, World, session_cookie, signed_in

from .numbers import IN_A_WORD, OF_THREE_GROUPS, SHAPES

CSRF = "csrfmiddlewaretoken"
ELSEWHERE = {"next": "", "number": ""}  # fields that no form shows, and that a request may hold all the same
TYPED = ("text", "email", "tel", "search", "url", "number", "date", "time")
NUMBERED = re.compile(r"[0-9a-f-]{36}|\d+")
TINS = ("tin",)  # an EIN's nine digits are kept in these
QUERIES = ("q", "tin", "status__exact", "p", "o", "e")
Send = Callable[..., tuple[int, str]]  # (who, method, address, fields, headers) → status, and all that came back


@dataclass
class Form:
    """One form of a page as a browser would send it."""

    method: str = "get"
    fields: dict[str, str] = field(default_factory=dict)
    texts: set[str] = field(default_factory=set)  # the names of those into which anything can be typed
    hidden: set[str] = field(default_factory=set)  # and of those that only a program fills in


class Forms(HTMLParser):
    """The forms of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._textarea = self._select = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(Form(given.get("method", "get").lower()))
        name = given.get("name", "")
        if not self.forms or tag not in ("input", "textarea", "select", "option", "button"):
            return
        fields = self.forms[-1].fields
        if tag == "option":
            if self._select and ("selected" in given or not fields.get(self._select)):
                fields[self._select] = given.get("value", "")
        elif tag == "select":
            self._select = name
            fields.setdefault(name, "")
        elif tag == "textarea":
            self._textarea = name
            fields[name] = ""
            self.forms[-1].texts.add(name)
        elif name and given.get("type") in ("radio", "checkbox") and "checked" not in given:
            fields.setdefault(name, given.get("value", "on") if given.get("type") == "radio" else "")
        elif name:
            fields[name] = given.get("value", "")
            if given.get("type", "text") in TYPED:
                self.forms[-1].texts.add(name)
            elif given["type"] == "hidden":
                self.forms[-1].hidden.add(name)

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._textarea = ""
        if tag == "select":
            self._select = ""

    def handle_data(self, data: str) -> None:
        if self._textarea:
            self.forms[-1].fields[self._textarea] += data.removeprefix("\r\n").removeprefix("\n")


def headers(shape: str) -> dict[str, str]:
    """Return the headers that a browser or a proxy may fill with anything; for what cannot be ASCII, encoded."""
    plain = shape if shape.isascii() else quote(shape)
    return {
        "User-Agent": f"Browser of {plain}",
        "Referer": f"http://testserver/elections/?number={quote(plain)}",
        "X-Request-ID": plain,
        "X-Correlation-ID": plain,
        "X-Request-Start": f"t={plain}",
        "X-Forwarded-For": plain,
        "Accept-Language": plain,
        "HX-Current-URL": f"http://testserver/elections/?number={quote(plain)}",
        "X-Number": plain,
    }


def plant_in_fields(route: Route, world: World, send: Send) -> Iterator[tuple[str, str]]:
    """Type a number into each field of a page in turn; yield what was done and what came back."""
    for who, address, form in _forms(route, world, send):
        for name, shape in zip(form.fields, cycle(SHAPES), strict=False):
            yield (
                f"{route.name}, {shape!r} as {name}",
                send(who, "POST", address, form.fields | {name: shape}, headers(shape))[1],
            )


def plant_every_shape(route: Route, world: World, send: Send) -> Iterator[tuple[str, str]]:
    """Type a number in every shape into each field of a page that takes any text, of numbered ones into the first."""
    for who, address, form in _forms(route, world, send):
        kinds = {NUMBERED.sub("", name): name for name in sorted(form.texts | form.hidden, reverse=True)}
        for name in kinds.values():
            shapes = OF_THREE_GROUPS if name in TINS else SHAPES
            for shape in shapes:
                told = form.fields | {name: shape}
                yield f"{route.name}, {shape!r} as {name}", send(who, "POST", address, told, {})[1]


def plant_in_all_fields(route: Route, world: World, send: Send) -> Iterator[tuple[str, str]]:
    """Type a number into all fields of a page at once, in another shape for each form and page."""
    for who, address, form in _forms(route, world, send):
        shape = SHAPES[len(address) % len(SHAPES)]
        fields = dict.fromkeys(form.fields, shape)
        yield f"{route.name}, {shape!r} in all", send(who, "POST", address, fields, headers(shape))[1]


def plant_in_address(route: Route, world: World, send: Send) -> Iterator[tuple[str, str]]:
    """Put a number into the query and behind the path of a page, as somebody who may see it and as nobody."""
    who = next((each for each in reversed(Who) if route.get[each] == 200), Who.NOBODY)
    path = route.address(world).partition("?")[0]
    shapes = [shape for shape in SHAPES if shape != IN_A_WORD]
    shape = shapes[len(path) % len(shapes)]
    query = urlencode(dict.fromkeys(QUERIES, shape) | {"next": f"/elections/?tin={shape}"})
    for each in dict.fromkeys((who, Who.NOBODY)):
        for address in (f"{path}?{query}", f"{path.removesuffix('/')}/{quote(shape)}/"):
            yield f"{address} by {each}", send(each, "GET", address, {}, headers(shape))[1]


def is_open(route: Route, world: World, send: Send) -> bool:
    """Return whether a page that shows its forms to whoever may send them does so now."""
    who = _sender(route)
    return who is None or route.get[who] != 200 or send(who, "GET", route.address(world), {}, {})[0] == 200


def _forms(route: Route, world: World, send: Send) -> Iterator[tuple[Who, str, Form]]:
    """Yield who may send each form of a page, where to, and the form as it stands there, with ELSEWHERE.

    A page that is over, or has none, has one without fields.
    """
    who = _sender(route)
    if who is None:
        return
    address = route.address(world)
    status, page = send(who, "GET", address, {}, {})
    shown = Forms(page).forms if status == 200 else []
    for form in [form for form in shown if form.method == "post"] or [Form()]:
        fields = {name: told for name, told in form.fields.items() if name != CSRF}
        yield who, address, Form("post", fields | ELSEWHERE, form.texts, form.hidden - {CSRF})


def _sender(route: Route) -> Who | None:
    return next((who for who in Who if route.post[who] in (200, AWAY)), None)


class Sessions:
    """Everyone's session in the site; somebody without an account has opened a signer's link."""

    def __init__(self, world: World) -> None:
        self._cookies = {who: session_cookie(signed_in(who, world)) for who in Who}
        visitor = opened(f"/sign/{world.links['ina']}")
        self._cookies[Who.NOBODY] = session_cookie(opened(f"/sign/{world.links['mate1']}/election", visitor))
        self._begun = {row.session_key: row for row in Session.objects.all()}

    def cookie_of(self, who: Who) -> str:
        """Return what somebody sends to be signed in; who was signed out is signed in again."""
        cookie = self._cookies[who]
        if not Session.objects.filter(pk=cookie).exists():
            self._begun[cookie].save(force_insert=True)
        return cookie
