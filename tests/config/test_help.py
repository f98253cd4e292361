"""The help: questions as a practice's manager asks them, each answered under one heading that is quickly found."""

import re
from html import unescape
from pathlib import Path
from typing import NamedTuple

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page, expect

from eligibility.law.parameters import PERFORMANCE_YEARS
from tests.browser import assert_accessible
from tests.keyboard import problems_by_keyboard


class Question(NamedTuple):
    """What is asked, what one types to find it, the heading's anchor, and what the answer has to say."""

    asked: str
    typed: str
    anchor: str
    says: tuple[str, ...]


QUESTIONS = [
    Question(
        "Could someone explain to my doctors what this even is?",
        "virtual group company",
        "virtual-group",
        ("Two or more practices", "10 or fewer clinicians", "only one virtual group a year"),
    ),
    Question(
        "Why would we do this, and what's the catch?",
        "drawbacks",
        "benefits",
        (
            "more reliable",
            "All practices share one score",
            "No practice can leave before the year ends",
            "CMS doesn’t do it for you",
        ),
    ),
    Question(
        "We have 11 people, two of them new. Are we too big?",
        "limit",
        "who-counts",
        (
            "10 clinicians is within the limit. 11 is over it.",
            "from October 1, 2025 to September 30, 2026",
            "$90,000 in allowed charges, 200 patients, 200 covered services",
        ),
    ),
    Question(
        "Dr. Abbott is solo and bills under his Social Security number. What do I enter?",
        "six digits",
        "tin",
        ("only its last six digits",),
    ),
    Question(
        "Dr. Lee still bills two days a week under her old clinic's tax ID. Can she be on our list?",
        "2 tins",
        "two-tins",
        ("That isn’t a conflict", "by TIN and NPI together", "MIPS applies separately"),
    ),
    Question(
        "The check asks if we accept an opt-in. Until when can we back out, what could it cost us, and who sees it?",
        "opt-in final",
        "opt-in",
        (
            "Until the deadline the election can be changed or withdrawn. After that the opt-in cannot be undone.",
            "The score for 2027 decides payments in 2029. They can go down by at most 9 percent, stay the same, or go"
            " up.",
            "An increase is at most 9 percent times a scaling factor. CMS sets that factor, and it is never above 3.",
            "These figures are expected for 2027.",
            "CMS publishes the scores of the practice’s MIPS eligible clinicians on Medicare’s Care Compare website.",
        ),
    ),
    Question(
        "It's early October and the check says it cannot tell. Do I have to wait?",
        "december yet",
        "no-data",
        ("November or December", "You can submit without the data", "“if CMS finds us opt-in eligible, we accept.”"),
    ),
    Question(
        "We'd rather just send data without touching our payments. Is that possible?",
        "voluntarily",
        "voluntary",
        ("not as a virtual group", "no payment adjustment, up or down"),
    ),
    Question(
        "One of our doctors is in an ACO. Whose score does she get?",
        "apm score",
        "qp-apm",
        (
            "For a participant in a MIPS APM, CMS’s rules for the year decide which score counts.",
            "gets no payment adjustment from it",
            "For a Partial QP, the election counts as the decision to take part.",
        ),
    ),
    Question(
        "We're small and rural. What do we gain, and is it lost if the group has 16?",
        "rural",
        "statuses",
        (
            "15 or fewer clinicians in all TINs together",
            "bonus points, easier quality scoring, and fewer improvement activities",
            "more than 75 percent",
            "With more than 15 clinicians, it isn’t a small practice",
            "If there are also 200 cases, the all-cause readmission measure applies.",
        ),
    ),
    Question(
        "Can I, the office manager, represent us, and do I need a HARP account?",
        "harp represent",
        "representative",
        (
            "Anyone the practices choose",
            "HARP (HCQIS Access Roles and Profile) is CMS’s sign-in",
            "You don’t need it to elect here.",
        ),
    ),
    Question(
        "Our consultant wants to look. Can she break anything?",
        "viewers",
        "people",
        ("can look but can’t change anything",),
    ),
    Question(
        "Do all the doctors have to come to one place to sign?",
        "personal link",
        "signing",
        ("personal link by email", "No one can sign for someone else.", "all sign again"),
    ),
    Question(
        "Where do I mail the signed agreement?",
        "send agreement cms",
        "agreement-stays",
        ("No.", "not its text", "Keep your copy."),
    ),
    Question(
        "A fourth practice wants in, maybe in February. And can one drop out?",
        "join leave",
        "joining",
        ("Until the deadline, yes", "no practice can join or leave until it ends"),
    ),
    Question(
        "We were approved for 2026. Do we have to do all this again?",
        "again year",
        "every-year",
        ("Yes.", "one performance year", "due by December 31", "An opt-in counts for one year only"),
    ),
    Question(
        "A nurse practitioner left in May. Who needs to know?",
        "joined left contact",
        "changes",
        (
            "clinicians who joined or left, practices that changed their name, closed, merged, or were sold,",
            "Report at least once between October 1 and December 31 of the performance year.",
            "The rule says to report before data submission starts, in the first days of January.",
            "For 2026, report by December 31, 2026. Data submission is expected to start on January 4, 2027.",
        ),
    ),
    Question(
        "One of the practices is being bought by the hospital in June. What now?",
        "sold",
        "sold",
        (
            "A practice that is sold, merges, or closes during the performance year stays part of the virtual group."
            " The virtual group continues, even if only one practice is left. In the agreement this site prepares,",
        ),
    ),
    Question(
        "We hire two more in March and will be 12. Are we thrown out?",
        "grows",
        "growing",
        ("Nothing changes for that year.", "the approval is valid for the full year", "11 is over the limit"),
    ),
    Question(
        "What exactly do we report? Can we pick an MVP?",
        "mvp",
        "reporting",
        (
            "all four categories",
            "six measures",
            "cannot report a MIPS Value Pathway (MVP) or the APM Performance Pathway (APP)",
        ),
    ),
    Question(
        "When do I send in our numbers, and through what?",
        "submits data",
        "submitting",
        (
            "from the first working day after New Year to March 31 of the year after the performance year",
            "HARP account",
            "a registry does it for you",
            "virtual group identifier",
        ),
    ),
    Question(
        "Every practice has its own charts. How does that become one number?",
        "numerators",
        "adding-up",
        ("add the numerators, then the denominators", "80 of 100", "30 of 50", "110 of 150"),
    ),
    Question(
        "One practice hardly documents anything. Does it sink our completeness?",
        "completeness",
        "adding-up",
        (
            "The group as a whole has to meet data completeness. A practice doesn’t have to meet it alone.",
            "at least 75 percent",
        ),
    ),
    Question(
        "Only our office does the fall-prevention activity. Does that count?",
        "improvement activity",
        "activities",
        (
            "at least half of the virtual group’s clinicians",
            "the same continuous 90 days",
            "half of the practice sites",
        ),
    ),
    Question(
        "Two of us are still on paper. What about the EHR part?",
        "electronic health records",
        "cehrt",
        (
            "all MIPS eligible clinicians whose data the group has in",
            "certified electronic health record technology (CEHRT)",
        ),
    ),
    Question(
        "I think they got our score wrong. Who can appeal, and where?",
        "targeted review",
        "feedback",
        ("On qpp.cms.gov", "the representative, among others", "before 8 p.m. ET", "scores only"),
    ),
    Question(
        "How much more or less will Medicare pay us, and when?",
        "medicare payments",
        "payments",
        ("payments in 2029", "at most 9 percent", "never above 3"),
    ),
    Question(
        "I'm hard of hearing. How do I reach you?",
        "hard of hearing",
        "ask",
        ("1-866-288-8292 (TRS: 711)", "Monday to Friday, 8 a.m. to 8 p.m. ET", "dial 711 first"),
    ),
    Question(
        "There used to be free consultants for small practices. Are they still there?",
        "technical assistance",
        "assistance",
        ("ended on February 15, 2022", "a page for small practices", "As of November 28, 2026"),
    ),
]


