"""The clock's part in an election's life, and what can be done afterwards."""

import pytest

from elections.models import Claim, Election, Event
from elections.submission import actions as submission_actions
from ground import clock
from notices.models import Notice
from tests.factories.elections import ElectionFactory
from tests.factories.practices import GROUP, SOLO
from tests.factories.windows import WindowFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("moment", "status"), [("2027-01-01T00:14:59-05:00", "draft"), ("2027-01-01T00:15:00-05:00", "lapsed")]
)
def test_a_draft_lapses_fifteen_minutes_after_the_window_closed(set_clock, moment, status):
    ElectionFactory(practices=())
    assert submission_actions.lapse_due(now=set_clock(moment)) == (status == "lapsed")
    assert Election.objects.get().status == status
    assert submission_actions.lapse_due(now=clock.now()) == 0


def test_a_lapsed_election_is_revived_when_the_window_opens_again(client, set_clock):
    election = ElectionFactory(practices=())
    submission_actions.lapse_due(now=set_clock("2027-01-02T09:00:00-05:00"))
    answer = client.post(f"/elections/{election.pk}/revive", follow=True)
    assert "The election window for 2027 is not open" in answer.content.decode()
    WindowFactory(closes=clock.now().replace(day=20))
    client.post(f"/elections/{election.pk}/revive")
    assert Election.objects.get().status == "draft"
    assert list(Event.objects.order_by("id").values_list("verb", flat=True)) == ["start", "lapse", "revive"]


def test_withdrawing_says_what_is_given_up_and_is_done_once(client, submitted):
    page = f"/elections/{submitted.pk}/withdraw"
    assert "Its TINs are free for another virtual group right away." in client.get(page).content.decode()
    assert "To withdraw, check the box." in client.post(page).content.decode()
    for _ in range(2):
        assert client.post(page, {"sure": "on"}).status_code == 302
    assert Election.objects.get().status == "withdrawn"
    assert set(Claim.objects.values_list("state", flat=True)) == {"released"}
    assert Notice.objects.filter(reason="election withdrawn").count() == 1


def test_a_submitted_election_is_not_withdrawn_after_the_deadline(client, submitted, set_clock):
    set_clock("2027-01-01T00:00:00-05:00")
    answer = client.post(f"/elections/{submitted.pk}/withdraw", {"sure": "on"}, follow=True)
    assert "The election window for 2027 is not open, so you cannot do that now." in answer.content.decode()
    assert Election.objects.get().status == "submitted"


def test_a_withdrawn_election_is_copied_without_its_signatures(client, submitted):
    client.post(f"/elections/{submitted.pk}/withdraw", {"sure": "on"})
    client.post(f"/elections/{submitted.pk}/copy")
    copied = Election.objects.get(copied_from=submitted)
    assert (copied.status, copied.virtual_group) == ("draft", submitted.virtual_group)
    assert [member.name for member in copied.members.all()] == [SOLO.name, GROUP.name]
    assert [member.party.executed_on for member in copied.members.all()] == [None, None]
    assert not copied.agreement.acknowledged


def test_nothing_can_be_changed_after_the_deadline(client, submitted, set_clock):
    set_clock("2027-01-01T00:00:01-05:00")
    for page in ("virtual-group", "representative", "practices/add"):
        answer = client.post(f"/elections/{submitted.pk}/{page}", {"name": "Changed"}, follow=True)
        assert (
            "The election window closed Thursday, December 31, 2026, 11:59 p.m. ET, so this" in answer.content.decode()
        )
    assert Election.objects.get().virtual_group.name == "Harbor Group"
