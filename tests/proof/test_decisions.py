"""A decision's minute: raced by all who may end it, and with web and worker killed (-9) at ten random moments of it."""

import random
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest

from accounts.models import Role
from elections.desk import actions as desk_actions
from elections.desk import decisions
from elections.desk.identifiers import identifier_for
from elections.desk.seen import seen
from elections.models import Claim, Decision, Election, Event
from elections.submission import actions as submission_actions
from elections.verbs import Refused
from ground import clock
from notices.models import Notice
from tests.conftest import PINNED
from tests.factories.elections import complete, start_review, submit
from tests.factories.people import ReviewerFactory, UserFactory, hold
from tests.factories.practices import GROUP, OTHER, SOLO, load_cms_data
from tests.threads import at_once
from tests.workers import wait_until

from . import crowd
from .web import Post, Web

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.proof, pytest.mark.alone]

ROUNDS = 24
KILLS = 5  # of the web processes, and as many of the worker
DECISIONS = ("election approved", "election rejected")


def tried(work):
    """Do it, and say whether it was done."""
    try:
        return bool(work())
    except Refused:
        return False


@pytest.mark.parametrize("verb", ["approve", "reject"])
def test_undo_effect_and_the_representative_race(verb, set_clock, say):
    """Whoever comes first, the decision took effect with one mail, or it left a trace and nothing else."""
    set_clock(PINNED.isoformat())
    load_cms_data([SOLO, GROUP, OTHER])
    reviewer, lead = ReviewerFactory(), UserFactory(email="lead@cms.example", roles=[Role.LEAD_REVIEWER])
    ended: Counter[str] = Counter()
    for round_ in range(ROUNDS):
        [election] = crowd.drafts([(crowd.people(1, called=f"round{round_}x")[0].user, (SOLO, GROUP))])
        number = start_review(election).number
        now, said = clock.now(), {"reasons": "It is late."} if verb == "reject" else {}
        decide = partial(getattr(decisions, verb), election.pk, now=now, submission_number=number, **said)
        decided = at_once(*(partial(tried, partial(decide, by=one)) for one in (reviewer, lead)))
        assert sorted(decided) == [False, True]
        by = Decision.objects.get(submission__election=election).decided_by
        people_first = [
            partial(submission_actions.withdraw, election.pk, by=election.started_by, now=now),
            partial(submit, complete(election, OTHER) if round_ % 2 else election),
        ][round_ % 2]
        works = [
            partial(decisions.take_back, election.pk, by=by, now=now),
            partial(decisions.take_effect, election.pk, now=now + decisions.WAIT),
            *([people_first] if round_ % 3 else []),
        ]
        at_once(*(partial(tried, work) for work in works))
        ended[assert_one_end(election)] += 1
        tried(partial(submission_actions.withdraw, election.pk, by=election.started_by, now=now))
    say(f"{ROUNDS} races over a decision to {verb}: {dict(ended)}")


def assert_one_end(election: Election) -> str:
    """The decision took effect, with one mail to each and no undo; or it was undone, and there is no mail."""
    election.refresh_from_db()
    events = Counter(Event.objects.filter(election=election).values_list("verb", flat=True))
    mails = Counter(Notice.objects.filter(events__election=election, reason__in=DECISIONS).values_list("to", flat=True))
    assert election.pending_decision is None
    assert Decision.objects.filter(submission__election=election).count() == events["approve"] + events["reject"] == 1
    if events["take_back"]:
        assert (events["take_back"], mails) == (1, Counter())
        return "undone"
    assert mails == {election.representative_email: 1}
    return "in effect"


