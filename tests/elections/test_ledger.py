"""The ledger: every finding with paragraph, facts, source and remedy, to those who may see it."""

import pytest

from eligibility.models import DeterminationClinician, LoadRun, NppesRecord
from tests.elections.steps import desk
from tests.factories.people import signed_in
from tests.factories.practices import GROUP, SOLO
from tests.pages import text

pytestmark = pytest.mark.django_db


def test_every_finding_stands_on_its_own_page(election, client):
    page = client.get(f"/elections/{election.pk}/ledger")
    names = [group.name for group in page.context["ledger"]]
    assert names == ["Quiet Harbor Medicine", "Lakeside Family Practice", "The virtual group as a whole"]
    assert [len(group.findings) for group in page.context["ledger"]] == [10, 10, 6]
    told = text(page)
    assert "24 met. These results are from Dec 1, 2026, 10:00 a.m. ET." in told
    assert (
        "2 clinicians bill under this TIN. The limit is 10. Based on: Clinicians under the TIN: 2 · Limit: 10" in told
    )
    assert "CMS data as of Dec 1, 2026 · 42 CFR 414.1315(a)(1)" in told


def test_figures_are_shown_to_staff_and_not_to_the_representative(client, submitted, reviewer):
    figures = "Medicare figures: allowed charges $200,000.00, patients 500, services 900"
    for path in ("ledger", "review", "receipt/1"):
        assert "200,000" not in text(client.get(f"/elections/{submitted.pk}/{path}"))
    assert text(signed_in(reviewer).get(desk(submitted))).count(figures) == 2


def test_the_receipt_keeps_the_ledger_as_it_was(client, submitted):
    LoadRun.objects.update(status=LoadRun.Status.SUPERSEDED)
    receipt = text(client.get(f"/elections/{submitted.pk}/receipt/1"))
    assert "2 clinicians bill under this TIN. The limit is 10." in receipt
    assert "2 clinicians bill under this TIN." not in text(client.get(f"/elections/{submitted.pk}/ledger"))


def test_what_was_judged_before_is_judged_anew_where_a_fact_changed(election, client):
    page = f"/elections/{election.pk}/ledger"
    assert "24 met" in text(client.get(page))
    NppesRecord.objects.filter(npi=SOLO.npis[0]).update(deactivated_on="2026-06-01")
    assert "23 met, 1 not met" in text(client.get(page))
    NppesRecord.objects.filter(npi=SOLO.npis[0]).update(deactivated_on="2026-12-02")
    assert "24 met" in text(client.get(page))
    assert "NPPES says that this NPI is deactivated." not in text(client.get(f"/elections/{election.pk}/practices"))
    NppesRecord.objects.filter(npi=SOLO.npis[0]).update(deactivated_on="2026-12-01")
    assert "23 met, 1 not met" in text(client.get(page))
    DeterminationClinician.objects.filter(npi=GROUP.npis[0]).update(clinician_type="other")
    DeterminationClinician.objects.filter(npi=GROUP.npis[1]).update(newly_enrolled=True)
    assert "22 met, 2 not met" in text(client.get(page))
    NppesRecord.objects.update(deactivated_on=None)
    assert "23 met, 1 not met" in text(client.get(page))
