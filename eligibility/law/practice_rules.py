"""What must hold for each practice of a virtual group: its identifiers, its clinicians, its size."""

from datetime import date

from . import calendar, identifiers, parameters
from .facts import ORGANIZATION, ClinicianData, Practice, Setting
from .rule_results import (
    CMS_DATA,
    CONTEST,
    ENTERED,
    MOST_PLACES_NAMED,
    NPPES,
    OR_LEAVE_OUT,
    SUBMIT_ANYWAY,
    RuleResult,
    be,
    cannot_tell,
    count,
    met,
    not_met,
    places,
    rule,
)

CONTEST_LIST = "If CMS’s list is wrong, contest it and say who did not bill under"


def no_data(setting: Setting, practice: Practice, **facts: object) -> RuleResult:
    """Return that the TIN is not in CMS data, that those are not published yet, or that there is no TIN to look up."""
    digits = parameters.SSN_DIGITS.for_year(setting.performance_year)
    if identifiers.tin_problem(practice.tin_kind, practice.tin, ssn_digits=digits):
        return cannot_tell("We can’t look up CMS data until the TIN is right.", "Enter the TIN first.", **facts)
    message = f"CMS has not published {setting.performance_year} data for this TIN."
    return cannot_tell(message, f"Check every digit of the TIN and the NPIs. {SUBMIT_ANYWAY}", **facts)


def no_npi(setting: Setting, **facts: object) -> RuleResult:
    """Return that CMS data list the TIN and show nobody under it."""
    message = f"CMS data for {setting.performance_year} list this TIN but show no clinicians under it."
    return cannot_tell(message, SUBMIT_ANYWAY, **facts)


@rule("tin-format", cite="414.1315(c)(2)(ii)", source=ENTERED)
def tin_format(setting: Setting, practice: Practice) -> RuleResult:
    """An EIN is nine digits and does not begin with 00; of an SSN exactly the digits asked for are given."""
    digits = parameters.SSN_DIGITS.for_year(setting.performance_year)
    kind = practice.tin_kind
    problem = identifiers.tin_problem(kind, practice.tin, ssn_digits=digits)
    expected = {identifiers.SSN: digits, identifiers.EIN: identifiers.EIN_DIGITS}.get(kind)
    facts: dict[str, object] = {"kind": kind or None, "digits": expected}
    if problem:
        return not_met(problem, _tin_remedy(kind, digits), **facts)
    if kind == identifiers.SSN:
        return met(f"This TIN is the last {digits} digits of a Social Security number.", **facts)
    odd = practice.tin[:2] in parameters.EIN_PREFIXES_NEVER_LISTED.for_year(setting.performance_year)
    warning = " The IRS has never listed its first 2 digits. Check them." if odd else ""
    return met(f"The EIN has 9 digits.{warning}", **facts, odd_prefix=odd)


def _tin_remedy(kind: str, ssn_digits: int) -> str:
    if kind == identifiers.SSN:
        return f"Type only the last {ssn_digits} digits."
    if kind == identifiers.EIN:
        return (
            f"Type the {identifiers.EIN_DIGITS} digits of the EIN as the IRS assigned it."
            " If the TIN is a Social Security number, choose that kind instead."
        )
    return (
        f"Choose EIN or Social Security number. For an EIN, type all {identifiers.EIN_DIGITS} digits."
        f" For a Social Security number, type only the last {ssn_digits}."
    )


@rule("npi-format", cite="414.1315(c)(2)(ii)", source=ENTERED)
def npi_format(setting: Setting, practice: Practice) -> RuleResult:
    """At least one NPI is listed, and every one is valid."""
    problems = {place: identifiers.npi_problem(npi) for npi, place in listed(practice).items()}
    wrong = [place for place, problem in problems.items() if problem]
    facts = {"listed": len(problems), "not_valid": wrong}
    if not problems:
        return not_met("No NPI is listed.", "List every clinician who bills under this TIN.", **facts)
    if wrong:
        message = f"{places('NPI', wrong)} in the list {be(len(wrong))} not valid."
        message += f" {problems[wrong[0]]}" if len(wrong) == 1 else ""
        return not_met(message, "Compare with NPPES (npiregistry.cms.hhs.gov) and type all 10 digits.", **facts)
    if len(problems) == 1:
        return met("The NPI listed is valid.", **facts)
    return met(f"The {len(problems):,} NPIs listed are valid.", **facts)


