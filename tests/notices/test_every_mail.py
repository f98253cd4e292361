"""Every mail of the site, in both forms: short subjects, no whole TIN, its end, its links, and who gets them."""

import re
from collections import Counter
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from allauth.account.utils import url_str_to_user_pk
from django.conf import settings
from django.urls import ResolverMatch, resolve

from accounts.models import User
from agreements.models import SigningRequest
from elections.content import Snapshot
from elections.models import Invitation, Member, Submission
from ground import links
from ground.official_links import LINK
from ground.private_numbers import numbers_in
from notices.endings import split_end, with_end
from notices.kinds import NAMES
from notices.mail_blocks import BlockKind, blocks_of
from notices.mail_html import html_of
from notices.models import TO_CLINICIANS, Notice
from notices.subjects import LONGEST

from .every_mail import every_reason, owe_every_mail
from .test_mail_html import Seen

pytestmark = pytest.mark.django_db
ADDRESS = re.compile(r"https?://[^\s<>\"]+")
RANDOM = re.compile(rf"{ADDRESS.pattern}|\b[0-9a-f]{{64}}\b")
NEWS = 40
SECRETS = {"token", "key", "uidb36"}
OWNERS: dict[str, Callable[[dict[str, str]], set[str]]] = {
    "sign": lambda found: {_request(found["token"]).email},
    "sign_election": lambda found: {_request(found["token"]).email},
    "invitation": lambda found: {Invitation.objects.get(token_hash=links.hash_of(found["token"])).email},
    "account_confirm_email": lambda found: {_confirmed(found["key"]).email},
    "account_reset_password_from_key": lambda found: _addresses_of(found["uidb36"]),
}


@pytest.fixture(scope="module")
def _owed(module_db: None) -> None:
    Notice.objects.all().delete()
    owe_every_mail()


@pytest.fixture
def mails(_owed: None, db: None) -> list[Notice]:
    """Every mail that is owed once people and staff did all they can."""
    return list(Notice.objects.order_by("pk"))


def test_every_mail_is_made(mails):
    made = {mail.reason for mail in mails}
    assert every_reason() - made == set(), "owe it in tests/notices/every_mail.py"
    assert set(NAMES) - made == set(), "a name in notices/kinds.py that no mail has"


def test_subjects_are_short_and_say_the_news_first(mails):
    assert [mail.subject for mail in mails if len(mail.subject) > LONGEST or not mail.subject] == []
    long = {mail.subject for mail in mails if len(mail.subject) > NEWS}
    assert {subject for subject in long if not re.search("[:,]", subject[: NEWS + 1])} == set()


def test_no_mail_has_a_whole_number(mails):
    listed = {re.sub(r"\D", "", tin) for tin in Member.objects.values_list("tin", flat=True) if tin}
    submitted = {
        re.sub(r"\D", "", entry.tin)
        for submission in Submission.objects.all()
        for entry in Snapshot.of_submission(submission).practices
    }
    assert len(listed) > 20, "the elections have TINs that could leak"
    assert submitted - listed, "a practice has left, and the mail to its signer could have its TIN"
    tins = listed | submitted
    shape = re.compile("|".join(r"[\s-]?".join(tin) for tin in tins))
    for mail in mails:
        for said in (mail.subject, mail.body, html_of(mail.subject, mail.body)):
            words = RANDOM.sub("", said)  # in which any digits follow one another
            assert (mail.reason, shape.findall(said), numbers_in(words)) == (mail.reason, [], [])


def test_every_mail_ends_once_with_the_site_and_the_service_center(mails):
    for mail in mails:
        text, end = split_end(mail.body)
        assert (mail.reason, text + "\n\n" + end) == (mail.reason, with_end(text, reply_to=mail.reply_to).rstrip())
        assert settings.SERVICE_CENTER["phone"] not in text
        assert "Questions:" not in text


def test_replies_go_between_signers_and_the_representative_and_to_no_others(mails):
    signers = set(SigningRequest.objects.values_list("email", flat=True))
    by_signers = [mail for mail in mails if mail.reason in ("election objection", "election forwarded")]
    others = [mail for mail in mails if mail not in by_signers]
    assert {bool(mail.reply_to) for mail in others} == {True, False}
    for mail in others:
        has_reply = mail.to in signers or mail.reason == TO_CLINICIANS
        assert (mail.subject, bool(mail.reply_to)) == (mail.subject, has_reply)
    representatives = {"dana@example.org", "robin@example.org"}  # who took a draft over
    assert {mail.reply_to for mail in others if mail.reply_to} == representatives
    assert by_signers
    assert [mail.reply_to for mail in by_signers if mail.reply_to not in signers] == []


def test_every_link_is_of_this_site_or_official_and_leads_where_it_says(mails):
    for mail in mails:
        html = Seen(html_of(mail.subject, mail.body))
        written = [found.rstrip(".,)") for found in ADDRESS.findall(mail.body)]
        assert set(html.links) == set(written), mail.reason
        for address in written:
            assert address.startswith(f"{settings.SITE_URL}/") or LINK.match(address), mail.reason
            if address.startswith(settings.SITE_URL):
                resolve(urlsplit(address).path)


def test_a_link_in_a_line_of_its_own_is_a_button(mails):
    for mail in mails:
        blocks = blocks_of(split_end(mail.body)[0], settings.SITE_URL)
        texts = [row.lines[-1] for block in blocks if block.kind == BlockKind.TEXT for row in block.rows]
        bare = [line for line in texts if line.startswith(settings.SITE_URL)]
        assert (mail.reason, bare) == (mail.reason, [])


def test_a_button_has_a_sentence(mails):
    blocks = [block for mail in mails for block in blocks_of(split_end(mail.body)[0], settings.SITE_URL)]
    labels = {row.name for block in blocks if block.kind == BlockKind.BUTTON for row in block.rows}
    assert len(labels) > 20
    assert [label for label in labels if not re.match(r"[A-Z][a-z]+ \w", label)] == []


def test_a_link_that_signs_or_signs_in_goes_to_its_own_person_alone(mails):
    met = set()
    for mail in mails:
        for address in ADDRESS.findall(mail.body):
            if LINK.match(address):
                continue
            found = resolve(urlsplit(address).path)
            if not SECRETS.isdisjoint(found.kwargs):
                name = found.url_name or ""
                met.add(name)
                assert mail.to in OWNERS[name](_named(found)), f"{mail.reason} to {mail.to}"
    assert met == set(OWNERS)


def test_a_signer_s_link_is_said_to_be_for_them_alone(mails):
    with_link = [mail for mail in mails if f"{settings.SITE_URL}/sign/" in mail.body]
    assert {mail.reason for mail in with_link if "only for you" not in mail.body} == set()
    assert len({mail.reason for mail in with_link}) > 10


def test_no_one_gets_the_same_mail_of_one_event_twice(mails):
    times = Counter((mail.to, mail.subject, mail.body, *mail.events.values_list("pk", flat=True)) for mail in mails)
    assert [mail[1] for mail, count in times.items() if count > 1] == []


def _named(found: ResolverMatch) -> dict[str, str]:
    return {name: str(value) for name, value in found.kwargs.items()}


def _request(token: str) -> SigningRequest:
    return SigningRequest.objects.get(token_hash=links.hash_of(token))


def _confirmed(key: str) -> EmailAddress:
    return EmailConfirmationHMAC.from_key(key).email_address


def _addresses_of(uidb36: str) -> set[str]:
    user = User.objects.get(pk=url_str_to_user_pk(uidb36))
    return set(EmailAddress.objects.filter(user=user).values_list("email", flat=True))
