"""A practice in two elections: its own signer chooses by link, where both name them and the window is open."""

import pytest
from django.db import transaction

from accounts.models import User
from agreements.models import SigningRequest
from elections.desk import actions as desk_actions
from elections.models import Claim, Conflict, Election
from elections.signing import actions
from elections.signing.choices import choose_by_signature
from elections.submission import actions as submission_actions
from elections.verbs import Refused
from ground import clock
from notices.models import Notice
from tests.factories.elections import ElectionFactory, submit
from tests.factories.people import DanaFactory, UserFactory, signed_in
from tests.factories.practices import BY_SSN, GROUP, OTHER, SOLO, load_cms_data
from tests.factories.signing import ask_to_sign, link_to, opened, sign_all
from tests.pages import text

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def _made(module_db):
    """Make two elections that name Quiet Harbor and its signer, signed and submitted; return each with its link."""
    load_cms_data()
    made = []
    for by, practices, name in (
        (DanaFactory(), (SOLO, GROUP), "Harbor Group"),
        (UserFactory(email="rex@example.org", name="Rex Rival"), (SOLO, OTHER), "Rival Group"),
    ):
        election = ask_to_sign(ElectionFactory(by=by, practices=practices, name=name))
        link = link_to("sol@example.org")
        signed_in(by).post(f"/elections/{election.pk}/agreement", {"acknowledged": "on"})
        sign_all(election)
        submit(election, by=by)
        made.append((election, link))
    return made


@pytest.fixture
def both(_made, db):
    return [(Election.objects.get(pk=election.pk), link) for election, link in _made]


@pytest.fixture
def representative(both):
    return User.objects.get(email="dana@example.org")


@pytest.fixture
def rival(both):
    return User.objects.get(email="rex@example.org")


def room(link):
    return text(opened(link).get(f"{link}/room"))


def states():
    claims = Claim.objects.filter(practice_name=SOLO.name).order_by("pk")
    return [(claim.election.virtual_group.name, str(claim.state)) for claim in claims]


MAY_CHOOSE = "Quiet Harbor Medicine is named in 2 elections"


def test_the_signer_moves_the_tin_to_the_one_that_waited(both, representative, rival):
    (_, other), (_, link) = both
    assert states() == [("Harbor Group", "held"), ("Rival Group", "waiting")]
    assert MAY_CHOOSE in room(link)
    assert "its signer chose" not in room(link)
    browser = opened(link)
    said = text(browser.get(f"{link}/choose"))
    assert "Does Quiet Harbor Medicine take part in Rival Group?" in said
    assert "Harbor Group" not in said.replace("Quiet Harbor", "")
    assert "Your choice is saved. We’ll tell both representatives." in text(browser.post(f"{link}/choose", follow=True))
    assert states() == [("Harbor Group", "waiting"), ("Rival Group", "held")]
    conflict = Conflict.objects.get()
    assert (conflict.outcome, conflict.settled_by) == ("moved", None)
    assert conflict.reason == "Chosen by the practice’s signer, Sol Harbor, by a personal link."
    told = {
        mail.to: mail.body for mail in Notice.objects.filter(reason__in=["election claim held", "election claim lost"])
    }
    assert set(told) == {representative.email, rival.email}
    assert "its own signer chose the other one" in told[representative.email]
    assert "and its own signer chose Rival Group. Your election now holds its TIN." in told[rival.email]
    assert MAY_CHOOSE not in room(link)
    assert (
        "On Dec 1, 2026, 10:00 a.m. ET, its signer chose this election, Rival Group’s . This election holds its TIN."
        in room(link)
    )
    assert "its signer chose the other election, not Harbor Group’s . The other election holds its TIN." in room(other)
    submission_actions.withdraw(Election.objects.get(virtual_group__name="Rival Group").pk, by=rival, now=clock.now())
    assert states() == [("Harbor Group", "held"), ("Rival Group", "released")]
    assert "its signer chose" not in room(other), "the TIN stands here by now"


def test_the_signer_confirms_the_one_that_holds_it(both, representative, rival):
    (_, link), _ = both
    browser = opened(link)
    browser.post(f"{link}/choose")
    assert states() == [("Harbor Group", "held"), ("Rival Group", "waiting")]
    assert Conflict.objects.get().outcome == "kept"
    assert Notice.objects.filter(reason="election claim held", to=representative.email).count() == 1
    assert Notice.objects.filter(reason="election claim lost", to=rival.email).count() == 1
    assert "There is nothing left to choose" in text(browser.post(f"{link}/choose", follow=True))


