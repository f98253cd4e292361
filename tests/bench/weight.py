"""What a browser is sent before the home page stands: HTML, style sheets and scripts, under Brotli where they are."""

import re
import tempfile
from collections.abc import Iterator

from django.conf import settings
from django.core.management import call_command
from django.test import Client, override_settings

from .measuring import Row

LIMIT_KB = 25.0  # 1 kB is 1,000 bytes; fonts and images are not counted
FILES = re.compile(r'(?:href|src)="(/static/[^"]+\.(?:css|js))"')
MANIFEST = {"staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}}


def measure() -> Iterator[Row]:
    """Collect the static files as for production, and add up what the answers carry."""
    with (
        tempfile.TemporaryDirectory() as folder,
        override_settings(STATIC_ROOT=folder, STORAGES=settings.STORAGES | MANIFEST),
    ):
        call_command("collectstatic", interactive=False, verbosity=0)
        client = Client(headers={"accept-encoding": "br"})
        page = client.get("/")
        answers = [page, *(client.get(address) for address in FILES.findall(page.content.decode()))]
        if len(answers) < 3 or {answer.status_code for answer in answers} != {200}:
            raise RuntimeError(f"The home page came without its style sheet or script: {answers}")
        kilobytes = sum(len(answer.getvalue()) for answer in answers) / 1000
    yield Row(
        "first_load",
        f"{LIMIT_KB:.0f} kB of HTML, CSS and scripts",
        kilobytes,
        LIMIT_KB,
        len(answers),
        limit=1.0,
        unit="kB",
    )
