"""Where a practice gave no address, pages say so and offer a letter; an address can be given later."""

import pytest

from agreements.models import SigningRequest
from elections.models import Election
from elections.practices.members import remove_member
from ground import clock
from notices.models import Notice
from tests.elections.steps import desk
from tests.factories.elections import ElectionFactory, complete, submit
from tests.factories.people import UserFactory, signed_in
from tests.factories.practices import GROUP, OTHER, SOLO, PracticeFactory
from tests.factories.told import give_addresses, last_mail, newly_told
from tests.pages import text

pytestmark = pytest.mark.django_db

NOT_TOLD = "We couldn’t email the signer of Lakeside Family Practice."
SOL, GWEN = "sol@example.org", "gwen@example.org"


@pytest.fixture
def half_told(cms_data) -> Election:
    """A submitted election whose second practice gave no address."""
    election = ElectionFactory(practices=(SOLO, GROUP))
    give_addresses(election, SOL, "")
    submit(election)
    return Election.objects.get(pk=election.pk)


@pytest.mark.parametrize("page", ["receipt/1", "agreement/paper", "signing", "told"])
def test_pages_say_who_was_not_told(half_told, client, page):
    said = text(client.get(f"/elections/{half_told.pk}/{page}"))
    assert NOT_TOLD in said
    assert "email the signer of Quiet Harbor Medicine" not in said
    assert "because there is no email address" not in said


def test_the_receipt_s_mail_says_so_too(half_told):
    mail = last_mail("dana@example.org").body
    assert "We couldn't email the signer of this practice:" in mail
    assert "- Lakeside Family Practice\n" in mail
    assert "We also email the signers of the other practices.\n" in mail


LOST = "The last email for 1 practice did not arrive."


@pytest.mark.parametrize(
    ("addresses", "said"),
    [
        ((SOL, GWEN), ["We email each practice’s signer.", "See who was told"]),
        ((SOL, ""), [NOT_TOLD, "We email the signer of 1 practice.", "Give an address, or print a letter"]),
        (("", ""), ["We couldn’t email any practice’s signer.", "Give an address, or print a letter"]),
    ],
)
def test_the_receipt_says_what_is_true(cms_data, client, addresses, said):
    election = ElectionFactory(practices=(SOLO, GROUP))
    give_addresses(election, *addresses)
    submit(election)
    receipt = f"/elections/{election.pk}/receipt/1"
    page, mail = text(client.get(receipt)), last_mail("dana@example.org").body
    assert [sentence for sentence in said if sentence not in page] == []
    assert LOST not in page
    emails = page.count("We email each practice’s") + page.count("We email the signer")
    assert [emails, page.count("We couldn’t email")] == [any(addresses), not all(addresses)]
    also = {2: "We also email the signer of each practice.", 1: "We also email the signers of the other practices."}
    assert [words for words in also.values() if words in mail] == [
        words for told, words in also.items() if told == len(list(filter(None, addresses)))
    ]
    if addresses[0]:
        Notice.objects.filter(to=SOL).update(state="bounced", failed_at=clock.now())
        assert LOST in text(client.get(receipt))
    client.post(f"/elections/{election.pk}/withdraw", {"sure": "on"})
    assert "Give an address" not in text(client.get(receipt))


def test_many_practices_that_were_not_told_are_counted_on_the_receipt(cms_data, client):
    election = ElectionFactory(practices=(SOLO, *(PracticeFactory() for _ in range(6))))
    give_addresses(election, SOL)
    submit(election)
    page = text(client.get(f"/elections/{election.pk}/receipt/1"))
    assert "We couldn’t email the signers of 6 practices." in page


def test_the_page_names_each_signer_and_what_became_of_the_email(half_told, client):
    said = text(client.get(f"/elections/{half_told.pk}/told"))
    for words in (
        "We couldn’t email the signers of 1 of 2 practices.",
        SOL,
        "Submitted: 2027 election for Harbor Group",
        "Waiting",
        "Last email for each practice: 1 waiting .",
        "Not told",
    ):
        assert words in said


@pytest.mark.parametrize(("said", "is_wrong"), [("550 5.1.1 No such mailbox", True), ("552 5.2.2 Mailbox full", False)])
def test_an_address_is_to_be_checked_only_if_the_server_spoke_of_it(half_told, client, said, is_wrong):
    lost = {"state": "bounced", "answer_kind": "returned", "server_answer": said, "failed_at": clock.now()}
    Notice.objects.filter(to__in=[SOL, "dana@example.org"]).update(**lost)
    for page in ("told", "receipt/1"):
        shown = text(client.get(f"/elections/{half_told.pk}/{page}"))
        assert "It did not arrive." in shown, page
        assert ("Check the email address." in shown) is is_wrong, page
        assert ("The email address may be right." in shown) is not is_wrong, page


