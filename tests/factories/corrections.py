"""A reviewer's requests for correction, and the representative's answers."""

from datetime import timedelta

from accounts.models import User
from elections.corrections.answers import save_answers
from elections.desk import correction_rounds
from elections.desk.correction_rounds import Asked
from elections.models import Correction, CorrectionRequest, Election
from ground import clock


def ask_for_correction(election: Election, *, by: User) -> Correction:
    """Ask for three corrections within a week: of the first practice, a clinician of the second, the representative."""
    submission = Election.objects.get(pk=election.pk).last_submission
    assert submission is not None
    npi = election.members.order_by("position")[1].clinicians.values_list("npi", flat=True)[0]
    asked = [
        Asked("practice:0", "The name is not the one in PECOS.", "Type the legal name."),
        Asked(f"clinician:1:{npi}", "This clinician left in October.", "Remove the NPI, or say why it stays."),
        Asked("field:representative", "We cannot reach the phone number.", "Type a number that works."),
    ]
    return correction_rounds.ask_for_correction(
        election.pk,
        by=by,
        now=clock.now(),
        submission_number=submission.number,
        asked=asked,
        due_on=clock.today() + timedelta(days=7),
    )


def answer_correction(election: Election) -> None:
    """Answer each open request: nothing was changed, and why."""
    requests = CorrectionRequest.objects.filter(correction__submission__election=election, correction__ended_at=None)
    answer = {"answer": CorrectionRequest.Answer.DECLINED, "explanation": "It is right as it stands."}
    answers = {request.pk: answer for request in requests}
    save_answers(election.pk, answers, by=election.started_by, now=clock.now())
