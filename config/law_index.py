"""The law, traced: what each paragraph asks, what does it here, where people see it, and which test holds it.

`docs/law.md` and the public page are made from this table; a paragraph without a row, a rule that no row names, or a
row that points nowhere fails a test.
"""

from dataclasses import dataclass

ECFR = "https://www.ecfr.gov/current/title-42/section-"


@dataclass(frozen=True, slots=True)
class Row:
    """One paragraph of 42 CFR.

    `asks` says in our own words what it asks; `rules` are ids of rules, `features` what else does it, in words; `pages`
    are names of addresses; `tests` are `file::function`. `planned` says what is still to be built, empty where nothing
    is.
    """

    paragraph: str
    asks: str
    rules: tuple[str, ...] = ()
    features: tuple[str, ...] = ()
    pages: tuple[str, ...] = ()
    tests: tuple[str, ...] = ()
    planned: str = ""

    @property
    def url(self) -> str:
        """Where the paragraph can be read."""
        section, parenthesis, _ = self.paragraph.partition("(")
        return f"{ECFR}{section}" + (f"#p-{self.paragraph}" if parenthesis else "")


PRACTICE = ("practice", "ledger", "review", "receipt", "admin:elections_election_change")
AGREEMENT = ("agreement", "document")
IN_THE_TEXT = "a provision of the agreement that we make"
EACH_PART = (
    "tests/agreements/text/test_coverage.py::test_our_document_has_every_part",
    "tests/agreements/text/test_coverage.py::test_a_part_that_is_removed_is_named_and_no_other",
)
TOLD = {"vi": ("who signed is told by mail when another party's schedule changes",)}
TELLING = {
    "vi": ("tests/elections/signing/test_signing.py::test_a_changed_schedule_asks_that_practice_and_tells_the_others",)
}