OTHER_WORDS = {  # that people type, and questions that they have to find by them
    "two TINs": {"two-tins"},
    "voluntary": {"voluntary"},
    "acquired": {"sold"},
    "appeal": {"feedback"},
    "Penalty": {"payments", "opt-in"},
    "pros and cons": {"benefits"},
    "advantages": {"benefits"},
    "contract": {"signing", "agreement-stays"},
    "ACO": {"qp-apm"},
    "quit": {"joining", "changes"},
    "retire": {"joining", "changes", "sold"},
    "hire": {"growing", "changes", "joining"},
    "template": {"signing", "agreement-stays"},
    "12 clinicians": {"growing", "who-counts"},
    "twelve clinicians": {"growing", "who-counts"},
    "how do I appeal?": {"feedback"},
    "90000": {"who-counts"},
    "doctor leaves": {"joining", "who-counts"},
    "every year": {"every-year", "benefits"},
    "sign up": {"every-year", "agreement-stays"},
}


@pytest.fixture
def page_source(client: Client, db: None) -> str:
    return " ".join(client.get("/help").content.decode().split())


def plain(html: str) -> str:
    """Return what a piece of the page says."""
    said = " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())
    return re.sub(r" ([.,:])", r"\1", said)


def answers(source: str) -> dict[str, tuple[str, str]]:
    """Return heading and answer by their anchor."""
    sections = re.findall(r'<section> <h3 id="([^"]+)">(.*?)</h3>(.*?)</section>', source)
    return {anchor: (plain(heading), plain(answer)) for anchor, heading, answer in sections}


def test_each_question_is_answered_under_its_heading(page_source: str):
    found = answers(page_source)
    missing = [
        f"{question.asked} {words}"
        for question in QUESTIONS
        for words in question.says
        if words not in found[question.anchor][1]
    ]
    assert missing == []
    assert {question.anchor for question in QUESTIONS} == found.keys()