WHY_NOT = ("another address", "another name", "declined", "revoked", "closed", "approved")


def test_otherwise_only_a_reviewer_moves_it(both, reviewer, set_clock):
    (first, _), (_, link) = both
    for why in WHY_NOT:
        with transaction.atomic():
            stand_in_the_way(why, first, reviewer, set_clock)
            browser = opened(link)
            assert MAY_CHOOSE not in text(browser.get(f"{link}/room")), why
            said = text(browser.post(f"{link}/choose", follow=True))
            assert "There is nothing left to choose" in said, why
            assert states() == [("Harbor Group", "held"), ("Rival Group", "waiting")], why
            assert Conflict.objects.get().closed_at is None, why
            transaction.set_rollback(True)


def stand_in_the_way(why, first, reviewer, set_clock):
    """Change one thing for which the signer may choose no more."""
    theirs = SigningRequest.objects.filter(party__agreement=first.agreement_id, email="sol@example.org")
    now = set_clock("2026-12-02T10:00:00-05:00")
    if why == "another address":
        ask_instead(theirs.get(), now, email="sal@example.org")
    elif why == "another name":
        ask_instead(theirs.get(), now, name="Sal Harbor")
    elif why == "declined":
        theirs.update(declined_at=now, reason="No.")
    elif why == "revoked":
        theirs.update(revoked_at=now)
    elif why == "closed":
        set_clock("2027-01-01T00:00:00-05:00")
    else:
        desk_actions.start_review(first.pk, by=reviewer, now=now)
        desk_actions.approve(first.pk, by=reviewer, now=now, submission_number=1)


def ask_instead(request, now, **changes):
    """Have another person asked by an open link in the place of the one who was."""
    SigningRequest.objects.filter(pk=request.pk).update(revoked_at=now)
    for name, value in {"pk": None, "token_hash": "0" * 64, **changes}.items():
        setattr(request, name, value)
    request._state.adding = True
    request.save()


def test_who_has_not_signed_here_does_not_choose_here(both, rival):
    (_, _), (second, link) = both
    signed_in(rival).post(f"/elections/{second.pk}/agreement/text", {"quality": "We meet each month."})
    browser = opened(link)
    assert "There is nothing left to choose" in text(browser.post(f"{link}/choose", follow=True))
    assert Conflict.objects.get().closed_at is None


def test_the_reviewer_sees_whose_own_signature_stands(both, lead):
    page = text(signed_in(lead).get(f"/staff/elections/conflict/{Conflict.objects.get().pk}/"))
    assert page.count("Signed by the practice itself : Sol Harbor, Owner, Dec 1, 2026, 10:00:00 a.m. ET") == 2


def test_a_choice_that_somebody_else_made_meanwhile_is_refused(both):
    """The page was opened before: what it was let do is asked again under the lock."""
    (_, first), (_, second) = both
    stale = actions.find(second.removeprefix("/sign/"))
    assert stale
    opened(first).post(f"{first}/choose")
    with pytest.raises(Refused, match="You can no longer choose here"):
        choose_by_signature(stale, now=clock.now())
    assert states() == [("Harbor Group", "held"), ("Rival Group", "waiting")]


def test_a_third_election_is_not_left_without_a_conflict(both, rival):
    """Sol chooses the third, then the second; the third is withdrawn: who waits then contests the one that holds it."""
    third = UserFactory(email="tina@example.org", name="Tina Third")
    election = ask_to_sign(ElectionFactory(by=third, practices=(SOLO, BY_SSN), name="Third Group"))
    link = link_to("sol@example.org")
    signed_in(third).post(f"/elections/{election.pk}/agreement", {"acknowledged": "on"})
    sign_all(election)
    submit(election, by=third)
    for chosen in (link, link):
        opened(chosen).post(f"{chosen}/choose")
    _, (_, second_link) = both
    opened(second_link).post(f"{second_link}/choose")
    submission_actions.withdraw(election.pk, by=third, now=clock.now())
    held = Claim.objects.get(practice_name=SOLO.name, state="held")
    waiting = Claim.objects.filter(practice_name=SOLO.name, state="waiting")
    contested = Conflict.objects.filter(closed_at=None, holder=held)
    assert waiting.count() == 1
    assert set(contested.values_list("waiting", flat=True)) == set(waiting.values_list("pk", flat=True))
