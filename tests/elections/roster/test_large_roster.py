"""A thousand lines of real clinicians with 40 faults of 10 kinds: each is shown in its line, no other is, and all mend.

`real_roster.csv` holds real practices, clinicians and NPIs from public data; their TINs, and what CMS data show of them
here, are made up.
"""

import csv
import io
from collections import Counter
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from python_calamine import CalamineWorkbook

from demo import fictional
from elections.models import Election
from elections.roster.problems import Kind
from eligibility.models import NppesRecord
from tests.factories.practices import FictionalPractice, load_cms_data

pytestmark = [pytest.mark.django_db, pytest.mark.proof]  # full size

ORGANIZATIONS = ("1003006628", "1003039488", "1003047846", "1003048505")
OF_EACH = 4
Line = list[str]  # practice name, TIN, NPI, last name, first name


def real_lines() -> list[Line]:
    with (Path(__file__).parent / "real_roster.csv").open(encoding="utf-8") as file:
        return list(csv.reader(file))[1:]


def load(lines: list[Line]) -> None:
    """Have CMS data and NPPES show exactly these clinicians."""
    practices: dict[tuple[str, str], list[str]] = {}
    for name, tin, npi, _, _ in lines:
        practices.setdefault((name, tin), []).append(npi)
    run = load_cms_data([FictionalPractice(name, tin, tuple(npis)) for (name, tin), npis in practices.items()])
    names = {npi: (last, first) for _, _, npi, last, first in lines}
    records = list(NppesRecord.objects.all())
    for record in records:
        record.last_name, record.first_name = names[record.npi]
    NppesRecord.objects.bulk_update(records, ["last_name", "first_name"], batch_size=500)
    NppesRecord.objects.bulk_create(
        NppesRecord(npi=npi, entity_type=2, organization_name="AN ORGANIZATION", run=run) for npi in ORGANIZATIONS
    )


def spoil(lines: list[Line]) -> tuple[list[Line], Counter[tuple[str, str, str]], set[str], set[str]]:
    """Plant four faults of each of ten kinds, each in a practice of its own.

    Return the list, what is expected where (practice, NPI as kept, kind), who is missing, and where there are too many.
    """
    of: dict[str, list[Line]] = {}
    for line in lines:
        of.setdefault(line[0], []).append(line)
    small = iter([name for name, found in of.items() if len(found) == 7])
    full = iter([name for name, found in of.items() if len(found) == 10])
    expected: Counter[tuple[str, str, str]] = Counter()
    missing, too_many = set(), set()

    def add(typed: str, kept: str, *kinds: Kind, last: str = "", name: str = "") -> None:
        practice = name or next(small)
        of[practice].append([practice, of[practice][0][1], typed, last, ""])
        expected.update((practice, kept, kind) for kind in kinds)

    for number in range(OF_EACH):
        wrong = f"123456789{number if number != 3 else 9}"
        add(wrong, wrong, Kind.FORMAT)
        add("Dr. No", "Dr. No", Kind.FORMAT)
        add(f"51744963{number}", "", Kind.NO_NPI, last="Vale")
        add(ORGANIZATIONS[number], ORGANIZATIONS[number], Kind.ORGANIZATION, Kind.NOT_IN_DATA)
        unknown = fictional.npi(9900 + number)
        add(unknown, unknown, Kind.UNKNOWN, Kind.NOT_IN_DATA)
        twice = next(small)
        add(of[twice][0][2], of[twice][0][2], Kind.TWICE, name=twice)
        missing.add(of[next(small)].pop()[2])
        misnamed = of[next(small)][0]
        misnamed[3] = "Nobody"
        expected[misnamed[0], misnamed[2], Kind.NAME] += 1
        inactive = of[next(small)][0]
        NppesRecord.objects.filter(npi=inactive[2]).update(deactivated_on="2026-05-01")
        crowded = next(full)
        stranger = next(
            line[2] for line in lines if line[0] != crowded and line[2] not in {it[2] for it in of[crowded]}
        )
        add(stranger, stranger, Kind.NOT_IN_DATA, name=crowded)
        too_many.add(crowded)
    inactive_npis = set(NppesRecord.objects.exclude(deactivated_on=None).values_list("npi", flat=True))
    listed = [line for found in of.values() for line in found]
    expected.update((name, npi, Kind.DEACTIVATED) for name, _, npi, _, _ in listed if npi in inactive_npis)
    return listed, expected, missing, too_many


def workbook_lines(content: bytes) -> list[list[str]]:
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0)
    return [[str(cell) for cell in row] for row in sheet.to_python()[1:]]


def test_forty_faults_in_a_thousand_lines(client):
    lines = real_lines()
    load(lines)
    right = [[name, "EIN", tin, npi] for name, tin, npi, _, _ in lines]
    listed, expected, missing, too_many = spoil(lines)
    assert len(listed) == 1000
    client.post("/elections/start")
    election = Election.objects.get()
    path = f"/elections/{election.pk}/roster"
    text = io.StringIO()
    csv.writer(text).writerows(
        [["Group name", "Kind", "EIN", "NPI number", "Last", "First"]]
        + [[name, "EIN", tin, npi, last, first] for name, tin, npi, last, first in listed]
    )
    file = SimpleUploadedFile("roster.csv", text.getvalue().encode())
    assert client.post(f"{path}/import", {"file": file}).status_code == 302
    page = client.get(path)
    practices = page.context["practices"]
    found = Counter(
        (practice.member.name, line.cells[0], problem.kind)
        for practice in practices
        for line in practice.lines
        for problem in line.problems
    )
    assert found == expected
    assert {one.npi for practice in practices for one in practice.missing} == missing
    assert {practice.member.name for practice in practices if practice.too_many} == too_many
    assert page.content.decode().count('class="roster__line roster__line--wrong"') == len(
        {(name, npi) for name, npi, _ in expected}
    )

    mend(client, path, page)
    told = workbook_lines(client.get(f"{path}/roster.xlsx").content)
    assert sorted(row[:4] for row in told) == sorted(right)
    assert client.get(path).context["to_look_at"] == 0


def mend(client, path, page) -> None:
    """Mend by the buttons what they mend, and take out by hand what nobody but a person can judge."""
    for fix, _, _ in page.context["fixes"]:
        client.post(f"{path}/fix", {"fix": fix})
    NppesRecord.objects.update(deactivated_on=None)
    page = client.get(path)
    removed = {
        f"line-{line.key}-{name}": value
        for practice in page.context["practices"]
        for line in practice.lines
        if line.problems
        for name, value in (("npi", line.cells[0]), ("was", line.was), ("remove", "on"))
    }
    assert client.post(path, removed).status_code == 302
