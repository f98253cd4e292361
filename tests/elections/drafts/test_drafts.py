"""Drafts that save themselves: what two people type on one page at once, and what is never lost or doubled."""

import uuid

import pytest

from elections.models import Election, Member, MemberClinician
from tests.elections.steps import executed
from tests.factories.elections import ElectionFactory, ElectionRoleFactory
from tests.factories.people import signed_in
from tests.factories.practices import BY_SSN, OTHER, SOLO
from tests.pages import text

pytestmark = pytest.mark.django_db


@pytest.fixture
def kim(election):
    """The browser of Kim Lee, who types into the same draft."""
    return signed_in(ElectionRoleFactory(election=election, user__name="Kim Lee", kind="collaborator").user)


def autosave(client, path, **fields):
    answer = client.post(path, fields, headers={"X-Autosave": "yes"})
    assert answer.status_code == 200
    return answer.json()


def test_a_page_saves_itself(election, client):
    path = f"/elections/{election.pk}/virtual-group"
    told = autosave(client, path, **{"name": "Harbor and Lake", "initial-name": "Harbor Group"})
    assert told == {"saved": "10:00 a.m. ET", "refused": [], "errors": {}, "emptied": [], "overtaken": {}}
    assert str(Election.objects.get().virtual_group) == "Harbor and Lake"
    page = text(client.get(path))
    assert "Last saved Dec 1, 2026, 10:00 a.m. ET by Dana Rivera." in page


def test_the_later_one_does_not_replace_what_the_earlier_one_saved(election, client, kim):
    path = f"/elections/{election.pk}/virtual-group"
    before = {"initial-name": "Harbor Group"}
    kim.post(path, before | {"name": "Lakes Group"})
    answer = client.post(path, before | {"name": "Rivers Group"})
    assert answer.status_code == 200
    told = text(answer)
    assert "Kim Lee saved “Lakes Group” here (Dec 1, 2026, 10:00 a.m. ET) while you were on this page." in told
    page = answer.content.decode()
    assert 'value="Rivers Group"' in page
    assert '<input type="hidden" name="initial-name" value="Lakes Group"' in page
    assert str(Election.objects.get().virtual_group) == "Lakes Group"
    assert autosave(client, path, **before, name="Rivers Group")["overtaken"] == {"name": "Lakes Group"}
    again = client.post(path, {"initial-name": "Lakes Group", "name": "Rivers Group"})
    assert again.status_code == 302
    assert str(Election.objects.get().virtual_group) == "Rivers Group"


def test_two_who_change_two_fields_keep_both(election, client, kim):
    path = f"/elections/{election.pk}/representative"
    shown = {"initial-name": "Dana Rivera", "initial-phone": "555-0100", "initial-email": "dana@example.org"}
    kim.post(path, shown | {"name": "Dana Rivera", "phone": "555-0199", "email": "dana@example.org"})
    client.post(path, shown | {"name": "Dana Rivera, MD", "phone": "555-0100", "email": "dana@example.org"})
    assert Election.objects.get().contact == {
        "name": "Dana Rivera, MD",
        "email": "dana@example.org",
        "phone": "555-0199",
    }


def test_what_is_sound_is_saved_though_something_else_is_not(election, client):
    path = f"/elections/{election.pk}/representative"
    told = autosave(client, path, email="robin@example.org", name="Robin")
    assert told["errors"].keys() == {"email"}
    assert Election.objects.get().contact["email"] == "dana@example.org"
    assert Election.objects.get().contact["name"] == "Robin"


def test_two_on_the_agreement(election, client, kim):
    path = f"/elections/{election.pk}/agreement/paper"
    first, second = election.members.values_list("pk", flat=True)
    typed = executed(election)
    shown = {f"initial-{name}": value for name, value in typed.items()}
    kim.post(path, shown | typed | {f"practice-{first}-signer_name": "Kai Sato"})
    mine = {f"practice-{first}-signer_name": "Lena Ott", f"practice-{second}-signer_name": "Mara Diaz"}
    answer = client.post(path, shown | typed | mine)
    assert "Kim Lee saved “Kai Sato” here" in text(answer)
    assert list(election.members.values_list("party__signer_name", flat=True)) == ["Kai Sato", "Mara Diaz"]


def test_a_page_that_adds_adds_once(election, client):
    path = f"/elections/{election.pk}/practices/add"
    fields = {"key": str(uuid.uuid4()), "name": "Old Mill", "tin_kind": "EIN", "tin": "961000003", "npis": "2000000002"}
    told = [autosave(client, path, **fields | {"name": name}) for name in ("Old", "Old Mill", "Old Mill Clinic")]
    client.post(path, fields)
    client.post(path, fields)
    added = Member.objects.get(key=fields["key"])
    assert [answer["at"] for answer in told] == [f"/elections/{election.pk}/practices/{added.pk}"] * 3
    assert (added.name, added.tin, election.members.count()) == ("Old Mill", "961000003", 3)


