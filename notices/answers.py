"""What an answer of the mail server means, in a sentence that says what to check."""

from .models import AnswerKind, Notice, NoticeState

NOT_HERE = "You can’t fix this here. Ask the people who run this site’s servers to check"
NOT_THE_ADDRESS = "The address may be right."
MEANINGS = {
    AnswerKind.RECIPIENT: "The email server takes no email for this address.",
    AnswerKind.CONTENT: "The email server refused this message.",
    AnswerKind.SENDER: (
        f"The email server takes no email from this site’s address. {NOT_HERE} DEFAULT_FROM_EMAIL and BOUNCE_ADDRESS."
    ),
    AnswerKind.SIGN_IN: (
        f"The email server did not let this site sign in. {NOT_HERE} EMAIL_HOST_USER and EMAIL_HOST_PASSWORD."
    ),
    AnswerKind.DEFERRED: "The email server asked us to try again later.",
    AnswerKind.NO_ANSWER: "The email server did not answer.",
    AnswerKind.NOT_SENT: "We could not hand this email to the email server.",
    AnswerKind.RETURNED: "The email server took this email and returned it later.",
}
TRIED_AGAIN = (AnswerKind.SENDER, AnswerKind.SIGN_IN, AnswerKind.DEFERRED, AnswerKind.NO_ANSWER)


def meaning_of(notice: Notice) -> str:
    """Return what the last answer means for a notice; empty if there was none or all is well."""
    if not notice.answer_kind or notice.state == NoticeState.SENT:
        return ""
    kind = AnswerKind(notice.answer_kind)
    if kind not in TRIED_AGAIN:
        return f"{MEANINGS[kind]} {'Check the address.' if notice.may_have_wrong_address else NOT_THE_ADDRESS}"
    is_queued = notice.state == NoticeState.QUEUED
    return f"{MEANINGS[kind]} {'We’ll try again.' if is_queued else f'We stopped after {notice.attempts} attempts.'}"
