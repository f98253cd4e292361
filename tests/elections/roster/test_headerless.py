"""Lists without a header line, NPIs that run together, and the practice that such a list is for."""

import pytest

from elections.models import Member, MemberClinician
from elections.roster.reading import ReadRoster, read_file, read_text
from elections.roster.tables import RosterUnreadable
from tests.factories.elections import ElectionFactory
from tests.factories.practices import GROUP, OTHER, SOLO
from tests.pages import text

from .test_reading import listed, workbook

A, B, C, D = "1234567893", "1558598797", "2000000002", "1999999992"
ALONE = "There is no header line, so we read the numbers as the NPIs of one practice."
COLUMNS = (
    "There is no header line. We read column 1 as the practice name, column 2 as the kind of TIN, column 3 as the TIN"
)
LEFT_OUT = "left out, because there is no TIN and no NPI."


def read(content: str | bytes) -> ReadRoster:
    return read_file(content, ssn_digits=6) if isinstance(content, bytes) else read_text(content, ssn_digits=6)


@pytest.mark.parametrize(
    ("content", "notes"),
    [
        (f"{A}\n{B}\n{C}\n", [ALONE]),
        (f"{A}{B}{C}", [ALONE]),
        (f"{A} {B};{C}", [ALONE]),
        (f"{A}, {B},\n{C}", [ALONE]),
        (f"{A}\t{B}\r\n{C}", [ALONE]),
        (f"NPI\n{A}\n{B}{C}\n", [ALONE]),
        (f"1. {A}\n2. {B}\n3. {C}\n", [ALONE]),
        (f"NPI{A}NPI{B} | {C}", [ALONE]),
        (workbook((int(A),), (B,), (float(C),)), [ALONE]),
        (f"Our clinicians\n{A}\n{B}\n{C}\nThanks!", [ALONE, f"Lines 1 and 5: {LEFT_OUT}"]),
        (
            f"Robin Vale, {A}\nSam Okafor, {B}\nDana Moss, {C}\n",
            [ALONE, "Lines 1 to 3: we left out the words next to the NPI."],
        ),
        (
            f"{A}\n517-44-9638\n{B}\n{C}",
            [ALONE, "Line 2: the NPI has 9 digits that might be someone’s Social Security "],
        ),
    ],
)
def test_npis_alone_need_no_header(content, notes):
    found = read(content)
    assert [line.npi for practice in found.practices for line in practice.lines] == [A, B, C]
    assert found.is_of_one
    assert len(found.practices) == 1
    assert [note[: len(expected)] for note, expected in zip(found.notes, notes, strict=True)] == notes


def test_what_is_no_npi_stays_with_its_line_to_be_looked_at():
    found = read(f"{A}{B}\n{A}{B[:-1]}6\n{C}\n12345\n")
    assert [line.npi for line in found.practices[0].lines] == [A, B, f"{A}{B[:-1]}6", C, "12345"]


@pytest.mark.parametrize("separator", ["\t", ",", ";"])
def test_columns_are_told_by_what_stands_in_them(separator):
    rows = (
        ("Lakeside", "EIN", "96-1000002", A, "Vale", "Robin"),
        ("", "", "", B, "Moss", "Dana"),
        ("Old Mill", "ein", "961000003", C, "", ""),
    )
    content = "\n".join(separator.join(row) for row in rows)
    for found in (read(content), read(workbook(*rows))):
        assert listed(found) == [("Lakeside", "EIN", "961000002", [A, B]), ("Old Mill", "EIN", "961000003", [C])]
        assert [(line.last_name, line.first_name) for line in found.practices[0].lines] == [
            ("Vale", "Robin"),
            ("Moss", "Dana"),
        ]
        assert not found.is_of_one
        assert found.notes == [
            f"{COLUMNS}, column 4 as the NPI, column 5 as the last name, column 6 as the first name. Check them.",
            "Line 2: no practice is named, so we used the practice above.",
        ]


def test_a_column_that_is_not_understood_is_named():
    found = read(f"1\tLakeside\t961000002\t{A}\tcardiology\n2\tLakeside\t961000002\t{B}\tcardiology\n")
    assert listed(found) == [("Lakeside", "", "961000002", [A, B])]
    assert "The column “5” is not used." in found.notes


