"""What a clinician is told: the same words in the email and in the letter."""

from eligibility.data.nppes import NppesName
from eligibility.law import parameters
from ground.templatetags.et import et_date

from ..mails import Mail, compose
from ..models import Election, Submission
from ..states import ElectionStatus

TEMPLATE = "clinician_notice"


def person_named(npi: str, name: NppesName | None) -> str:
    """Return a clinician's name as NPPES has it, with the NPI; the NPI alone if it has none."""
    if name is None or not name.last_name:
        return f"NPI {npi}"
    return f"{name.first_name} {name.last_name} (NPI {npi})".strip()


def sentences(election: Election, submission: Submission, practice: str) -> list[str]:
    """Return what the notice says of the virtual group and of what it means, a sentence or two for each point."""
    year = election.performance_year
    payment_year = year + parameters.PAYMENT_YEAR.for_year(year)
    if election.public_status == ElectionStatus.APPROVED:
        stands = f"CMS approved the election of this virtual group for {year}."
    else:
        stands = (
            f"The virtual group submitted its election to CMS on {et_date(submission.received_at)}. CMS has not "
            "approved it yet. What follows is true if CMS does."
        )
    return [
        stands,
        f"All practices of the virtual group share one MIPS score for {year}. It covers everyone who bills under their "
        "TINs.",
        f"If MIPS applies to you, that score determines your Medicare payment adjustment in {payment_year} for "
        f"services you bill under the TIN of {practice}.",
        "Services you bill under the TIN of a practice outside this virtual group are scored separately.",
        "Your practice signed a written agreement with the others. To read it, ask your practice.",
    ]


def notice_to(
    election: Election, submission: Submission, practice: str, npi: str, name: NppesName | None, email: str
) -> Mail:
    """Return the email to one clinician exactly as it will be sent; replies go to the representative."""
    said = {
        "clinician": person_named(npi, name),
        "practice": practice,
        "sentences": sentences(election, submission, practice),
    }
    return compose(election, TEMPLATE, [email], reply_to=election.representative_email, **said)
