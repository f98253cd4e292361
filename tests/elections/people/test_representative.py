"""How CMS reaches the representative, who that may become, and what it keeps one from doing at the desk."""

import re

import pytest

from accounts.models import Role
from elections.models import Election, ElectionRole, Invitation
from notices.models import Notice
from tests.elections.steps import desk
from tests.factories.elections import ElectionRoleFactory, submit
from tests.factories.people import UserFactory, signed_in
from tests.pages import text

pytestmark = pytest.mark.django_db


@pytest.fixture
def other(db):
    return UserFactory(email="robin@example.org", name="Robin Vale")


def link_to(address):
    found = re.search(r"http://\S+(/elections/invitations/\S+)", Notice.objects.filter(to=address).latest("pk").body)
    assert found
    return found[1]


def waits(answer):
    return [(one.who, one.what, one.address) for one in answer.context["waits"]]


def ask(by, election, email="robin@example.org"):
    fields = {"hand_over": "yes", "hand-over-name": "Robin Vale", "hand-over-email": email}
    return signed_in(by).post(f"/elections/{election.pk}/people", fields, follow=True)


def invite(by, election, email, kind):
    fields = {"invite": "yes", "invite-email": email, "invite-kind": kind}
    return signed_in(by).post(f"/elections/{election.pk}/people", fields, follow=True)


def test_the_address_is_one_of_the_representative_s_own(election, client, other):
    path = f"/elections/{election.pk}/representative"
    answer = client.post(path, {"name": "Dana", "email": "robin@example.org", "phone": ""})
    assert "It must be a verified email address of the representative’s own account" in text(answer)
    assert 'value="robin@example.org"' in answer.content.decode()
    ElectionRoleFactory(election=election, user=other, kind="collaborator")
    signed_in(other).post(path, {"name": "Robin", "email": "robin@example.org", "phone": ""})
    assert Election.objects.get().contact["email"] == "dana@example.org"
    assert signed_in(other).post(f"/elections/{election.pk}/review", {"confirm": "CONFIRM"}).status_code == 403


@pytest.mark.parametrize(
    ("typed", "kept"), [("None", "none"), ("N/A", "none"), ("-", "none"), ("(555) 010-0199 x2", "(555) 010-0199 x2")]
)
def test_a_telephone_is_a_number_or_none(client, election, typed, kept):
    path = f"/elections/{election.pk}/representative"
    asked = "Enter a phone number with its area code, such as 410-555-0123. If you have no phone, type “none”."
    for wrong in ("call me", "5"):
        assert asked in text(client.post(path, {"phone": wrong}))
    client.post(path, {"phone": typed})
    assert Election.objects.get().contact["phone"] == kept
    submit(election)
    assert f"Phone {kept}" in text(client.get(f"/elections/{election.pk}/receipt/1"))


def test_an_alternate_contact_is_optional_and_submitted(election, client):
    path = f"/elections/{election.pk}/representative"
    fields = {"alternate_name": "Kim Lee", "alternate_email": "kim@example", "alternate_phone": "555-0123"}
    client.post(path, election.contact | fields)
    submission = submit(election)
    receipt = text(client.get(f"/elections/{election.pk}/receipt/{submission.number}"))
    assert "Alternate contact Kim Lee kim@example 555-0123" in receipt


def test_the_part_is_handed_over_when_the_other_accepts(client, election, representative, other):
    assert "We’re emailing an invitation to robin@example.org." in text(ask(representative, election))
    assert Election.objects.get().representative_email == "dana@example.org"
    link = link_to("robin@example.org")
    page = signed_in(other).get(link)
    assert "Dana Rivera asks you to be the representative for Harbor Group" in text(page)
    assert Invitation.objects.get().answered_at is None
    answer = signed_in(other).post(link, {"accept": "yes"}, follow=True)
    assert answer.redirect_chain[-1][0] == f"/elections/{election.pk}/"
    assert "The representative’s phone is still “555-0100”." in text(answer)
    now = {"name": "Robin Vale", "email": "robin@example.org", "phone": "555-0100"}
    assert Election.objects.get().contact == now
    assert list(Notice.objects.order_by("pk").values_list("reason", "to")) == [
        ("election invited", "robin@example.org"),
        ("election handed over", "dana@example.org"),
    ]
    assert client.post(f"/elections/{election.pk}/withdraw", {"sure": "on"}).status_code == 403
    assert client.get(f"/elections/{election.pk}/virtual-group").status_code == 200
    submit(election, by=other)


