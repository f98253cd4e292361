"""A practice in two elections: its own signer chooses by link, where both name them and the window is open."""

import pytest

from accounts.models import User
from agreements.models import SigningRequest
from elections.desk import actions as desk_actions
from elections.desk import decisions
from elections.models import Claim, Conflict, Election
from elections.signing import actions
from elections.signing.choices import choose_by_signature
from elections.submission import actions as submission_actions
from elections.verbs import Refused
from ground import clock
from notices.models import Notice
from tests.factories.people import DanaFactory, UserFactory, signed_in
from tests.factories.practices import BY_SSN, GROUP, OTHER, SOLO, load_cms_data
from tests.factories.signing import Signer, alter, sign_and_submit, to_be_signed
from tests.pages import text

pytestmark = [pytest.mark.proof, pytest.mark.django_db]


@pytest.fixture(scope="module")
def _made(module_db):
    """Make two elections that name Quiet Harbor and its signer, signed and submitted; return each with its signer."""
    load_cms_data()
    rex = UserFactory(email="rex@example.org", name="Rex Rival")
    return [submitted(DanaFactory(), GROUP, "Harbor Group"), submitted(rex, OTHER, "Rival Group")]


def submitted(by, other, name):
    """Return an election of Quiet Harbor and another, signed and submitted; and who signed for Quiet Harbor."""
    election = to_be_signed(by=by, practices=(SOLO, other), name=name)
    sol = Signer("sol@example.org")
    sign_and_submit(election)
    return election, sol


@pytest.fixture
def both(_made, db):
    return [(Election.objects.get(pk=election.pk), sol) for election, sol in _made]


@pytest.fixture
def representative(both):
    return User.objects.get(email="dana@example.org")


@pytest.fixture
def rival(both):
    return User.objects.get(email="rex@example.org")


def states():
    claims = Claim.objects.filter(practice_name=SOLO.name).order_by("pk")
    return [(claim.election.virtual_group.name, str(claim.state)) for claim in claims]


MAY_CHOOSE = "Quiet Harbor Medicine is named in 2 elections"
NOTHING_LEFT = "There is nothing left to choose"


def test_the_signer_moves_the_tin_to_the_one_that_waited(both, representative, rival):
    (_, at_harbor), (_, at_rival) = both
    assert states() == [("Harbor Group", "held"), ("Rival Group", "waiting")]
    assert MAY_CHOOSE in at_rival.reads()
    assert "its signer chose" not in at_rival.reads()
    said = at_rival.reads("choose")
    assert "Does Quiet Harbor Medicine take part in Rival Group?" in said
    assert "Harbor Group" not in said.replace("Quiet Harbor", "")
    assert "Your choice is saved. We’ll tell both representatives." in text(at_rival.post("choose", follow=True))
    assert states() == [("Harbor Group", "waiting"), ("Rival Group", "held")]
    conflict = Conflict.objects.get()
    assert (conflict.outcome, conflict.settled_by) == ("moved", None)
    assert conflict.reason == "Chosen by the practice’s signer, Sol Harbor, by a personal link."
    news = Notice.objects.filter(reason__in=["election claim held", "election claim lost"])
    told = dict(news.values_list("to", "body"))
    assert set(told) == {representative.email, rival.email}
    assert "its own signer did not choose Harbor Group" in told[representative.email]
    assert "What you can do: Remove the practice from your election and submit again." in told[representative.email]
    assert "and its own signer chose Rival Group. Its TIN now counts in your election only." in told[rival.email]
    said = at_rival.reads()
    assert MAY_CHOOSE not in said
    at = "On Dec 1, 2026, 10:00 a.m. ET"
    chose = f"{at}, its signer chose this election, for Rival Group . This election holds its TIN."
    assert chose in said
    chose = "its signer chose the other election, not the one for Harbor Group . The other election holds its TIN."
    assert chose in at_harbor.reads()
    submission_actions.withdraw(Election.objects.get(virtual_group__name="Rival Group").pk, by=rival, now=clock.now())
    assert states() == [("Harbor Group", "held"), ("Rival Group", "released")]
    assert "its signer chose" not in at_harbor.reads(), "the TIN stands here by now"


def test_the_signer_confirms_the_one_that_holds_it(both, representative, rival):
    (_, sol), _ = both
    sol.post("choose")
    assert states() == [("Harbor Group", "held"), ("Rival Group", "waiting")]
    assert Conflict.objects.get().outcome == "kept"
    assert Notice.objects.filter(reason="election claim held", to=representative.email).count() == 1
    assert Notice.objects.filter(reason="election claim lost", to=rival.email).count() == 1
    assert NOTHING_LEFT in text(sol.post("choose", follow=True))


WHY_NOT = ("another address", "another name", "declined", "revoked", "closed", "approved")


@pytest.mark.parametrize("why", WHY_NOT)
def test_otherwise_only_a_reviewer_moves_it(both, reviewer, set_clock, why):
    (first, _), (_, sol) = both
    stand_in_the_way(why, first, reviewer, set_clock)
    assert MAY_CHOOSE not in sol.reads()
    assert NOTHING_LEFT in text(sol.post("choose", follow=True))
    assert states() == [("Harbor Group", "held"), ("Rival Group", "waiting")]
    assert Conflict.objects.get().closed_at is None


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
        decisions.approve(first.pk, by=reviewer, now=now, submission_number=1)


def ask_instead(request, now, **changes):
    """Have another person asked by an open link in the place of the one who was."""
    SigningRequest.objects.filter(pk=request.pk).update(revoked_at=now)
    for name, value in {"pk": None, "token_hash": "0" * 64, **changes}.items():
        setattr(request, name, value)
    request._state.adding = True
    request.save()


def test_who_has_not_signed_here_does_not_choose_here(both):
    _, (second, sol) = both
    alter(second, "text")
    assert NOTHING_LEFT in text(sol.post("choose", follow=True))
    assert Conflict.objects.get().closed_at is None


def test_the_reviewer_sees_whose_own_signature_stands(both, lead):
    page = text(signed_in(lead).get(f"/staff/elections/conflict/{Conflict.objects.get().pk}/"))
    assert page.count("Signed by the practice itself : Sol Harbor, Owner, Dec 1, 2026, 10:00:00 a.m. ET") == 2


def test_a_choice_that_somebody_else_made_meanwhile_is_refused(both):
    """The page was opened before: what it was let do is asked again under the lock."""
    (_, first), (_, second) = both
    stale = actions.find(second.link.removeprefix("/sign/"))
    assert stale
    first.post("choose")
    with pytest.raises(Refused, match="You can no longer choose here"):
        choose_by_signature(stale, now=clock.now())
    assert states() == [("Harbor Group", "held"), ("Rival Group", "waiting")]


def test_a_third_election_is_not_left_without_a_conflict(both):
    """Sol chooses the third, then the second; the third is withdrawn: who waits then contests the one that holds it."""
    third = UserFactory(name="Tina Third")
    election, at_third = submitted(third, BY_SSN, "Third Group")
    _, (_, at_second) = both
    for sol in (at_third, at_third, at_second):
        sol.post("choose")
    submission_actions.withdraw(election.pk, by=third, now=clock.now())
    held = Claim.objects.get(practice_name=SOLO.name, state="held")
    waiting = Claim.objects.filter(practice_name=SOLO.name, state="waiting")
    contested = Conflict.objects.filter(closed_at=None, holder=held)
    assert waiting.count() == 1
    assert set(contested.values_list("waiting", flat=True)) == set(waiting.values_list("pk", flat=True))
