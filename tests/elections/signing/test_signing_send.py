"""Before links go out: what is to fix is said once, as a question, and no link is sent until it is answered."""

import re

import pytest

from agreements.models import Party, SigningRequest
from elections.models import Election, Member
from tests.factories.agreements import OwnAgreementFactory
from tests.factories.elections import ElectionFactory, save_practice
from tests.factories.practices import OTHER, SOLO
from tests.factories.signing import Signer, named, sign_all, to_be_signed
from tests.pages import text

pytestmark = pytest.mark.django_db
BEFORE = "If a practice’s clinicians change, it must sign again."


@pytest.fixture
def unsent(cms_data, client) -> Election:
    """Return a draft whose practices are to sign here; one of them lists a number that is no NPI."""
    election = ElectionFactory()
    client.post(f"/elections/{election.pk}/signing/begin")
    election.members.get(name=SOLO.name).clinicians.update(npi="12345")
    return election


def ask(client, election):
    fields = named(election) | {"ask": "yes"}
    return client.post(f"/elections/{election.pk}/signing", fields, follow=True)


def asked(election):
    requests = SigningRequest.objects.filter(party__agreement=election.agreement_id)
    return sorted(requests.values_list("email", flat=True))


def test_what_is_to_fix_is_asked_about_and_the_names_are_kept(unsent, client):
    answer = ask(client, unsent)
    assert answer.redirect_chain == [(f"/elections/{unsent.pk}/signing/send", 302)]
    said = text(answer)
    assert [words in said for words in ("1 thing to fix first", BEFORE, "Send anyway?")] == [True] * 3
    assert "An NPI has 10 digits. This one has 5." in said
    practice = unsent.members.get(name=SOLO.name)
    assert f'href="/elections/{unsent.pk}/practices/{practice.pk}"' in answer.content.decode()
    assert practice.party.signer_email == "sol@example.org"
    assert asked(unsent) == []


def test_the_second_press_sends_once(unsent, client):
    ask(client, unsent)
    address = f"/elections/{unsent.pk}/signing/send"
    assert "2 emails with the links are on the way." in text(client.post(address, follow=True))
    assert "We sent no links." in text(client.post(address, follow=True))
    assert asked(unsent) == ["gwen@example.org", "sol@example.org"]


def test_nothing_is_asked_about_where_no_link_is_due(unsent, client):
    ask(client, unsent)
    client.post(f"/elections/{unsent.pk}/signing/send")
    answer = ask(client, unsent)
    assert answer.redirect_chain == [(f"/elections/{unsent.pk}/signing", 302)]
    said = text(answer)
    assert (said.count("We sent no links."), BEFORE in said) == (1, False)
    assert client.get(f"/elections/{unsent.pk}/signing/send").headers["Location"] == f"/elections/{unsent.pk}/signing"


def test_once_it_is_fixed_the_links_go_out_at_once(unsent, client):
    unsent.members.get(name=SOLO.name).clinicians.update(npi=SOLO.npis[0])
    assert client.get(f"/elections/{unsent.pk}/signing/send").headers["Location"] == f"/elections/{unsent.pk}/signing"
    assert BEFORE not in text(ask(client, unsent))
    assert asked(unsent) == ["gwen@example.org", "sol@example.org"]


def test_a_list_that_is_not_whole_is_refused_and_not_asked_about(unsent, client):
    unsent.members.filter(name=SOLO.name).update(tin="", tin_kind="")
    said = text(ask(client, unsent))
    assert f"{SOLO.name} needs its name, TIN and NPIs before we can make the agreement." in said
    assert BEFORE not in said
    assert asked(unsent) == []


@pytest.fixture
def undecided(cms_data) -> Election:
    """Return a draft in which no one said yet how the practices sign."""
    election = ElectionFactory()
    Party.objects.update(executed_on=None, signer_name="", signer_title="")
    return election


def name_signers(election):
    """Name each practice's signer, as its own page does."""
    for member, signer in zip(election.members.order_by("position"), ("sol", "gwen"), strict=True):
        Party.objects.filter(member=member).update(signer_name=signer.title(), signer_email=f"{signer}@example.org")


def agreement(client, election) -> str:
    """Return the page that asks how the practices sign."""
    return str(client.get(f"/elections/{election.pk}/agreement").content.decode())


def send_at_once(client, election, page):
    """Press the button of this page that sends all links."""
    [mark] = re.findall(r'name="ask"\s+value="(\w+)"', page)
    return client.post(f"/elections/{election.pk}/signing/begin", {"ask": mark}, follow=True)


