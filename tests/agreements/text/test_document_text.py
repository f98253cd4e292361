"""What is frozen, and its fingerprint."""

from dataclasses import replace
from datetime import date

import pytest

from agreements.text.document_text import build_snapshot, canonical_json, fingerprint
from agreements.text.provisions import Choices
from eligibility.law.parameters import PERFORMANCE_YEARS, UnknownPerformanceYearError
from tests.factories.agreements import HARBOR, LAKESIDE, SOLO, STATEMENT, SnapshotFactory, signed


def test_all_that_the_document_says_is_in_it():
    snapshot = SnapshotFactory()
    assert {key: snapshot[key] for key in snapshot if key not in ("provisions", "parties")} == {
        "format": 1,
        "performance_year": 2027,
        "virtual_group": "Northern Lakes Virtual Group",
        "representative": {"name": "Dana Rivera", "email": "dana@example.org"},
        "term": {"from": "2027-01-01", "to": "2027-12-31"},
        "text_version": "2026-12",
    }
    assert snapshot["parties"][0] == {
        "name": "Lakeside Family Medicine",
        "tin_kind": "EIN",
        "tin": "961234567",
        "npis": [
            {"npi": "1234567893", "last_name": "Rivera", "first_name": "Dana"},
            {"npi": "1558598797", "last_name": "O’Neill", "first_name": "Zoë"},
        ],
        "signer_name": "Dana Rivera",
        "signer_title": "Owner",
        "executed_on": "2026-11-10",
    }
    assert snapshot["parties"][1]["executed_on"] is None
    clauses = " ".join(part["clause"] for provision in snapshot["provisions"] for part in provision["parts"])
    assert "in force from January 1, 2027 through December 31, 2027" in clauses
    assert "within 30 days after it" in clauses
    assert "in 2029" in clauses
    assert "{" not in clauses


def test_the_fingerprint_is_that_of_the_content_and_of_nothing_else():
    shuffled = replace(LAKESIDE, clinicians=list(reversed(LAKESIDE.clinicians)))
    listed, as_sent = (SnapshotFactory(parties=[party, SOLO]) for party in (LAKESIDE, shuffled))
    assert fingerprint(listed) == fingerprint(as_sent)
    assert canonical_json({"b": 1, "a": ["é"]}) == '{"a":["é"],"b":1}'
    assert fingerprint({"a": 1}) == "015abd7f5cc57a2dd94b7590f04ad8084273905ee33ec5cebeae62276a97f862"
    different = {
        fingerprint(made)
        for made in (
            SnapshotFactory(),
            SnapshotFactory(virtual_group="Another"),
            SnapshotFactory(parties=[SOLO, LAKESIDE]),
            SnapshotFactory(parties=[replace(LAKESIDE, executed_on=date(2026, 11, 11)), SOLO]),
            SnapshotFactory(term=(date(2027, 1, 1), date(2028, 12, 31))),
        )
    }
    assert len(different) == 5


def test_what_is_chosen_stands_in_its_provision_and_nothing_else_changes():
    plain, chosen = SnapshotFactory(), SnapshotFactory(choices=Choices(2028, "We meet {each} month.", "Dana, 555-0100"))
    assert chosen["term"] == {"from": "2027-01-01", "to": "2028-12-31"}
    added = {
        after["item"]: [part for part in after["parts"] if part["id"] not in {one["id"] for one in before["parts"]}]
        for before, after in zip(plain["provisions"], chosen["provisions"], strict=True)
    }
    assert {item: [(part["id"], part["listed"]) for part in parts] for item, parts in added.items() if parts} == {
        "ii": [("ii-years", False)],
        "v": [("v-own", False)],
        "vii": [("vii-contact", False)],
    }
    assert added["v"][0]["clause"] == "We meet {each} month."
    assert "through 2028" in added["ii"][0]["clause"]
    assert "through Dana, 555-0100." in added["vii"][0]["clause"]


@pytest.mark.parametrize(
    "term", [(date(2027, 1, 2), date(2027, 12, 31)), (date(2027, 1, 1), date(2027, 12, 30))], ids=["late", "short"]
)
def test_a_term_covers_the_performance_period(term):
    """414.1315(c)(3)(ii)"""
    with pytest.raises(ValueError, match=r"^The term must cover the whole performance period.$"):
        SnapshotFactory(term=term)


@pytest.mark.parametrize(
    "party", [replace(SOLO, tin="123456789"), replace(SOLO, tin="5678"), replace(LAKESIDE, tin="1")]
)
def test_a_tin_that_is_none_is_refused_and_not_quoted(party):
    with pytest.raises(ValueError, match="digits") as refused:
        SnapshotFactory(parties=[party])
    assert party.tin not in str(refused.value)


def test_every_performance_year_has_its_agreement():
    for year in PERFORMANCE_YEARS:
        assert SnapshotFactory(performance_year=year)["term"]["from"] == f"{year}-01-01"
    with pytest.raises(UnknownPerformanceYearError):
        build_snapshot(
            performance_year=2017, virtual_group="", representative_name="", representative_email="", parties=[]
        )


def test_a_signature_stands_with_its_party_and_nowhere_else():
    before = SnapshotFactory()
    after = SnapshotFactory(parties=[LAKESIDE, signed(SOLO, opt_in=True), HARBOR])
    assert after["parties"][1].pop("signature") == {
        "name": "Signer of Ada Smith, MD",
        "title": "Owner",
        "signed_at": "2026-11-30T16:05:09-05:00",
        "known_by": "link only",
        "statement": STATEMENT,
        "opt_in": True,
        "text_sha256": "a1" * 32,
        "parties_sha256": "b2" * 32,
        "schedule_sha256": "c3" * 32,
    }
    after["parties"][1]["executed_on"] = None
    assert canonical_json(after) == canonical_json(before)