def test_the_list_of_questions_has_every_heading_and_leads_there(page_source: str):
    listed = re.findall(r'<li> <a href="#([^"]+)" data-also="[^"]+">(.*?)</a> </li>', page_source.split("</nav>")[1])
    assert [(anchor, plain(text)) for anchor, text in listed] == [
        (anchor, heading) for anchor, (heading, _) in answers(page_source).items()
    ]
    assert 'href="/help">Help in plain words</a>' in page_source, "from the foot of every page it is one step"


def test_other_pages_lead_to_headings_that_are_there(page_source: str):
    templates = Path(settings.BASE_DIR, "templates").rglob("*.html")
    anchors = {anchor for path in templates for anchor in re.findall(r"{% url 'help' %}#([\w-]+)", path.read_text())}
    assert anchors - answers(page_source).keys() == set()
    assert len(anchors) > 5


def test_answers_are_short(page_source: str):
    """Of a phone's screen or two."""
    lengths = {anchor: len(answer.split()) for anchor, (_, answer) in answers(page_source).items()}
    assert {anchor: count for anchor, count in lengths.items() if not 20 <= count <= 140} == {}


@pytest.mark.parametrize(("moment", "times"), [("2025-12-31T12:00:00-05:00", 0), ("2026-01-01T00:00:00-05:00", 2)])
def test_a_percent_that_cms_has_not_announced_is_called_expected(client: Client, db: None, set_clock, moment, times):
    set_clock(moment)
    said = client.get("/help").content.decode()
    assert said.count("never above 3.") == 2
    assert said.count("These figures are expected for 2027.") == times


def test_it_says_of_which_year_and_day_it_is(page_source: str, client: Client, settings):
    assert "for performance year 2027, as of November 28, 2026." in plain(page_source)
    settings.GUIDANCE_AS_OF = settings.GUIDANCE_AS_OF.replace(day=30)
    assert "as of November 30, 2026." in plain(" ".join(client.get("/help").content.decode().split()))


@pytest.mark.parametrize("address", ["/toolkit/example", "/toolkit/agreement"])
def test_after_the_last_year_that_is_known_samples_are_for_that_one(client: Client, db: None, set_clock, address):
    set_clock("2040-06-01T10:00:00-04:00")
    said = plain(client.get(address).content.decode())
    assert re.search(rf"[Pp]erformance year {PERFORMANCE_YEARS[-1]}\b", said)
    assert "2041" not in said


@pytest.mark.parametrize("address", ["/help", "/toolkit"])
def test_after_the_last_year_that_is_known_it_says_so_and_answers_for_that_one(
    client: Client, db: None, set_clock, address
):
    set_clock("2032-02-01T10:00:00-05:00")
    said = plain(client.get(address).content.decode())
    assert "This site does not know the rules for 2033 yet. For help, call 1-866-288-8292 (TRS: 711; " in said
    assert "for performance year 2032" in said
    assert "Start an election" not in said


@pytest.mark.proof
@pytest.mark.browser
def test_a_word_or_two_leave_few_questions_with_the_right_one_among_them(page: Page):
    page.goto("/help")
    search, listed = page.get_by_label("Type a word"), page.locator("#questions li a")
    for question in QUESTIONS:
        search.fill(question.typed)
        left = page.locator("#questions li a:visible")
        anchors = [link.get_attribute("href") for link in left.all()]
        assert f"#{question.anchor}" in anchors, question.asked
        assert len(anchors) <= 5, (question.typed, anchors)
    search.fill("zebra")
    expect(page.get_by_role("status")).to_have_text(
        "We found no question with all these words. Your answer might still be here: clear the box to see all "
        "questions,"
        " or call 1-866-288-8292 (TRS: 711; Monday to Friday, 8 a.m. to 8 p.m. ET)."
    )
    search.fill("")
    expect(page.get_by_text(f"{listed.count()} questions")).to_be_visible()
    search.fill("sold")
    assert_accessible(page)
    assert problems_by_keyboard(page) == []
    page.get_by_role("link", name="What if a practice is sold, merges, or closes?").click()
    expect(page.get_by_role("heading", name="What if a practice is sold, merges, or closes?")).to_be_in_viewport()


@pytest.mark.proof
@pytest.mark.browser
def test_other_words_that_people_use_find_the_question_too(page: Page):
    page.goto("/help")
    search, left = page.get_by_label("Type a word"), page.locator("#questions li a:visible")

    def found(typed: str) -> set[str]:
        search.fill(typed)
        return {(link.get_attribute("href") or "").removeprefix("#") for link in left.all()}

    results = {typed: found(typed) for typed in OTHER_WORDS}
    assert {typed: anchors for typed, anchors in results.items() if not anchors >= OTHER_WORDS[typed]} == {}
    assert {typed: anchors for typed, anchors in results.items() if len(anchors) > 5} == {}
    assert found("TIN") == found("tin")
    assert not found("TIN") & {"activities", "voluntary", "ask"}, "‘continuous’ and ‘reporting’ have no TIN"
    assert found("how") == {question.anchor for question in QUESTIONS}, "a little word leaves all"
