"""Drafts that save themselves, in a real browser: typing, failing, signing out, two tabs."""

import re
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Page, Route, expect

from elections.models import Election, ElectionRole, Member
from ground import clock
from tests.browser import problems_at_400_percent
from tests.factories.people import PASSWORD
from tests.factories.practices import GROUP, SOLO

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def election(election, representative, sign_in):
    sign_in(representative)
    return election


def status(page: Page):
    return page.locator("[data-draft-line]")


def sign_in_again(page: Page) -> None:
    """Sign in where the page leads once the session has ended."""
    expect(page.get_by_text("We kept what you typed. Sign in to continue.")).to_be_visible()
    page.get_by_label("Email address").fill("dana@example.org")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def test_what_is_typed_is_saved_without_a_click(page: Page, election):
    page.goto(f"/elections/{election.pk}/virtual-group")
    page.get_by_label("Name of the virtual group").fill("Harbor and Lake")
    expect(status(page)).to_have_text("Saved 10:00 a.m. ET.")
    assert str(Election.objects.get().virtual_group) == "Harbor and Lake"
    page.reload()
    expect(page.get_by_label("Name of the virtual group")).to_have_value("Harbor and Lake")


@pytest.mark.proof
def test_the_button_waits_for_what_is_on_its_way(page: Page, election):
    """Else what one typed a moment ago seems to be somebody else's."""
    page.goto(f"/elections/{election.pk}/virtual-group")
    name = page.get_by_label("Name of the virtual group")

    def press_save_before_the_answer(route: Route) -> None:
        answer = route.fetch()
        name.press_sequentially(" and Lake")
        page.get_by_role("button", name="Save and continue").click()
        route.fulfill(response=answer)

    page.route("**/virtual-group", press_save_before_the_answer, times=1)
    name.fill("Harbor")
    expect(page.locator(".messages")).to_have_text("The group’s name is saved.")
    assert str(Election.objects.get().virtual_group) == "Harbor and Lake"


@pytest.mark.proof
def test_a_new_practice_is_one_practice_whatever_one_does(page: Page, election):
    page.goto(f"/elections/{election.pk}/practices/add")
    page.get_by_label("Name of the practice").press_sequentially("Old Mill")
    expect(page).to_have_url(re.compile(r"/practices/\d+$"))
    page.get_by_text("Employer Identification Number (EIN)").click()
    page.get_by_label("TIN", exact=True).fill("961000003")
    page.get_by_label("NPIs of all clinicians").press_sequentially("2000000002\n10030010")
    expect(status(page)).to_have_text("Saved 10:00 a.m. ET.")
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("Old Mill")
    expect(page.get_by_label("NPI, line 2")).to_have_value("10030010")
    page.get_by_label("NPI, line 2").press("End")
    page.get_by_label("NPI, line 2").press_sequentially("41")
    expect(page.get_by_text("An NPI has 10 digits. This one has 8.", exact=True)).to_be_hidden()
    expect(status(page)).to_have_text("Saved 10:00 a.m. ET.")
    added = Member.objects.get(name="Old Mill")
    listed = list(added.clinicians.values_list("npi", flat=True))
    assert (added.tin, listed) == ("961000003", ["2000000002", "1003001041"])
    assert election.members.count() == 3


@pytest.mark.proof
def test_cells_pasted_from_a_spreadsheet_fill_lines(page: Page, election, solo):
    page.goto(f"/elections/{election.pk}/practices/{solo.pk}")
    pasted = "2000000002\tVALE\tROBIN\r\n1003001041\tOTT\tKIM\r\n1003003153\r\n1234567893\r\n12345\r\n"
    page.locator(".roster__line input").nth(6).focus()
    page.evaluate(
        """(text) => {
          const data = new DataTransfer();
          data.setData("text", text);
          document.activeElement.dispatchEvent(
            new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
        }""",
        pasted,
    )
    expect(page.get_by_text("An NPI has 10 digits. This one has 5.")).to_be_visible()
    expect(status(page)).to_have_text("Saved 10:00 a.m. ET.")
    assert list(solo.clinicians.values_list("npi", "last_name")) == [
        (SOLO.npis[0], ""),
        ("2000000002", "VALE"),
        ("1003001041", "OTT"),
        ("1003003153", ""),
        ("1234567893", ""),
        ("12345", ""),
    ]
    assert page.locator(".roster__line").count() == 7


