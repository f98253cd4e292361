"""The nine things a virtual group agreement must do (42 CFR 414.1315(c)(3)), and the clauses that do them.

Each provision has parts; each part says what the regulation asks, and gives the clause of our own writing that fulfils
it; coverage.py finds the parts in any text. Placeholders in clauses are filled in document_text.py.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from eligibility.law.parameters import Parameter

TEXT_VERSION = "2026-12"
NOTICE_DAYS = Parameter("days after a change", "42 CFR 414.1315(c)(3)(vi)", {2018: 30})


@dataclass(frozen=True, slots=True)
class Part:
    """One thing a provision must do.

    `listed` clauses are items of the list that the clause before them opens. `ours` marks what this project adds
    to the regulation: who signs again when something changes.
    """

    id: str
    must: str
    clause: str
    listed: bool = False
    ours: bool = False


@dataclass(frozen=True, slots=True)
class Provision:
    """One of the nine items, in the order of the regulation."""

    item: str
    heading: str
    summary: str
    parts: tuple[Part, ...]

    @property
    def citation(self) -> str:
        """Return the paragraph, as in `42 CFR 414.1315(c)(3)(iv)`."""
        return f"42 CFR 414.1315(c)(3)({self.item})"


@dataclass(frozen=True, slots=True)
class Choices:
    """What the parties chose: the last performance year of the term (None: the first alone), and words of their own."""

    last_year: int | None = None
    quality: str = ""
    close_out_contact: str = ""


@dataclass(frozen=True, slots=True)
class ChosenPart:
    """A clause that stands in a provision where something was chosen; the regulation does not ask for it."""

    id: str
    item: str
    clause: str


def chosen_parts(choices: Choices) -> list[ChosenPart]:
    """Return the clauses of what was chosen, none for what was not."""
    chosen = []
    if choices.last_year:
        years = (
            f"This agreement holds for each performance year through {choices.last_year}. For each of them the "
            "virtual group is elected anew. A party whose schedule changed since it signed signs again before."
        )
        chosen.append(ChosenPart("ii-years", "ii", years))
    if choices.quality:
        chosen.append(ChosenPart("v-own", "v", choices.quality))
    if choices.close_out_contact:
        contact = f"For the close-out, the parties reach each other through {choices.close_out_contact}."
        chosen.append(ChosenPart("vii-contact", "vii", contact))
    return chosen


# What the parties sign: each clause after the id of its part. Where a line ends means nothing.
CLAUSES = """
[i-names] The parties to this agreement are the practices in the party list, which gives the full name of each party.
[i-tins] The party list also gives each party’s taxpayer identification number (TIN). Where that is a clinician’s Social
Security number, the list gives only its last six digits and says so.
[i-npis] Each party has a schedule of its own. It lists, by name and National Provider Identifier (NPI), all clinicians
who bill under that party’s TIN, and leaves nobody out.
[i-only] Only the practices that make up the virtual group are parties. Nobody else is bound by this agreement or has
rights under it.
[ii-term] This agreement is in force from {term_from} through {term_to}, and so for at least one performance period: all
of performance year {performance_year}. No party can leave the virtual group while that year runs. What the parties owe
each other for reporting on that year, they owe until it is done.
[iii-notify] Each party must notify, in writing, every clinician who bills under its TIN that they are part of this
virtual group in MIPS: before the performance year starts or, where a clinician begins to bill under the TIN later, when
they begin. Each party must let those clinicians read this agreement.
[iv-rights] Each clinician has the right to know which practices form the virtual group, to be told which measures and
activities it reports, to see the data reported about their own work and the virtual group’s results and final score, to
have a mistake in those data corrected before they are submitted, and to have the virtual group consider asking CMS for
a targeted review.
[iv-obligations] Each clinician must document the care they give completely and correctly, hand their practice in time
the data that the virtual group reports, and carry out the measures and improvement activities that the virtual group
has chosen and that apply to their work. Each party must see to it that the clinicians under its TIN do so.
[iv-representation] The virtual group represents each clinician in MIPS, through the representative whom the parties
have named. The representative submits the election, tells CMS what changes and deals with CMS for the virtual group.
The representative cannot sign for a party without being authorized by it, and cannot bind a clinician to anything that
this agreement does not say. The parties may name another representative; that changes nothing else in this agreement.
[iv-reporting] The reporting requirements of MIPS are met by the virtual group as a whole. It reports traditional MIPS.
Its data on quality, on improvement activities and on Promoting Interoperability are combined across the TINs of all
parties and submitted for performance year {performance_year} by the date that CMS sets; CMS works out cost from claims.
Each clinician is assessed on the combined performance and shares one final score.
[iv-outside] Being in this virtual group affects how a clinician can take part in MIPS outside the virtual group. Under
the TIN of a party, a clinician is assessed with the virtual group, and not on what is reported for them alone, for
their practice alone or for a subgroup. For work billed under a TIN that is no party, MIPS applies separately: this
virtual group’s reporting neither counts there nor lifts any duty there. A qualifying APM participant (QP) counts in the
virtual group’s performance and gets no payment adjustment from it. For a participant in a MIPS APM, CMS’s rules for the
year decide which score counts.
[v-adjustments] The virtual group’s final score for performance year {performance_year} decides which payment
adjustment, upward, neutral or downward, MIPS applies to Medicare payments for the covered professional services of its
clinicians in {payment_year}. The clinicians who are subject to it share that score.
[v-quality] Because one score counts for all, what each practice and each clinician does well helps all others. That
opportunity encourages every party, and every clinician under its TIN, to adhere to quality assurance and improvement.
During the performance year the parties review their results together, agree on what to improve and who does it, and
tell their clinicians.
[vi-enrollment] Each party must keep its Medicare enrollment information current, in the time and manner that the
Medicare program requires.
[vi-npis] This includes every NPI added to, or deleted from, those that bill through its TIN.
[vi-notice] Each party must notify the other parties in writing of any such change within {notice_days} days after it.
[vi-schedule] A party whose schedule changes signs this agreement again over its new schedule. The other parties get
that notice and need not sign again.
[vii-close-out] When this agreement is terminated or expires, the parties complete a close-out process together, and
none of them is free of it until it is complete.
[vii-data] In that process each party furnishes all data that the virtual group needs to aggregate its data across all
TINs, for the whole time in which that party was part of it. A practice that closes, merges or is sold during the
performance year furnishes them before it does.
[vii-privacy] The parties exchange such data only in accordance with the privacy and security laws that apply.
[viii-virtual-group] Each party must participate in MIPS as a virtual group for performance year {performance_year},
with all clinicians who bill under its TIN. For a party that CMS finds eligible only to opt in to MIPS, being named in
the election is its opt-in. Until the deadline the election can be changed or withdrawn. After that the opt-in cannot be
undone.
[viii-mips] Each party must comply with the requirements of MIPS.
[viii-all-law] Each party must comply with all other laws that apply to it, which include, and are not limited to:
[viii-criminal] Federal criminal law;
[viii-false-claims] the False Claims Act;
[viii-anti-kickback] the anti-kickback statute;
[viii-civil-penalties] the civil monetary penalties law;
[viii-self-referral] the physician self-referral law;
[viii-hipaa] the Health Insurance Portability and Accountability Act of 1996 (HIPAA).
[ix-each-party] This agreement is executed on behalf of each party, on or before the day on which the virtual group’s
election is submitted to CMS. The parties may sign separate copies of the same text; together they are one agreement.
[ix-authorized] Whoever signs for a party must be an individual who is authorized to bind it, and by signing states that
they are.
[ix-covers] A signature covers this common text, the party list and the schedule of the signer’s own party. Where the
common text changes, or a party joins or leaves, all parties sign again.
"""
CLAUSE_OF = {id: " ".join(clause.split()) for id, clause in re.findall(r"\[(\S+)\]([^\[]+)", CLAUSES)}


def _provision(item: str, heading: str, summary: str, *parts: Part) -> Provision:
    return Provision(item, heading, summary, parts)


def _part(id: str, must: str, *, listed: bool = False, ours: bool = False) -> Part:
    return Part(id, must, CLAUSE_OF[id], listed, ours)


PROVISIONS = (
    _provision(
        "i",
        "The parties",
        "Names the parties by name, TIN and NPIs; only the virtual group's practices are parties.",
        _part("i-names", "identify each party by name"),
        _part("i-tins", "identify each party by TIN"),
        _part("i-npis", "identify each NPI under each party's TIN"),
        _part("i-only", "have only the practices of the virtual group as parties"),
    ),
    _provision(
        "ii",
        "How long it lasts",
        "Is in force for a term of at least one performance period.",
        _part("ii-term", "last at least one performance period"),
    ),
    _provision(
        "iii",
        "Telling the clinicians",
        "Requires each party to notify each NPI under its TIN of their participation.",
        _part("iii-notify", "require each party to notify each NPI under its TIN"),
    ),
    _provision(
        "iv",
        "What it means for each clinician",
        "Sets forth each NPI's rights and obligations, representation, reporting, and taking part in MIPS elsewhere.",
        _part("iv-rights", "set forth each NPI's rights"),
        _part("iv-obligations", "set forth each NPI's obligations"),
        _part("iv-representation", "set forth how the virtual group represents each NPI"),
        _part("iv-reporting", "set forth the reporting requirements"),
        _part("iv-outside", "set forth how participation affects taking part in MIPS outside the virtual group"),
    ),
    _provision(
        "v",
        "Why quality pays",
        "Describes how the opportunity for payment adjustments encourages quality assurance and improvement.",
        _part("v-adjustments", "describe the opportunity to receive payment adjustments"),
        _part(
            "v-quality", "describe how it encourages each member and NPI to adhere to quality assurance and improvement"
        ),
    ),
    _provision(
        "vi",
        "Keeping facts current",
        "Requires current Medicare enrollment, and notice to the others within 30 days of a change.",
        _part("vi-enrollment", "require each party to keep its Medicare enrollment information current"),
        _part("vi-npis", "include NPIs that are added or deleted"),
        _part("vi-notice", "require notice to the others within 30 days of a change"),
        _part("vi-schedule", "say who signs again when a schedule changes", ours=True),
    ),
    _provision(
        "vii",
        "When it ends",
        "Requires a close-out process in which each party furnishes all data needed to aggregate.",
        _part("vii-close-out", "require a close-out process on termination or expiration"),
        _part("vii-data", "require each party to furnish all data needed to aggregate"),
        _part("vii-privacy", "have data furnished in accordance with privacy and security laws"),
    ),
    _provision(
        "viii",
        "Taking part, and obeying the law",
        "Requires taking part in MIPS as a virtual group, and compliance with MIPS and all applicable law.",
        _part("viii-virtual-group", "require each party to participate in MIPS as a virtual group"),
        _part("viii-mips", "require each party to comply with MIPS"),
        _part("viii-all-law", "require each party to comply with all other applicable law"),
        _part("viii-criminal", "name Federal criminal law", listed=True),
        _part("viii-false-claims", "name the False Claims Act", listed=True),
        _part("viii-anti-kickback", "name the anti-kickback statute", listed=True),
        _part("viii-civil-penalties", "name the civil monetary penalties law", listed=True),
        _part("viii-self-referral", "name the physician self-referral law", listed=True),
        _part("viii-hipaa", "name HIPAA", listed=True),
    ),
    _provision(
        "ix",
        "Signing",
        "Is executed on behalf of each party by an individual authorized to bind it.",
        _part("ix-each-party", "be executed on behalf of each party"),
        _part("ix-authorized", "be executed by individuals authorized to bind the party"),
        _part("ix-covers", "say what a signature covers and when all sign again", ours=True),
    ),
)


def marked(marks: Mapping[str, str]) -> list[tuple[Provision, str]]:
    """Return the nine things, each with where the group says its agreement does it, empty where it does not say."""
    return [(provision, marks.get(provision.item, "")) for provision in PROVISIONS]
