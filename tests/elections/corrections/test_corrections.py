"""A correction, from asking for it to the answer back on the same reviewer's desk."""

from datetime import timedelta

import pgtrigger
import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from elections import tasks
from elections.models import Correction, CorrectionRequest, Election, MemberClinician, Submission
from ground import clock
from notices.models import Notice
from tests.elections.steps import approve, confirm, desk, hidden
from tests.factories.elections import ElectionFactory, complete
from tests.factories.people import UserFactory, signed_in
from tests.factories.practices import GROUP, OTHER, SOLO
from tests.factories.signing import Signer, ask_to_sign
from tests.pages import text

pytestmark = pytest.mark.django_db

NPI = GROUP.npis[0]
REQUESTS = (
    ("practice:0", "The name is not the one in PECOS.", "Type the legal name."),
    (f"clinician:1:{NPI}", "This clinician left in October.", "Remove the NPI, or say why it stays."),
    ("field:representative", "We cannot reach the phone number.", "Type a number that works."),
)
SUMMARY = "Please correct by Dec 8, 2026: Harbor Group"


def asking(*requests, due_on="2026-12-08", **more):
    """Return what a reviewer types to ask for these."""
    fields = {
        f"request-{place}-{name}": value
        for place, request in enumerate(requests)
        for name, value in zip(("place", "reason", "settled_by"), request, strict=True)
    }
    management = {"request-TOTAL_FORMS": str(len(requests)), "request-INITIAL_FORMS": "0"}
    return fields | management | {"submission_number": "1", "due_on": due_on} | more


@pytest.fixture
def desk_client(reviewer):
    """Alex Reviewer's browser."""
    return signed_in(reviewer)


@pytest.fixture
def asked(desk_client, in_review):
    """The election with three requests, asked for by its reviewer; what was mailed before is gone."""
    Notice.objects.all().delete()
    shown = desk_client.post(desk(in_review, "ask/"), asking(*REQUESTS))
    sent = desk_client.post(desk(in_review, "ask/"), asking(*REQUESTS) | hidden(shown))
    assert sent.status_code == 302
    return Election.objects.get(pk=in_review.pk)


def answering(election, *answers):
    """Return what the representative types as answers, in the requests' order."""
    requests = CorrectionRequest.objects.filter(correction__submission__election=election)
    return {
        f"request-{request.pk}-{name}": value
        for request, answer in zip(requests, answers, strict=False)
        for name, value in zip(("answer", "explanation"), answer, strict=True)
    }


def rename(client, election, name):
    """Give the first practice another name, on its page."""
    type_practice(client, election, name, SOLO.tin)
    assert election.members.first().name == name


def type_practice(client, election, name, tin):
    """Type the first practice anew, on its page."""
    member = election.members.first()
    typed = {"name": name, "tin_kind": SOLO.kind, "tin": tin, "npis": "\n".join(SOLO.npis)}
    client.post(reverse("practice", args=[election.pk, member.pk]), typed)


ALL_ANSWERED = (("changed", ""), ("declined", "She works until December 31."), ("changed", "It is 555-0199 now."))


def test_the_mail_that_is_shown_is_sent_and_opens_each_place(desk_client, in_review, client):
    page = desk_client.get(desk(in_review, "ask/"))
    assert "You’ll see the email before it is sent." in text(page)
    shown = desk_client.post(desk(in_review, "ask/"), asking(*REQUESTS))
    assert Election.objects.get().status == "in_review"
    mail = shown.context["mail"]
    assert (mail.to, mail.subject) == (("dana@example.org",), SUMMARY)
    first, second = in_review.members.all()
    for said in (
        f"1. {SOLO.name}\n> The name is not the one in PECOS.\nWhat to do:\n> Type the legal name.",
        f"Go to it: http://localhost:8000/elections/{in_review.pk}/practices/{first.pk}",
        f"2. NPI {NPI} in {GROUP.name}\n> This clinician left in October.",
        f"Go to it: http://localhost:8000/elections/{in_review.pk}/practices/{second.pk}",
        f"Go to it: http://localhost:8000/elections/{in_review.pk}/representative",
        f"Answer the requests here:\nhttp://localhost:8000/elections/{in_review.pk}/corrections",
    ):
        assert said in mail.body
    Notice.objects.all().delete()
    desk_client.post(desk(in_review, "ask/"), asking(*REQUESTS) | hidden(shown))
    assert [(sent.to, sent.subject, sent.body) for sent in Notice.objects.all()] == [
        ("dana@example.org", SUMMARY, mail.body)
    ]
    assert Election.objects.get().status == "action_needed"
    for link in (reverse("practice", args=[in_review.pk, first.pk]), reverse("corrections", args=[in_review.pk])):
        assert client.get(link).status_code == 200


