"""`manage.py determine` from outside: a process with nothing in its environment."""

import json
import subprocess
import sys
from codecs import BOM_UTF8
from pathlib import Path

import pytest
from django.conf import settings

from tests.factories.proposals import line, proposal

GOOD = line(proposal(registry={}))
COMMAND = [sys.executable, str(settings.BASE_DIR / "manage.py"), "determine"]
BAD = b'{"secret": "123-45-6789"}'


def determine(*arguments: str, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([*COMMAND, *arguments], input=given, capture_output=True, env={}, check=False, cwd="/")


def told(result: subprocess.CompletedProcess[bytes]) -> list[str]:
    """What was told of each line, in a word."""
    answers = map(json.loads, result.stdout.decode("ascii").splitlines())
    return [answer.get("outcome") or next(iter(answer)) for answer in answers]


def test_all_judged_whatever_the_outcome(tmp_path: Path) -> None:
    cases = tmp_path / "cases.jsonl"
    cases.write_bytes(GOOD + b"\r\n" + line(proposal(agreement={"acknowledged": False})))
    result = determine(str(cases))
    assert (told(result), result.stderr, result.returncode) == (["undetermined", "ineligible"], b"", 0)


def test_standard_input_and_lines_that_are_no_proposals() -> None:
    separators = line(proposal(representative={"name": "\u2028", "email": "\u0085\x0b", "phone": ""}))
    given = b"\n".join([BOM_UTF8 + GOOD, BAD, b"", b"\xff", b"[" * 200_000, separators, GOOD, b"", b""])
    result = determine("-", given=given)
    assert told(result) == ["undetermined", *["error"] * 4, "ineligible", "undetermined", "error"]
    assert (result.stderr, result.returncode) == (b"", 1)
    assert b"6789" not in result.stdout


@pytest.mark.proof  # a second each
@pytest.mark.parametrize(
    ("given", "expected", "status"), [(b"", [], 0), (b"\n", ["error"], 1), (GOOD, ["undetermined"], 0)]
)
def test_ends_of_files(given: bytes, expected: list[str], status: int) -> None:
    result = determine("-", given=given)
    assert (told(result), result.returncode) == (expected, status)


@pytest.mark.proof
@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (BOM_UTF8 + GOOD + b"\r\n" + GOOD + b"\r\n", ["undetermined", "undetermined"]),
        (BOM_UTF8 + b"\n" + BOM_UTF8 + GOOD, ["error", "error"]),
        (BOM_UTF8, []),
    ],
    ids=["at the beginning", "further down", "alone"],
)
def test_a_byte_order_mark_at_the_beginning_is_passed_over(given: bytes, expected: list[str]) -> None:
    result = determine("-", given=given)
    assert (told(result), result.returncode) == (expected, int("error" in expected))


@pytest.mark.proof
def test_a_file_that_is_missing_is_said_without_its_name(tmp_path: Path) -> None:
    missing = determine(str(tmp_path / "987654321.jsonl"))
    assert (missing.returncode, missing.stdout) == (2, b"")
    assert missing.stderr == b"CommandError: The file cannot be read: No such file or directory.\n"


@pytest.mark.proof
def test_a_folder_is_no_file(tmp_path: Path) -> None:
    folder = determine(str(tmp_path))
    assert (folder.returncode, folder.stderr) == (2, b"CommandError: The file cannot be read: Is a directory.\n")


@pytest.mark.proof
def test_answers_come_as_the_lines_do() -> None:
    with subprocess.Popen([*COMMAND, "-"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env={}) as process:
        assert process.stdin
        assert process.stdout
        for _ in range(3):
            process.stdin.write(GOOD + b"\n")
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["outcome"] == "undetermined"
        process.stdin.close()
        assert process.wait(timeout=60) == 0


@pytest.mark.proof
def test_a_reader_who_leaves_gets_no_traceback() -> None:
    pipe = subprocess.PIPE
    with subprocess.Popen([*COMMAND, "-"], stdin=pipe, stdout=pipe, stderr=pipe, env={}) as process:
        assert process.stdout
        process.stdout.close()
        process.stdout = None
        assert process.communicate(GOOD + b"\n" + GOOD)[1] == b""
        assert process.returncode == 1
