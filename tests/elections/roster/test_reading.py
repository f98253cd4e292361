"""Every bad file of the list, and every way in which people write a roster: what is read, and what is said."""

import io
import zipfile

import pytest
import xlsxwriter

from elections.roster.reading import ReadRoster, read_file, read_text
from elections.roster.tables import RosterUnreadable

HEADER = "practice name,tin kind,tin,npi,last name,first name\n"
FULL_SSN = "517-44-9638"


def read(content: str | bytes) -> ReadRoster:
    return read_file(content.encode() if isinstance(content, str) else content, ssn_digits=6)


def workbook(*rows, formulas=(), merge=None, macro=False, hidden_row=None, name=None, others=()) -> bytes:
    """Return a workbook; `others` are sheets behind the first: a name, whether it is hidden, and rows."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
        sheet = book.add_worksheet(name)
        for y, row in enumerate(rows):
            for x, value in enumerate(row):
                if (y, x) in formulas:
                    sheet.write_formula(y, x, value, None, 961000002)
                else:
                    sheet.write(y, x, value)
        if merge:
            sheet.merge_range(*merge)
        if hidden_row:
            sheet.set_row(hidden_row, None, None, {"hidden": True})
        for title, is_hidden, its_rows in others:
            other = book.add_worksheet(title)
            for y, row in enumerate(its_rows):
                other.write_row(y, 0, row)
            if is_hidden:
                other.hide()
    if macro:
        with zipfile.ZipFile(content, "a") as archive:
            archive.writestr("xl/vbaProject.bin", b"macro")
    return content.getvalue()


def listed(found: ReadRoster) -> list[tuple[str, str, str, list[str]]]:
    return [
        (practice.name, practice.tin_kind, practice.tin, [line.npi for line in practice.lines])
        for practice in found.practices
    ]


A, B, C, D = "1234567893", "1558598797", "2000000002", "1999999992"
LAKESIDE = [("Lakeside", "EIN", "961000002", [A, B])]
ROWS = (("Practice name", "TIN kind", "TIN", "NPI"), *(("Lakeside", "EIN", "961000002", npi) for npi in (A, B)))
ROW = "Lakeside,EIN,961000002"
LINES = f"{ROW},{A}\n{ROW},{B}\n"
WRITTEN: dict[str, str | bytes] = {
    "commas": HEADER + f"Lakeside,EIN,96-1000002,{A}\nLakeside,ein,961000002,1558 598 797\n",
    "semicolons": f"GROUP_NAME;Tin Type;Tax ID;NPI Number\nLakeside;Ein;96 1000002;{A}\nLakeside;EIN;961000002;{B}\n",
    "tabs, and a line of the practice above": f"Practice\tkind\tEIN\tnpi\nLakeside\tE\t961000002\t{A}\n\t\t\t{B}\n",
    "a title above": "Harbor Group, list of 2026\n\n" + HEADER + LINES.rstrip(),
    "the header twice and thrice": HEADER + HEADER + f"{ROW},{A}\n" + HEADER + f"{ROW},{B}\n\n,,,\n",
    "another order": f"npi,tin,tin kind,practice\n{A},961000002,EIN,Lakeside\n{B},961000002,EIN,\n",
    "two header lines": "practice,,clinician\npractice,tin kind,tin,npi\n" + LINES,
    "a byte order mark": (HEADER + LINES).encode("utf-8-sig"),
    "UTF-16": (HEADER + LINES).encode("utf-16"),
    "a workbook": workbook(*ROWS),
    "numbers": workbook(ROWS[0], ("Lakeside", "EIN", 961000002, float(A)), ("Lakeside", "EIN", "96-1000002", int(B))),
    "a workbook with a title": workbook(("Harbor Group",), (), *ROWS),
    "macros": workbook(*ROWS, macro=True),
    "merged cells": workbook(*ROWS[:2], ("", "EIN", "961000002", B), merge=(1, 0, 2, 0, "Lakeside")),
}


@pytest.mark.parametrize("written", WRITTEN)
def test_a_roster_is_read_however_it_is_written(written):
    assert listed(read(WRITTEN[written])) == LAKESIDE


def test_windows_1252():
    found = read((HEADER + "Clínica Niño,EIN,961000002,1234567893,Muñoz,José").encode("cp1252"))
    assert (found.practices[0].name, found.practices[0].lines[0].last_name) == ("Clínica Niño", "Muñoz")


def test_leading_zeros_come_back():
    rows = (("A", "EIN", 12345678, int(A)), ("B", "SSN", 4321, int(B)), ("C", "SSN", "012345", ""))
    found = read(workbook(ROWS[0], *rows))
    assert [(practice.tin_kind, practice.tin) for practice in found.practices] == [
        ("EIN", "012345678"),
        ("SSN", "004321"),
        ("SSN", "012345"),
    ]
    assert found.notes == []
    found = read(HEADER + "A,EIN,12345678,1234567893")
    assert found.practices[0].tin == "012345678"
    assert found.notes == ["Line 2: the EIN had 8 digits. We put back the zero that spreadsheets drop. Check it."]


OPEN = f"Practice\tkind\tTIN\tNPI\tlast name\tfirst name\nLakeside\tEIN\t961000002\t{A}"
LAST_YEAR = (ROWS[0], ("Riverside", "EIN", "961000003", C))
EXCHANGED = "Lines 2 and 3: the TIN and the NPI were in each other’s columns. We switched them. Check them."
TO_THE_RIGHT = "text to the right of the last column was not read."
TOTALS = f"{ROW},{A}; {B}\nTotal clinicians,,,2\nGrand total,,,,,2\n"
READ_ME = ("Read me", False, [["Please fill in"]])


@pytest.mark.parametrize(
    ("content", "notes"),
    [
        # the same TIN, its zero lost in some rows
        (HEADER + f"Lakeside,EIN,012345678,{A}\nLakeside,EIN,12345678,{B}\n", []),
        (f"practice,TIN,NPI\nLakeside,12345678,{A}\nLakeside,01-2345678,{B}\n", []),
        # several NPIs in a cell, or in columns
        (HEADER + f"{ROW},{A}; {B}\n", []),
        (HEADER + f'{ROW},"{A}\n{B}",,\n', []),
        (f"practice,kind,TIN,NPI 1,NPI 2,NPI 3\n{ROW},{A},{B},\n", []),
        # ditto marks, and quotation marks that are text
        (OPEN + f'\n"\t"\t"\t{B}\n', []),
        (OPEN + f'\n"\tdo.\t\u2033\t{B}\n', []),
        (OPEN + f'\tAdams\t"Bud\nLakeside\tEIN\t961000002\t{B}\n', []),
        # totals, notes and hints
        (
            HEADER + "(as on the W-9),(EIN or SSN),(9 digits),(10 digits)\n" + TOTALS,
            ["Line 2: left out, because there is no TIN and no NPI.", "Lines 4 and 5: left out as a total or a note."],
        ),
        # two header lines, and what is in parentheses
        (f"Practice,,,Clinician,,\nName,Kind,TIN,NPI,Last,First\n{ROW},{A},Adams,Ann\n{ROW},{B},Baker,Bo\n", []),
        (
            "TIN Name,TIN type,Taxpayer Identification Number (TIN),National Provider Identifier (NPI)\n"
            f"{ROW},{A} {B}\n",
            [],
        ),
        (f"Practice,Kind,TIN/EIN #,Rendering NPI\n{ROW},{A} {B}\n", []),
        (f"Practice,Kind,FEIN,NPI (10 digits)\n{ROW},{A} {B}\n", []),
        # a column that is not read, and a group's NPI before the clinicians'
        (
            f"Practice,Kind,TIN,NPI,Specialty,Individual NPI\n{ROW},1003003153,,{A}\n{ROW},1003003153,,{B}\n",
            [
                "We read the NPIs from the column “Individual NPI” only.",
                "The column “NPI” is not used.",
                "The column “Specialty” is not used.",
            ],
        ),
        # columns exchanged
        (HEADER + f"Lakeside,EIN,{A},961000002\nLakeside,EIN,{B},961000002\n", [EXCHANGED]),
        # too many cells
        (HEADER + f"{ROW},{A},Adams,Ann,note\n{ROW},{B}\n", [f"Line 2: {TO_THE_RIGHT}"]),
        # a line shorter than its header, and a heading
        (f'practice,tin,npi\n"Lakeside",961000002,{A}\nLakeside, 961000002, {B}, Adams\n', [f"Line 3: {TO_THE_RIGHT}"]),
        (f"practice,kind,tin,npi\nLakeside\n,EIN,961000002,{A}\n,EIN,961000002,{B}\n", []),
        # a subtotal with its practice's TIN, columns of one name, and lines as a program with bars writes them
        (
            f"practice,kind,tin,npi\n{ROW},{A}; {B}\nLakeside total,EIN,961000002,2\n",
            ["Line 3: left out as a total or a note."],
        ),
        (f"practice,kind,tin,npi,npi\n{ROW},{A},{B}\n", []),
        (
            f"practice|kind|tin|npi\nLakeside|EIN|961000002|{A}\n|||{B}\n",
            ["Line 3: no practice is named, so we used the practice above."],
        ),
        # nine digits in a name, a comma in one that could be either
        (
            HEADER + f"{ROW},{A},Vale 517449638,R.\n{ROW},{B},Vale, Jr.,Sam\n",
            [
                "Line 2: the last name has 9 digits that might be someone’s Social Security number. "
                "We kept the rest, but not the digits.",
                f"Line 3: {TO_THE_RIGHT}",
            ],
        ),
        # sheets and rows
        (
            workbook(*ROWS, name="2027", others=[("2026", True, LAST_YEAR), READ_ME]),
            [
                "Sheet “2026” is hidden and was not read.",
                "Sheet “Read me” has no header line and was not read.",
                "We read the list from the sheet “2027”.",
            ],
        ),
        (
            workbook(*ROWS, hidden_row=2),
            ["Line 3: hidden in the spreadsheet, but read like the others. Check who is listed there."],
        ),
        (
            workbook(*ROWS, ("Prepared by the office", "", "", ""), ("",) * 4, merge=(3, 0, 3, 3, "By the office")),
            ["Line 4: left out, because there is no TIN and no NPI."],
        ),
    ],
)
def test_every_line_is_taken_over_or_named(content, notes):
    found = read(content)
    [lakeside] = found.practices
    assert lakeside.name == "Lakeside"
    assert lakeside.tin.zfill(9).replace("012345678", "961000002") == "961000002"
    assert [line.npi for line in lakeside.lines] == [A, B]
    assert found.notes == notes


COLUMNS = {
    "Tax ID (TIN)": "tin",
    "TIN/EIN #": "tin",
    "FEIN": "tin",
    "T.I.N.": "tin",
    "Employer Identification Number (EIN)": "tin",
    "TIN (last 6 of SSN)": "tin",
    "TIN Type (EIN/SSN)": "kind",
    "Legal business name (LBN)": "name",
    "Group or practice name": "name",
    "N.P.I.": "npi",
    "PROV_NPI": "npi",
    "NPI (Type 1)": "npi",
    "Given name(s)": "first",
    "Last Name (as on license)": "last",
    "NPI Status": None,
    "TIN effective date": None,
    "Practice address": None,
    "Provider Name": None,
}


@pytest.mark.parametrize("header", COLUMNS)
def test_a_column_is_understood_by_its_words_or_named(header):
    cells = {"name": "Lakeside", "tin": "961000002", "npi": "1234567893"}
    own = cells.pop(COLUMNS[header] or "", "EIN")
    columns = ["practice" if column == "name" else column for column in cells]
    found = read(f"{header},{','.join(columns)}\n{own},{','.join(cells.values())}\n")
    assert listed(found)[0][0::2] == ("Lakeside", "961000002")
    assert found.practices[0].lines[0].npi == "1234567893"
    assert any(f"“{header}”" in note for note in found.notes) is (COLUMNS[header] is None)


@pytest.mark.parametrize(
    ("row", "note"),
    [
        (f"R,SSN,{FULL_SSN},1234567893", "the TIN looks like a Social Security number, so we didn’t keep it."),
        (
            f"R,EIN,{FULL_SSN},1234567893",
            "the TIN looks like a Social Security number, so we didn’t keep it. If it is an EIN, type it as "
            "12-3456789. If it is a Social Security number, choose “SSN” and type only the last 6 digits.",
        ),
        (f"R,,{FULL_SSN},1234567893", "the TIN looks like a Social Security number, so we didn’t keep it."),
        (
            "R,SSN,517449638,1234567893",
            "the TIN is more of a Social Security number than we need, so we didn’t keep it.",
        ),
        (f"R {FULL_SSN},EIN,961000002,1234567893", "the practice name has 9 digits"),
        ("R,EIN,961000002,517449638", "the NPI has 9 digits"),
        (f"R,EIN,961000002,1234567893,Vale {FULL_SSN}", "the last name has 9 digits"),
        ("R,EIN,961000002 517449638,1234567893", "the TIN is longer than an EIN, so we didn’t keep it."),
        ("R,EIN,961000002,1.23E+09", "the spreadsheet shortened the NPI"),
        ("R,passport,961000002,1234567893", "the kind of TIN is neither EIN nor SSN."),
    ],
)
def test_what_may_not_be_kept_is_dropped_and_said_with_its_line(row, note):
    found = read(HEADER + row)
    assert note in found.notes[0]
    assert found.notes[0].startswith("Line 2: ")
    kept = repr([(practice.name, practice.tin, practice.lines) for practice in found.practices])
    assert [digits for digits in ("517-44", "51744", "9638") if digits in kept] == []


def test_nine_digits_over_lines_of_a_cell_are_not_kept():
    found = read(HEADER + '"R 517\n44\n9638",EIN,961000002,"517\n449638","Vale\n517-44\n9638",\n')
    kept = repr([(practice.name, practice.lines) for practice in found.practices])
    assert (len(found.notes), [digits for digits in ("517", "9638") if digits in kept]) == (3, [])


def test_a_kind_said_once_holds_for_the_same_tin():
    found = read(HEADER + "A,EIN,961000002,1234567893\n,,961000002,1558598797\nB,,961000003,1\nB,EIN,961000003,2\n")
    assert listed(found) == [
        ("A", "EIN", "961000002", ["1234567893", "1558598797"]),
        ("B", "EIN", "961000003", ["1", "2"]),
    ]


K4, E, F = "practice,kind,tin,npi\n", "961000002", "961000003"
OFFICES = {
    "a second header": (
        f"practice,tin,npi\nL,{E},{A}\n\nNPI,Practice,TIN\n{B},R,{F}\n",
        [("L", E, [A]), ("R", F, [B])],
        [],
    ),
    "a richer header below": (
        f"practice,tin,npi\nL,{E},{A}\npractice,tin,npi,last\nR,{F},{B},Lee\n",
        [("L", E, [A]), ("R", F, [B])],
        [],
    ),
    "lines of words that headers have": (
        f"{K4}L,EIN,{E},{A}\nThe Clinic,EIN,,\nThe Group,EIN,pending,pending\n",
        [("L", E, [A])],
        ["Lines 3 and 4: left out, because there is no TIN and no NPI."],
    ),
    "the line above": (
        f"{K4}L,EIN,{E},{A}\nR,EIN,{F},{B}\nL,EIN,{E},{C}\n,,,{D}\n",
        [("L", E, [A, C, D]), ("R", F, [B])],
        ["Line 5: no practice is named, so we used the practice above."],
    ),
    "no TIN yet": (
        f"{K4}L,EIN,pending,{A}\nR,EIN,pending,{B}\n",
        [("L", "", [A]), ("R", "", [B])],
        ["Lines 2 and 3: the TIN’s cell has no number."],
    ),
    "numbers that make no NPI together": (f'{K4}L,EIN,{E},"12300, 01004"\n', [("L", E, ["12300", "01004"])], []),
    "a number cut short": (
        f"{K4}L,EIN,{E},1.23E9\n",
        [("L", E, [])],
        ["Line 2: the spreadsheet shortened the NPI (for example, to 1.2E+9). Type it as text."],
    ),
    "words beside an NPI": (
        f"{K4}L,EIN,{E},{A}-ME12345\n",
        [("L", E, [A])],
        ["Line 2: we left out the words next to the NPI."],
    ),
    "a ditto mark below nothing": (
        f'practice,tin,npi\nL,{E},{A}\nR,,{B}\nO,",{C}\n',
        [("L", E, [A]), ("R", "", [B]), ("O", "", [C])],
        ["Line 4: a ditto mark repeats the cell above, but that cell is empty."],
    ),
    "more ditto marks": (f"{K4}L,EIN,{E},{A}\nsame,-do-,as above,{B}\n", [("L", E, [A, B])], []),
    "a group's number": (
        f"Group #,Practice Name,TIN,NPI\n1,L,{E},{A}\n",
        [("L", E, [A])],
        ["The column “Group #” is not used."],
    ),
    "a place": (
        f"Facility,Group Name,TIN,NPI\nNorth,L,{E},{A}\n",
        [("L", E, [A])],
        ["The column “Facility” is not used."],
    ),
    "the last digits of an SSN": (
        f"Practice,Last 4 of SSN,Tax ID,NPI\nL,4321,{E},{A}\n",
        [("L", E, [A])],
        ["The column “Last 4 of SSN” is not used."],
    ),
    "a person's SSN": (
        f"Last,SSN,NPI,Practice,EIN\nAdams,{FULL_SSN},{A},L,{E}\n",
        [("L", E, [A])],
        ["The column “SSN” is not used."],
    ),
    "an SSN beside an NPI": (
        f"{K4}L,EIN,{E},{A}; {FULL_SSN}\n",
        [("L", E, [A])],
        ["Line 2: the NPI has 9 digits that might be someone’s Social Security number. We didn’t keep it."],
    ),
    "a small number beside an NPI": (f'{K4}L,EIN,{E},"{A}, 12"\n', [("L", E, [A, "12"])], []),
    "a practice that is called a total": (
        f"{K4}Total Care,EIN,{F},pending\nTotal Health,SSN,345678,\n",
        [("Total Care", F, ["pending"]), ("Total Health", "345678", [])],
        [],
    ),
    "labels glued on": (f"{K4}L,EIN,EIN{E},NPI{A}\nL,EIN,{E},{B}\n", [("L", E, [A, B])], []),
    "exchanged, and filled down": (f"{K4}L,EIN,{A},{E}\nL,,{B},\n", [("L", E, [A, B])], [EXCHANGED]),
}


@pytest.mark.parametrize("office", OFFICES)
def test_lists_of_offices(office):
    content, practices, notes = OFFICES[office]
    found = read(content)
    assert [(one.name, one.tin, [line.npi for line in one.lines]) for one in found.practices] == practices
    assert found.notes == notes


def test_names_in_blocks_stay_beside_their_npis():
    found = read(f"Practice,TIN,NPI,Last Name,NPI,Last Name\nL,{E},{A},Smith,{B},Lee\n")
    assert [(line.npi, line.last_name) for line in found.practices[0].lines] == [(A, "Smith"), (B, "Lee")]


FAR = b'<row r="1048576"><c r="CU1048576" %s</row></sheetData>'
MERGES = b"</sheetData><mergeCells>" + b'<mergeCell ref="A1:A50000"/>' * 4_999 + b"</mergeCells>"


@pytest.mark.parametrize(
    ("end", "said"),
    [
        (FAR % b't="inlineStr"><is><t>x</t></is></c>', "The sheet has something in line 1,048,576"),
        (b'<row r="49999"><c r="B49999"><v>1</v></c></row>' + MERGES, "The sheet has too many merged cells."),
    ],
)
def test_a_workbook_that_would_fill_the_memory_is_refused(end, said):
    with pytest.raises(RosterUnreadable, match=said):
        read(changed(workbook(*ROWS), b"</sheetData>", end))


@pytest.mark.parametrize(
    "end",
    [
        FAR % b's="0"/>',  # formatted, and empty
        b'</sheetData><mergeCells count="1"><mergeCell ref="J2:K4"/></mergeCells>',
        b"<!-- " + b'<c r="A1" ' * 100_000 + b"--></sheetData>",
    ],
)
def test_what_shows_nothing_beside_the_list_is_no_matter(end):
    assert listed(read(changed(workbook(*ROWS), b"</sheetData>", end))) == LAKESIDE


def test_a_sheet_for_each_practice_with_nothing_but_its_clinicians():
    one, other = ((("NPI", "Last name"), (npi, name)) for npi, name in ((A, "Adams"), (B, "Baker")))
    found = read(workbook(*one, name="Lakeside", others=[("Riverside", False, other)]))
    assert listed(found) == [("Lakeside", "", "", [A]), ("Riverside", "", "", [B])]
    assert found.notes == [
        "We read the list from the sheets “Lakeside”, “Riverside”.",
        "Sheet “Lakeside”: no column names a practice, so we used the sheet’s name “Lakeside”.",
        "Sheet “Riverside”: no column names a practice, so we used the sheet’s name “Riverside”.",
    ]


def test_the_value_that_a_formula_shows_is_taken():
    rows = (ROWS[0], ("Lakeside", "EIN", "=A1", "1234567893"))
    found = read(workbook(*rows, formulas={(1, 2)}))
    assert (found.practices[0].tin, found.notes) == ("961000002", [])


def changed(content: bytes, old: bytes, new: bytes) -> bytes:
    """Return the workbook with something else in its first sheet's XML."""
    result = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as before, zipfile.ZipFile(result, "w") as after:
        for name in before.namelist():
            part = before.read(name)
            after.writestr(name, part.replace(old, new) if name.endswith("sheet1.xml") else part)
    return result.getvalue()


