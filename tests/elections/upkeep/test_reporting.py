"""What can be reported after the approval: its day, its receipt, who is told, and what may be undone until when."""

import re
from dataclasses import replace

import pytest
from django.db import IntegrityError, transaction

from agreements.papers import documents
from elections.models import Election, Update, UpdateStep
from elections.upkeep import steps
from eligibility.models import NppesRecord
from ground import clock
from notices.models import Notice
from tests.factories.elections import ElectionFactory, approve
from tests.factories.numbers import npi
from tests.factories.people import DanaFactory, UserFactory, signed_in
from tests.factories.practices import BY_SSN, GROUP, OTHER, SOLO, PracticeFactory
from tests.factories.signing import ask_to_sign, sign_all
from tests.factories.told import newly_told
from tests.pages import text

pytestmark = pytest.mark.django_db

JUNE = "2027-06-01T10:00:00-04:00"


@pytest.fixture
def election(approved, set_clock):
    """Approved on December 1, 2026; it is now June 2027."""
    set_clock(JUNE)
    return approved


def report(client, election, page, *, follow=True, **fields):
    return client.post(f"/elections/{election.pk}/updates/{page}", fields, follow=follow)


def joined(client, election, **fields):
    return report(
        client,
        election,
        "clinician",
        **{"kind": "joined", "practice": 1, "npi": "2000000002", "effective_on": "2027-04-01"} | fields,
    )


def changed(client, election, **fields):
    return report(
        client,
        election,
        "practice",
        **{"kind": "closed", "practice": 1, "other": "", "effective_on": "2027-05-01"} | fields,
    )


@pytest.mark.parametrize(
    ("now", "day", "said"),
    [
        (
            "2026-12-01T12:00:00-05:00",
            "2026-11-30",
            "CMS approved this election on Dec 1, 2026. A change before that day belongs in the election itself. Until "
            "Thursday, December 31, 2026, 11:59 p.m. ET, you can change the election and submit it again.",
        ),
        ("2026-12-01T12:00:00-05:00", "2026-12-02", "Enter today, Dec 1, 2026, or an earlier date."),
        ("2026-12-01T12:00:00-05:00", "2026-12-01", None),
        ("2026-12-28T12:00:00-05:00", "2026-12-15", None),
        ("2026-12-28T12:00:00-05:00", "2027-01-02", "Enter today, Dec 28, 2026, or an earlier date."),
        ("2027-01-05T12:00:00-05:00", "2026-12-15", None),
        (
            "2027-01-05T12:00:00-05:00",
            "2026-11-15",
            "A change before that day belongs in the election itself, which can’t be changed now. To have CMS reopen "
            "it, call the Quality Payment Program Service Center",
        ),
        ("2027-01-20T12:00:00-05:00", "2027-01-19", None),
        ("2027-01-20T12:00:00-05:00", "2027-01-21", "Enter today, Jan 20, 2027, or an earlier date."),
        ("2028-01-20T12:00:00-05:00", "2027-12-31", None),
        (
            "2028-01-20T12:00:00-05:00",
            "2028-01-02",
            "This virtual group’s year ended on Dec 31, 2027. Don’t report a change after that here.",
        ),
    ],
)
def test_a_day_is_taken_or_the_page_says_what_to_do_instead(client, election, set_clock, now, day, said):
    set_clock(now)
    for answer in (joined(client, election, effective_on=day), changed(client, election, effective_on=day)):
        if said is None:
            assert "CMS has the change. The receipt code is" in text(answer)
        else:
            assert said in text(answer)
            assert day in answer.content.decode(), "what was typed stays"
    assert Update.objects.count() == (2 if said is None else 0)


