"""Signing at the same time, over HTTP against a real server: one signature a party, one executed agreement."""

import pytest
from django.test import Client

from agreements.models import Document, DocumentKind, Signature, SigningRequest
from elections.content import Snapshot
from elections.models import Claim, Conflict, Election
from notices.models import Notice
from tests.factories.elections import ElectionFactory, submit
from tests.factories.people import DanaFactory, UserFactory, signed_in
from tests.factories.practices import GROUP, OTHER, SOLO
from tests.factories.signing import SAID, ask_to_sign, link_to, opened, shown_to_sign, sign_all, to_be_signed
from tests.walk.world import session_cookie

from .web import Post

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.proof]

BROWSERS = 20
ROUNDS = 5


@pytest.fixture
def election(cms_data):
    return to_be_signed(by=DanaFactory())


def posts(email: str, count: int) -> list[Post]:
    """Return what so many browsers send in which the signer's page stands filled in."""
    link, made = link_to(email), []
    for _ in range(count):
        browser = opened(link)
        sent = shown_to_sign(browser.get(f"{link}/room")) | SAID
        made.append(Post(f"{link}/room", session_cookie(browser), sent))
    return made


def test_many_browsers_with_one_link_sign_once(election, serve, say):
    web = serve()
    answers = web.post_together(posts("sol@example.org", BROWSERS))
    assert {answer.status for answer in answers} == {302}
    assert Signature.objects.count() == 1
    say(f"{BROWSERS} browsers, one link: one signature; slowest answer {max(a.seconds for a in answers):.2f} s")


def test_the_last_two_sign_together_and_one_agreement_is_made(election, serve):
    web = serve()
    together = posts("sol@example.org", BROWSERS // 2) + posts("gwen@example.org", BROWSERS // 2)
    assert {answer.status for answer in web.post_together(together)} == {302}
    assert Signature.objects.count() == 2
    assert Document.objects.filter(kind=DocumentKind.EXECUTED).count() == 1
    assert Snapshot.of_working_copy(Election.objects.get(pk=election.pk)).is_executed_here


def test_a_text_that_changes_while_somebody_signs_is_never_signed_unseen(election, serve, say):
    """Either the signature came first, and is void now, or the change did, and nothing was signed."""
    web = serve()
    by, outcomes = signed_in(election.started_by), []
    for round_ in range(ROUNDS):
        sent = posts("sol@example.org", 3)
        change = {"quality": f"We meet each month, for the {round_}. time."}
        web.post_together([*sent, Post(f"/elections/{election.pk}/agreement/text", session_cookie(by), change)])
        stands = Election.objects.get(pk=election.pk)
        entry = Snapshot.of_working_copy(stands).practices[0]
        signed_now = Signature.objects.filter(text_sha256=sent[0].fields["text"]).exists()
        assert stands.agreement.quality == change["quality"]
        assert entry.signed is None
        assert not Signature.objects.filter(text_sha256=stands.agreement.text_sha256).exists()
        outcomes.append("signed before" if signed_now else "refused")
    say(f"{ROUNDS} changes against three signatures each: {outcomes}")


def test_a_link_is_forwarded_once_or_signs(election, serve, say):
    """Ten browsers forward it, each to somebody else; ten sign: one of them is first, and nothing else happens."""
    link, signed = link_to("sol@example.org"), posts("sol@example.org", BROWSERS // 2)
    named = [{"name": f"Uma {n}", "email": f"uma{n}@example.org"} for n in range(BROWSERS // 2)]
    forwarded = [Post(f"{link}/forward", session_cookie(opened(link)), fields) for fields in named]
    web = serve()
    assert {answer.status for answer in web.post_together([*forwarded, *signed])} <= {200, 302, 410}
    sent = SigningRequest.objects.filter(forwarded_from__isnull=False).count()
    assert (sent, Signature.objects.count()) in ((1, 0), (0, 1))
    assert Notice.objects.filter(reason="election forwarded").count() == sent
    say(f"{BROWSERS} browsers, one link: {sent} forwarded, {Signature.objects.count()} signed")


def test_both_elections_are_chosen_at_once_and_one_is(cms_data, serve):
    """The signer's phone says the one, their desk the other, five times each: the first counts, and is told once."""
    chosen = []
    for number, other in enumerate((GROUP, OTHER)):
        by = UserFactory(email=f"by{number}@example.org", name=f"Robin {number}")
        election = ask_to_sign(ElectionFactory(by=by, practices=(SOLO, other), name=f"Group {number}"))
        link = link_to("sol@example.org")
        sign_all(election)
        submit(election, by=by)
        chosen += [Post(f"{link}/choose", session_cookie(opened(link)), {}) for _ in range(5)]
    web = serve()
    assert {answer.status for answer in web.post_together(chosen)} == {302}
    states = Claim.objects.filter(practice_name=SOLO.name).order_by("state").values_list("state", flat=True)
    assert list(states) == ["held", "waiting"]
    assert Conflict.objects.get().outcome in ("kept", "moved")
    news = Notice.objects.filter(reason__startswith="election claim").values_list("reason", flat=True)
    assert sorted(news) == ["election claim held", "election claim lost"]


def test_a_practice_is_removed_while_its_signer_is_asked(cms_data, serve, say):
    """Either it was asked, and its link is closed by now, or nobody was; the other practice is asked once."""
    by, web, outcomes = DanaFactory(), serve(), []
    for round_ in range(ROUNDS):
        election = ElectionFactory(by=by, practices=(SOLO, GROUP, OTHER), name=f"Group {round_}")
        cookie, base = session_cookie(signed_in(by)), f"/elections/{election.pk}"
        signed_in(by).post(f"{base}/signing/begin")
        members = list(election.members.order_by("position"))
        named = {f"practice-{one.pk}-signer_name": "Sol Harbor" for one in members}
        named |= {f"practice-{one.pk}-signer_email": f"sol{one.pk}@example.org" for one in members}
        ask = Post(f"{base}/signing", cookie, named | {"ask": "yes"})
        gone = members[0]
        together = [ask, Post(f"{base}/practices/{gone.pk}/remove", cookie, {}), ask]
        assert {answer.status for answer in web.post_together(together)} <= {200, 302}
        assert not election.members.filter(pk=gone.pk).exists()
        if not SigningRequest.objects.filter(party__agreement=election.agreement_id).exists():
            signed_in(by).post(ask.path, ask.fields)  # both came in the midst of the removal
        asked = SigningRequest.objects.filter(party__agreement=election.agreement_id, revoked_at=None)
        assert asked.filter(party__member__in=members[1:]).count() == 2
        links = [link_to(one.email) for one in asked.filter(party__member=None)]
        assert [Client().get(link).status_code for link in links] == [410] * len(links)
        outcomes.append("asked before" if links else "removed before")
    say(f"{ROUNDS} removals against two clicks on “Send the links”: {outcomes}")