def test_a_page_s_key_of_another_election_changes_nothing_there(election, client):
    other = ElectionFactory(practices=(OTHER, BY_SSN))
    key = str(other.members.all()[0].key)
    assert client.post(f"/elections/{election.pk}/practices/add", {"key": key, "name": "Lakes"}).status_code == 302
    assert list(other.members.values_list("name", flat=True)) == [OTHER.name, BY_SSN.name]
    assert "Lakes" in election.members.values_list("name", flat=True)


def test_a_half_typed_number_is_kept_and_nine_digits_are_not(election, client):
    path = f"/elections/{election.pk}/practices/add"
    key = str(uuid.uuid4())
    autosave(client, path, key=key, name="Old Mill", npis="20000\n1003001041")
    assert list(Member.objects.get(key=key).clinicians.values_list("npi", flat=True)) == ["20000", "1003001041"]
    told = autosave(client, path, key=key, name="Old Mill", npis="517449638\n1003001041", tin="517449638")
    assert told["emptied"] == ["npis", "tin"]
    assert told["errors"]["npis"] == ["Entry 1 had 9 digits, so we didn’t keep it. An NPI has 10."]
    told = autosave(client, path, key=key, name="Old Mill", npis="517449638\n1003001041\n517449638")
    assert told["errors"]["npis"] == ["Entries 1 and 3 had 9 digits, so we didn’t keep them. An NPI has 10."]
    member = Member.objects.get(key=key)
    assert (member.tin, list(member.clinicians.values_list("npi", flat=True))) == ("", ["1003001041"])


def test_nine_digits_do_not_stay_when_they_are_called_an_ssn(election, group, client):
    path = f"/elections/{election.pk}/practices/{group.pk}"
    assert autosave(client, path, tin_kind="SSN", **{"initial-tin_kind": "EIN"})["saved"]
    group.refresh_from_db()
    assert (group.tin_kind, group.tin, group.tin_last4) == ("SSN", "", "")


def cells(line, **changed):
    """Return a line as its page sends it."""
    shown = {"npi": line.npi, "last_name": line.last_name, "first_name": line.first_name}
    typed = shown | changed
    was = {"was": "\t".join(shown.values())} if line.pk else {}
    return {f"line-{line.key}-{name}": value for name, value in (typed | was).items()}


def test_lines_are_changed_added_and_removed(client, election, group):
    path = f"/elections/{election.pk}/practices/{group.pk}"
    first, second = group.clinicians.all()
    added = cells(MemberClinician(npi=""), npi="1003001041", last_name="Vale")
    fields = cells(first, last_name="Name7893") | cells(second, remove="on") | added
    for _ in range(2):
        assert client.post(path, fields).status_code == 302
    assert list(group.clinicians.values_list("npi", "last_name")) == [
        ("1234567893", "Name7893"),
        ("1003001041", "Vale"),
    ]


def test_two_on_one_line(election, solo, client, kim):
    path = f"/elections/{election.pk}/practices/{solo.pk}"
    line = solo.clinicians.get()
    kim.post(path, cells(line, last_name="Sato"))
    answer = client.post(path, cells(line, last_name="Ott"))
    assert "Someone else saved “1999999992 Sato” here while you were typing." in text(answer)
    assert 'value="Ott"' in answer.content.decode()
    assert solo.clinicians.get().last_name == "Sato"
    told = autosave(client, path, **cells(line, last_name="Ott"))
    assert told["lines"][str(line.key)]["theirs"] is True
    kim.post(path, cells(solo.clinicians.get(), remove="on"))
    answer = client.post(path, cells(line, last_name="Ott"))
    assert "Someone else removed this line while you were typing." in text(answer)
    assert 'value="Ott"' in answer.content.decode()


def test_every_problem_stands_in_its_line(election, group, client):
    path = f"/elections/{election.pk}/practices/{group.pk}"
    first, second = group.clinicians.all()
    lines = [
        cells(first, last_name="Smith"),
        cells(second, npi="1558598798"),
        cells(MemberClinician(npi=""), npi="1234567893"),
        cells(MemberClinician(npi=""), last_name="Vale"),
        cells(MemberClinician(npi=""), npi="1003002965"),
        cells(MemberClinician(npi=""), npi="123-45-6789", last_name="Kim"),
    ]
    told = autosave(client, path, **{name: value for line in lines for name, value in line.items()})
    said = [" ".join(state["state"].split()) for state in told["lines"].values()]
    assert [[part.split("</strong>")[0] for part in state.split("<strong>")[1:]] for state in said] == [
        ["NAME7893, ROBIN", "NPPES has a different name for this NPI: NAME7893, ROBIN."],
        ["The last digit does not match the others. One digit might be mistyped, or two might be swapped."],
        ["NAME7893, ROBIN", "Line 1 has this NPI, too."],
        ["This line has no NPI."],
        ["Our NPPES data do not list this NPI.", "CMS data do not show this NPI under this TIN."],
        [
            "We didn’t keep what you typed for NPI. Nine digits might be someone’s Social Security number. An NPI has "
            "10 digits.",
            "This line has no NPI.",
        ],
    ]
    assert not MemberClinician.objects.filter(npi__contains="456789").exclude(npi="1234567893").exists()
    page = text(client.get(path))
    assert "CMS shows 2 clinicians under this TIN. Use this list?" in page
    assert "1558598797 NAME8797, ROBIN (not on your list yet)" in page


