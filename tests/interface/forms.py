"""One form with every kind of field, for the tests of the form pack."""

from django import forms


class EveryField(forms.Form):
    """Every kind of field the site uses."""

    name = forms.CharField(help_text="As it stands in the agreement.", widget=forms.TextInput({"autocomplete": "name"}))
    email = forms.EmailField(label="E-mail")
    password = forms.CharField(widget=forms.PasswordInput({"autocomplete": "new-password"}))
    note = forms.CharField(required=False, widget=forms.Textarea({"rows": 3}))
    kind = forms.ChoiceField(
        label="Kind of TIN",
        choices=[("EIN", "Employer identification number"), ("SSN", "Social Security number")],
        widget=forms.RadioSelect,
        help_text="Nine digits alone do not tell one from the other.",
    )
    state = forms.ChoiceField(choices=[("", "Choose one"), ("MD", "Maryland"), ("VA", "Virginia")])
    parts = forms.MultipleChoiceField(
        choices=[("1", "Reporting"), ("2", "Enrollment")], widget=forms.CheckboxSelectMultiple, required=False
    )
    executed_on = forms.DateField(widget=forms.DateInput({"type": "date"}))
    roster = forms.FileField(required=False)
    acknowledged = forms.BooleanField(label="I acknowledge the agreement")
    step = forms.IntegerField(widget=forms.HiddenInput, initial=1)

    def clean(self) -> dict[str, object]:
        """Refuse the whole form where the name says so."""
        cleaned = super().clean() or {}
        if cleaned.get("name") == "nobody":
            raise forms.ValidationError("Nobody cannot be the representative. Name a person.")
        return cleaned
