"""Every bad file gets its sentences and changes nothing; no sentence quotes a cell."""

import gzip
import zipfile
from pathlib import Path

import pytest

from eligibility.models import DeterminationPractice, LoadRun, NppesRecord
from tests.factories.load_files import EIN, NPIS, SSN, clinician, content, nppes, practice, write

from .conftest import run

pytestmark = pytest.mark.django_db

LISTED_KINDS = "It must be one of: EIN, SSN."
MONEY = "It must be dollars, such as 90000.01: digits, a decimal point, at most 2 decimals, no sign, below a trillion."
COUNT = "It must be a whole number from 0 to 2,147,483,647, written only in digits."
YES_OR_NO = "It must be one of: Y, N."
EIN_DIGITS = "An EIN has 9 digits and nothing else."
CHECK_DIGIT = "The last digit does not match the others. One digit might be mistyped, or two might be swapped."
NO_PRACTICE = "The practices file has no practice with this kind and TIN."
ANOTHER_YEAR = "A load covers one performance year. This row has a different year than the first row."
UNKNOWN_YEAR = "We have no rules for this performance year, only for 2018 to 2032."

P, C = "practices.csv", "clinicians.csv"
OTHER = "967654321"

BAD_ROWS = {
    "a kind that is none": (
        [practice(), practice(tin=OTHER, tin_kind="ein")],
        None,
        [(P, 3, "tin_kind", LISTED_KINDS)],
    ),
    "a TIN of 40 digits": ([practice(), practice(tin="9" * 40)], None, [(P, 3, "tin", EIN_DIGITS)]),
    "an EIN with its hyphen": ([practice(), practice(tin="96-1234567")], None, [(P, 3, "tin", EIN_DIGITS)]),
    "an EIN in other digits": ([practice(), practice(tin="٩٦١٢٣٤٥٦٧")], None, [(P, 3, "tin", EIN_DIGITS)]),
    "an EIN that begins with 00": (
        [practice(), practice(tin="001234567")],
        None,
        [(P, 3, "tin", "No EIN begins with 00.")],
    ),
    "an SSN with its hyphens": (
        [practice(), practice(tin_kind="SSN", tin="123-45-6789")],
        None,
        [(P, 3, "tin", "A TIN of kind SSN has 9 digits, or only its last 6.")],
    ),
    "a practice twice": ([practice(), practice()], None, [(P, 3, "tin", "This practice is listed twice.")]),
    "a practice without clinicians": (
        [practice(), practice(tin=OTHER)],
        None,
        [(P, 3, None, "No clinician is listed under this practice.")],
    ),
    "a clinician without a practice": (None, [clinician(), clinician(tin=OTHER)], [(C, 3, "tin", NO_PRACTICE)]),
    "a clinician under the other kind": (None, [clinician(), clinician(tin_kind="SSN")], [(C, 3, "tin", NO_PRACTICE)]),
    "a clinician twice": (
        None,
        [clinician(), clinician()],
        [(C, 3, "npi", "This clinician is listed twice under this practice.")],
    ),
    "two SSN TINs nobody can tell apart": (
        [practice(tin_kind="SSN", tin=SSN), practice(tin_kind="SSN", tin="987555462")],
        [clinician(tin_kind="SSN", tin=SSN), clinician(tin_kind="SSN", tin="987555462")],
        [(C, 3, "npi", "This NPI is listed under 2 SSN TINs with the same last digits. We can’t tell them apart.")],
    ),
    "an NPI whose check digit is wrong": (None, [clinician(npi="1234567890")], [(C, 2, "npi", CHECK_DIGIT)]),
    "two performance years": (
        None,
        [clinician(), clinician(performance_year="2026", npi=NPIS[1])],
        [(C, 3, "performance_year", ANOTHER_YEAR)],
    ),
    "a year that is none": (
        [practice(performance_year="27")],
        None,
        [(P, 2, "performance_year", "It must be a year in 4 digits.")],
    ),
    "a year without parameters": (
        [practice(performance_year="2033")],
        [clinician(performance_year="2033")],
        [(P, 2, "performance_year", UNKNOWN_YEAR)],
    ),
    "a name that is too long": (
        [practice(name="x" * 201)],
        None,
        [(P, 2, "name", "It is longer than 200 characters.")],
    ),
    "a name with a TIN in it": (
        [practice(name="Smith 123-45-6789")],
        None,
        [(P, 2, "name", "It contains 9 digits in a row, like a TIN. Remove them.")],
    ),
    "a name with a tab": ([practice(name="Smith\tLLC")], None, [(P, 2, "name", "It contains a control character.")]),
    "figures that are none": (
        [practice(allowed_charges="-1", patients="1.5", services="2147483648")],
        None,
        [(P, 2, "allowed_charges", MONEY), (P, 2, "patients", COUNT), (P, 2, "services", COUNT)],
    ),
    "cells that may not be empty": (
        None,
        [clinician(newly_enrolled="", qp_status="", hpsa="", rural="yes")],
        [
            (C, 2, "qp_status", "It must be one of: none, partial, qp."),
            (C, 2, "newly_enrolled", YES_OR_NO),
            (C, 2, "rural", YES_OR_NO),
            (C, 2, "hpsa", YES_OR_NO),
        ],
    ),
}


