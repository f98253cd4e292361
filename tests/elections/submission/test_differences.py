"""Revising leaves the last submission standing, and shows what differs from it."""

from typing import Any

import pytest

from elections.content import PracticeEntry, Snapshot
from elections.models import Election
from elections.same_practices import paired
from tests.elections.steps import as_typed
from tests.factories.practices import OTHER
from tests.pages import text

pytestmark = pytest.mark.django_db


def test_what_differs_is_said_until_it_is_submitted_again(client, submitted):
    base = f"/elections/{submitted.pk}"
    assert "What changed since then" not in text(client.get(f"{base}/"))
    client.post(f"{base}/virtual-group", {"name": "Harbor and Lake"})
    client.post(f"{base}/representative", {"phone": "555-0199", "alternate_name": "Kim Lee"})
    solo, group = submitted.members.all()
    client.post(f"{base}/practices/{solo.pk}/remove")
    line = group.clinicians.all()[0]
    client.post(f"{base}/practices/{group.pk}", {"name": "Lakeside", f"line-{line.key}-npi": "1003001041"})
    client.post(f"{base}/practices/add", as_typed(OTHER, name="Old Mill", npis=OTHER.npis[0]))
    client.post(f"{base}/agreement/paper", {f"practice-{group.pk}-signer_name": "Lena Ott"})
    expected = [
        "The virtual group’s name was “Harbor Group” and is now “Harbor and Lake”.",
        "The representative’s phone was “555-0100” and is now “555-0199”.",
        "The alternate contact’s name was not given and is now “Kim Lee”.",
        "Lakeside was submitted as “Lakeside Family Practice”.",
        "Lakeside: added 1003001041.",
        "Lakeside: removed 1234567893.",
        "Lakeside: the signer is now “Lena Ott, Managing partner”.",
        "Old Mill is new, with 1 clinician.",
        "Quiet Harbor Medicine is no longer listed.",
    ]
    for page in (f"{base}/", f"{base}/review"):
        assert client.get(page).context["differences"] == expected
    receipt = text(client.get(f"{base}/receipt/1"))
    assert "Old Mill" not in receipt
    assert "Quiet Harbor Medicine" in receipt
    assert Election.objects.values_list("last_submission__number", flat=True).get() == 1


def of_ssn(name: str, *npis: str, tin: str = "667788") -> PracticeEntry:
    return PracticeEntry(name, "SSN", tin, npis, None, "", "", False)


ANA, BEN = of_ssn("Ana", "1"), of_ssn("Ben", "2")


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ([ANA, BEN], [BEN, ANA], [BEN, ANA]),
        ([ANA, BEN], [BEN], [BEN]),
        ([ANA], [BEN], [None]),
        ([ANA], [of_ssn("Ana", "3")], [ANA]),
        ([ANA, BEN], [of_ssn("Ben", "3")], [None]),
        ([ANA], [BEN, ANA], [None, ANA]),
        ([ANA, BEN], [of_ssn("Ben", "2", "1"), of_ssn("Ana", "1")], [BEN, ANA]),
        ([ANA, BEN], [of_ssn("Ben", "2", tin=""), ANA], [BEN, ANA]),
        ([of_ssn("Ana"), BEN], [of_ssn("Cleo"), BEN], [of_ssn("Ana"), BEN]),
    ],
)
def test_ssns_with_the_same_last_digits_are_told_apart_by_their_npis(before, after, expected):
    unnamed = ("virtual_group_name", "representative_name", "representative_email", "representative_phone")
    whole: dict[str, Any] = dict.fromkeys(unnamed, "") | {"performance_year": 2027, "agreement_acknowledged": False}
    pairs, gone = paired(*[Snapshot(**whole, practices=tuple(side)) for side in (before, after)])
    assert [same for same, _ in pairs] == expected
    assert gone == [entry for entry in before if entry not in expected]
