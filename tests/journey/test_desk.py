"""Two reviewers and a lead reviewer work a queue of twelve elections in browsers of their own, to the right end."""

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Page, expect

from elections.corrections.answers import save_answers
from elections.desk import decisions
from elections.models import Claim, Conflict, CorrectionRequest, Election
from elections.practices import contests
from elections.practices.members import remove_member
from eligibility.models import DeterminationClinician
from ground import clock
from notices.models import Notice
from tests.factories.elections import ElectionFactory, submit
from tests.factories.people import LeadFactory, ReviewerFactory, UserFactory, signed_in
from tests.factories.practices import BELOW, FictionalPractice, PracticeFactory, load_cms_data
from tests.factories.signing import acknowledge

pytestmark = [pytest.mark.browser, pytest.mark.proof, pytest.mark.django_db(transaction=True)]

QUEUE = "/staff/elections/election/?status=open"
WIDTHS = {"wide": 1440, "narrow": 1024}
CLEAN = ("Alder Group", "Birch Group", "Cedar Group", "Dogwood Group", "Elm Group")
OTHERS = ("Fir Group", "Hazel Group", "Juniper Group", "Larch Group", "Maple Group")
CONTESTED, TWICE, RACED, UNDONE, REOPENED = OTHERS
HOLDS, WAITS = "Oak Group", "Pine Group"
MAILS = {  # to whom, of what, how often: one of each decision, and none of what was undone or came second
    **{(f"{group.split()[0].lower()}@example.org", "election approved"): 1 for group in (*CLEAN, HOLDS, WAITS)},
    **{(f"{group.split()[0].lower()}@example.org", "election approved"): 1 for group in OTHERS if group != UNDONE},
    ("larch@example.org", "election rejected"): 1,
    ("maple@example.org", "election rejected"): 1,
    ("maple@example.org", "election reopened"): 1,
    ("reviewer@cms.example", "election reopened at desk"): 1,
    ("hazel@example.org", "election correction"): 2,
    ("hazel@example.org", "election submitted"): 2,
    ("sam@cms.example", "election submitted again"): 2,
    ("pine@example.org", "election claim held"): 1,
    ("oak@example.org", "election correction"): 1,
    ("oak@example.org", "election submitted"): 1,
    ("lead@cms.example", "election submitted again"): 1,
}


class Desk:
    """One member of staff at a browser of their own; pages looked at are kept as pictures, at two widths."""

    def __init__(self, page: Page, name: str) -> None:
        self.page, self.name = page, name
        self.pictures = 0

    def look(self, what: str) -> None:
        """Keep a picture of the page at each width; it does not scroll sideways."""
        for name, width in WIDTHS.items():
            self.page.set_viewport_size({"width": width, "height": 900})
            assert self.page.evaluate("document.documentElement.scrollWidth") <= width, f"{what} scrolls sideways"
            folder = Path(settings.VAR_DIR, "screenshots")
            folder.mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=folder / f"desk-{self.name}-{what}-{name}.png", full_page=True)

    def open(self, name: str) -> None:
        """Open an election's packet from the queue."""
        self.page.goto("/staff/elections/election/?status=all")
        self.page.get_by_role("link", name=name, exact=True).click()

    def review(self, name: str) -> None:
        """Start the review of an election by its button in the queue, which opens the packet."""
        self.page.goto(QUEUE)
        self.page.get_by_role("button", name=f"Review {name}", exact=True).click()
        self.says("You’re now the reviewer of this election. We didn’t email anyone.")

    def follow(self, link: str) -> None:
        self.page.get_by_role("link", name=link, exact=True).click()

    def press(self, button: str) -> None:
        self.page.get_by_role("button", name=button, exact=True).click()

    def says(self, message: str) -> None:
        expect(self.page.locator("#content .messages")).to_contain_text(message)

    def read_approval(self) -> None:
        """Open the page of the approval, where the key `a` leads too."""
        self.page.locator("[data-key=a]").click()

    def approve(self) -> None:
        self.press("Approve and send the email")
        self.says("Approved. It takes effect in one minute. We’ll send the email only after that.")

    def ask(self, about: str, reason: str, settled_by: str) -> None:
        """Ask for one correction, with the mail looked at first."""
        self.follow("Ask for a correction")
        self.page.get_by_label("What is it about?").select_option(label=about)
        self.page.get_by_label("What is wrong?").fill(reason)
        self.page.get_by_label("What should the representative do?").fill(settled_by)
        self.press("Preview the email")
        expect(self.page.locator(".packet-mail")).to_contain_text(reason)
        self.press("Ask and send the email")
        self.says("Correction requested. The email is on its way.")


