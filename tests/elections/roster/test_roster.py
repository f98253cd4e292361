"""A list taken over, mended all at once, undone, and handed out again."""

import io
import zipfile
from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from python_calamine import CalamineWorkbook

from agreements.models import Party
from elections.models import Member, MemberClinician
from elections.roster.workbooks import HEADER
from eligibility.models import NppesRecord
from ground import clock
from tests.factories.elections import ElectionFactory, ElectionRoleFactory
from tests.factories.people import signed_in
from tests.factories.practices import BY_SSN, GROUP, OTHER, SOLO
from tests.pages import text

pytestmark = pytest.mark.django_db
HEAD = "practice name,tin kind,tin,npi,last name,first name\n"


@pytest.fixture
def election(cms_data):
    return ElectionFactory(practices=())


def paste(client, election, text, **fields):
    return client.post(f"/elections/{election.pk}/roster/import", {"text": text} | fields, follow=True)


def rows_of(*practices):
    return HEAD + "".join(f"{made.name},{made.kind},{made.tin},{npi},,\n" for made in practices for npi in made.npis)


def listed(election):
    return [
        (member.name, member.tin_kind, str(member.tin), list(member.clinicians.values_list("npi", flat=True)))
        for member in election.members.all()
    ]


WHOLE = [(made.name, made.kind, made.tin, list(made.npis)) for made in (GROUP, OTHER)]


def test_a_pasted_list_is_taken_over_once(client, election):
    answer = paste(client, election, rows_of(GROUP, OTHER))
    assert "We added 2 practices and 4 clinicians from your list." in text(answer)
    assert listed(election) == WHOLE
    answer = paste(client, election, rows_of(GROUP, OTHER))
    assert "We added 0 practices and 0 clinicians from your list. 4 clinicians were already listed." in text(answer)
    assert listed(election) == WHOLE


def test_a_file_is_read_and_kept_nowhere(client, election, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)
    content = rows_of(GROUP) + f"Dana Rivera,SSN,517{BY_SSN.tin},{BY_SSN.npis[0]}\n"
    answer = paste(client, election, "", file=SimpleUploadedFile("517-44-9638.csv", content.encode()))
    assert "Line 4: the TIN is more of a Social Security number than we need, so we didn’t keep it." in text(answer)
    assert [(name, tin) for name, _, tin, _ in listed(election)] == [(GROUP.name, GROUP.tin), ("Dana Rivera", "")]
    assert list(tmp_path.iterdir()) == []
    assert "517-44" not in answer.content.decode()
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(t::text, ' ') FROM elections_rosterstep t")
        assert f"517{BY_SSN.tin}" not in cursor.fetchone()[0]


def test_kinds_are_asked_and_nothing_is_kept_before_the_answer(client, election):
    ssn = f"517{BY_SSN.tin}"
    dana = f"Dana,{BY_SSN.tin},{BY_SSN.npis[0]}"
    pasted = f"practice,tin,npi\nLakeside,961000002,1234567893\n{dana}\nR,{ssn},1558598797\n"
    path = f"/elections/{election.pk}/roster/import"
    asked = client.post(path, {"text": pasted})
    page = asked.content.decode()
    assert "What kind of number is each TIN?" in page
    assert [digits for digits in ("961000002", ssn, BY_SSN.tin) if digits in page] == []
    assert Member.objects.count() == 0
    sealed = asked.context["form"]["sealed"].value()
    assert "Choose EIN or SSN." in client.post(path, {"sealed": sealed, "kind-0": "EIN"}).content.decode()
    answer = client.post(path, {"sealed": sealed, "kind-0": "EIN", "kind-1": "SSN", "kind-2": "SSN"}, follow=True)
    assert "Line 4: the TIN is more of a Social Security number than we need" in text(answer)
    assert [(name, kind, tin) for name, kind, tin, _ in listed(election)] == [
        ("Lakeside", "EIN", "961000002"),
        ("Dana", "SSN", BY_SSN.tin),
        ("R", "SSN", ""),
    ]


