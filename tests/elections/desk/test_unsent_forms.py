"""What a reviewer types at the desk saves itself, is theirs alone, and is there again until it is sent."""

from datetime import timedelta
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from accounts.models import User
from elections import tasks
from elections.models import Conflict, Election, ReviewNote, UnsentForm
from ground import clock
from ground.ssn_guard import NINE_DIGITS_MASKED
from tests.elections.steps import desk, hidden, reject, settle
from tests.factories.elections import ElectionFactory, ElectionRoleFactory, take_effect
from tests.factories.people import BACKEND, signed_in
from tests.factories.practices import BY_SSN, OTHER, SOLO
from tests.pages import text

from ..corrections.test_corrections import REQUESTS, asking

pytestmark = [pytest.mark.proof, pytest.mark.django_db]

BY_ITSELF = {"X-Autosave": "yes"}
WORDS = {"submission_number": "1", "reasons": "Lakeside has 12 clinicians.\nCall us."}


def save(client, address: str, fields: dict[str, str]) -> dict[str, object]:
    """Send what a page sends by itself; return what it is told."""
    answer = client.post(address, fields, headers=BY_ITSELF)
    assert answer.status_code == 200
    return dict(answer.json())


def shown(client, address: str) -> dict[str, object]:
    """Return what the form on a page is filled in with."""
    form = client.get(address).context["form"]
    return {name: form[name].value() for name in form.fields if not form[name].is_hidden}


def test_what_is_typed_is_saved_for_its_author_until_it_is_sent(client, in_review, lead):
    page = desk(in_review, "reject/")
    told = save(client, page, WORDS | {"mail_seen": "of a mail that was shown"})
    assert told == {
        "saved": "at 10:00 a.m. ET",
        "refused": [],
        "errors": {},
        "emptied": [],
        "overtaken": {},
        "masked": {},
    }
    answer = client.get(page)
    assert "Saved Dec 1, 2026, 10:00 a.m. ET. Nothing was sent yet." in text(answer)
    assert answer.context["form"]["reasons"].value() == WORDS["reasons"]
    assert answer.context["form"]["mail_seen"].value() is None
    assert answer.context["form"].errors == {}
    assert shown(signed_in(lead), page)["reasons"] is None
    assert Election.objects.get().status == "in_review"

    assert reject(client, in_review, WORDS["reasons"]).status_code == 302
    take_effect(in_review)
    assert UnsentForm.objects.count() == 0


def test_a_decision_that_is_undone_leaves_its_words_in_the_form(client, in_review, below):
    page = desk(in_review, "reject/")
    [(key, _)] = client.get(page).context["form"].fields["picked"].choices
    words = {"submission_number": "1", "picked": [key], "reasons": "Lakeside has 12 clinicians.\nCall us."}
    sent = client.post(page, words | hidden(client.post(page, words)))
    assert sent.status_code == 302
    undone = client.post(desk(in_review, "take-back/"), follow=True)
    assert "We didn’t email anyone. What you typed is still here." in text(undone)
    assert shown(client, page) == {"picked": [key], "reasons": words["reasons"]}
    assert shown(client, desk(in_review, "approve/")) == {"identifier": None, "note": None}


def test_an_approval_without_words_leaves_none_when_it_is_undone(client, in_review):
    page = desk(in_review, "approve/")
    assert client.post(page, hidden(client.get(page)) | {"identifier": "", "note": ""}).status_code == 302
    undone = client.post(desk(in_review, "take-back/"), follow=True)
    assert "Undone. The election is in your review again. We didn’t email anyone." in text(undone)
    assert "What you typed is still here" not in text(undone)
    assert UnsentForm.objects.count() == 0


def test_an_approval_that_is_undone_shows_its_words_and_the_mail_with_them(client, in_review):
    page, words = desk(in_review, "approve/"), {"identifier": "VG0001", "note": "Welcome.\nCall us."}
    read = client.post(page, words | hidden(client.get(page)))
    assert client.post(page, words | hidden(read)).status_code == 302
    client.post(desk(in_review, "take-back/"))
    for address in (page, desk(in_review)):
        assert shown(client, address) == words
        assert client.get(address).context["mail"].body == read.context["mail"].body
    assert client.post(page, words | hidden(client.get(desk(in_review)))).status_code == 302
    assert UnsentForm.objects.count() == 1
    take_effect(in_review)
    assert UnsentForm.objects.count() == 0


def test_a_form_that_was_refused_is_kept_too(client, in_review):
    page = desk(in_review, "reject/")
    answer = client.post(page, WORDS | {"reasons": "", "in_place": "on"})
    assert "Enter your reasons." in text(answer)
    client.post(page, WORDS)
    assert "Saved Dec 1, 2026, 10:00 a.m. ET. Nothing was sent yet." in text(client.post(page, WORDS))
    assert shown(client, page)["reasons"] == WORDS["reasons"]


