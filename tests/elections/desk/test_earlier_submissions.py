"""An earlier submission has a page of its own at the desk; the packet says who CMS reaches now."""

import pytest

from elections.models import Election, Submission
from elections.receipt_codes import grouped
from tests.elections.steps import desk
from tests.factories.elections import complete, submit
from tests.factories.practices import OTHER
from tests.pages import text

pytestmark = pytest.mark.django_db


def test_an_earlier_submission_is_one_click_away_as_it_was_received(client, submitted, set_clock):
    assert "Earlier submissions" not in text(client.get(desk(submitted)))
    set_clock("2026-12-02T10:00:00-05:00")
    submit(complete(submitted, OTHER))
    packet = client.get(desk(submitted)).content.decode()
    assert f'<a href="{desk(submitted, "submission/1/")}">Submission 1</a>' in packet
    first = text(client.get(desk(submitted, "submission/1/")))
    code = grouped(Submission.objects.get(number=1).receipt_code)
    for said in (
        "Submission 1: Harbor Group, 2027",
        f"Received Dec 1, 2026, 10:00:00 a.m. ET, submitted by Dana Rivera · receipt code {code}",
        "What submission 2 changed Old Mill Clinic is new, with 2 clinicians.",
        "dana@example.org",
        "1. Quiet Harbor Medicine EIN ••-•••0001 · 1 clinician Agreement signed Nov 10, 2026 by Sam Okafor",
        "2. Lakeside Family Practice",
        "The representative acknowledged the agreement.",
        "Met · Practice size",
    ):
        assert said in first
    assert "3. " not in first
    assert "No other submission replaced this one." in text(client.get(desk(submitted, "submission/2/")))
    assert client.get(desk(submitted, "submission/3/")).status_code == 404


def test_people_are_shown_as_they_are_now(client, submitted):
    assert "as submitted" not in text(client.get(desk(submitted)))
    Election.objects.filter(pk=submitted.pk).update(representative_phone="555-0199", alternate_name="Sam Okafor")
    packet = text(client.get(desk(submitted)))
    assert "The representative’s phone: 555-0100 (as submitted). Now: 555-0199" in packet
    assert "The alternate contact’s name: not given (as submitted). Now: Sam Okafor" in packet
    assert "The representative’s name: Dana Rivera The" in packet