ROWS = (
    Row(
        "414.1305",
        "Who is a MIPS eligible clinician, a solo practitioner, a group; when an NPI is a person's; what the "
        "low-volume threshold and the statuses of a whole group are.",
        rules=("npi-person", "mips-eligible-clinician", "low-volume-threshold"),
        features=("the preview of the whole group, and without one practice",),
        pages=(*PRACTICE, "sandbox"),
        tests=(
            "tests/law/test_practice_rules.py::test_npi_person",
            "tests/law/test_practice_rules.py::test_mips_eligible_clinician_types_by_year",
            "tests/law/test_low_volume.py::test_low_volume_threshold_and_opt_in_from_2019",
            "tests/law/test_determination.py::test_preview_share_is_strictly_more_than_75_percent",
            "tests/elections/sandbox/test_sandbox.py::test_what_changes_if_one_practice_is_left_out",
            "tests/law/test_determination.py::test_preview_small_practice",
        ),
    ),
    Row(
        "414.1310(b)",
        "Who is excluded though of an eligible type: newly enrolled clinicians and QPs; a Partial QP who elects, not.",
        rules=("mips-eligible-clinician",),
        pages=PRACTICE,
        tests=(
            "tests/law/test_practice_rules.py::test_mips_eligible_clinician",
            "tests/law/test_practice_rules.py::test_partial_qp_is_said_in_the_message",
        ),
    ),
    Row(
        "414.1310(b)(1)(iii)",
        "A practice that does not exceed the low-volume threshold is excluded.",
        rules=("low-volume-threshold",),
        pages=PRACTICE,
        tests=(
            "tests/law/test_low_volume.py::test_low_volume_threshold_and_opt_in_from_2019",
            "tests/law/test_low_volume.py::test_low_volume_threshold_and_opt_in_in_2018",
            "tests/law/test_low_volume.py::test_figures_are_compared_exactly",
        ),
    ),
    Row(
        "414.1310(b)(1)(iii)(A)",
        "A practice that exceeds one or two of the three limits may opt in; electing here is that decision, and final.",
        rules=("opt-in-accepted",),
        pages=("agreement", *PRACTICE),
        tests=(
            "tests/law/test_low_volume.py::test_low_volume_threshold_and_opt_in_from_2019",
            "tests/law/test_low_volume.py::test_the_opt_in_says_that_it_is_final",
        ),
    ),
    Row(
        "414.1315(a)(1)",
        "Solo practitioners and groups of ten or fewer elect with at least one other; each is in one virtual group; "
        "the election binds the whole group, is made before the year and is not changed in it.",
        rules=("practice-size", "one-virtual-group", "two-or-more-practices", "distinct-practices"),
        features=("a TIN is held by one election of the year", "withdrawing ends with the election window"),
        pages=(*PRACTICE, "practices", "withdraw", "admin:elections_conflict_change"),
        tests=(
            "tests/law/test_practice_rules.py::test_practice_size",
            "tests/law/test_practice_rules.py::test_one_virtual_group",
            "tests/law/test_virtual_group_rules.py::test_two_or_more_and_distinct_practices",
            "tests/elections/submission/test_submit.py::test_a_tin_that_another_holds_waits_with_a_receipt",
            "tests/elections/test_life.py::test_a_submitted_election_is_not_withdrawn_after_the_deadline",
            "tests/proof/test_race.py::test_fifty_elections_race_for_one_tin",
        ),
    ),
    Row(
        "414.1315(a)(2)",
        "Each MIPS eligible clinician in the virtual group gets the payment adjustment of its combined performance.",
        features=("said before submitting: what it means for everyone",),
        pages=("review",),
        tests=("tests/elections/overview/test_election.py::test_from_nothing_to_a_receipt",),
    ),
    Row(
        "414.1315(b)",
        "The election is made by December 31 of the year before.",
        rules=("election-window",),
        features=("a draft lapses after the window", "the data steward sets each year's window"),
        pages=("home", "election", "review", "admin:eligibility_electionwindow_add"),
        tests=(
            "tests/law/test_virtual_group_rules.py::test_election_window_of_every_year",
            "tests/elections/submission/test_submit.py::test_the_deadline_is_midnight_eastern",
            "tests/elections/test_life.py::test_a_draft_lapses_fifteen_minutes_after_the_window_closed",
        ),
    ),
    Row(
        "414.1315(c)(1)",
        "Eligibility is determined from CMS data of a determination period: July to November 2017 for 2018, and the "
        "first segment of the MIPS determination period from then on.",
        rules=("determination-available",),
        features=(
            "CMS data are loaded for each performance year",
            "the representative contests what data say, and a lead reviewer may override it",
        ),
        pages=(*PRACTICE, "contest", "admin:elections_election_override", "admin:eligibility_loadrun_change"),
        tests=(
            "tests/elections/practices/test_contest.py::test_a_contested_finding_is_submitted_with_what_was_said",
            "tests/elections/desk/test_override.py::test_a_contested_finding_is_not_approved_without_an_override",
            "tests/law/test_practice_rules.py::test_determination_available",
            "tests/law/test_determination.py::test_determination_periods",
            "tests/cms_data/test_load_determinations.py::test_becomes_active_as_one_run",
        ),
    ),
    Row(
        "414.1315(c)(2)(i)",
        "A formal written agreement that does the nine things exists before the election.",
        rules=("agreement-acknowledged",),
        features=("the practices sign it here, each by its own link, or it is executed elsewhere",),
        pages=(*AGREEMENT, "agreement_text", "signing"),
        tests=(
            "tests/law/test_virtual_group_rules.py::test_agreement_acknowledged",
            "tests/elections/signing/test_sign.py::test_the_election_is_submitted_with_what_was_signed",
        ),
    ),
    Row(
        "414.1315(c)(2)(ii)",
        "The representative submits for all: every TIN, every NPI under it, who the representative is, and that the "
        "agreement exists.",
        rules=("tin-format", "npi-format", "roster-complete", "representative-named"),
        features=("only the representative submits", "a receipt with its code"),
        pages=("virtual_group", "representative", "practice_add", "review", "receipt"),
        tests=(
            "tests/law/test_practice_rules.py::test_tin_format",
            "tests/law/test_practice_rules.py::test_npi_format",
            "tests/law/test_practice_rules.py::test_roster_complete",
            "tests/law/test_virtual_group_rules.py::test_representative_named",
            "tests/elections/submission/test_submit.py::test_a_collaborator_cannot_submit",
            "tests/elections/overview/test_election.py::test_from_nothing_to_a_receipt",
        ),
    ),
    Row(
        "414.1315(c)(2)(iii)",
        "The representative reports what changed in the election's information before data are submitted.",
        features=("contact details, and clinicians who joined or left, are reported with their day",),
        pages=("updates", "update_contact", "update_clinician"),
        tests=("tests/elections/upkeep/test_updates.py::test_joined_and_left_are_exported_with_their_days",),
        planned="A reminder before the submission period begins.",
    ),
    Row(
        "414.1315(c)(3)(i)",
        "The agreement names its parties, by name, TIN and every NPI, and has no others.",
        features=(IN_THE_TEXT, "the party list and a schedule for each party"),
        pages=AGREEMENT,
        tests=(*EACH_PART, "tests/agreements/papers/test_rendering.py::test_every_party_and_npi_is_in_it"),
    ),
    Row(
        "414.1315(c)(3)(ii)",
        "The agreement is for at least one performance period.",
        features=(IN_THE_TEXT,),
        pages=AGREEMENT,
        tests=(*EACH_PART, "tests/agreements/text/test_document_text.py::test_a_term_covers_the_performance_period"),
    ),
    *(
        Row(
            f"414.1315(c)(3)({number})",
            asks,
            features=(IN_THE_TEXT, *TOLD.get(number, ())),
            pages=AGREEMENT,
            tests=(*EACH_PART, *TELLING.get(number, ())),
        )
        for number, asks in (
            ("iii", "Each party tells every NPI under its TIN that they take part."),
            (
                "iv",
                "The agreement says what each NPI may and must do in the virtual group, and what it means outside it.",
            ),
            ("v", "The agreement says how payment adjustments encourage better care."),
            ("vi", "Each party keeps its Medicare enrollment current and tells the others of a change within 30 days."),
            ("vii", "When the agreement ends, each party hands over the data needed to add up the results."),
            ("viii", "All take part in MIPS as a virtual group, and keep to MIPS and to all laws that apply."),
        )
    ),
    Row(
        "414.1315(c)(3)(ix)",
        "The agreement is executed for each party by somebody who may bind it.",
        rules=("agreement-executed",),
        features=(IN_THE_TEXT, "whoever signs states that they may bind the practice"),
        pages=(*AGREEMENT, "sign_room"),
        tests=(
            *EACH_PART,
            "tests/law/test_virtual_group_rules.py::test_agreement_executed",
            "tests/elections/signing/test_sign.py::test_signing_is_said_and_counts",
            "tests/elections/signing/test_sign.py::test_another_text_and_other_parties_void_all",
        ),
    ),
    Row(
        "414.1315(d)",
        "A virtual group reports and is scored as one: its data are added up over all its TINs.",
        features=("said before submitting; reporting itself happens elsewhere, by the identifier and the export",),
        pages=("review", "election", "help"),
        tests=("tests/elections/desk/test_review.py::test_approve_mints_an_identifier_and_exports_it",),
    ),
)


def as_markdown() -> str:
    """Return the table as `docs/law.md`."""
    lines = [
        "# The law, traced",
        "",
        "Each paragraph of 42 CFR 414.1315, and those of 414.1305 and 414.1310 that count: what does it here, on which",
        "page, and which test holds it. Made from `config/law_index.py` by `manage.py law`; a test compares.",
        "",
        "| paragraph | asks | rule or feature | page | test | planned |",
        "|---|---|---|---|---|---|",
    ]
    for row in ROWS:
        does = [f"`{rule}`" for rule in row.rules] + list(row.features)
        pages = [f"`{page}`" for page in row.pages]
        tests = [f"`{test}`" for test in row.tests]
        cells = (f"[{row.paragraph}]({row.url})", row.asks, *map(_listed, (does, pages, tests)), row.planned)
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def _listed(items: list[str]) -> str:
    return "<br>".join(items)