def test_nine_digits_are_masked_before_anything_is_kept(client, in_review):
    typed = WORDS | {"reasons": "Dr. Vega (457-55-5462) left."}
    told = save(client, desk(in_review, "reject/"), typed)
    assert told["errors"] == {"reasons": [NINE_DIGITS_MASKED]}
    assert told["masked"] == {"reasons": "Dr. Vega (••••) left."}
    assert UnsentForm.objects.get().typed == WORDS | {"reasons": "Dr. Vega (••••) left."}


def test_it_outlives_the_session(client, in_review, below, reviewer, monkeypatch):
    page = desk(in_review, "reject/")
    [(key, _)] = client.get(page).context["form"].fields["picked"].choices
    real = clock.real_now
    monkeypatch.setattr(clock, "real_now", lambda: real() + timedelta(minutes=16))
    answer = client.post(page, WORDS | {"picked": [key], "reasons": "Dr. Vega (457-55-5462) left."})
    assert answer.headers["Location"].startswith("/accounts/login/?ended=idle&next=%2Fstaff%2F")
    assert UnsentForm.objects.count() == 0
    client.force_login(reviewer, backend=BACKEND)

    back = client.get(page)

    assert "You typed this before you were signed out. Nothing was sent." in text(back)
    assert back.context["form"]["reasons"].value() == "Dr. Vega (••••) left."
    assert back.context["form"]["picked"].value() == [key]
    sent = client.post(page, {"submission_number": "1", "picked": [key], "reasons": "She left."})
    assert "She left." in sent.context["mail"].body
    assert shown(client, page) == {"picked": [key], "reasons": "She left."}


def test_each_form_of_the_packet_has_its_own(client, in_review):
    save(client, desk(in_review, "note/"), {"text": "Called Dana."})
    save(client, desk(in_review, "approve/"), {"submission_number": "1", "note": "Welcome."})
    packet = client.get(desk(in_review)).context
    assert packet["note_form"]["text"].value() == "Called Dana."
    assert packet["form"]["note"].value() == "Welcome."
    assert "Welcome." in packet["mail"].body
    client.post(desk(in_review, "note/"), {"text": "Called Dana."})
    assert list(ReviewNote.objects.values_list("text", flat=True)) == ["Called Dana."]
    assert client.get(desk(in_review)).context["note_form"]["text"].value() is None


def test_requests_for_correction_come_back_as_many_as_they_were(client, in_review):
    save(client, desk(in_review, "ask/"), asking(*REQUESTS, due_on="2026-12-10"))
    page = client.get(desk(in_review, "ask/")).context
    names = ("place", "reason", "settled_by")
    assert [tuple(form[name].value() for name in names) for form in page["requests"]] == [*REQUESTS]
    assert page["form"]["due_on"].value() == "2026-12-10"


def test_overriding_reopening_and_settling_save_themselves(client, in_review, below, lead):
    browser = signed_in(lead)
    rule = {"submission_number": "1", "finding": "0:low-volume", "justification": "They sent claims."}
    save(browser, desk(in_review, "override/"), rule)
    assert shown(browser, desk(in_review, "override/"))["justification"] == "They sent claims."
    reject(client, in_review, "x")
    take_effect(in_review)
    save(browser, desk(in_review, "reopen/"), {"submission_number": "1", "reason": "We erred."})
    assert shown(browser, desk(in_review, "reopen/")) == {"reason": "We erred."}


def test_settling_a_conflict_saves_itself(cms_data, lead):
    ElectionFactory(state="in_review")
    ElectionFactory(practices=(SOLO, OTHER), name="Mill Group", state="in_review")
    conflict = Conflict.objects.get()
    page, browser = f"/staff/elections/conflict/{conflict.pk}/", signed_in(lead)
    typed = {"outcome": "kept", "reason": "It signed first."}
    save(browser, page, typed)
    assert shown(browser, page) == typed
    assert settle(browser, conflict, **typed).status_code == 302
    assert UnsentForm.objects.count() == 0


def test_after_thirty_days_it_is_gone(client, in_review, set_clock):
    save(client, desk(in_review, "reject/"), WORDS)
    for moment, left in (("2026-12-31T09:59:00-05:00", 1), ("2026-12-31T10:00:01-05:00", 0)):
        set_clock(moment)
        tasks.forget_sandboxes()
        assert UnsentForm.objects.count() == left


