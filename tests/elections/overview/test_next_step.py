"""The next step: what is hers, about how long it takes, what follows, and where each page leads once it is saved."""

import pytest

from agreements.models import Party, SigningRequest
from elections.models import Election
from elections.overview.next_step import Plan, Step
from ground import clock
from notices.models import Notice, NoticeState
from tests.elections.steps import as_typed, executed
from tests.factories.corrections import answer_correction, ask_for_correction
from tests.factories.elections import ElectionFactory, ElectionRoleFactory, start_review, submit
from tests.factories.people import signed_in
from tests.factories.practices import GROUP, OTHER, SOLO
from tests.factories.signing import Signer, ask_another, change_practice, sign_all, to_be_signed
from tests.pages import text

pytestmark = pytest.mark.django_db
HARBOR, LAKESIDE = SOLO.name, GROUP.name


def path(election, page=""):
    return f"/elections/{election.pk}/{page}"


def plan(client, election):
    """Return what the task list opens with: the next step, its minutes, what follows, and where the button leads."""
    context = client.get(path(election)).context
    step = context["step"]
    return (step.label, context["plan"].minutes, context["plan"].follows, context["step_address"]) if step else None


def row(election, practice):
    return path(election, f"signing#practice-{election.members.get(name=practice.name).pk}")


def test_from_an_empty_draft_each_page_leads_to_the_next_until_all_is_submitted(client, cms_data):
    started = client.post("/elections/start", follow=True)
    election = Election.objects.get()
    assert started.redirect_chain[-1][0] == path(election)
    first = ("Name your virtual group", 8, "then each practice signs", path(election, "virtual-group"))
    assert plan(client, election) == first

    def saved(page, fields):
        answer = client.post(path(election, page), fields, follow=True)
        assert {"virtual-group": "The group’s name is saved.", "representative": "The representative is saved."}.get(
            page, "Saved."
        ) in text(answer)
        return answer.redirect_chain[-1][0]

    assert saved("virtual-group", {"name": "Harbor Group"}) == path(election, "representative")
    assert saved("representative", {"phone": "none"}) == path(election, "practices/add")
    assert saved("practices/add", as_typed(SOLO)) == path(election, "practices/add")
    [practice] = election.members.all()
    assert saved(f"practices/{practice.pk}", {"name": SOLO.name}) == path(election, "practices/add")
    saved("practices/add", as_typed(GROUP))
    again = {"name": SOLO.name, "another": "yes"}
    assert saved(f"practices/{practice.pk}", again) == path(election, "practices/add")
    assert saved(f"practices/{practice.pk}", {"name": SOLO.name}) == path(election, "agreement")
    assert plan(client, election)[:3] == ("Choose how the practices sign the agreement", 2, "then each practice signs")
    assert saved("agreement/paper", executed(election)) == path(election, "review")
    assert plan(client, election) == ("Review and submit", 2, "then CMS reviews it", path(election, "review"))
    submit(election)
    assert plan(client, election) is None


def test_on_paper_nothing_is_to_review_before_every_practice_has_signed(client, cms_data):
    election = ElectionFactory(practices=(SOLO, GROUP, OTHER))
    Party.objects.update(executed_on=None)
    paper = path(election, "agreement/paper")
    client.post(path(election, "agreement/paper/begin"))
    step = "Enter who signed on paper for {}"
    assert plan(client, election) == (step.format("3 practices"), 3, "then 3 practices sign", paper)
    first, second, third = executed_on(election)
    answer = client.post(paper, first, follow=True)
    assert answer.redirect_chain[-1][0] == path(election)
    assert plan(client, election) == (step.format("2 practices"), 2, "then 2 practices sign", paper)
    client.post(paper, first | second)
    assert plan(client, election) == (step.format("1 practice"), 1, "then 1 practice signs", paper)
    assert client.post(paper, first | second | third, follow=True).redirect_chain[-1][0] == path(election, "review")
    assert plan(client, election) == ("Review and submit", 2, "then CMS reviews it", path(election, "review"))


def executed_on(election):
    return [{f"practice-{member.pk}-executed_on": "2026-11-10"} for member in election.members.all()]


def test_a_practice_that_has_to_be_fixed_comes_before_the_agreement(client, election):
    member = election.members.get(name=SOLO.name)
    member.clinicians.update(npi="12345")
    page = path(election, f"practices/{member.pk}")
    assert plan(client, election) == (f"Fix 1 thing in {HARBOR}", 3, "then CMS reviews it", page)
    assert client.post(page, {"name": HARBOR}, follow=True).redirect_chain[-1][0] == page
    other = election.members.get(name=GROUP.name)
    answer = client.post(path(election, f"practices/{other.pk}"), {"name": LAKESIDE}, follow=True)
    assert answer.redirect_chain[-1][0] == page
    assert client.get(path(election, "next"), {"after": "practices"}).headers["Location"] == page


def test_a_task_that_stays_open_does_not_lead_back_to_itself(client, election):
    answer = client.post(path(election, "virtual-group"), {"name": ""}, follow=True)
    assert answer.redirect_chain[-1][0] == path(election, "review")
    assert plan(client, election)[0] == "Name your virtual group"


@pytest.mark.parametrize("query", ["", "?after=nothing", "?after=practices&practice=x", f"?practice={'9' * 40}"])
def test_any_address_leads_somewhere(client, election, query):
    assert client.get(f"{path(election, 'next')}{query}").headers["Location"] == path(election, "review")


