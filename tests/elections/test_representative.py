"""Who may be, name and replace the representative, and what that keeps one from doing at the desk."""

import pytest

from accounts.models import Role
from elections.models import Election, ElectionRole
from notices.models import Notice

from . import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def other(db):
    return make.person("robin@example.org", name="Robin Vale")


def name(by, election, email):
    page = f"/elections/{election.pk}/representative"
    fields = {"name": "Somebody", "email": email, "phone": "", "gives_up": "on"}
    answer = make.signed_in(by).post(page, fields, follow=True)
    election.refresh_from_db()
    return answer


def test_who_started_may_mend_the_address_until_the_representative_has_submitted(cms_data, representative, other):
    election = make.draft(representative)
    name(representative, election, "robin@exmaple.org")
    name(representative, election, "robin@example.org")
    assert election.representative_email == "robin@example.org"
    make.submit(election, other)

    answer = name(representative, election, "dana@example.org")

    assert "Only the representative, robin@example.org, can name another one." in answer.content.decode()
    assert election.representative_email == "robin@example.org"
    client = make.signed_in(representative)
    assert client.post(f"/elections/{election.pk}/withdraw", {"sure": "on"}).status_code == 403


def test_one_letter_wrong_gives_nothing_away_before_one_said_so(cms_data, representative):
    election = make.draft(representative)
    page = f"/elections/{election.pk}/representative"
    fields = {"name": "Dana Rivera", "email": "dana@exmaple.org", "phone": ""}
    client = make.signed_in(representative)
    answer = client.post(page, fields).content.decode()
    assert "This address is not one of yours, so you could no longer submit." in answer
    assert 'value="dana@exmaple.org"' in answer
    election.refresh_from_db()
    assert (election.representative_email, Notice.objects.count()) == ("dana@example.org", 0)
    answer = client.post(page, fields | {"gives_up": "on"}, follow=True).content.decode()
    assert "Saved. Only dana@exmaple.org can submit now." in answer


def test_a_collaborator_does_not_become_the_representative_of_a_draft(cms_data, representative, other):
    election = make.draft(representative)
    ElectionRole.objects.create(election=election, user=other, kind=ElectionRole.Kind.COLLABORATOR)
    name(other, election, "robin@example.org")
    assert election.representative_email == "dana@example.org"
    assert make.signed_in(other).post(f"/elections/{election.pk}/review", {"confirm": "CONFIRM"}).status_code == 403


def test_the_one_before_is_told_once_the_election_was_submitted(cms_data, representative, other):
    election = make.draft(representative)
    make.submit(election, representative)
    name(representative, election, "robin@example.org")
    assert list(Notice.objects.order_by("pk").values_list("reason", "to")) == [
        ("election submitted", "dana@example.org"),
        ("election representative named", "robin@example.org"),
        ("election representative replaced", "dana@example.org"),
    ]


def test_twenty_people_a_day_are_invited_by_one_account(cms_data, representative):
    election = make.draft(representative)
    for number in range(20):
        name(representative, election, f"somebody{number}@example.org")
    answer = name(representative, election, "somebody20@example.org")
    assert "You invited 20 representatives within a day. Nothing was saved." in answer.content.decode()
    assert election.representative_email == "somebody19@example.org"
    assert Notice.objects.count() == 20


def test_who_submitted_decides_nothing_even_after_handing_over(cms_data, representative, other):
    rita = make.person("rita@cms.example", Role.REVIEWER)
    election = make.draft(representative)
    name(representative, election, "rita@cms.example")
    make.submit(election, rita)
    name(rita, election, "robin@example.org")
    make.submit(election, other)
    client = make.signed_in(rita)
    desk = f"/staff/elections/election/{election.pk}/start-review/"
    answer = client.post(desk, follow=True)
    assert "You have a part in this election, so somebody else has to decide it." in answer.content.decode()
    assert Election.objects.get().status == "submitted"


def test_a_name_writes_no_lines_of_its_own_into_a_mail(cms_data, representative):
    election = make.draft(representative)
    client = make.signed_in(representative)
    page = f"/elections/{election.pk}/virtual-group"
    client.post(page, {"name": "Harbor\r\nYou have won\u2028a prize"})
    assert client.post(page, {"name": "Harbor 517-44\n9638"}).status_code == 200
    name(representative, election, "robin@example.org")
    notice = Notice.objects.get()
    assert notice.subject == "You are named as representative of Harbor You have won a prize"
    assert notice.body.startswith("Dana Rivera named you as the representative of Harbor You have won a prize, which")
