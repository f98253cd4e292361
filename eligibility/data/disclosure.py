"""What one may learn by asking: CMS data, and that a TIN is held elsewhere, only for one who names an NPI of the TIN.

Who asks about many TINs under one NPI, or tries many NPIs under one TIN, gets "cannot tell", in the same words as for a
TIN that CMS data do not list.
A POST that saves or checks practices calls `refuse_ssns` and `record_probes` first; `known_practices` only reads. What
was asked over such a limit stays closed on later days too, until it is asked again within the limit.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Right

from accounts.models import User
from ground import clock
from ground.sql import joined, rows

from ..law.facts import DeclaredPractice, PracticeData
from ..law.identifiers import EIN, SSN, is_valid_npi
from ..models import Probe
from . import cms_data

CountedBy = Probe.CountedBy
# The days on which an NPI was over its limit, the last day on which it was named with a TIN, how many TINs whoever asks
# asked about in vain today, and the days on which they tried too many NPIs under one of the TINs.
ASKED = """
SELECT 'over' AS what, subject, '' AS tin_key, day, count(*) AS misses
FROM eligibility_probe
WHERE asker = 'npi' AND NOT billed AND subject = ANY(string_to_array(%(npis)s, ','))
GROUP BY subject, day HAVING count(*) >= %(limit)s
UNION ALL
SELECT 'last', subject, tin_key, max(day), 0
FROM eligibility_probe
WHERE asker = 'npi' AND subject = ANY(string_to_array(%(npis)s, ','))
  AND tin_key = ANY(string_to_array(%(keys)s, ','))
GROUP BY subject, tin_key
UNION ALL
SELECT asker, subject, '', day, count(DISTINCT right(tin_key, %(tin)s)) FILTER (WHERE NOT billed)
FROM eligibility_probe
WHERE day = %(today)s AND (asker, subject) IN (SELECT * FROM unnest(%(askers)s::text[], %(subjects)s::text[]))
GROUP BY asker, subject, day
UNION ALL
SELECT 'guessed', '', right(tin_key, %(tin)s), day, count(*)
FROM eligibility_probe
WHERE (asker, subject) IN (SELECT * FROM unnest(%(askers)s::text[], %(subjects)s::text[]))
  AND right(tin_key, %(tin)s) = ANY(string_to_array(%(tins)s, ','))
