"""The tests' database: migrated once, and copied for each run until a migration changes."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from launcher import checks, migrated, postgres
from launcher.paths import PYTHON, ROOT
from launcher.postgres import Cluster
from launcher.processes import Process
from launcher.steps import PlainError

pytestmark = [pytest.mark.proof, pytest.mark.alone]


def environment(url: str) -> Mapping[str, str]:
    return checks.environment(url, "test-of-migrated")


@pytest.fixture
def source(place: Cluster, open_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Cluster:
    kept = replace(place, home=open_folder / "kept")
    monkeypatch.setattr(migrated, "kept", lambda python: kept)
    return kept


def test_it_is_migrated_once_and_again_where_what_it_is_made_of_changed(
    source: Cluster, place: Cluster, started: list[Process]
) -> None:
    assert migrated.lay_out(place, environment) == "migrated and copied"
    second = replace(place, home=place.home.with_name("second"))
    assert migrated.lay_out(second, environment) == "copied"
    url = postgres.start(second, started)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE DATABASE for_a_test")
    with psycopg.connect(url.rpartition("/")[0] + "/for_a_test") as connection:
        [row] = connection.execute("SELECT count(*) FROM django_migrations WHERE app = 'elections'").fetchall()
    assert row[0] == len(list(ROOT.glob("elections/migrations/0*.py")))
    (source.home / "stamp").write_text("other migrations")
    third = replace(place, home=place.home.with_name("third"))
    assert migrated.lay_out(third, environment) == "migrated and copied"


def test_of_one_that_failed_nothing_is_kept(source: Cluster, place: Cluster, open_folder: Path) -> None:
    with pytest.raises(PlainError, match=r"The migrations failed\. Its output \(var/log/test-migrate\.log\):"):
        migrated.lay_out(place, lambda url: environment(f"{url}-that-is-not-there"))
    assert [each.name for each in open_folder.iterdir()] == ["log"]


def test_a_migration_of_another_name_is_another_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source, folder = migrated.kept(PYTHON), tmp_path / "app" / "migrations"
    folder.mkdir(parents=True)
    monkeypatch.setattr(migrated, "ROOT", tmp_path)
    (folder / "0001_first.py").write_text("the same")
    before = migrated.mark_of(source)
    (folder / "0001_first.py").rename(folder / "0001_other.py")
    assert migrated.mark_of(source) != before