def test_a_sealed_list_opens_for_its_person_its_election_and_an_hour(client, election, monkeypatch):
    path = f"/elections/{election.pk}/roster/import"
    pasted = "practice,tin,npi\nLakeside,961000002,1234567893\n"
    sealed = client.post(path, {"text": pasted}).context["form"]["sealed"].value()
    kim = ElectionRoleFactory(election=election, kind="collaborator").user
    answer = signed_in(kim).post(path, {"sealed": sealed, "kind-0": "EIN"}, follow=True)
    assert "The list expired after an hour" in text(answer)
    later = clock.now() + timedelta(hours=1, seconds=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    for tried in (sealed, sealed[:-4] + "AAAA", "x"):
        answer = client.post(path, {"sealed": tried, "kind-0": "EIN"}, follow=True)
        assert "The list expired after an hour" in text(answer)
    assert Member.objects.count() == 0


def test_an_ssn_called_an_ein_is_dropped_where_cms_data_know_it(client, election):
    answer = paste(client, election, HEAD + f"R,EIN,517{BY_SSN.tin},{BY_SSN.npis[0]},,\n")
    assert "Line 2: the TIN might be a Social Security number, not an EIN, so we didn’t keep it." in text(answer)
    assert [(tin, npis) for _, _, tin, npis in listed(election)] == [("", list(BY_SSN.npis))]


def test_what_cannot_be_read_is_said_and_never_shown_again(client, election):
    answer = paste(client, election, "Lakeside 517-44-9638")
    assert "We didn’t find a header line." in text(answer)
    assert "We don’t show what you pasted again" in text(answer)
    assert "44-9638" not in answer.content.decode()
    answer = paste(client, election, "", file=SimpleUploadedFile("list.xlsx", b"x" * 2_700_000))
    assert "The file is larger than 2.5 MB." in text(answer)


def test_what_was_said_of_an_added_practice_since_is_not_undone(client, election):
    paste(client, election, rows_of(GROUP, OTHER))
    Party.objects.filter(member__name=OTHER.name).update(signer_name="Sam Okafor")
    assert "Undo this" not in client.get(f"/elections/{election.pk}/roster").content.decode()
    assert "There is nothing to undo" in text(client.post(f"/elections/{election.pk}/roster/undo", follow=True))
    assert listed(election) == WHOLE


@pytest.mark.parametrize(
    ("typed", "is_meant"),
    [("1558598796", True), ("15585987977", True), ("1558598779", True), ("1558589897", False), ("1234567894", False)],
)
def test_a_slip_is_told_with_the_npi_that_is_meant(client, election, typed, is_meant):
    paste(client, election, rows_of(replace(GROUP, npis=(GROUP.npis[0], typed))))
    told = text(client.get(f"/elections/{election.pk}/roster"))
    assert ("Did you mean 1558598797? CMS data show that NPI under this TIN." in told) == is_meant


def test_saving_shows_the_same_lines_again(client, election):
    paste(client, election, rows_of(GROUP))
    assert client.post(f"/elections/{election.pk}/roster?show=problems", {})["Location"].endswith("?show=problems")
    whole = client.post(f"/elections/{election.pk}/roster", {})
    assert whole["Location"] == f"/elections/{election.pk}/next?after=practices"


def test_replacing_undo_and_undo_no_more(client, election):
    paste(client, election, rows_of(GROUP, OTHER))
    pasted = HEAD + f"{GROUP.name},EIN,{GROUP.tin},1003001041,Vale,Robin\nNew,EIN,961000009,1003003153,,\n"
    paste(client, election, pasted, replaces="yes")
    assert listed(election) == [
        (GROUP.name, "EIN", GROUP.tin, ["1003001041"]),
        WHOLE[1],
        ("New", "EIN", "961000009", ["1003003153"]),
    ]
    assert "Undo this" in client.get(f"/elections/{election.pk}/roster").content.decode()
    undone = client.post(f"/elections/{election.pk}/roster/undo", follow=True)
    assert "Undone. The roster is as it was before." in text(undone)
    assert listed(election) == WHOLE
    assert "There is nothing to undo" in text(client.post(f"/elections/{election.pk}/roster/undo", follow=True))
    paste(client, election, pasted)
    MemberClinician.objects.filter(npi="1003003153").update(last_name="Ott")
    assert "Undo this" not in client.get(f"/elections/{election.pk}/roster").content.decode()


def test_mending_all_of_a_kind(client, election):
    NppesRecord.objects.filter(npi="1234567893").update(last_name="VALE", first_name="ROBIN")
    first, second = GROUP.npis
    pasted = HEAD + "".join(
        f"{GROUP.name},EIN,{GROUP.tin},{npi},{names}\n"
        for npi, names in ((first, "Valle,Robin"), (first, "Vale,R."), ("", "Kim,Lee"), (OTHER.npis[0], ","))
    )
    paste(client, election, pasted)
    path = f"/elections/{election.pk}/roster"
    assert client.get(path).context["fixes"] == [
        ("name", "Use the names NPPES has", 1),
        ("twice", "Remove duplicate lines", 1),
        ("no-npi", "Remove the lines without an NPI", 1),
        ("missing", "Add the clinicians CMS shows", 1),
    ]
    for fix, was_done in (
        ("name", "NPPES names used in 1 line"),
        ("twice", "Duplicates removed: 1 line"),
        ("no-npi", "1 line without an NPI removed"),
        ("missing", "1 clinician added from CMS data"),
    ):
        said = text(client.post(f"{path}/fix", {"fix": fix}, follow=True))
        assert f"{was_done}. " in said
        assert f"{was_done}. By Dana Rivera, Dec 1, 2026, 10:00 a.m. ET." in said
    lines = election.members.get().clinicians.values_list("npi", "last_name")
    assert list(lines) == [(first, "VALE"), (OTHER.npis[0], ""), (second, "")]
    assert client.get(path).context["fixes"] == []
    assert "No lines have that problem now." in text(client.post(f"{path}/fix", {"fix": "twice"}, follow=True))


def test_only_what_is_to_look_at(client, election):
    paste(client, election, rows_of(GROUP, OTHER) + f"{GROUP.name},EIN,{GROUP.tin},12345,,\n")
    page = client.get(f"/elections/{election.pk}/roster?show=problems").content.decode()
    assert 'value="12345"' in page
    assert 'value="1234567893"' not in page
    assert OTHER.name not in page


def rows_in(answer, sheet=0):
    """Return the rows of a sheet of the workbook that is answered."""
    return CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(sheet).to_python()


def test_the_list_goes_out_as_it_came_in(client, election):
    paste(client, election, rows_of(GROUP) + "Zero First,EIN,012345678,1003003153,=SUM(1),Robin\n")
    answer = client.get(f"/elections/{election.pk}/roster/roster.xlsx")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="roster-2027.xlsx"'
    assert rows_in(answer) == [
        list(HEADER),
        *([GROUP.name, "EIN", GROUP.tin, npi, "", ""] for npi in GROUP.npis),
        ["Zero First", "EIN", "012345678", "1003003153", "=SUM(1)", "Robin"],
    ]
    with zipfile.ZipFile(io.BytesIO(answer.content)) as book:
        assert b"<f>" not in book.read("xl/worksheets/sheet1.xml")
    before = listed(election)
    Member.objects.all().delete()
    paste(client, election, "", file=SimpleUploadedFile("roster.xlsx", answer.content))
    assert listed(election) == before


def test_an_empty_list_says_how_to_fill_it_in(client, election):
    answer = client.get(f"/elections/{election.pk}/roster/template.xlsx")
    assert rows_in(answer) == [list(HEADER)]
    assert rows_in(answer, 1)[4] == [
        "npi: the clinician’s own 10 digits. List everyone who bills under the TIN, MIPS eligible or not, "
        "and those who left but billed under it from Oct 1, 2025 to Sep 30, 2026."
    ]


@pytest.mark.parametrize("rows", [1, 3])
def test_roster(client, election, rows, django_assert_num_queries):
    paste(client, election, rows_of(*(SOLO, GROUP, OTHER)[:rows]))
    with django_assert_num_queries(20):
        page = client.get(f"/elections/{election.pk}/roster").content.decode()
    assert page.count("<h2>\n            <a") == rows


def test_nobody_tries_out_ssns_with_lists(client, election):
    npi = BY_SSN.npis[0]
    guesses = "".join(f"P{number},EIN,5176{number:05},{npi},,\n" for number in range(51))
    told = text(paste(client, election, HEAD + guesses))
    assert "Nothing was saved. You listed more TINs than we can check for one account in a day." in told
    empty = "".join(f"P{number},EIN,5176{number:05},,,\n" for number in range(60))
    paste(client, election, HEAD + empty + f"R,EIN,517{BY_SSN.tin},,,\n")
    lines: dict[str, object] = {}
    for member in election.members.all():
        line = MemberClinician(npi=npi)
        lines |= {f"line-{line.key}-npi": npi, f"line-{line.key}-of": member.pk}
    answer = client.post(f"/elections/{election.pk}/roster", lines, follow=True)
    assert "You listed more TINs than we can check for one account in a day." in text(answer)
    assert MemberClinician.objects.count() == 0


def test_an_ein_is_dropped_where_the_clinician_was_listed_before(client, election):
    paste(client, election, HEAD + f"R,,,{BY_SSN.npis[0]},,\n")
    paste(client, election, HEAD + f"R,EIN,517{BY_SSN.tin},,,\n")
    assert [(name, tin) for name, _, tin, _ in listed(election)] == [("R", "")]
