"""An earlier submission has a page of its own at the desk; the packet says who CMS reaches now."""

import pytest
from django.urls import reverse

from elections.models import Conflict, Election, Submission
from elections.people import actions as people
from elections.receipt_codes import grouped
from elections.upkeep import actions as upkeep
from ground import clock
from tests.elections.steps import desk
from tests.factories.elections import ElectionFactory, complete, submit
from tests.factories.people import UserFactory, signed_in
from tests.factories.practices import OTHER, SOLO
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


def test_people_are_shown_as_submitted_and_as_reported_since_never_as_drafted(client, approved, representative):
    theirs, phone = signed_in(representative), "The representative’s phone: 555-0100"
    page = reverse("representative", args=[approved.pk])
    theirs.post(
        page, {"name": "Dana Rivera", "email": "dana@example.org", "phone": "555-0177", "alternate_name": "Pat"}
    )
    assert Election.objects.get().representative_phone == "555-0177"
    packet = text(client.get(desk(approved)))
    assert f"{phone} Receipt code" in packet
    assert [words for words in ("555-0177", "Pat", "as submitted") if words in packet] == []

    contact = {"name": "Dana Rivera", "email": "dana@example.org", "phone": "555-0199"}
    upkeep.report_contact(approved.pk, **contact, by=representative, now=clock.now())
    packet = text(client.get(desk(approved)))
    assert f"{phone} (as submitted). Now: 555-0199" in packet
    assert "The representative’s name: Dana Rivera The" in packet


def test_who_took_the_role_over_is_the_representative_now(client, submitted, representative, set_clock):
    heir = UserFactory(email="robin@example.org", name="Robin Vale")
    set_clock("2026-12-02T10:00:00-05:00")
    invited = people.invite(
        submitted.pk, email=heir.email, kind="representative", by=representative, now=clock.now(), name="R."
    )
    assert "Now:" not in text(client.get(desk(submitted)))
    people.accept(invited, by=heir, now=clock.now())
    packet = text(client.get(desk(submitted)))
    assert "The representative’s name: Dana Rivera (as submitted). Now: Robin Vale" in packet
    assert "The representative’s email address: dana@example.org (as submitted). Now: robin@example.org" in packet


def test_a_conflict_shows_who_was_submitted(client, cms_data):
    ElectionFactory(state="submitted")
    ElectionFactory(practices=(SOLO, OTHER), name="Mill Group", state="submitted")
    Election.objects.update(representative_phone="555-0177")
    page = text(client.get(f"/staff/elections/conflict/{Conflict.objects.get().pk}/"))
    assert ("555-0177" in page, page.count("555-0100")) == (False, 2)
