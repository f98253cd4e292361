"""`manage.py law`: write `docs/law.md` anew from the table of the law."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from ...law_index import as_markdown


class Command(BaseCommand):
    help = "Write docs/law.md from config/law_index.py."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the file."""
        (settings.BASE_DIR / "docs" / "law.md").write_text(as_markdown())
