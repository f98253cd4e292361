"""Whom people can turn to, wherever it is said: the number with its relay service and hours."""

from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse

from notices.models import Notice

WHOLE_LINE = (
    "Quality Payment Program Service Center, 1-866-288-8292 (TRS: 711; Monday to Friday, 8 a.m. to 8 p.m. ET), "
    "QPP@cms.hhs.gov"
)


@pytest.mark.django_db
def test_an_email_gives_the_number_with_relay_and_hours(client):
    client.post(reverse("account_reset_password"), {"email": "nora@example.org"})
    assert WHOLE_LINE in Notice.objects.get(to="nora@example.org").body


def test_the_bare_number_is_given_where_relay_and_hours_stand_beside_it_and_nowhere_else():
    templates = Path(settings.BASE_DIR, "templates")
    bare = [path for path in templates.rglob("*.*") if "SERVICE_CENTER.number" in path.read_text()]
    assert [str(path.relative_to(templates)) for path in bare] == ["partials/help.html"]
    assert "(TRS: 711)" in bare[0].read_text()
    assert "SERVICE_CENTER.hours" in bare[0].read_text()
