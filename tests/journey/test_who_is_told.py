"""One election through every event, in browsers: who was told what is what docs/who-is-told.md says, and no one else.

Every mail goes out to a real mail server. A link that is a signer's own reaches no other address.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import expect

from accounts.models import User
from agreements.models import SigningRequest
from elections.desk import correction_rounds, decisions
from elections.models import Correction, Election, Invitation, RoleKind, Update, UpdateKind
from elections.people import actions as people
from elections.practices.members import remove_member
from elections.upkeep.unreported import remind_of_updates
from ground import clock
from notices import delivery
from notices.models import Notice
from tests.factories.corrections import answer_correction
from tests.factories.elections import ElectionFactory, save_practice
from tests.factories.people import DanaFactory, LeadFactory, ReviewerFactory, UserFactory, signed_in
from tests.factories.practices import GROUP, OTHER, SOLO, load_cms_data
from tests.factories.signing import acknowledge, ask_to_sign, sign_all
from tests.factories.told import newly_told, table
from tests.moments import at
from tests.smtp import MailServer

from .players import Player

pytestmark = [pytest.mark.browser, pytest.mark.proof, pytest.mark.django_db(transaction=True)]

SOL, GWEN, OLIVE = "sol@example.org", "gwen@example.org", "olive@example.org"
PEOPLE = {
    "Representative": "dana@example.org",
    "Collaborator": "cleo@example.org",
    "Signer": SOL,
    "Signer of a new practice": OLIVE,
    "Signer of a practice that left": GWEN,
    "Reviewer": "alex@cms.example",
    "lead reviewers": "lee@cms.example",
    "the signer of the practice": OLIVE,
    "the representative before": "dana@example.org",
}
WORDS = "We did not agree to this."


class Story:
    """The election, the people at their browsers, and what was compared so far."""

    def __init__(self, election: Election, mail_server: MailServer, dana: Player, alex: Player, lee: Player) -> None:
        self.pk = election.pk
        self.mail_server = mail_server
        self.dana, self.alex, self.lee = dana, alex, lee
        self.table = table(1)
        self.compared: list[str] = []
        self.signers = [SOL, GWEN]  # of practices that stay named
        self.people = dict(PEOPLE)

    @property
    def election(self) -> Election:
        return Election.objects.get(pk=self.pk)

    @contextmanager
    def event(self, name: str) -> Iterator[None]:
        """Hold what is told in the block to the table's row, and what arrives."""
        before = len(self.mail_server.messages)
        with newly_told() as told:
            yield
        wanted: dict[str, list[str]] = {}
        for who, template in self.table[name].items():
            for address in self.signers if who == "Signer" else [self.people[who]]:
                wanted[address] = [template]
        assert told == wanted, name
        deliver_all()
        assert sorted(mail["To"] for mail in self.mail_server.messages[before:]) == sorted(wanted), name
        self.compared.append(name)

    def desk(self, page: str = "") -> str:
        return f"/staff/elections/election/{self.pk}/{page}"

    def submits(self) -> None:
        """Submit as the representative, at the last page."""
        self.dana.page.goto(f"/elections/{self.pk}/review")
        self.dana.type("Type CONFIRM to submit", "CONFIRM")
        self.dana.page.get_by_role("button", name=re.compile("^Submit the election")).click()
        expect(self.dana.page.get_by_role("heading", level=1)).to_contain_text("Received")

    def starts_review(self) -> None:
        self.alex.page.goto(self.desk())
        self.alex.press("Start review")

    def settles(self) -> None:
        """Say what became of every objection that is open."""
        self.alex.page.goto(self.desk("settle-objection/"))
        for box in self.alex.page.locator(".usa-checkbox__label").all():
            box.click()
        self.alex.page.get_by_label("What became of it?").fill("Both called back: they agreed.")
        self.alex.press("Settle")
        expect(self.alex.page.locator("#content .messages")).to_contain_text("Settled. Your note is in the history.")

    def approves(self) -> None:
        self.alex.page.goto(self.desk("approve/"))
        expect(self.alex.page.get_by_text("signers of the practices")).to_be_visible()
        self.alex.picture("approve")
        self.alex.press("Approve and send the email")

    def takes_effect(self) -> None:
        """Do what the worker does a minute later."""
        assert decisions.take_effect(self.pk, now=clock.now() + decisions.WAIT)

    def asks(self) -> None:
        """Ask for a correction, with the mail looked at first."""
        self.alex.page.goto(self.desk("ask/"))
        self.alex.page.get_by_label("What is it about?").select_option("practice:0")
        self.alex.page.get_by_label("What is wrong?").fill("The name is not the one in PECOS.")
        self.alex.page.get_by_label("What should the representative do?").fill("Type the legal name.")
        self.alex.press("Preview the email")
        self.alex.press("Ask and send the email")

    def withdraws(self) -> None:
        self.dana.page.goto(f"/elections/{self.pk}/withdraw")
        self.dana.choose("Yes, withdraw this election")
        self.dana.press("Withdraw the election")
        expect(self.dana.page.locator(".messages")).to_contain_text("The election is withdrawn.")

    def objects(self, signer: Player) -> None:
        """Say what isn't right, by the link in the signer's latest mail."""
        found = re.search(r"/sign/[\w-]+/election", Notice.objects.filter(to=signer.email).latest("pk").body)
        assert found
        signer.page.goto(found[0])
        signer.press("Continue")
        signer.picture("what-was-submitted")
        signer.follow("This isn’t right")
        signer.type("What isn’t right?", WORDS)
        signer.press("Send")
        expect(signer.page.locator(".messages")).to_contain_text("We emailed the representative and CMS")


