"""The states in which pages are looked at beside that of routes.py: empty, in error, and filled in other ways."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from django.conf import settings
from playwright.sync_api import Page, expect

from agreements.papers.seal_keys import seal_key
from elections.models import UpdateKind
from tests.agreements.made_pdfs import bare
from tests.factories.practices import OTHER

from .routes import (
    OF_NO_ACCOUNT,
    Kwargs,
    Route,
    document_of,
    link,
    member_of,
    newcomer,
    of,
    receipt_of,
    row,
    shut_out,
    update_of,
)
from .world import SEALED_FILE, SEALED_RECEIPT, Who

Act = Callable[[Page], None]
BY_NAME = {route.name: route for route in OF_NO_ACCOUNT}
RECORDS = ("event", "decision", "override", "reveal", "export")
QUEUE, VERBS = "admin:elections_election_changelist", "admin:elections_election_"
PEOPLE = "admin:accounts_user_"
PAGE_FILE = "Photo or scan of the signature page"


@dataclass(frozen=True)
class State:
    """One way in which a page is seen: by whom, what stands in it, and what is done there first."""

    label: str
    route: Route
    who: Who
    act: Act | None = None
    status: int = 200


def state(
    name: str,
    label: str,
    kwargs: Kwargs | None = None,
    *,
    who: Who | None = None,
    query: str = "",
    act: Act | None = None,
    status: int = 200,
) -> State:
    """Return another state of a page of the table."""
    route = replace(BY_NAME[name], query=query)
    return State(label, replace(route, kwargs=kwargs) if kwargs else route, who or route.reader(), act, status)


def fill_wrongly(page: Page) -> None:
    """Type into every field what no form takes, and send it."""
    for kind, typed in (("email", "dana@"), ("text", "123-45-6789"), ("tel", "123-45-6789"), ("number", "1")):
        for box in page.locator(f"main form input[type={kind}]:visible").all():
            box.fill(typed)
    for box in page.locator("main form textarea:visible").all():
        box.fill("123-45-6789")
    send(page)


def ask_for_the_future(page: Page) -> None:
    """Ask for an export as recorded by a moment that has not come."""
    page.get_by_label("As recorded on or before").fill("2040-01-01 00:00")
    send(page)


def check_code(code: str) -> Act:
    """Ask for the receipt with this code."""

    def check(page: Page) -> None:
        page.get_by_label("Receipt code").fill(code)
        press(page, "Check the code")

    return check


def check_file(content: Callable[[], bytes]) -> Act:
    """Ask for a file of these bytes."""
    return lambda page: send_pdf(page, "Sealed PDF", content())


def send_pdf(page: Page, label: str, content: bytes) -> None:
    """Choose a file and send it."""
    page.get_by_label(label).set_input_files(
        {"name": "Agreement.pdf", "mimeType": "application/pdf", "buffer": content}
    )
    send(page)


def without_its_seal() -> bytes:
    """Return what carries our certificate and is no file of ours."""
    return b"%PDF-1.7 " + seal_key().certificates[0].hex().encode()


def paste_without_kinds(page: Page) -> None:
    """Paste a list that does not say what kinds of numbers its TINs are."""
    page.get_by_label("Paste the list").fill("practice,tin,npi\nOld Mill,961000003,2000000002\nR,667788,1003003153")
    send(page)


def paste_npis_alone(page: Page) -> None:
    """Paste NPIs that name no practice."""
    page.get_by_label("Paste the list").fill("20000000021003003153")
    send(page)


def paste_a_list(page: Page) -> None:
    """Take over a list of which some could not be taken as it was."""
    page.goto(f"{page.url}/import")
    head = "practice,tin kind,tin,npi,last name\n"
    page.get_by_label("Paste the list").fill(
        f"{head}Old Mill,EIN,961000003,2000000002,Nobody\n,,,2000000002\nOld Mill,EIN,961000003,517449638"
    )
    send(page)


def be_overtaken(page: Page) -> None:
    """Send a page after somebody else saved something else on it."""
    page.locator("input[name=initial-name]").evaluate("(field) => { field.value = 'Of an hour ago'; }")
    page.get_by_label("Name of the virtual group").fill("Typed meanwhile")
    send(page)


def add_with_one_npi(page: Page) -> None:
    """Add a practice of which CMS shows more clinicians, so that its list is the one question."""
    page.get_by_label("Name of the practice").fill(OTHER.name)
    page.get_by_text("Employer Identification Number (EIN)").click()
    page.get_by_label("TIN", exact=True).fill(OTHER.tin)
    page.get_by_label("NPIs of all clinicians").fill(OTHER.npis[0])
    press(page, "Save and continue")
    expect(page.get_by_role("button", name="Use this list")).to_be_visible()


def start_wrongly(page: Page) -> None:
    """Start an election with a name that is refused."""
    page.get_by_label("Name of the virtual group").fill("www.rivers.example")
    press(page, "Start an")


def change_tin(page: Page) -> None:
    """Give a practice the TIN of another one, so that its signer is asked about."""
    page.locator("main form [name=tin]").fill("974218350")
    send(page)
    expect(page.get_by_role("button", name="Yes, the same signer")).to_be_visible()


def fill_reasons(page: Page) -> None:
    """Give reasons, so that the mail is shown with them."""
    page.get_by_label("Reasons").fill("Lakeside has 12 clinicians (42 CFR 414.1315(a)(1)).")
    act_for_the_reviewer(page)
    send(page)
    expect(page.locator(".packet-mail")).to_have_count(2)  # the one to the representative, one to the signers


def fill_requests(page: Page) -> None:
    """Ask for one correction, so that the mail is shown with it."""
    page.get_by_label("What is it about?").select_option("practice:0")
    page.get_by_label("What is wrong?").fill("The name is not the one in PECOS.")
    page.get_by_label("What should the representative do?").fill("Type the legal name.")
    act_for_the_reviewer(page)
    page.get_by_role("button", name="Preview the email").click()
    expect(page.locator(".packet-mail")).to_be_visible()


def settle(page: Page) -> None:
    """Say which election keeps a TIN, and why, so that the mails are shown."""
    page.locator(".usa-radio__label").first.click()
    page.get_by_label("Reason").fill("Riverside Clinic signed in this election alone.")
    press(page, "Preview the emails")
    expect(page.locator(".packet-mail").first).to_be_visible()


def ask_about_update(page: Page) -> None:
    """Type a question about an update, so that the mail with it is shown."""
    page.get_by_label("Your question").fill("Which day was the last one?")
    press(page, "Preview the email")
    expect(page.locator(".packet-mail")).to_be_visible()


def act_for_the_reviewer(page: Page) -> None:
    """Check the box that stands on the pages of a colleague's election; its label hides it from the mouse."""
    page.locator("main form [name=in_place]").evaluate("(box) => box.click()")


