"""Signing at the same time, over HTTP against a real server: one signature a party, one executed agreement."""

import re

import pytest

from agreements.models import Document, DocumentKind, Signature
from elections.models import Election
from elections.snapshots import Snapshot
from tests.elections import make
from tests.walk.world import session_cookie

from .web import Post

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.proof]

BROWSERS = 20
ROUNDS = 5
SIGNED = {"roster": "on", "consent": "on", "name": "Sol Harbor", "title": "Owner", "authorized": "on"}


@pytest.fixture
def election():
    make.load_cms_data()
    return make.to_be_signed(make.person("dana@example.org", name="Dana Rivera"))


def posts(email: str, count: int) -> list[Post]:
    """Return what so many browsers send in which the signer's page stands filled in."""
    link, made = make.link_to(email), []
    for _ in range(count):
        browser = make.opened(link)
        page = browser.get(f"{link}/room").content.decode()
        hidden = dict(re.findall(r'<input type="hidden" name="(text|parties|schedule)" value="(\w+)"', page))
        made.append(Post(f"{link}/room", session_cookie(browser), hidden | SIGNED))
    return made


def test_many_browsers_with_one_link_sign_once(election, serve, tmp_path, say):
    web = serve(BROKER_DIR=str(tmp_path / "broker"))
    answers = web.post_together(posts("sol@example.org", BROWSERS))
    assert {answer.status for answer in answers} == {302}
    assert Signature.objects.count() == 1
    say(f"{BROWSERS} browsers, one link: one signature; slowest answer {max(a.seconds for a in answers):.2f} s")


def test_the_last_two_sign_together_and_one_agreement_is_made(election, serve, tmp_path):
    web = serve(BROKER_DIR=str(tmp_path / "broker"))
    together = posts("sol@example.org", BROWSERS // 2) + posts("gwen@example.org", BROWSERS // 2)
    assert {answer.status for answer in web.post_together(together)} == {302}
    assert Signature.objects.count() == 2
    assert Document.objects.filter(kind=DocumentKind.EXECUTED).count() == 1
    assert Snapshot.of_working_copy(Election.objects.get(pk=election.pk)).is_executed_here


def test_a_text_that_changes_while_somebody_signs_is_never_signed_unseen(election, serve, tmp_path, say):
    """Either the signature came first, and is void now, or the change did, and nothing was signed."""
    web = serve(BROKER_DIR=str(tmp_path / "broker"))
    by, outcomes = make.signed_in(election.started_by), []
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
