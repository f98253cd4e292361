"""Four people form a virtual group of five practices together: from checking it without an account to its receipt.

One works on a desktop, one with JavaScript off, one by keyboard alone, one at a phone's width, and each has only what
the pages and the mails say. A picture of every page is kept in var/screenshots/together-*.png, for people to look at.
"""

import re
from datetime import date

import pytest
from playwright.sync_api import FilePayload, expect

from elections.content import Snapshot
from elections.models import Election
from eligibility.data.tin_hashes import tin_keys
from ground import clock
from notices.models import Notice
from tests.browser import HEIGHT, WIDTHS
from tests.factories.people import PASSWORD
from tests.factories.practices import GROUP, SOLO, FictionalPractice

from .five_rivers import CREEK, FIVE_RIVERS, HILLTOP, MEADOW, PRACTICES
from .players import KeyboardPlayer, Player

pytestmark = [
    pytest.mark.browser,
    pytest.mark.proof,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("five_practices"),
]

WRONG_NPI = "2000000225"  # the last digit of Hilltop's second is 6
RECEIVED = "Received Dec 1, 2026, 10:00:00 a.m. ET"


def link_in_mail(address: str, reason: str) -> str:
    """Return the path that the newest mail of this kind leads to."""
    found = re.search(r"https?://[^/\s]+(/\S+)", Notice.objects.filter(to=address, reason=reason).latest("pk").body)
    assert found
    return found[1]


def create_the_account(who: Player) -> None:
    """From the page that asks for an address to being signed in, by the link of the mail."""
    who.sees("create-account", "Create an account")
    who.type("Email address", who.email)
    who.type("Your name", who.name)
    who.type("Password", PASSWORD)
    who.press("Create the account")
    who.sees("verification-sent", "Open the link in our email")
    who.page.goto(link_in_mail(who.email, "account_email_confirmation_signup"))
    who.sees("verify-address", "Is this your email address?")
    who.press("Yes, verify this email address")


def add_practice(who: Player, made: FictionalPractice, button: str) -> None:
    """Fill in the page of one practice, which the check without an account and the election both have."""
    who.type("Name of the practice", made.name)
    who.choose("Employer Identification Number (EIN)")
    who.type("TIN", made.tin)
    who.type("NPIs of all clinicians who bill under this TIN", "\n".join(made.npis))
    who.press(button)


def check_two_practices(nora: Player) -> None:
    nora.page.goto("/")
    nora.sees("home", re.compile("Elect to take part"))
    nora.follow("Check a group")
    nora.sees("check", "Could these practices form a virtual group?")
    nora.follow("Add the first practice")
    nora.sees("check-add", "Add a practice")
    add_practice(nora, SOLO, "Check")
    expect(nora.page.get_by_text("Not yet: 1 thing to fix.")).to_be_visible()
    nora.picture("check-one")
    nora.follow("Add a practice")
    add_practice(nora, GROUP, "Check")
    expect(nora.page.get_by_text("These two practices could form a virtual group.")).to_be_visible()
    nora.picture("check-two")


def keep_them(nora: Player) -> None:
    nora.follow("Save this and start an election")
    nora.sees("keep-signed-out", "Sign in")
    nora.follow("Create an account")
    create_the_account(nora)
    nora.sees("keep", "Save this and start an election")
    nora.press("Start the election")
    expect(nora.page.get_by_text("Saved as a draft. It is not submitted yet.")).to_be_visible()
    nora.picture("draft")


def name_the_group(nora: Player) -> None:
    nora.follow("Virtual group")
    nora.sees("virtual-group", "Virtual group")
    nora.type("Name of the virtual group", FIVE_RIVERS)
    nora.save()
    nora.sees("representative", "Representative")
    nora.type("Phone", "555-0100")
    nora.save()
    nora.sees("led-to-agreement", "How will the practices sign the agreement?")
    nora.follow(FIVE_RIVERS)
    nora.sees("named", FIVE_RIVERS)


def invite(nora: Player, *others: tuple[str, str]) -> None:
    nora.follow("See everyone, invite people, or hand over your role")
    nora.sees("people", "People")
    for address, kind in others:
        nora.page.get_by_label("Email address").first.fill(address)
        nora.choose(kind)
        nora.press("Send the invitation")
        expect(nora.page.locator(".messages")).to_contain_text(f"We’re emailing an invitation to {address}.")
    nora.sees("people-invited", "People")
    nora.follow(FIVE_RIVERS)
    waits = [f"Waiting for {address} to accept the role of {kind.split(':')[0].lower()}" for address, kind in others]
    expect(nora.page.get_by_role("heading", name="Next: Choose how the practices sign")).to_be_visible()
    expect(nora.page.locator(".waits")).to_contain_text(waits)
    nora.sees("waits-for-all", FIVE_RIVERS)