def override(page: Page) -> None:
    """Override the one finding that can be."""
    page.locator(".usa-radio__label").first.click()
    page.get_by_label("Justification").fill("The practice sent its claims of 2026; they exceed all three.")
    send(page)


def settle_objection(page: Page) -> None:
    """Say what became of the one objection that is open."""
    page.get_by_label("What became of it?").fill("The practice called back: Dr. Hale stays.")
    send(page)


def reveal(page: Page) -> None:
    """Have one TIN shown whole."""
    page.get_by_label("Practice").select_option(index=1)
    page.get_by_label("Why you need to see the full TIN").fill("The practice called about its TIN.")
    send(page)


def say(page: Page) -> None:
    """Write a sentence and send it."""
    page.locator("main form textarea").fill("Dr. Moss left in March 2026.")
    send(page)


def send(page: Page) -> None:
    """Press the first button of the form in the page."""
    page.locator("main form:not([role=search]) :is(button, input)[type=submit]").last.click()
    page.wait_for_load_state()


def press(page: Page, button: str) -> None:
    page.get_by_role("button", name=button).click()
    page.wait_for_load_state()


def go_on(page: Page) -> None:
    """Go on with a review without an answer."""
    press(page, "Continue the review")


def press_continue(page: Page) -> None:
    """Press the button behind a signer's link."""
    press(page, "Continue")