def test_a_letter_says_what_was_submitted_for_that_practice(half_told, client):
    said = text(client.get(f"/elections/{half_told.pk}/told/1/letter"))
    receipt = half_told.last_submission.receipt_code
    for words in (GROUP.name, "EIN ••-•••0002", *GROUP.npis, "Dec 1, 2026, 10:00:00 a.m. ET", receipt[:4], "555-0100"):
        assert words in said
    for hidden in (SOLO.npis[0], "961000002", SOL):
        assert hidden not in said
    assert client.get(f"/elections/{half_told.pk}/told/2/letter").status_code == 404


def test_an_address_given_later_is_told_right_away_and_from_then_on(half_told, client):
    address = f"/elections/{half_told.pk}/told/1"
    with newly_told() as heard:
        said = text(
            client.post(address, {"name": "Gwen Lake", "email": "Gwen@example.org", "submission": 1}, follow=True)
        )
    assert heard == {GWEN: ["signer_submitted"]}
    assert "An email is on its way to gwen@example.org." in said
    assert "Last email for each practice: 2 waiting ." in said
    Notice.objects.update(state="sent", sent_at=clock.now())
    assert "We emailed the signers of all 2 practices." in text(client.get(f"/elections/{half_told.pk}/told"))
    with newly_told() as heard:
        client.post(f"/elections/{half_told.pk}/withdraw", {"sure": "on"})
    assert heard == {"dana@example.org": ["withdrawn"], SOL: ["signer_withdrawn"], GWEN: ["signer_withdrawn"]}


def test_it_is_refused_where_it_would_tell_nothing(half_told, client):
    address, typed = f"/elections/{half_told.pk}/told/1", {"name": "Gwen Lake", "email": GWEN, "submission": 1}
    client.post(f"/elections/{half_told.pk}/withdraw", {"sure": "on"})
    with newly_told() as heard:
        assert "Nothing was sent." in text(client.post(address, typed, follow=True))
        assert client.post(f"/elections/{half_told.pk}/told/9", typed).status_code == 404
    assert heard == {}


def test_it_is_refused_once_the_election_was_submitted_again(half_told, client, representative):
    address, typed = f"/elections/{half_told.pk}/told/1", {"name": "Gwen Lake", "email": GWEN}
    page = client.get(address)
    assert page.context["form"]["submission"].value() == 1
    remove_member(half_told.pk, half_told.members.get(name=SOLO.name).pk, now=clock.now(), by=representative)
    complete(half_told, OTHER)
    submit(half_told)
    with newly_told() as heard:
        for shown in ({"submission": 1}, {}):
            answer = text(client.post(address, typed | shown, follow=True))
            assert "Nothing was sent. The election was submitted again after you opened this page." in answer
    assert heard == {}


def test_whose_address_was_typed_has_no_part_in_the_election_before_they_open_the_link(half_told, client, reviewer):
    typed = {"name": "Alex", "email": reviewer.email, "submission": 1}
    client.post(f"/elections/{half_told.pk}/told/1", typed)
    assert signed_in(reviewer).get(desk(half_told)).status_code == 200
    SigningRequest.objects.filter(email=reviewer.email).update(opened_at=clock.now())
    assert signed_in(reviewer).get(desk(half_told)).status_code == 403


def test_a_draft_has_no_such_page(elsewhere, client):
    assert client.get(f"/elections/{elsewhere.pk}/told").status_code == 404
    assert "We couldn’t email" not in text(client.get(f"/elections/{elsewhere.pk}/agreement/paper"))


def test_a_viewer_reads_it_and_gives_no_address(half_told):
    vic = UserFactory(email="vic@example.org")
    half_told.roles.create(user=vic, kind="viewer")
    viewer = signed_in(vic)
    assert "Give an email address" not in text(viewer.get(f"/elections/{half_told.pk}/told"))
    assert viewer.get(f"/elections/{half_told.pk}/told/1").status_code == 403


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_takes_as_many_queries_whatever_the_number_of_practices(
    cms_data, client, count, django_assert_num_queries
):
    election = ElectionFactory(practices=(SOLO, GROUP, OTHER)[: max(count, 2)])
    give_addresses(election, *[f"signer{n}@example.org" for n in range(count)])
    submit(election)
    client.get("/elections/")
    with django_assert_num_queries(8):
        client.get(f"/elections/{election.pk}/told")
