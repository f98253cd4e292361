"""What one may learn by asking, and how often."""

from datetime import date
from typing import Any

import pytest

from accounts.models import User
from eligibility.data import disclosure
from eligibility.law.facts import DeclaredPractice
from eligibility.models import Probe
from ground import clock
from tests.factories.load_files import EIN, NPIS, SSN, clinician, listed, practice
from tests.factories.numbers import npi
from tests.factories.people import UserFactory
from tests.factories.probes import ProbeFactory

pytestmark = pytest.mark.django_db

SSN_TIN = {"tin_kind": "SSN", "tin": SSN}
KNOWN = listed("EIN", EIN, [NPIS[0]])
HOME = "203.0.113.7"


def wrong(number: int, npi: str = NPIS[0]) -> DeclaredPractice:
    return listed("EIN", f"98000{number:04}", [npi])


def tried(number: int) -> DeclaredPractice:
    """Return the practice that CMS data list, with an NPI that does not bill under it."""
    return listed("EIN", EIN, [npi(number)])


@pytest.fixture
def person() -> User:
    return UserFactory()


@pytest.fixture(autouse=True)
def _loaded(load) -> None:
    practices = [practice(), practice(**SSN_TIN)]
    assert load(practices, [clinician(), clinician(npi=NPIS[2], **SSN_TIN)]).status == 0


def ask(*practices, by=None, address=HOME) -> list[bool]:
    """Ask as a POST does: count first, then answer."""
    disclosure.record_probes(2027, practices, by=by, address=address, now=clock.now())
    return disclosure.known_practices(2027, practices, by=by, address=address)


def test_known_only_to_who_names_an_npi_that_bills_under_it(person) -> None:
    answers = {
        KNOWN: True,
        listed("EIN", EIN, [NPIS[3], NPIS[0]]): True,
        listed("EIN", EIN, [NPIS[1]]): False,
        listed("EIN", EIN, []): False,
        wrong(1): False,
        listed("SSN", "555462", [NPIS[2]]): True,
        listed("SSN", "555462", [NPIS[0]]): False,
        listed("SSN", "555", [NPIS[2]]): False,
    }
    assert ask(*answers, by=person) == list(answers.values())


def test_reading_writes_nothing_and_takes_as_many_queries_for_one_as_for_three(django_assert_num_queries) -> None:
    for asked in ([KNOWN], [wrong(1)], [KNOWN, wrong(1), wrong(2)]):
        with django_assert_num_queries(3):
            disclosure.known_practices(2027, asked, by=None, address=HOME)
    assert Probe.objects.count() == 0


def test_five_tins_a_day_under_one_npi_over_all_accounts_and_addresses(person, set_clock) -> None:
    for number in range(4):
        ask(wrong(number), by=person if number % 2 else None, address=f"203.0.113.{number}")
    assert ask(wrong(0), KNOWN) == [False, True]  # the same TIN again counts once
    assert ask(wrong(4), KNOWN) == [False, False]
    assert ask(KNOWN, by=person, address=None) == [False]
    assert ask(listed("EIN", EIN, [NPIS[0], NPIS[1]])) == [False]
    assert ask(listed("SSN", "555462", [NPIS[2]])) == [True]  # another NPI
    set_clock("2026-12-02T00:00:00-05:00")
    assert disclosure.known_practices(2027, [KNOWN], by=person) == [False]  # asked over the limit: saved for later
    assert ask(KNOWN, by=person) == [True]


def test_what_was_asked_in_time_stays_known() -> None:
    assert ask(KNOWN) == [True]
    ProbeFactory.create_batch(9, subject=NPIS[0], day=date(2026, 12, 2))
    assert disclosure.known_practices(2027, [KNOWN], by=None) == [True]


def test_asking_before_there_are_data_counts_for_the_npi_alone(person) -> None:
    disclosure.record_probes(2026, [wrong(1)], by=person, address=HOME, now=clock.now())
    assert list(Probe.objects.values_list("asker", "subject")) == [("npi", NPIS[0])]


@pytest.mark.parametrize(("asker", "limit"), [("account", 50), ("address", 100)])
def test_an_account_or_an_address_that_asks_too_much_learns_nothing(asker, limit, person) -> None:
    by, address = (person, None) if asker == "account" else (None, HOME)
    subject = str(person.pk) if asker == "account" else HOME
    ProbeFactory.create_batch(limit - 1, asker=asker, subject=subject)
    assert ask(KNOWN, by=by, address=address) == [True]
    assert ask(wrong(1, NPIS[3]), KNOWN, by=by, address=address) == [False, False]
    assert disclosure.known_practices(2027, [KNOWN], by=UserFactory()) == [True]


def test_twenty_npis_a_day_tried_under_one_tin_by_one_account_or_address(person, set_clock) -> None:
    for number in range(1, 20):
        assert ask(tried(number), by=person) == [False]
    assert ask(KNOWN, by=person) == [True]
    assert ask(tried(19), KNOWN, by=person) == [False, True]  # the same NPI again counts once
    assert ask(tried(20), KNOWN, by=person) == [False, False]
    assert ask(KNOWN) == [False]  # from the same address
    assert ask(KNOWN, by=UserFactory(), address="203.0.113.8") == [True]
    assert ask(listed("SSN", "555462", [NPIS[2]]), by=person) == [True]  # another TIN
    over: Any = disclosure.over_limit()
    assert list(over.order_by("asker").values_list("asker", "subject", "misses")) == [
        ("account", str(person.pk), 20),
        ("address", HOME, 20),
    ]
    set_clock("2026-12-02T00:00:00-05:00")
    assert disclosure.known_practices(2027, [KNOWN], by=person) == [False]  # asked over the limit: saved for later
    assert ask(KNOWN, by=person) == [True]


@pytest.mark.parametrize(("wrong_ones", "is_told"), [(19, True), (20, False)])
def test_npis_that_are_tried_in_one_list_count_each_and_one_that_fits_hides_none(person, wrong_ones, is_told) -> None:
    npis = [*map(npi, range(1, wrong_ones + 1)), NPIS[0]]
    assert ask(listed("EIN", EIN, npis), by=person, address=None) == [is_told]
    ProbeFactory.create_batch(49, asker="account", subject=str(person.pk))
    assert ask(KNOWN, by=person, address=None) == [is_told], "no TIN in vain: the fiftieth would close all of them"


def test_refusing_an_ssn_called_an_ein_counts(person) -> None:
    asked = [(SSN, [NPIS[2], "12345"]), (EIN, [NPIS[0]])]
    assert disclosure.refuse_ssns(asked, by=person, address=HOME, now=clock.now()) == [True, False]
    assert list(Probe.objects.order_by("asker").values_list("asker", "subject", "billed")) == [
        ("account", str(person.pk), False),
        ("address", HOME, False),
        ("npi", NPIS[2], False),
    ]


def test_asking_whether_an_ein_is_an_ssn_counts_where_it_is_not_too(person) -> None:
    for number in range(50):
        assert not disclosure.asked_too_much(person, None)
        asked = [(wrong(number).tin, [NPIS[2]])]
        assert disclosure.refuse_ssns(asked, by=person, address=None, now=clock.now()) == [False]
    assert disclosure.asked_too_much(person, None)
    assert set(Probe.objects.values_list("asker", flat=True)) == {"account"}


def test_old_probes_are_forgotten(set_clock) -> None:
    ask(wrong(1))
    set_clock("2028-01-05T10:00:00-05:00")
    assert disclosure.forget_probes(now=clock.now()) == 0
    set_clock("2028-01-06T10:00:00-05:00")
    assert disclosure.forget_probes(now=clock.now()) == 2
