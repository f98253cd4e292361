"""A signing link that bounced reaches no one else: no page, mail or staff view shows it, whatever one's role."""

import pytest
from django.urls import reverse

from accounts.models import Role, User
from agreements.models import SigningRequest
from elections.models import Election, ElectionRole, RoleKind
from elections.overview.undelivered import tell_of_undelivered
from ground import clock
from notices.bounces import read_bounces
from notices.delivery import sweep
from notices.models import Notice, UnmatchedBounce
from tests.factories.bounces import original, put, report
from tests.factories.elections import ElectionFactory
from tests.factories.people import UserFactory, signed_in
from tests.factories.signing import ask_to_sign, link_to

ROLES = {
    "representative": (),
    "collaborator": (),
    "viewer": (),
    "alternate": (),
    **{role.value: (role,) for role in Role},
}
OFTEN = ("representative", "viewer", Role.REVIEWER)  # the others are tried in the proof


def address_of(who: str) -> str:
    return "dana@example.org" if who == "representative" else f"{who}@example.org"


@pytest.fixture
def bounced(cms_data, settings, tmp_path, mail_server) -> Election:
    """A submitted election; the mails with both signers' links bounced, quoting them in every way mail servers do."""
    settings.DEMO = False
    settings.BOUNCE_ADDRESS, settings.BOUNCE_MAILDIR = "bounces@elections.example.gov", str(tmp_path / "bounces")
    election = ask_to_sign(ElectionFactory(state="submitted"))
    Election.objects.filter(pk=election.pk).update(alternate_name="Alma", alternate_email="alternate@example.org")
    for kind in (RoleKind.COLLABORATOR, RoleKind.VIEWER):
        ElectionRole.objects.create(election=election, user=UserFactory(email=f"{kind}@example.org"), kind=kind)
    for who, roles in ROLES.items():  # all are there before anyone is told
        UserFactory(email=address_of(who), roles=roles)
    reviewer = User.objects.get(email=address_of(Role.REVIEWER))
    Election.objects.filter(pk=election.pk).update(reviewer=reviewer)
    sweep(now=clock.now())
    sol, gwen = (Notice.objects.filter(to=f"{name}@example.org").latest("pk") for name in ("sol", "gwen"))
    quoted = f"554 5.7.1 Blocked: {original(gwen).replace(chr(10), ' ')}"
    lost = f"To: someone@elections.example.gov\nSubject: Returned\n\n{original(sol)}".encode()
    put(tmp_path / "bounces", report(sol), report(gwen, said=quoted), lost)
    assert read_bounces(now=clock.now()) == 3
    assert tell_of_undelivered(now=clock.now()) == 2
    return election


def addresses(election):
    """Yield what a person could open: every mail of the outbox and the inbox, and each page about the election."""
    for name in ("election", "signing", "people", "practices", "agreement", "submit_page", "told"):
        yield reverse(name, args=[election.pk])
    yield reverse("receipt", args=[election.pk, 1])
    for name in ("told_address", "told_letter"):
        yield from (reverse(name, args=[election.pk, position]) for position in range(2))
    yield from (reverse(name) for name in ("inbox", "elections", "admin:index", "admin:notices_notice_changelist"))
    yield reverse("admin:notices_unmatchedbounce_changelist")
    yield reverse("admin:elections_election_change", args=[election.pk])
    for pk in Notice.objects.values_list("pk", flat=True):
        yield from (reverse(name, args=[pk]) for name in ("admin:notices_notice_change", "inbox_email"))
        yield reverse("admin:notices_notice_resend", args=[pk])
    for pk in UnmatchedBounce.objects.values_list("pk", flat=True):
        yield reverse("admin:notices_unmatchedbounce_change", args=[pk])


@pytest.mark.parametrize("who", [who if who in OFTEN else pytest.param(who, marks=pytest.mark.proof) for who in ROLES])
def test_a_bounced_signing_link_reaches_no_one_else(bounced, settings, who):
    settings.STAFF_SECOND_FACTOR = False
    tokens = [link_to(f"{name}@example.org").removeprefix("/sign/") for name in ("sol", "gwen")]
    address = address_of(who)
    client = signed_in(User.objects.get(email=address))
    answers = {page: client.get(page) for page in addresses(bounced)}
    shown = [page for page, answer in answers.items() if any(token[:16] in answer.content.decode() for token in tokens)]
    assert shown == []
    assert sum(answer.status_code == 200 for answer in answers.values()) >= 2
    mails = Notice.objects.filter(to=address)
    assert [mail.subject for mail in mails if any(token[:16] in mail.body for token in tokens)] == []


def test_the_tokens_looked_for_are_there_to_leak(bounced):
    """The links still stand in the notices, for their own people; the file that came back is gone."""
    assert SigningRequest.objects.filter(party__agreement=bounced.agreement_id, revoked_at=None).count() == 2
    asked = [Notice.objects.filter(to=f"{name}@example.org").latest("pk") for name in ("sol", "gwen")]
    assert [(notice.reason, notice.state) for notice in asked] == [("election ask to sign", "bounced")] * 2
    assert UnmatchedBounce.objects.count() == 1
