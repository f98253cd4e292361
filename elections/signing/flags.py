"""What a reader should look at in who signs: an address, or a name, that is not just the signer's own."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ..content import Snapshot


@dataclass(frozen=True, slots=True)
class SignerIdentity:
    """Whom a link was for, and, where they signed, under which name they did."""

    email: str
    name: str
    signed_name: str = ""


def flags(
    people: Sequence[SignerIdentity], representative_name: str, representative_email: str
) -> list[tuple[str, ...]]:
    """Return for each what a reader should look at: an address, or a name, that is not just the signer's own."""
    addresses = [person.email for person in people]
    return [tuple(_flags(person, addresses, representative_name, representative_email)) for person in people]


def flags_of(snapshot: Snapshot) -> list[tuple[str, ...]]:
    """Return the flags of a snapshot's practices, as far as they have signed here."""
    people = [
        SignerIdentity(entry.signed.asked_email, entry.signed.asked_name, entry.signed.name)
        if entry.signed
        else SignerIdentity("", "")
        for entry in snapshot.practices
    ]
    return flags(people, snapshot.representative_name, snapshot.representative_email)


def _flags(person: SignerIdentity, addresses: Sequence[str], name: str, email: str) -> Iterable[str]:
    if person.email and addresses.count(person.email) > 1:
        yield f"{person.email} signs for {addresses.count(person.email)} practices."
    if person.email and person.email == email.lower() and not same_name(person.name, name):
        yield f"{person.email} is the representative’s email address, but the signer is {person.name}."
    if person.signed_name and not same_name(person.signed_name, person.name):
        yield f"Signed as “{person.signed_name}”. The link was for {person.name}."


def same_name(one: str, other: str) -> bool:
    """Say whether two names are the same but for case and spaces."""
    return one.casefold().split() == other.casefold().split()