def test_one_who_represents_no_more_hands_nothing_over(election, representative, other):
    kim = UserFactory(email="kim@example.org")
    ask(representative, election)
    first = link_to("robin@example.org")
    ask(representative, election, "kim@example.org")
    assert "This invitation was canceled, or a newer one was sent." in text(signed_in(other).get(first))
    signed_in(kim).post(link_to("kim@example.org"), {"accept": "yes"})
    assert Election.objects.get().representative_email == "kim@example.org"
    assert ask(representative, election).status_code == 403


def test_who_submitted_decides_nothing_even_after_handing_over(election, representative, other):
    rita = UserFactory(email="rita@cms.example", roles=[Role.REVIEWER])
    ask(representative, election, "rita@cms.example")
    signed_in(rita).post(link_to("rita@cms.example"), {"accept": "yes"})
    submit(Election.objects.get(), by=rita)
    ask(rita, election)
    signed_in(other).post(link_to("robin@example.org"), {"accept": "yes"})
    ElectionRole.objects.filter(user=rita).delete()
    answer = signed_in(rita).post(desk(election, "start-review/"), follow=True)
    assert (
        "You have a role in this election or in one that affects it, so someone else reviews it."
        in answer.content.decode()
    )
    assert Election.objects.get().status == "submitted"


@pytest.mark.parametrize(("kind", "edits"), [("collaborator", 200), ("viewer", 403)])
def test_collaborators_and_viewers(election, client, representative, other, kind, edits):
    page = f"/elections/{election.pk}/virtual-group"
    assert signed_in(other).get(page).status_code == 404
    told = text(invite(representative, election, "Robin@Example.org", kind))
    assert "We’re emailing an invitation to robin@example.org." in told
    link = link_to("robin@example.org")
    signed_in(other).post(link, {"accept": "yes"})
    assert signed_in(other).get(page).status_code == edits
    assert signed_in(other).get(f"/elections/{election.pk}/people").status_code == 200
    assert signed_in(other).post(f"/elections/{election.pk}/people").status_code == 403
    told = text(invite(representative, election, "robin@example.org", kind))
    assert f"robin@example.org is already a {kind} in this election." in told
    role = ElectionRole.objects.get(user=other)
    client.post(f"/elections/{election.pk}/people/{role.pk}/remove")
    assert signed_in(other).get(page).status_code == 404


def test_everybody_s_page_says_what_waits_for_whom(client, election, representative, set_clock):
    page, people = f"/elections/{election.pk}/", f"/elections/{election.pk}/people"
    helper = signed_in(ElectionRoleFactory(election=election, kind="collaborator").user)
    assert waits(client.get(page)) == []
    assert waits(helper.get(page)) == [("Dana Rivera", "to review and submit", people)]
    line = election.members.all()[0].clinicians.all()[0]
    line.npi = "12345"
    line.save()
    set_clock("2026-12-02T09:00:00-05:00")
    invite(representative, election, "kim@example.org", "viewer")
    invited = ("kim@example.org", "to accept the role of viewer", people)
    assert waits(client.get(page)) == waits(helper.get(page)) == [invited]
    answer = signed_in(ElectionRoleFactory(election=election).user).get(page)
    to_fix = ("Dana Rivera or a collaborator", "to finish “Practices and clinicians” (1 thing to fix)", people)
    assert waits(answer) == [to_fix, invited]
    told = text(answer)
    assert "to fix) , since Dec 1, 2026, 10:00 a.m. ET." in told
    assert "to accept the role of viewer , since Dec 2, 2026, 9:00 a.m. ET." in told


