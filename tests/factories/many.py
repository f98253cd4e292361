"""Many elections at once: copies of one that was submitted, by a few statements and within what the triggers demand."""

import json
from collections.abc import Iterable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.forms.models import model_to_dict

from accounts.models import User
from agreements.models import Agreement, Party
from elections.models import Claim, Election, Event, Member, Submission, VirtualGroup
from elections.receipt_codes import new_receipt_code
from elections.states import Verb
from ground.sql import rows

NUMBERS = count(1)
PATHS: Mapping[str, Sequence[Verb]] = {  # what is done to a copy after it was submitted
    "submitted": (),
    "in_review": (Verb.START_REVIEW,),
    "approved": (Verb.START_REVIEW, Verb.APPROVE),
    "rejected": (Verb.START_REVIEW, Verb.REJECT),
    "withdrawn": (Verb.WITHDRAW,),
}
LEADS_TO = {
    Verb.SUBMIT: ("draft", "submitted"),
    Verb.START_REVIEW: ("submitted", "in_review"),
    Verb.APPROVE: ("in_review", "approved"),
    Verb.REJECT: ("in_review", "rejected"),
    Verb.WITHDRAW: ("submitted", "withdrawn"),
}
SUBMIT = """
WITH copies AS (
    SELECT * FROM unnest(%(agreements)s::bigint[], %(elections)s::uuid[], %(names)s::text[], %(codes)s::text[],
                         %(moments)s::timestamptz[]) AS copy (agreement, election, name, code, moment)
), documents AS (
    INSERT INTO agreements_document (
        agreement_id, kind, snapshot, snapshot_sha256, signatures_sha256, state, attempts, requested_at, file,
        file_sha256, failure
    )
    SELECT copies.agreement, kind, snapshot, snapshot_sha256, '', 'queued', 0, copies.moment, '', '', ''
    FROM copies, agreements_document WHERE id = %(document)s
    RETURNING id, agreement_id
), submissions AS (
    INSERT INTO elections_submission (
        election_id, number, virtual_group_name, representative_name, representative_email, snapshot, snapshot_sha256,
        submitter_ledger, receipt_code, received_at, submitted_by_id, document_id
    )
    SELECT copies.election, 1, copies.name, representative_name, representative_email, snapshot, snapshot_sha256,
           %(ledger)s::jsonb, copies.code, copies.moment, submitted_by_id, documents.id
    FROM copies JOIN documents ON documents.agreement_id = copies.agreement, elections_submission AS pattern
    WHERE pattern.id = %(submission)s
    RETURNING id, election_id
)
UPDATE elections_election SET last_submission_id = submissions.id FROM submissions
WHERE submissions.election_id = elections_election.id
RETURNING elections_election.id
"""
DECIDE = """
INSERT INTO elections_decision (
    submission_id, outcome, reasons, picked, ledger, decided_by_id, decided_at, mail, was_provisional
)
SELECT last_submission_id, status, CASE status WHEN 'rejected' THEN 'As the findings say.' ELSE '' END,
       CASE status WHEN 'rejected' THEN jsonb_path_query_array(
           submitter_ledger, '$.findings[*] ? (@.outcome == "not_met")') ELSE '[]' END,
       submitter_ledger || '{"overridden": []}', decided_by, decided_at,
       '{}', true
FROM unnest(%s::uuid[], %s::timestamptz[], %s::bigint[]) AS decided (election, decided_at, decided_by)
JOIN elections_election ON elections_election.id = election
JOIN elections_submission ON elections_submission.id = last_submission_id
RETURNING id
"""
OF_EVENTS = """
UPDATE elections_election SET status = event.to_status, status_event_id = event.id FROM elections_event AS event
WHERE event.election_id = elections_election.id AND event.id = ANY(%s)
RETURNING elections_election.id
"""


@dataclass(frozen=True)
class Copy:
    """How far one copy came: its status, when it was received, how long it waited, and rules it does not meet.

    Without a name its group is called by a number.
    """

    received_at: datetime
    status: str = "submitted"
    reviewer: User | None = None
    waited: timedelta = timedelta(0)
    not_met: tuple[str, ...] = ()
    name: str = ""


