"""What CMS data show of many practices at once, and whether nine digits are an SSN."""

import pytest

from eligibility.data import cms_data
from eligibility.models import LoadRun
from tests.conftest import PINNED
from tests.factories.load_files import EIN, NPIS, SSN, clinician, listed, practice

pytestmark = pytest.mark.django_db

OTHER = "967654321"
SSN_TIN = {"tin_kind": "SSN", "tin": SSN}


@pytest.fixture(autouse=True)
def _loaded(load) -> None:
    practices = [practice(patients="1"), practice(tin=OTHER, patients="2"), practice(**SSN_TIN, patients="3")]
    clinicians = [
        clinician(npi=NPIS[1]),
        clinician(npi=NPIS[0]),
        clinician(tin=OTHER),
        clinician(npi=NPIS[2], **SSN_TIN),
    ]
    assert load(practices, clinicians).status == 0


ASKED = [
    listed("SSN", "555462", [NPIS[0], NPIS[2]]),
    listed("EIN", OTHER, []),
    listed("EIN", EIN, [NPIS[3]]),
    listed("EIN", "968888888", [NPIS[0]]),
    listed("SSN", "555462", [NPIS[0]]),
    listed("EIN", "9612", [NPIS[0]]),
    listed("", EIN, [NPIS[0]]),
]


def test_answers_in_the_order_asked() -> None:
    found = cms_data.fetch(2027, ASKED)
    shown = [data and (data.patients, sorted(data.npis)) for data in found.practices]
    assert shown == [(3, [NPIS[2]]), (2, [NPIS[0]]), (1, sorted(NPIS[:2])), None, None, None, None]
    run = LoadRun.objects.get()
    assert found.source == cms_data.DataSource(run.pk, PINNED)


def test_a_year_without_data_shows_nothing() -> None:
    assert cms_data.fetch(2026, ASKED) == cms_data.CmsData(None, (None,) * 7)


@pytest.mark.parametrize("asked", [ASKED[:1], ASKED[:3], ASKED[3:4], ASKED * 20])
def test_two_queries_whatever_is_asked(asked, django_assert_num_queries) -> None:
    with django_assert_num_queries(2):
        cms_data.practice_data(2027, asked)


def test_nine_digits_that_are_an_ssn(django_assert_num_queries) -> None:
    asked = [
        (SSN, [NPIS[0], NPIS[2]]),
        ("987555462", [NPIS[2]]),
        (SSN, [NPIS[0]]),
        ("123456780", [NPIS[2]]),
        ("", NPIS),
    ]
    with django_assert_num_queries(1):
        assert [shown.as_ssn for shown in cms_data.shown_as(asked)] == [True, True, False, False, False]