def deliver_all() -> None:
    """Send what is owed, also what is owed only when a decision takes effect."""
    while delivery.sweep(now=clock.now() + decisions.WAIT):
        pass


def change_members(story: Story) -> None:
    """Take the second practice out, and another one in, which all sign for; it is not submitted yet."""
    dana = story.election.started_by
    left = story.election.members.get(name=GROUP.name)
    remove_member(story.pk, left.pk, now=clock.now(), by=dana)
    save_practice(story.election, OTHER)
    joined = story.election.members.get(name=OTHER.name)
    signer = {f"practice-{joined.pk}-signer_name": "Olive Mill", f"practice-{joined.pk}-signer_email": OLIVE}
    signed_in(dana).post(f"/elections/{story.pk}/signing", signer | {"ask": "yes"})
    sign_again(story)


def sign_again(story: Story) -> None:
    acknowledge(story.election)
    sign_all(story.election)
    deliver_all()


def change_a_little(story: Story) -> None:
    """Change what no one has to sign again: whom CMS reaches."""
    number = story.election.submissions.count()
    Election.objects.filter(pk=story.pk).update(alternate_name=f"Ann Other {number}", alternate_email="ann@example.org")


@pytest.fixture
def story(enter: Callable[..., Player], mail_server: MailServer, db: None, settings: Any) -> Story:
    settings.STAFF_SECOND_FACTOR = False
    load_cms_data()
    dana = DanaFactory()
    cleo = UserFactory(email="cleo@example.org", name="Cleo Collaborator")
    ReviewerFactory(email="alex@cms.example", name="Alex Reviewer")
    LeadFactory(email="lee@cms.example", name="Lee Lead")
    election = ElectionFactory(by=dana, practices=(SOLO, GROUP))
    election.roles.create(user=cleo, kind=RoleKind.COLLABORATOR)
    ask_to_sign(election)
    acknowledge(election)
    sign_all(election)
    deliver_all()
    players = [enter(name) for name in ("Dana Rivera", "Alex Reviewer", "Lee Lead")]
    for player in players:
        if player.short != "dana":
            player.email = f"{player.short}@cms.example"
        player.page.goto("/accounts/login/")
        player.sign_in()
        expect(player.page.get_by_role("button", name="Sign out").first).to_be_attached()
    return Story(election, mail_server, *players)


def test_everyone_hears_what_the_table_says(story, enter, set_clock):
    until_it_is_reviewed(story, enter)
    corrections(story, set_clock)
    decisions_and_what_follows(story)
    the_end(story)
    assert sorted(story.compared) == sorted(story.table)
    assert_links_reached_their_own_people_alone()


