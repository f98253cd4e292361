"""What is typed at the last step, which cannot be taken back after the deadline."""

from django import forms

from ..frame_forms import GuardedForm

TO_CONFIRM = "Nothing was submitted yet. Type the word CONFIRM, then submit again."
AS_IT_STANDS = {"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}  # of what is copied


class ConfirmForm(GuardedForm):
    """CONFIRM, and the fingerprint of what the page showed."""

    confirm = forms.CharField(
        label="Type CONFIRM to submit",
        max_length=20,
        error_messages={"required": TO_CONFIRM},
        widget=forms.TextInput(attrs=AS_IT_STANDS),
    )
    fingerprint = forms.CharField(max_length=64, widget=forms.HiddenInput)

    def clean_confirm(self) -> str:
        typed = str(self.cleaned_data["confirm"]).strip()
        if typed.upper() != "CONFIRM":
            raise forms.ValidationError(TO_CONFIRM)
        return typed


class WithdrawForm(GuardedForm):
    """One box to tick before an election is given up."""

    sure = forms.BooleanField(
        label="Yes, withdraw this election",
        error_messages={"required": "Nothing was withdrawn yet. To withdraw, check the box."},
    )