def test_a_full_ssn_in_a_list_without_header_is_not_kept():
    found = read(f"Rivera\tSSN\t517-44-9638\t{A}\nSol\tSSN\t667788\t{B}\n")
    assert listed(found) == [("Rivera", "SSN", "", [A]), ("Sol", "SSN", "667788", [B])]
    assert "517" not in repr(found.practices)


def test_a_header_that_names_clinicians_alone():
    found = read(f"NPI,Last name,First name\n{A},Vale,Robin\n{B},Moss,Dana\n")
    assert found.is_of_one
    assert [line.last_name for line in found.practices[0].lines] == ["Vale", "Moss"]
    assert found.notes == ["The list names no practice."]


@pytest.mark.parametrize("content", ["961000002\n961000003", f"96-1000002 {A}\n96-1000003 {B}", "12345\n67890"])
def test_numbers_that_could_be_anything_are_not_guessed(content):
    with pytest.raises(RosterUnreadable, match=r"We didn’t find a header line\."):
        read(content)


@pytest.fixture
def election(cms_data):
    return ElectionFactory(practices=(SOLO, GROUP))


def npis_of(election, name):
    return list(Member.objects.get(election=election, name=name).clinicians.values_list("npi", flat=True))


def test_it_is_asked_whose_the_clinicians_are(client, election):
    path = f"/elections/{election.pk}/roster/import"
    asked = client.post(path, {"text": f"{OTHER.npis[0]}{OTHER.npis[1]}"})
    told = text(asked)
    assert "Which practice are these clinicians for?" in told
    assert "Your list has 2 clinicians and names no practice." in told
    assert MemberClinician.objects.filter(npi__in=OTHER.npis).count() == 0
    sealed = asked.context["form"]["sealed"].value()
    assert "Choose a practice." in text(client.post(path, {"sealed": sealed}))
    solo = election.members.get(name=SOLO.name).pk
    other_election = ElectionFactory(practices=(OTHER,))
    wrong = other_election.members.get().pk
    assert client.post(path, {"sealed": sealed, "practice": wrong}).status_code == 200
    answer = client.post(path, {"sealed": sealed, "practice": solo}, follow=True)
    assert answer.redirect_chain[-1][0] == f"/elections/{election.pk}/practices/{solo}"
    assert npis_of(election, SOLO.name) == [*SOLO.npis, *OTHER.npis]
    client.post(path, {"sealed": sealed, "practice": "new"})
    assert npis_of(election, "") == list(OTHER.npis)
    client.post(path, {"sealed": sealed, "practice": solo})
    assert npis_of(election, SOLO.name) == [*SOLO.npis, *OTHER.npis], "sent twice, added once"


def test_from_a_practice_s_page_nothing_is_asked(client, election):
    pk = election.members.get(name=GROUP.name).pk
    page = client.get(f"/elections/{election.pk}/practices/{pk}").content.decode()
    path = f"/elections/{election.pk}/roster/import?practice={pk}"
    assert f'href="{path}"' in page
    assert f"We add them to {GROUP.name}" in text(client.get(path))
    answer = client.post(path, {"text": "\n".join(OTHER.npis)}, follow=True)
    assert answer.redirect_chain[-1][0] == f"/elections/{election.pk}/practices/{pk}"
    assert npis_of(election, GROUP.name) == [*GROUP.npis, *OTHER.npis]
    for made_up in ("0", "x", "9" * 30):
        assert client.get(f"/elections/{election.pk}/roster/import?practice={made_up}").status_code == 200


def test_a_practice_that_was_removed_meanwhile(client, election):
    path = f"/elections/{election.pk}/roster/import"
    sealed = client.post(path, {"text": OTHER.npis[0]}).context["form"]["sealed"].value()
    solo = election.members.get(name=SOLO.name).pk
    client.post(f"/elections/{election.pk}/practices/{solo}/remove")
    assert client.post(path, {"sealed": sealed, "practice": solo}).status_code == 200
    assert MemberClinician.objects.filter(npi=OTHER.npis[0]).count() == 0
