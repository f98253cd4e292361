"""Pages about oneself, beside those that allauth brings."""

from urllib.parse import urlencode

from allauth.account import views as allauth
from allauth.account.decorators import reauthentication_required
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from . import sessions
from .adapter import sign_in_address
from .forms import NameForm
from .models import User
from .proved_addresses import verified_by
from .staff_site import used_second_factor


@login_not_required
@never_cache
def confirm_email(request: HttpRequest, key: str) -> HttpResponse:
    """Ask whether an address is the person's, as allauth does; say of a link that was used that it did its work."""
    if address := verified_by(key):
        context = {"verified": address.email, "sign_in": sign_in_address(request)}
        return render(request, "account/email_confirm.html", context)
    response: HttpResponse = allauth.confirm_email(request, key=key)
    return response


def account(request: HttpRequest) -> HttpResponse:
    """Show the person what we know of them, and where to change it; take a new name."""
    user = _user(request)
    form = NameForm(request.POST or None, instance=user)
    if request.method == "POST" and form.is_valid():
        User.objects.filter(pk=user.pk).update(name=form.cleaned_data["name"])
        messages.success(request, "Your name was saved.")
        return redirect("account")
    factors = list(Authenticator.objects.filter(user=user).exclude(type=Authenticator.Type.RECOVERY_CODES))
    context = {
        "form": form,
        "addresses": EmailAddress.objects.filter(user=user).order_by("-primary", "email"),
        "app": any(factor.type == Authenticator.Type.TOTP for factor in factors),
        "passkeys": sum(factor.type == Authenticator.Type.WEBAUTHN for factor in factors),
        "roles": [held.get_role_display() for held in user.staff_roles.order_by("role")],
    }
    return render(request, "accounts/account.html", context)


def staff_second_factor(request: HttpRequest) -> HttpResponse:
    """Tell a member of CMS staff how to get past the door: set up a second factor, or use it now."""
    user = _user(request)
    if not user.is_staff:
        raise Http404
    wanted = request.GET.get("next", "")
    if not url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()}):
        wanted = reverse("admin:index")
    if used_second_factor(request):
        return HttpResponseRedirect(wanted)  # an address, never the name of a page, as redirect would take it
    held = set(Authenticator.objects.filter(user=user).values_list("type", flat=True))
    context = {
        "app": Authenticator.Type.TOTP in held,
        "passkey": Authenticator.Type.WEBAUTHN in held,
        "next_query": urlencode({"next": wanted}),
    }
    return render(request, "accounts/staff_second_factor.html", context)


@reauthentication_required(app="allauth.mfa")  # type: ignore[untyped-decorator]
@never_cache
def mfa_view_recovery_codes(request: HttpRequest) -> HttpResponse:
    """Show the recovery codes that are left; allauth's own page writes a row when it is opened."""
    kept = Authenticator.objects.filter(user=_user(request), type=Authenticator.Type.RECOVERY_CODES).first()
    if not kept:
        raise Http404
    return render(request, "mfa/recovery_codes/index.html", {"unused_codes": kept.wrap().get_unused_codes()})


@login_not_required
@never_cache
@require_GET
def session_status(request: HttpRequest) -> JsonResponse:
    """Answer how long the session lasts, without making it last longer."""
    return JsonResponse(_time_left(request))


@login_not_required
@require_POST
def session_extend(request: HttpRequest) -> JsonResponse:
    """Keep the session alive: somebody answered the warning."""
    if request.user.is_authenticated:
        sessions.keep_alive(request.session)
    return JsonResponse(_time_left(request))


def _time_left(request: HttpRequest) -> dict[str, int | str]:
    left, limit = sessions.time_left(request.session) if request.user.is_authenticated else (0, "idle")
    return {"seconds_left": int(left), "limit": request.session_ended or limit}  # type: ignore[attr-defined]


def _user(request: HttpRequest) -> User:
    """Return the signed-in user. Raises Http404 if the request is anonymous, which the middleware never lets happen."""
    if not isinstance(request.user, User):
        raise Http404
    return request.user
