"""Who learns that an email did not arrive: the group's people that it was for a certain person, and nothing it said."""

import pytest

from elections.models import Election, ElectionRole, Event, RoleKind
from elections.overview.undelivered import tell_of_undelivered
from ground import clock
from notices.delivery import resend
from notices.models import Notice
from tests.factories.bounces import SECRET
from tests.factories.notices import NoticeFactory
from tests.factories.people import UserFactory, signed_in
from tests.factories.signing import link_to, sign_and_submit, to_be_signed
from tests.pages import text

REASON = "election undelivered"


@pytest.fixture
def signing(cms_data) -> Election:
    """An election whose signers were sent their links, with a collaborator and a viewer."""
    election = to_be_signed()
    for name, kind in (("cleo", RoleKind.COLLABORATOR), ("vic", RoleKind.VIEWER)):
        ElectionRole.objects.create(election=election, user=UserFactory(email=f"{name}@example.org"), kind=kind)
    return election


def fail(to, state="bounced", **fields):
    """Have the latest email to an address not arrive."""
    notice = Notice.objects.filter(to=to).latest("pk")
    said = {"server_answer": f"550 {SECRET}", "attempts": 1, "failed_at": clock.now(), "sent_at": None}
    Notice.objects.filter(pk=notice.pk).update(state=state, **(said | fields))
    return notice


def owed(election, to, reason="election submitted"):
    """Owe someone an email about an election."""
    notice = NoticeFactory(to=to, reason=reason, body=f"http://localhost:8000/sign/{SECRET}")
    Event.objects.filter(election=election).latest("pk").notices.add(notice)
    return notice


def told():
    return sorted(Notice.objects.filter(reason=REASON).values_list("to", flat=True))


def alternate(election, address="alma@example.org"):
    Election.objects.filter(pk=election.pk).update(alternate_name="Alma", alternate_email=address)


@pytest.mark.parametrize("state", ["failed", "bounced"])
@pytest.mark.parametrize(
    ("to", "has_alternate", "people"),
    [
        ("sol@example.org", True, ["alma@example.org", "dana@example.org"]),
        ("sol@example.org", False, ["dana@example.org"]),
        ("dana@example.org", True, ["alma@example.org"]),
        ("dana@example.org", False, ["cleo@example.org"]),
        ("alma@example.org", True, ["dana@example.org"]),
        ("cleo@example.org", True, ["alma@example.org", "dana@example.org"]),
        ("reviewer@cms.example", True, []),
    ],
)
def test_who_is_told(signing, state, to, has_alternate, people):
    if has_alternate:
        alternate(signing)
    owed(signing, to)
    fail(to, state)
    assert tell_of_undelivered(now=clock.now()) == 1
    assert told() == people
    assert tell_of_undelivered(now=clock.now()) == 0
    assert told() == people


def test_what_is_told_is_the_kind_and_the_address_alone(signing):
    link = link_to("sol@example.org").removeprefix("/sign/")
    notice = fail("sol@example.org")
    tell_of_undelivered(now=clock.now())
    mail = Notice.objects.get(reason=REASON)
    assert mail.subject == "Email did not arrive: sol@example.org"
    assert "Email:    Request to sign\nSent to:  sol@example.org" in mail.body
    assert f"http://localhost:8000/elections/{signing.pk}/signing" in mail.body
    for hidden in (link, SECRET, notice.subject, "550", "/sign/"):
        assert hidden not in mail.body + mail.subject
    assert mail.events.get().election == signing


@pytest.mark.parametrize(("reason", "page"), [("sign again", "signing"), ("signer approved", "told")])
def test_the_page_it_leads_to_is_where_the_address_of_that_signer_is_corrected(cms_data, reason, page):
    election = to_be_signed()
    sign_and_submit(election)
    owed(election, "sol@example.org", f"election {reason}")
    fail("sol@example.org")
    tell_of_undelivered(now=clock.now())
    assert f"http://localhost:8000/elections/{election.pk}/{page}\n" in Notice.objects.get(reason=REASON).body


def test_a_mail_about_a_mail_that_fails_is_for_staff_alone(signing):
    alternate(signing)
    fail("sol@example.org")
    tell_of_undelivered(now=clock.now())
    fail("alma@example.org", "failed")
    fail("dana@example.org", "bounced")
    assert tell_of_undelivered(now=clock.now()) == 0
    assert told() == ["alma@example.org", "dana@example.org"]


def test_one_that_failed_again_after_staff_sent_it_again_is_told_again(signing):
    notice = fail("sol@example.org")
    tell_of_undelivered(now=clock.now())
    assert resend(notice.pk, now=clock.now())
    assert tell_of_undelivered(now=clock.now()) == 0
    fail("sol@example.org", "failed")
    assert tell_of_undelivered(now=clock.now()) == 1
    assert told() == ["dana@example.org"] * 2


@pytest.mark.parametrize("fields", [{"state": "queued", "failed_at": None}, {"failed_at": None}])
def test_what_waits_and_what_failed_long_ago_is_not_told(signing, fields):
    fail("sol@example.org", **fields)
    assert tell_of_undelivered(now=clock.now()) == 0


def test_an_account_mail_is_told_to_no_one(signing):
    NoticeFactory(to="dana@example.org", reason="account_password_reset_key")
    fail("dana@example.org")
    assert tell_of_undelivered(now=clock.now()) == 0
    assert told() == []


@pytest.mark.parametrize(
    ("said", "advice"),
    [
        ("550 5.1.1 No such mailbox", "Please check this email address with the person it was for."),
        ("550 5.7.1 Blocked by policy", "The email address may be right: the email server refused the message itself"),
    ],
)
def test_the_advice_follows_from_what_the_server_said(signing, said, advice):
    fail("sol@example.org", answer_kind="returned", server_answer=said)
    tell_of_undelivered(now=clock.now())
    assert advice in Notice.objects.get(reason=REASON).body
    page = text(signed_in(signing.started_by).get(f"/elections/{signing.pk}/signing"))
    assert "The email did not arrive." in page
    assert ("Check the email address and send a new link." in page) is ("5.1.1" in said)
    assert ("Ask the signer if their email system blocks this site" in page) is ("5.7.1" in said)
