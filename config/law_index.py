"""The law, traced: what each paragraph asks, what does it here, where people see it, and which test holds it.

`docs/law.md` and the public page are made from this table; a paragraph without a row, a rule that no row names, or a
row that points nowhere fails a test.
"""

import re
from collections.abc import Iterator
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
    rules: tuple[str, ...]
    features: tuple[str, ...]
    pages: tuple[str, ...]
    tests: tuple[str, ...]
    planned: str = ""

    @property
    def page_labels(self) -> list[str]:
        """The pages in words, as in `submit page` and `CMS staff: election override`."""
        return [re.sub(r"admin:[a-z]+_", "CMS staff: ", name).replace("_", " ") for name in self.pages]

    @property
    def url(self) -> str:
        """Where the paragraph can be read."""
        section, parenthesis, _ = self.paragraph.partition("(")
        return f"{ECFR}{section}" + (f"#p-{self.paragraph}" if parenthesis else "")


PRACTICE = "practice ledger submit_page receipt admin:elections_election_change"
PROVISION = """\
  feature: a provision of our agreement text
  pages: agreement document
  tests: agreements/text/test_coverage.py test_our_document_has_every_part
         test_a_part_that_is_removed_is_named_and_no_other\
"""

# Each row begins with its paragraph and what that asks. Of a feature there is one a line, of all else one a word; the
# name of a file of tests, under tests/, goes before those of its functions.
TABLE = f"""
414.1305 Defines MIPS eligible clinician, solo practitioner, and group. Says when an NPI belongs to a person, and what
    the low-volume threshold and a group’s statuses are.
  rules: npi-person mips-eligible-clinician low-volume-threshold
  feature: a preview of the group as a whole, with all practices or without one
  pages: {PRACTICE} sandbox
  tests: law/test_practice_rules.py test_npi_person test_npi_person_is_judged_at_the_moment
         test_mips_eligible_clinician_types_by_year law/test_low_volume.py
         test_low_volume_threshold_and_opt_in_from_2019 law/test_determination.py
         test_preview_share_is_strictly_more_than_75_percent elections/sandbox/test_sandbox.py
         test_what_changes_if_one_practice_is_left_out law/test_determination.py test_preview_small_practice
414.1310(b) Excludes some clinicians of an eligible type: newly enrolled clinicians and QPs. A Partial QP who elects is
    not excluded.
  rules: mips-eligible-clinician
  pages: {PRACTICE}
  tests: law/test_practice_rules.py test_mips_eligible_clinician test_partial_qp_is_said_in_the_message
414.1310(b)(1)(iii) A practice that does not exceed the low-volume threshold is excluded.
  rules: low-volume-threshold
  pages: {PRACTICE}
  tests: law/test_low_volume.py test_low_volume_threshold_and_opt_in_from_2019
         test_low_volume_threshold_and_opt_in_in_2018 test_figures_are_compared_exactly
414.1310(b)(1)(iii)(A) A practice that exceeds one or two of the three limits can opt in. Electing here is that
    decision. It is final after the election window closes.
  rules: opt-in-accepted
  pages: agreement {PRACTICE}
  tests: law/test_low_volume.py test_low_volume_threshold_and_opt_in_from_2019 test_the_opt_in_says_that_it_is_final
414.1315(a)(1) Solo practitioners and groups of 10 or fewer elect with at least one other. Each can be in only one
    virtual group. The election binds everyone in a group. It is made before the year begins and does not change during
    the year.
  rules: practice-size one-virtual-group two-or-more-practices distinct-practices
  feature: only one election of the year can hold a TIN
  feature: a submitted election cannot be withdrawn after the window closes
  pages: {PRACTICE} practices withdraw admin:elections_conflict_change
  tests: law/test_practice_rules.py test_practice_size test_one_virtual_group law/test_virtual_group_rules.py
         test_two_or_more_and_distinct_practices elections/submission/test_submit.py
         test_a_tin_that_another_holds_waits_with_a_receipt elections/test_life.py
         test_a_submitted_election_is_not_withdrawn_after_the_deadline proof/test_race.py
         test_fifty_elections_race_for_one_tin
414.1315(a)(2) Each MIPS eligible clinician in the virtual group gets the payment adjustment that the group’s
    combined performance earns.
  feature: before submitting, a page says what this means for everyone
  pages: submit_page
  tests: elections/overview/test_election.py test_from_nothing_to_a_receipt
414.1315(b) Practices elect by December 31 of the year before.
  rules: election-window
  feature: a draft lapses after the window closes
  feature: the data steward sets each year’s window
  feature: a day that CMS has not announced yet is called expected
  pages: home election submit_page admin:eligibility_electionwindow_add
  tests: law/test_virtual_group_rules.py test_election_window_of_every_year elections/submission/test_submit.py
         test_the_deadline_is_midnight_eastern elections/test_life.py
         test_a_draft_lapses_fifteen_minutes_after_the_window_closed elections/test_years.py
         test_an_election_for_2028_is_received_from_october_1_to_december_31_2027
414.1315(c)(1) Eligibility is determined from CMS data for a determination period. For 2018, that was July to November
    2017. For later years, it is the first segment of the MIPS determination period.
  rules: determination-available
  feature: staff load CMS data for each performance year
  feature: the representative can contest what CMS data show, and a lead reviewer can override it
  pages: {PRACTICE} contest admin:elections_election_override admin:eligibility_loadrun_change
  tests: elections/practices/test_contest.py test_a_contested_finding_is_submitted_with_what_was_said
         elections/desk/test_override.py test_a_contested_finding_is_not_approved_without_an_override
         law/test_practice_rules.py test_determination_available law/test_determination.py test_determination_periods
         cms_data/test_load_determinations.py test_becomes_active_as_one_run
414.1315(c)(2)(i) A formal written agreement with the 9 required items exists before the election.
  rules: agreement-acknowledged
  feature: each practice signs it here with its own link, or all practices sign it somewhere else
  pages: agreement document agreement_text signing
  tests: law/test_virtual_group_rules.py test_agreement_acknowledged elections/signing/test_sign.py
         test_the_election_is_submitted_with_what_was_signed
414.1315(c)(2)(ii) The representative submits for everyone: every TIN, every NPI under it, who the representative is,
    and that the agreement exists.
  rules: tin-format npi-format roster-complete representative-named
  feature: only the representative submits
  feature: a receipt with a receipt code
  pages: virtual_group representative practice_add submit_page receipt
  tests: law/test_practice_rules.py test_tin_format test_npi_format test_roster_complete
         law/test_virtual_group_rules.py test_representative_named elections/submission/test_submit.py
         test_a_collaborator_cannot_submit elections/overview/test_election.py test_from_nothing_to_a_receipt
414.1315(c)(2)(iii) The representative reports what changed in the election before data submission starts.
  feature: the representative reports who joined or left, what became of a practice, and new contact details
  feature: or that nothing has changed; each report has a receipt, and can be undone until CMS acknowledges it
  feature: what is due and by when, as a page, a calendar file, reminders, and a list for staff of who has not reported
  pages: updates update update_clinician update_practice update_contact update_nothing update_calendar
         admin:elections_unreported_changelist
  tests: elections/upkeep/test_updates.py test_joined_and_left_are_exported_with_their_days
         elections/upkeep/test_reporting.py test_that_nothing_has_changed_is_reported_once_a_day
         test_an_update_has_a_receipt_that_anybody_can_check test_late_updates_are_kept_and_marked
         elections/upkeep/test_duties.py test_an_update_counts_from_october_until_data_submission_starts
         elections/upkeep/test_update_reminders.py test_a_year_of_reminders elections/upkeep/test_year.py
         test_a_year_of_updates
414.1315(c)(3)(i) The agreement identifies each party by name, TIN and every NPI. It has no other parties.
{PROVISION}
  feature: the party list and a schedule for each party
  tests: agreements/papers/test_rendering.py test_every_party_and_npi_is_in_it
414.1315(c)(3)(ii) The agreement’s term is at least one performance period.
{PROVISION}
  tests: agreements/text/test_document_text.py test_a_term_covers_the_performance_period
414.1315(c)(3)(iii) Each party notifies every NPI under its TIN that they take part.
{PROVISION}
  feature: a practice’s clinicians get the notice by email or by letter, and who was told, how and when is on record
  pages: clinician_notices
  tests: elections/clinician_notices/test_telling.py test_the_notice_is_sent_once_to_each_address
         test_letters_are_one_for_each_clinician
414.1315(c)(3)(iv) The agreement states each NPI’s rights and obligations in the virtual group, and what this means
    outside it.
{PROVISION}
414.1315(c)(3)(v) The agreement says how payment adjustments encourage better care.
{PROVISION}
414.1315(c)(3)(vi) Each party keeps its Medicare enrollment current and notifies the others of a change within 30 days.
{PROVISION}
  feature: we email the other signers when a party’s schedule changes, and all of them when someone joined or left
  feature: an update that came more than 30 days after its change says so
  tests: elections/signing/test_signing.py test_a_changed_schedule_asks_that_practice_and_tells_the_others
         elections/upkeep/test_reporting.py test_more_than_30_days_are_said
         test_a_change_of_clinicians_is_told_to_all_parties_and_a_new_name_to_its_own
414.1315(c)(3)(vii) When the agreement ends, each party hands over the data needed to add up the results.
{PROVISION}
414.1315(c)(3)(viii) All parties take part in MIPS as a virtual group, and comply with MIPS and with all laws that
    apply.
{PROVISION}
414.1315(c)(3)(ix) Someone authorized to bind the party executes (signs) the agreement for it.
  rules: agreement-executed
{PROVISION}
  feature: the signer states that they are authorized to sign for the practice
  pages: sign_room
  tests: law/test_virtual_group_rules.py test_agreement_executed elections/signing/test_sign.py
         test_signing_is_said_and_counts test_another_text_and_other_parties_void_all
414.1315(d)(1) The practices meet the definition of a virtual group throughout the performance period.
  feature: every practice is checked at submission and again at the decision
  feature: approval then holds for the year, and the representative reports who joins or leaves
  feature: a practice that closes, merges or is acquired stays in the virtual group for the year
  pages: submit_page updates update_clinician update_practice admin:elections_election_change
  tests: elections/desk/test_review.py test_approve_mints_an_identifier_and_exports_it elections/upkeep/test_updates.py
         test_joined_and_left_are_exported_with_their_days elections/upkeep/test_reporting.py
         test_what_became_of_a_practice_is_reported test_a_practice_that_grew_is_noted_and_the_approval_stays
414.1315(d)(2) They aggregate their performance data across all TINs of the virtual group.
  feature: the agreement requires each party to furnish its data, and to do so before a closure or merger
  feature: the export lists everyone by identifier, TIN and NPI
  feature: reporting itself happens on another site
  pages: agreement document help
  tests: agreements/text/test_coverage.py test_our_document_has_every_part
         test_a_part_that_is_removed_is_named_and_no_other elections/desk/test_review.py
         test_approve_mints_an_identifier_and_exports_it
414.1315(d)(3) Their performance is assessed as one virtual group across all performance categories.
  feature: explained before submitting, and on the help page
  pages: submit_page help
  tests: elections/overview/test_election.py test_from_nothing_to_a_receipt
414.1315(d)(4) They follow the election process that CMS requires.
  feature: an election follows one table of statuses, and is received only once and only in the window
  pages: election submit_page receipt withdraw
  tests: elections/test_life.py test_a_submitted_election_is_not_withdrawn_after_the_deadline
         elections/submission/test_submit.py test_the_deadline_is_midnight_eastern
         test_a_second_click_gives_the_same_receipt
"""