def test_another_request_and_a_changed_text_are_shown_before_anything_is_sent(desk_client, in_review):
    shown = desk_client.post(desk(in_review, "ask/"), asking(REQUESTS[0]))
    more = desk_client.post(desk(in_review, "ask/"), asking(REQUESTS[0], add="yes") | hidden(shown))
    assert more.context["requests"].total_form_count() == 2
    assert "The name is not the one in PECOS." in more.content.decode()
    changed = asking((*REQUESTS[0][:2], "Type the name in PECOS.")) | hidden(shown)
    answer = desk_client.post(desk(in_review, "ask/"), changed)
    assert "The email below is not the one you read before: you changed its text, or the election changed." in text(
        answer
    )
    assert "What to do:\n> Type the name in PECOS.\n" in answer.context["mail"].body
    assert Correction.objects.count() == 0


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        (asking(("", "Wrong.", "Fix it.")), "Choose what it is about."),
        (asking(("practice:0", "", "Fix it.")), "Say what is wrong."),
        (asking(("practice:0", "Wrong.", "")), "Say what to do."),
        (asking(REQUESTS[0], due_on=""), "Enter the last day."),
        (asking(("practice:7", "Wrong.", "Fix it.")), "Select a valid choice."),
    ],
)
def test_what_is_missing_is_said_and_what_was_typed_stays(desk_client, in_review, fields, said):
    answer = desk_client.post(desk(in_review, "ask/"), fields)
    assert said in text(answer)
    page = answer.content.decode()
    assert page.count("error-summary__list") == 1
    assert page.index("error-summary__list") < page.index("Request 1</legend>")
    assert ("Request 1, " in text(answer)) == (said != "Enter the last day.")
    typed = [value for name, value in fields.items() if name.endswith(("reason", "settled_by")) and value]
    assert all(value in answer.content.decode() for value in typed)
    assert Correction.objects.count() == 0


@pytest.mark.parametrize("typed", ["457-55-5462", "⁴⁵", "-1", "9" * 5000, ""])
def test_the_number_of_requests_is_counted_and_not_believed(desk_client, in_review, typed):
    own = {f"request-{name}_FORMS": typed for name in ("TOTAL", "INITIAL", "MIN_NUM", "MAX_NUM")}
    page = desk_client.post(desk(in_review, "ask/"), asking(REQUESTS[0]) | own | {"add": "yes"})
    assert page.context["requests"].total_form_count() == 2
    assert "457-55-5462" not in page.content.decode()


def test_a_due_date_far_away_is_refused(desk_client, in_review):
    answer = desk_client.post(desk(in_review, "ask/"), asking(REQUESTS[0], due_on="9999-12-31"))
    assert "Enter a day within the next 12 months." in text(answer)


def test_a_due_date_in_the_past_is_refused(desk_client, in_review):
    fields = asking(REQUESTS[0], due_on="2026-11-30")
    shown = desk_client.post(desk(in_review, "ask/"), fields)
    answer = desk_client.post(desk(in_review, "ask/"), fields | hidden(shown))
    assert "The due date has passed. Choose today or a later day." in text(answer)
    assert Election.objects.get().status == "in_review"


def test_the_first_requests_are_the_findings_that_are_not_met(desk_client, cms_data):
    election = ElectionFactory(state="in_review")
    page = desk_client.get(desk(election, "ask/"))
    assert page.context["requests"].total_form_count() == 1
    assert page.context["requests"][0].initial == {}


