"""Five practices, five signers and one representative, from the roster to the sealed agreement and the receipt.

One signer has a phone, one no JavaScript, one a keyboard alone; each has only the mail with the link. A picture of
every page is kept in var/screenshots/signing-*.png, for people to look at.
"""

import re

import pytest
from playwright.sync_api import expect

from agreements.models import Document, DocumentKind, Signature
from agreements.papers import documents
from elections.models import Election
from elections.people import naming
from elections.signing.signing_emails import tell_executed_due
from elections.start import start_election
from ground import clock
from tests.browser import HEIGHT, WIDTHS
from tests.factories.people import DanaFactory
from tests.factories.practices import GROUP, SOLO, FictionalPractice
from tests.factories.signing import link_to

from .five_rivers import CREEK, FIVE_RIVERS, HILLTOP, MEADOW
from .players import Player

pytestmark = [
    pytest.mark.browser,
    pytest.mark.proof,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("five_practices"),
]

SIGNERS = {SOLO: "Sol Harbor", GROUP: "Gwen Lake", HILLTOP: "Hal Topper", MEADOW: "Mia Meadow", CREEK: "Will Creek"}
AT = "Dec 1, 2026, 10:00:00 a.m. ET"


def begin(dana: Player, election: Election) -> None:
    """Paste the roster, then send each practice's signer a link."""
    dana.page.goto(f"/elections/{election.pk}/")
    dana.follow("Practices and clinicians")
    dana.follow("Paste or upload a list")
    rows = [f"{made.name}\tEIN\t{made.tin}\t{npi}" for made in SIGNERS for npi in made.npis if npi != MEADOW.npis[1]]
    dana.type("Paste the list", "\n".join(["practice name\ttin kind\ttin\tnpi", *rows]))
    dana.press("Read the list")
    dana.sees("roster", "Roster")
    dana.follow(FIVE_RIVERS)
    dana.follow("Agreement")
    dana.sees("agreement", "How will the practices sign the agreement?")
    dana.press("Sign here, by email")
    for made, name in SIGNERS.items():
        fields = dana.page.get_by_role("group", name=made.name)
        dana.field("Name of the person authorized to sign for the practice", fields).fill(name)
        dana.field("Their own email address", fields).fill(address(name))
    dana.picture("signers-named")
    dana.press("Save and send the links")
    dana.sees("to-fix-first", "1 thing to fix first")
    dana.press("Send anyway")
    expect(dana.page.locator(".messages")).to_contain_text("5 emails with the links are on the way.")
    expect(dana.page.get_by_text("0 of 5 practices signed.")).to_be_visible()
    dana.sees("links-sent", "Signatures")


def address(name: str) -> str:
    return f"{name.split()[0].lower()}@example.org"


def come(who: Player, made: FictionalPractice) -> None:
    """Open the link of the mail, and go on."""
    who.page.goto(link_to(who.email))
    who.sees("link", f"An agreement to sign for {made.name}")
    who.press("Continue")
    who.sees("room", f"Sign for {made.name}")
    for npi in made.npis:
        expect(who.page.locator("dl").first).to_contain_text(npi)


def sign(who: Player, made: FictionalPractice, *, opt_in: bool = False) -> None:
    """Answer what is asked from top to bottom, and sign."""
    who.choose("This is right: everyone who bills under the TIN")
    if opt_in:
        who.choose("Yes. If CMS finds it opt-in eligible")
    who.choose("I agree to sign electronically.")
    who.type("Your full name", who.name)
    who.type("Your title in the practice", "Owner")
    who.choose(f"I am authorized to bind {made.name}")
    who.press(f"Sign for {made.name}")
    who.sees("signed", f"You have signed for {made.name}")
    expect(who.page.locator("dl")).to_contain_text(f"{who.name}, Owner")
    expect(who.page.locator("dl")).to_contain_text(AT)