@pytest.fixture
def desk_of(browser: Browser, browser_context_args: dict[str, Any], settings: Any) -> Iterator[Callable[..., Desk]]:
    """Give a member of staff a browser of their own, signed in."""
    settings.STAFF_SECOND_FACTOR = False
    contexts = []

    def desk_of(user: Any, name: str) -> Desk:
        contexts.append(browser.new_context(**browser_context_args))
        contexts[-1].set_default_timeout(10_000)
        cookie = signed_in(user).cookies[settings.SESSION_COOKIE_NAME]
        url = browser_context_args["base_url"]
        contexts[-1].add_cookies([{"name": cookie.key, "value": cookie.value, "url": url}])
        return Desk(contexts[-1].new_page(), name)

    yield desk_of
    for context in contexts:
        context.close()


@pytest.fixture
def twelve(db: None, set_clock: Callable[[str], object]) -> dict[str, Election]:
    """Twelve elections that were submitted, one a minute: one contested a finding, and two list the same practice."""
    practices = PracticeFactory.build_batch(27)
    load_cms_data(practices)
    made = {}
    for number, name in enumerate((*CLEAN, *OTHERS, HOLDS, WAITS)):
        set_clock(f"2026-12-01T09:{number:02}:00-05:00")
        listed = practices[2 * number : 2 * number + 2]
        if name == CONTESTED:
            DeterminationClinician.objects.filter(npi=listed[0].npis[0]).update(**BELOW)
        if name == HOLDS:
            listed.append(practices[24])
        if name == WAITS:
            listed = [practices[2 * (number - 1)], *practices[25:]]
        made[name] = submitted(name, listed)
    set_clock("2026-12-01T10:00:00-05:00")
    return made


def submitted(name: str, practices: list[FictionalPractice]) -> Election:
    short = name.split()[0].lower()
    by = UserFactory(email=f"{short}@example.org", name=f"{name.split()[0]} Rivera")
    election = ElectionFactory(by=by, practices=practices, name=name)
    if name == CONTESTED:
        member = election.members.all()[0]
        told = {"rule": "low-volume-threshold", "statement": "The claims of January are missing."}
        contests.contest(election.pk, member.pk, **told, by=by, now=clock.now())
    submit(election)
    return election


def answer(election: Election, explanation: str = "") -> None:
    """Answer each open request as the representative, and submit again."""
    kind = CorrectionRequest.Answer.DECLINED if explanation else CorrectionRequest.Answer.CHANGED
    requests = CorrectionRequest.objects.filter(correction__submission__election=election, correction__ended_at=None)
    answers = {request.pk: {"answer": kind, "explanation": explanation} for request in requests}
    save_answers(election.pk, answers, by=election.started_by, now=clock.now())
    submit(Election.objects.get(pk=election.pk))


def a_minute_later(set_clock: Callable[[str], object], at: str) -> None:
    """Move the clock on, and let each decision whose minute is over take effect."""
    set_clock(f"2026-12-01T{at}-05:00")
    decisions.take_effect_due(now=clock.now())


def test_twelve_elections_come_to_the_right_end(twelve, desk_of, set_clock):
    Notice.objects.all().delete()
    alex = desk_of(ReviewerFactory(), "alex")
    sam = desk_of(ReviewerFactory(email="sam@cms.example", name="Sam Reviewer"), "sam")
    lee = desk_of(LeadFactory(), "lee")

    alex.page.goto("/staff/")
    alex.look("morning")
    alex.follow("Unassigned (12)")
    alex.look("queue")
    take_turns_at_the_clean_ones(alex, sam)
    correct_twice(sam, twelve[TWICE])
    override(alex, lee)
    undo_and_reject(alex)
    race(alex, lee)
    settle_and_correct(lee, sam, twelve[HOLDS])
    a_minute_later(set_clock, "10:02:00")
    reopen_and_reject(alex, lee, set_clock)
    a_minute_later(set_clock, "10:10:00")

    alex.page.goto(QUEUE)
    expect(alex.page.get_by_text("No election needs a decision now.")).to_be_visible()
    alex.page.goto("/staff/dashboard/")
    alex.look("dashboard")
    elections = Election.objects.select_related("last_submission")
    assert {name: elections.get(pk=made.pk).status for name, made in twelve.items()} == {
        name: "rejected" if name in (UNDONE, REOPENED) else "approved" for name in twelve
    }
    assert not elections.exclude(pending_decision=None).exists()
    assert len({*elections.filter(status="approved").values_list("virtual_group_identifier", flat=True)}) == 10
    assert Conflict.objects.get().outcome == "moved"
    assert Counter(Claim.objects.values_list("state", flat=True)) == {"held": 21, "released": 5}
    assert Counter(Notice.objects.values_list("to", "reason")) == MAILS


