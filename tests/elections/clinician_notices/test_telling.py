"""Each practice's clinicians are told that they take part; who was told, how and when is on record."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client

from elections import verbs
from elections.clinician_notices.forms import key_of
from elections.clinicians_told import clinicians_told
from elections.link_limits import MOST_ASKED_A_DAY
from elections.models import ClinicianNotice, ClinicianNoticeUndo, Election, Event, UpdateKind
from elections.overview.undelivered import tell_of_undelivered
from elections.practices.members import remove_member
from ground import clock
from notices.models import Notice
from tests.elections.steps import desk
from tests.factories.elections import ElectionFactory, approve, complete, report_clinician
from tests.factories.notices import NoticeFactory
from tests.factories.people import UserFactory, signed_in
from tests.factories.practices import BY_SSN, GROUP, OTHER, SOLO, PracticeFactory
from tests.factories.told import last_mail, newly_told
from tests.pages import text

pytestmark = pytest.mark.django_db

FIRST, SECOND = GROUP.npis
LEE, MAY = "lee@clinic.example", "may@clinic.example"
SENT_ONCE = "We already sent the notice to this address. Enter another one, or tell them another way."
TOO_SOON = "We emailed this clinician in the last 24 hours. Send it tomorrow, or tell them another way."


@pytest.fixture
def election(approved_once: Election, db: None) -> Election:
    """Approved, with a solo practice and one of two clinicians."""
    return Election.objects.get(pk=approved_once.pk)


def path(election: Election, practice: int = 1, page: str = "") -> str:
    return f"/elections/{election.pk}/clinicians-told/{practice}{page}"


def send(client: Client, election: Election, addresses: dict[str, str], practice: int = 1, follow: bool = True):
    """Press “Send the notice by email” with these addresses typed, and return the page that answers."""
    typed = {f"email-{key_of(npi)}": email for npi, email in addresses.items()}
    return client.post(path(election, practice), typed, follow=follow)


def record(
    client: Client, election: Election, *npis: str, how: str = "letter", on: str = "2026-12-01", follow: bool = True
):
    typed = {"told": [key_of(npi) for npi in npis], "how": how, "told_on": on}
    return client.post(path(election, page="/another-way"), typed, follow=follow)


def emails_go_out() -> None:
    """Have the mail server take all emails that wait."""
    Notice.objects.filter(state="queued").update(state="sent", sent_at=clock.now())


def told(election: Election) -> tuple[int, int]:
    """Return how many practices told all their clinicians, of how many."""
    assert election.last_submission
    return clinicians_told(election.last_submission)


def rows() -> list[tuple[int, str, str, str, date]]:
    return list(ClinicianNotice.objects.values_list("practice", "npi", "how", "email", "told_on"))


def test_the_notice_is_sent_once_to_each_address(election, client):
    with newly_told() as heard:
        said = text(send(client, election, {FIRST: "Lee@clinic.example", SECOND: MAY}))
    assert heard == {LEE: ["clinician_notice"], MAY: ["clinician_notice"]}
    assert f"The notice is on its way to {LEE}, {MAY}." in said
    assert "0 of 2 clinicians told." in said
    assert said.count("Sending Email waiting to be sent:") == 2
    emails_go_out()
    assert "2 of 2 clinicians told." in text(client.get(path(election)))
    assert rows() == [(1, FIRST, "email", LEE, date(2026, 12, 1)), (1, SECOND, "email", MAY, date(2026, 12, 1))]
    with newly_told() as heard:
        again = text(send(client, election, {FIRST: LEE}))
    assert (heard, SENT_ONCE in again, len(rows())) == ({}, True, 2)
    told = Event.objects.get(verb="tell_clinicians")
    assert str(told) == "Clinicians were told that they take part: Lakeside Family Practice, 2 clinicians"
    assert set(told.notices.values_list("to", flat=True)) == {LEE, MAY}


def test_the_mail_says_why_what_it_means_and_opens_nothing(election, client):
    shown = text(client.get(path(election)))
    send(client, election, {FIRST: LEE}, follow=False)
    mail = last_mail(LEE)
    assert (mail.subject, mail.reply_to) == ("A virtual group for MIPS 2027: Harbor Group", "dana@example.org")
    for words in (
        "To ROBIN NAME7893 (NPI 1234567893)",
        "Dana Rivera represents the virtual group Harbor Group and asked this website, Virtual Group Elections, to",
        "Lakeside Family Practice is one of its practices and lists you as a clinician who bills under its TIN.",
        "CMS approved the election of this virtual group for 2027.",
        "that score determines your Medicare payment adjustment in 2029",
        "Dana Rivera, dana@example.org, 555-0100.",
        "If this email is not for you",
    ):
        assert words in mail.body
        assert words in shown
    for hidden in ("http://localhost", str(election.pk), SECOND, SOLO.name, SOLO.npis[0], GROUP.tin, GROUP.tin[-4:]):
        assert hidden not in mail.body
    assert re.findall(r"https?://\S+", mail.body) == ["https://www.ecfr.gov/current/title-42/section-414.1315"]


def test_before_the_approval_no_one_is_emailed_and_letters_say_so(approved_once, client):
    election = ElectionFactory(practices=(BY_SSN, OTHER), state="submitted")
    refused = text(send(client, election, {OTHER.npis[0]: LEE}))
    assert "We email the notice after CMS approves the election. Until then, you can print letters." in refused
    assert not Notice.objects.filter(to=LEE).exists()
    said = "The virtual group submitted its election to CMS on Dec 1, 2026. CMS has not approved it yet."
    assert said in text(client.get(path(election, page="/letters")))


@pytest.mark.parametrize(
    ("addresses", "problems"),
    [
        ({}, ["Nothing was sent to anyone. Type at least one email address."]),
        ({FIRST: LEE, SECOND: "may@"}, ["Nothing was sent to anyone.", "Enter an email address like name@example"]),
        (
            {FIRST: LEE, SECOND: "LEE@clinic.example"},
            [
                "of ROBIN NAME7893 (NPI 1234567893): ROBIN NAME8797 (NPI 1558598797) has the same address.",
                "of ROBIN NAME8797 (NPI 1558598797): ROBIN NAME7893 (NPI 1234567893) has the same address.",
            ],
        ),
        ({FIRST: LEE, SECOND: "may 123-45-6789@clinic.example"}, ["Nine digits in a row"]),
    ],
)
def test_what_is_wrong_sends_nothing_and_keeps_what_was_typed(election, client, addresses, problems):
    with newly_told() as heard:
        answer = send(client, election, addresses)
    said = text(answer)
    assert [problem for problem in problems if problem not in said] == []
    assert (heard, rows()) == ({}, [])
    assert (LEE in answer.content.decode()) is bool(addresses)


def test_an_address_of_another_practice_s_clinician_is_refused(election, client):
    send(client, election, {SOLO.npis[0]: LEE}, practice=0, follow=False)
    said = text(send(client, election, {FIRST: LEE, SECOND: MAY}))
    assert "This address was used for ROBIN NAME9992 (NPI 1999999992). Each clinician needs their own." in said
    assert len(rows()) == 1


def test_a_corrected_address_is_written_to_a_day_later(election, client, set_clock):
    send(client, election, {FIRST: LEE}, follow=False)
    assert TOO_SOON in text(send(client, election, {FIRST: "le@clinic.example"}))
    set_clock("2026-12-02T10:00:01-05:00")
    assert "on its way to le@clinic.example." in text(send(client, election, {FIRST: "le@clinic.example"}))
    assert [row[3] for row in rows()] == [LEE, "le@clinic.example"]


@pytest.mark.parametrize(("already", "sent"), [(MOST_ASKED_A_DAY - 1, 1), (MOST_ASKED_A_DAY, 0)])
def test_one_person_has_us_write_to_so_many_a_day(election, client, already, sent):
    other = ElectionFactory(practices=(OTHER, BY_SSN), state="submitted", name="Other Group")
    told = {"submission": other.last_submission, "practice": 0, "how": "email", "told_on": clock.today()}
    mail, by, at = NoticeFactory(), other.started_by, clock.now() - timedelta(hours=1)
    with transaction.atomic():
        Event.objects.create(election=other, verb="tell_clinicians", by=by, at=at, details={"practice": "Old Mill"})
        ClinicianNotice.objects.bulk_create(
            ClinicianNotice(**told, npi=f"{n:010}", email=f"person{n}@example.org", mail=mail, by=by, at=at)
            for n in range(already)
        )
    said = text(send(client, election, {FIRST: LEE}))
    assert ("You asked us to write to 400 people in one day. Send this one tomorrow." in said) is not sent
    assert Notice.objects.filter(to=LEE).count() == sent


def test_only_who_is_in_the_practice_today_has_a_line(election, client, set_clock):
    set_clock("2027-03-01T10:00:00-05:00")
    report_clinician(election, FIRST, UpdateKind.LEFT, on=date(2027, 2, 1))
    report_clinician(election, "2000000002", UpdateKind.JOINED, on=date(2027, 2, 1))
    page = text(client.get(path(election)))
    assert [npi in page for npi in (FIRST, SECOND, "2000000002")] == [False, True, True]
    with newly_told() as heard:
        said = text(send(client, election, {FIRST: LEE}))
    assert (heard, "Type at least one email address." in said) == ({}, True)
    assert "Select a valid choice." in text(record(client, election, FIRST))
    assert rows() == []


def test_told_another_way_is_on_record(election, client, set_clock):
    set_clock("2026-12-05T10:00:00-05:00")
    with newly_told() as heard:
        said = text(record(client, election, FIRST, SECOND, how="in_person", on="2026-12-03"))
    assert heard == {}
    assert "Recorded: ROBIN NAME7893 (NPI 1234567893), ROBIN NAME8797 (NPI 1558598797)." in said
    assert (
        "In person, with a written notice on Dec 3, 2026. Recorded Dec 5, 2026, 10:00 a.m. ET by Dana Rivera." in said
    )
    assert told(election) == (1, 2)
    again = text(record(client, election, FIRST, how="in_person", on="2026-12-03"))
    assert "Nothing was recorded. That is on record for NPI 1234567893 already." in again
    assert len(rows()) == 2


def test_who_recorded_it_can_undo_it_and_its_row_stays(election, client, set_clock):
    kim = UserFactory(email="kim@example.org")
    election.roles.create(user=kim, kind="collaborator")
    record(client, election, FIRST, SECOND, follow=False)
    notice = ClinicianNotice.objects.get(npi=FIRST)
    address = path(election, page=f"/undo/{notice.pk}")
    other = signed_in(kim)
    assert (other.get(address).status_code, address in other.get(path(election)).content.decode()) == (404, False)
    assert "Nothing was undone. Either this record was already undone, or someone else made it." in text(
        other.post(address, follow=True)
    )
    assert f'href="{address}">Undo' in client.get(path(election)).content.decode()
    assert "ROBIN NAME7893 (NPI 1234567893) : In writing on Dec 1, 2026." in text(client.get(address))
    assert told(election) == (1, 2)
    set_clock("2026-12-02T10:00:00-05:00")
    page = text(client.post(address, follow=True))
    assert "Undone. The record no longer counts." in page
    assert "Undone Dec 2, 2026, 10:00 a.m. ET. It no longer counts." in page
    assert "1 of 2 clinicians told." in page
    assert (told(election), len(rows())) == ((0, 2), 2)
    assert "A clinician is no longer recorded as told: Lakeside" in text(client.get(f"/elections/{election.pk}/"))
    assert "Nothing was undone." in text(client.post(address, follow=True))
    assert "Recorded: ROBIN NAME7893" in text(record(client, election, FIRST))
    assert "That is on record for NPI 1234567893 already." in text(record(client, election, FIRST))
    assert told(election) == (1, 2)


def test_the_database_undoes_only_what_who_recorded_it_asks_and_no_email(election, client):
    record(client, election, FIRST, follow=False)
    send(client, election, {SECOND: LEE}, follow=False)
    letter, email = ClinicianNotice.objects.order_by("how").reverse()
    stranger = UserFactory(email="vic@example.org")
    for notice, by in ((letter, stranger), (email, email.by)):
        with pytest.raises(DatabaseError, match="Only who recorded"), transaction.atomic():
            ClinicianNoticeUndo.objects.create(notice=notice, by=by, at=clock.now())
    letter.pk = None
    with pytest.raises(DatabaseError, match="on record already"), transaction.atomic():
        letter.save()


def test_an_event_undoes_the_one_record_that_it_names(election, client):
    record(client, election, FIRST, SECOND, follow=False)
    first, second = ClinicianNotice.objects.order_by("pk")
    undone: dict[str, Any] = {"by": first.by, "at": clock.now()}
    with transaction.atomic(), connection.cursor() as cursor:
        verbs.record(election, "undo_clinicians_told", by=first.by, now=clock.now(), notice=first.pk)
        ClinicianNoticeUndo.objects.create(notice=first, **undone)
        ClinicianNoticeUndo.objects.create(notice=second, **undone)
        with pytest.raises(DatabaseError, match="needs the event that tells of it"):
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        transaction.set_rollback(True)


def test_an_email_on_its_way_is_said_where_another_record_was_undone(election, client):
    send(client, election, {SECOND: LEE}, follow=False)
    record(client, election, SECOND, follow=False)
    letter = ClinicianNotice.objects.exclude(how="email").get()
    page = text(client.post(path(election, page=f"/undo/{letter.pk}"), follow=True))
    assert "Sending" in page


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"on": "2026-12-06"}, "Enter today, Dec 5, 2026, or an earlier date. Record it after you told them."),
        ({"on": "2026-11-30"}, "submitted on Dec 1, 2026. We record only notices given from that day on."),
        ({"on": ""}, "On what date? Enter the date."),
        ({"how": "email"}, "How? Select a valid choice. email is not one of the available choices."),
    ],
)
def test_a_wrong_record_is_refused(election, client, set_clock, fields, problem):
    set_clock("2026-12-05T10:00:00-05:00")
    assert problem in text(record(client, election, FIRST, **fields))
    assert "Which clinicians got it? Choose at least one clinician." in text(record(client, election, on="2026-12-01"))
    assert rows() == []


def test_letters_are_one_for_each_clinician(election, client):
    page = client.get(path(election, page="/letters"))
    said = text(page)
    assert page.content.decode().count('<section class="letter') == 2
    for words in (
        "To ROBIN NAME7893 (NPI 1234567893)",
        "To ROBIN NAME8797 (NPI 1558598797)",
        "A virtual group for MIPS 2027: Harbor Group",
        "takes part in this virtual group.",
        "Medicare payment adjustment in 2029",
        "555-0100",
        "Dec 1, 2026",
    ):
        assert words in said
    assert GROUP.tin[-4:] not in said


@pytest.mark.parametrize(
    ("fields", "said", "told"),
    [
        ({}, f"Sending Email waiting to be sent: {LEE}, Dec 1, 2026, 10:00 a.m. ET, by Dana Rivera.", 0),
        ({"state": "sent"}, f"Told Emailed: {LEE}, sent Dec 1, 2026, 10:00 a.m. ET, by Dana Rivera.", 1),
        (
            {"state": "bounced", "server_answer": "550 5.1.1 No such mailbox"},
            f"Not told The email did not arrive: {LEE}, Dec 1, 2026, 10:00 a.m. ET. Check the email address.",
            0,
        ),
    ],
)
def test_the_page_says_whether_the_email_arrived(election, client, fields, said, told):
    send(client, election, {FIRST: LEE}, follow=False)
    moment = {"sent": {"sent_at": clock.now()}, "bounced": {"failed_at": clock.now()}}.get(fields.get("state", ""), {})
    Notice.objects.filter(to=LEE).update(**fields, **moment)
    page = text(client.get(path(election)))
    assert said in page
    assert f"{told} of 2 clinicians told." in page
    assert f"{told} of 2 clinicians told" in text(client.get(f"/elections/{election.pk}/clinicians-told"))


def test_the_representative_hears_that_it_did_not_arrive(election, client):
    send(client, election, {FIRST: LEE}, follow=False)
    Notice.objects.filter(to=LEE).update(state="bounced", failed_at=clock.now(), server_answer="550 No such mailbox")
    with newly_told() as heard:
        tell_of_undelivered(now=clock.now())
    assert heard == {"dana@example.org": ["undelivered"]}
    assert f"/elections/{election.pk}/clinicians-told" in last_mail("dana@example.org").body


def test_before_the_submission_the_page_says_when(approved_once, client):
    election = ElectionFactory()
    said = text(client.get(f"/elections/{election.pk}/clinicians-told"))
    assert "You can tell the clinicians after the election is submitted." in said
    assert client.get(path(election)).status_code == 404
    assert send(client, election, {FIRST: LEE}).status_code == 404
    assert "Tell the clinicians" not in text(client.get(f"/elections/{election.pk}/"))


def test_a_withdrawn_election_tells_no_one(approved_once, client):
    election = ElectionFactory(practices=(BY_SSN, OTHER), state="submitted")
    client.post(f"/elections/{election.pk}/withdraw", {"sure": "on"})
    with newly_told() as heard:
        said = text(send(client, election, {OTHER.npis[0]: LEE}))
    assert (heard, rows()) == ({}, [])
    assert "This election is withdrawn, so we can’t send the notice. If you already told clinicians" in said
    there = f"/elections/{election.pk}/clinicians-told"
    assert record(client, election, OTHER.npis[0]).redirect_chain == [(there, 302)]
    assert client.get(path(election, page="/letters")).headers["Location"] == there


@pytest.mark.parametrize(("role", "status"), [(None, 404), ("viewer", 403), ("collaborator", 200)])
def test_strangers_and_viewers_neither_read_nor_send(election, role, status):
    vic = UserFactory(email="vic@example.org")
    if role:
        election.roles.create(user=vic, kind=role)
    client = signed_in(vic)
    for page in ("", "/another-way", "/letters"):
        assert client.get(path(election, page=page)).status_code == status
    assert send(client, election, {FIRST: LEE}).status_code == status
    assert record(client, election, SECOND).status_code == status
    assert len(rows()) == (2 if status == 200 else 0)
    updates = client.get(f"/elections/{election.pk}/updates").content.decode() if role else ""
    assert (f"/elections/{election.pk}/clinicians-told" in updates) is (status == 200)


def test_the_desk_reads_no_address(election, client, reviewer):
    send(client, election, {FIRST: LEE}, follow=False)
    Notice.objects.filter(to=LEE).update(state="bounced", failed_at=clock.now(), server_answer="550 No such mailbox")
    tell_of_undelivered(now=clock.now())
    mail, client = Notice.objects.get(to=LEE), signed_in(reviewer)
    packet = text(client.get(desk(election)))
    assert "Clinicians were told that they take part: Lakeside Family Practice, 1 clinician" in packet
    emails = text(client.get("/staff/notices/notice/"))
    assert "Email did not arrive: a clinician" in emails
    one = text(client.get(f"/staff/notices/notice/{mail.pk}/change/"))
    assert "A virtual group for MIPS 2027: Harbor Group, to a clinician" in one
    assert [page for page in (packet, emails, one) if LEE in page] == []


def test_who_was_told_stays_told_when_the_election_is_submitted_again(election, client, representative):
    send(client, election, {FIRST: LEE}, follow=False)
    emails_go_out()
    remove_member(election.pk, election.members.get(name=SOLO.name).pk, now=clock.now(), by=representative)
    complete(election, OTHER)
    approve(election)
    page = text(client.get(path(election, 0)))
    assert ("Tell the clinicians of Lakeside Family Practice" in page, "1 of 2 clinicians told." in page) == (
        True,
        True,
    )
    assert SENT_ONCE in text(send(client, election, {FIRST: LEE}, practice=0))


def test_a_clinician_of_two_practices_is_told_by_both(approved_once, client, set_clock):
    practices = [PracticeFactory.build(npis=npis) for npis in (GROUP.npis, (FIRST,))]
    election = ElectionFactory(practices=practices, state="approved")
    send(client, election, {FIRST: LEE}, practice=0, follow=False)
    emails_go_out()
    assert told(election) == (0, 2)
    set_clock("2026-12-02T10:00:01-05:00")
    assert f"on its way to {LEE}." in text(send(client, election, {FIRST: LEE}))
    emails_go_out()
    assert told(election) == (1, 2)


@pytest.mark.parametrize(
    "sql", ["UPDATE elections_cliniciannotice SET npi = '1'", "DELETE FROM elections_cliniciannotice"]
)
def test_raw_sql_changes_and_deletes_nothing(election, client, sql):
    send(client, election, {FIRST: LEE}, follow=False)
    with (
        pytest.raises(DatabaseError, match="Cannot update or delete rows"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql)


@pytest.mark.parametrize(
    ("changed", "constraint"),
    [
        ({"npi": SECOND, "email": LEE.upper()}, "another clinician"),
        ({"email": LEE.upper()}, "clinician_emailed_once_at_an_address"),
        ({"email": ""}, "clinician_emailed_or_told_otherwise"),
    ],
)
def test_the_database_keeps_one_address_to_one_clinician(election, client, changed, constraint):
    send(client, election, {FIRST: LEE}, follow=False)
    row = ClinicianNotice.objects.get()
    row.pk = None
    for name, value in changed.items():
        setattr(row, name, value)
    with pytest.raises(DatabaseError, match=constraint):
        row.save()


@pytest.mark.parametrize("count", [2, 3])
def test_as_many_queries_whatever_the_number_of_practices(approved_once, client, count, django_assert_num_queries):
    practices = PracticeFactory.build_batch(count)
    election = ElectionFactory(practices=practices, state="approved")
    if count == 3:
        for number, practice in enumerate(practices):
            send(client, election, {practice.npis[0]: f"person{number}@clinic.example"}, number, follow=False)
    client.get("/elections/")
    with django_assert_num_queries(8):
        client.get(f"/elections/{election.pk}/clinicians-told")
    with django_assert_num_queries(9):
        client.get(path(election, 0))


@pytest.mark.parametrize("count", [1, 2])
def test_sending_takes_as_many_queries_whatever_the_number_of_clinicians(
    election, client, count, django_assert_num_queries
):
    client.get("/elections/")
    typed = {f"email-{key_of(npi)}": f"c{npi[:3]}@clinic.example" for npi in GROUP.npis[:count]}
    with django_assert_num_queries(24):
        client.post(path(election), typed)