@transaction.atomic
def copies_of(pattern: Election, copies: Sequence[Copy]) -> list[Election]:
    """Return copies of a submitted election, each a group of its own with as many practices."""
    names = [copy.name or f"Copied Group {next(NUMBERS)}" for copy in copies]
    groups = VirtualGroup.objects.bulk_create(VirtualGroup(name=name) for name in names)
    agreements = Agreement.objects.bulk_create(
        Agreement(performance_year=pattern.performance_year, acknowledged=True) for _ in copies
    )
    fields = ("performance_year", "representative_name", "representative_email", "started_by", "started_at")
    kept: dict[str, Any] = {name: getattr(pattern, name) for name in fields}
    elections = Election.objects.bulk_create(
        Election(virtual_group=group, agreement=agreement, changed_at=copy.received_at, **kept)
        for group, agreement, copy in zip(groups, agreements, copies, strict=True)
    )
    _members(pattern, elections)
    _submissions(pattern, elections, copies)
    for election, copy in zip(elections, copies, strict=True):
        election.reviewer = copy.reviewer
    for reviewer in {copy.reviewer for copy in copies if copy.reviewer}:
        theirs = [election.pk for election in elections if election.reviewer == reviewer]
        Election.objects.filter(pk__in=theirs).update(reviewer=reviewer)
    _take(elections, [(Verb.SUBMIT, *PATHS[copy.status]) for copy in copies])
    _decide(elections, copies)
    return elections


def _members(pattern: Election, elections: Sequence[Election]) -> None:
    """Give each copy the pattern's practices and their claims; each holds TINs of its own."""
    members = list(pattern.members.select_related("party"))
    party = model_to_dict(members[0].party, ["executed_on", "signer_name", "signer_title"])
    parties = Party.objects.bulk_create(
        Party(agreement_id=election.agreement_id, **party) for election in elections for _ in members
    )
    copied = [(election, member) for election in elections for member in members]
    names = ("position", "name", "tin_kind", "tin", "tin_last4")
    Member.objects.bulk_create(
        Member(election=election, party=party, **{name: getattr(member, name) for name in names})
        for (election, member), party in zip(copied, parties, strict=True)
    )
    Claim.objects.bulk_create(
        Claim(
            election=election,
            performance_year=election.performance_year,
            tin_key=f"{election.pk}:{member.position}",
            practice_name=member.name,
            tin_last4=member.tin_last4,
            state=Claim.State.HELD,
            claimed_at=election.changed_at,
        )
        for election, member in copied
    )


def _submissions(pattern: Election, elections: Sequence[Election], copies: Sequence[Copy]) -> None:
    """Submit each copy as the pattern was: the long texts are copied in the database, one ledger for all of a kind."""
    submitted = pattern.last_submission
    assert submitted is not None
    for not_met in {copy.not_met for copy in copies}:
        kind = [(election, copy) for election, copy in zip(elections, copies, strict=True) if copy.not_met == not_met]
        values = {
            "document": submitted.document_id,
            "submission": submitted.pk,
            "agreements": [election.agreement_id for election, _ in kind],
            "elections": [election.pk for election, _ in kind],
            "names": [election.virtual_group.name for election, _ in kind],
            "codes": [new_receipt_code() for _ in kind],
            "moments": [copy.received_at for _, copy in kind],
            "ledger": json.dumps(_ledger(submitted, not_met), cls=DjangoJSONEncoder),
        }
        rows(SUBMIT, values)


def _ledger(submitted: Submission, not_met: tuple[str, ...]) -> dict[str, Any]:
    """Return the pattern's ledger, in which the first practice, or the group, does not meet these rules."""
    ledger: dict[str, Any] = deepcopy(submitted.submitter_ledger)
    for finding in ledger["findings"]:
        if finding["practice"] in (0, None) and finding["rule"] in not_met:
            finding["outcome"] = "not_met"
    return ledger


def _take(elections: Sequence[Election], paths: Iterable[Sequence[Verb]]) -> None:
    """Take each copy along its path: one step of all at a time, each with its Event in this transaction."""
    left = [(election, list(path)) for election, path in zip(elections, paths, strict=True)]
    while left := [(election, path) for election, path in left if path]:
        steps = [(election, path.pop(0)) for election, path in left]
        events = Event.objects.bulk_create(
            Event(
                election=election,
                verb=verb,
                from_status=LEADS_TO[verb][0],
                to_status=LEADS_TO[verb][1],
                by=election.started_by if verb in (Verb.SUBMIT, Verb.WITHDRAW) else election.reviewer,
                at=election.changed_at,
            )
            for election, verb in steps
        )
        for election, verb in steps:
            election.status = LEADS_TO[verb][1]
        rows(OF_EVENTS, [[event.pk for event in events]])


def _decide(elections: Sequence[Election], copies: Sequence[Copy]) -> None:
    decided = [
        (election.pk, copy.received_at + copy.waited, copy.reviewer.pk)
        for election, copy in zip(elections, copies, strict=True)
        if copy.status in ("approved", "rejected") and copy.reviewer
    ]
    rows(DECIDE, [list(column) for column in zip(*decided, strict=True)] or [[], [], []])
