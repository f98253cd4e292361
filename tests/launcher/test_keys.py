"""var/local.env: keys written once, addresses written anew, readable by their owner alone."""

import base64
from pathlib import Path

import environ
import pytest

from launcher import keys


@pytest.fixture(autouse=True)
def local_env(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("DATABASE_URL", "SECRET_KEY"):
        monkeypatch.delenv(name, raising=False)
    path = tmp_path / "var" / "local.env"
    monkeypatch.setattr(keys, "LOCAL_ENV", path)
    return path


def test_keys_are_written_once_and_only_the_owner_reads_them(local_env: Path) -> None:
    assert keys.write_kept() == "6 written to var/local.env"
    first = local_env.read_text()
    assert keys.write_kept() == "unchanged"
    assert local_env.read_text() == first
    assert local_env.stat().st_mode & 0o777 == 0o600


def test_a_key_that_is_there_is_never_overwritten(local_env: Path) -> None:
    local_env.parent.mkdir()
    local_env.write_text("# mine\nSECRET_KEY=kept\n")
    assert keys.write_kept() == "5 written to var/local.env"
    assert keys.read()["SECRET_KEY"] == "kept"
    assert "\n# mine\nSECRET_KEY=kept\nTIN_ENCRYPTION_KEYS=1:" in local_env.read_text()


def test_each_start_replaces_what_the_start_before_chose(local_env: Path) -> None:
    keys.write_kept()
    keys.write_started({"DATABASE_URL": "postgres://old", "EMAIL_PORT": "1"})
    keys.write_started({"DATABASE_URL": "postgres://new"})
    assert keys.read()["DATABASE_URL"] == "postgres://new"
    assert "EMAIL_PORT" not in keys.read()
    assert keys.set_by_hand("DATABASE_URL") is None


def test_a_file_with_the_divider_of_before_is_understood(local_env: Path) -> None:
    local_env.parent.mkdir()
    before = "# --- Every start writes the lines above anew. Those below are kept, and win: set your own there. ---"
    local_env.write_text(f"DATABASE_URL=postgres://old\n{before}\nSECRET_KEY=kept\n")
    keys.write_started({"EMAIL_PORT": "1"})
    assert local_env.read_text() == f"EMAIL_PORT=1\n{keys.LINE}\nSECRET_KEY=kept\n"


def test_a_name_set_by_hand_wins_over_a_start_also_in_django(local_env: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    local_env.parent.mkdir()
    local_env.write_text("DATABASE_URL=postgres://mine\n")
    keys.write_kept()
    keys.write_started({"DATABASE_URL": "postgres://chosen"})
    assert keys.read()["DATABASE_URL"] == keys.set_by_hand("DATABASE_URL") == "postgres://mine"
    monkeypatch.setattr(environ.Env, "ENVIRON", {})
    environ.Env.read_env(str(local_env))
    assert environ.Env.ENVIRON["DATABASE_URL"] == "postgres://mine"
    monkeypatch.setenv("DATABASE_URL", "postgres://environment")
    assert keys.set_by_hand("DATABASE_URL") == "postgres://environment"


def test_the_seal_is_made_once_and_goes_beside_the_keys(local_env: Path) -> None:
    keys.write_kept()
    assert keys.write_seal() == "written to var/local.env"
    made = keys.read()["SEAL_KEY"]
    assert b"BEGIN PRIVATE KEY" in base64.b64decode(made)
    assert b"BEGIN CERTIFICATE" in base64.b64decode(made)
    assert keys.write_seal() == "unchanged"
    assert (keys.write_kept(), keys.read()["SEAL_KEY"]) == ("unchanged", made)
    assert local_env.stat().st_mode & 0o777 == 0o600