def say_what_is_wrong(mia: Player) -> None:
    mia.page.goto(link_to(mia.email))
    mia.press("Continue")
    mia.follow("Something is wrong")
    mia.sees("correction", "What is wrong?")
    mia.type("What is wrong?", f"Dr. Reyes is missing: NPI {MEADOW.npis[1]}.")
    mia.press("Send")
    expect(mia.page.locator(".messages")).to_contain_text(
        "After the list is corrected, you can sign with the same link."
    )
    mia.sees("corrected", f"Sign for {MEADOW.name}")


def mend(dana: Player) -> None:
    """See on the board what is wrong, and mend it."""
    expect(dana.page.get_by_text(f"Dr. Reyes is missing: NPI {MEADOW.npis[1]}.")).to_be_visible(timeout=15_000)
    dana.picture("board-says-what-is-wrong")
    dana.follow(FIVE_RIVERS)
    dana.follow("Practices and clinicians")
    dana.follow(MEADOW.name)
    dana.sees("practice", MEADOW.name)
    dana.page.get_by_label("NPI, new line").first.fill(MEADOW.npis[1])
    dana.save()


def make_the_pdf() -> Document:
    """Do what the worker does: make the executed agreement, then tell the signers."""
    document = Document.objects.get(kind=DocumentKind.EXECUTED)
    documents.render_document(document.pk, now=clock.now())
    assert tell_executed_due(now=clock.now()) == 5
    return Document.objects.get(pk=document.pk)


def submit(dana: Player, election: Election) -> None:
    dana.page.goto(f"/elections/{election.pk}/signing")
    expect(dana.page.get_by_text("5 of 5 practices signed.")).to_be_visible()
    dana.sees("all-signed", "Signatures")
    dana.follow("Review and submit the election")
    dana.submit()


def test_five_signers_one_sealed_agreement_one_receipt(enter, tmp_path, client):
    representative = DanaFactory()
    election = start_election(performance_year=2027, by=representative, now=clock.now())
    naming.save_group(election.pk, name=FIVE_RIVERS, now=clock.now())
    naming.save_representative(election.pk, phone="555-0100", by=representative, now=clock.now())
    dana = enter("Dana Rivera")
    dana.page.goto("/accounts/login/")
    dana.sign_in()
    begin(dana, election)

    mia = enter("Mia Meadow")
    say_what_is_wrong(mia)
    mend(dana)

    sol = enter("Sol Harbor", viewport={"width": WIDTHS["phone"], "height": HEIGHT})
    come(sol, SOLO)
    sign(sol, SOLO)
    gwen = enter("Gwen Lake", java_script_enabled=False)
    come(gwen, GROUP)
    sign(gwen, GROUP)
    hal = enter("Hal Topper", by_keyboard=True)
    come(hal, HILLTOP)
    sign(hal, HILLTOP, opt_in=True)
    come(mia, MEADOW)
    sign(mia, MEADOW)
    will = enter("Will Creek", viewport={"width": WIDTHS["tablet"], "height": HEIGHT})
    come(will, CREEK)
    sign(will, CREEK)
    expect(will.page.get_by_text("All practices have signed.")).to_be_visible()

    made = make_the_pdf()
    sol.page.goto(link_to(sol.email))
    sol.press("Continue")
    sol.sees("executed", f"You have signed for {SOLO.name}")
    with sol.page.expect_download() as download:
        sol.follow("Download the executed agreement")
    held = tmp_path / "executed.pdf"
    download.value.save_as(held)
    assert held.read_bytes() == documents.open_pdf(made)
    submit(dana, election)

    submission = Election.objects.get(pk=election.pk).last_submission
    assert submission
    assert submission.document == made
    given = Signature.objects.order_by("pk").values_list("name", "opt_in_accepted")
    assert list(given) == [
        ("Sol Harbor", None),
        ("Gwen Lake", None),
        ("Hal Topper", True),
        ("Mia Meadow", None),
        ("Will Creek", None),
    ]
    verify(enter("Ada Anybody"), held)


def verify(ada: Player, held) -> None:
    """Anybody who holds the file can have it checked, and sees that another is altered."""
    ada.page.goto("/verify")
    ada.page.locator("input[type=file]").set_input_files(held)
    ada.press("Check the PDF")
    expect(ada.page.get_by_text(re.compile("genuine")).first).to_be_visible()
    ada.picture("genuine")
