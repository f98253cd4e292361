"""load_nppes, as on the command line, and what the site reads of it."""

from datetime import date

import pytest

from eligibility.data import nppes
from eligibility.law.facts import RegistryEntry
from eligibility.models import LoadRun, NppesRecord
from tests.factories.load_files import NPIS, NPPES
from tests.factories.load_files import nppes as row

from .conftest import statuses

pytestmark = pytest.mark.django_db

ORGANIZATION = {
    "Entity_Type_Code": "2",
    "Provider Organization Name (Legal Business Name)": "LAKESIDE FAMILY MEDICINE",
    "Provider Last Name (Legal Name)": "",
    "Provider First Name": "",
}
DATES = {"NPI_Deactivation_Date": "01/31/2020", "NPI_Reactivation_Date": "02/29/2020"}


def test_inserts_and_updates_by_npi_and_keeps_the_others(load_nppes) -> None:
    said = load_nppes(row(NPIS[0]), row(NPIS[1]))
    first = LoadRun.objects.get()
    counts = "2 rows, 2 inserted, 0 updated, 0 unchanged, 0 names in which digits were hidden"
    assert said.out == f"NPPES: run {first.pk} is active. {counts}.\n"
    rows = row(NPIS[1]), row(NPIS[2], **DATES), row(NPIS[0], **ORGANIZATION)
    load_nppes(*rows)
    second = LoadRun.objects.get(status="active")
    assert second.counts == {"rows": 3, "inserted": 1, "updated": 1, "unchanged": 1, "names_cut": 0}
    assert dict(NppesRecord.objects.values_list("npi", "run")) == {
        NPIS[0]: second.pk,
        NPIS[1]: first.pk,
        NPIS[2]: second.pk,
    }
    assert nppes.registry(NPIS) == {
        NPIS[0]: RegistryEntry(2, None, None),
        NPIS[1]: RegistryEntry(1, None, None),
        NPIS[2]: RegistryEntry(1, date(2020, 1, 31), date(2020, 2, 29)),
    }
    assert {npi: str(name) for npi, name in nppes.names(NPIS).items()} == {
        NPIS[0]: "LAKESIDE FAMILY MEDICINE",
        NPIS[1]: "RIVERA, DANA",
        NPIS[2]: "RIVERA, DANA",
    }
    said = load_nppes(*rows)
    assert said.out == f"NPPES: these files were already loaded (run {second.pk}, active). Nothing changed.\n"
    assert statuses() == ["superseded", "active"]


def test_a_deactivated_npi_has_no_type_and_no_name(load_nppes) -> None:
    row = dict.fromkeys(NPPES, "") | {"NPI": NPIS[0], "NPI Deactivation Date": "03/01/2024"}
    assert load_nppes(row).status == 0
    assert nppes.registry([NPIS[0]]) == {NPIS[0]: RegistryEntry(None, date(2024, 3, 1), None)}


def test_what_looks_like_a_tin_in_a_name_is_cut(load_nppes) -> None:
    assert load_nppes(row(Provider_First_Name="DANA 123-45-6789")).status == 0
    assert NppesRecord.objects.get().first_name == "DANA •••"
    assert LoadRun.objects.get().counts["names_cut"] == 1


def test_names_and_registry_take_one_query_each(load_nppes, django_assert_num_queries) -> None:
    load_nppes(row(NPIS[0]), row(NPIS[1]), row(NPIS[2]))
    for npis in (NPIS[:1], NPIS[:3]):
        with django_assert_num_queries(1):
            assert set(nppes.names(npis)) == set(npis)
        with django_assert_num_queries(1):
            assert set(nppes.registry(npis)) == set(npis)
