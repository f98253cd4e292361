"""What is judged and what is told: nothing can change it, and no repr shows what may be somebody's SSN."""

from dataclasses import fields, replace

import pytest

from eligibility.law import calendar, parameters
from eligibility.law.determination import determine
from eligibility.law.facts import DeclaredPractice, Practice, Setting
from eligibility.law.low_volume import THRESHOLD_2019, sides
from eligibility.law.rule_results import met
from eligibility.law.rules import PRACTICE_RULES
from tests.factories.proposals import NPI, NPIS, clinician, data, entry, practice, proposal, read

A, B, C = NPIS[:3]
PROPOSAL = read(proposal(practice(data=data(clinician())), registry={NPI: entry()}))
PRACTICE = PROPOSAL.practices[0]
SETTING = Setting(PROPOSAL.performance_year, PROPOSAL.registry)
DETERMINED = determine(PROPOSAL)
ALL_KINDS = [
    PROPOSAL,
    PROPOSAL.representative,
    PROPOSAL.registry[NPI],
    PRACTICE,
    PRACTICE.data,
    PRACTICE.data and PRACTICE.data.clinicians[0],
    calendar.window(2027),
    calendar.determination_period(2027),
    parameters.SSN_DIGITS,
    parameters.WINDOW_CLOSES.for_year(2027),
    PRACTICE_RULES[0],
    met("It is."),
    SETTING,
    sides(SETTING, PRACTICE, THRESHOLD_2019),
    DETERMINED,
    DETERMINED.findings[0],
    DETERMINED.preview,
]


@pytest.mark.parametrize("instance", ALL_KINDS, ids=lambda instance: type(instance).__name__)
def test_nothing_can_be_changed_or_added(instance: object) -> None:
    assert not hasattr(instance, "__dict__")
    names = getattr(instance, "_fields", None) or [field.name for field in fields(instance)]  # type: ignore[arg-type]
    for name in names:
        with pytest.raises(AttributeError):
            setattr(instance, name, None)


def test_no_repr_shows_what_people_typed() -> None:
    planted = "987654321"
    typed = practice(name=planted, tin=planted, npis=[planted], data=data(clinician(planted)))
    representative = {"name": planted, "email": planted, "phone": planted}
    known = read(proposal(typed, representative=representative, registry={planted: entry()}))
    assert planted in known.registry
    for shown in (known, known.representative, known.practices[0], known.practices[0].data):
        assert planted not in repr(shown)
    assert "tin_kind='EIN'" in repr(known)
    [shown_by_cms] = known.practices[0].data.clinicians if known.practices[0].data else []
    assert repr(shown_by_cms).startswith("ClinicianData('physician', False, 'none', Decimal('90000.01'), 201, 201, ")


def listed(kind: str, tin: str, *npis: str) -> Practice:
    return replace(PRACTICE, tin_kind=kind, tin=tin, npis=npis)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (listed("EIN", "141234567", A), listed("EIN", "141234567", B), True),
        (listed("EIN", "141234567", A), listed("EIN", "151234567", A), False),
        (listed("EIN", "123456", A), listed("SSN", "123456", A), False),
        (listed("SSN", "123456", A), listed("SSN", "123457", A), False),
        (listed("SSN", "123456", A, B), listed("SSN", "123456", B, C), True),
        (listed("SSN", "123456", A), listed("SSN", "123456", B), False),
        (listed("SSN", "123456"), listed("SSN", "123456", B), False),
        (listed("SSN", "123456"), listed("SSN", "123456"), True),
        (listed("", "123456", A), listed("", "123456", B), False),
        (listed("", "123456", A), listed("", "123456", A), True),
    ],
)
def test_the_same_tin_whichever_comes_first(one: Practice, other: Practice, expected: bool) -> None:
    """Domain 7; a kind that is not said yet could be an SSN's."""
    assert one.has_same_tin(other) is expected
    assert other.has_same_tin(one) is expected


def test_only_the_last_four_digits_of_a_tin_may_be_shown():
    assert DeclaredPractice("", "EIN", "961234567", ()).tin_last4 == "4567"
    assert DeclaredPractice("", "EIN", "", ()).tin_last4 == ""