@rule("npi-person", cite="414.1305", source=NPPES)
def npi_person(setting: Setting, practice: Practice) -> RuleResult:
    """NPPES lists every NPI as a person's, and none is deactivated at the moment judged."""
    entries = [(place, setting.registry.get(npi)) for npi, place in listed(practice).items()]
    organizations = [place for place, entry in entries if entry and entry.entity_type == ORGANIZATION]
    deactivated = [place for place, entry in entries if entry and entry.is_deactivated]
    unknown = [place for place, entry in entries if entry is None or entry.entity_type is None]
    later = [place for place, entry in entries if entry and entry.later]
    facts = {"listed": len(entries), "organizations": organizations, "deactivated": deactivated, "unknown": unknown}
    facts |= {"later": later} if later else {}
    note = _later_dates([(place, *date) for place, entry in entries if entry for date in entry.later]) if later else ""
    if organizations or deactivated:
        belong = "belongs to an organization" if len(organizations) == 1 else "belong to organizations"
        said = [
            f"{places('NPI', found)} in the list {what} in NPPES."
            for found, what in ((organizations, belong), (deactivated, f"{be(len(deactivated))} deactivated"))
            if found
        ]
        remedy = "List the clinician’s own active NPI, or fix the record in NPPES."
        return not_met(f"{' '.join(said)}{note}", remedy, **facts)
    if unknown:
        belong = "belongs to a person" if len(unknown) == 1 else "belong to people"
        message = f"NPPES data do not show that {places('NPI', unknown)} in the list {belong}.{note}"
        return cannot_tell(message, f"Check for a mistyped digit. {SUBMIT_ANYWAY}", **facts)
    if not entries:
        return cannot_tell("No NPI is listed.", "List every clinician who bills under this TIN.", **facts)
    return met(f"In NPPES, every NPI here is active and belongs to a person.{note}", **facts)


@rule("determination-available", cite="414.1315(c)(1)", source=CMS_DATA)
def determination_available(setting: Setting, practice: Practice) -> RuleResult:
    """CMS data list the TIN for the performance year."""
    if practice.data is None:
        return no_data(setting, practice, listed=False)
    return met(f"CMS data for {setting.performance_year} list this TIN.", listed=True)


@rule("roster-complete", cite="414.1315(c)(2)(ii)", source=CMS_DATA)
def roster_complete(setting: Setting, practice: Practice) -> RuleResult:
    """The NPIs listed are those that CMS data show under the TIN."""
    declared = set(practice.npis)
    if practice.data is None:
        return no_data(setting, practice, listed=len(declared), shown=None)
    shown = practice.data.npis
    missing, extra = len(shown - declared), len(declared - shown)
    is_too_large = len(shown) > parameters.MOST_CLINICIANS.for_year(setting.performance_year)
    facts = {"listed": len(declared), "shown": len(shown), "missing": missing, "extra": extra}
    if not shown:
        return no_npi(setting, **facts)
    if missing:
        message = f"CMS data show {count(missing, 'clinician')} under this TIN who {be(missing)} not listed."
        list_all = f"List every clinician who billed under this TIN {_period(setting)}. {CONTEST_LIST} it then."
        return not_met(message, _contest_or_leave_out(setting) if is_too_large else list_all, **facts)
    if extra:
        message = f"CMS data do not show {count(extra, 'listed clinician')} under this TIN."
        check = "Check that everyone listed bills under this TIN."
        return cannot_tell(message, check if is_too_large else f"{check} {SUBMIT_ANYWAY}", **facts)
    return met("The clinicians listed are the ones CMS data show under this TIN.", **facts)


@rule("practice-size", cite="414.1315(a)(1)", source=CMS_DATA)
def practice_size(setting: Setting, practice: Practice) -> RuleResult:
    """No more than 10 clinicians bill under the TIN, excluded ones and all types counted."""
    limit = parameters.MOST_CLINICIANS.for_year(setting.performance_year)
    too_many = f"A practice in a virtual group can have at most {limit}."
    if practice.data is None:
        declared = len(set(practice.npis))
        facts = {"clinicians": None, "listed": declared, "limit": limit}
        if declared <= limit:
            return no_data(setting, practice, **facts)
        contest = f"If some of them did not bill under this TIN {_period(setting)}, contest this and say who."
        return not_met(f"{count(declared, 'clinician')} are listed. {too_many}", f"{contest} {OR_LEAVE_OUT}", **facts)
    clinicians = len(practice.data.npis)
    if clinicians == 0:
        return no_npi(setting, clinicians=0, limit=limit)
    bill = f"{count(clinicians, 'clinician')} {'bills' if clinicians == 1 else 'bill'} under this TIN."
    if clinicians > limit:
        return not_met(f"{bill} {too_many}", _contest_or_leave_out(setting), clinicians=clinicians, limit=limit)
    return met(f"{bill} The limit is {limit}.", clinicians=clinicians, limit=limit)


