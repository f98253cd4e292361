"""The design system's files: the list, what our sheets refer to, and nothing else. And the fonts of documents."""

from pathlib import Path

import pytest

from launcher import assets
from launcher.steps import PlainError

CSS = (
    "a{background:url(../uswds/img/usa-icons/add.svg)}b{src:url('../uswds/fonts/x.woff2?v=1')}c{background:url(data:x)}"
)


@pytest.fixture
def dist(tmp_path: Path) -> Path:
    contents = {
        "css/uswds.min.css": b"d{background:url(../img/us_flag_small.png)}",
        "js/uswds.min.js": b"run()",
        "fonts/public-sans/PublicSans-Regular.woff2": b"regular",
        "fonts/public-sans/PublicSans-Bold.woff2": b"bold",
        "img/usa-icons/add.svg": b"<svg/>",
        "img/us_flag_small.png": b"flag",
        "fonts/x.woff2": b"\xff",
        "fonts/unused.woff2": b"\xff",
        "../LICENSE.md": b"free",
    }
    for name, content in contents.items():
        path = tmp_path / "uswds" / "dist" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return tmp_path / "uswds" / "dist"


@pytest.fixture
def sheets(tmp_path: Path) -> Path:
    (tmp_path / "css").mkdir()
    (tmp_path / "css" / "site.css").write_text(CSS)
    return tmp_path / "css"


def test_only_what_the_sheets_refer_to_is_copied(dist: Path, sheets: Path, tmp_path: Path) -> None:
    target = tmp_path / "vendor"
    assert assets.copy(dist, sheets, target) == 6
    copied = {str(path.relative_to(target)): path.read_bytes() for path in target.rglob("*") if path.is_file()}
    assert copied == {
        "css/site.css": CSS.encode(),
        "uswds/LICENSE.md": b"free",
        "uswds/fonts/public-sans/PublicSans-Regular.woff2": b"regular",
        "uswds/fonts/public-sans/PublicSans-Bold.woff2": b"bold",
        "uswds/img/usa-icons/add.svg": b"<svg/>",
        "uswds/fonts/x.woff2": b"\xff",
    }


def test_what_an_older_version_left_is_removed(dist: Path, sheets: Path, tmp_path: Path) -> None:
    (tmp_path / "vendor").mkdir()
    (tmp_path / "vendor" / "old.css").write_text("")
    assets.copy(dist, sheets, tmp_path / "vendor")
    assert not (tmp_path / "vendor" / "old.css").exists()


def test_an_empty_package_says_what_to_do(sheets: Path, tmp_path: Path) -> None:
    with pytest.raises(PlainError, match="Remove node_modules and try again"):
        assets.copy(tmp_path / "nothing", sheets, tmp_path / "vendor")


def test_fonts_are_copied_with_what_says_which_characters_they_have(tmp_path: Path) -> None:
    for name in (
        "noto-sans/unicode.json",
        "noto-sans/LICENSE",
        "noto-sans/index.css",
        "noto-sans/files/noto-sans-greek-wght-normal.woff2",
        "noto-sans/files/noto-sans-greek-wght-italic.woff2",
        "noto-sans/files/noto-sans-greek-wdth-normal.woff2",
    ):
        path = tmp_path / "packages" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    target = tmp_path / "fonts"
    (target / "noto-sans-old").mkdir(parents=True)
    assert assets.copy_fonts(tmp_path / "packages", target) == 1
    assert sorted(str(path.relative_to(target)) for path in target.rglob("*") if path.is_file()) == [
        "noto-sans/LICENSE",
        "noto-sans/noto-sans-greek-wght-normal.woff2",
        "noto-sans/unicode.json",
    ]
    assert not (target / "noto-sans-old").exists()


def test_without_fonts_it_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(PlainError, match="have no fonts"):
        assets.copy_fonts(tmp_path, tmp_path / "fonts")