def take_turns_at_the_clean_ones(alex: Desk, sam: Desk) -> None:
    for number, name in enumerate(CLEAN):
        desk = (sam, alex)[number % 2]
        if desk is sam:
            desk.page.goto("/staff/")
            desk.press("Take the next one")
        else:
            desk.review(name)
        expect(desk.page.get_by_role("heading", level=1)).to_have_text(f"{name}, 2027")
        expect(desk.page.get_by_text("Nothing to decide: ")).to_be_visible()
        if desk is alex:
            desk.look("clean")
        desk.approve()


def correct_twice(sam: Desk, election: Election) -> None:
    practice = election.members.all()[0].name
    sam.review(TWICE)
    sam.ask(practice, "The name is not the one in PECOS.", "Type the legal name.")
    sam.look("asked")
    answer(election)
    sam.page.goto(QUEUE)
    expect(sam.page.locator("#result_list tbody tr").first).to_contain_text("Correction answered")
    sam.look("queue-answered")
    sam.review(TWICE)
    expect(sam.page.get_by_role("heading", name="The representative answered CMS’s request")).to_be_visible()
    sam.ask(practice, "It is still another name.", "Say why.")
    answer(election, "It is the name on our license.")
    sam.review(TWICE)
    expect(sam.page.get_by_text("It is the name on our license.")).to_be_visible()
    sam.look("answered")
    sam.read_approval()
    sam.approve()


def override(alex: Desk, lee: Desk) -> None:
    alex.review(CONTESTED)
    alex.look("contested")
    alex.read_approval()
    expect(alex.page.get_by_role("heading", name="You cannot approve this election now")).to_be_visible()
    lee.open(CONTESTED)
    lee.follow("Override a finding")
    lee.page.locator("label", has_text="Practice ").first.click()
    lee.page.get_by_label("Justification").fill("The claims of January exceed all three limits.")
    lee.look("override")
    lee.press("Override this finding")
    lee.says("Overridden. Your justification appears with the finding.")
    alex.follow("Back to the packet")
    alex.read_approval()
    alex.approve()


def undo_and_reject(alex: Desk) -> None:
    alex.review(UNDONE)
    alex.approve()
    alex.look("decided")
    alex.press("Undo")
    alex.says("Undone. The election is in your review again. We didn’t email anyone.")
    reject(alex, "Lakeside has 12 clinicians (42 CFR 414.1315(a)(1)).")


def reject(desk: Desk, reasons: str) -> None:
    desk.follow("Reject")
    desk.page.get_by_label("Reasons").fill(reasons)
    desk.press("Preview the email")
    expect(desk.page.locator(".packet-mail")).to_contain_text(reasons)
    desk.look("reject")
    desk.press("Reject and send the email")
    desk.says("Rejected. It takes effect in one minute. We’ll send the email only after that.")


def race(alex: Desk, lee: Desk) -> None:
    alex.review(RACED)
    lee.open(RACED)
    lee.read_approval()
    alex.approve()
    lee.page.get_by_text("Do this in place of Alex Reviewer").click()
    lee.press("Approve and send the email")
    lee.says("Alex Reviewer approved this election on Dec 1, 2026, 10:00:00 a.m. ET. Nothing was changed")
    lee.look("second")


def settle_and_correct(lee: Desk, sam: Desk, loser: Election) -> None:
    lee.page.goto("/staff/elections/conflict/")
    lee.page.locator("#result_list tbody").get_by_role("link").first.click()
    lee.page.get_by_text("It is waiting, and the TIN moves to it.").click()
    lee.page.get_by_label("Reason").fill("The practice signed there itself.")
    lee.press("Preview the emails")
    expect(lee.page.locator(".packet-mail")).to_have_count(2)
    lee.look("conflict")
    lee.press(f"Give the TIN to {WAITS}, 2027 and send the emails")
    lee.says("The conflict is settled. The emails are on their way.")
    remove_member(loser.pk, loser.members.all()[0].pk, by=loser.started_by, now=clock.now())
    acknowledge(loser)
    answer(loser)
    lee.review(HOLDS)
    expect(lee.page.get_by_role("heading", name="The representative answered CMS’s request")).to_be_visible()
    lee.read_approval()
    lee.approve()
    sam.review(WAITS)
    sam.look("moved")
    sam.read_approval()
    sam.approve()


def reopen_and_reject(alex: Desk, lee: Desk, set_clock: Callable[[str], object]) -> None:
    alex.review(REOPENED)
    alex.approve()
    a_minute_later(set_clock, "10:04:00")
    lee.open(REOPENED)
    lee.follow("Reopen")
    lee.page.get_by_label("Reason").fill("PECOS was wrong about its second practice.")
    lee.press("Preview the emails")
    expect(lee.page.locator(".packet-mail")).to_have_count(2)
    lee.look("reopen")
    lee.press("Reopen and send the emails")
    lee.says("Reopened. The emails are on their way.")
    alex.open(REOPENED)
    reject(alex, "The second practice has 12 clinicians (42 CFR 414.1315(a)(1)).")
