"""Every signer's link, by everyone, against every address behind it: nobody signs for another or learns what is theirs.

And what no page of the staff shows, the administrator's included: the agreement's text, and the links.
"""

from collections.abc import Iterator
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import transaction
from django.test import Client
from django.urls import reverse

from agreements.models import Agreement, Signature
from agreements.text.provisions import PROVISIONS
from elections.models import Election, Member
from tests.factories.elections import ElectionFactory, approve
from tests.factories.practices import DeterminationClinicianFactory, DeterminationPracticeFactory, FictionalPractice
from tests.pages import text

from .routes import SIGNING, STAFF_PAGES
from .world import SIGNERS, STAFF, Who, World, have_signed, signed_in

BEHIND = [route.name for route in SIGNING if route.name.startswith("sign_")] + ["sign"]
SIGNED_IN = [who for who in Who if who != Who.NOBODY]
CLAUSE = "The reporting requirements of MIPS are met by the virtual group as a whole."


def addresses(world: World) -> Iterator[tuple[str, str]]:
    """Yield each link's name with each address behind it."""
    for name, token in world.links.items():
        for route in BEHIND:
            yield name, reverse(route, args=[token])


@pytest.mark.proof
def test_whoever_is_signed_in_is_refused_at_every_link_of_somebody_else(world: World):
    signatures = Signature.objects.count()
    for who in SIGNED_IN:
        client, answers = signed_in(who, world), set()
        for _, address in addresses(world):
            with transaction.atomic():
                answers |= {client.get(address).status_code, client.post(address, {"name": "x"}).status_code}
                transaction.set_rollback(True)
        assert answers == {403}, who
    assert Signature.objects.count() == signatures


def test_a_link_that_was_opened_opens_no_other(world: World):
    names = list(world.links)
    for name, other in zip(names, names[1:] + names[:1], strict=True):
        client, link = pressed(name, world), reverse("sign", args=[world.links[other]])
        answer = client.get(reverse("sign_room", args=[world.links[other]]))
        if other in ("deca", "bay", "pia"):  # who declined, or signed somewhere else, finds it closed, button or not
            assert answer.status_code == 410
        else:
            assert (answer.status_code, answer["Location"]) == (302, link), (name, other)


def test_a_link_shows_the_findings_and_figures_of_its_own_practice_alone(world: World, set_clock):
    """Give each practice figures of its own, and see that they stand behind its own link and behind no other."""
    figures = {}
    for number, name in enumerate(SIGNERS[:-1]):
        member = world.signing.members.get(name=f"Practice of {name.title()}")
        figures[name] = f"{310_000 + 1_111 * number:,}"
        show(listed(member), 310_000 + 1_111 * number, world)
    assert all(figures[name] not in behind(name, world) for name in UNSIGNED), "CMS does not know them yet"
    approve_last_year(world, set_clock)
    for name in UNSIGNED:
        said = behind(name, world)
        assert figures[name] in said, name
        assert [other for other in figures if other != name and figures[other] in said] == []
        assert said.count("roster-complete") == 0
        assert said.count("Accepted") == 0  # Sig's answer to the opt-in


UNSIGNED = ("ina", "opal", "cora", "remy", "agnes")


def pressed(name: str, world: World) -> Client:
    """Return a browser in which the button behind a signer's link was pressed."""
    client = Client()
    client.post(reverse("sign", args=[world.links[name]]))
    return client


def behind(name: str, world: World) -> str:
    """Return what a signer reads in a browser of their own."""
    return text(pressed(name, world).get(reverse("sign_room", args=[world.links[name]])))


def listed(member: Member) -> FictionalPractice:
    return FictionalPractice(member.name, str(member.tin), tuple(member.clinicians.values_list("npi", flat=True)))


def approve_last_year(world: World, set_clock) -> None:
    """Have the same practices sign an election of the year before by the same addresses, and CMS approve it."""
    set_clock("2025-11-20T10:00:00-05:00")
    practices = [listed(member) for member in world.signing.members.order_by("position")]
    practices = practices[:-1]  # the last has nobody to sign
    election = ElectionFactory(by=world.people[Who.REPRESENTATIVE], practices=practices, year=2026)
    have_signed(election, *SIGNERS[:-1])
    approve(election)
    set_clock("2026-12-01T10:00:00-05:00")


def show(made: FictionalPractice, charges: int, world: World) -> None:
    """Have the active CMS data show a practice, and each of its clinicians, with these allowed charges."""
    row = DeterminationPracticeFactory(run=world.run, of=made, allowed_charges=charges)
    for npi in made.npis:
        DeterminationClinicianFactory(practice=row, of=made, npi=npi, allowed_charges=charges)


def test_no_page_of_the_election_shows_figures_or_links(world: World):
    client = signed_in(Who.REPRESENTATIVE, world)
    of_signing = ("signing", "signing_board", "signing_calls")
    for page in ("election", *of_signing, "agreement", "submit_page", "ledger", "people", "practices"):
        said = client.get(reverse(page, args=[world.signing.pk])).content.decode()
        assert [name for name, token in world.links.items() if token in said] == [], page
        assert "200,000" not in said, page


OTHERS = [pytest.param(who, marks=pytest.mark.proof) for who in STAFF if who != Who.ADMINISTRATOR]


@pytest.mark.parametrize("who", [Who.ADMINISTRATOR, *OTHERS])
def test_staff_read_no_agreement_text_and_no_link(who: Who, world: World, settings):
    settings.DEMO = False  # the demo shows mails whole
    Agreement.objects.update(quality="We review each other’s charts in March.")
    said_by_the_text = [CLAUSE, "We review each other’s charts", *(p.parts[0].clause for p in PROVISIONS[2:4])]
    client = signed_in(who, world)
    seen = 0
    for route in STAFF_PAGES:
        answer = client.get(route.address(world))
        if answer.status_code == 200 and not answer.streaming:
            seen += 1
            page = answer.content.decode()
            assert [text for text in said_by_the_text if text in page] == [], route.name
            assert [name for name, token in world.links.items() if token in page] == [], route.name
    assert seen > 3


def test_the_export_holds_no_agreement_text(world: World):
    out = StringIO()
    call_command("export_virtual_groups", "--performance-year", "2027", stdout=out)
    assert str(Election.objects.get(pk=world.approved.pk).virtual_group_identifier) in out.getvalue()
    assert CLAUSE not in out.getvalue()
    assert "signed" not in out.getvalue().lower()


def test_what_it_looks_for_can_be_found(world: World):
    """The text stands on the members' page and behind the links."""
    said = text(signed_in(Who.REPRESENTATIVE, world).get(reverse("agreement_text", args=[world.signing.pk])))
    assert CLAUSE in said
    assert CLAUSE in behind("ina", world)
