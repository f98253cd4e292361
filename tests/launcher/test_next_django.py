"""Which interpreter the next Django's leg of the proof takes: one that really answers."""

import re
from pathlib import Path

import pytest

from launcher import next_django
from launcher.steps import PlainError

ANSWERS = "#!/bin/sh\necho Python {}\n"
SHIM = "#!/bin/sh\necho pyenv: python3.13: command not found >&2\nexit 127\n"


def program(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)
    return path


@pytest.fixture(autouse=True)
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine without any interpreter but those that a test puts there."""
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path / "pyenv"))
    monkeypatch.delenv("PYTHON_NEXT", raising=False)
    return tmp_path


def test_a_shim_that_fails_is_passed_over_for_pyenvs_own(machine):
    program(machine / "bin" / "python3.13", SHIM)
    program(machine / "bin" / "python3.12", ANSWERS.format("2.7.18"))  # whatever its name says
    older = program(machine / "pyenv" / "versions" / "3.12.1" / "bin" / "python", ANSWERS.format("3.12.1"))
    assert next_django.interpreter() == older
    newer = program(machine / "pyenv" / "versions" / "3.13.0" / "bin" / "python", ANSWERS.format("3.13.0"))
    assert next_django.interpreter() == newer
    on_path = program(machine / "bin" / "python3.12", ANSWERS.format("3.12.9"))
    assert next_django.interpreter() == on_path


def test_the_one_that_is_named_is_taken_or_said_to_be_wrong(machine, monkeypatch):
    program(machine / "bin" / "python3.13", ANSWERS.format("3.13.2"))
    named = program(machine / "mine", ANSWERS.format("3.12.4"))
    monkeypatch.setenv("PYTHON_NEXT", str(named))
    assert next_django.interpreter() == named
    for wrong in (program(machine / "old", ANSWERS.format("3.11.7")), machine / "missing"):
        monkeypatch.setenv("PYTHON_NEXT", str(wrong))
        with pytest.raises(PlainError, match=re.escape(f"PYTHON_NEXT={wrong} does not start Python 3.13 or 3.12.")):
            next_django.interpreter()


def test_without_one_the_proof_says_so_in_one_line(machine, capsys):
    from launcher import checks

    program(machine / "bin" / "python3.13", SHIM)
    assert checks.suite_on_the_next_django() == []
    assert capsys.readouterr().out == f"{next_django.NOT_RUN}\n"


def test_its_lock_is_the_checks_lock_with_another_django():
    def versions(lock: Path) -> set[str]:
        return set(re.findall(r"^[\w.-]+==\S+", lock.read_text(), re.MULTILINE))

    root = next_django.LOCK.parent
    other = versions(next_django.LOCK) - versions(root / "requirements-dev.lock")
    assert [name.partition("==")[0] for name in other] == ["django"]
    assert any(name.startswith("django==6.1") for name in other)
