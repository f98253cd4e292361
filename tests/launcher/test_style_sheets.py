"""The style sheets that set-up builds: every class of the design system that is used, and no other."""

import re
from pathlib import Path

import pytest

from launcher import assets
from launcher.paths import ROOT

FULL = assets.PACKAGE / "dist" / "css" / "uswds.min.css"
CLASS = re.compile(r"\.(-?[a-zA-Z_](?:[\w-]|\\.)*)")
ATTRIBUTE = re.compile(r"class(?:Name)?=\s*\"([^\"]*)\"|class(?:List\.\w+\(|Name = )\"([^\"]*)\"")
MADE = {f"usa-alert--{level}" for level in ("info", "success", "warning", "error")}  # from the level of a message


def classes(css: str) -> set[str]:
    return {name.replace("\\", "") for name in CLASS.findall(css)}


def with_rules(names: set[str]) -> set[str]:
    """Return those of the names for which the design system has a rule that needs no other class."""
    selectors = re.sub(r"\([^()]*\)", "", FULL.read_text()).replace("{", ",").replace("}", ",").split(",")
    return set().union(*(found for selector in selectors if (found := classes(selector)) <= names))


def used() -> set[str]:
    """Return the classes that templates and scripts give, and every word that begins as the design system's do."""
    found = MADE | set(re.findall(r"[\w-]+", (ROOT / "elections" / "templatetags" / "elections.py").read_text()))
    for path in (*ROOT.glob("templates/**/*.html"), *ROOT.glob("static/js/*.js")):
        text = path.read_text()
        found.update(re.findall(r"usa-[\w-]+", text))
        for groups in ATTRIBUTE.findall(text):
            found.update(re.sub(r"\{[%{].*?[%}]\}", " ", "".join(groups)).split())
    return found


@pytest.fixture(params=["site", "staff"])
def sheet(request: pytest.FixtureRequest) -> str:
    return (assets.VENDOR / "css" / f"{request.param}.css").read_text()


def test_every_class_that_is_used_is_kept(sheet: str) -> None:
    needed = with_rules(used())
    assert len(needed) > 30
    assert needed - classes(sheet) == set()


def test_what_no_page_uses_is_gone(sheet: str) -> None:
    unused = {"usa-accordion__button", "usa-banner", "usa-search", "usa-megamenu", "usa-step-indicator"}
    assert unused <= classes(FULL.read_text())
    assert unused & classes(sheet) == set()
    assert len(sheet) < len(FULL.read_text()) / 6


def test_in_the_admin_the_design_system_has_no_rule_for_elements() -> None:
    system = (assets.VENDOR / "css" / "staff.css").read_text().split(":root", maxsplit=1)[0]
    selectors = [found for found in re.findall(r"(?<=[{}])([^{}@]+)(?=\{)", system) if "%" not in found]
    assert selectors
    assert [selector for selector in selectors if "." not in selector] == []


def test_what_the_sheets_refer_to_is_there() -> None:
    for path in (assets.VENDOR / "css").glob("*.css"):
        names = re.findall(r"url\(\s*[\"']?([^)\"'#?]+)", path.read_text())
        assert [name for name in names if not name.startswith("data:") and not (path.parent / name).is_file()] == []


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A small checkout, and a list to which each build adds a word."""
    built: list[str] = []
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "home.html").write_text("<p>")
    (tmp_path / "vendor").mkdir()
    monkeypatch.setattr(assets, "ROOT", tmp_path)
    monkeypatch.setattr(assets, "VAR", tmp_path)
    monkeypatch.setattr(assets, "VENDOR", tmp_path / "vendor")
    monkeypatch.setattr(assets, "node", lambda *args, **options: built.append("built"))
    monkeypatch.setattr(assets, "copy", lambda *args: 1)
    return built


@pytest.mark.parametrize("name", ["templates/new.html", "static/js/new.js", "static/css/new.css", "accounts/new.py"])
def test_they_are_built_anew_where_their_sources_changed_and_not_else(
    checkout: list[str], tmp_path: Path, name: str
) -> None:
    assert (assets.build(), assets.build()) == ("1 files", "unchanged")
    (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / name).write_text("usa-table")
    assert (assets.build(), assets.build()) == ("1 files", "unchanged")
    (tmp_path / name).write_text("usa-tag")
    assert (assets.build(), assets.build()) == ("1 files", "unchanged")
    assert checkout == ["built"] * 3