def test_the_representative_answers_each_and_it_comes_back_to_the_same_desk(
    desk_client, client, asked, reviewer, set_clock
):
    page = text(client.get(reverse("election", args=[asked.pk])))
    assert "CMS asks you to correct something" in page
    assert "submit again by Tuesday, December 8, 2026, 11:59 p.m. ET" in page
    review = text(client.get(reverse("submit_page", args=[asked.pk])))
    assert f"Answer this request: {SOLO.name}." in review
    assert "may_submit" not in review
    rename(client, asked, "Quiet Harbor Medicine PC")
    done = client.post(reverse("corrections", args=[asked.pk]), answering(asked, *ALL_ANSWERED))
    assert done["Location"] == reverse("submit_page", args=[asked.pk])
    Notice.objects.all().delete()
    set_clock("2026-12-03T10:00:00-05:00")
    complete(asked)
    assert confirm(client, asked)["Location"].endswith("/receipt/2")

    election = Election.objects.get()
    assert (election.status, election.reviewer) == ("submitted", reviewer)
    mail = Notice.objects.get(to=reviewer.email)
    assert mail.subject == "Correction answered: 2027 election for Harbor Group"
    correction = Correction.objects.get()
    assert correction.answered_in == Submission.objects.get(number=2)
    assert "Corrections answered (1)" in text(desk_client.get("/staff/"))
    desk_client.post(desk(asked, "start-review/"))
    packet = text(desk_client.get(desk(asked)))
    for said in (
        "The representative answered CMS’s requests",
        f"{SOLO.name} The name is not the one in PECOS. What to do: Type the legal name. Changed (answered"
        " by Dana Rivera, Dec 1, 2026, 10:00 a.m. ET)",
        "Not changed (answered by Dana Rivera, Dec 1, 2026, 10:00 a.m. ET) She works until December 31.",
        "What changed since submission 1",
        "Quiet Harbor Medicine PC was submitted as “Quiet Harbor Medicine”.",
    ):
        assert said in packet


def test_what_comes_back_is_on_top_of_the_queue(desk_client, client, asked):
    ElectionFactory(practices=(OTHER,), name="Waiting longer", by__email="rae@example.org")
    client.post(reverse("corrections", args=[asked.pk]), answering(asked, *ALL_ANSWERED))
    confirm(client, asked)
    listed = desk_client.get("/staff/elections/election/?status=open&attention=answered")
    assert text(listed).count("Correction answered") >= 1
    assert [election.pk for election in listed.context["cl"].result_list] == [asked.pk]


def test_the_election_says_that_something_changed_only_once_it_did(client, asked):
    page = reverse("election", args=[asked.pk])
    assert "CMS asks you to correct something" in text(client.get(page))
    assert "You have changes that are not submitted" not in text(client.get(page))
    rename(client, asked, "Harbor Medicine")
    said = f"What changed since then: Harbor Medicine was submitted as “{SOLO.name}”."
    assert said in text(client.get(page))


def test_without_an_answer_to_each_nothing_is_submitted(client, asked):
    client.post(reverse("corrections", args=[asked.pk]), answering(asked, ("changed", ""), ("declined", "")))
    answer = confirm(client, asked)
    assert answer.status_code == 200
    said = text(answer)
    assert f"Answer this request: NPI {NPI} in {GROUP.name}." in said
    assert f"Answer this request: {SOLO.name}." not in said
    assert Submission.objects.count() == 1
    assert set(CorrectionRequest.objects.values_list("answer", flat=True)) == {"changed", "declined", ""}


def test_who_may_look_sees_the_requests_and_answers_nothing(client, asked):
    viewer = UserFactory(email="viewer@example.org")
    asked.roles.create(user=viewer, kind="viewer")
    theirs = signed_in(viewer)
    page = theirs.get(reverse("corrections", args=[asked.pk]))
    assert "The name is not the one in PECOS." in text(page)
    assert theirs.post(reverse("corrections", args=[asked.pk]), answering(asked, *ALL_ANSWERED)).status_code == 403
    stranger = signed_in(UserFactory(email="stranger@example.org"))
    assert stranger.get(reverse("corrections", args=[asked.pk])).status_code == 404


UNDO = "The election window has closed, so you can change only what CMS asked about. Change it back."


@pytest.mark.parametrize(
    ("what", "said"),
    [
        ("pinned", None),
        ("name", f"The virtual group’s name changed. {UNDO}"),
        ("joins", f"{OTHER.name} was added. The election window has closed, so no practice can join. Remove it."),
        ("leaves", f"{GROUP.name} was removed. {UNDO}"),
        (
            "becomes another",
            f"{SOLO.name} now has another TIN and other clinicians. The election window has closed, so no practice can "
            "join. Remove the clinicians you added, or change the TIN back.",
        ),
        ("has a mistyped TIN", None),
    ],
)
def test_after_the_deadline_only_what_was_asked_about_changes(desk_client, client, in_review, set_clock, what, said):
    set_clock("2027-01-11T10:00:00-05:00")
    fields = asking(REQUESTS[0], due_on="2027-01-20")
    desk_client.post(desk(in_review, "ask/"), fields | hidden(desk_client.post(desk(in_review, "ask/"), fields)))
    if what == "pinned":
        rename(client, in_review, "Quiet Harbor Medicine PC")
    elif what in ("becomes another", "has a mistyped TIN"):
        type_practice(client, in_review, SOLO.name, OTHER.tin)
        if what == "becomes another":
            in_review.members.first().clinicians.update(npi=OTHER.npis[0])
    elif what == "name":
        client.post(reverse("virtual_group", args=[in_review.pk]), {"name": "Another Group"})
    elif what == "leaves":
        last = in_review.members.last()
        client.post(reverse("practice_remove", args=[in_review.pk, last.pk]), {"sure": "on"})
    complete(in_review, *([OTHER] if what == "joins" else []))
    client.post(reverse("corrections", args=[in_review.pk]), answering(in_review, ("changed", "")))
    answer = confirm(client, in_review)
    if said is None:
        assert answer["Location"].endswith("/receipt/2")
    else:
        assert said in text(answer)
        assert Submission.objects.count() == 1


