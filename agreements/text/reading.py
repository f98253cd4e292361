"""An agreement as people read it, on paper and on screen: clauses numbered, TINs as the parties see them.

And a receipt, and what reviewers read of an election, on paper.
"""

from datetime import date, datetime
from itertools import accumulate
from math import ceil
from textwrap import wrap
from typing import Any

from eligibility.law import identifiers

from .document_text import Snapshot, fingerprint
from .provisions import PROVISIONS, marked

SHORT = 16  # digits of the fingerprint at the foot of each page
ROOM = 10  # lines of practices on a receipt's first page
LETTERS, NAME_LETTERS = 65, 50  # in a line there, and in a line of the column of names
SHORT_RECORD = 3  # parties: with empty signature lines it has 4 pages, and needs no contents
KNOWN_BY = {
    "link only": "By a personal link, sent to the email address that the representative gave",
    "account": "By a personal link, and by signing in to the account with that email address",
    "second factor": "By a personal link, and by signing in to the account with that email address and a second factor",
}
COVERED = {
    "text_sha256": "The text",
    "parties_sha256": "The party list",
    "schedule_sha256": "This party’s own schedule",
}
ASKED = {part.id: part.must for provision in PROVISIONS for part in provision.parts if not part.ours}


def shown(snapshot: Snapshot, made_at: datetime) -> dict[str, Any]:
    """Return the values that a document or a page shows of a snapshot. `made_at` is when it was taken.

    `own_file` is the group's own agreement with where it does the nine things, None where the text is ours; then there
    are no `articles`. `executed_on` is when the last party signed, None while one has not.
    """
    whole = fingerprint(snapshot)
    parties = [_party(party) for party in snapshot["parties"]]
    signed_here = any(party["signature"] for party in parties)
    return {
        "snapshot": snapshot,
        "title": "Virtual group agreement: {virtual_group}, performance year {performance_year}".format(**snapshot),
        "fingerprint": whole,
        "short_fingerprint": whole[:SHORT],
        "made_at": made_at,
        "term_from": date.fromisoformat(snapshot["term"]["from"]),
        "term_to": date.fromisoformat(snapshot["term"]["to"]),
        "articles": [_article(n, provision) for n, provision in enumerate(snapshot.get("provisions", []), start=1)],
        "own_file": {**own, "marks": marked(own["marks"])} if (own := snapshot.get("own")) else None,
        "parties": parties,
        "signed_here": signed_here,
        "executed_on": _executed_on(parties),
        "has_contents": "own" not in snapshot or signed_here or len(parties) > SHORT_RECORD,
        "clinicians": len({one["npi"] for party in snapshot["parties"] for one in party["npis"]}),
    }


def shown_receipt(snapshot: Snapshot, made_at: datetime) -> dict[str, Any]:
    """Return the values that a receipt's document shows of its snapshot (elections/submission/receipts.py).

    `fingerprint` is the document's own, by which its file is known; that of what was submitted stands in the snapshot.
    The first page names `first_practices`, as many as it has room for, and how many more there are.
    """
    practices = snapshot["practices"]
    named = _with_room(practices, _room_for_practices(snapshot))
    closes = snapshot.get("changes_until")  # no date stands in a snapshot from before the first page told what is next
    return {
        "snapshot": snapshot,
        "title": "Receipt: {virtual_group}, performance year {performance_year}, submission {submission}".format(
            **snapshot
        ),
        "fingerprint": fingerprint(snapshot),
        "made_at": made_at,
        "received_at": datetime.fromisoformat(snapshot["received_at"]),
        "receipt_code": " ".join(wrap(snapshot["receipt_code"], 4)),
        "practices": [{**practice, "executed_on": _day(practice["executed_on"])} for practice in practices],
        "clinicians": len({one["npi"] for practice in practices for one in practice["clinicians"]}),
        "first_practices": practices[:named],
        "more_practices": len(practices) - named,
        "waits_for_cms": _waits_for_cms(snapshot),
        "changes_until": datetime.fromisoformat(closes) if closes else None,
        "report_before": _day(snapshot.get("report_before")),
    }


