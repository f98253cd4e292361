"""What is recorded of a practice that signed on paper: the same words in the email to it, its page and its sheet."""

from eligibility.law.low_volume import opt_in_means
from ground.templatetags.et import et_date

from .content import PracticeEntry

OPT_IN = {True: "accepted", False: "not accepted"}


def recorded(entry: PracticeEntry) -> dict[str, str]:
    """Return what was recorded, by its label; nothing until there is a day and a name."""
    if not (entry.executed_on and entry.signer_name):
        return {}
    by = ", ".join(filter(None, (entry.signer_name, entry.signer_title)))
    return {"Signed on": et_date(entry.executed_on), "Signed by": by, "Opt-in": OPT_IN[entry.opt_in_accepted]}


def opt_in_explained(entry: PracticeEntry, performance_year: int) -> str:
    """Return what the recorded opt-in means, whether or not CMS finds the practice opt-in eligible."""
    if entry.opt_in_accepted:
        return (
            "This means: if CMS finds the practice opt-in eligible, taking part in this virtual group is its decision "
            f"to opt in to MIPS for {performance_year}. {opt_in_means(performance_year)}"
        )
    return (
        "This means: if CMS finds the practice opt-in eligible, it cannot take part in this virtual group. Someone "
        "authorized to sign for it can still accept."
    )


def changes(before: dict[str, str], now: dict[str, str]) -> tuple[str, ...]:
    """Return in sentences what changed in a record."""
    return tuple(f"{label}: {now[label]}. Before: {was}." for label, was in before.items() if now[label] != was)