def behind_the_link(name: str, act: Act | None = None) -> Act:
    """Return how one goes on to another page behind a signer's link, and what is done there."""

    def go(page: Page) -> None:
        press_continue(page)
        page.get_by_role("link", name=name).click()
        page.wait_for_load_state()
        if act:
            act(page)

    return go


def open_practice(page: Page) -> None:
    """Press the button behind a signer's link to what was submitted, as long as it was not pressed."""
    if page.get_by_role("button", name="Continue").count():
        press_continue(page)


def object_to(act: Act | None = None) -> Act:
    """Return how a signer goes on to say that something isn't right, and what is done there."""

    def go(page: Page) -> None:
        open_practice(page)
        page.get_by_role("link", name="This isn’t right").click()
        page.wait_for_load_state()
        if act:
            act(page)

    return go


def object_to_record(act: Act) -> Act:
    """Return what a signer does on the page of what was recorded."""

    def go(page: Page) -> None:
        open_practice(page)
        act(page)

    return go


def away_for_a_while(page: Page) -> None:
    """Write a sentence, and send it when the session is over."""
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    say(page)


def come_back(page: Page) -> None:
    """Go on behind the button, where what was written is shown again."""
    away_for_a_while(page)
    press_continue(page)


def name_wrongly(page: Page) -> None:
    """Name a signer by a number, with an address that is none."""
    page.get_by_label("Name of the person").fill("123-45-6789")
    page.get_by_label("Their own email address").fill("dana@")
    press(page, "Save and send the links")


def sign_wrongly(page: Page) -> None:
    """Sign without a tick, and with a number for a name."""
    press_continue(page)
    fill_wrongly(page)


def look_into_everything(page: Page) -> None:
    """Open what is folded behind a signer's link."""
    press_continue(page)
    unfold(page)


def upload(content: bytes) -> Act:
    """Return how a file is sent as the group's own agreement, from whichever page leads there."""

    def send_it(page: Page) -> None:
        if not page.url.endswith("/upload"):
            page.get_by_role("link", name="Use your own agreement").click()
        send_pdf(page, "Your agreement as a PDF", content)

    return send_it


def unfold(page: Page) -> None:
    """Open what is folded."""
    for fold in page.locator("main details").all():
        fold.evaluate("(details) => { details.open = true; }")


EMPTY = [
    state("elections", "empty", who=Who.AUDITOR),
    state("clinician_notices", "empty", of("draft")),
    state("inbox", "empty", who=Who.AUDITOR),
    state("admin:notices_unmatchedbounce_changelist", "empty", query="?problem__exact=other"),
    *(
        state(name, "empty", of("empty"))
        for name in (
            *("election", "virtual_group", "representative", "practices", "roster"),
            *("agreement", "agreement_paper", "agreement_text", "signing", "submit_page"),
        )
    ),
    state(QUEUE, "empty", query="?status=action_needed"),
    *(state(f"admin:elections_{rows}_changelist", "empty", query="?year=2027&q=nothing") for rows in RECORDS),
    state("admin:elections_conflict_changelist", "empty", query="?outcome=moved"),
    state("admin:elections_update_changelist", "empty", query="?state=acknowledged"),
    state("admin:agreements_document_changelist", "empty", query="?state__exact=ready"),
    state("admin:eligibility_loadrun_changelist", "empty", query="?kind__exact=nppes"),
    state("admin:notices_notice_changelist", "empty", query="?state__exact=bounced"),
    state("admin:accounts_user_changelist", "empty", query="?q=nobody-of-this-name"),
    state("admin:accounts_user_history", "empty"),
    state(
        "admin:accounts_staffchange_changelist", "empty", query="?verb__exact=started&role__exact=data_steward&q=none"
    ),
]