@pytest.mark.parametrize(
    ("npi", "refused"), [("", False), (OTHER.npis[0], True), ("1234657893", False)], ids=["left", "swapped", "mistyped"]
)
def test_after_the_deadline_a_clinician_leaves_or_is_corrected_and_nobody_joins(
    desk_client, client, in_review, set_clock, npi, refused
):
    set_clock("2027-01-11T10:00:00-05:00")
    fields = asking(REQUESTS[1], due_on="2027-01-20")
    desk_client.post(desk(in_review, "ask/"), fields | hidden(desk_client.post(desk(in_review, "ask/"), fields)))
    line = MemberClinician.objects.filter(member__election=in_review, npi=NPI)
    line.update(npi=npi) if npi else line.delete()
    client.post(reverse("corrections", args=[in_review.pk]), answering(in_review, ("changed", "")))
    said = text(client.get(reverse("submit_page", args=[in_review.pk])))
    assert (
        f"The clinicians of {GROUP.name} changed. The election window has closed, so no clinician can join." in said
    ) == refused


def test_after_the_deadline_pages_name_the_correction_s_own(desk_client, client, in_review, set_clock):
    set_clock("2027-01-11T10:00:00-05:00")
    fields = asking(REQUESTS[0], due_on="2027-01-20")
    desk_client.post(desk(in_review, "ask/"), fields | hidden(desk_client.post(desk(in_review, "ask/"), fields)))
    client.post(
        reverse("corrections", args=[in_review.pk]), answering(in_review, ("declined", "It is the legal name."))
    )
    due = "Wednesday, January 20, 2027, 11:59 p.m. ET"
    read = {
        name: text(client.get(reverse(name, args=[in_review.pk]))) for name in ("election", "practices", "submit_page")
    }
    for said in read.values():
        assert f"CMS asked for a correction of this election. You can submit it again until {due} ." in said
        assert "Change only what CMS asked about. Everything else must stay as you submitted it." in said
    assert "you can no longer change or withdraw this election unless CMS asks for another" in read["submit_page"]
    assert "or withdraw it" not in read["submit_page"]
    ask_to_sign(in_review)
    signer = Signer("sol@example.org")
    assert f"The deadline is {due}." in text(signer.browser.get(signer.link))
    assert f"The deadline is {due}." in signer.reads()


def test_reminders_come_three_days_and_one_day_before_each_once(asked, set_clock):
    Notice.objects.all().delete()
    counts = []
    for moment in ("12-04T10", "12-06T10", "12-06T12", "12-08T10", "12-08T12"):
        set_clock(f"2026-{moment}:00:00-05:00")
        tasks.remind()
        counts.append(Notice.objects.filter(reason="election correction due").count())
    assert counts == [0, 1, 1, 2, 2]
    subjects = set(Notice.objects.filter(reason="election correction due").values_list("subject", flat=True))
    assert subjects == {"Answer CMS by Dec 8, 2026: Harbor Group"}


@pytest.mark.parametrize(("due_on", "counts"), [("2026-12-01", [0, 0]), ("2026-12-03", [0, 1])])
def test_no_one_is_reminded_of_what_was_asked_a_moment_ago(desk_client, in_review, set_clock, due_on, counts):
    shown = desk_client.post(desk(in_review, "ask/"), asking(*REQUESTS, due_on=due_on))
    desk_client.post(desk(in_review, "ask/"), asking(*REQUESTS, due_on=due_on) | hidden(shown))
    seen = []
    for moment in ("2026-12-01T10:10:00-05:00", f"{due_on}T10:10:00-05:00"):
        set_clock(moment)
        tasks.remind()
        seen.append(Notice.objects.filter(reason="election correction due").count())
    assert seen == counts