def shown_update(snapshot: Snapshot, made_at: datetime) -> dict[str, Any]:
    """Return the values that the document of an update's receipt shows of its snapshot (elections/reported.py)."""
    return {
        "snapshot": snapshot,
        "title": "Receipt of an update: {virtual_group}, performance year {performance_year}".format(**snapshot),
        "fingerprint": fingerprint(snapshot),
        "made_at": made_at,
        "received_at": datetime.fromisoformat(snapshot["received_at"]),
        "effective_on": _day(snapshot["effective_on"]),
        "counts_from": _day(snapshot["counts_from"]),
        "receipt_code": " ".join(wrap(snapshot["receipt_code"], 4)),
    }


def _waits_for_cms(snapshot: Snapshot) -> bool:
    findings = [finding for group in snapshot["ledger"] for finding in group["findings"]]
    return any(finding["rule"] == "one-virtual-group" and finding["outcome"] != "Met" for finding in findings)


def _room_for_practices(snapshot: Snapshot) -> int:
    """Return for how many lines of practices a receipt's first page has room: fewer where it has more else to say."""
    contact = "".join(snapshot["representative"].values())
    texts = (snapshot["virtual_group"], snapshot["virtual_group"], contact, snapshot["submitted_by"])
    return ROOM - sum(_lines(text, LETTERS) - 1 for text in texts) - (2 if _waits_for_cms(snapshot) else 0)


def _with_room(practices: list[dict[str, Any]], room: int) -> int:
    """Return how many practices have room, one at least; if not all, a line is left to say how many more there are."""
    ends = list(accumulate(_lines(practice["name"], NAME_LETTERS) for practice in practices))
    return len(ends) if max(ends, default=0) <= room else max(sum(end < room for end in ends), 1)


def _lines(text: str, letters: int) -> int:
    return max(ceil(len(text) / letters), 1)


def shown_packet(snapshot: Snapshot, made_at: datetime) -> dict[str, Any]:
    """Return the values that a packet's document shows of its snapshot (elections/desk/packet_document.py)."""
    return {
        "snapshot": snapshot,
        "title": "Packet: {virtual_group}, performance year {performance_year}".format(**snapshot),
        "fingerprint": fingerprint(snapshot),
        "as_of": datetime.fromisoformat(snapshot["as_of"]),
    }


def _article(number: int, provision: dict[str, Any]) -> dict[str, Any]:
    """Return a provision with its clauses numbered, listed ones under the clause that opens their list.

    `met` says of each thing the regulation asks for which clause does it.
    """
    clauses: list[dict[str, Any]] = []
    met = []
    for part in provision["parts"]:
        if part["listed"] and clauses:
            clauses[-1]["items"].append(part["clause"])
        else:
            clauses.append({"number": f"{number}.{len(clauses) + 1}", "text": part["clause"], "items": []})
        if part["id"] in ASKED:
            met.append((ASKED[part["id"]], clauses[-1]["number"]))
    return {
        "heading": provision["heading"],
        "citation": provision["citation"],
        "clauses": clauses,
        "numbers": [clause["number"] for clause in clauses],
        "met": met,
    }


def _party(party: dict[str, Any]) -> dict[str, Any]:
    return {
        **party,
        "tin": _tin(party["tin_kind"], party["tin"]),
        "executed_on": _day(party["executed_on"]),
        "signature": _signature(party["signature"]) if party.get("signature") else None,
    }


def _executed_on(parties: list[dict[str, Any]]) -> date | None:
    """Return when the last party signed: a moment if it signed here, else the day that was recorded."""
    signed = [party["signature"]["signed_at"] for party in parties if party["signature"]]
    when = signed or [party["executed_on"] for party in parties]  # what is signed here is executed in no other way
    return max(when) if when and len(when) == len(parties) and None not in when else None


def _signature(signature: dict[str, Any]) -> dict[str, Any]:
    """Return a signature as the other parties may read it, without whether its signer opted in."""
    return {
        **{key: value for key, value in signature.items() if key != "opt_in"},
        "signed_at": datetime.fromisoformat(signature["signed_at"]),
        "known_by": KNOWN_BY[signature["known_by"]],
        "covers": [(label, signature[name]) for name, label in COVERED.items()],
    }


def _day(day: str | None) -> date | None:
    return date.fromisoformat(day) if day else None


def _tin(kind: str, tin: str) -> str:
    """Return a TIN as the parties see it: an EIN whole, the last digits of an SSN marked as such."""
    if kind == identifiers.SSN:
        return f"SSN, last {len(tin)} digits only: {tin}"
    return f"EIN {identifiers.format_ein(tin)}"