HOLDS = {"rules", "feature", "pages", "tests", "planned"}


def _rows() -> Iterator[Row]:
    """Read the table: an indented line goes on with the line above it, unless it names what it holds."""
    for text in re.split(r"\n(?=\d)", TABLE.strip()):
        first, *lines = (" ".join(part.split()) for part in re.split(r"\n(?=  \w+: )", text))
        held: dict[str, list[str]] = {}
        for name, value in (line.split(": ", 1) for line in lines):
            held.setdefault(name, []).extend([value] if name in {"feature", "planned"} else value.split())
        paragraph, asks = first.split(" ", 1)
        if unknown := held.keys() - HOLDS:
            raise ValueError(f"{paragraph} names {unknown}, and a row holds {HOLDS}.")
        rules, features, pages = (tuple(held.get(name, ())) for name in ("rules", "feature", "pages"))
        yield Row(paragraph, asks, rules, features, pages, tuple(_tests(held["tests"])), *held.get("planned", ()))


def _tests(words: list[str]) -> Iterator[str]:
    """Return the tests as `file::function`."""
    file = ""
    for word in words:
        if word.endswith(".py"):
            file = word
        else:
            yield f"tests/{file}::{word}"


ROWS = tuple(_rows())


def as_markdown() -> str:
    """Return the table as `docs/law.md`."""
    lines = [
        "# How this site follows the rules",
        "",
        "Each paragraph of 42 CFR 414.1315, and the paragraphs of 414.1305 and 414.1310 that apply: which rule or",
        "feature covers it, on which page, and which test checks it. Made from `config/law_index.py` by",
        "`manage.py law`. A test compares the two.",
        "",
        "| paragraph | asks | rule or feature | page | test | planned |",
        "|---|---|---|---|---|---|",
    ]
    for row in ROWS:
        rules, pages, tests = ([f"`{name}`" for name in names] for names in (row.rules, row.pages, row.tests))
        listed = ("<br>".join(names) for names in ([*rules, *row.features], pages, tests))
        lines.append(f"| {' | '.join((f'[{row.paragraph}]({row.url})', row.asks, *listed, row.planned))} |")
    return "\n".join(lines) + "\n"