def test_who_reads_late_of_a_correction_is_reminded_once(asked, set_clock):
    set_clock("2026-12-08T10:00:00-05:00")  # a day after both days
    tasks.remind()
    tasks.remind()
    assert Notice.objects.filter(reason="election correction due").count() == 1


def test_after_the_due_date_the_review_goes_on(asked, reviewer, set_clock, client):
    set_clock("2026-12-08T23:59:59-05:00")
    tasks.lapse()
    assert Election.objects.get().status == "action_needed"
    Notice.objects.all().delete()
    set_clock("2026-12-09T00:00:00-05:00")
    tasks.lapse()
    tasks.lapse()
    election = Election.objects.get()
    assert (election.status, election.reviewer) == ("in_review", reviewer)
    assert {mail.to: mail.subject for mail in Notice.objects.all()} == {
        "dana@example.org": "Review continues: 2027 election for Harbor Group",
        reviewer.email: "No answer in time: 2027 election for Harbor Group",
    }
    late = client.post(reverse("corrections", args=[asked.pk]), answering(asked, *ALL_ANSWERED), follow=True)
    assert "CMS isn’t waiting for corrections to this election." in text(late)


def test_a_reviewer_goes_on_without_an_answer(desk_client, asked, reviewer):
    packet = text(desk_client.get(desk(asked)))
    assert (
        "Waiting for the representative Alex Reviewer asked for corrections. They are due Tuesday, December 8, 2026,"
        f" 11:59 p.m. ET. {SOLO.name} The name is not the one in PECOS. What to do: Type the legal name."
        f" NPI {NPI} in {GROUP.name} This clinician left in October."
    ) in packet
    assert "Nothing to decide" not in packet
    assert "we email the representative right away. You cannot undo it." in packet
    done = desk_client.post(desk(asked, "resume/"), follow=True)
    assert "The review continues. We’re emailing the representative." in text(done)
    assert Election.objects.get().status == "in_review"
    assert Correction.objects.get().ended_at == clock.now()
    assert "Waiting for the representative" not in text(done)


def test_a_new_submission_without_a_request_keeps_its_reviewer(client, in_review, reviewer):
    complete(in_review, OTHER)
    confirm(client, in_review)
    election = Election.objects.get()
    assert (election.status, election.reviewer) == ("submitted", reviewer)
    assert Notice.objects.get(to=reviewer.email).subject == "Submitted again: 2027 election for Harbor Group"


def test_only_what_waits_for_a_decision_is_called_answered(desk_client, client, asked):
    client.post(reverse("corrections", args=[asked.pk]), answering(asked, *ALL_ANSWERED))
    complete(asked)
    confirm(client, asked)
    queue = reverse("admin:elections_election_changelist")
    assert text(desk_client.get(f"{queue}?status=all")).count("Correction answered") == 2  # a filter, and the row
    desk_client.post(desk(asked, "start-review/"))
    packet = text(desk_client.get(desk(asked)))
    assert ["Check these first" in packet, "Nothing to decide" in packet] == [False, False]
    approve(desk_client, asked)
    assert text(desk_client.get(f"{queue}?status=all")).count("Correction answered") == 1


def test_withdrawing_ends_the_round(client, asked):
    client.post(reverse("withdraw", args=[asked.pk]), {"sure": "on"})
    assert Election.objects.get().status == "withdrawn"
    assert Correction.objects.get().ended_at == clock.now()


@pytest.mark.parametrize("what", ["asked", "answered", "deleted", "due"])
def test_the_database_keeps_what_was_asked_and_answered(client, asked, what):
    if what == "answered":
        client.post(reverse("corrections", args=[asked.pk]), answering(asked, *ALL_ANSWERED))
        confirm(client, asked)
    acts = {
        "asked": lambda: CorrectionRequest.objects.update(reason="Something else."),
        "answered": lambda: CorrectionRequest.objects.update(explanation="Something else."),
        "deleted": lambda: CorrectionRequest.objects.all().delete(),
        "due": lambda: Correction.objects.update(due_at=clock.now() + timedelta(days=90)),
    }
    with pytest.raises(DatabaseError), transaction.atomic():
        acts[what]()
    with pgtrigger.ignore("elections.Correction:asked_for_good", "elections.Correction:ended_for_good"):
        assert Correction.objects.update(due_at=clock.now() + timedelta(days=90)) == 1