GROUP BY asker, subject, right(tin_key, %(tin)s), day HAVING count(*) >= %(most_tried)s
"""
# A row of an account or an address is a pair: `tin_key` is the NPI that was tried, and the end of the TIN's key. It is
# not `billed` if no NPI that was named with it bills under the TIN.
TIN_PART = 40
TIN = Right("tin_key", TIN_PART)
TINS = Count(TIN, distinct=True, filter=Q(billed=False))
RETENTION = timedelta(days=400)
LIMITS = {
    CountedBy.NPI: 5,  # different TINs a day that the NPI does not bill under, over all accounts
    CountedBy.ACCOUNT: 50,  # different TINs a day under which no NPI that was named bills
    CountedBy.ADDRESS: 100,  # the same; several accounts may sit behind one address
}
MOST_TRIED = 20  # NPIs a day that do not bill under one TIN, by one account or address: a practice has 10 at most
LIMIT_VALUES: dict[str, Any] = {"limit": LIMITS[CountedBy.NPI], "most_tried": MOST_TRIED, "tin": TIN_PART}


def known_practices(
    performance_year: int,
    practices: Sequence[DeclaredPractice],
    *,
    by: User | None,
    address: str | None = None,
    data: Sequence[PracticeData | None] | None = None,
) -> list[bool]:
    """Say of each practice whether who asks may be told of it: an NPI they name bills under it, within the limits.

    Where not, judge with `data` None and `claimed_elsewhere` None. `data` is what cms_data.practice_data gave for the
    same practices, where that was fetched already. One query, beside it.
    """
    shown = cms_data.practice_data(performance_year, practices) if data is None else data
    pairs = [_pairs(practice.tin_kind, practice.tin, practice.npis) for practice in practices]
    npis = {npi for of_practice in pairs for npi, _ in of_practice}
    keys = {key for of_practice in pairs for _, key in of_practice}
    today, me = clock.today(), _askers(by, address, "")
    closed: set[tuple[str, date]] = set()
    last_asked: dict[tuple[str, str], date] = {}
    may_ask = True
    values = LIMIT_VALUES | {"today": today, "npis": joined(npis), "keys": joined(keys)}
    values |= {"tins": joined({_tin_part(key) for key in keys})}
    values |= {"askers": [asker for asker, _, _ in me], "subjects": [subject for _, subject, _ in me]}
    for row in rows(ASKED, values):
        if row.what == "over":
            closed.add((row.subject, row.day))
        elif row.what == "last":
            last_asked[row.subject, row.tin_key] = row.day
        elif row.what == "guessed":
            closed.add((row.tin_key, row.day))
        else:
            may_ask = may_ask and row.misses < LIMITS[CountedBy(row.what)]
    return [
        may_ask
        and of_practice is not None
        and any(
            npi in of_practice.npis and closed.isdisjoint((subject, day) for subject in (npi, _tin_part(asked[0][1])))
            for npi, key in asked
            for day in (last_asked.get((npi, key), today),)
        )
        for of_practice, asked in zip(shown, pairs, strict=True)
    ]


def record_probes(
    performance_year: int,
    practices: Sequence[DeclaredPractice],
    *,
    by: User | None,
    address: str | None = None,
    now: datetime,
) -> None:
    """Count the practices that were asked about, today (ET): on a POST, before `known_practices`.

    Before a year's data are loaded nothing can be learned: then only NPIs are counted, so that nobody stocks up.
    """
    found = cms_data.fetch(performance_year, practices)
    probes: dict[tuple[str, str, str], bool] = {}
    for practice, data in zip(practices, found.practices, strict=True):
        pairs = _pairs(practice.tin_kind, practice.tin, practice.npis)
        billed = {npi: data is not None and npi in data.npis for npi, _ in pairs}
        probes |= {(CountedBy.NPI, npi, key): billed[npi] for npi, key in pairs}
        if found.source and pairs:
            in_vain = [npi for npi, is_billed in billed.items() if not is_billed]
            probes |= dict.fromkeys(_tried(by, address, pairs[0][1], in_vain), any(billed.values()))
    _keep(probes, now)


class AskedTooMuch(Exception):
    """Whoever asks is over a limit today: no EIN is judged, for the answer tells an SSN."""


def refuse_ssns(
    practices: Sequence[tuple[str, Sequence[str]]], *, by: User | None, address: str | None = None, now: datetime
) -> list[bool]:
    """Say of each (nine digits called an EIN, NPIs) whether it must be refused as an SSN, and count what was asked.

    What is not refused and not the EIN of one of the NPIs counts too: a form may be wrong elsewhere and save nothing,
    and one could try all last digits of somebody's SSN. Raises AskedTooMuch before anything is told or counted: over
    today's limit, or where one request guesses more of them than may be guessed in a day. What CMS data show under one
    of the NPIs is no guess, and while no data are loaded nothing can be learned.
    """
    if asked_too_much(by, address):
        raise AskedTooMuch
    shown = cms_data.shown_as(practices) if practices else []
    guesses = sum(bool(tin and npis) and not it.as_ein for (tin, npis), it in zip(practices, shown, strict=True))
    if guesses > LIMITS[CountedBy.ACCOUNT] and cms_data.is_loaded():
        raise AskedTooMuch
    probes: dict[tuple[str, str, str], bool] = {}
    for (tin, npis), it in zip(practices, shown, strict=True):
        if it.as_ssn:
            pairs = [(npi, cms_data.keys_if_ssn(tin, [npi])[0]) for npi in npis if is_valid_npi(npi)]
            probes |= {(CountedBy.NPI, npi, key): False for npi, key in pairs}
            probes |= dict.fromkeys(_tried(by, address, pairs[0][1], [npi for npi, _ in pairs]), False)
        elif not it.as_ein and (pairs := _pairs(EIN, tin, npis)):
            probes |= dict.fromkeys(_tried(by, address, pairs[0][1], [npi for npi, _ in pairs]), False)
    _keep(probes, now)
    return [it.as_ssn for it in shown]


def asked_too_much(by: User | None, address: str | None) -> bool:
    """Say whether who asks is over the limit today.

    With an account the limits of NPIs and the address do not count here: a stranger could use them up for others.
    """
    mine = [(asker, subject) for asker, subject, _ in _askers(by, None if by else address, "")]
    misses = Probe.objects.filter(day=clock.today(), asker__in=[CountedBy.ACCOUNT, CountedBy.ADDRESS])
    counts = misses.filter(subject__in=[subject for _, subject in mine]).values("asker", "subject")
    counted = counts.annotate(misses=TINS).values_list("asker", "subject", "misses")
    return any((asker, subject) in mine and count >= LIMITS[CountedBy(asker)] for asker, subject, count in counted)


def over_limit() -> QuerySet[Probe]:
    """Return one probe for each asker and day over a limit, with `misses`: how often was asked in vain."""
    in_vain = Probe.objects.filter(~Q(asker=CountedBy.NPI) | Q(billed=False))
    of_tins = in_vain.exclude(asker=CountedBy.NPI).annotate(tin=TIN).values("asker", "subject", "day", "tin")
    guessed = of_tins.annotate(tried=Count("pk")).filter(tried__gte=MOST_TRIED)
    same = {name: OuterRef(name) for name in ("asker", "subject", "day")}
    of_day = in_vain.values("asker", "subject", "day")
    over = reduce(or_, (Q(asker=asker, tins__gte=limit) for asker, limit in LIMITS.items()))
    first = of_day.annotate(first=Min("pk"), tins=TINS).filter(over | Exists(guessed.filter(**same)))
    misses = of_day.filter(**same).annotate(misses=Count("pk"))
    return Probe.objects.filter(pk__in=first.values("first")).annotate(misses=Subquery(misses.values("misses")))


def forget_probes(*, now: datetime) -> int:
    """Delete what was asked more than 400 days ago, longer than any election window; return how many rows that was."""
    deleted, _ = Probe.objects.filter(day__lt=(now - RETENTION).astimezone(clock.EASTERN).date()).delete()
    return deleted


def _pairs(kind: str, tin: str, npis: Sequence[str]) -> list[tuple[str, str]]:
    """Return each valid NPI with the key that the TIN has under it."""
    valid = [npi for npi in dict.fromkeys(npis) if is_valid_npi(npi)]
    keys = cms_data.keys_of(kind, tin, valid)
    if kind == EIN:
        return [(npi, key) for npi in valid for key in keys]
    return list(zip(valid, keys, strict=False)) if kind == SSN else []


def _askers(by: User | None, address: str | None, key: str) -> list[tuple[str, str, str]]:
    account = [(str(CountedBy.ACCOUNT), str(by.pk), key)] if by else []
    return account + ([(str(CountedBy.ADDRESS), address, key)] if address else [])


def _tried(by: User | None, address: str | None, key: str, npis: Sequence[str]) -> list[tuple[str, str, str]]:
    """Return the pairs of each of these NPIs and the TIN with this key, for who asks."""
    return [row for npi in npis for row in _askers(by, address, f"{npi}{_tin_part(key)}")]


def _tin_part(key: str) -> str:
    return key[-TIN_PART:]


def _keep(probes: dict[tuple[str, str, str], bool], now: datetime) -> None:
    """Write the probes of one day, in one order whoever writes, so that two writers never wait for each other."""
    day = now.astimezone(clock.EASTERN).date()
    asked = [
        Probe(asker=asker, subject=subject, tin_key=key, billed=billed, day=day)
        for (asker, subject, key), billed in sorted(probes.items())
    ]
    Probe.objects.bulk_create(
        asked, update_conflicts=True, unique_fields=["asker", "subject", "day", "tin_key"], update_fields=["billed"]
    )