def test_an_ein_that_the_clinicians_listed_later_show_to_be_an_ssn_is_dropped(client, election):
    key = str(uuid.uuid4())
    tin = f"517{BY_SSN.tin}"
    client.post(f"/elections/{election.pk}/practices/add", {"key": key, "name": "R", "tin_kind": "EIN", "tin": tin})
    member = Member.objects.get(key=key)
    assert member.tin == tin
    line = cells(MemberClinician(npi=""), npi=BY_SSN.npis[0])
    answer = client.post(f"/elections/{election.pk}/practices/{member.pk}", line, follow=True)
    assert "The TIN of R might be a Social Security number, not an EIN, so we didn’t keep it." in text(answer)
    member.refresh_from_db()
    assert (member.tin, member.tin_last4, member.clinicians.count()) == ("", "", 1)


def test_a_stale_page_does_not_erase_a_tin_that_somebody_else_gave(election, solo, client, kim):
    path = f"/elections/{election.pk}/practices/{solo.pk}"
    page = client.get(path).content.decode()
    assert '<input type="hidden" name="initial-tin_kind" value="EIN"' in page
    shown = {"initial-tin_kind": "EIN", "initial-tin": "96-1000001", "initial-name": SOLO.name}
    kim.post(path, shown | {"tin_kind": "SSN", "tin": "667788", "name": SOLO.name})
    autosave(client, path, **shown, tin_kind="EIN", tin="961000001", name="Quiet")
    solo.refresh_from_db()
    assert (solo.name, solo.tin_kind, solo.tin) == ("Quiet", "SSN", "667788")


def test_the_page_that_adds_leaves_what_others_added_to_it(election, client, kim):
    path = f"/elections/{election.pk}/practices/add"
    key = str(uuid.uuid4())
    autosave(client, path, key=key, name="Old", npis="2000000002", **{"initial-npis": "", "initial-name": ""})
    member = Member.objects.get(key=key)
    new = MemberClinician(npi="")
    fields = {"name": "Old", "tin_kind": "EIN", "tin": "961000003", "initial-name": "Old", "initial-tin": ""}
    kim.post(f"/elections/{election.pk}/practices/{member.pk}", fields | cells(new, npi="1003001041"))
    shown = {"initial-npis": "2000000002", "initial-name": "Old", "initial-tin": "", "initial-tin_kind": ""}
    autosave(client, path, key=key, name="Old Mill", npis="2000000002\n1003003153", **shown)
    member.refresh_from_db()
    assert (member.name, member.tin) == ("Old Mill", "961000003")
    listed = member.clinicians.values_list("npi", flat=True)
    assert list(listed) == ["2000000002", "1003003153", "1003001041"]


def test_lines_of_a_practice_that_somebody_removed_are_not_dropped_unsaid(client, election, solo):
    path = f"/elections/{election.pk}/roster"
    new = MemberClinician(npi="")
    typed = cells(new, npi="1003001041", last_name="Vale") | {f"line-{new.key}-of": solo.pk}
    client.post(f"/elections/{election.pk}/practices/{solo.pk}/remove")
    told = autosave(client, path, **typed)
    assert told["refused"] == [
        "Someone removed a practice from the election while you were typing. "
        "These lines were not saved: 1003001041 Vale."
    ]


def test_a_refused_cell_keeps_what_stood_there(election, solo, client):
    line = solo.clinicians.get()
    typed = cells(line, npi="517449638", last_name="Sur\nname 517\n44\n9638")
    told = autosave(client, f"/elections/{election.pk}/practices/{solo.pk}", **typed)
    assert told["lines"][str(line.key)]["refused"] is True
    assert list(solo.clinicians.values_list("npi", "last_name")) == [(SOLO.npis[0], "")]


def test_after_the_deadline_a_page_that_saves_itself_says_so(election, client, set_clock):
    set_clock("2027-01-01T00:10:00-05:00")
    told = autosave(client, f"/elections/{election.pk}/virtual-group", name="Late")
    [why] = told["refused"]
    assert told["saved"] is None
    assert why.startswith(
        "The election window closed Thursday, December 31, 2026, 11:59 p.m. ET, so this election can no longer "
        "be changed."
        " To find out what you can still do, call the Quality Payment Program Service Center at "
    )
