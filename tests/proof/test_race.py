"""Fifty elections race for one TIN, and fifty clicks for one receipt, over HTTP against a real server."""

from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from django.db import connection

from elections.models import Claim, Conflict, Election, Submission
from tests.factories.practices import load_cms_data
from tests.workers import wait_until

from . import crowd
from .web import Watch

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.proof, pytest.mark.alone]

RACERS = 50
ROUNDS = 20
OVERLAP = 10
SHARED = 2  # connections of each process: one of them may take all fifty
SHAPES = pytest.mark.parametrize(
    ("connections", "open_together"), [("0", OVERLAP), ("2", SHARED)], ids=["of each thread", "shared"]
)


@SHAPES
def test_fifty_elections_race_for_one_tin(connections, open_together, serve, say):
    """The issue's fifth: each time one claim is held and forty-nine wait, all fifty with a receipt that is true."""
    rounds = ROUNDS if open_together == OVERLAP else ROUNDS // 4
    racers = crowd.people(RACERS)
    wanted = [crowd.practice(round_, 9001, 9002) for round_ in range(rounds)]
    own = [[crowd.practice(1000 + RACERS * round_ + n, n) for n in range(RACERS)] for round_ in range(rounds)]
    load_cms_data([*wanted, *(made for round_ in own for made in round_)])
    web = serve(DB_POOL_SIZE=connections)
    overlaps, slowest = [], 0.0
    for round_ in range(rounds):
        elections = crowd.drafts([(racer.user, (wanted[round_], own[round_][n])) for n, racer in enumerate(racers)])
        posts = [crowd.confirming(election, racer.session) for election, racer in zip(elections, racers, strict=True)]
        with Watch() as watch:
            answers = web.post_together(posts)
        assert [(answer.status, answer.location) for answer in answers] == [
            (302, f"/elections/{election.pk}/receipt/1") for election in elections
        ]
        assert_one_holds(elections, wanted[round_].name)
        overlaps.append(watch.most)
        slowest = max(slowest, *(answer.seconds for answer in answers))
    say(f"{rounds} races of {RACERS}: transactions open at one instant {overlaps}, slowest answer {slowest:.1f} s")
    assert min(overlaps) >= open_together


def assert_one_holds(elections: list[Election], practice: str) -> None:
    """One held and the rest waiting, each with its open conflict, its receipt and the ledger that says so."""
    claims = Claim.objects.filter(election__in=elections, practice_name=practice)
    states = list(claims.values_list("state", flat=True))
    assert (states.count("held"), states.count("waiting"), len(states)) == (1, RACERS - 1, RACERS)
    others = Claim.objects.filter(election__in=elections).exclude(practice_name=practice)
    assert list(others.values_list("state", flat=True)) == ["held"] * RACERS
    held = claims.get(state="held")
    conflicts = Conflict.objects.filter(holder=held, closed_at=None)
    assert set(conflicts.values_list("waiting", flat=True)) == {claim.pk for claim in claims} - {held.pk}
    submissions = Submission.objects.filter(election__in=elections)
    assert len({submission.receipt_code for submission in submissions}) == RACERS
    assert {submission.election_id for submission in submissions} == {election.pk for election in elections}
    for submission in submissions:
        outcome = "met" if submission.election_id == held.election_id else "not_met"
        for ledger in (submission.submitter_ledger, submission.ledger_for_cms):
            [finding] = [f for f in ledger["findings"] if (f["rule"], f["practice"]) == ("one-virtual-group", 0)]
            assert finding["outcome"] == outcome


@SHAPES
def test_fifty_clicks_give_one_submission_and_one_receipt(connections, open_together, serve, say):
    """Also where the threads of each of the four processes share two connections: the others wait for their turn."""
    [someone] = crowd.people(1)
    practices = [crowd.practice(1, 1), crowd.practice(2, 2)]
    load_cms_data(practices)
    [election] = crowd.drafts([(someone.user, practices)])
    web = serve(DB_POOL_SIZE=connections)
    clicks = [crowd.confirming(election, someone.session)] * RACERS
    with ThreadPoolExecutor(1) as thread, psycopg.connect(**connection.get_connection_params()) as holder:
        holder.execute("SELECT FROM elections_election WHERE id = %s FOR UPDATE", [election.pk])
        with Watch() as watch:
            sent = thread.submit(web.post_together, clicks)
            wait_until(lambda: watch.most >= open_together)  # all want this one row; only then it is let go
            holder.rollback()
            answers = sent.result()
    assert [(answer.status, answer.location) for answer in answers] == [
        (302, f"/elections/{election.pk}/receipt/1")
    ] * RACERS
    assert Submission.objects.count() == 1
    assert list(Claim.objects.values_list("state", flat=True)) == ["held", "held"]
    say(f"{RACERS} clicks: transactions open at one instant {watch.most}")
