"""The last row of a practice counts: who took a signer's place since, and whose signature an earlier year gave, get one.

Links by which nothing is signed are closed to signing.
"""

import json
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import F, Q

from ground import links

SAID = ("text_sha256", "parties_sha256", "schedule_sha256")
VALID_FOR = timedelta(days=60)
AT_ONCE = 100  # elections


def find_signers(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Add what is missing for the last submissions; nothing if it is there."""
    elections = apps.get_model("elections", "Election").objects.exclude(last_submission=None).order_by("pk")
    last = None
    while some := list(
        elections.filter(**{"pk__gt": last} if last else {}).select_related("last_submission")[:AT_ONCE]
    ):
        _add_signers(apps, some)
        last = some[-1].pk
    requests = apps.get_model("agreements", "SigningRequest").objects
    requests.filter(asked_for="", revoked_at=None).update(revoked_at=F("asked_at"))


def _add_signers(apps: Apps, elections: list[Any]) -> None:
    rows = apps.get_model("elections", "PracticeSigner").objects
    submissions = [election.last_submission for election in elections]
    named = {(row.submission_id, row.practice): row.request for row in _with_requests(rows, submissions)}
    members = _members_by_tin(apps, elections)
    signatures = _signatures(apps, elections)
    found: list[Any] = []
    for election in elections:
        practices = json.loads(election.last_submission.snapshot)["practices"]
        for position, practice in enumerate(practices):
            request = named.get((election.last_submission_id, position))
            tin = _tin(practice)
            is_alone = sum(_tin(other) == tin for other in practices) == 1
            party = _party(members[(election.pk, *tin)], practice, is_alone)
            newer = _asked_since(request, party) if request else _carried(apps, election, party, practice, signatures)
            if newer:
                found.append(rows.model(submission=election.last_submission, practice=position, request=newer))
    for row in found:
        if row.request.pk is None:
            row.request.save()
    rows.bulk_create(found)


def _with_requests(rows: Any, submissions: list[Any]) -> Iterable[Any]:
    return rows.filter(submission__in=submissions).select_related("request").order_by("pk")


def _members_by_tin(apps: Apps, elections: list[Any]) -> defaultdict[tuple[Any, str, str], list[Any]]:
    """Return the practices of the working copies by election and TIN, each with its NPIs and its party's links."""
    members = apps.get_model("elections", "Member").objects.filter(election__in=elections).order_by("position")
    found: defaultdict[tuple[Any, str, str], list[Any]] = defaultdict(list)
    for member in members.select_related("party").prefetch_related("clinicians", "party__signing_requests"):
        if member.tin:
            found[member.election_id, member.tin_kind, str(member.tin)].append(member)
    return found


def _tin(practice: dict[str, Any]) -> tuple[str, str]:
    return practice["tin_kind"], practice["tin"]


def _party(members: list[Any], practice: dict[str, Any], is_alone: bool) -> Any:
    """Return the party of a submitted practice among those that list its TIN as written; None if none is sure.

    SSNs are known by their last digits: there both list an NPI in common, or none at all, or both have the name and no
    other lists the same digits. One of its name goes first.
    """
    npis = set(practice["npis"])
    listed = [(member, {line.npi for line in member.clinicians.all()}) for member in members]
    same = [member for member, its in listed if practice["tin_kind"] == "EIN" or its & npis or its == npis]
    same.sort(key=lambda member: member.name != practice["name"])
    if not same and is_alone and len(members) == 1 and members[0].name == practice["name"]:
        same = members
    return same[0].party if same else None


def _signatures(apps: Apps, elections: list[Any]) -> dict[tuple[Any, ...], Any]:
    """Return the signatures given in these elections' agreements, and in those that they go on from, by what they say."""
    agreements = [election.agreement_id for election in elections]
    given = apps.get_model("agreements", "Signature").objects.filter(
        Q(party__agreement__in=agreements) | Q(party__continued_by__agreement__in=agreements)
    )
    return {_key(one.request.email, one.signed_at, vars(one)): one for one in given.select_related("request")}


def _key(email: str, signed_at: datetime, said: dict[str, Any]) -> tuple[Any, ...]:
    return (email, signed_at, *(said[name] for name in SAID))


def _asked_since(request: Any, party: Any) -> Any:
    """Return the party's newest link if the signer's was closed and a newer one sent; None if not."""
    if party is None or request.revoked_at is None or request.party_id != party.pk:
        return None
    newest = max(party.signing_requests.all(), key=lambda link: link.pk)
    return newest if newest.pk > request.pk else None


def _carried(apps: Apps, election: Any, party: Any, practice: dict[str, Any], signatures: dict[Any, Any]) -> Any:
    """Return the link of who signed the practice in an earlier year, in this year's agreement; a new one if none is."""
    said = practice.get("signed")
    if party is None or said is None:
        return None
    given = signatures.get(_key(said["asked_email"], datetime.fromisoformat(said["signed_at"]), said))
    if given is None:
        return None
    own = max(party.signing_requests.all(), key=lambda link: link.pk, default=None)
    if own or given.party_id == party.pk:
        return own or given.request
    token, now = links.new_token(), election.last_submission.received_at
    return apps.get_model("agreements", "SigningRequest")(
        party=party,
        name=given.request.name,
        email=given.request.email,
        token=token,
        token_hash=links.hash_of(token),
        asked_by=election.last_submission.submitted_by,
        asked_at=now,
        revoked_at=now,
        asked_for="",
        expires_at=now + VALID_FOR,
    )


class Migration(migrations.Migration):
    dependencies = [("agreements", "0014_packet_documents"), ("elections", "0023_practice_signers")]

    operations = [
        migrations.AlterModelOptions(name="practicesigner", options={"ordering": ["pk"]}),
        migrations.RemoveConstraint(model_name="practicesigner", name="one_signer_a_practice"),
        migrations.RunPython(find_signers, migrations.RunPython.noop),
    ]
