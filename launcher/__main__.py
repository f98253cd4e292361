"""The verbs behind the Makefile. This file alone must be readable by old Pythons: it looks for one that fits."""

import os
import shutil
import subprocess
import sys

OLDEST, NEWEST = (3, 11), (3, 13)
ASK = "import sys; print({!r} <= sys.version_info[:2] <= {!r})".format(OLDEST, NEWEST)  # noqa: UP032


def fitting_python():
    # type: () -> str | None
    """Return the path of a Python on PATH that fits, or None."""
    for name in ("python3.13", "python3.12", "python3.11", "python3", "python"):
        path = shutil.which(name)
        if path is None:
            continue
        answer = subprocess.run([path, "-c", ASK], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False)
        if answer.stdout.strip() == b"True":
            return path
    return None


if __name__ == "__main__":
    if OLDEST <= sys.version_info[:2] <= NEWEST:
        from launcher import verbs

        sys.exit(verbs.main(sys.argv[1:]))
    other = fitting_python()
    if other is None:
        text = "You need Python 3.11, 3.12 or 3.13. This is {}.{}, and no other was found on PATH.\n"
        text += "Install one, or give its path: make run PYTHON=/path/to/python3.12"
        sys.exit(text.format(*sys.version_info[:2]))
    os.execv(other, [other, "-m", "launcher", *sys.argv[1:]])  # noqa: S606
