"""A virtual screen reader: what Chromium's accessibility tree would have read aloud of a page, in order."""

from collections.abc import Iterator
from typing import Any

from playwright.sync_api import Page

LANDMARKS = {"banner", "navigation", "main", "form", "region", "contentinfo", "complementary", "search"}
GROUPS = {"group", "radiogroup", "list", "table", "alert", "status", "dialog", "figure", "caption"}
ONE_LINE = {"heading", "link", "button", "DisclosureTriangle", "columnheader", "rowheader", "cell", "term"}
FIELDS = {"textbox", "checkbox", "radio", "combobox", "spinbutton", "Date", "searchbox", "listbox"}
SILENT = {"LabelText", "InlineTextBox", "LineBreak"}  # a label is read as its field's name
STATES = ("required", "invalid", "checked", "expanded", "disabled", "pressed")


def transcript(page: Page) -> str:
    """Return what is read of a page's title and main part, a line for each thing at which a reader stops."""
    tree = page.context.new_cdp_session(page).send("Accessibility.getFullAXTree")
    nodes = {node["nodeId"]: node for node in tree["nodes"]}
    [main] = [node for node in nodes.values() if _role(node) == "main" and not node.get("ignored")]
    return "\n".join([f"page, {page.title()}", *_lines(main, nodes)]) + "\n"


def _lines(node: dict[str, Any], nodes: dict[str, Any]) -> Iterator[str]:
    role, said = _role(node), _said(node)
    if role in SILENT:
        return
    if role == "StaticText":
        yield said
        return
    if not node.get("ignored") and (role in ONE_LINE or role in FIELDS):
        yield f"{_kind(node)}, {said}"
        if role in ONE_LINE - {"cell"} or role in FIELDS - {"radio"}:
            return
        said = ""
    elif not node.get("ignored") and (role in LANDMARKS or (role in GROUPS and said)):
        yield f"{role}, {said}" if said else role
    for child in node.get("childIds", ()):
        yield from _lines(nodes[child], nodes)


def _kind(node: dict[str, Any]) -> str:
    level = _properties(node).get("level")
    return f"{_role(node)} level {level}" if level else _role(node)


def _said(node: dict[str, Any]) -> str:
    """Return the name, the state, the value and the description of a node, as far as it has them."""
    properties = _properties(node)
    states = [state for state in STATES if properties.get(state) not in (None, False, "false")]
    parts = [_value(node, "name"), *states, _value(node, "value"), _value(node, "description")]
    return ", ".join(filter(None, (" ".join(part.split()) for part in parts)))


def _properties(node: dict[str, Any]) -> dict[str, Any]:
    return {each["name"]: each["value"].get("value") for each in node.get("properties", ())}


def _role(node: dict[str, Any]) -> str:
    return _value(node, "role")


def _value(node: dict[str, Any], what: str) -> str:
    return str(node.get(what, {}).get("value", ""))
