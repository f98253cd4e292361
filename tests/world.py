"""Real practices for any test: the extract that comes with the code, its determinations made up, nothing else needed.

`load_world()` puts NPPES and the determinations of 2027 into the test's database.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from demo import cast, fictional
from demo.files import Files, determinations, write_files
from demo.made_up import Determined
from demo.source import EXTRACT, RealData, read_extract
from eligibility.loads import determinations as determination_loads
from eligibility.loads import nppes as nppes_loads

PERFORMANCE_YEAR = 2027
LOADED_AT = datetime.fromisoformat("2026-11-03T10:00:00-05:00")

extract = EXTRACT


@dataclass(frozen=True)
class WorldPractice:
    """What somebody types who lists this practice; `tin` is made up, nine digits or the last six of an SSN."""

    name: str
    tin_kind: str
    tin: str
    npis: tuple[str, ...]


@cache
def read_world() -> RealData:
    """Return the extract, read once a process."""
    return read_extract()


@cache
def _folder() -> TemporaryDirectory[str]:
    return TemporaryDirectory()  # removed when the process ends


@cache
def world_files() -> Files:
    """Return the files to load, written once a process."""
    return write_files(read_world(), Path(_folder().name))


def load_world(now: datetime = LOADED_AT) -> None:
    """Load NPPES and the determinations, as a data steward does; needs the database."""
    files = world_files()
    nppes_loads.load(files.nppes, by=None, now=now)
    determination_loads.load(files.practices, files.clinicians, by=None, now=now)


def _listed(determined: Determined) -> WorldPractice:
    return WorldPractice(determined.name, determined.tin_kind, determined.tin, determined.npis)


_by_name = {determined.name: determined for determined in determinations(read_world())}
_names = {practice.id: practice.name for practice in read_world().practices}


def _real(practice_id: str) -> WorldPractice:
    return _listed(_by_name[_names[practice_id]])


# Three that can form a virtual group: all findings met, no opt-in needed.
SOLO = _real(cast.SOLO)
GROUP_A = _real(cast.GROUP_A)
GROUP_B = _real(cast.GROUP_B)

TOO_LARGE = _real(cast.TOO_LARGE)  # 12 clinicians
OPT_IN = _real(cast.OPT_IN)  # opt-in eligible
BELOW = _real(cast.BELOW)  # exceeds none of the low-volume criteria
SSN_SOLO = _listed(fictional.SOLO_BY_SSN)
NOT_IN_CMS_DATA = _listed(fictional.NOT_IN_CMS_DATA)

DEACTIVATED_NPI = fictional.DEACTIVATED
ORGANIZATION_NPI = fictional.ORGANIZATION
UNLISTED_NPI = fictional.npi(9900)  # valid, and in no file
