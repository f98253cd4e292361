"""One draft through every event of it: who was told what is what the second table of docs/who-is-told.md says."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import transaction

from agreements.models import SigningRequest
from elections.models import Election, RoleKind
from elections.overview.reminders import remind_due
from elections.people import actions as people
from elections.signing import actions as signing
from elections.signing import asking
from elections.signing.answers import answer, written_at
from elections.signing.forwarding import cancel_forward, forward
from elections.signing.recorded import object_to_record, tell_recorded_due
from elections.signing.signing_emails import QUIET, ask_again, remind_signers_due, tell_executed_due
from elections.submission import actions as submission
from ground import clock
from notices.models import Notice
from tests.factories.elections import ElectionFactory
from tests.factories.people import UserFactory
from tests.factories.practices import GROUP, SOLO
from tests.factories.signing import alter, ask_another, ask_to_sign, change_practice, make_executed, sign_all
from tests.factories.told import give_addresses, newly_told, table

pytestmark = pytest.mark.django_db

DANA, CLEO, ROBIN = "dana@example.org", "cleo@example.org", "robin@example.org"
SOL, GWEN = "sol@example.org", "gwen@example.org"
PEOPLE = {
    "Representative": DANA,
    "Collaborator": CLEO,
    "the person invited": ROBIN,
    "the new signer": ROBIN,
    "who invited": DANA,
    "the representative before": DANA,
}


class Story:
    """The draft, and which rows of the table were compared so far."""

    def __init__(self, election: Election) -> None:
        self.election, self.dana = election, election.started_by
        self.table = table(2)
        self.compared: list[str] = []

    @contextmanager
    def event(self, **signers_of: list[str]) -> Iterator[None]:
        """Hold what is told in the block to the rows with these names; of each, the signers concerned."""
        wanted: dict[str, list[str]] = {}
        for name, signers in signers_of.items():
            for who, template in self.table[name].items():
                for address in signers if who == "Signer" else [PEOPLE[who]]:
                    wanted[address] = [template]
        with newly_told() as told:
            yield
        assert told == wanted, signers_of
        self.compared += signers_of


@contextmanager
def taken_back() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture
def story(cms_data: object) -> Story:
    election = ElectionFactory()
    election.roles.create(user=UserFactory(email=CLEO), kind=RoleKind.COLLABORATOR)
    return Story(election)


def asked(address: str) -> SigningRequest:
    return SigningRequest.objects.filter(email=address).latest("pk")


def test_everyone_hears_what_the_table_says(story, set_clock, client):
    invitations(story)
    on_paper(story)
    signatures(story, set_clock, client)
    the_end(story, set_clock)
    assert sorted(story.compared) == sorted(story.table)


def invitations(story: Story) -> None:
    robin = UserFactory(email=ROBIN, name="Robin Vale")
    with taken_back():
        with story.event(Invited=[]):
            token = invite(story)
        with story.event(**{"Invitation declined": []}):
            people.decline(people.find(token), by=robin, now=clock.now())
    with taken_back():
        token = invite(story)
        with story.event(**{"Handed over": []}):
            people.accept(people.find(token), by=robin, now=clock.now())


def invite(story: Story) -> str:
    people.invite(story.election.pk, email=ROBIN, kind="representative", by=story.dana, now=clock.now())
    [token] = re.findall(r"/invitations/(\S+)", Notice.objects.filter(to=ROBIN).latest("pk").body)
    return str(token)


def on_paper(story: Story) -> None:
    now = clock.now() + QUIET
    with taken_back():
        give_addresses(story.election, SOL, GWEN)
        with story.event(**{"Signed on paper, as recorded": [SOL, GWEN]}):
            assert tell_recorded_due(now=now) == 2
        with taken_back(), story.event(**{"Withdrawn after paper records were told": [SOL, GWEN]}):
            submission.withdraw(story.election.pk, by=story.dana, now=now)
        with taken_back(), story.event(**{"Lapsed after paper records were told": [SOL, GWEN]}):
            assert submission.lapse_due(now=story.election.window.closes + submission.LAPSE_AFTER) == 1
        with story.event(**{"Signer says that the record isn't right": []}):
            object_to_record(asked(SOL), text="We did not sign.", now=now)


def signatures(story: Story, set_clock: Callable[[str], object], client) -> None:
    election, now = story.election, clock.now()
    with story.event(**{"Asked to sign": [SOL, GWEN]}):
        ask_to_sign(election)
    with story.event(**{"Reminded to sign": [SOL, GWEN]}):
        asking.remind(election.pk, None, by=story.dana, now=now + timedelta(days=2))
    with story.event(**{"Signer reported a problem": []}):
        signing.correct(asked(SOL), text="A clinician is missing.", now=now)
    at = written_at(asked(SOL))
    assert at
    said = {"text": "He left.", "written": at.isoformat()}
    with taken_back(), story.event(**{"What a signer wrote is answered": [SOL]}):
        answer(election.pk, asked(SOL), fixed=False, **said, by=story.dana, now=now)
    with story.event(**{"Signer declined": []}):
        signing.decline(asked(GWEN), reason="We were not asked.", now=now)
    ask_another(client, election, "Gwen Lake", GWEN, GROUP)
    with taken_back():
        with story.event(**{"Request to sign forwarded": [GWEN]}):
            sent = forward(asked(GWEN), name="Robin Vale", email=ROBIN, now=now)
        with story.event(**{"Forwarded request canceled": []}):
            cancel_forward(election.pk, sent, by=story.dana, now=now)
    set_clock("2026-12-01T10:05:00-05:00")
    sign_all(election)
    alter(election, "schedule")
    with story.event(**{"Signature no longer counts": [SOL], "Another practice's clinicians changed": [GWEN]}):
        assert ask_again(election, by=None, now=clock.now()) == 1
    with story.event(**{"All have signed": [SOL, GWEN]}):
        sign_all(election)
        make_executed(election, clock.now())
        tell_executed_due(now=clock.now())


def the_end(story: Story, set_clock: Callable[[str], object]) -> None:
    set_clock("2026-12-30T10:00:00-05:00")
    with story.event(**{"Deadline comes": []}):
        remind_due(now=clock.now())
        remind_signers_due(now=clock.now())
    with taken_back(), story.event(**{"Withdrawn after practices signed": [SOL, GWEN]}):
        submission.withdraw(story.election.pk, by=story.dana, now=clock.now())
    set_clock("2027-01-01T00:15:00-05:00")
    with story.event(Lapsed=[SOL, GWEN]):
        assert submission.lapse_due(now=clock.now()) == 1


@pytest.mark.parametrize("end", ["withdrawn", "lapsed"])
def test_a_draft_s_end_is_told_to_those_who_signed_alone_and_without_a_link(cms_data, end):
    election = ask_to_sign(ElectionFactory())
    sign_all(election)
    change_practice(election, SOLO, tin="961000003")  # its link is closed, and its signature another TIN's
    with newly_told() as told:
        if end == "withdrawn":
            submission.withdraw(election.pk, by=election.started_by, now=clock.now())
        else:
            submission.lapse_due(now=election.window.closes + submission.LAPSE_AFTER)
    assert told == {GWEN: [f"signer_{end}"]} | ({DANA: ["lapsed"]} if end == "lapsed" else {})
    body = Notice.objects.filter(to=GWEN).latest("pk").body
    assert "- Lakeside Family Practice, EIN ••-•••0002\n" in body
    assert "/sign/" not in body
    assert {"withdrawn": "before it was submitted to CMS", "lapsed": "CMS has not received it."}[end] in body