UNCONTESTED = member_of("wrong", rule=lambda world: "roster-complete")
FILLED = [
    *(state(name, "practices", who=Who.STRANGER) for name in ("sandbox", "sandbox_practice", "sandbox_summary")),
    *(
        state("election", name, of(name))
        for name in (
            *("wrong", "submitted", "waiting", "in_review", "approved", "rejected", "withdrawn", "lapsed"),
            *("asked", "answered", "pending"),
        )
    ),
    *(state(name, "viewer", who=Who.VIEWER) for name in ("election", "practice", "roster", "people", "signing")),
    *(state(name, "wrong", of("wrong")) for name in ("practices", "roster", "agreement_paper")),
    state("practices", "approved", of("approved")),
    state("clinician_notices", "over", of("withdrawn")),
    state("clinician_notice", "none told", of("submitted", practice=lambda world: 0)),
    state("clinician_notice", "over", of("withdrawn", practice=lambda world: 0)),
    state("practice", "wrong", member_of("wrong")),
    state("contest", "first", UNCONTESTED),
    state("roster", "problems", of("wrong"), query="?show=problems"),
    state("roster_import", "kinds", act=paste_without_kinds),
    state("roster_import", "whose", act=paste_npis_alone),
    state("roster", "taken over", of("empty"), act=paste_a_list),
    state("invitation", "guessed", lambda world: {"token": "guessed"}, who=Who.REPRESENTATIVE, status=404),
    state("virtual_group", "overtaken", act=be_overtaken),
    state("practice", "contested", member_of("contested")),
    state("ledger", "contested", of("contested")),
    *(state("submit_page", name, of(name)) for name in ("contested", "wrong", "submitted", "approved")),
    state("submit_page", "full tins", act=lambda page: press(page, "Show full TINs")),
    *(state(name, "read", of("approved"), who=Who.VIEWER) for name in ("agreement", "agreement_text")),
    state("agreement_text", "refused", act=fill_wrongly),
    state("verify", "refused", act=check_code("123-45-6789")),
    state("verify", "unknown", act=check_code("0000 0000 0000 0000")),
    state("verify", "no file", act=send),
    state("verify", "no PDF", act=check_file(lambda: b"PK")),
    state("verify", "genuine file", act=check_file(lambda: SEALED_FILE)),
    state("verify", "genuine receipt", act=check_file(lambda: SEALED_RECEIPT)),
    state("verify", "altered file", act=check_file(without_its_seal)),
    state("verify", "unknown file", act=check_file(lambda: b"%PDF-1.7")),
    state("document", "failed", document_of("rejected")),
    *(state("receipt", name, receipt_of(name)) for name in ("waiting", "withdrawn")),
    state("receipt", "pdf ready", receipt_of("approved"), who=Who.VIEWER),
    state("receipt", "pdf failed", receipt_of("rejected")),
    state("receipt_pdf", "failed", receipt_of("rejected")),
    state("updates", "viewer", of("approved"), who=Who.VIEWER),
    *(
        state("update", kind.label.lower(), update_of(kind))
        for kind in (UpdateKind.LEFT, UpdateKind.RENAMED, UpdateKind.NOTHING)
    ),
    state("update", "undone", of("approved", update_id=lambda world: world.undone.pk)),
    state("update_roster", "recorded", query="?day=2027-05-01&recorded_by=2026-12-01"),
    state("update_roster", "wrong", query="?day=May"),
    state("withdraw", "approved", of("approved")),
    *(
        state(f"{VERBS}change", name, of(name))
        for name in ("submitted", "waiting", "approved", "rejected", "asked", "answered", "pending")
    ),
    state("corrections", "read", of("asked"), who=Who.VIEWER),
    state(f"{VERBS}ask", "mail", act=fill_requests),
    state(f"{VERBS}change", "auditor", who=Who.AUDITOR),
    state(f"{VERBS}change", "asked first", of("asked"), who=Who.LEAD, act=go_on),
    state(f"{VERBS}assign", "in place", of("in_review"), who=Who.LEAD),
    state(f"{VERBS}change", "contested", of("contested"), who=Who.LEAD),
    state(f"{VERBS}override", "nothing", of("approved")),
    state(f"{VERBS}approve", "refused", of("waiting")),
    state(f"{VERBS}reject", "mail", act=fill_reasons),
    state(f"{VERBS}reveal", "shown", act=reveal),
    state("admin:elections_conflict_change", "settled", row("settled", "conflict_id")),
    state("admin:elections_conflict_change", "mail", act=settle),
    state("admin:elections_conflict_change", "read", who=Who.REVIEWER),
    state("admin:elections_update_change", "undone", row("undone", "update_id")),
    state("admin:elections_update_change", "mail", act=ask_about_update),
    state("admin:elections_update_change", "read", who=Who.AUDITOR),
    state("admin:notices_notice_change", "queued", row("notice")),
    state("admin:notices_notice_resend", "dead link", row("dead_notice", "notice_id")),
    state("admin:notices_unmatchedbounce_changelist", "week", query="?read=week"),
    state("admin:notices_notice_changelist", "kind of answer", query="?answer_kind__exact=recipient"),
    state("admin:eligibility_loadrun_change", "active", row("run")),
    state("admin:eligibility_loadrun_change", "waiting", row("waiting_run")),
    state("admin:eligibility_loadrun_change", "loading", row("loading_run")),
    state("admin:eligibility_run_upload", "nppes", lambda _: {"kind": "nppes"}),
    state("admin:groups", "another day", query="?performance_year=2027&as_of=2028-02-01"),
    state("admin:group", "another day", of("approved"), query="?as_of=2028-02-01"),
    state("admin:index", "steward", who=Who.STEWARD),
    state("admin:index", "administrator", who=Who.ADMINISTRATOR),
    state("admin:accounts_user_change", "read", who=Who.AUDITOR),
    state("admin:accounts_user_change", "waiting", newcomer),
    state("admin:accounts_user_change", "deactivated", shut_out),
    *(state(f"{PEOPLE}{verb}", "refused", act=fill_wrongly) for verb in ("give_role", "remove_role", "reset")),
]

