"""The task list: how far each part of an election is."""

import pytest

from agreements.models import Agreement
from elections.models import Election
from elections.people import naming
from eligibility.models import LoadRun
from ground import clock
from tests.factories.elections import ElectionFactory, ElectionRoleFactory, submit
from tests.factories.people import signed_in
from tests.factories.practices import GROUP, SOLO
from tests.pages import LACKING, text

pytestmark = pytest.mark.django_db


def tasks(election, by):
    page = signed_in(by).get(f"/elections/{election.pk}/")
    return [(task.page, str(task.state), task.problems) for task in page.context["tasks"]]


def test_an_empty_draft_has_a_representative_alone(client, representative):
    client.post("/elections/start")
    assert tasks(Election.objects.get(), representative) == [
        ("virtual_group", "not started", 0),
        ("representative", "needs attention", 1),
        ("practices", "not started", 0),
        ("agreement", "not started", 0),
        ("submit_page", "not started", 0),
    ]


def test_a_draft_says_at_once_what_this_site_asks_for(client):
    client.post("/elections/start")
    path = f"/elections/{Election.objects.get().pk}"
    told = text(client.get(f"{path}/"))
    assert [sentence in told for sentence in LACKING] == [True, True]
    client.post(f"{path}/virtual-group", {"name": "Harbor Group"})
    client.post(f"{path}/representative", {"phone": "none"})
    told = text(client.get(f"{path}/"))
    assert [sentence in told for sentence in LACKING] == [False, False]


def test_a_draft_counts_what_is_to_mend(cms_data, representative):
    election = ElectionFactory(practices=(SOLO,))
    Agreement.objects.update(acknowledged=False)
    assert tasks(election, representative)[2:] == [
        ("practices", "needs attention", 1),
        ("agreement", "done", 0),
        ("submit_page", "not started", 0),
    ]


def test_a_change_after_submitting_opens_the_last_step_again(election, representative):
    assert [state for _, state, _ in tasks(election, representative)] == ["done"] * 4 + ["not started"]
    submit(election)
    assert tasks(election, representative)[4] == ("submit_page", "done", 0)
    naming.save_group(election.pk, name="Harbor Group East", now=clock.now())
    assert tasks(election, representative)[4] == ("submit_page", "in progress", 0)


def test_a_finding_says_of_which_day_the_cms_data_are(election, client):
    page = f"/elections/{election.pk}/practices/{election.members.get(position=1).pk}"
    sources = [finding.source for finding in client.get(page).context["group"].findings]
    assert sources[:5] == ["What was entered"] * 2 + ["NPPES"] + ["CMS data as of Dec 1, 2026"] * 2
    assert sources[8:] == ["CMS data as of Dec 1, 2026 and what was entered", "Other elections"]
    LoadRun.objects.update(status=LoadRun.Status.SUPERSEDED)
    sources = [finding.source for finding in client.get(page).context["group"].findings]
    assert sources[3] == "CMS data"


def test_pages_of_what_is_submitted_say_that_a_change_is_not(election, client):
    paths = ["practices", "agreement", "virtual-group", "representative"]
    line = "CMS sees your changes here"
    assert [path for path in paths if line in client.get(f"/elections/{election.pk}/{path}").content.decode()] == []
    submit(election)
    assert [path for path in paths if line in client.get(f"/elections/{election.pk}/{path}").content.decode()] == paths


def test_a_viewer_is_led_to_no_page_that_refuses_them(election):
    helper = ElectionRoleFactory(election=election).user
    pages = ["virtual-group", "representative", "practices", "agreement", "review"]
    shown = signed_in(helper).get(f"/elections/{election.pk}/").content.decode()
    assert [page for page in pages if f'href="/elections/{election.pk}/{page}"' in shown] == pages[2:]


def test_a_practice_that_lacks_its_opt_in_is_not_said_to_be_ready(election, client, cms_data):
    cms_data.practices.filter(name=GROUP.name).update(patients=10)
    shown = client.get(f"/elections/{election.pk}/practices").content.decode()
    counts = [shown.count(told) for told in (">Opt-in not accepted<", ">Ready<", "Can be submitted")]
    assert counts == [1, 1, 0]
