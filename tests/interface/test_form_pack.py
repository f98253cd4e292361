"""templates/uswds: the form pack."""

import re

from django.http import QueryDict
from django.template import Context, Template

from .forms import EveryField


def rendered(source: str, **context: object) -> str:
    """Return what a template makes, without the white space that a browser does not show."""
    html: str = Template("{% load crispy_forms_tags %}" + source).render(Context(context))
    for before, after in [(r">\s+<", "><"), (r"\s+(</|>)", r"\1"), (r"\s+", " ")]:
        html = re.sub(before, after, html)
    return html.strip()


def element(html: str, pattern: str) -> str:
    found = re.findall(pattern, html)
    assert len(found) == 1, found
    return str(found[0])


def bound(**data: str) -> EveryField:
    query = QueryDict(mutable=True)
    query.update(data)
    return EveryField(query)


def test_filter_and_tag_render_the_same() -> None:
    for form in (EveryField, bound):
        by_tag = rendered("{% crispy form %}", form=form())
        inside = element(by_tag, r'^<form method="post" enctype="multipart/form-data">(.*)</form>$')
        assert inside == rendered("{{ form|crispy }}", form=form())


def test_text_field() -> None:
    html = rendered("{{ form.name|as_crispy_field }}", form=EveryField())
    assert html == (
        '<div id="div_id_name" class="usa-form-group"><label class="usa-label" for="id_name">Name</label>'
        '<span class="usa-hint" id="id_name_helptext">As it stands in the agreement.</span>'
        '<input type="text" name="name" autocomplete="name" class="textinput usa-input" required '
        'aria-describedby="id_name_helptext" id="id_name"></div>'
    )


def test_text_field_with_error_keeps_what_was_typed() -> None:
    html = rendered("{{ form.email|as_crispy_field }}", form=bound(email="dana@"))
    assert html == (
        '<div id="div_id_email" class="usa-form-group usa-form-group--error">'
        '<label class="usa-label" for="id_email">E-mail</label>'
        '<span class="usa-error-message" id="id_email_error"><span class="usa-sr-only">Error:</span>'
        " Enter a valid email address.</span>"
        '<input type="email" name="email" value="dana@" maxlength="320" class="emailinput usa-input" required '
        'aria-invalid="true" aria-describedby="id_email_error" id="id_email"></div>'
    )


def test_optional_is_said() -> None:
    html = rendered("{{ form.note|as_crispy_field }}", form=EveryField())
    assert element(html, r"<label.*?</label>") == (
        '<label class="usa-label" for="id_note">Note <span class="usa-label__optional">(optional)</span></label>'
    )
    assert element(html, r"<textarea[^>]*>") == (
        '<textarea name="note" cols="40" rows="3" class="textarea usa-textarea" id="id_note">'
    )


def test_radio_buttons_stand_in_a_fieldset() -> None:
    html = rendered("{{ form.kind|as_crispy_field }}", form=bound(kind="SSN"))
    assert element(html, r"<fieldset[^>]*>") == (
        '<fieldset class="usa-fieldset" id="id_kind" tabindex="-1" aria-describedby="id_kind_helptext">'
    )
    assert element(html, "<legend.*?</legend>") == '<legend class="usa-legend">Kind of TIN</legend>'
    assert re.findall("<input[^>]*>", html) == [
        '<input class="usa-radio__input" type="radio" name="kind" value="EIN" id="id_kind_0" required>',
        '<input class="usa-radio__input" type="radio" name="kind" value="SSN" id="id_kind_1" required checked>',
    ]


def test_checkbox_and_select_and_file() -> None:
    html = rendered("{{ form|crispy }}", form=EveryField())
    assert element(html, '<div class="usa-checkbox"><input type="checkbox" name="acknowledged".*?</div>') == (
        '<div class="usa-checkbox"><input type="checkbox" name="acknowledged" '
        'class="checkboxinput usa-checkbox__input" required id="id_acknowledged">'
        '<label class="usa-checkbox__label" for="id_acknowledged">I acknowledge the agreement</label></div>'
    )
    assert element(html, "<select[^>]*>") == '<select name="state" class="select usa-select" required id="id_state">'
    assert element(html, '<input type="file"[^>]*>') == (
        '<input type="file" name="roster" class="clearablefileinput usa-file" id="id_roster">'
    )
    assert element(html, '<input type="hidden"[^>]*>') == '<input type="hidden" name="step" value="1" id="id_step">'


def test_error_summary_links_to_each_field() -> None:
    form = bound(name="nobody", email="d@example.org", password="x", kind="EIN", executed_on="soon", step="1")
    html = rendered("{{ form|as_crispy_errors }}", form=form)
    assert re.findall("<li>(.*?)</li>", html) == [
        "Nobody cannot be the representative. Name a person.",
        '<a href="#id_state">State: This field is required.</a>',
        '<a href="#id_executed_on">Executed on: Enter a valid date.</a>',
        '<a href="#id_acknowledged">I acknowledge the agreement: This field is required.</a>',
    ]
    assert element(html, "^<div[^>]*>") == (
        '<div class="usa-alert usa-alert--error error-summary" role="alert" tabindex="-1" '
        'aria-labelledby="form-errors">'
    )