def test_others_save_nothing(in_review, visitor, representative):
    for browser in (visitor, signed_in(representative)):
        answer = browser.post(desk(in_review, "reject/"), WORDS, headers=BY_ITSELF)
        assert answer.status_code == (401 if browser == visitor else 403)
    assert UnsentForm.objects.count() == 0


def test_what_is_sent_after_signing_out_is_not_the_next_person_s(client, in_review, lead):
    page = desk(in_review, "note/")
    client.get(page)
    client.post("/accounts/logout/")
    assert client.post(page, {"text": "Only Alex reads this."}, headers=BY_ITSELF).status_code == 401
    client.force_login(lead, backend=BACKEND)
    assert "Only Alex" not in text(client.get(page))


def test_a_character_that_no_one_types_is_left_out(client, in_review):
    save(client, desk(in_review, "note/"), {"text": "A\0B"})
    assert UnsentForm.objects.get().typed == {"text": "AB"}
    save(client, desk(in_review, "note/"), {"te\0xt": "C", "mail\0_seen": "D"})
    assert UnsentForm.objects.get().typed == {"text": "C"}


def test_nothing_is_saved_where_nothing_can_be_sent(client, in_review, lead):
    draft = ElectionFactory(by__email="mia@example.org", practices=(OTHER,), name="Mill Group")
    own = ElectionFactory(by__email="rae@example.org", practices=(OTHER, BY_SSN), name="Own Group", state="in_review")
    ElectionRoleFactory(election=own, user=User.objects.get(email="reviewer@cms.example"))
    pages = {desk(draft, "note/"): 404, f"/staff/elections/election/{uuid4()}/note/": 404, desk(own, "note/"): 403}
    pages |= {desk(in_review, page): 403 for page in ("override/", "reopen/")}
    for page, status in pages.items():
        assert client.post(page, WORDS, headers=BY_ITSELF).status_code == status, page
    refused = save(signed_in(lead), desk(in_review, "reopen/"), WORDS)
    assert refused["refused"] == ["This election is in review, so you cannot do that now."]
    assert (refused["saved"], UnsentForm.objects.count()) == (None, 0)


def test_of_very_many_forms_the_oldest_are_forgotten(client, in_review, reviewer):
    rows = [UnsentForm(user=reviewer, path=f"/{at}/", typed={}, saved_at=clock.now()) for at in range(200)]
    UnsentForm.objects.bulk_create(rows)
    save(client, desk(in_review, "note/"), {"text": "Called Dana."})
    assert UnsentForm.objects.count() == 200
    assert sorted(UnsentForm.objects.values_list("path", flat=True))[-1] == desk(in_review, "note/")
    assert not UnsentForm.objects.filter(path="/0/").exists()


@pytest.mark.parametrize("page", ["note/", "reject/"])
def test_what_saves_itself_late_does_not_bring_back_a_form_that_was_sent(client, in_review, page):
    typed = {"text": "Called Dana."} if page == "note/" else dict(WORDS)
    late = typed | {"once": client.get(desk(in_review, page)).context["once"]}
    if page == "reject/":
        typed |= hidden(client.post(desk(in_review, page), late))
    assert client.post(desk(in_review, page), typed | {"once": late["once"]}).status_code == 302
    told = save(client, desk(in_review, page), late)
    said = "You already sent this form. Nothing was done again."
    if page == "reject/":
        said = "This election is rejected, so you cannot do that now."
    kept = [form.typed.get("reasons") for form in UnsentForm.objects.all()]  # for the one who undoes it
    assert (told["saved"], told["refused"]) == (None, [said])
    assert kept == ([typed["reasons"]] if page == "reject/" else [])


@pytest.mark.proof
@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_browser_saves_while_one_types(page, sign_in, reviewer, in_review):
    sign_in(reviewer)
    page.goto(desk(in_review, "reject/"))
    status = page.locator("[data-draft-line]")
    expect(status).to_have_text("We save what you type automatically. Only you can see it until you send it.")
    words = page.get_by_label("Reasons in your own words")
    words.fill("Dr. Vega (457-55-5462) left.")
    expect(status).to_have_text("Not saved yet …")
    page.wait_for_timeout(1_000)
    expect(status).to_have_text("Not saved yet …")
    words.blur()
    expect(status).to_have_text("Saved at 10:00 a.m. ET, except for what is marked.")
    expect(words).to_have_value("Dr. Vega (••••) left.")
    expect(page.get_by_text(NINE_DIGITS_MASKED)).to_be_visible()
    words.fill("Dr. Vega left.")
    expect(status).to_have_text("Saved at 10:00 a.m. ET.")
    page.reload()
    expect(words).to_have_value("Dr. Vega left.")
