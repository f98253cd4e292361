"""What kinds of email are called on staff pages, by the reasons that notices have."""

NAMES = {
    "account_email_confirmation": "Account: confirm the email address",
    "account_email_confirmation_signup": "Account: confirm the email address",
    "account_password_reset_key": "Account: new password",
    "account_unknown_account": "Account: no account with this address",
    "election ask to sign": "Request to sign",
    "election claim held": "TIN now counts in the election",
    "election claim lost": "TIN no longer counts in the election",
    "election colleague acted": "Colleague acted in place of the reviewer",
    "election correct roster": "Problem that a signer reported",
    "election decision undone": "Decision undone by the representative",
    "election decline to sign": "Signer declined",
    "election declined": "Invitation declined",
    "election executed": "Agreement signed by all practices",
    "election executed signer": "Agreement signed by all practices, to a signer",
    "election handed over": "Representative role handed over",
    "election invited": "Invitation",
    "election remind signer": "Reminder to sign",
    "election reopened at desk": "Election reopened, to the reviewer",
    "election schedule changed": "Clinician list changed in the agreement",
    "election sign again": "Request to sign again",
    "staff canceled": "Staff role canceled",
    "staff confirmed": "Staff role confirmed",
    "staff deactivated": "Account deactivated",
    "staff given": "Staff role given",
    "staff reactivated": "Account reactivated",
    "staff removed": "Staff role removed",
    "staff reset": "Second factor reset",
    "staff started": "Staff role in effect",
}


def kind_of_email(reason: str) -> str:
    """Return what kind of email a notice with this reason is; the reason itself, as words, if it says so already."""
    return NAMES.get(reason) or reason.replace("_", " ").capitalize()