SIGNERS_SEE = [
    state("signing", "elsewhere", of("draft")),
    state("agreement", "signed here", of("signing")),
    state("virtual_group", "signed", of("signing")),
    state("election", "signing", of("signing")),
    state("sign", "room", act=press_continue),
    state("sign", "room unfolded", act=look_into_everything),
    state("sign", "correction", act=behind_the_link("Something is wrong")),
    state("sign", "correction sent", link("opal"), act=behind_the_link("Something is wrong", say)),
    state("sign", "away for a while", act=behind_the_link("Something is wrong", away_for_a_while)),
    state("sign", "come back", act=behind_the_link("Something is wrong", come_back)),
    state("sign", "decline", act=behind_the_link("Decline to sign")),
    state("signing_answer", "declined", of("signing", request_id=lambda world: world.request("deca"))),
    state("sign", "forward", act=behind_the_link("I’m not the person")),
    state("sign", "forwarded to", link("fay"), act=press_continue),
    state("sign", "pdf", act=behind_the_link("Download the agreement as a PDF")),
    state("sign", "pdf asked for", act=behind_the_link("Download the agreement as a PDF", send)),
    state("sign", "signed", link("sig"), act=press_continue),
    state("sign", "may choose", link("chris"), act=press_continue),
    state("sign", "choose", link("chris"), act=behind_the_link("It takes part in")),
    state("sign", "again", link("agnes"), act=press_continue),
    state("sign", "declined", link("deca"), status=410),
    state("sign_election", "opened", act=open_practice),
    state("sign_election", "objection", act=object_to()),
    state("sign_election", "objection sent", act=object_to(say)),
    state("sign_election", "come back", act=object_to(come_back)),
    state("sign_recorded", "opened", act=open_practice),
    state("sign_recorded", "sent", act=object_to_record(say)),
    state("sign", "signed somewhere else", link("bay"), status=410),
    state("told", "no one", of("submitted")),
    state("told", "read", who=Who.VIEWER),
    state("told_address", "too late", of("withdrawn", practice=lambda world: 0)),
    state("sign", "unknown", lambda world: {"token": "guessed"}, status=404),
    state("sign", "not yours", who=Who.REPRESENTATIVE, status=403),
]

