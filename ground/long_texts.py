"""No text is cut without a word: a field takes all that is typed or pasted, and its form says how much fits."""

from django import forms

CUT_BY_BROWSERS = (forms.TextInput, forms.Textarea)
WORTH_SAYING = 10_000  # characters: no one comes near a larger limit by typing


def say_limit(field: forms.Field) -> None:
    """Let a text that is too long reach the form, which refuses it with both numbers; say the limit beside a long one.

    Not a limit that no one comes near.
    A browser cuts what is pasted at `maxlength` and says nothing.
    """
    limit = getattr(field, "max_length", None)
    if limit is None or type(field.widget) not in CUT_BY_BROWSERS:
        return
    field.widget.attrs.pop("maxlength", None)
    fits = f"At most {limit:,} characters"
    field.error_messages.setdefault("max_length", f"{fits} fit here, and this has %(show_value)d. Make it shorter.")
    if isinstance(field.widget, forms.Textarea) and limit <= WORTH_SAYING:
        field.help_text = f"{field.help_text} {fits}.".strip()
