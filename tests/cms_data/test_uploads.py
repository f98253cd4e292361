"""Loads that a data steward sends through the site: as the command line's, and no TIN ever lies on disk."""

import gzip
import io
import os
import re
import shutil
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import Role
from eligibility.loads import jobs, runs, uploads
from eligibility.loads.determinations import FIGURES
from eligibility.models import DeterminationClinician, DeterminationPractice, LoadKind, LoadRun, NppesRecord
from ground import clock
from tests.conftest import PINNED
from tests.factories.load_files import EIN, NPIS, SSN, clinician, content, nppes, practice
from tests.planted.numbers import SHAPES, WHOLE_SSN, found

from .conftest import statuses
from .test_bad_files import BAD_FILES, BAD_ROWS, problems
from .test_staff_pages import RUNS

pytestmark = pytest.mark.django_db

ONCE_MORE = "Choose this file again. Nothing is wrong with it, but your browser does not keep it."
UPLOAD, UPLOAD_NPPES = f"{RUNS}upload/determinations/", f"{RUNS}upload/nppes/"
NINE_DIGITS = re.compile(rb"(?<!\d)\d{9}(?!\d)|\d{3}-\d{2}-\d{4}")
MANY = [
    practice(),
    practice(tin=SSN, tin_kind="SSN", name='Rivera, "Dana" MD'),
    practice(tin="123555462", tin_kind="SSN", name="Another with the same last six"),
    practice(tin="967654321", name="", allowed_charges="123456789.50", patients="", services=""),
]
THEIRS = [
    clinician(),
    clinician(tin=SSN, tin_kind="SSN", npi=NPIS[1]),
    clinician(tin="123555462", tin_kind="SSN", npi=NPIS[2]),
    clinician(tin="967654321", npi=NPIS[3], last_name="O'Hara\\", clinician_type="other"),
]


PRACTICES, CLINICIANS = content(practice()), content(clinician())
file = SimpleUploadedFile


