"""The agreement's page: one question, a short page behind each answer, and one's mind can be changed."""

import re

import pytest

from agreements.models import Agreement, Party
from elections.models import Election
from tests.factories.elections import ElectionFactory, ElectionRoleFactory
from tests.factories.people import signed_in
from tests.factories.signing import ask_to_sign, sign_all, to_be_signed
from tests.pages import text

pytestmark = pytest.mark.django_db
QUESTION = "How will the practices sign the agreement?"


@pytest.fixture
def unsigned(cms_data):
    """Return a draft whose practices have not said anything of their agreement."""
    election = ElectionFactory()
    Party.objects.update(executed_on=None, signer_name="", signer_title="")
    Agreement.objects.update(acknowledged=False, acknowledged_at=None)
    return election


def path(election, page=""):
    return f"/elections/{election.pk}/{page}"


def step(client, election):
    """Return the next step that the task list names, and where it leads."""
    context = client.get(path(election)).context
    return context["step"].label, context["step_address"]


def stored(election):
    return Agreement.objects.values_list("is_signed_here", "is_signed_on_paper").get(pk=election.agreement_id)


def test_it_asks_one_question_and_nothing_is_wrong_before_it_is_answered(unsigned, client):
    assert step(client, unsigned) == ("Choose how the practices sign the agreement", path(unsigned, "agreement"))
    page = client.get(path(unsigned, "agreement"))
    said = text(page)
    assert [said.count(words) for words in (QUESTION, "Recommended", "Your choice", "Not met", "sign again")] == [
        *(1, 1, 0, 0, 0)
    ]
    assert "usa-alert--error" not in page.content.decode()
    assert [task.state for task in client.get(path(unsigned)).context["tasks"] if task.page == "agreement"] == [
        "not started"
    ]
    assert client.get(path(unsigned, "agreement/paper")).status_code == 200
    assert stored(unsigned) == (False, False)


def test_on_paper_the_page_behind_it_asks_who_signed_and_the_next_step_leads_there(unsigned, client):
    answer = client.post(path(unsigned, "agreement/paper/begin"), follow=True)
    assert answer.redirect_chain == [(path(unsigned, "agreement/paper"), 302)]
    said = text(answer)
    assert "You entered 0 of 2 signatures." in said
    assert "Not met" not in said
    paper = path(unsigned, "agreement/paper")
    assert step(client, unsigned) == ("Enter who signed on paper for 2 practices", paper)
    first, second = unsigned.members.all()
    client.post(paper, {f"practice-{first.pk}-executed_on": "2026-11-10"})
    assert step(client, unsigned) == ("Enter who signed on paper for 1 practice", paper)
    answer = client.post(paper, {f"practice-{second.pk}-executed_on": "2026-11-10"})
    assert answer.headers["Location"] == path(unsigned, "next?after=agreement")
    assert step(client, unsigned) == ("Review and submit", path(unsigned, "review"))
    assert unsigned.events.filter(verb="sign_on_paper").count() == 1
    assert "Your choice" in text(client.get(path(unsigned, "agreement")))


def test_one_can_change_ones_mind_and_what_was_entered_on_paper_is_kept(election, client):
    client.post(path(election, "agreement/paper/begin"))
    assert "we keep what you entered about paper" in text(client.get(path(election, "agreement")))
    answer = client.post(path(election, "signing/begin"), follow=True)
    assert answer.redirect_chain[-1][0] == path(election, "signing")
    assert stored(election) == (True, False)
    assert "the links stop working" in text(client.get(path(election, "agreement")))
    assert client.get(path(election, "agreement/paper")).headers["Location"] == path(election, "signing/end")
    answer = client.post(path(election, "signing/end"), follow=True)
    assert answer.redirect_chain[-1][0] == path(election, "agreement/paper")
    assert "You entered 2 of 2 signatures." in text(answer)
    assert stored(election) == (False, True)