def test_a_viewer_has_no_next_step_and_a_collaborator_does_not_submit(election):
    viewer = signed_in(ElectionRoleFactory(election=election).user)
    helper = signed_in(ElectionRoleFactory(election=election, kind="collaborator").user)
    assert [plan(browser, election) for browser in (viewer, helper)] == [None, None]
    assert viewer.get(path(election, "next")).headers["Location"] == path(election)
    election.virtual_group.name = ""
    election.virtual_group.save()
    assert plan(viewer, election) is None
    page = path(election, "virtual-group")
    assert plan(helper, election) == ("Name your virtual group", 1, "then Dana Rivera submits", page)


def test_while_others_sign_the_page_says_who_and_what_can_be_done(client, cms_data):
    election = to_be_signed(practices=(SOLO, GROUP, OTHER))
    Signer("sol@example.org").sign()
    answer = client.get(path(election))
    assert plan(client, election) is None
    said = text(answer)
    assert "1 of 3 practices signed. Nothing is left for you to do until everyone has signed." in said
    assert [(one.who, one.what, one.address) for one in answer.context["waits"]] == [
        (f"Gwen Lake ({LAKESIDE})", "to sign", row(election, GROUP)),
        (f"Signer of {OTHER.name} ({OTHER.name})", "to sign", row(election, OTHER)),
    ]
    board = client.get(path(election, "signing")).content.decode()
    assert all(f'id="{row(election, practice).rpartition("#")[2]}"' in board for practice in (GROUP, OTHER))


def test_a_signer_who_says_something_is_wrong_waits_for_an_answer_until_it_is_changed(client, cms_data):
    election = to_be_signed()
    Signer("gwen@example.org").post("correction", {"text": "Dr. Hale left."})
    step = (f"{LAKESIDE} says something is wrong: your turn", 1, "then 2 people sign", row(election, GROUP))
    assert plan(client, election) == step
    said = text(client.get(path(election)))
    assert "0 of 2 practices signed. Remind the others" in said
    assert f"{LAKESIDE} says something is wrong : your turn." in said
    assert "Waiting for Gwen Lake" not in said
    change_practice(election, GROUP, npis=[*GROUP.npis, OTHER.npis[1]])
    assert plan(client, election) is None
    assert f"Waiting for Gwen Lake ({LAKESIDE}) to sign" in text(client.get(path(election)))


def test_a_signer_who_declined_or_was_not_reached_waits_for_an_answer(client, cms_data):
    election = to_be_signed()
    Signer("gwen@example.org").post("decline", {"reason": "Not this year."})
    assert plan(client, election)[0] == f"{LAKESIDE} declined to sign: your turn"
    ask_another(client, election, "Gale Lake", "gale@example.org", GROUP)
    assert plan(client, election) is None
    Notice.objects.filter(to="gale@example.org").update(state=NoticeState.BOUNCED)
    page = path(election, f"signing/{election.members.get(name=LAKESIDE).pk}")
    assert plan(client, election) == (f"{LAKESIDE} didn’t get our email: your turn", 1, "then 2 people sign", page)
    ask_another(client, election, "Gwen Lake", "gwen@example.org", GROUP)
    SigningRequest.objects.filter(email="sol@example.org").update(expires_at=clock.now())
    assert plan(client, election)[:2] == (f"{HARBOR} has a link that expired: your turn", 1)


def test_whose_signer_is_not_asked_yet_is_named_then_all_is_submitted(client, cms_data):
    election = ElectionFactory()
    client.post(path(election, "signing/begin"))
    name_them = (
        "Name who signs for 2 practices, and send the links",
        1,
        "then 2 people sign",
        path(election, "signing"),
    )
    assert plan(client, election) == name_them
    election = to_be_signed(name="Mill Group", practices=(OTHER, GROUP))
    sign_all(election)
    assert plan(client, election) == ("Review and submit", 2, "then CMS reviews it", path(election, "review"))


def test_what_cms_asks_comes_first_and_then_the_changes_are_submitted(client, cms_data, reviewer):
    election = ElectionFactory()
    start_review(election)
    ask_for_correction(election, by=reviewer)
    label, _, follows, address = plan(client, election)
    assert (label.startswith("Answer "), follows, address) == (
        True,
        "then CMS reviews it",
        path(election, "corrections"),
    )
    answer_correction(election)
    again = ("Review and submit again", 2, "then CMS reviews it", path(election, "review"))
    assert plan(client, election) == again


def test_changes_that_are_not_submitted_have_a_button_to_submit_them(client, election):
    submit(election)
    button = "Review and submit the changes"
    assert button not in text(client.get(path(election)))
    client.post(path(election, "virtual-group"), {"name": "Harbor Group East"})
    said = text(client.get(path(election)))
    assert said.index("You have changes that are not submitted") < said.index(button)
    assert plan(client, election)[:2] == ("Review and submit again", 2)
    helper = signed_in(ElectionRoleFactory(election=election, kind="collaborator").user)
    assert button not in text(helper.get(path(election)))


def test_after_a_practice_comes_what_is_left_of_it_then_of_the_others_then_the_agreement():
    first, second = (Step("practices", "Fix", "practice", 1, member_id=pk) for pk in (1, 2))
    agreement = Step("agreement", "Choose", "agreement", 1)
    group = Step("virtual_group", "Name", "virtual_group", 1)
    planned = Plan((group, first, second, agreement), "")
    assert [planned.after("practices", pk) for pk in (1, 2, 3)] == [first, second, first]
    assert planned.after("virtual_group") == first
    assert planned.after("agreement") == group
    assert Plan((agreement,), "").after("practices", 1) == agreement
    assert Plan().after("practices") is None
