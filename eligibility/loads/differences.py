"""What another run of determinations shows differently: counted in one pass over both, in the database."""

from dataclasses import astuple, dataclass

from django.core.cache import cache
from django.db import connection

from ..law import parameters
from ..models import LoadRun

RETENTION_SECONDS = 30 * 24 * 60 * 60


@dataclass(frozen=True, slots=True)
class Differences:
    """Practices by what is different in the other run; one may count under several of the last four.

    `changed` counts those of which any fact that eligibility rests on is another: figures, or a clinician's.
    """

    new: int
    gone: int
    resized: int
    above_limit: int
    below_limit: int
    changed: int


# A practice is known by its EIN's key; one that bills under an SSN by the first of its clinicians' keys.
COMPARE = """
WITH practice AS (
    SELECT p.run_id,
           coalesce(p.tin_key, min(c.tin_key)) AS key,
           count(*) AS size,
           md5(concat(ROW(p.allowed_charges, p.patients, p.services), string_agg(
               ROW(c.npi, c.clinician_type, c.newly_enrolled, c.qp_status,
                   c.allowed_charges, c.patients, c.services)::text,
               ',' ORDER BY c.npi))) AS facts
    FROM eligibility_determinationpractice AS p
    JOIN eligibility_determinationclinician AS c ON c.practice_id = p.id
    WHERE p.run_id IN (%(before)s, %(after)s)
    GROUP BY p.id
)
SELECT count(*) FILTER (WHERE old.key IS NULL),
       count(*) FILTER (WHERE young.key IS NULL),
       count(*) FILTER (WHERE old.size <> young.size),
       count(*) FILTER (WHERE old.size <= %(limit)s AND young.size > %(limit)s),
       count(*) FILTER (WHERE old.size > %(limit)s AND young.size <= %(limit)s),
       count(*) FILTER (WHERE old.facts <> young.facts)
FROM (SELECT * FROM practice WHERE run_id = %(before)s) AS old
FULL JOIN (SELECT * FROM practice WHERE run_id = %(after)s) AS young ON old.key = young.key
"""


def compared(before: LoadRun, after: LoadRun) -> Differences:
    """Return the differences of two runs, counted once: runs do not change, and all of Medicare takes seconds."""
    told, reverse = (cache.get(f"differences-{one.pk}-{other.pk}") for one, other in ((before, after), (after, before)))
    if told is None and reverse is not None:
        new, gone, resized, above_limit, below_limit, changed = reverse
        told = (gone, new, resized, below_limit, above_limit, changed)
    if told is None:
        told = astuple(compare(before, after))
        cache.set(f"differences-{before.pk}-{after.pk}", told, RETENTION_SECONDS)
    return Differences(*told)


def compare(before: LoadRun, after: LoadRun) -> Differences:
    """Count what is different in `after`; both runs keep their rows. One query, which reads all of both."""
    limit = parameters.MOST_CLINICIANS.for_year(after.performance_year or parameters.PERFORMANCE_YEARS[-1])
    with connection.cursor() as cursor:
        cursor.execute(COMPARE, {"before": before.pk, "after": after.pk, "limit": limit})
        return Differences(*cursor.fetchone())