def test_a_page_left_open_enters_nothing_on_paper_while_they_sign_here(cms_data, client):
    election = to_be_signed()
    member = election.members.get(position=1)
    typed = {f"practice-{member.pk}-executed_on": "2026-11-20"}
    answer = client.post(path(election, "agreement/paper"), typed)
    assert "Nothing was saved. The practices now sign here, by email." in text(answer)
    assert f'value="{typed[f"practice-{member.pk}-executed_on"]}"' in answer.content.decode()
    client.post(path(election, "agreement/paper/begin"))
    assert stored(election) == (True, False)
    member.party.refresh_from_db()
    assert str(member.party.executed_on) == "2026-11-10"


def test_while_they_sign_here_the_task_is_in_progress_and_leads_to_the_signatures(unsigned, client):
    ask_to_sign(unsigned)
    [task] = [task for task in client.get(path(unsigned)).context["tasks"] if task.page == "agreement"]
    assert (task.state, task.problems) == ("in progress", 0)
    said = text(client.get(path(unsigned, "agreement")))
    assert "The practices sign here, by email. 0 of 2 signed." in said
    assert "Not met" not in said


def test_a_collaborator_reads_who_acknowledges_and_who_submits(cms_data, client):
    election = to_be_signed()
    sign_all(election)
    helper = signed_in(ElectionRoleFactory(election=election, kind="collaborator").user)
    for page in ("signing", "signing/board"):
        assert "Now you can submit the election. Review and submit the election" in text(
            client.get(path(election, page))
        )
        said = text(helper.get(path(election, page)))
        assert "Now Dana Rivera can submit the election. Review the election" in said
    assert "You acknowledge it again when you submit." in text(client.get(path(election, "signing")))
    said = text(helper.get(path(election, "signing")))
    assert "Dana Rivera acknowledges it again with the next submission." in said
    assert "You acknowledge" not in said


def test_a_viewer_sees_how_they_sign_and_is_asked_nothing(unsigned):
    viewer = signed_in(ElectionRoleFactory(election=unsigned).user)
    said = text(viewer.get(path(unsigned, "agreement")))
    assert QUESTION not in said
    assert said.count("Not signed yet") == 2
    assert viewer.post(path(unsigned, "agreement/paper/begin")).status_code == 403
    assert not Election.objects.get().agreement.is_signed_on_paper


def test_what_is_wrong_stands_in_one_list(election, client):
    group, solo = election.members.order_by("name")
    fields = {f"practice-{member.pk}-executed_on": "2026-12-02" for member in (solo, group)}
    answer = client.post(f"/elections/{election.pk}/agreement/paper", fields)
    text = " ".join(answer.content.decode().split())
    assert text.count("Fix the problems below") == 1
    assert re.findall(r'<a href="#id_(practice-\d+-\w+)">([^<]+)</a>', text) == [
        (
            f"practice-{member.pk}-executed_on",
            f"{member.name}, date the practice signed (executed) the agreement: "
            "This date is in the future. Enter the date the practice signed.",
        )
        for member in (solo, group)
    ]


def test_a_year_mistyped_is_refused(election, client):
    member = election.members.get(position=1)
    fields = {f"practice-{member.pk}-executed_on": "1926-11-30"}
    answer = client.post(f"/elections/{election.pk}/agreement/paper", fields)
    assert "There were no virtual groups before 2017. Check the year." in answer.content.decode()
    member.party.refresh_from_db()
    assert str(member.party.executed_on) == "2026-11-10"


@pytest.mark.parametrize("change", ["added", "removed", "another TIN", "another clinician"])
def test_it_is_acknowledged_anew_when_its_parties_are_others(election, client, change):
    solo = election.members.get(position=1)
    base = f"/elections/{election.pk}/practices"
    fields = {"name": solo.name, "tin_kind": "EIN", "tin": solo.tin, "npis": "1999999992"}
    if change == "added":
        answer = client.post(f"{base}/add", fields | {"tin": "961000003", "npis": "2000000002"}, follow=True)
    elif change == "removed":
        answer = client.post(f"{base}/{solo.pk}/remove", follow=True)
    else:
        other = {"tin": "961000003"} if change == "another TIN" else {"npis": "1999999992 2000000002"}
        answer = client.post(f"{base}/{solo.pk}", fields | other, follow=True)
    election.agreement.refresh_from_db()
    stays = change == "another clinician"
    assert election.agreement.acknowledged is stays
    assert ("acknowledge it again" in answer.content.decode()) is not stays
