"""The agreement's page: one list of what is wrong, whichever practice it is about."""

import re

import pytest

from . import make

pytestmark = pytest.mark.django_db


def test_what_is_wrong_stands_in_one_list(cms_data, representative):
    election = make.draft(representative)
    group, solo = election.members.order_by("name")
    fields = {f"practice-{member.pk}-executed_on": "2026-12-02" for member in (solo, group)}
    answer = make.signed_in(representative).post(f"/elections/{election.pk}/agreement", fields)
    text = " ".join(answer.content.decode().split())
    assert text.count("There is something to correct") == 1
    assert re.findall(r'<a href="#id_(practice-\d+-\w+)">([^<]+)</a>', text) == [
        (
            f"practice-{member.pk}-executed_on",
            f"{member.name}, date the practice executed the agreement: "
            "This day has not come yet. Give the day on which the practice signed.",
        )
        for member in (solo, group)
    ]