@rule("mips-eligible-clinician", cite="414.1305, 414.1310(b)", source=CMS_DATA)
def mips_eligible_clinician(setting: Setting, practice: Practice) -> RuleResult:
    """At least one clinician is of an eligible type, not newly enrolled in Medicare, and no QP."""
    if practice.data is None:
        return no_data(setting, practice, eligible=None)
    types = parameters.ELIGIBLE_CLINICIAN_TYPES.for_year(setting.performance_year)
    verdicts = {clinician.npi: _is_mips_eligible(clinician, types) for clinician in practice.data.clinicians}
    eligible, unknown = (list(verdicts.values()).count(kind) for kind in (True, None))
    partials = [clinician.npi for clinician in practice.data.clinicians if clinician.qp_status == "partial"]
    partial = sum(verdicts[npi] is not False for npi in partials)
    facts = {"clinicians": len(verdicts), "eligible": eligible, "unknown": unknown, "partial_qp": partial}
    warning = (
        f" {count(partial, 'Partial QP')} (partial qualifying APM participant) {be(partial)} not excluded,"
        " because a virtual group election counts as electing to take part in MIPS."
        if partial
        else ""
    )
    if not verdicts:
        return no_npi(setting, **facts)
    if eligible:
        message = f"{count(eligible, 'clinician')} under this TIN {be(eligible)} MIPS eligible."
        return met(f"{message} At least 1 is required.{warning}", **facts)
    if unknown:
        message = f"CMS data do not say whether {count(unknown, 'clinician')} {be(unknown)} MIPS eligible.{warning}"
        return cannot_tell(message, SUBMIT_ANYWAY, **facts)
    message = (
        "No clinician under this TIN is MIPS eligible."
        " Each one has a type that is not eligible, is newly enrolled in Medicare,"
        " or is a qualifying APM participant (QP)."
    )
    return not_met(message, CONTEST, **facts)


@rule("one-virtual-group", cite="414.1315(a)(1)", source="Other elections")
def one_virtual_group(setting: Setting, practice: Practice) -> RuleResult:
    """No other election holds the TIN for the performance year."""
    year, claimed = setting.performance_year, practice.claimed_elsewhere
    if claimed is None:
        message = f"CMS will check whether this TIN is free to take part in a virtual group for {year}."
        return cannot_tell(message, SUBMIT_ANYWAY, claimed_elsewhere=None)
    if claimed:
        return not_met(
            f"Another virtual group’s election for {year} names this TIN. A TIN can be in only one.",
            "Ask the practice which virtual group it wants to be in. You can submit, and CMS will decide.",
            claimed_elsewhere=True,
        )
    return met(f"No other virtual group’s election for {year} has claimed this TIN.", claimed_elsewhere=False)


def _later_dates(found: list[tuple[int, str, date]]) -> str:
    """Return the sentence that names dates after the day judged, to follow another."""
    named = [f"NPI {place} {what} {calendar.in_words(day)}" for place, what, day in found[:MOST_PLACES_NAMED]]
    more = [f"{len(found) - len(named):,} more"] if len(found) > len(named) else []
    return f" NPPES also shows later dates, which do not count for this election: {'; '.join([*named, *more])}."


def listed(practice: Practice) -> dict[str, int]:
    """Return the NPIs listed, each once, with the place in the list (from 1) where it first stands."""
    found: dict[str, int] = {}
    for place, npi in enumerate(practice.npis, 1):
        found.setdefault(npi, place)
    return found


def _is_mips_eligible(clinician: ClinicianData, types: frozenset[str]) -> bool | None:
    """Return None where what is known does not settle it."""
    kind, newly_enrolled, qp_status = clinician.clinician_type, clinician.newly_enrolled, clinician.qp_status
    if (kind is not None and kind not in types) or newly_enrolled or qp_status == "qp":
        return False
    if kind is None or newly_enrolled is None or qp_status is None:
        return None
    return True


def _contest_or_leave_out(setting: Setting) -> str:
    """Return what helps a practice that is too large: to list those who are missing would not."""
    return f"{CONTEST_LIST} this TIN {_period(setting)}. {OR_LEAVE_OUT}"


def _period(setting: Setting) -> str:
    return f"from {calendar.billing_period(setting.performance_year)}"
