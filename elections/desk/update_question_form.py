"""What a reviewer asks about an update."""

from django import forms

from .forms import DeskForm, why_field


class UpdateQuestionForm(DeskForm):
    """What is asked about an update; with the mail that was shown."""

    mail_seen = forms.CharField(required=False, widget=forms.HiddenInput)
    text = why_field("Your question", "The representative reads it in the email.", "Type your question first.", rows=4)