@pytest.fixture(autouse=True)
def media(settings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path / "media"


def send(client: Client, practices: bytes = PRACTICES, clinicians: bytes = CLINICIANS, *names: str, **how: Any):
    """Send both files: each of one right row, unless given."""
    first, second = names or ("practices.csv", "clinicians.csv")
    return client.post(UPLOAD, {"practices": file(first, practices), "clinicians": file(second, clinicians)}, **how)


def loaded(client: Client, *files: Any) -> LoadRun:
    """Send both files and have the worker load them."""
    answer = send(client, *files)
    waiting = LoadRun.objects.latest("pk")
    assert (answer.status_code, answer["Location"]) == (302, f"{RUNS}{waiting.pk}/change/")
    jobs.carry_out(waiting.pk, now=PINNED)
    return LoadRun.objects.get(pk=waiting.pk)


def rows_of(run: LoadRun) -> tuple[list[dict[str, Any]], ...]:
    """What one run holds, but for the numbers of rows."""
    practices = DeterminationPractice.objects.filter(run=run).order_by("pk")
    clinicians = DeterminationClinician.objects.filter(practice__run=run).order_by("pk")
    drop = {"id", "run_id", "practice_id"}
    return tuple(
        [{key: cell for key, cell in row.items() if key not in drop} for row in rows.values()]
        for rows in (practices, clinicians)
    )


@pytest.mark.parametrize("packed", [False, True])
def test_what_is_sent_is_loaded_as_the_command_line_loads_it(packed, steward, load, media) -> None:
    load(MANY, THEIRS)
    by_command = LoadRun.objects.get()
    LoadRun.objects.update(status="superseded")  # or these very files would be loaded already
    practices, clinicians = content(*MANY), content(*THEIRS)
    names = ("practices.csv.gz", "clinicians.csv.gz") if packed else ()
    pack = gzip.compress if packed else bytes
    sent = loaded(steward, pack(practices), pack(clinicians), *names)
    assert (sent.status, sent.counts, sent.performance_year) == ("staged", by_command.counts, 2027)
    assert rows_of(sent) == rows_of(by_command)
    assert len(rows_of(sent)[0]) == 4
    if not packed:
        assert sent.files == by_command.files
    assert not list((media / "loads").iterdir())


def test_empty_rows_that_are_sent_are_no_rows(steward) -> None:
    empty = b",,,,,,\r\n" + b"," * 40 + b"\r\n , \t,\r\n  \r\n"
    sent = loaded(steward, PRACTICES + empty, CLINICIANS + empty)
    assert (sent.status, sent.counts, problems(sent)) == ("staged", {"practices": 1, "clinicians": 1}, [])


def test_no_tin_lies_on_disk_however_it_was_sent(steward, media) -> None:
    good, theirs = content(*MANY), content(*THEIRS)
    odd = [
        b"2027,123456789",
        b'2027,123456789,SSN,"open,1,1,1',
        b"2027,123456789,SSN,\xff,1,1,1",
        b"2027,123456789,SSN,\0,1,1,1",
        b"123456789," * 20_000,
        b"2027,Name,SSN,123456789,1,1,1",
        b"2027,123-45-6789,SSN,Name,1,1,1",
        b"123456789,EIN,2027,Name,123456789,123456789,123456789",
        b"2027,967654321,EIN,457-55-5462,1,1,1",
        b"2027,967654321,EIN,457 55 5462 of,1,1,1",
        b"2027,961234567,EIN,Name,457-55-5462,457 55 5462,$457555462",
        b"2027,457555462,ssn,Name,1,1,1",
    ]
    send(steward, good + b"\n".join(odd), theirs)
    on_disk = {path.name: path.read_bytes() for path in media.rglob("*") if path.is_file()}
    assert sorted(on_disk) == ["clinicians.csv", "practices.csv"]
    nobodys = {b"000000000", b"000-00-0000"}
    found = {
        name: [match.group() for match in NINE_DIGITS.finditer(body) if match.group() not in nobodys]
        for name, body in on_disk.items()
    }
    assert found == {"clinicians.csv": [], "practices.csv": [b"123456789"]}, "the charges of one practice alone"
    for tin in (EIN, SSN, "967654321", "123555462", "457 55 5462"):
        assert tin.encode() not in b"".join(on_disk.values())
    assert on_disk["practices.csv"].count(b"\n") == good.count(b"\n") + len(odd) - 1, "each line stands where it was"


def test_no_shape_of_an_ssn_lies_on_disk(steward, media) -> None:
    """But for nine digits as a figure: so much may be charged."""
    rows = [
        [right, *(right | {column: shape} for shape in SHAPES for column in right if (column, shape) not in figures)]
        for right in (practice(), clinician())
        for figures in [[(column, SSN) for column in FIGURES]]
    ]
    practices, clinicians = (content(*sent) for sent in rows)
    send(steward, practices, clinicians, "457,55,5462.csv", "⁴⁵⁷⁵⁵⁵⁴⁶².csv")
    on_disk = [path.read_text() for path in (media / "loads").rglob("*") if path.is_file()]
    assert sorted(text.count("\n") for text in on_disk) == sorted(len(sent) + 1 for sent in rows)
    assert [hit for text in on_disk for hit in found(WHOLE_SSN, text)] == []
    assert [file["name"] for file in LoadRun.objects.get().files] == ["•••.csv", "•••.csv"]


@pytest.mark.parametrize("name", BAD_ROWS)
def test_bad_rows_are_reported_as_on_the_command_line(name, steward) -> None:
    practices, clinicians, expected = BAD_ROWS[name]
    sent = loaded(steward, content(*practices or [practice()]), content(*clinicians or [clinician()]))
    assert (sent.status, problems(sent)) == ("failed", expected)
    assert DeterminationPractice.objects.count() == 0


@pytest.mark.parametrize("name", BAD_FILES)
def test_bad_files_are_reported_as_on_the_command_line(name, steward, media) -> None:
    file_name, body, expected = BAD_FILES[name]
    assert isinstance(expected, list)
    answer = send(steward, body, CLINICIANS, file_name, "clinicians.csv")
    if answer.status_code == 200:  # what makes a file unreadable is said at once, and nothing is kept
        sentence: str = expected[0][2]
        said = sentence.replace("while it was copied. Copy it again", "during the upload. Upload it again")
        said = said.replace("Copy it again", "Upload it again")
        assert answer.context["form"].errors == {"practices": [said], "clinicians": [ONCE_MORE]}
        assert (LoadRun.objects.count(), list((media / "loads").iterdir())) == (0, [])
        return
    jobs.carry_out(LoadRun.objects.get().pk, now=PINNED)
    sent = LoadRun.objects.get()
    assert [(e["line"], e["column"], e["problem"]) for e in sent.errors if e["file"] == file_name] == expected


def test_nothing_chosen_is_said_at_each_field(steward) -> None:
    answer = steward.post(UPLOAD)
    assert answer.context["form"].errors == {
        "practices": ["Choose the practices file."],
        "clinicians": ["Choose the clinicians file."],
    }
    assert steward.post(UPLOAD, {"practices": "no file", "other": file("x", b"1")}).status_code == 200
    assert LoadRun.objects.count() == 0


@pytest.mark.parametrize("end", [b"\0" * 512, gzip.compress(b"\n", mtime=0)], ids=["padding", "a second part"])
def test_an_archive_with_something_after_it(end, steward) -> None:
    practices = gzip.compress(PRACTICES) + end
    assert loaded(steward, practices, CLINICIANS, "p.csv.gz", "c.csv").status == "staged"


def test_an_archive_that_unpacks_to_too_much_is_refused_at_once(steward, monkeypatch, media) -> None:
    monkeypatch.setattr(uploads.Rewriting, "most_bytes", 5_000_000)
    body = gzip.compress(PRACTICES + b"0" * 20_000_000)
    answer = send(steward, body, CLINICIANS, "p.csv.gz", "c.csv")
    assert answer.context["form"].errors["practices"] == [
        "Unpacked, the file is larger than 0 GB. It isn’t a file that you can load here."
    ]
    assert list((media / "loads").iterdir()) == []


def test_the_same_files_again_change_nothing(steward, media) -> None:
    first = loaded(steward)
    answer = send(steward, follow=True)
    assert answer.redirect_chain == [(f"{RUNS}{first.pk}/change/", 302)]
    assert "This run already loaded these files. Nothing changed." in answer.content.decode()
    assert (LoadRun.objects.count(), list((media / "loads").iterdir())) == (1, [])


def test_the_same_files_sent_twice_before_the_worker_came_are_loaded_once(steward) -> None:
    send(steward)
    second = loaded(steward)
    first = LoadRun.objects.exclude(pk=second.pk).get()
    sentence = f"Run {first.pk} already loaded these files. Nothing changed."
    assert (first.status, second.status, second.errors[0]["problem"]) == ("staged", "failed", sentence)


def test_what_waits_is_loaded_in_the_order_in_which_it_was_sent(steward) -> None:
    for patients in ("1", "2", "3"):
        send(steward, content(practice(patients=patients)), CLINICIANS)
    newest = LoadRun.objects.latest("pk")
    jobs.carry_out(newest.pk, now=PINNED)
    assert statuses() == ["superseded", "superseded", "staged"]
    assert rows_of(newest)[0][0]["patients"] == 3


def test_two_bad_files_of_one_name_are_told_apart(steward) -> None:
    bad = content(practice(patients="x")), content(clinician(hpsa="?"))
    sent = loaded(steward, *bad, "data.csv", "data.csv")
    assert [(entry["file"], entry["column"]) for entry in sent.errors] == [
        ("practices data.csv", "patients"),
        ("clinicians data.csv", "hpsa"),
    ]


@pytest.mark.parametrize("packed", [False, True])
def test_practices_sent_as_nppes_never_lie_on_disk(packed, steward, media) -> None:
    body = content(practice(tin=SSN, tin_kind="SSN"))
    if packed:
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w") as zipped:
            zipped.writestr("practices.csv", body)
        body = archive.getvalue()
    answer = steward.post(UPLOAD_NPPES, {"nppes": file("practices.zip" if packed else "practices.csv", body)})
    assert "The header lacks NPI, Entity Type Code" in answer.context["form"].errors["nppes"][0]
    assert (LoadRun.objects.count(), [path for path in media.rglob("*") if path.is_file()]) == (0, [])


def test_of_nppes_only_what_is_loaded_lies_on_disk(steward, media) -> None:
    row = {"Other Provider Identifier_1": SSN, "Employer Identification Number (EIN)": EIN} | nppes()
    steward.post(UPLOAD_NPPES, {"nppes": file("n.csv", content(row))})
    [kept] = [path for path in media.rglob("*") if path.is_file()]
    assert kept.read_text() == (
        "NPI,Entity Type Code,NPI Deactivation Date,NPI Reactivation Date,"
        "Provider Organization Name (Legal Business Name),Provider Last Name (Legal Name),Provider First Name\n"
        f"{NPIS[0]},1,,,,RIVERA,DANA\n"
    )


def test_a_load_that_a_worker_left_is_done_again_and_three_times_at_most(steward, media) -> None:
    send(steward)
    left = LoadRun.objects.get()
    for attempts in (1, 2, 3):
        LoadRun.objects.update(status="loading", attempts=attempts)
        jobs.sweep()
        assert list((media / "loads").iterdir()), "the files stay as long as the load may be done again"
    assert runs.begin(LoadKind.DETERMINATIONS, [], by=None, started_by="x", now=PINNED).pk != left.pk
    assert LoadRun.objects.get(pk=left.pk).status == "loading", "another load leaves it alone"
    jobs.carry_out(left.pk, now=PINNED)
    left.refresh_from_db()
    sentence = "The server was stopped 3 times during this load. Nothing changed. Upload the files again."
    assert (left.status, left.errors[0]["problem"]) == ("failed", sentence)
    assert not list((media / "loads").iterdir())


def test_files_that_are_gone_are_said_to_be(steward, media) -> None:
    send(steward)
    shutil.rmtree(media / "loads")
    jobs.carry_out(LoadRun.objects.get().pk, now=PINNED)
    failed = LoadRun.objects.get()
    assert (failed.status, failed.errors[0]["problem"]) == (
        "failed",
        "practices.csv cannot be opened: no such file or directory.",
    )


def test_the_page_shows_how_far_it_is_and_then_itself_anew(steward, media, monkeypatch) -> None:
    send(steward)
    waiting = LoadRun.objects.get()
    address = f"{RUNS}{waiting.pk}/progress/"
    assert "Waiting to start, or for another load to finish." in steward.get(address).content.decode()
    assert address in steward.get(f"{RUNS}{waiting.pk}/change/").content.decode()
    seen, stage = [], runs.stage

    def look(run: LoadRun) -> None:
        seen.append(jobs.progress_of(run))
        stage(run)

    monkeypatch.setattr(runs, "stage", look)
    jobs.carry_out(waiting.pk, now=PINNED)
    [told] = seen
    assert re.fullmatch(r"clinicians\.csv: 100%, 1 row, [\d,]+ rows a second, 0 s left", told["words"])
    assert told["percent"] == 100
    over = steward.get(address)
    assert (over["HX-Refresh"], over.content) == ("true", b"")


def test_a_loading_run_shows_a_bar(steward, media) -> None:
    send(steward)
    LoadRun.objects.update(status="loading")
    run = LoadRun.objects.get()
    address = f"{RUNS}{run.pk}/progress/"
    assert "Opening the files." in steward.get(address).content.decode()
    [folder] = (media / "loads").iterdir()
    (folder / "progress.json").write_text('{"words": "practices.csv: 40%", "percent": 40}')
    shown = steward.get(address).content.decode()
    assert ("practices.csv: 40%" in shown, 'value="40"' in shown) == (True, True)
    (folder / "progress.json").write_text("{")
    assert steward.get(address).status_code == 200


def test_nppes_is_used_at_once(steward) -> None:
    body = content(nppes())
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as zipped:
        zipped.writestr("npidata_pfile_20261102-20261108.csv", body)
        zipped.writestr("__MACOSX/._npidata_pfile_20261102-20261108.csv", b"\0\5\x16\7")
    for name, sent in (("NPPES.zip", archive.getvalue()), ("n.csv.gz", gzip.compress(body)), ("n.csv", body + b"\n")):
        assert steward.post(UPLOAD_NPPES, {"nppes": file(name, sent)}).status_code == 302
        found = LoadRun.objects.latest("pk")
        jobs.carry_out(found.pk, now=PINNED)
        found.refresh_from_db()
        assert (name, found.status) == (name, "active")
    assert NppesRecord.objects.get().npi == NPIS[0]


def test_a_stranger_to_the_token_is_refused_and_nothing_is_kept(staff, media) -> None:
    client = staff(Role.DATA_STEWARD)
    client.handler.enforce_csrf_checks = True
    client.get(UPLOAD)
    answer = send(client)
    assert (answer.status_code, LoadRun.objects.count(), list((media / "loads").iterdir())) == (403, 0, [])


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.REVIEWER, Role.LEAD_REVIEWER])
def test_nobody_else_sends_files(role, staff, media) -> None:
    client = staff(role)
    assert send(client).status_code == 403
    assert (client.get(UPLOAD).status_code, LoadRun.objects.count(), media.exists()) == (403, 0, False)


def test_there_is_no_other_kind(steward) -> None:
    assert steward.get(f"{RUNS}upload/rosters/").status_code == 404


def test_rows_to_which_nobody_can_go_back_are_forgotten_by_the_sweep(load) -> None:
    for patients in ("1", "2", "3"):
        load([practice(patients=patients)], [clinician()], "--stage")
    newest = LoadRun.objects.latest("pk")
    assert list(DeterminationPractice.objects.values_list("run", flat=True)) == [newest.pk]
    LoadRun.objects.filter(pk=newest.pk).update(rows_kept=False, status="superseded")
    jobs.sweep()
    assert (DeterminationPractice.objects.count(), DeterminationClinician.objects.count()) == (0, 0)


def test_a_folder_that_no_load_knows_is_removed_after_a_day(media) -> None:
    old, new = media / "loads" / "old", media / "loads" / "new"
    old.mkdir(parents=True)
    new.mkdir()
    now = clock.real_now().timestamp()
    os.utime(old, (now - 25 * 60 * 60,) * 2)
    os.utime(new, (now, now))
    jobs.sweep()
    assert [path.name for path in (Path(settings.MEDIA_ROOT) / "loads").iterdir()] == ["new"]
