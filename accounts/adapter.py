"""Where allauth is told what is different here."""

import base64
import hashlib
from typing import Any
from urllib.parse import urlencode, urlsplit
from uuid import uuid4

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.module_loading import import_string

from ground import clock
from ground.private_numbers import stands_in_address

from .models import User
from .proved_addresses import give_way
from .sign_ins import record_sign_in

WANTED = "wanted_after_verification"  # in the session: the page that a person came for before they had an account
OPEN_AGAIN = "Then open the link in our email again. If you didn’t add it to an account, do nothing."
WRONG_CODE = "This code isn’t right, or it was already used. Type the code that your app shows now."


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts: mails are owed as notices, and a squatter's account gives way to the owner of an address."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": "The email address or the password isn’t right. Check both and try again.",
        "too_many_login_attempts": "Too many failed attempts. Wait 5 minutes, then try again.",
        "incorrect_password": "This password isn’t right. Try again.",
        "enter_current_password": "This isn’t your current password. Try again.",
        "incorrect_code": WRONG_CODE,
        "duplicate_email": "This email address is already on your account.",
        "max_email_addresses": "You can have at most %d email addresses. Remove one first.",
        "invalid_password_reset": "This link was already used or is too old. Ask for a new one.",
        "rate_limited": "Too many attempts. Wait a few minutes, then try again.",
    }

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Owe the mail as a notice, which is kept, sent again and shown like every other."""
        links = {name: _on_this_site(url) for name, url in context.items() if name.endswith("_url")}
        context = {"email": email, "SITE_URL": settings.SITE_URL} | context | links | {"at": clock.now()}
        mail = self.render_mail(template_prefix, email, context)
        name = template_prefix.rsplit("/", 1)[-1]
        owe = import_string(settings.ACCOUNT_NOTICES)
        with transaction.atomic():
            owe(
                key=f"account:{name}:{uuid4()}",
                reason=f"account_{name}",
                to=email,
                subject=mail.subject,
                body=mail.body,
                now=clock.now(),
                user=context.get("user"),
            )

    def send_notification_mail(
        self, template_prefix: str, user: User, context: dict[str, Any] | None = None, email: str | None = None
    ) -> None:
        """Tell the person that something about their account changed."""
        super().send_notification_mail(template_prefix, user, {**(context or {}), "user": user}, email)

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        """Verify an address; an account that took it and never proved it is deleted, since nobody could ever use it.

        One that was added to an account in use is verified by whoever is signed in to that account alone: else its
        owner, asked whether it is theirs, would give it to the stranger who added it.
        """
        in_use = EmailAddress.objects.filter(user=email_address.user_id, verified=True).exclude(pk=email_address.pk)
        if in_use.exists() and request.user.pk != email_address.user_id:
            messages.error(request, f"Sign in to the account where you added {email_address.email}. {OPEN_AGAIN}")
            return False
        with transaction.atomic():
            give_way(email_address.email, to=email_address.user_id)
            return bool(super().confirm_email(request, email_address))

    def is_safe_url(self, url: str) -> bool:
        """Say whether one may be sent on to an address; one that holds a TIN or an SSN is kept in no session."""
        return not stands_in_address(url) and bool(super().is_safe_url(url))

    def respond_email_verification_sent(self, request: HttpRequest, user: User | None) -> HttpResponse:
        """Say that a link was sent, and remember the page that the person came for: they open the link later."""
        wanted = request.POST.get("next", "")
        if wanted and self.is_safe_url(wanted):
            request.session[WANTED] = wanted
        response: HttpResponse = super().respond_email_verification_sent(request, user)
        return response

    def get_email_verification_redirect_url(self, email_address: EmailAddress) -> str:
        """Return the address that follows a verification: the sign-in, which leads on to the page they came for."""
        if self.request.user.is_authenticated:
            return str(super().get_email_verification_redirect_url(email_address))
        return sign_in_address(self.request)

    def post_login(self, request: HttpRequest, user: User, **login: Any) -> HttpResponse:
        """Write down a sign-in of CMS staff, which is complete now, and lead the person on."""
        record_sign_in(request, user)
        request.session.pop(WANTED, None)
        response: HttpResponse = super().post_login(request, user, **login)
        return response

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Return the address that follows a sign-in: for CMS staff their work, for everyone else their elections."""
        return reverse("admin:index" if getattr(request.user, "is_staff", False) else settings.LOGIN_REDIRECT_URL)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """Return the address of the account page, which follows a password change."""
        return reverse("account")


class MFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Second factors: their secrets are kept encrypted."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "add_email_blocked": "Turn off your second factor before you add an email address. Then set it up again.",
        "incorrect_code": WRONG_CODE,
        "unverified_email": "Verify or remove your other email addresses before you set up a second factor.",
    }

    def encrypt(self, text: str) -> str:
        """Return a second factor's secret as it is kept."""
        return _keys().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Return a second factor's secret as it was; raises InvalidToken where no key of ours made it."""
        return _keys().decrypt(encrypted_text.encode()).decode()

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:
        """Return the name that a new passkey is offered."""
        return f"Passkey {Authenticator.objects.filter(user=user, type=type).count() + 1}"


def sign_in_address(request: HttpRequest) -> str:
    """Return the address of the sign-in, which leads to the page that was wanted before there was an account."""
    wanted = request.session.get(WANTED)
    return reverse("account_login") + (f"?{urlencode({'next': wanted})}" if wanted else "")


def _on_this_site(url: str) -> str:
    """Return a link at SITE_URL, as all links in mails are; a request could name another host that leads here."""
    return f"{settings.SITE_URL}{urlsplit(url).path}"


def _keys() -> MultiFernet:
    """Return the keys made of SECRET_KEY, which writes, and SECRET_KEY_FALLBACKS, which still read."""
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    digests = [hashlib.sha256(f"second factor:{secret}".encode()).digest() for secret in secrets]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])
