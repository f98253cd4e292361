"""Real practices: the extract that comes with the code, its determinations made up."""

from datetime import datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from demo import cast, fictional
from demo.files import Files, determinations, write_files
from demo.source import RealData, read_extract
from eligibility.loads import determinations as determination_loads
from eligibility.loads import nppes as nppes_loads

LOADED_AT = datetime.fromisoformat("2026-11-03T10:00:00-05:00")


@cache
def read() -> RealData:
    """Return the extract, read once a process."""
    return read_extract()


@cache
def _folder() -> TemporaryDirectory[str]:
    return TemporaryDirectory()  # removed when the process ends


@cache
def _files() -> Files:
    return write_files(read(), Path(_folder().name))


def load() -> None:
    """Load NPPES and the determinations of 2027, as a data steward does; needs the database."""
    files = _files()
    nppes_loads.load(files.nppes, by=None, now=LOADED_AT)
    determination_loads.load(files.practices, files.clinicians, by=None, now=LOADED_AT)


_by_name = {determined.name: determined for determined in determinations(read())}
_by_id = {practice.id: _by_name[practice.name] for practice in read().practices if practice.name in _by_name}

# Three that can form a virtual group: all findings met, no opt-in needed.
SOLO = _by_id[cast.SOLO]
GROUP_A = _by_id[cast.GROUP_A]
GROUP_B = _by_id[cast.GROUP_B]

TOO_LARGE = _by_id[cast.TOO_LARGE]  # 12 clinicians
OPT_IN = _by_id[cast.OPT_IN]  # opt-in eligible
BELOW = _by_id[cast.BELOW]  # exceeds none of the low-volume criteria
SSN_SOLO = fictional.SOLO_BY_SSN
NOT_IN_CMS_DATA = fictional.NOT_IN_CMS_DATA

DEACTIVATED_NPI = fictional.DEACTIVATED
ORGANIZATION_NPI = fictional.ORGANIZATION
UNLISTED_NPI = fictional.npi(9900)  # valid, and in no file