WITHOUT_RESULT = "the cell has a formula, but the file lacks its result. Open the file, save it, and send it again."


@pytest.mark.parametrize(
    ("shown", "note"),
    [(b"<v></v>", WITHOUT_RESULT), (b"", WITHOUT_RESULT), (b"<v>#N/A</v>", "the cell shows an error.")],
)
def test_a_formula_that_shows_nothing_is_named(shown, note):
    rows = (ROWS[0], ("Lakeside", "EIN", "=A1", "1234567893"))
    content = workbook(*rows, formulas={(1, 2)})
    if b"#" in shown:
        content = changed(content, b'<c r="C2">', b'<c r="C2" t="e">')
    found = read(changed(content, b"<v>961000002</v>", shown))
    assert (found.practices[0].tin, found.notes) == ("", [f"Line 2: {note}"])


def test_a_kind_is_never_guessed():
    found = read("practice,tin,npi\nLakeside,961000002,1234567893\nDana Rivera,667788,1003003153\n")
    assert [practice.needs_kind for practice in found.practices] == [True, True]


def test_two_ssn_tins_that_are_not_kept_stay_two_practices():
    found = read(HEADER + "A,SSN,517449638,1234567893\nB,SSN,517449639,1558598797\nA,SSN,517449638,2000000002\n")
    assert listed(found) == [("A", "SSN", "", ["1234567893", "2000000002"]), ("B", "SSN", "", ["1558598797"])]


