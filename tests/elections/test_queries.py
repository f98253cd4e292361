"""How many queries each page of an election takes: as many for 200 practices as for 2."""

from collections.abc import Mapping

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from elections.desk import actions, decisions
from elections.models import Election, Override, UpdateKind
from elections.verbs import record
from ground import clock
from tests.factories.corrections import answer_correction, ask_for_correction
from tests.factories.elections import ElectionFactory, complete, report_clinician, start_review, take_effect
from tests.factories.people import signed_in
from tests.factories.practices import BY_SSN, OTHER, SOLO, load_cms_data
from tests.moments import at
from tests.proof import crowd

OF_A_DRAFT = {
    "election": 13,
    "virtual_group": 5,
    "representative": 5,
    "practices": 13,
    "practice_add": 6,
    "practice": 17,
    "roster": 17,
    "roster_import": 5,
    "agreement": 7,
    "agreement_paper": 12,
    "submit_page": 11,
    "ledger": 11,
    "people": 7,
    "withdraw": 6,
}
OF_WHAT_IS_SUBMITTED = {
    "election": 16,
    "practices": 14,
    "roster": 18,
    "agreement": 8,
    "agreement_paper": 14,
    "submit_page": 13,
    "receipt": 11,
}
OF_WHAT_IS_APPROVED = {"election": 18, "updates": 13, "receipt": 10}
A_SUBMISSION = 27  # savepoints included: 200 representatives may send it in the last minute
THE_PACKET = {"admin:elections_election_change": 17}
THE_ASKED_PACKET = {"admin:elections_election_change": 19}
THE_FULLEST_PACKET = {"admin:elections_election_change": 20}


@pytest.fixture(params=[2, 20, pytest.param(200, marks=pytest.mark.proof)])
def election(request, representative) -> Election:
    """Return a draft that lacks nothing, of so many practices of three clinicians each."""
    made = [crowd.practice(number, *range(3 * number, 3 * number + 3)) for number in range(request.param)]
    load_cms_data(made)
    [draft] = crowd.drafts([(representative, made)])
    return draft


def counted(client: Client, election: Election, pages: Mapping[str, int]) -> dict[str, int]:
    """Open each page, and return how many queries it took."""
    client.post(reverse("session_extend"))  # else the first page writes, once a minute, that the person is there
    more = {"practice": [election.members.values_list("pk", flat=True)[0]], "receipt": [1]}
    counts = {}
    for name in pages:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse(name, args=[election.pk, *more.get(name, [])])).status_code == 200, name
        counts[name] = len(queries)
    return counts


@pytest.mark.usefixtures("sessions_not_renewed")
def test_pages_take_as_many_queries_whatever_the_group_s_size(election, representative, reviewer, settings):
    settings.STAFF_SECOND_FACTOR = False
    client, staff = signed_in(representative), signed_in(reviewer)
    assert counted(client, election, OF_A_DRAFT) == OF_A_DRAFT
    submission = start_review(election)
    assert counted(client, election, OF_WHAT_IS_SUBMITTED) == OF_WHAT_IS_SUBMITTED
    assert counted(staff, election, THE_PACKET) == THE_PACKET
    decisions.approve(election.pk, by=reviewer, now=clock.now(), submission_number=submission.number)
    take_effect(election)
    assert counted(client, election, OF_WHAT_IS_APPROVED) == OF_WHAT_IS_APPROVED


@pytest.mark.usefixtures("sessions_not_renewed")
def test_a_packet_with_everything_in_it_takes_few_more(representative, reviewer, lead, settings):
    """An answered correction, updates, an override, notes, a conflict, and a virtual group the year before."""
    settings.STAFF_SECOND_FACTOR = False
    with at("2025-11-20T10:00:00-05:00"):
        load_cms_data(performance_year=2026)
        ElectionFactory(year=2026, state="approved")
    load_cms_data()
    election = ElectionFactory(state="approved")
    report_clinician(election, OTHER.npis[0], UpdateKind.JOINED, on=clock.today())
    ElectionFactory(by__email="rae@example.org", practices=(SOLO, OTHER), name="Mill Group", state="submitted")
    submission = start_review(complete(election, BY_SSN))
    by_lead = {"overridden_by": lead, "overridden_at": clock.now(), "justification": "They bill elsewhere."}
    record(election, "override", by=lead, now=clock.now())
    Override.objects.create(submission=submission, rule="practice-size", tin_key="EIN", practice_name="A", **by_lead)
    ask_for_correction(election, by=reviewer)
    assert counted(signed_in(reviewer), election, THE_ASKED_PACKET) == THE_ASKED_PACKET
    answer_correction(election)
    start_review(election)
    actions.write_note(election.pk, by=lead, now=clock.now(), text="Compare the names with PECOS.")
    assert counted(signed_in(reviewer), election, THE_FULLEST_PACKET) == THE_FULLEST_PACKET


@pytest.mark.usefixtures("sessions_not_renewed")
def test_a_submission_takes_as_many_queries_whatever_the_group_s_size(client, election):
    post = crowd.confirming(election, "")
    with CaptureQueriesContext(connection) as queries:
        response = client.post(post.path, post.fields)
    assert response.headers["Location"] == reverse("receipt", args=[election.pk, 1])
    assert len(queries) == A_SUBMISSION
