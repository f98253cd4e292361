"""The nine things a virtual group agreement must do (42 CFR 414.1315(c)(3)), and the clauses that do them.

Each provision has parts; each part says what the regulation asks, gives the clause of our own writing that fulfils it,
and the signs by which coverage.py finds that part in any text. Placeholders in clauses are filled in snapshot.py.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from eligibility.law.parameters import Parameter

TEXT_VERSION = "2026-11"
NOTICE_DAYS = Parameter("days after a change", "42 CFR 414.1315(c)(3)(vi)", {2018: 30})


@dataclass(frozen=True, slots=True)
class Part:
    """One thing a provision must do.

    `signs` are patterns over text in lower case with single spaces; the part is there when all of them are found.
    `listed` clauses are items of the list that the clause before them opens. `ours` marks what this project adds
    to the regulation: who signs again when something changes.
    """

    id: str
    must: str
    clause: str
    signs: tuple[str, ...]
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
        chosen.append(
            ChosenPart(
                "ii-years",
                "ii",
                f"This agreement holds for each performance year through {choices.last_year}. For each of them the "
                "virtual group is elected anew. A party whose schedule changed since it signed signs again before.",
            )
        )
    if choices.quality:
        chosen.append(ChosenPart("v-own", "v", choices.quality))
    if choices.close_out_contact:
        contact = f"For the close-out, the parties reach each other through {choices.close_out_contact}."
        chosen.append(ChosenPart("vii-contact", "vii", contact))
    return chosen


PARTIES = Provision(
    "i",
    "The parties",
    "Names the parties by name, TIN and NPIs; only the virtual group's practices are parties.",
    (
        Part(
            "i-names",
            "identify each party by name",
            "The parties to this agreement are the practices in the party list, which gives the full name of each "
            "party.",
            (r"\b(?:full |legal )?names? of (?:each|every) (?:party|practice)\b",),
        ),
        Part(
            "i-tins",
            "identify each party by TIN",
            "The party list also gives each party’s taxpayer identification number (TIN). Where that is a clinician’s "
            "Social Security number, the list gives only its last six digits and says so.",
            (r"\btaxpayer identification numbers?\b",),
        ),
        Part(
            "i-npis",
            "identify each NPI under each party's TIN",
            "Each party has a schedule of its own. It lists, by name and National Provider Identifier (NPI), all "
            "clinicians who bill under that party’s TIN, and leaves nobody out.",
            (r"\bnational provider identifiers?\b",),
        ),
        Part(
            "i-only",
            "have only the practices of the virtual group as parties",
            "Only the practices that make up the virtual group are parties. Nobody else is bound by this agreement or "
            "has rights under it.",
            (r"\bonly the (?:practices|groups|solo practitioners|tins)\b[^.]{0,40}\b(?:make up|comprise)\b",),
        ),
    ),
)

TERM = Provision(
    "ii",
    "How long it lasts",
    "Is in force for a term of at least one performance period.",
    (
        Part(
            "ii-term",
            "last at least one performance period",
            "This agreement is in force from {term_from} through {term_to}, and so for at least one performance "
            "period: all of performance year {performance_year}. No party can leave the virtual group while that year "
            "runs. What the parties owe each other for reporting on that year, they owe until it is done.",
            (r"\bat least one (?:full |whole )?performance period\b",),
        ),
    ),
)

NOTICE_TO_CLINICIANS = Provision(
    "iii",
    "Telling the clinicians",
    "Requires each party to notify each NPI under its TIN of their participation.",
    (
        Part(
            "iii-notify",
            "require each party to notify each NPI under its TIN",
            "Each party must notify, in writing, every clinician who bills under its TIN that they are part of this "
            "virtual group in MIPS: before the performance year starts or, where a clinician begins to bill under the "
            "TIN later, when they begin. Each party must let those clinicians read this agreement.",
            (r"\bnotify\b[^.]{0,40}\b(?:each|every) (?:clinician|npi)\b",),
        ),
    ),
)

CLINICIANS = Provision(
    "iv",
    "What it means for each clinician",
    "Sets forth each NPI's rights and obligations, representation, reporting, and taking part in MIPS elsewhere.",
    (
        Part(
            "iv-rights",
            "set forth each NPI's rights",
            "Each clinician has the right to know which practices form the virtual group, to be told which measures "
            "and activities it reports, to see the data reported about their own work and the virtual group’s results "
            "and final score, to have a mistake in those data corrected before they are submitted, and to have the "
            "virtual group consider asking CMS for a targeted review.",
            (r"\bclinician has the right\b|\brights of (?:each|every) (?:clinician|npi)\b",),
        ),
        Part(
            "iv-obligations",
            "set forth each NPI's obligations",
            "Each clinician must document the care they give completely and correctly, hand their practice in time "
            "the data that the virtual group reports, and carry out the measures and improvement activities that the "
            "virtual group has chosen and that apply to their work. Each party must see to it that the clinicians "
            "under its TIN do so.",
            (r"\b(?:each|every) (?:clinician|npi) must\b|\bobligations of (?:each|every) (?:clinician|npi)\b",),
        ),
        Part(
            "iv-representation",
            "set forth how the virtual group represents each NPI",
            "The virtual group represents each clinician in MIPS, through the representative whom the parties have "
            "named. The representative submits the election, tells CMS what changes and deals with CMS for the "
            "virtual group. The representative cannot sign for a party without being authorized by it, and cannot "
            "bind a clinician to anything that this agreement does not say. The parties may name another "
            "representative; that changes nothing else in this agreement.",
            (r"\brepresents (?:each|every) (?:clinician|npi)\b|\brepresentation (?:of|by)\b[^.]{0,60}virtual group",),
        ),
        Part(
            "iv-reporting",
            "set forth the reporting requirements",
            "The reporting requirements of MIPS are met by the virtual group as a whole. It reports traditional MIPS. "
            "Its data on quality, on improvement activities and on Promoting Interoperability are combined across the "
            "TINs of all parties and submitted for performance year {performance_year} by the date that CMS sets; CMS "
            "works out cost from claims. Each clinician is assessed on the combined performance and shares one final "
            "score.",
            (r"\breporting requirements\b",),
        ),
        Part(
            "iv-outside",
            "set forth how participation affects taking part in MIPS outside the virtual group",
            "Being in this virtual group affects how a clinician can take part in MIPS outside the virtual group. "
            "Under the TIN of a party, a clinician is assessed with the virtual group, and not on what is reported "
            "for them alone, for their practice alone or for a subgroup. For work billed under a TIN that is no "
            "party, MIPS applies separately: this virtual group’s reporting neither counts there nor lifts any duty "
            "there. A qualifying APM participant (QP) counts in the virtual group’s performance and gets no payment "
            "adjustment from it; a participant in a MIPS APM is paid on the score of that APM.",
            (r"\bmips outside (?:of )?(?:the|this) virtual group\b",),
        ),
    ),
)

QUALITY = Provision(
    "v",
    "Why quality pays",
    "Describes how the opportunity for payment adjustments encourages quality assurance and improvement.",
    (
        Part(
            "v-adjustments",
            "describe the opportunity to receive payment adjustments",
            "The virtual group’s final score for performance year {performance_year} decides which payment adjustment, "
            "upward, neutral or downward, MIPS applies to Medicare payments for the covered professional services of "
            "its clinicians in {payment_year}. The clinicians who are subject to it share that score.",
            (r"\b(?:opportunity|final score)\b[^.]{0,80}\bpayment adjustments?\b",),
        ),
        Part(
            "v-quality",
            "describe how it encourages each member and NPI to adhere to quality assurance and improvement",
            "Because one score counts for all, what each practice and each clinician does well helps all others. That "
            "opportunity encourages every party, and every clinician under its TIN, to adhere to quality assurance "
            "and improvement. During the performance year the parties review their results together, agree on what "
            "to improve and who does it, and tell their clinicians.",
            (r"\bencourag\w+\b[^.]{0,120}\bquality assurance and (?:quality )?improvement\b",),
        ),
    ),
)

ENROLLMENT = Provision(
    "vi",
    "Keeping facts current",
    "Requires current Medicare enrollment, and notice to the others within 30 days of a change.",
    (
        Part(
            "vi-enrollment",
            "require each party to keep its Medicare enrollment information current",
            "Each party must keep its Medicare enrollment information current, in the time and manner that the "
            "Medicare program requires.",
            (r"\bmedicare enrollment\b[^.]{0,60}\b(?:current|up to date|timely)\b",),
        ),
        Part(
            "vi-npis",
            "include NPIs that are added or deleted",
            "This includes every NPI added to, or deleted from, those that bill through its TIN.",
            (
                r"\bnpis? (?:is |are )?added\b[^.]{0,40}\b(?:deleted|removed)\b"
                r"|\baddition (?:and|or) deletion of npis\b",
            ),
        ),
        Part(
            "vi-notice",
            "require notice to the others within 30 days of a change",
            "Each party must notify the other parties in writing of any such change within {notice_days} days after "
            "it.",
            (r"\bwithin (?:30|thirty)(?: \(30\))?(?: calendar)? days\b",),
        ),
        Part(
            "vi-schedule",
            "say who signs again when a schedule changes",
            "A party whose schedule changes signs this agreement again over its new schedule. The other parties get "
            "that notice and need not sign again.",
            (r"\bschedule changes signs\b[^.]{0,40}\bagain\b",),
            ours=True,
        ),
    ),
)

ENDING = Provision(
    "vii",
    "When it ends",
    "Requires a close-out process in which each party furnishes all data needed to aggregate.",
    (
        Part(
            "vii-close-out",
            "require a close-out process on termination or expiration",
            "When this agreement is terminated or expires, the parties complete a close-out process together, and "
            "none of them is free of it until it is complete.",
            (r"\bclose-?out\b",),
        ),
        Part(
            "vii-data",
            "require each party to furnish all data needed to aggregate",
            "In that process each party furnishes all data that the virtual group needs to aggregate its data across "
            "all TINs, for the whole time in which that party was part of it. A practice that closes, merges or is "
            "sold during the performance year furnishes them before it does.",
            (r"\b(?:each|every) party\b[^.]{0,40}\bfurnish\w*\b[^.]{0,120}\ball (?:the )?data\b", r"\baggregat"),
        ),
        Part(
            "vii-privacy",
            "have data furnished in accordance with privacy and security laws",
            "The parties exchange such data only in accordance with the privacy and security laws that apply.",
            (r"\bprivacy and security laws?\b",),
        ),
    ),
)

COMPLIANCE = Provision(
    "viii",
    "Taking part, and obeying the law",
    "Requires taking part in MIPS as a virtual group, and compliance with MIPS and all applicable law.",
    (
        Part(
            "viii-virtual-group",
            "require each party to participate in MIPS as a virtual group",
            "Each party must participate in MIPS as a virtual group for performance year {performance_year}, with all "
            "clinicians who bill under its TIN. For a party that CMS finds eligible only to opt in to MIPS, being "
            "named in the election is its opt-in, which cannot be undone.",
            (r"\b(?:participate|take part) in (?:the )?mips as a virtual group\b",),
        ),
        Part(
            "viii-mips",
            "require each party to comply with MIPS",
            "Each party must comply with the requirements of MIPS.",
            (r"\bcomply with (?:all )?(?:the )?requirements of (?:the )?mips\b",),
        ),
        Part(
            "viii-all-law",
            "require each party to comply with all other applicable law",
            "Each party must comply with all other laws that apply to it, which include, and are not limited to:",
            (r"\ball (?:other )?(?:laws that apply|applicable laws?)\b",),
        ),
        Part(
            "viii-criminal",
            "name Federal criminal law",
            "Federal criminal law;",
            (r"\bfederal criminal laws?\b",),
            listed=True,
        ),
        Part(
            "viii-false-claims",
            "name the False Claims Act",
            "the False Claims Act;",
            (r"\bfalse claims act\b",),
            listed=True,
        ),
        Part(
            "viii-anti-kickback",
            "name the anti-kickback statute",
            "the anti-kickback statute;",
            (r"\banti-?kickback (?:statute|law)\b",),
            listed=True,
        ),
        Part(
            "viii-civil-penalties",
            "name the civil monetary penalties law",
            "the civil monetary penalties law;",
            (r"\bcivil monetary penalt(?:y|ies) law\b",),
            listed=True,
        ),
        Part(
            "viii-self-referral",
            "name the physician self-referral law",
            "the physician self-referral law;",
            (r"\bphysician self-referral law\b",),
            listed=True,
        ),
        Part(
            "viii-hipaa",
            "name HIPAA",
            "the Health Insurance Portability and Accountability Act of 1996 (HIPAA).",
            (r"\bhealth insurance portability and accountability act\b|\bhipaa\b",),
            listed=True,
        ),
    ),
)

EXECUTION = Provision(
    "ix",
    "Signing",
    "Is executed on behalf of each party by an individual authorized to bind it.",
    (
        Part(
            "ix-each-party",
            "be executed on behalf of each party",
            "This agreement is executed on behalf of each party, on or before the day on which the virtual group’s "
            "election is submitted to CMS. The parties may sign separate copies of the same text; together they are "
            "one agreement.",
            (r"\bon behalf of (?:each|every) party\b",),
        ),
        Part(
            "ix-authorized",
            "be executed by individuals authorized to bind the party",
            "Whoever signs for a party must be an individual who is authorized to bind it, and by signing states that "
            "they are.",
            (r"\bindividuals? (?:who is |who are )?authori[sz]ed to bind\b",),
        ),
        Part(
            "ix-covers",
            "say what a signature covers and when all sign again",
            "A signature covers this common text, the party list and the schedule of the signer’s own party. Where "
            "the common text changes, or a party joins or leaves, all parties sign again.",
            (r"\bsignature covers\b",),
            ours=True,
        ),
    ),
)

PROVISIONS = (PARTIES, TERM, NOTICE_TO_CLINICIANS, CLINICIANS, QUALITY, ENROLLMENT, ENDING, COMPLIANCE, EXECUTION)


def marked(marks: Mapping[str, str]) -> list[tuple[Provision, str]]:
    """Return the nine things, each with where the group says its agreement does it, empty where it does not say."""
    return [(provision, marks.get(provision.item, "")) for provision in PROVISIONS]