def test_only_the_address_invited_accepts(election, representative, other):
    invite(representative, election, "kim@example.org", "collaborator")
    link = link_to("kim@example.org")
    page = signed_in(other).get(link)
    assert "This invitation is for kim@example.org. You are signed in as robin@example.org." in text(page)
    answer = signed_in(other).post(link, {"accept": "yes"})
    assert "Sign in with that email address to accept it." in text(answer)
    assert not ElectionRole.objects.filter(user=other).exists()


def test_expired_used_revoked_and_guessed_links_say_whom_to_ask(election, representative, other, set_clock, visitor):
    invite(representative, election, "robin@example.org", "viewer")
    link = link_to("robin@example.org")
    set_clock("2026-12-15T10:00:00-05:00")
    expired = visitor.get(link)
    set_clock("2026-12-01T10:00:00-05:00")
    assert expired.status_code == 410
    assert (
        "This invitation has expired. It was for robin@example.org. If you still want to take part, ask Dana Rivera "
        "(dana@example.org) to invite you again."
    ) in text(expired)
    signed_in(other).post(link, {"accept": "yes"})
    used = signed_in(other).post(link, {"accept": "yes"})
    assert (used.status_code, "was already answered" in text(used)) == (410, True)
    invite(representative, election, "lee@example.org", "viewer")
    link = link_to("lee@example.org")
    open_one = Invitation.objects.get(email="lee@example.org")
    signed_in(representative).post(f"/elections/{election.pk}/people/invitations/{open_one.pk}/revoke")
    assert "was canceled" in text(visitor.get(link))
    guessed = visitor.get("/elections/invitations/guessed")
    assert guessed.status_code == 404
    assert "ask the person who invited you to invite you again. You can also call" in text(guessed)
    assert visitor.post("/elections/invitations/guessed", {"accept": "yes"}).status_code == 404


def test_a_mail_scanner_accepts_nothing_and_who_is_not_signed_in_is_asked_to(election, representative, visitor):
    invite(representative, election, "robin@example.org", "viewer")
    link = link_to("robin@example.org")
    assert visitor.get(link).status_code == 200
    assert visitor.head(link).status_code == 200
    assert Invitation.objects.get().answered_at is None
    answer = visitor.post(link, {"accept": "yes"})
    assert answer.headers["Location"].startswith("/accounts/login/?next=%2Felections%2Finvitations%2F")


def test_declining_is_told(election, representative, visitor):
    invite(representative, election, "robin@example.org", "viewer")
    answer = visitor.post(link_to("robin@example.org"), {"decline": "yes"}, follow=True)
    assert "You declined. Nothing changed." in text(answer)
    notice = Notice.objects.latest("pk")
    assert notice.to == "dana@example.org"
    assert notice.subject == "Declined your invitation: robin@example.org, Harbor Group"


def test_twenty_people_a_day_are_invited_by_one_account(election, representative):
    for number in range(20):
        invite(representative, election, f"somebody{number}@example.org", "viewer")
    told = text(invite(representative, election, "somebody20@example.org", "viewer"))
    assert "You invited 20 people in one day. This invitation was not sent. Try again tomorrow." in told
    assert Notice.objects.count() == 20


def test_a_name_writes_no_lines_of_its_own_into_a_mail(client, election, representative):
    page = f"/elections/{election.pk}/virtual-group"
    client.post(page, {"name": "Harbor\r\nYou have won\u2028a prize"})
    assert client.post(page, {"name": "Harbor 517-44\n9638"}).status_code == 200
    ask(representative, election)
    notice = Notice.objects.get()
    assert notice.subject == "Invitation to represent Harbor You have won a prize, from…"
    assert "be the representative of Harbor You have won a prize. The group is" in notice.body


@pytest.mark.parametrize("rows", [1, 3])
def test_people(client, election, rows, django_assert_num_queries):
    ElectionRoleFactory.create_batch(rows, election=election)
    with django_assert_num_queries(10):
        page = client.get(f"/elections/{election.pk}/people").content.decode()
    assert page.count('<span class="tasks__state usa-tag bg-base-lighter text-ink">Viewer</span>') == rows