def problems(found: LoadRun) -> list[tuple[str, int, str, str]]:
    return [(entry["file"], entry["line"], entry["column"], entry["problem"]) for entry in found.errors]


def refused(count: int) -> str:
    return f"Nothing was loaded and nothing changed: {count} problem{'s' if count > 1 else ''} in the files."


@pytest.mark.parametrize("name", BAD_ROWS)
def test_bad_rows(name, load) -> None:
    practices, clinicians, expected = BAD_ROWS[name]
    load([practice(patients="7")])
    said = load(practices, clinicians)
    found = LoadRun.objects.get(status="failed")
    assert problems(found) == expected
    assert found.error_count == sum(entry["count"] for entry in found.error_counts) == len(expected)
    assert (said.status, said.out, said.err[-1]) == (1, "", refused(len(expected)))
    file, line, column, sentence = expected[0]
    assert said.err[0] == f"{file}, line {line}{f', {column}' if column else ''}: {sentence}"
    assert list(LoadRun.objects.filter(status="active").values_list("counts", flat=True)) == [
        {"practices": 1, "clinicians": 1}
    ]
    assert list(DeterminationPractice.objects.values_list("patients", flat=True)) == [7]


GOOD_HEADER = ",".join(practice())
GOOD_ROW = ",".join(practice().values())
GOOD = content(practice())
BROKEN_QUOTES = "A quotation mark is not closed, or is in the wrong place. A cell cannot contain a line break."
NOT_UTF8 = "The line is not UTF-8. Save the file as CSV in UTF-8."
LACKS_ALL = "performance_year, tin, tin_kind, name, allowed_charges, patients, services"

BAD_FILES = {
    "empty": ("p.csv", b"", [(None, None, "The file is empty.")]),
    "only a header": ("p.csv", GOOD_HEADER.encode(), [(None, None, "The file has a header but no rows.")]),
    "a header and empty rows": (
        "p.csv",
        GOOD_HEADER.encode() + b'\r\n,,,,,,\r\n\r\n \t\r\n , , \r\n,"  ",\xc2\xa0,,,,\r\n',
        [(None, None, "The file has a header but no rows.")],
    ),
    "no header": ("p.csv", GOOD_ROW.encode(), [(1, None, f"The header lacks {LACKS_ALL}. It must be the first line.")]),
    "a column missing": (
        "p.csv",
        GOOD.replace(b",tin_kind", b",kind"),
        [(1, None, "The header lacks tin_kind. It must be the first line.")],
    ),
    "columns unknown": (
        "p.csv",
        b"sex,961234567," + GOOD,
        [(1, None, "The header has unknown columns: sex, number 2.")],
    ),
    "a column twice": ("p.csv", b"tin," + GOOD, [(1, None, "The header names tin twice.")]),
    "Latin-1": ("p.csv", GOOD.replace(b"Lakeside", b"L\xe9k"), [(2, None, NOT_UTF8)]),
    "UTF-16": ("p.csv", "a,b\n".encode("utf-16"), [(1, None, NOT_UTF8)]),
    "a NUL byte": ("p.csv", GOOD.replace(b"Lakeside", b"Lake\0side"), [(2, None, "The line contains a NUL byte.")]),
    "a quotation mark not closed": ("p.csv", GOOD.replace(b"Lakeside", b'"Lakeside'), [(2, None, BROKEN_QUOTES)]),
    "a line break in a cell": (
        "p.csv",
        GOOD.replace(b"Lakeside Family Medicine", b'"Lakeside\nFamily"'),
        [(2, None, BROKEN_QUOTES), (3, None, "The line has more or fewer cells than the header.")],
    ),
    "a cell too many": (
        "p.csv",
        GOOD.replace(b"Lakeside", b"Lake,side"),
        [(2, None, "The line has more or fewer cells than the header.")],
    ),
    "a line too long": ("p.csv", GOOD + b"x" * 200_000 + b"\n", [(3, None, "The line is longer than 65,536 bytes.")]),
    "gzip cut off": (
        "p.csv.gz",
        gzip.compress(GOOD)[:-12],
        [(None, None, "The file is incomplete. It was cut off while it was copied. Copy it again.")],
    ),
    "no gzip": ("p.csv.gz", GOOD, [(None, None, "The file is damaged, or it isn’t an archive. Copy it again.")]),
}
BEHIND = [(2, "tin", NO_PRACTICE)]  # the clinician whose practice could not be read


@pytest.mark.parametrize("name", BAD_FILES)
def test_bad_files(name, tmp_path) -> None:
    file_name, content, expected = BAD_FILES[name]
    path = tmp_path / file_name
    path.write_bytes(content)
    said = run("load_determinations", path, write(tmp_path / "clinicians.csv", [clinician()]))
    found = LoadRun.objects.get()
    mine = [(entry["line"], entry["column"], entry["problem"]) for entry in found.errors if entry["file"] == file_name]
    assert mine == expected
    others = [(entry["line"], entry["column"], entry["problem"]) for entry in found.errors if entry["file"] == C]
    assert others in (BEHIND, [])
    assert (found.status, said.status, said.err[-1]) == ("failed", 1, refused(found.error_count))
    assert DeterminationPractice.objects.count() == 0


