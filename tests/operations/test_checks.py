"""System checks, by the command that a release runs: production is clean, and each mistake has its own id."""

import base64
import os
import re
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

from agreements.papers.seal_keys import new_seal_key
from config.checks import production

ROOT = Path(__file__).resolve().parent.parent.parent
KEY, OTHER_KEY = (f"1:{base64.b64encode(bytes([number]) * 32).decode()}" for number in (1, 2))
SEAL_KEY = new_seal_key()
CERTIFICATE = b"-----BEGIN CERTIFICATE-----"
ONE, ANOTHER = (base64.b64decode(key).split(CERTIFICATE) for key in (SEAL_KEY, new_seal_key()))
OF_ANOTHER = base64.b64encode(ONE[0] + CERTIFICATE + ANOTHER[1]).decode()
KEY_ALONE = base64.b64encode(ONE[0]).decode()
PRODUCTION = {
    "SECRET_KEY": "gK3!v9Qw-7Lr_2Xz+5Tn=8Bm@4Hd#6Jf$1Ps%0Yc^Ae&Uo*Ii(Kk)",
    "TIN_ENCRYPTION_KEYS": KEY,
    "TIN_INDEX_KEY": OTHER_KEY,
    "SEAL_KEY": SEAL_KEY,
    "SITE_URL": "https://elections.example.gov",
    "SITE_OWNER": "Centers for Medicare & Medicaid Services",
    "ALLOWED_HOSTS": "elections.example.gov",
    "DATABASE_URL": "postgres://nobody@127.0.0.1:1/none",
    "BROKER_URL": "redis://redis:6379/0",
    "CACHE_URL": "redis://redis:6379/1",
    "EMAIL_HOST": "mail.example.gov",
    "DEFAULT_FROM_EMAIL": "no-reply@elections.example.gov",
    "OMB_NUMBER": "0938-1314",
    "OMB_EXPIRES": "2028-01-31",
    "OMB_BURDEN": "Ten hours.",
    "PRIVACY_ACT_STATEMENT": "Authority: …",
    "LOCAL_ENV": "/nonexistent",
}


@pytest.fixture
def check(monkeypatch, settings):
    """Judge production's environment with these changes, read anew by the settings: return what is found."""

    def judge(**changes):
        for name in os.environ:
            monkeypatch.delenv(name)
        for name, value in {**PRODUCTION, **changes}.items():
            if value is not None:
                monkeypatch.setenv(name, value)
        for name, value in runpy.run_path(str(ROOT / "config" / "settings.py")).items():
            if name.isupper() and name not in {"DATABASES", "LOGGING"}:
                setattr(settings, name, value)
        return production(None)

    return judge


@pytest.mark.parametrize(
    ("change", "status"), [({}, 0), pytest.param({"DEMO_NOW": "2026-12-01T10:00:00-05:00"}, 1, marks=pytest.mark.proof)]
)
def test_check_deploy(change, status):
    environment = {"PATH": os.environ["PATH"], **PRODUCTION, **change}
    command = [sys.executable, "manage.py", "check", "--deploy"]
    result = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert (result.returncode, re.findall(r"\((\w+\.[EWC]\d+)\)", result.stderr)) == (
        status,
        ["config.E007"] if change else [],
    )
    assert status or result.stderr == ""


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"SECRET_KEY": None}, "config.E001"),
        ({"SECRET_KEY": "short"}, "config.E001"),
        ({"TIN_ENCRYPTION_KEYS": None}, "config.E002"),
        ({"TIN_ENCRYPTION_KEYS": f"{KEY},2:short"}, "config.E002"),
        ({"TIN_INDEX_KEY": None}, "config.E003"),
        ({"TIN_INDEX_KEY": OTHER_KEY.removeprefix("1:")}, "config.E003"),
        ({"TIN_INDEX_KEY": KEY}, "config.E004"),
        ({"DEBUG": "1"}, "config.E005"),
        ({"DEMO": "1"}, "config.E006"),
        ({"DEMO_NOW": "2026-12-01T10:00:00-05:00"}, "config.E007"),
        ({"CLOCK_SHIFT_SECONDS": "1"}, "config.E008"),
        ({"STAFF_SECOND_FACTOR": "0"}, "config.E009"),
        ({"ALLOWED_HOSTS": None}, "config.E010"),
        ({"ALLOWED_HOSTS": "elections.example.gov,*"}, "config.E010"),
        ({"SITE_URL": "http://elections.example.gov"}, "config.E011"),
        ({"HTTPS": "0"}, "config.E011"),
        ({"SITE_OWNER": " "}, "config.E020"),
        ({"OFFICIAL_SITE": "1", "SITE_URL": "https://elections.example.org"}, "config.E021"),
        ({"EMAIL_HOST": None}, "config.E012"),
        ({"DEFAULT_FROM_EMAIL": None}, "config.E013"),
        ({"BROKER_URL": None}, "config.E014"),
        ({"CACHE_URL": "locmemcache://"}, "config.E015"),
        ({"OMB_NUMBER": None}, "config.E016"),
        ({"OMB_EXPIRES": " "}, "config.E016"),
        ({"OMB_BURDEN": None}, "config.E016"),
        ({"PRIVACY_ACT_STATEMENT": None}, "config.E016"),
        ({"BOUNCE_ADDRESS": "bounces@elections.example.gov"}, "config.E018"),
        ({"BOUNCE_MAILDIR": "/var/mail/bounces"}, "config.E018"),
        ({"BOUNCE_ADDRESS": f"{'b' * 21}@elections.example.gov", "BOUNCE_MAILDIR": "/var/mail/bounces"}, "config.E019"),
        ({"BOUNCE_ADDRESS": "bounces", "BOUNCE_MAILDIR": "/var/mail/bounces"}, "config.E019"),
        ({"SEAL_KEY": None}, "config.E017"),
        ({"SEAL_KEY": KEY}, "config.E017"),
        ({"SEAL_KEY": base64.b64encode(b"no PEM").decode()}, "config.E017"),
        ({"SEAL_KEY": KEY_ALONE}, "config.E017"),
        ({"SEAL_KEY": OF_ANOTHER}, "config.E017"),
    ],
)
def test_each_mistake_has_its_id_and_a_hint(check, changes, found):
    [message] = check(**changes)
    assert message.id == found
    assert message.hint


def test_a_form_notice_that_is_missing_is_named(check):
    [message] = check(OMB_EXPIRES=None, PRIVACY_ACT_STATEMENT=None)
    assert message.msg == "Forms lack notices that the law requires: OMB_EXPIRES, PRIVACY_ACT_STATEMENT."
