"""The form of an approval beside the mail that it sends, on its own page and on the packet of a clean election."""

from collections.abc import Mapping
from contextlib import suppress
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.http import HttpRequest

from eligibility.law.determination import Finding, Outcome

from ..access import person
from ..mails import Mail
from ..models import Election
from ..readiness import JudgedElection
from ..verbs import Refused
from . import actions, decisions
from .forms import ApproveForm
from .identifiers import identifier_for, proposal_for
from .queue import submission_of
from .reasons import named_findings
from .seen import seen


class ShownApproval(NamedTuple):
    """What was typed, or an empty form; the mails of an approval by it; and the form's hidden fields for both."""

    form: ApproveForm
    mail: Mail
    to_signers: Mail | None
    hidden: dict[str, str]


def approval_form(request: HttpRequest, election: Election, sent: Mapping[str, str] | None) -> ShownApproval:
    """Return an approval as its page shows it."""
    submission = submission_of(election)
    colleague = actions.colleague_of(election, person(request))
    held, initial = election.virtual_group_identifier, {"submission_number": submission.number}
    form = ApproveForm(sent, colleague=colleague, held=held, initial=initial)
    typed = _typed(form)
    given = identifier_for(election) if form.is_bound else proposal_for(election)
    if number := typed.get("identifier"):
        with suppress(Refused):  # the verb says so: it is another group's
            given = identifier_for(election, number)
    mail = decisions.approval_mail(election, submission, given, note=typed.get("note", ""))
    to_signers = decisions.approval_mail_to_signers(election, submission, given, mail)
    return ShownApproval(form, mail, to_signers, {"mail_seen": seen(election, mail)})


def untold(judged_election: JudgedElection) -> list[tuple[str, Finding]]:
    """Return the findings that cannot be told now, which an approval passes over, each with whose it is."""
    return [named for named in named_findings(judged_election).values() if named[1].outcome == Outcome.CANNOT_TELL]


def _typed(form: ApproveForm) -> dict[str, str]:
    """Return the identifier and the note as they were sent or, before that, saved; without what is none."""
    if form.is_bound:
        return form.cleaned_data if form.is_valid() else {}
    typed = {}
    for name in ("identifier", "note"):
        with suppress(ValidationError):
            typed[name] = form.fields[name].clean(form.initial.get(name, ""))
    return typed