def test_no_file(tmp_path) -> None:
    said = run("load_determinations", tmp_path / "123456789.csv", tmp_path)
    assert said == (1, "", ["•••.csv cannot be opened: no such file or directory."])
    assert LoadRun.objects.count() == 0


def test_the_first_thousand_by_line_and_the_counts_of_all(load) -> None:
    twice = [practice(tin=OTHER, patients="x" if line % 2 else "1") for line in range(3_000)]
    said = load([practice(), *twice], [clinician(hpsa="?"), clinician(npi=NPIS[1], hpsa="?")])
    found = LoadRun.objects.get()
    assert [entry["line"] for entry in found.errors] == sorted(entry["line"] for entry in found.errors)
    assert (len(found.errors), found.errors[0]["problem"]) == (1_000, "No clinician is listed under this practice.")
    assert [(entry["file"], entry["column"], entry["count"]) for entry in found.error_counts] == [
        (P, "tin", 2_999),
        (P, "patients", 1_500),
        (C, "hpsa", 2),
        (P, None, 1),
    ]
    assert found.error_count == 4_502
    assert said.err[1_000:1_003] == [
        "",
        "All problems (4,502):",
        "    2,999  practices.csv, tin: This practice is listed twice.",
    ]


def zipped(path: Path, *names: str) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, content(nppes()))
    return path


def test_a_zip_as_published(tmp_path) -> None:
    members = ("npidata_pfile_20261102-20261108.csv", "npidata_pfile_20261102-20261108_fileheader.csv")
    beside = ("othername_pfile_x.csv", "pl_pfile_x.csv", "endpoint_pfile_x.csv", "Readme.pdf")
    hidden = (f"__MACOSX/._{members[0]}", "__MACOSX/x.csv", ".hidden/x.csv", "folder/.x.csv")
    of_windows = (r"\__MACOSX\._a.csv", "folder\\", r"folder\.x.csv", r"folder\pl_pfile_x.csv")
    assert run("load_nppes", zipped(tmp_path / "NPPES.zip", *members, *beside, *hidden, *of_windows)).status == 0
    assert NppesRecord.objects.get().npi == NPIS[0]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (("a.csv", "b.csv"), "The zip file must contain 1 file to load. It contains 2."),
        ((), "The zip file must contain 1 file to load. It contains 0."),
        (("__MACOSX/._a.csv",), "The zip file must contain 1 file to load. It contains 0."),
        (("./a.csv", "b/../c.csv"), "The zip file must contain 1 file to load. It contains 2."),
        (b"PK no zip", "The file is damaged, or it isn’t an archive. Copy it again."),
    ],
)
def test_bad_zips(content, sentence, tmp_path) -> None:
    path = tmp_path / "nppes.zip"
    path.write_bytes(content) if isinstance(content, bytes) else zipped(path, *content)
    said = run("load_nppes", path)
    assert said.err[0] == f"nppes.zip: {sentence}"
    assert (said.status, said.err[-1]) == (1, refused(1))
    assert NppesRecord.objects.count() == 0


def test_bad_nppes_rows(load_nppes) -> None:
    said = load_nppes(
        nppes(),
        nppes(),
        nppes("1234567890"),
        nppes(NPIS[1], Entity_Type_Code="3", NPI_Deactivation_Date="2026-01-31", NPI_Reactivation_Date="02/30/2026"),
    )
    file = "npidata_pfile_20261108.csv"
    assert [(file, *problem[1:]) for problem in problems(LoadRun.objects.get())] == [
        (file, 3, "NPI", "This NPI is listed twice."),
        (file, 4, "NPI", CHECK_DIGIT),
        (file, 5, "Entity Type Code", "It must be 1 (a person), 2 (an organization) or empty."),
        (file, 5, "NPI Deactivation Date", "It must be a date written as MM/DD/YYYY, or empty."),
        (file, 5, "NPI Reactivation Date", "It must be a date written as MM/DD/YYYY, or empty."),
    ]
    assert said.err[-1] == refused(5)
    assert NppesRecord.objects.count() == 0


@pytest.mark.parametrize("tin", [EIN, SSN])
def test_no_sentence_quotes_a_tin(tin, load) -> None:
    kind = "EIN" if tin == EIN else "SSN"
    bad = {"tin": tin, "tin_kind": kind}
    said = load(
        [practice(**bad), practice(**bad), practice(tin=f"{tin}0"), practice(name=tin, tin=OTHER)],
        [clinician(npi=tin), clinician(**bad), clinician(clinician_type=tin), clinician(patients=f"{tin}00000")],
    )
    assert said.status == 1
    assert tin not in "".join(said.err)
    assert tin not in str(LoadRun.objects.values())
