"""Reasons for a rejection: picked from the findings, in the reviewer's own words, or both."""

import csv
import io

import pytest

from elections.models import Decision, Election
from eligibility.law.rules import RULE_NAMES
from eligibility.models import DeterminationClinician
from ground.ssn_guard import NINE_DIGITS_MASKED
from notices.models import Notice
from tests.elections.steps import desk, hidden
from tests.factories.elections import ElectionFactory, take_effect
from tests.factories.people import signed_in
from tests.factories.practices import BELOW, BY_SSN, OTHER, SOLO
from tests.pages import text

pytestmark = pytest.mark.django_db


@pytest.fixture
def wanting(cms_data) -> Election:
    """An election in review whose first practice is below the low-volume threshold by now."""
    election = ElectionFactory(state="in_review")
    DeterminationClinician.objects.filter(npi=SOLO.npis[0]).update(**BELOW)
    return election


def offered(client, election: Election) -> dict[str, str]:
    """Return what the form offers to pick, by its value."""
    fields = client.get(desk(election, "reject/")).context["form"].fields
    return dict(fields["picked"].choices) if "picked" in fields else {}


def rejected(client, election: Election, **fields: object):
    """Send the form twice: for the mail, then with it."""
    shown = client.post(desk(election, "reject/"), {"submission_number": 1} | fields)
    return shown, client.post(desk(election, "reject/"), hidden(shown) | fields)


def test_picked_findings_come_first_in_the_mail_with_their_paragraphs(client, wanting):
    [(key, label)] = offered(client, wanting).items()
    assert label.startswith("Not met. Quiet Harbor Medicine: ")
    reason = label.removeprefix("Not met. ")
    cite = reason.rpartition(" (42 CFR")[2].removesuffix(")")

    shown, sent = rejected(client, wanting, picked=[key], reasons="Call us.\nWe can help.")

    said = f"The reasons:\n> - {reason}\n>\n> Call us.\n> We can help.\n"
    assert said in shown.context["mail"].body
    assert sent.status_code == 302
    take_effect(wanting)
    assert said in Notice.objects.get(reason="election rejected").body
    decision = Decision.objects.get()
    assert decision.reasons == f"- {reason}\n\nCall us.\nWe can help."
    assert decision.picked == [{"practice": 0, "rule": key.partition(":")[2], "cite": f"42 CFR{cite}"}]
    table = client.get("/staff/dashboard/rejections.csv").content.decode()
    assert list(csv.reader(io.StringIO(table)))[1:] == [[RULE_NAMES[decision.picked[0]["rule"]], f"42 CFR{cite}", "1"]]


def test_a_finding_or_words_are_enough_and_neither_is_an_error(client, wanting):
    [key] = offered(client, wanting)
    neither = client.post(desk(wanting, "reject/"), {"submission_number": 1, "reasons": " "})
    assert "Choose a finding or enter your reasons. The representative reads them in the email." in text(neither)
    assert neither.context["mail"] is None
    assert client.post(desk(wanting, "reject/"), {"submission_number": 1, "reasons": "Call us."}).context["mail"]
    shown, sent = rejected(client, wanting, picked=[key], reasons="")
    assert (shown.status_code, sent.status_code, Election.objects.get().status) == (200, 302, "rejected")


def test_nine_digits_are_masked_and_all_else_stays(client, wanting, caplog):
    [key] = offered(client, wanting)
    typed = {"submission_number": 1, "picked": [key], "reasons": "Dr. Vega (457-55-5462) left.\nSo did 45-7555462."}
    shown = client.post(desk(wanting, "reject/"), typed)
    form = shown.context["form"]
    assert form["reasons"].value() == "Dr. Vega (••••) left.\nSo did ••••."
    assert form["picked"].value() == [key]
    assert form.errors["reasons"] == [NINE_DIGITS_MASKED]
    assert "457-55-5462" not in shown.content.decode() + caplog.text
    assert (shown.context["mail"], Election.objects.get().status) == (None, "in_review")
    again = client.post(desk(wanting, "reject/"), typed | {"reasons": form["reasons"].value()})
    assert "> Dr. Vega (••••) left.\n> So did ••••." in again.context["mail"].body


def test_a_finding_that_is_settled_by_now_is_not_named(client, cms_data):
    clean = ElectionFactory(practices=(OTHER, BY_SSN), state="in_review")
    assert offered(client, clean) == {}
    answer = client.post(desk(clean, "reject/"), {"submission_number": 1, "picked": ["0:x"], "reasons": "Call us."})
    assert "You chose a finding that this election does not have. Nothing was decided. Choose again." in text(answer)
    assert (answer.context["mail"], answer.context["form"]["reasons"].value()) == (None, "Call us.")
    assert Election.objects.get().status == "in_review"


def test_a_finding_that_was_chosen_and_has_another_result_by_now_is_named(client, wanting, lead):
    typed = {"submission_number": 1, "picked": [*offered(client, wanting)], "reasons": "100% sure."}
    shown = client.post(desk(wanting, "reject/"), typed)
    client.post(desk(wanting, "reject/"), typed, headers={"X-Autosave": "yes"})
    rule = "low-volume-threshold"
    fields = {"submission_number": 1, "finding": f"0:{rule}", "justification": "They exceed all limits."}
    assert signed_in(lead).post(desk(wanting, "override/"), fields).status_code == 302
    gone = (
        "You chose “Low-volume threshold” of Quiet Harbor Medicine. Its result is “set aside by CMS” now, so the email "
        "can’t name it."
    )

    answer = client.post(desk(wanting, "reject/"), typed | hidden(shown))

    assert f"{gone} Nothing was decided. Choose again." in text(answer)
    assert answer.context["form"]["reasons"].value() == "100% sure."
    assert Election.objects.get().status == "in_review"
    assert gone in text(client.get(desk(wanting, "reject/")))
    _, sent = rejected(client, wanting, reasons="100% sure.")
    assert (sent.status_code, Decision.objects.get().reasons) == (302, "100% sure.")
