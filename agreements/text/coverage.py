"""Which of the parts that a virtual group agreement must have are found in a text (42 CFR 414.1315(c)(3))."""

import re

from .document_text import Snapshot
from .provisions import PROVISIONS, Provision

# By the part's id, the pattern by which it is found in a text in lower case with single spaces.
SIGNS = {
    "i-names": r"\b(?:full |legal )?names? of (?:each|every) (?:party|practice)\b",
    "i-tins": r"\btaxpayer identification numbers?\b",
    "i-npis": r"\bnational provider identifiers?\b",
    "i-only": r"\bonly the (?:practices|groups|solo practitioners|tins)\b[^.]{0,40}\b(?:make up|comprise)\b",
    "ii-term": r"\bat least one (?:full |whole )?performance period\b",
    "iii-notify": r"\bnotify\b[^.]{0,40}\b(?:each|every) (?:clinician|npi)\b",
    "iv-rights": r"\bclinician has the right\b|\brights of (?:each|every) (?:clinician|npi)\b",
    "iv-obligations": r"\b(?:each|every) (?:clinician|npi) must\b|\bobligations of (?:each|every) (?:clinician|npi)\b",
    "iv-representation": r"\brepresents (?:each|every) (?:clinician|npi)\b"
    r"|\brepresentation (?:of|by)\b[^.]{0,60}virtual group",
    "iv-reporting": r"\breporting requirements\b",
    "iv-outside": r"\bmips outside (?:of )?(?:the|this) virtual group\b",
    "v-adjustments": r"\b(?:opportunity|final score)\b[^.]{0,80}\bpayment adjustments?\b",
    "v-quality": r"\bencourag\w+\b[^.]{0,120}\bquality assurance and (?:quality )?improvement\b",
    "vi-enrollment": r"\bmedicare enrollment\b[^.]{0,60}\b(?:current|up to date|timely)\b",
    "vi-npis": r"\bnpis? (?:is |are )?added\b[^.]{0,40}\b(?:deleted|removed)\b"
    r"|\baddition (?:and|or) deletion of npis\b",
    "vi-notice": r"\bwithin (?:30|thirty)(?: \(30\))?(?: calendar)? days\b",
    "vi-schedule": r"\bschedule changes signs\b[^.]{0,40}\bagain\b",
    "vii-close-out": r"\bclose-?out\b",
    "vii-data": r"^(?=.*\b(?:each|every) party\b[^.]{0,40}\bfurnish\w*\b[^.]{0,120}\ball (?:the )?data\b)"
    r"(?=.*\baggregat)",
    "vii-privacy": r"\bprivacy and security laws?\b",
    "viii-virtual-group": r"\b(?:participate|take part) in (?:the )?mips as a virtual group\b",
    "viii-mips": r"\bcomply with (?:all )?(?:the )?requirements of (?:the )?mips\b",
    "viii-all-law": r"\ball (?:other )?(?:laws that apply|applicable laws?)\b",
    "viii-criminal": r"\bfederal criminal laws?\b",
    "viii-false-claims": r"\bfalse claims act\b",
    "viii-anti-kickback": r"\banti-?kickback (?:statute|law)\b",
    "viii-civil-penalties": r"\bcivil monetary penalt(?:y|ies) law\b",
    "viii-self-referral": r"\bphysician self-referral law\b",
    "viii-hipaa": r"\bhealth insurance portability and accountability act\b|\bhipaa\b",
    "ix-each-party": r"\bon behalf of (?:each|every) party\b",
    "ix-authorized": r"\bindividuals? (?:who is |who are )?authori[sz]ed to bind\b",
    "ix-covers": r"\bsignature covers\b",
}


def uncovered(snapshot: Snapshot) -> list[tuple[Provision, list[str]]]:
    """Return each of the nine items with what a text lacks of it, in words; nothing where it has all of it.

    It tells what an agreement covers to those who may not read it.
    """
    clauses = [part["clause"] for provision in snapshot["provisions"] for part in provision["parts"]]
    found = coverage(" ".join(clauses))
    return [
        (provision, [part.must for part in provision.parts if not (found[part.id] or part.ours)])
        for provision in PROVISIONS
    ]


def coverage(text: str) -> dict[str, bool]:
    """Say for each part's id, in the order of the regulation, whether a text has that part.

    The text may come from a PDF: line breaks, typographic apostrophes and hyphens at line ends do not matter.
    """
    plain = _plain(text)
    return {id: re.search(sign, plain) is not None for id, sign in SIGNS.items()}


def _plain(text: str) -> str:
    text = text.lower().replace("\u00ad", "").replace("’", "'").replace("\u2010", "-").replace("\u2011", "-")
    return re.sub(r"(?<=\w)- (?=\w)", "-", re.sub(r"\s+", " ", text))