OWN = [
    state("agreement", "own", of("own")),
    state("agreement_text", "own", of("own")),
    state("agreement_own", "none", of("draft")),
    state("agreement_own", "viewer", who=Who.VIEWER),
    state("agreement_own", "none viewer", of("draft"), who=Who.VIEWER),
    state("agreement_own", "earlier", act=unfold),
    state("agreement_own", "uploaded", of("empty"), act=upload(bare(pages=4))),
    state("agreement_own_upload", "first", of("draft")),
    state("signature_page", "attached", member_of("submitted")),
    state("signature_page", "closed", member_of("withdrawn")),
    state("agreement_paper", "older dates", of("submitted")),
    state("agreement", "signature page", of("submitted"), who=Who.VIEWER),
    state("election", "own", of("own")),
    state("sign", "own agreement room", link("olga"), act=look_into_everything),
    state("sign", "own agreement pdf", link("olga"), act=behind_the_link("Download the signature record")),
]

WITH_FIELDS = (
    *("submit_page", "withdraw"),  # before the draft is written to: what is sound of a page is saved, faults or not
    *(
        "virtual_group",
        "representative",
        "practice_add",
        "practice",
        "agreement_paper",
        "people",
        "roster_import",
        "roster",
    ),
    *(
        "corrections",
        "update_contact",
        "update_clinician",
        "update_practice",
        "sandbox_add",
        "signing_replace",
        "told_address",
    ),
    *("signing_answer", "clinician_notice", "clinician_other_way"),
    *(f"{VERBS}{verb}" for verb in ("override", "settle_objection", "ask", "approve", "reject", "reopen", "note")),
    *(f"{VERBS}{verb}" for verb in ("identifier", "reveal")),
    *("admin:elections_conflict_change", "admin:elections_update_change", "admin:eligibility_electionwindow_add"),
)
IN_ERROR = [
    state("agreement_own", "error", act=fill_wrongly),
    state("agreement_own_upload", "error", act=upload(b"no PDF")),
    state("agreement_own_upload", "error first", of("draft"), act=send),
    state("signature_page", "error", act=lambda page: send_pdf(page, PAGE_FILE, b"no PDF")),
    state("signature_page", "error none", act=send),
    *(state(name, "error", act=fill_wrongly) for name in WITH_FIELDS),
    state("contest", "error", UNCONTESTED, act=fill_wrongly),
    state("update", "error", act=lambda page: press(page, "Send the answer")),
    state("admin:eligibility_run_upload", "error", act=fill_wrongly),
    state("admin:elections_export_make", "error", act=ask_for_the_future),
    state("admin:groups", "error", query="?as_of=soon"),
    state("admin:group", "error", of("approved"), query="?as_of=soon"),
    state("signing", "error", act=name_wrongly),
    state("sign", "error", act=sign_wrongly),
    state("sign", "correction error", act=behind_the_link("Something is wrong", send)),
    state("sign_election", "objection error", act=object_to(send)),
    state("sign", "forward error", act=behind_the_link("I’m not the person", fill_wrongly)),
    state("sign_recorded", "error", act=object_to_record(send)),
    state("sign", "decline error", act=behind_the_link("Decline to sign", send)),
]
AT_LAST = [  # there is nothing to override, and nothing to choose, after it
    state("practice", "another TIN", member_of("draft"), act=change_tin),
    state("practice_add", "CMS’s list", act=add_with_one_npi),
    state("elections", "a name refused", act=start_wrongly),
    state(f"{VERBS}override", "done", act=override),
    state(f"{VERBS}settle_objection", "done", act=settle_objection),
    state("sign", "chosen", link("chris"), act=behind_the_link("It takes part in", send)),
]

AS_IN_TABLE = [state(name, "filled") for name, route in BY_NAME.items() if route.page]
STATES = [*AS_IN_TABLE, *FILLED, *SIGNERS_SEE, *EMPTY, *OWN, *IN_ERROR, *AT_LAST]
