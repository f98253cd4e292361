"""Steps that tests of several rooms take in a browser, and the addresses they take them at."""

from typing import Any

from django.test import Client

from elections.models import Conflict, Election, Member
from tests.factories.practices import FictionalPractice


def desk(election: Election, page: str = "") -> str:
    """Return the address of an election's packet at the desk, or of another page there."""
    return f"/staff/elections/election/{election.pk}/{page}"


def queue(client: Client, **filters: str) -> list[str]:
    """Return the names of the groups in the reviewers' queue, in its order: of those open, unless filters say more."""
    answer = client.get("/staff/elections/election/", filters or {"status": "open"})
    return [election.submitted_name for election in answer.context["cl"].result_list]


def as_typed(made: FictionalPractice, **changed: object) -> dict[str, object]:
    """Return what people type to list a practice."""
    return {"name": made.name, "tin_kind": made.kind, "tin": made.tin, "npis": "\n".join(made.npis)} | changed


def executed(election: Election, *, opt_in: Member | None = None) -> dict[str, str]:
    """Return what people type to say that all practices executed the agreement, and that one opts in."""
    fields: dict[str, str] = {}
    for member in election.members.all():
        fields |= {
            f"practice-{member.pk}-executed_on": "2026-11-10",
            f"practice-{member.pk}-signer_name": "Sam Okafor",
            f"practice-{member.pk}-signer_title": "Managing partner",
        }
    return fields | ({f"practice-{opt_in.pk}-opt_in_accepted": "on"} if opt_in else {})


def confirm(client: Client, election: Election, **fields: str) -> Any:
    """Submit the election as the page to confirm on now shows it; return what is answered."""
    page = client.get(f"/elections/{election.pk}/review")
    form = page.context["form"]
    typed = {name: "on" for name in form.fields if name == "acknowledged"}
    typed |= {"confirm": "CONFIRM", "fingerprint": form.initial["fingerprint"]}
    return client.post(f"/elections/{election.pk}/review", typed | fields)


def approve(client: Client, election: Election, **fields: str) -> Any:
    """Approve the election with the mail that its page now shows; return what is answered."""
    return client.post(desk(election, "approve/"), hidden(client.get(desk(election, "approve/"))) | fields)


def reject(client: Client, election: Election, reasons: str) -> Any:
    """Reject the election with the mail that is shown for these reasons; return what is answered."""
    shown = client.post(desk(election, "reject/"), {"submission_number": 1, "reasons": reasons})
    return client.post(desk(election, "reject/"), hidden(shown) | {"reasons": reasons})


def replace_identifier(client: Client, election: Election, identifier: str, **fields: str) -> Any:
    """Replace the identifier with the mail that is shown for it; return what is answered, or why it is refused."""
    typed = {"identifier": identifier, **fields}
    shown = client.post(desk(election, "identifier/"), typed)
    return client.post(desk(election, "identifier/"), hidden(shown) | typed) if shown.context["mail"] else shown


def settle(client: Client, conflict: Conflict, **fields: str) -> Any:
    """Settle a conflict with the mails that are shown for this outcome and reason; return what is answered."""
    address = f"/staff/elections/conflict/{conflict.pk}/"
    return client.post(address, hidden(client.post(address, fields)) | fields)


def hidden(page: Any) -> dict[str, Any]:
    """Return what a page of the desk sends without being typed: the submission and the mail that it shows."""
    form = page.context["form"]
    return {name: form[name].value() for name in form.fields if form[name].is_hidden}
