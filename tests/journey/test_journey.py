"""One election in a browser, on real practices: from nothing to approved, with its receipt, mails, PDF and export."""

import csv
import io
import re
from pathlib import Path

import pytest
from django.core.management import call_command
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from agreements.papers import documents
from agreements.text.coverage import coverage
from elections.desk.decisions import WAIT
from elections.models import Election
from ground import clock
from notices import delivery
from tests.factories import extract
from tests.factories.elections import take_effect
from tests.factories.people import DanaFactory, ReviewerFactory
from tests.smtp import text_of

pytestmark = [pytest.mark.browser, pytest.mark.proof, pytest.mark.django_db(transaction=True)]
PRACTICES = (extract.SOLO, extract.GROUP_A, extract.GROUP_B)


def save(page: Page, said: str = "Saved.") -> None:
    page.get_by_role("button", name="Save and continue").click()
    expect(page.locator(".messages")).to_contain_text(said)


def form_the_group(page: Page) -> None:
    page.goto("/elections/")
    page.get_by_label("Name of the virtual group").fill("Three Rivers Virtual Group")
    page.get_by_role("button", name="Start an election").click()
    page.get_by_label("Phone", exact=True).fill("555-0100")
    save(page, "The representative is saved.")


def list_the_practices(page: Page) -> None:
    for made in PRACTICES:
        page.get_by_label("Name of the practice").fill(made.name)
        page.get_by_text("Employer Identification Number (EIN)").click()
        page.get_by_label("TIN", exact=True).fill(made.tin)
        page.get_by_label("NPIs of all clinicians").fill("\n".join(made.npis))
        page.get_by_role("button", name="Save and add another practice").click()
        expect(page.locator(".messages")).to_contain_text(f"Saved. {made.name}: nothing to fix.")
    page.get_by_role("link", name="Practices and clinicians").click()
    expect(page.get_by_text("Nothing to fix on this page.")).to_be_visible()


def execute_the_agreement(page: Page, folder: Path) -> Path:
    page.get_by_role("link", name="Continue").click()
    page.get_by_role("button", name="Sign on paper").click()
    page.get_by_role("button", name="Make the agreement (PDF)").click()
    documents.sweep(now=clock.now())
    election = Election.objects.get()
    documents.render_document(election.agreement.documents.get().pk, now=clock.now())
    page.get_by_role("link", name="Back to the agreement").click()
    with page.expect_download() as download:
        page.get_by_role("link", name=re.compile("Agreement from Dec 1")).click()
    download.value.save_as(folder / "agreement.pdf")
    page.get_by_role("link", name="Print it, and enter who signed").click()
    for made in PRACTICES:
        party = page.get_by_role("group", name=made.name)
        party.get_by_label("Date the practice signed (executed) the agreement").fill("2026-11-20")
        party.get_by_label("Who signed for the practice").fill("Sam Okafor")
        party.get_by_label("Their title").fill("Managing partner")
    save(page)
    return folder / "agreement.pdf"


def submit_it(page: Page) -> str:
    page.get_by_text("A formal written agreement exists").click()
    page.get_by_label("Type CONFIRM to submit").fill("CONFIRM")
    page.get_by_role("button", name="Submit the election for 3 practices").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Received Dec 1, 2026, 10:00:00 a.m. ET")
    return page.locator(".receipt-code").first.inner_text()


def approve_it(page: Page) -> str:
    page.goto("/staff/")
    page.locator("#content-main").get_by_role("link", name="Elections", exact=True).click()
    page.get_by_role("link", name="Three Rivers Virtual Group").click()
    page.get_by_role("button", name="Start review").click()
    page.get_by_role("button", name="Approve and send the email").click()
    expect(page.get_by_role("heading", name="Approved, not in effect yet")).to_be_visible()
    take_effect(Election.objects.get())
    page.reload()
    expect(page.locator(".packet__top")).to_contain_text("Approved")
    return page.locator(".packet__top .receipt-code").inner_text()


def test_three_real_practices_become_an_approved_virtual_group(page: Page, sign_in, mail_server, tmp_path):
    extract.load()
    sign_in(DanaFactory())
    form_the_group(page)
    list_the_practices(page)
    pdf = execute_the_agreement(page, tmp_path)
    code = submit_it(page)
    sign_in(ReviewerFactory())
    identifier = approve_it(page)

    delivery.sweep(now=clock.now() + WAIT)
    submitted, approved = mail_server.messages
    assert submitted["Subject"] == "Received: 2027 election for Three Rivers Virtual Group"
    assert code in text_of(submitted)
    assert approved["Subject"] == "Approved: 2027 election for Three Rivers Virtual Group"
    assert identifier in text_of(approved)

    text = " ".join("".join(leaf.extract_text() for leaf in PdfReader(pdf).pages).split())
    assert all(coverage(text).values())
    for made in PRACTICES:
        assert " ".join(made.name.split()) in text
        assert f"{made.tin[:2]}-{made.tin[2:]}" in text
        assert all(npi in text for npi in made.npis)

    out = io.StringIO()
    call_command("export_virtual_groups", performance_year=2027, stdout=out)
    exported = csv.DictReader(io.StringIO(out.getvalue()))
    rows = [(row["virtual_group_identifier"], row["tin"], row["npi"]) for row in exported]
    assert rows == sorted((identifier, made.tin, npi) for made in PRACTICES for npi in made.npis)
