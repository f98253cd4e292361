"""CMS data sent by a data steward, refused, fixed, staged, compared, put to use and taken back: in a browser."""

import csv
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from eligibility.data import cms_data
from tests.factories.load_files import clinician, practice, write
from tests.factories.people import StewardFactory
from tests.factories.practices import GROUP, SOLO
from tests.workers import broker, jobs

__all__ = ["broker", "jobs"]
pytestmark = [pytest.mark.browser, pytest.mark.proof, pytest.mark.django_db(transaction=True)]


def files(folder: Path, patients: str, solo_patients: str = "900") -> tuple[Path, Path]:
    """Both files of the two practices of the tests' elections."""
    rows = []
    for made in (SOLO, GROUP):
        mine = {"tin": made.tin, "tin_kind": made.kind}
        figures = {"allowed_charges": "95000", "services": "900"}
        row = practice(**mine, name=made.name, patients=patients, **figures)
        theirs = [
            clinician(**mine, npi=npi, patients=solo_patients if made == SOLO else "300", **figures)
            for npi in made.npis
        ]
        rows.append((row, theirs))
    folder.mkdir()
    first = write(folder / "practices.csv", [row for row, _ in rows])
    return first, write(folder / "clinicians.csv", [one for _, theirs in rows for one in theirs])


def send(page: Page, practices: Path, clinicians: Path) -> None:
    page.goto("/staff/eligibility/loadrun/")
    page.get_by_role("link", name="Load Determinations").click()
    page.get_by_label("Practices").set_input_files(practices)
    page.get_by_label("Clinicians").set_input_files(clinicians)
    page.get_by_role("button", name="Upload and load").click()


def put_to_use(page: Page, title: str, said: str = "You can still go back to the one before.") -> None:
    page.get_by_role("link", name="What would change with this run").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    page.get_by_role("button", name="Make this run active").click()
    expect(page.get_by_text(f"This run is active now. {said}".strip(), exact=True)).to_be_visible()


def test_a_load_is_refused_mended_staged_compared_used_and_taken_back(page: Page, sign_in, jobs, tmp_path, media):
    jobs.start()
    sign_in(StewardFactory())

    send(page, *files(tmp_path / "bad", "many"))
    expect(page.get_by_text("Refused: nothing was saved")).to_be_visible(timeout=60_000)
    with page.expect_download() as download:
        page.get_by_role("link", name="Download the problems (CSV)").click()
    problems = list(csv.DictReader(download.value.path().open()))
    assert [(row["file"], row["line"], row["column"]) for row in problems] == [
        ("practices.csv", "2", "patients"),
        ("practices.csv", "3", "patients"),
    ]

    send(page, *files(tmp_path / "first", "900"))
    expect(page.get_by_text("Staged: complete, not used yet")).to_be_visible(timeout=60_000)
    put_to_use(page, "Make this run active?", said="")
    first = cms_data.active_run(2027)
    assert first

    send(page, *files(tmp_path / "second", "900", solo_patients="7"))
    expect(page.get_by_text("Staged: complete, not used yet")).to_be_visible(timeout=60_000)
    assert cms_data.active_run(2027) == first, "nothing changes until it is put to use"
    page.get_by_role("link", name="What would change with this run").click()
    expect(page.get_by_text("1 with different figures or clinicians")).to_be_visible()
    page.go_back()
    put_to_use(page, "Make this run active?")
    assert cms_data.active_run(2027) != first

    page.goto(f"/staff/eligibility/loadrun/{first.pk}/change/")
    put_to_use(page, "Go back to this run?")
    assert cms_data.active_run(2027) == first
    assert not list((media / "loads").iterdir()), "no file stays"