@pytest.mark.proof
def test_an_ssn_is_refused_when_its_field_is_left(page: Page, election, solo):
    page.goto(f"/elections/{election.pk}/practices/{solo.pk}")
    page.get_by_label("TIN", exact=True).fill("517-44-9638")
    page.get_by_label("Name of the practice").fill("Quiet Harbor")
    expect(page.get_by_text("This looks like a Social Security number, so we didn’t keep it.")).to_be_visible()
    expect(page.get_by_label("TIN", exact=True)).to_have_value("")
    expect(status(page)).to_have_text("Saved 10:00 a.m. ET, except for what is marked.")
    solo.refresh_from_db()
    assert (solo.name, solo.tin) == ("Quiet Harbor", SOLO.tin)


@pytest.mark.proof
def test_a_site_that_cannot_be_reached_is_said_loudly_and_tried_again(page: Page, election):
    page.goto(f"/elections/{election.pk}/virtual-group")
    page.context.set_offline(True)
    page.get_by_label("Name of the virtual group").fill("Typed while offline")
    alarm = page.get_by_role("alert").filter(has_text="we can’t reach the site")
    expect(alarm).to_contain_text("Your last changes are only on this screen")
    assert problems_at_400_percent(page) == []
    with page.expect_event("dialog") as asked:
        page.evaluate("setTimeout(() => location.reload())")
    assert asked.value.type == "beforeunload"
    asked.value.dismiss()
    page.context.set_offline(False)
    expect(status(page)).to_have_text("Saved 10:00 a.m. ET.")
    expect(alarm).to_be_hidden()
    assert str(Election.objects.get().virtual_group) == "Typed while offline"


@pytest.mark.proof
def test_typing_goes_on_after_the_session_ended(page: Page, election, sign_in, monkeypatch):
    page.goto(f"/elections/{election.pk}/virtual-group")
    real = clock.real_now
    monkeypatch.setattr(clock, "real_now", lambda: real() + timedelta(minutes=16))
    page.get_by_label("Name of the virtual group").fill("Typed too late")
    sign_in_again(page)
    expect(page.get_by_label("Name of the virtual group")).to_have_value("Typed too late")
    expect(status(page)).to_have_text(re.compile("Saved"))
    assert str(Election.objects.get().virtual_group) == "Typed too late"


@pytest.mark.proof
def test_two_tabs(page: Page, election):
    other = page.context.new_page()
    for tab in (page, other):
        tab.goto(f"/elections/{election.pk}/virtual-group")
    page.get_by_label("Name of the virtual group").fill("First tab")
    expect(status(page)).to_have_text("Saved 10:00 a.m. ET.")
    other.get_by_label("Name of the virtual group").fill("Second tab")
    other.get_by_label("Name of the virtual group").blur()
    expect(other.get_by_text("Dana Rivera saved “First tab” here")).to_be_visible()
    assert str(Election.objects.get().virtual_group) == "First tab"
    other.get_by_role("button", name="Keep what I typed").click()
    expect(status(other)).to_have_text("Saved 10:00 a.m. ET.")
    expect(other.get_by_text("Dana Rivera saved “First tab” here")).to_be_hidden()
    assert str(Election.objects.get().virtual_group) == "Second tab"


@pytest.mark.proof
def test_nobody_may_type_any_more(page: Page, election):
    page.goto(f"/elections/{election.pk}/virtual-group")
    ElectionRole.objects.filter(election=election).delete()
    Election.objects.update(representative_email="robin@example.org")
    page.get_by_label("Name of the virtual group").fill("Too late")
    expect(page.get_by_role("alert").filter(has_text="You can no longer change this page.")).to_be_visible()


@pytest.mark.proof
def test_a_conflict_stays_until_one_decides(page: Page, election, solo):
    other = page.context.new_page()
    for tab in (page, other):
        tab.goto(f"/elections/{election.pk}/practices/{solo.pk}")
    name, line = (tab.get_by_label("Name of the practice") for tab in (page, other)), "Last name, line 1"
    mine, theirs = name
    mine.fill("First tab")
    page.get_by_label(line).fill("Sato")
    expect(status(page)).to_have_text("Saved 10:00 a.m. ET.")
    theirs.fill("Second tab")
    other.get_by_label(line).fill("Ott")
    both = other.get_by_role("button", name="Keep what I typed")
    expect(both).to_have_count(2)
    theirs.press("End")
    theirs.press_sequentially(" and more")
    other.get_by_label(line).press("End")
    other.get_by_label(line).press_sequentially("o")
    other.get_by_label("First name, line 1").fill("Lee")
    other.wait_for_timeout(2000)
    expect(both).to_have_count(2)
    solo.refresh_from_db()
    assert (solo.name, solo.clinicians.get().last_name) == ("First tab", "Sato")
    other.get_by_role("button", name="Keep what I typed").first.click()
    other.locator(".roster__line").first.get_by_role("button", name="Keep what I typed").click()
    expect(status(other)).to_have_text("Saved 10:00 a.m. ET.")
    solo.refresh_from_db()
    kept = solo.clinicians.get()
    assert (solo.name, kept.last_name, kept.first_name) == ("Second tab and more", "Otto", "Lee")


