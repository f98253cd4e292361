"""What administrators type: which role, and why."""

from django import forms

from ground.ssn_guard import Guarded

from .models import Role


class ReasonForm(Guarded, forms.Form):
    """Why something is done; it stays in the list of changes to staff."""

    reason = forms.CharField(
        label="Reason",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="We keep it in the list of changes, and it appears in the email.",
        error_messages={"required": "Enter the reason. Auditors read it."},
    )


class GiveRoleForm(ReasonForm):
    """Which role a person gets, and why."""

    field_order = ("role", "reason")
    role = forms.TypedChoiceField(
        label="Role",
        choices=Role.choices,
        coerce=Role,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose a role.", "invalid_choice": "Choose a role from the list."},
    )