def test_killed_at_ten_moments_it_is_the_same(jobs, broker, serve, settings, set_clock, say):
    """Half of ten decisions are undone; the others take effect, each with one mail to its representative."""
    set_clock(PINNED.isoformat())
    chance = random.Random(20261201)
    reviewer = crowd.people(1, called="alex")[0]
    hold(reviewer.user, Role.REVIEWER)
    practices = [crowd.practice(number, number) for number in range(20)]
    load_cms_data(practices)
    pairs = [(someone.user, practices[2 * n : 2 * n + 2]) for n, someone in enumerate(crowd.people(10))]
    elections = crowd.drafts(pairs)
    for election in elections:
        submit(election)
        desk_actions.start_review(election.pk, by=reviewer.user, now=clock.now())
    Notice.objects.all().delete()
    web = serve(STAFF_SECOND_FACTOR="0", processes=2, threads=8)
    killed = 0
    for verb, of in (("approve", elections[::2]), ("reject", elections[1::2]), ("take-back", elections[5:])):
        while waiting := [election for election in of if not is_done(election, verb)]:
            posts = [post(election, verb, reviewer.session) for election in waiting]
            killed += send_and_kill(web, posts, after=chance.uniform(0.0, 0.4)) if killed < KILLS else send(web, posts)
            for election in waiting:
                assert_whole(election)
    assert killed == KILLS, "too few kills to prove anything"
    assert (Notice.objects.count(), set(Claim.objects.values_list("state", flat=True))) == (0, {"held"})
    for _ in range(KILLS):
        jobs.start(ahead=int(decisions.WAIT.total_seconds()) + 120)
        time.sleep(chance.uniform(2.0, 6.0))
        jobs.kill()
    jobs.start(ahead=int(decisions.WAIT.total_seconds()) + 120)
    wait_until(lambda: not Election.objects.exclude(pending_decision=None).exists())
    jobs.kill()
    ends = [assert_one_end(election) for election in elections]
    assert ends == ["in effect"] * 5 + ["undone"] * 5
    statuses = [election.status for election in elections]
    assert statuses == ["approved", "rejected", "approved", "rejected", "approved"] + ["in_review"] * 5
    identifiers = [election.virtual_group_identifier is not None for election in elections]
    assert identifiers == [status == "approved" for status in statuses]
    held = set(Claim.objects.filter(state="held").values_list("election", flat=True))
    assert held == {election.pk for election in elections if election.status != "rejected"}
    say(f"{killed} kills of the site and {KILLS} of the worker: 5 decisions in effect, 5 undone")


def post(election: Election, verb: str, session: str) -> Post:
    """Return what the reviewer's page sends for this verb."""
    path = f"/staff/elections/election/{election.pk}/{verb}/"
    election.refresh_from_db()
    submission = election.submissions.get()
    election.refresh_from_db()
    if verb == "take-back":
        return Post(path, session, {})
    if verb == "approve":
        given = identifier_for(election)
        mail = decisions.approval_mail(election, submission, given)
        more = {}
    else:
        mail, more = decisions.rejection_mail(election, submission, "It is late."), {"reasons": "It is late."}
    return Post(path, session, {"submission_number": "1", "mail_seen": seen(election, mail), **more})


def send(web: Web, posts: list[Post]) -> int:
    """Send all, and return that nothing was killed."""
    assert {answer.status for answer in web.post_together(posts)} == {302}
    return 0


def send_and_kill(web: Web, posts: list[Post], *, after: float) -> int:
    """Send all, kill the site so many seconds later, and start it again; return how often it was killed."""
    with ThreadPoolExecutor(len(posts)) as browsers:
        sent = [browsers.submit(web.post, one) for one in posts]
        time.sleep(after)
        web.kill()
        for each in sent:
            each.exception()
    web.start()
    return 1


def is_done(election: Election, verb: str) -> bool:
    """Say whether the verb stands in the election's history."""
    return Event.objects.filter(election=election, verb=verb.replace("-", "_")).exists()


def assert_whole(election: Election) -> None:
    """A decision is there with its event, its status and its minute, or none of it is."""
    election.refresh_from_db()
    waits = election.pending_decision is not None
    events = Counter(Event.objects.filter(election=election).values_list("verb", flat=True))
    decided = events["approve"] + events["reject"]
    assert Decision.objects.filter(submission__election=election).count() == decided
    assert waits == (election.status in ("approved", "rejected")) == (decided > events["take_back"])
    assert (election.virtual_group_identifier is not None) == (election.status == "approved")