@pytest.mark.parametrize(
    ("fields", "title", "sentence"),
    [
        (
            {"kind": "renamed", "other": "Lakeside Primary Care"},
            "Practice renamed",
            "Lakeside Family Practice changed its name to Lakeside Primary Care on May 1, 2027.",
        ),
        ({"kind": "closed"}, "Practice closed", "Lakeside Family Practice closed on May 1, 2027."),
        (
            {"kind": "merged", "other": "Northside Clinic"},
            "Practice merged",
            "Lakeside Family Practice merged with “Northside Clinic” on May 1, 2027.",
        ),
        (
            {"kind": "merged", "other": "“Not known.”"},
            "Practice merged",
            "Lakeside Family Practice merged with another practice on May 1, 2027.",
        ),
        (
            {"kind": "acquired", "other": "Bay Health"},
            "Practice sold",
            "Lakeside Family Practice was sold to “Bay Health” on May 1, 2027.",
        ),
        (
            {"kind": "acquired", "other": "not known"},
            "Practice sold",
            "Lakeside Family Practice was sold on May 1, 2027.",
        ),
    ],
)
def test_what_became_of_a_practice_is_reported(client, election, fields, title, sentence):
    before = election.last_submission.snapshot_sha256
    shown = text(changed(client, election, **fields))
    assert title in shown
    assert sentence in shown
    assert sentence in text(client.get(f"/elections/{election.pk}/updates"))
    election.refresh_from_db()
    assert election.last_submission.snapshot_sha256 == before
    assert election.claims.filter(state="held").count() == 2, "it stays in the virtual group"


def test_the_other_practice_or_the_buyer_is_asked_for(client, election):
    not_yet = "If you don’t know it yet, type “not known”."
    assert f"Enter the practice it merged with. {not_yet}" in text(changed(client, election, kind="merged"))
    assert f"Enter the buyer. {not_yet}" in text(changed(client, election, kind="acquired"))
    assert Update.objects.count() == 0


def test_a_practice_ends_once_and_a_new_name_is_new(client, election):
    changed(client, election, follow=False)
    again = text(changed(client, election, kind="merged", other="Northside Clinic"))
    assert (
        "You already reported for Lakeside Family Practice: practice closed on May 1, 2027. If that was wrong," in again
    )
    assert "Enter the new name of the practice." in text(changed(client, election, kind="renamed", practice=0))
    assert "Enter the new name" in text(changed(client, election, kind="renamed", practice=0, other="Not known"))
    same = {"kind": "renamed", "practice": 0, "other": "Quiet Harbor Medicine"}
    assert "The practice is called Quiet Harbor Medicine already." in text(changed(client, election, **same))
    assert Update.objects.count() == 1


def test_that_nothing_has_changed_is_reported_once_a_day(client, election):
    assert "As of Jun 1, 2027, nothing has changed beyond the updates already reported." in text(
        report(client, election, "nothing")
    )
    assert "You already reported today that nothing has changed." in text(report(client, election, "nothing"))
    assert Update.objects.get().kind == "nothing"


def test_an_update_has_a_receipt_that_anybody_can_check(client, election, visitor):
    page = text(joined(client, election))
    update = Update.objects.get()
    assert " ".join(re.findall("....", update.receipt_code)) in page
    assert update.document_id
    documents.render_document(update.document_id, now=clock.now())
    pdf = client.get(f"/elections/{election.pk}/updates/{update.pk}/pdf")
    assert (pdf["Content-Type"], pdf.content[:5]) == ("application/pdf", b"%PDF-")
    checked = text(visitor.post("/verify", {"code": update.receipt_code}))
    assert "This receipt is genuine" in checked
    assert "An update of an approved election was received Jun 1, 2027, 10:00:00 a.m. ET under this code." in checked


def test_an_npi_that_is_no_persons_is_asked_about_once_and_kept(client, election):
    NppesRecord.objects.filter(npi="2000000002").update(entity_type=2)
    asked = text(joined(client, election))
    assert "NPPES lists this NPI as an organization, not as a person. Compare it with your records." in asked
    assert Update.objects.count() == 0
    shown = text(joined(client, election, is_sure="on", sure_of="2000000002"))
    assert "NPPES lists this NPI as an organization, not as a person." in shown
    assert Update.objects.get().details["notes"] == ["NPPES lists this NPI as an organization, not as a person."]