def until_it_is_reviewed(story: Story, enter: Callable[..., Player]) -> None:
    with story.event("Submitted"):
        story.submits()
    sol = enter("Sol Harbor", java_script_enabled=False)
    with story.event("Something isn't right, no reviewer"):
        story.objects(sol)
    with story.event("Review started"):
        story.starts_review()
    change_members(story)
    story.signers = [SOL]
    with story.event("Submitted again"):
        story.submits()
    story.signers = [SOL, OLIVE]
    olive = enter("Olive Mill", viewport={"width": 375, "height": 900})
    with story.event("Something isn't right"):
        story.objects(olive)


def corrections(story: Story, set_clock: Callable[[str], object]) -> None:
    story.starts_review()
    with story.event("Correction asked for"):
        story.asks()
    due = Correction.objects.get(ended_at=None).due_at
    began = clock.now()
    set_clock((due - timedelta(days=2, hours=12)).isoformat())
    with story.event("Correction due soon"):
        correction_rounds.remind_of_corrections(now=clock.now())
    set_clock(due.isoformat())
    with story.event("Correction not answered in time"):
        assert correction_rounds.resume_due(now=clock.now()) == 1
    set_clock(began.isoformat())
    story.asks()
    deliver_all()
    answer_correction(story.election)
    with story.event("Correction answered"):
        story.submits()
    story.starts_review()


def decisions_and_what_follows(story: Story) -> None:
    with story.event("Objections settled"):
        story.settles()
    with story.event("Approved, within its minute"):
        story.approves()
    with story.event("Decision undone in its minute"):
        story.alex.press("Undo")
        expect(story.alex.page.locator("#content .messages")).to_contain_text("Undone.")
    story.approves()
    change_a_little(story)
    with story.event("Submitted again in a decision's minute"):
        story.submits()
    story.starts_review()
    story.approves()
    with story.event("Approved, in effect"):
        story.takes_effect()
    with story.event("Identifier replaced"):
        story.alex.page.goto(story.desk("identifier/"))
        story.alex.page.get_by_label("identifier").fill("VG-2027-0001")
        story.alex.press("Preview the email")
        story.alex.press("Replace and send the email")
        expect(story.alex.page.locator("#content .messages")).to_contain_text("The identifier was replaced.")
    updates(story)
    with story.event("Reopened by a lead reviewer"):
        story.lee.page.goto(story.desk("reopen/"))
        story.lee.page.get_by_label("Reason").fill("A TIN was wrong.")
        story.lee.press("Preview the emails")
        story.lee.press("Reopen and send the emails")
    with story.event("Rejected, within its minute"):
        story.alex.page.goto(story.desk("reject/"))
        story.alex.page.get_by_label("Reasons in your own words").fill("The agreement was not executed.")
        story.alex.press("Preview the email")
        story.alex.press("Reject and send the email")
    with story.event("Rejected, in effect"):
        story.takes_effect()


def updates(story: Story) -> None:
    dana, pages = story.dana, f"/elections/{story.pk}/updates"
    with story.event("Update reported: contact"):
        dana.page.goto(f"{pages}/contact")
        dana.page.get_by_label("Phone").fill("555-0177")
        dana.press("Report the change")
        expect(dana.page.locator(".messages")).to_contain_text("CMS has the change.")
    with story.event("Update reported: clinician"):
        dana.page.goto(f"{pages}/clinician")
        dana.page.get_by_text("A clinician joined", exact=True).click()
        dana.page.locator("#id_practice").select_option("0")
        dana.page.locator("#id_npi").fill(GROUP.npis[0])
        dana.page.locator("#id_effective_on").fill(clock.today().isoformat())
        dana.press("Report the change")
        expect(dana.page.locator(".messages")).to_contain_text("CMS has the change.")
    with story.event("Update reported: nothing"):
        dana.page.goto(f"{pages}/nothing")
        dana.page.get_by_role("button", name=re.compile("^Report that nothing has changed")).click()
        expect(dana.page.locator(".messages")).to_contain_text("CMS knows that nothing else has changed.")
    with story.event("Update reported: practice"):
        dana.page.goto(f"{pages}/practice")
        dana.page.get_by_text("A practice closed", exact=True).click()
        dana.page.locator("#id_practice").select_option(label=OTHER.name)
        dana.page.locator("#id_effective_on").fill(clock.today().isoformat())
        dana.press("Report the change")
        expect(dana.page.locator(".messages")).to_contain_text("CMS has the change.")
    questions(story, Update.objects.get(kind=UpdateKind.CLOSED))
    hand_over(story)
    with at("2028-01-01T09:00:00-05:00"), story.event("Update is due"):
        remind_of_updates(now=clock.now())


