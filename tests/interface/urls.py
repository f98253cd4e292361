"""Pages that only tests have: the form pack, a finding of each outcome, and what goes wrong."""

from functools import partial
from types import SimpleNamespace

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template import RequestContext, Template
from django.urls import path
from django.views.csrf import csrf_failure
from django.views.decorators.http import require_POST

from config.urls import handler400, handler403, handler404, handler500
from config.urls import urlpatterns as site

from .every_finding import every_finding
from .forms import EveryField

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]

PAGE = """{%% extends "base.html" %%}{%% load crispy_forms_tags %%}{%% block title %%}%s{%% endblock %%}
{%% block content %%}<h1>%s</h1>%s{%% endblock %%}"""
FORM = """<form method="post" enctype="multipart/form-data" novalidate>{% csrf_token %}{{ form|crispy }}
<div class="form-actions"><button class="usa-button">Save</button></div></form>
{% include "partials/form_notice.html" %}"""
EVERY_FINDING = """{% regroup findings by rule as rules %}{% for rule in rules %}<h2>{{ rule.grouper }}</h2>
{% for finding in rule.list %}{% include "eligibility/finding.html" %}{% endfor %}{% endfor %}"""
FINDINGS = """{% for finding in findings %}{% include "eligibility/finding.html" %}{% endfor %}"""

of_size = partial(SimpleNamespace, rule="practice-size", source="CMS data as of Nov 18, 2026")
OUTCOMES = [
    of_size(
        outcome="met",
        cite="42 CFR 414.1315(a)(1)",
        message="9 clinicians bill under this TIN. The limit is 10.",
        remedy=None,
        facts={"clinicians": 9, "limit": 10},
    ),
    of_size(
        outcome="not_met",
        cite="42 CFR 414.1315(a)(1)",
        message="12 clinicians bill under this TIN. A practice in a virtual group can have at most 10.",
        remedy="If CMS’s list is wrong, contest it and say who did not bill under it then.",
        facts={"clinicians": 12, "limit": 10},
    ),
    of_size(
        outcome="cannot_tell",
        cite="42 CFR 414.1305, 414.1310(b)",
        message="CMS has not published 2027 data for this TIN.",
        remedy="This doesn’t keep you from submitting. A reviewer will decide.",
        facts={"eligible": None},
    ),
    of_size(
        outcome="not_applicable",
        cite="42 CFR 414.1310(b)(1)(iii)(A)",
        message="This practice exceeds all three limits.",
        remedy=None,
        facts={},
    ),
]


def _page(request: HttpRequest, title: str, body: str, **context: object) -> HttpResponse:
    return HttpResponse(Template(PAGE % (title, title, body)).render(RequestContext(request, context)))


@login_not_required
def every_field(request: HttpRequest) -> HttpResponse:
    form = EveryField(request.POST, request.FILES) if request.method == "POST" else EveryField()
    return _page(request, "Every field", FORM, form=form)


@login_not_required
def findings(request: HttpRequest) -> HttpResponse:
    return _page(request, "Findings", FINDINGS, findings=OUTCOMES, figures=True)


@login_not_required
def findings_of_every_rule(request: HttpRequest) -> HttpResponse:
    found = every_finding()
    rules = list(dict.fromkeys(finding.rule for finding in found))
    found.sort(key=lambda finding: (rules.index(finding.rule), finding.outcome))
    return _page(request, "Every finding", EVERY_FINDING, findings=found, figures=True)


@login_not_required
def fails(request: HttpRequest, error: Exception) -> HttpResponse:
    raise error


urlpatterns = [
    *site,
    path("-/every-field", every_field),
    path("-/findings", findings),
    path("-/every-finding", findings_of_every_rule),
    path("-/400", fails, {"error": BadRequest()}),
    path("-/403", fails, {"error": PermissionDenied()}),
    path("-/403-csrf", login_not_required(csrf_failure)),
    path("-/405", require_POST(every_field)),
    path("-/500", fails, {"error": RuntimeError("broken on purpose")}),
]