def test_a_practice_that_grew_is_noted_and_the_approval_stays(client, cms_data, set_clock):
    full = PracticeFactory.build(npis=tuple(npi(95_000_010 + number) for number in range(8)))
    election = ElectionFactory(practices=(OTHER, full), state="approved")
    set_clock(JUNE)
    for number in range(3):
        shown = text(
            joined(client, election, npi=npi(95_000_000 + number), is_sure="on", sure_of=npi(95_000_000 + number))
        )
        assert ("The limit of 10 applied at the election only." in shown) is (number == 2)
    assert "The practice now has 11 clinicians. The limit of 10 applied at the election only." in shown
    assert Election.objects.get(pk=election.pk).status == "approved"


def test_late_updates_are_kept_and_marked(client, election, set_clock):
    set_clock("2028-01-02T23:59:00-05:00")
    assert "Late:" not in text(joined(client, election, effective_on="2027-12-30"))
    set_clock("2028-01-03T00:00:00-05:00")
    late = text(joined(client, election, npi="1003001041", effective_on="2027-12-30"))
    assert "Late: data submission had started." in late
    assert "More than 30 days after the change." not in late


def test_more_than_30_days_are_said(client, election):
    late = text(joined(client, election, effective_on="2027-05-01"))
    assert "More than 30 days after the change." in late
    assert "CMS got this report more than 30 days after the change. If the other practices don’t know yet," in late
    in_time = "You still have to tell the other practices within 30 days of the change."
    assert in_time not in late
    shown = text(joined(client, election, npi="1003001041", effective_on="2027-05-02"))
    assert "ore than 30 days" not in shown
    assert in_time in shown


def test_undone_it_counts_no_more_and_its_row_stays(client, election):
    joined(client, election, effective_on="2026-12-15", follow=False)
    update = Update.objects.get()
    page = f"/elections/{election.pk}/updates/{update.pk}"
    with newly_told() as told:
        shown = text(client.post(f"{page}/undo", follow=True))
    assert "Undone. We’re emailing everyone we told about it." in shown
    assert "It no longer counts. State Undone" in shown
    assert [said for said in ("it counts from", "More than 30 days", "within 30 days") if said in shown] == []
    assert "Was the update right after all? Report it again" in shown
    assert (
        f'<a href="/elections/{election.pk}/updates/clinician">Report it again</a>' in client.get(page).content.decode()
    )
    assert told == {"dana@example.org": ["update_undone"], "reviewer@cms.example": ["update_undone_at_desk"]}
    roster = text(client.get(f"/elections/{election.pk}/updates"))
    assert "2000000002" not in roster.split("Who is in the virtual group now")[1]
    assert "The clinician with NPI 2000000002 joined" in roster
    again = text(client.post(f"{page}/undo", follow=True))
    assert "Nothing was changed. This update was already undone." in again
    assert UpdateStep.objects.count() == 1


@pytest.mark.parametrize(
    ("room", "fields"),
    [
        ("practice", {"kind": "closed", "practice": 1, "other": "", "effective_on": "2027-05-01"}),
        ("contact", {"name": "Dana R. Rivera", "email": "dana@example.org", "phone": "555-0199"}),
        ("nothing", {}),
    ],
)
def test_what_was_undone_is_reported_again_on_its_own_page(client, election, room, fields):
    report(client, election, room, **fields, follow=False)
    address = f"/elections/{election.pk}/updates/{Update.objects.get().pk}"
    shown = client.post(f"{address}/undo", follow=True).content.decode()
    assert f'<a href="/elections/{election.pk}/updates/{room}">Report it again</a>' in shown


def test_what_cms_acknowledged_is_not_undone(client, election, reviewer):
    joined(client, election, follow=False)
    update = Update.objects.get()
    steps.acknowledge(election.pk, update.pk, by=reviewer, now=clock.now())
    page = f"/elections/{election.pk}/updates/{update.pk}"
    assert "Undo this update" not in text(client.get(page))
    assert "Nothing was changed. CMS already acknowledged this update." in text(
        client.post(f"{page}/undo", follow=True)
    )


