"""Updates that two people or two workers act on at the same moment."""

from datetime import datetime
from functools import partial

import pytest

from accounts.models import Role
from elections.models import Election, UpdateStep
from elections.upkeep import actions as upkeep
from elections.upkeep.unreported import remind_of_updates
from ground import clock
from notices.models import Notice
from tests.factories.elections import ElectionFactory
from tests.factories.people import ReviewerFactory, UserFactory, signed_in
from tests.pages import text
from tests.threads import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_of_two_reviewers_one_acknowledges(cms_data):
    election = ElectionFactory(state="approved")
    update = upkeep.report_nothing(election.pk, by=election.started_by, now=clock.now())
    page = f"/staff/elections/update/{update.pk}/"
    browsers = [signed_in(person) for person in (ReviewerFactory(), UserFactory(roles=[Role.REVIEWER]))]
    answers = at_once(*(partial(browser.post, f"{page}acknowledge/") for browser in browsers))
    assert [answer.status_code for answer in answers] == [302, 302]
    assert UpdateStep.objects.count() == 1
    said = [text(browser.get(page)) for browser in browsers]
    assert sorted("Acknowledged. We didn’t email anyone." in page for page in said) == [False, True]
    assert sorted("CMS already acknowledged this update." in page for page in said) == [False, True]


def test_two_workers_at_once_send_one(cms_data):
    ElectionFactory(state="approved")
    day = datetime.fromisoformat("2027-12-01T09:00:00-05:00")
    answers = at_once(*[lambda: remind_of_updates(now=day)] * 2)
    assert sorted(answers) == [0, 1]
    assert [
        notice.created_at for notice in Notice.objects.filter(to="dana@example.org", reason="election update due")
    ] == [day]
    assert Election.objects.get().events.filter(verb="remind_update").count() == 1