def accept(who: Player) -> None:
    """Come by the mail's link alone, which proves the address: choose a password, and accept with it."""
    invitation = link_in_mail(who.email, "election invited")
    who.page.goto(invitation)
    who.sees("invitation", re.compile(f"^Nora Vale asks you to be .* for {FIVE_RIVERS}$"))
    who.follow("Create an account and accept")
    who.sees("account-to-accept", "Create an account and accept")
    who.type("Your name", who.name)
    who.type("Password", PASSWORD)
    who.press("Create the account and accept")
    expect(who.page.get_by_text("You accepted. This is the election.")).to_be_visible()
    who.sees("election", FIVE_RIVERS)


def bring_a_list(amos: Player) -> None:
    """Without a script: a file with one wrong NPI, which its line says and which is mended there."""
    amos.follow("Practices and clinicians")
    amos.sees("practices", "Practices and clinicians")
    amos.follow("Paste or upload a list")
    amos.sees("upload", "Paste or upload a list")
    lines = ["Practice name,TIN,NPI", *(f"{HILLTOP.name},{HILLTOP.tin},{npi}" for npi in (HILLTOP.npis[0], WRONG_NPI))]
    sheet = FilePayload(name="hilltop.csv", mimeType="text/csv", buffer="\r\n".join(lines).encode())
    amos.page.get_by_label("Or choose a file").set_input_files(sheet)
    amos.press("Read the list")
    amos.sees("kinds", "What kind of number is each TIN?")
    amos.choose("Employer Identification Number (EIN)")
    amos.press("Add this list")
    amos.sees("roster-wrong", "Roster")


def mend_the_list(amos: Player) -> None:
    table = amos.page.get_by_role("region", name=f"Clinicians of {HILLTOP.name}")
    wrong = table.locator(".roster__line").nth(1)
    expect(wrong).to_contain_text("The last digit does not match the others")
    wrong.get_by_label("NPI, line 2").fill(HILLTOP.npis[1])
    amos.save()
    amos.follow(FIVE_RIVERS)
    expect(amos.page.get_by_role("heading", name="Next: Choose how the practices sign")).to_be_visible()
    amos.picture("roster-mended")


def add_by_form(who: Player, made: FictionalPractice) -> None:
    who.follow("Practices and clinicians")
    who.sees("practices-before", "Practices and clinicians")
    who.follow("Add a practice")
    who.sees("practice-add", "Add a practice")
    add_practice(who, made, "Save and continue")
    expect(who.page.locator(".messages")).to_contain_text(f"Saved. {made.name}: nothing to fix.")
    who.follow(FIVE_RIVERS)
    who.follow("Practices and clinicians")
    who.follow(made.name)
    who.sees("practice", made.name)


def fill_the_agreement(beth: KeyboardPlayer) -> None:
    beth.follow("Practices and clinicians")
    beth.follow(FIVE_RIVERS)
    beth.sees("election-before-agreement", FIVE_RIVERS)
    beth.follow("Agreement")
    beth.sees("agreement", "How will the practices sign the agreement?")
    beth.press("Sign on paper")
    beth.sees("on-paper", "Sign on paper")
    for made in PRACTICES:
        party = beth.page.get_by_role("group", name=made.name)
        beth.type_into(beth.field("Date the practice signed (executed) the agreement", party), "11202026")
        beth.type_into(beth.field("Who signed for the practice", party), "Sam Okafor")
        beth.type_into(beth.field("Their title", party), "Managing partner")
        if made is HILLTOP:
            beth.choose("The practice accepts: if CMS finds it opt-in eligible")
    beth.save()
    beth.picture("agreement-saved")


def look_around(vera: Player) -> None:
    """See every page of the election at a phone's width, and no field or button that changes anything."""
    vera.follow("Practices and clinicians")
    can_change_nothing(vera, "Practices and clinicians")
    vera.follow("See all clinicians in the roster")
    can_change_nothing(vera, "Roster")
    vera.follow(CREEK.name)
    can_change_nothing(vera, CREEK.name)
    vera.follow("Practices and clinicians")
    for page in ("Agreement", "Review and submit"):
        vera.follow(FIVE_RIVERS)
        vera.follow(page)
        can_change_nothing(vera, page)
    expect(vera.page.get_by_text("Only the representative can submit")).to_be_visible()
    vera.follow(FIVE_RIVERS)
    vera.follow("See everyone")
    can_change_nothing(vera, "People")


def can_change_nothing(vera: Player, heading: str) -> None:
    vera.sees(heading.lower().replace(" ", "-"), heading)
    fields = vera.page.locator("main").locator("input:not([type=hidden]), textarea, select, button")
    expect(fields).to_have_count(0)
    expect(vera.page.get_by_role("link", name=re.compile("^(Add|Paste|Change|Remove)"))).to_have_count(0)