def test_a_question_is_answered_and_then_waits_for_cms_again(client, election, reviewer):
    joined(client, election, follow=False)
    update = Update.objects.get()
    with newly_told() as told:
        steps.ask(election.pk, update.pk, text="Which day was it?", by=reviewer, now=clock.now())
    assert told == {"dana@example.org": ["update_question"]}
    page = f"/elections/{election.pk}/updates/{update.pk}"
    assert "Which day was it?" in text(client.get(page))
    said, link = "CMS has a question about an update", f'<a href="{page}">Answer the question'
    places = ("/elections/", f"/elections/{election.pk}/", f"/elections/{election.pk}/updates")
    for place in places:
        shown = client.get(place).content.decode()
        assert (said in shown, link in shown) == (True, True), place
    due = text(client.get(places[-1])).partition("What is due")[2]
    assert (
        "Answer CMS’s question about an update CMS is waiting for the representative’s answer. The clinician with"
        in due
    )
    vic = UserFactory(email="vic@example.org")
    election.roles.create(user=vic, kind="viewer")
    viewer = signed_in(vic)
    for place in places:
        shown = viewer.get(place).content.decode()
        assert ("See the question" in shown, "Answer the question" in shown) == (True, False), place
    with newly_told() as told:
        shown = text(client.post(page, {"text": "April 1, as reported."}, follow=True))
    assert told == {"reviewer@cms.example": ["update_answered_at_desk"]}
    assert "CMS has your answer." in shown
    assert Update.objects.get().state == "recorded"
    assert [place for place in places if said in client.get(place).content.decode()] == []


def test_an_undo_gives_the_contact_details_back(client, election):
    fields = {"name": "Dana R. Rivera", "email": "dana@example.org", "phone": "555-0199-00"}
    report(client, election, "contact", **fields, follow=False)
    update = Update.objects.get()
    client.post(f"/elections/{election.pk}/updates/{update.pk}/undo")
    assert Election.objects.get(pk=election.pk).contact == update.details["before"]


def test_what_a_later_update_rests_on_is_undone_after_it(client, election):
    joined(client, election, follow=False)
    joined(client, election, kind="left", effective_on="2027-05-01", follow=False)
    first, second = Update.objects.all()
    refused = text(client.post(f"/elections/{election.pk}/updates/{first.pk}/undo", follow=True))
    assert "Nothing was undone. You reported a later change to the same thing: clinician left" in refused
    for update in (second, first):
        client.post(f"/elections/{election.pk}/updates/{update.pk}/undo")
    assert [update.state for update in Update.objects.all()] == ["undone", "undone"]


def test_the_database_takes_one_end_and_nothing_after_it(client, election, reviewer):
    joined(client, election, follow=False)
    update = Update.objects.get()
    steps.acknowledge(election.pk, update.pk, by=reviewer, now=clock.now())
    for kind in ("undone", "asked"):
        with pytest.raises(IntegrityError), transaction.atomic():
            UpdateStep.objects.create(update_of=update, kind=kind, text="x", by=reviewer, at=clock.now())


def test_a_change_of_clinicians_is_told_to_all_parties_and_a_new_name_to_its_own(cms_data, client, set_clock):
    election = ask_to_sign(
        ElectionFactory(practices=[replace(OTHER, name=SOLO.name), replace(BY_SSN, name=GROUP.name)])
    )
    sign_all(election)
    approve(election)
    set_clock(JUNE)
    with newly_told() as told:
        joined(client, election, follow=False)
    assert sorted(told) == ["dana@example.org", "gwen@example.org", "reviewer@cms.example", "sol@example.org"]
    with newly_told() as told:
        changed(client, election, kind="renamed", other="Lakeside Primary Care", follow=False)
    assert sorted(told) == ["dana@example.org", "gwen@example.org", "reviewer@cms.example"]
    with newly_told() as told:
        report(client, election, "nothing", follow=False)
    assert sorted(told) == ["dana@example.org", "reviewer@cms.example"]


def test_only_the_representative_reports_and_only_those_with_a_part_read(client, election):
    joined(client, election, follow=False)
    update = Update.objects.get()
    stranger = signed_in(DanaFactory(email="other@example.org"))
    for page in ("updates", f"updates/{update.pk}", f"updates/{update.pk}/pdf", "updates/practice"):
        assert stranger.get(f"/elections/{election.pk}/{page}").status_code == 404
    assert stranger.post(f"/elections/{election.pk}/updates/{update.pk}/undo").status_code == 404
    assert Notice.objects.filter(to="other@example.org").count() == 0