@pytest.mark.proof
def test_typing_without_a_pause_is_saved_all_the_same(page: Page, election):
    page.goto(f"/elections/{election.pk}/virtual-group")
    box = page.get_by_label("Name of the virtual group")
    box.fill("")
    box.press_sequentially("x" * 40, delay=60)
    assert len(str(Election.objects.get().virtual_group)) > 15
    expect(status(page)).to_have_text("Saved 10:00 a.m. ET.")


@pytest.mark.proof
def test_a_line_goes_when_it_is_saved_and_not_when_it_is_ticked(page: Page, election, group):
    page.goto(f"/elections/{election.pk}/practices/{group.pk}")
    for _ in range(2):
        page.get_by_text("Remove line 1").click()
        page.wait_for_timeout(1000)
        assert group.clinicians.count() == 2
    page.get_by_text("Remove line 1").click()
    page.get_by_role("button", name="Save and continue").click()
    expect(page.locator(".messages")).to_contain_text("Saved.")
    assert list(group.clinicians.values_list("npi", flat=True)) == [GROUP.npis[1]]


@pytest.mark.proof
def test_what_is_typed_while_the_page_goes_to_sign_in_is_kept_too(page: Page, election, solo):
    """Nor does the last of it push out what was kept before."""
    page.goto(f"/elections/{election.pk}/practices/{solo.pk}")
    name, line = page.get_by_label("Name of the practice"), page.get_by_label("Last name, line 1")

    def answer_while_it_is_typed(route: Route) -> None:
        answer = route.fetch()
        line.press_sequentially("o")
        route.fulfill(response=answer)

    page.route("**/practices/*", answer_while_it_is_typed, times=1)
    Session.objects.all().delete()
    name.fill("Typed too late")
    line.press_sequentially("Ott")
    sign_in_again(page)
    expect(name).to_have_value("Typed too late")
    expect(line).to_have_value("Otto")
    expect(status(page)).to_have_text("Saved 10:00 a.m. ET.")
    solo.refresh_from_db()
    assert (solo.name, solo.clinicians.get().last_name) == ("Typed too late", "Otto")


def lose_the_next_answer(page: Page) -> None:
    """Have what is sent next saved, and its answer lost."""
    page.route("**/elections/**", lambda route: (route.fetch(), route.abort()), times=1)


@pytest.mark.proof
def test_what_was_saved_without_an_answer_is_nobody_elses(page: Page, election, solo):
    page.goto(f"/elections/{election.pk}/practices/{solo.pk}")
    name, line = page.get_by_label("Name of the practice"), page.get_by_label("Last name, line 1")
    lose_the_next_answer(page)
    name.fill("Quiet ")
    line.fill("Ot")
    expect(status(page)).to_have_text("Not saved.")
    solo.refresh_from_db()
    assert (solo.name, solo.clinicians.get().last_name) == ("Quiet", "Ot")
    name.fill("Quiet Bay")
    line.fill("Ott")
    expect(status(page)).to_have_text("Saved 10:00 a.m. ET.")
    solo.refresh_from_db()
    assert (solo.name, solo.clinicians.get().last_name) == ("Quiet Bay", "Ott")


@pytest.mark.proof
def test_what_was_saved_without_an_answer_can_be_taken_back(page: Page, election):
    page.goto(f"/elections/{election.pk}/agreement/paper")
    signer = page.get_by_label("Who signed for the practice").first
    lose_the_next_answer(page)
    signer.fill("Somebody else")
    expect(status(page)).to_have_text("Not saved.")
    signer.fill("Sam Okafor")
    expect(status(page)).to_have_text("Saved 10:00 a.m. ET.")
    assert election.members.first().party.signer_name == "Sam Okafor"


@pytest.mark.proof
def test_a_new_practice_that_was_saved_without_an_answer_is_nobody_elses(page: Page, election):
    page.goto(f"/elections/{election.pk}/practices/add")
    lose_the_next_answer(page)
    page.get_by_label("Name of the practice").fill("Old Mill")
    expect(status(page)).to_have_text("Not saved.")
    page.get_by_label("Name of the practice").fill("Old Mill Clinic")
    expect(page).to_have_url(re.compile(r"/practices/\d+$"))
    expect(status(page)).to_have_text("Saved 10:00 a.m. ET.")
    assert list(election.members.values_list("name", flat=True))[2:] == ["Old Mill Clinic"]
