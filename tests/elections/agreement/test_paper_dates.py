"""Dates on paper that are older than the agreement: said on the paper page, the task list and Review, until settled."""

import pytest

from agreements.models import Agreement, Party
from elections.models import Election, Event
from tests.elections.steps import as_typed, confirm, executed
from tests.factories.elections import ElectionFactory, ElectionRoleFactory
from tests.factories.people import signed_in
from tests.factories.practices import GROUP, OTHER, SOLO
from tests.factories.signing import alter
from tests.pages import text

pytestmark = pytest.mark.django_db
OLDER = "The agreement changed after you entered {} of these dates."
CHECK = "Check this date. You entered it before the agreement changed."
ON_REVIEW = "The agreement changed after you entered when these practices signed:"


@pytest.fixture
def election(cms_data, client):
    """Return a draft that was never submitted, whose practices' dates on paper were entered on its page."""
    election = ElectionFactory()
    Party.objects.update(executed_on=None, signer_name="", signer_title="")
    Agreement.objects.update(acknowledged=False, acknowledged_at=None, acknowledged_by=None)
    client.post(path(election, "agreement/paper"), executed(election))
    return election


def path(election, page=""):
    return f"/elections/{election.pk}/{page}"


def task(client, election):
    [task] = [one for one in client.get(path(election)).context["tasks"] if one.page == "agreement"]
    return str(task.state), task.problems


def older(client, election):
    """Return how many dates the paper page calls older, and the practices that Review names."""
    paper = text(client.get(path(election, "agreement/paper")))
    review = client.get(path(election, "review"))
    names = review.context["older_dates"]
    assert (ON_REVIEW in text(review)) == bool(names) == (OLDER.format(len(names)) in paper)
    return paper.count(CHECK), sorted(names)


@pytest.mark.parametrize(
    "change", ["schedule", *(pytest.param(other, marks=pytest.mark.proof) for other in ("text", "parties"))]
)
def test_a_date_is_older_than_an_agreement_that_changed_since(election, client, change):
    assert (older(client, election), task(client, election)) == ((0, []), ("done", 0))
    alter(election, change)
    names = [SOLO.name] if change == "schedule" else [GROUP.name, SOLO.name]
    assert older(client, election) == (len(names), sorted(names))
    assert "This election is ready to submit." not in text(client.get(path(election, "review")))
    state = ("needs attention", len(names))
    assert task(client, election) == state


def test_what_was_taken_back_changed_nothing(election, client):
    client.post(path(election, "agreement/text"), {"quality": "We meet each month."})
    assert older(client, election) == (2, sorted([GROUP.name, SOLO.name]))
    client.post(path(election, "agreement/text"), {"quality": ""})
    assert (older(client, election), task(client, election)) == ((0, []), ("done", 0))


def test_dates_of_before_the_practices_signed_here_are_older(election, client):
    client.post(path(election, "signing/begin"))
    assert client.get(path(election, "review")).context["older_dates"] == []
    client.post(path(election, "signing/end"))
    assert older(client, election) == (2, sorted([GROUP.name, SOLO.name]))


def test_another_date_is_of_the_agreement_as_it_is_now(election, client):
    alter(election, "text")
    member = election.members.get(name=SOLO.name)
    client.post(path(election, "agreement/paper"), {f"practice-{member.pk}-executed_on": "2026-11-30"})
    assert older(client, election) == (1, [GROUP.name])


def test_one_button_keeps_them_once_for_the_agreement_that_was_shown(election, client):
    alter(election, "text")
    shown = client.get(path(election, "agreement/paper")).context["version"]
    client.post(path(election, "agreement/text"), {"quality": "We meet each week."})
    answer = client.post(path(election, "agreement/paper"), {"dates": shown}, follow=True)
    assert "The older dates still need a check. The agreement changed again" in text(answer)
    shown = answer.context["version"]
    for dates in ("\x00", "x" * 10_000, shown, shown):
        answer = client.post(path(election, "agreement/paper"), executed(election) | {"dates": dates}, follow=True)
        assert answer.status_code == 200
    assert "Saved. The dates count for the agreement as it is now." in text(answer)
    assert (older(client, election), task(client, election)) == ((0, []), ("done", 0))
    events = Event.objects.filter(election=election, verb="keep_date").values_list("details__practice", flat=True)
    assert sorted(events) == sorted([GROUP.name, SOLO.name])


def test_no_one_but_who_edits_keeps_them_and_not_while_the_practices_sign_here(election, client):
    alter(election, "text")
    shown = client.get(path(election, "agreement/paper")).context["version"]
    viewer = signed_in(ElectionRoleFactory(election=election).user)
    assert viewer.post(path(election, "agreement/paper"), {"dates": shown}).status_code == 403
    said = viewer.get(path(election, "review")).content.decode()
    assert (ON_REVIEW in said, path(election, "agreement/paper") in said) == (True, False)
    client.post(path(election, "signing/begin"))
    client.post(path(election, "agreement/paper"), {"dates": shown})
    assert not Event.objects.filter(verb="keep_date").exists()


def test_they_are_submitted_by_who_says_that_every_practice_executed_it(election, client):
    client.post(path(election, "practices/add"), as_typed(OTHER))
    member = election.members.get(name=OTHER.name)
    client.post(path(election, "agreement/paper"), {f"practice-{member.pk}-executed_on": "2026-11-10"})
    assert older(client, election) == (2, sorted([GROUP.name, SOLO.name]))
    assert confirm(client, election).headers["Location"] == path(election, "receipt/1")
    assert Election.objects.get().status == "submitted"
