"""The files of the demo world: the same on every run, small, and true to what they were made from."""

import csv
from dataclasses import replace
from pathlib import Path

from demo import cast, fictional, source
from demo.draws import Draw
from demo.files import write_files
from demo.made_up import DemoFigures, Maker
from demo.source import EXTRACT
from tests.demo.make_extract import write_extract
from tests.factories import extract


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_two_builds_give_the_same_bytes(tmp_path):
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
        write_files(source.read_extract(), tmp_path / name)
    first, second = bytes_of(tmp_path / "first"), bytes_of(tmp_path / "second")
    assert sorted(first) == [
        "made-up-determinations-2027-clinicians.csv",
        "made-up-determinations-2027-practices.csv",
        "nppes-sample-completed.csv",
    ]
    assert first == second


def test_a_draw_is_the_same_on_every_machine():
    draw = Draw("1234567893")
    assert [round(draw.unit(what), 9) for what in ("payment", "patients")] == [0.127178949, 0.202449792]


def test_the_extract_is_what_its_own_content_writes(tmp_path):
    write_extract(list(extract.read().practices), list(extract.read().nppes), tmp_path)
    kept = bytes_of(EXTRACT)
    assert bytes_of(tmp_path) == {name: kept[name] for name in ("practices.csv", "clinicians.csv", "nppes.csv")}


def test_the_extract_is_small():
    sizes = [path.stat().st_size for path in EXTRACT.iterdir()]
    assert [size for size in sizes if size >= 150_000] == []
    assert sum(sizes) < 400_000


def test_practices_have_1_to_12_clinicians():
    sizes = {len(practice.clinicians) for practice in extract.read().practices}
    assert sizes == set(range(1, 13))


def test_a_practice_without_a_known_name_shows_its_id():
    nameless = [practice for practice in extract.read().practices if not practice.known_name]
    assert len(nameless) == 15
    assert [practice.name for practice in nameless] == [f"Practice {practice.id}" for practice in nameless]


def test_made_up_tins_are_nobodys(tmp_path):
    files = write_files(extract.read(), tmp_path)
    with files.practices.open(newline="") as rows:
        tins = [(row["tin_kind"], row["tin"]) for row in csv.DictReader(rows)]
    assert len(set(tins)) == len(tins)
    eins = [tin for kind, tin in tins if kind == "EIN"]
    assert [tin for tin in eins if not (len(tin) == 9 and tin[:2] in ("96", "97") and tin[3] in "01234")] == []
    assert {len(tin) for kind, tin in tins if kind == "SSN"} == {6}


def test_fictional_npis_and_tins_are_not_real_ones():
    data = extract.read()
    npis = {one.npi for practice in data.practices for one in practice.clinicians} | {row.npi for row in data.nppes}
    assert {npi[0] for npi in npis} == {"1"}
    assert {practice.tin for practice in data.practices} & {one.tin for one in fictional.DETERMINED} == set()


def test_a_clinician_s_volume_is_split_over_their_practices():
    maker = Maker(extract.read())
    practice = next(one for one in extract.read().practices if one.id == cast.SOLO)
    in_two = replace(practice, clinicians=(replace(practice.clinicians[0], practices_listed=2),))
    assert maker.practice(practice).figures == DemoFigures(112214.66, 377, 1731)
    assert maker.practice(in_two).figures == DemoFigures(56107.33, 189, 868)