def test_signers_who_were_named_before_are_sent_their_links_in_one_step(undecided, client):
    assert "Sign here, by email" in agreement(client, undecided)
    name_signers(undecided)
    page = agreement(client, undecided)
    said = text(client.get(f"/elections/{undecided.pk}/agreement"))
    assert "Quiet Harbor Medicine: Sol, sol@example.org Lakeside Family Practice: Gwen, gwen@example.org" in said
    assert "Send the 2 links" in said
    assert "Sign here, by email" not in said
    for _ in range(2):  # a double click is led to the same page, and sends nothing more
        answer = send_at_once(client, undecided, page)
        assert answer.redirect_chain[-1] == (f"/elections/{undecided.pk}/signing", 302)
    said = text(answer)
    assert "You can close this page. When all practices have signed, we’ll email you." in said
    assert "Then you can submit the election." in said
    assert asked(undecided) == ["gwen@example.org", "sol@example.org"]
    undecided.refresh_from_db()
    Signer("sol@example.org").sign()
    Signer("sol@example.org").post("correction", {"text": "Robin left us."})
    said = text(client.get(f"/elections/{undecided.pk}/signing"))
    assert "You have something to do below." in said
    assert "You can close this page." not in said


def test_what_is_to_fix_is_asked_about_in_that_step_too(undecided, client):
    name_signers(undecided)
    undecided.members.get(name=SOLO.name).clinicians.update(npi="12345")
    answer = send_at_once(client, undecided, agreement(client, undecided))
    assert answer.redirect_chain == [(f"/elections/{undecided.pk}/signing/send", 302)]
    assert "1 thing to fix first" in text(answer)
    assert asked(undecided) == []


@pytest.mark.parametrize("what", ["another signer", "another practice", "on paper"])
def test_who_was_not_shown_is_sent_no_link(undecided, client, what):
    name_signers(undecided)
    page = agreement(client, undecided)
    if what == "another signer":
        Party.objects.filter(signer_name="Gwen").update(signer_email="mallory@example.org")
    elif what == "another practice":
        save_practice(undecided, OTHER)
        Party.objects.filter(member__name=OTHER.name).update(signer_name="Olga", signer_email="olga@example.org")
    else:
        client.post(f"/elections/{undecided.pk}/agreement/paper/begin")
    answer = send_at_once(client, undecided, page)
    assert answer.redirect_chain == [(f"/elections/{undecided.pk}/agreement", 302)]
    assert "Nothing was sent. While you had the page open, the practices, who signs for them," in text(answer)
    assert asked(undecided) == []
    undecided.agreement.refresh_from_db()
    assert not undecided.agreement.is_signed_here


@pytest.mark.parametrize("what", ["no name", "no NPIs", "another TIN", "own agreement without marks"])
def test_the_one_step_is_offered_once_nothing_is_left_to_say(undecided, client, what):
    name_signers(undecided)
    practice = undecided.members.get(name=SOLO.name)
    if what == "no name":
        practice.party.signer_name = ""
        practice.party.save()
    elif what == "no NPIs":
        practice.clinicians.all().delete()
    elif what == "another TIN":
        Member.objects.filter(pk=practice.pk).update(signer_asked="Sol, sol@example.org")
    else:
        OwnAgreementFactory(agreement=undecided.agreement)
    assert "Send the 2 links" not in agreement(client, undecided)


def test_who_still_has_something_to_do_is_not_told_to_close_the_page(undecided, client):
    name_signers(undecided)
    Party.objects.filter(signer_name="Gwen").update(signer_name="", signer_email="")
    client.post(f"/elections/{undecided.pk}/signing/begin")
    fields = {name: value for name, value in named(undecided).items() if "gwen" not in value.lower()}
    client.post(f"/elections/{undecided.pk}/signing", fields | {"ask": "yes"})
    assert asked(undecided) == ["sol@example.org"]
    said = text(client.get(f"/elections/{undecided.pk}/signing"))
    assert "You have something to do below. When all practices have signed, we’ll email you." in said
    assert "You can close this page." not in said


def test_no_one_is_asked_to_remind_once_all_have_signed(cms_data, client):
    election = to_be_signed()
    page = f"/elections/{election.pk}/signing"
    assert "Remind everyone who hasn’t signed" in text(client.get(page))
    sign_all(election)
    for address in (page, f"{page}/board"):
        said = text(client.get(address))
        assert [words in said for words in ("Remind everyone", "Call sheet", "When all practices")] == [False] * 3
