"""The agreement's page: one list of what is wrong, whichever practice it is about."""

import re

import pytest

pytestmark = pytest.mark.django_db


def test_what_is_wrong_stands_in_one_list(election, client):
    group, solo = election.members.order_by("name")
    fields = {f"practice-{member.pk}-executed_on": "2026-12-02" for member in (solo, group)}
    answer = client.post(f"/elections/{election.pk}/agreement", fields)
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
    answer = client.post(f"/elections/{election.pk}/agreement", fields)
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