def questions(story: Story, update: Update) -> None:
    """Ask about an update, answer, undo it; and acknowledge another."""
    alex, dana = story.alex, story.dana
    with story.event("CMS asks about an update"):
        alex.page.goto(f"/staff/elections/update/{update.pk}/")
        alex.page.get_by_label("Your question").fill("Was it this practice?")
        alex.press("Preview the email")
        alex.picture("ask-about-update")
        alex.press("Ask and send the email")
        expect(alex.page.locator("#content .messages")).to_contain_text("Your question is on its way.")
    with story.event("Update answered"):
        dana.page.goto(f"/elections/{story.pk}/updates/{update.pk}")
        dana.type("Your answer to CMS", "No, it was another one.")
        dana.press("Send the answer")
        expect(dana.page.locator(".messages")).to_contain_text("CMS has your answer.")
    with story.event("Update undone"):
        dana.press("Undo this update")
        expect(dana.page.locator(".messages")).to_contain_text("Undone.")
    with story.event("Update acknowledged"):
        alex.page.goto("/staff/")
        alex.page.get_by_role("link", name="Updates (3)").click()
        alex.page.locator("#result_list tbody a").first.click()
        alex.press("Acknowledge and take the next one")
        expect(alex.page.locator("#content .messages")).to_contain_text("Acknowledged. We didn’t email anyone.")


def hand_over(story: Story) -> None:
    """Have someone else represent the group, and then Dana again, who goes on with the story."""
    dana, robin = story.election.started_by, UserFactory(email="robin@example.org", name="Robin Vale")
    story.people["Representative"] = robin.email
    invite_and_deliver(story, robin, by=dana)
    with story.event("Update reported: representative"):
        people.accept(invitation_of(robin), by=robin, now=clock.now())
    invite_and_deliver(story, dana, by=robin)
    people.accept(invitation_of(dana), by=dana, now=clock.now())
    story.election.roles.filter(user__in=[dana, robin]).delete()
    story.people = dict(PEOPLE)
    deliver_all()


def invite_and_deliver(story: Story, user: User, *, by: User) -> None:
    """Invite someone to represent the group."""
    people.invite(story.pk, email=user.email, kind="representative", name=user.name, by=by, now=clock.now())
    deliver_all()


def invitation_of(user: User) -> Invitation | None:
    """Return the invitation whose link a person got last."""
    [token] = re.findall(r"/invitations/(\S+)", Notice.objects.filter(to=user.email).latest("pk").body)
    return people.find(token)


def the_end(story: Story) -> None:
    """Reopen it, and withdraw it; then a copy of it, in the minute of a decision."""
    story.lee.page.goto(story.desk("reopen/"))
    story.lee.page.get_by_label("Reason").fill("The rejection was wrong.")
    story.lee.press("Preview the emails")
    story.lee.press("Reopen and send the emails")
    deliver_all()
    with story.event("Withdrawn"):
        story.withdraws()
    story.dana.page.goto(f"/elections/{story.pk}/")
    story.dana.page.get_by_role("button", name=re.compile("new draft")).click()
    copy = Election.objects.get(copied_from=story.pk)
    copy.roles.create(user=UserFactory(email="cleo@example.org"), kind=RoleKind.COLLABORATOR)
    story.pk = copy.pk
    sign_again(story)
    story.submits()
    story.starts_review()
    story.approves()
    deliver_all()
    with story.event("Withdrawn in a decision's minute"):
        story.withdraws()


def assert_links_reached_their_own_people_alone() -> None:
    """No mail has another person's link in it, and none to those who don't sign has any."""
    own = dict(SigningRequest.objects.values_list("token", "email"))
    for notice in Notice.objects.all():
        for token in re.findall(r"/sign/([\w-]+)", notice.body):
            assert own[token] == notice.to, notice
