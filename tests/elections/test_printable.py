"""What no document can show is refused wherever a document's words are typed, with one sentence; and stays typed."""

from html import unescape

import pytest
from django.test import Client

from agreements.models import OwnAgreement
from elections.content import Snapshot
from elections.models import Election, Member
from elections.roster.reading import read_text
from eligibility.models import DeterminationClinician
from tests.factories.elections import ElectionFactory
from tests.factories.people import PASSWORD
from tests.factories.practices import OTHER, SOLO
from tests.factories.signing import ask_to_sign
from tests.pages import text

pytestmark = pytest.mark.django_db

SAID = (
    "The agreement and the receipt are PDFs that can’t show this: “😀”. Leave it out, or spell it with other letters."
)
TYPED = "Ann 😀"
PEOPLE = [f"alternate_{field}" for field in ("name", "email", "phone")] + ["name", "phone"]
DOORS = [
    ("virtual-group", "name"),
    *[("representative", field) for field in PEOPLE],
    ("practices/add", "name"),
    ("practices/{member}", "name"),
    ("practices/{member}/contest/low-volume-threshold", "statement"),
    ("agreement/paper", "practice-{member}-signer_name"),
    ("agreement/paper", "practice-{member}-signer_title"),
    ("agreement/text", "quality"),
    ("agreement/text", "close_out_contact"),
    ("people", "hand-over-name"),
]


def refused(client: Client, path: str, field: str, **more: str) -> bool:
    """Send a name with an emoji; say whether the page says why it was refused, and shows it as it was typed."""
    answer = client.post(path, {field: TYPED, **more})
    page = unescape(answer.content.decode())
    return answer.status_code == 200 and SAID in page and TYPED in page


@pytest.mark.parametrize(("path", "field"), DOORS)
def test_a_draft_does_not_take_it(client, cms_data, path, field):
    election = ElectionFactory(practices=(SOLO, OTHER))
    member = election.members.all()[0].pk
    DeterminationClinician.objects.update(allowed_charges=1000, patients=10, services=10)  # so it can be contested
    path, field = path.format(member=member), field.format(member=member)
    more = {"hand_over": "yes", "hand-over-email": "a@example.org"} if path == "people" else {}
    assert refused(client, f"/elections/{election.pk}/{path}", field, **more)
    assert "😀" not in Snapshot.of_working_copy(Election.objects.get(pk=election.pk)).canonical


def test_whom_one_asks_to_sign_is_named_so_that_the_agreement_can_say_it(election, client):
    signing, member = f"/elections/{election.pk}/signing", election.members.all()[0].pk
    client.post(f"{signing}/begin")
    assert refused(client, signing, f"practice-{member}-signer_name")
    ask_to_sign(election)
    assert refused(client, f"{signing}/{member}", "name", email="new@example.org")


def test_where_the_groups_own_agreement_does_what_is_said_so_too(election, client, representative):
    file = {"name": "a.pdf", "sha256": "00", "pages": 1, "size": 1}
    uploaded = {"uploaded_at": election.started_at, "uploaded_by": representative}
    election.agreement.own = OwnAgreement.objects.create(agreement=election.agreement, **file, **uploaded)
    election.agreement.save()
    assert refused(client, f"/elections/{election.pk}/agreement/own", "iii")


def test_new_contact_details_after_approval(client, approved, representative):
    path = f"/elections/{approved.pk}/updates/contact"
    assert refused(client, path, "name", email=representative.email)


def test_ones_own_name_and_a_practice_without_an_account(client, visitor):
    password = {"email": "new@example.org", "password1": PASSWORD}
    assert refused(visitor, "/accounts/signup/", "name", **password)
    assert refused(client, "/accounts/", "name")
    assert refused(visitor, "/check/practice", "name")


def test_a_list_is_taken_over_without_it_which_is_said_with_its_line(client, cms_data):
    election = ElectionFactory(practices=())
    pasted = "practice name\ttin kind\ttin\tnpi\nHarbor 😀 Clinic \u202e王\tEIN\t96-1000001\t1999999992"
    answer = client.post(f"/elections/{election.pk}/roster/import", {"text": pasted}, follow=True)
    assert "Line 2: the agreement’s PDF can’t show “😀”. We kept the name without it." in text(answer)
    assert [member.name for member in Member.objects.filter(election=election)] == ["Harbor Clinic \u202e王"]
    assert read_text(pasted, ssn_digits=6).practices[0].name == "Harbor Clinic \u202e王"