def test_a_line_twice_stays_twice_and_one_without_an_npi_stays():
    found = read(HEADER + "A,EIN,961000002,1234567893\nA,EIN,961000002,1234567893\nA,EIN,961000002,,Vale,Robin\n")
    assert [line.npi for line in found.practices[0].lines] == ["1234567893", "1234567893", ""]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "The file is empty."),
        (b" \r\n \n", "The file is empty."),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "This is a picture or a PDF, even if its name says otherwise."),
        (b"%PDF-1.7 ...", "This is a picture or a PDF"),
        (b"\xd0\xcf\x11\xe0" + bytes(600), "This is an old Excel file (.xls), or it has a password."),
        (b"PK\x03\x04 no archive", "We can’t read this workbook."),
        (b"one\0two", "This file isn’t a spreadsheet or a text file."),
        ("Lakeside,EIN,961000002,12345\n", "We didn’t find a header line."),
        ("first name,last name\nRobin,Vale\n", "We didn’t find a header line."),
        (HEADER, "The list has a header line and nothing below it."),
        (HEADER + "A,EIN,961000002,1234567893\n" * 50_000, "The list has 50,001 lines. We can read at most 5,000."),
        (b"x" * 2_500_001, "The file is larger than 2.5 MB."),
        (HEADER + '"never closed,EIN,961000002,1234567893\n' * 3 + "x" * 140_000, "We can’t read the list from line"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(content, said):
    with pytest.raises(RosterUnreadable) as caught:
        read(content)
    assert said in str(caught.value)


@pytest.mark.proof
def test_a_workbook_of_50_000_rows_and_one_that_unpacks_to_too_much():
    with pytest.raises(RosterUnreadable, match=r"The list has 50,001 lines\. We can read at most 5,000\."):
        read(workbook(ROWS[0], *[("A", "EIN", "961000002", "1234567893")] * 50_000))
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 61_000_000)
    with pytest.raises(RosterUnreadable, match="too large for us to read"):
        read(bomb.getvalue())


def test_a_sheet_as_wide_as_a_spreadsheet_goes():
    with pytest.raises(RosterUnreadable, match="more than 100 columns"):
        read(workbook(*ROWS, [""] * 16_000 + ["x"]))


def test_a_text_of_two_bytes_a_letter_with_nothing_in_it():
    with pytest.raises(RosterUnreadable, match="isn’t a spreadsheet or a text file"):
        read((HEADER + "A\0,EIN,961000002,1234567893").encode("utf-16"))


def test_nothing_pasted():
    with pytest.raises(RosterUnreadable, match="There is nothing to read"):
        read_text(" \n", ssn_digits=6)