def submit_it(nora: Player) -> str:
    """Come back to a page opened long ago: it says that nobody but her is waited for. Return the receipt's code."""
    nora.page.reload()
    expect(nora.page.get_by_role("heading", name="Next: Review and submit")).to_be_visible()
    nora.sees("waits-for-her", FIVE_RIVERS)
    nora.follow("Continue")
    nora.submit()
    return nora.page.locator(".receipt-code").inner_text()


def see_it_submitted(vera: Player, code: str) -> None:
    vera.follow(FIVE_RIVERS)
    expect(vera.page.get_by_text("CMS has received it.")).to_be_visible()
    vera.sees("submitted", FIVE_RIVERS)
    vera.follow("Receipt of submission 1")
    vera.sees("receipt", RECEIVED)
    expect(vera.page.locator(".receipt-code")).to_have_text(code)


def assert_kept(election: Election) -> None:
    """The five practices stand as each of the three typed them, with all of the agreement."""
    assert [
        (member.name, member.tin_kind, member.tin, tuple(line.npi for line in member.clinicians.all()))
        for member in election.members.all()
    ] == [(made.name, "EIN", made.tin, made.npis) for made in PRACTICES]
    signed = election.members.values_list("party__executed_on", "party__signer_name", "party__signer_title")
    assert list(signed) == [(date(2026, 11, 20), "Sam Okafor", "Managing partner")] * 5
    assert [member.name for member in election.members.filter(party__opt_in_accepted=True)] == [HILLTOP.name]
    assert election.agreement.acknowledged
    assert election.contact == {"name": "Nora Vale", "email": "nora@example.org", "phone": "555-0100"}
    assert list(election.roles.order_by("user__email").values_list("user__email", "user__name", "kind")) == [
        ("amos@example.org", "Amos Reed", "collaborator"),
        ("beth@example.org", "Beth Cole", "collaborator"),
        ("nora@example.org", "Nora Vale", "collaborator"),  # who started it may edit it whoever represents it
        ("vera@example.org", "Vera Stone", "viewer"),
    ]


def assert_submitted(election: Election, code: str) -> None:
    """CMS has just that, once, under the code of the receipt; and each TIN is held for this virtual group."""
    submission = election.submissions.get()
    assert (election.status, election.last_submission) == ("submitted", submission)
    assert (submission.number, submission.submitted_by.email) == (1, "nora@example.org")
    assert (submission.received_at, submission.receipt_code) == (clock.now(), code.replace(" ", ""))
    snapshot = Snapshot.of_submission(submission)
    assert (snapshot.virtual_group_name, snapshot.performance_year) == (FIVE_RIVERS, 2027)
    assert [(entry.name, entry.npis) for entry in snapshot.practices] == [(made.name, made.npis) for made in PRACTICES]
    held = {(made.name, tin_keys("EIN", made.tin, ())[0], "held") for made in PRACTICES}
    assert set(election.claims.values_list("practice_name", "tin_key", "state")) == held
    assert election.claims.count() == 5


def assert_told(code: str) -> None:
    """One was asked to verify an address, three were invited, and who worked on it has the receipt."""
    assert list(Notice.objects.order_by("pk").values_list("reason", "to")) == [
        ("account_email_confirmation_signup", "nora@example.org"),
        *(("election invited", f"{name}@example.org") for name in ("amos", "beth", "vera")),
        *(("account_account_created", f"{name}@example.org") for name in ("amos", "beth", "vera")),
        *(("election submitted", f"{name}@example.org") for name in ("nora", "amos", "beth")),
    ]
    assert all(code in notice.body for notice in Notice.objects.filter(reason="election submitted"))


def test_four_people_five_practices_one_receipt(enter):
    nora = enter("Nora Vale")
    check_two_practices(nora)
    keep_them(nora)
    name_the_group(nora)
    collaborator, viewer = "Collaborator: can change the pages", "Viewer: can look"
    invite(nora, ("amos@example.org", collaborator), ("beth@example.org", collaborator), ("vera@example.org", viewer))

    amos = enter("Amos Reed", java_script_enabled=False)
    accept(amos)
    bring_a_list(amos)
    mend_the_list(amos)
    add_by_form(amos, MEADOW)

    beth = enter("Beth Cole", by_keyboard=True)
    accept(beth)
    add_by_form(beth, CREEK)
    fill_the_agreement(beth)

    vera = enter("Vera Stone", viewport={"width": WIDTHS["phone"], "height": HEIGHT})
    accept(vera)
    look_around(vera)

    code = submit_it(nora)
    see_it_submitted(vera, code)
    election = Election.objects.get()
    assert_kept(election)
    assert_submitted(election, code)
    assert_told(code)
