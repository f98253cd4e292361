"""Every page about people in a real browser, empty, in error and filled.

axe looks at each page once, and in `make proof` at every state of it at three widths; there the same ways are also
gone by keyboard alone and with scripts off (a passkey needs them).
"""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.urls import get_resolver
from playwright.sync_api import Page, expect

from accounts.models import Role, User
from notices.models import Notice
from tests.browser import assert_accessible, assert_accessible_at_all_widths
from tests.factories.people import PASSWORD, DanaFactory, UserFactory
from tests.keyboard import problems_by_keyboard

from .conftest import totp

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


NEW_PASSWORD = {"New password": "a new long password", "New password again": "a new long password"}
SCRIPTS_OFF = [pytest.mark.proof, pytest.mark.browser_context_args(java_script_enabled=False)]
THOROUGHLY = [
    pytest.param("at three widths", marks=pytest.mark.proof),
    pytest.param("by keyboard", marks=pytest.mark.proof),
    pytest.param("scripts off", marks=SCRIPTS_OFF),
]
in_the_proof_alone = pytest.mark.parametrize("look", THOROUGHLY, indirect=True)  # what takes long, much like others


@pytest.fixture(params=["once", *THOROUGHLY])
def look(request: pytest.FixtureRequest) -> Callable[[Page, str], None]:
    """Look at a page as it stands; its name begins with its address's."""

    def look(page: Page, name: str) -> None:
        match request.param:
            case "once":
                if "--" not in name:
                    assert_accessible(page)
            case "at three widths":
                assert_accessible_at_all_widths(page, f"accounts-{name}")
            case "by keyboard":
                assert (name, problems_by_keyboard(page)) == (name, [])
            case "scripts off":
                assert (name, page.locator("h1:visible").count()) == (name, 1)

    return look


def send(page: Page, button: str, typed: dict[str, str] | None = None) -> None:
    """Type into fields by their labels, and press a button that leads to another page."""
    for label, text in (typed or {}).items():
        page.get_by_label(label, exact=True).fill(text)
    with page.expect_navigation():
        page.locator("main").get_by_role("button", name=button, exact=True).click()


def prove(page: Page) -> None:
    send(page, "Continue", {"Password": PASSWORD})


def link_to(page: Page, reason: str) -> str:
    found = re.search(r"https?://[^/]+(/\S+)", Notice.objects.get(reason=reason).body)
    assert found
    return found[1]


def test_signing_up_and_in(page: Page, look):
    page.goto("/accounts/signup/")
    look(page, "account_signup")
    send(page, "Create the account", {"Email address": "dana@example.org", "Password": "short"})
    look(page, "account_signup--error")
    send(page, "Create the account", {"Password": PASSWORD})
    look(page, "account_email_verification_sent")
    link = link_to(page, "account_email_confirmation_signup")
    page.goto("/accounts/confirm-email/not-a-key/")
    look(page, "account_confirm_email--bad")
    page.goto(link)
    look(page, "account_confirm_email")
    send(page, "Yes, verify this email address")
    look(page, "elections--verified")
    page.goto(link)
    look(page, "account_confirm_email--used-signed-in")
    page.context.clear_cookies()
    page.goto(link)
    look(page, "account_confirm_email--used")
    page.get_by_role("main").get_by_role("link", name="Sign in").click()
    look(page, "account_login--used")
    send(page, "Sign in", {"Email address": "dana@example.org", "Password": "wrong"})
    look(page, "account_login--error")
    page.goto("/accounts/login/?ended=idle&next=/accounts/")
    look(page, "account_login")
    send(page, "Sign in", {"Email address": "dana@example.org", "Password": PASSWORD})
    look(page, "account")
    page.goto("/accounts/logout/")
    look(page, "account_logout")
    page.goto("/accounts/inactive/")
    look(page, "account_inactive")


@in_the_proof_alone
def test_a_new_password(page: Page, look):
    DanaFactory()
    page.goto("/accounts/password/reset/")
    look(page, "account_reset_password")
    send(page, "Send the link", {"Email address": "dana@example.org"})
    look(page, "account_reset_password_done")
    page.goto("/accounts/password/reset/key/1-nonsense/")
    look(page, "account_reset_password_from_key--bad")
    page.goto(link_to(page, "account_password_reset_key"))
    look(page, "account_reset_password_from_key")
    send(page, "Save the password", NEW_PASSWORD | {"New password again": "another"})
    look(page, "account_reset_password_from_key--error")
    send(page, "Save the password", NEW_PASSWORD)
    look(page, "account_reset_password_from_key_done")


@in_the_proof_alone
def test_the_account_pages(page: Page, look, sign_in: Callable[[User], None]):
    user = DanaFactory()
    EmailAddress.objects.create(user=user, email="office@example.org", verified=True)
    EmailAddress.objects.create(user=user, email="new@example.org")
    sign_in(user)
    page.goto("/accounts/")
    look(page, "account--filled")
    page.goto("/accounts/email/")
    look(page, "account_email")
    EmailAddress.objects.filter(email="new@example.org").delete()
    page.goto("/accounts/email/")
    send(page, "Add and send a link", {"Email address": "dana@example.org"})
    look(page, "account_email--error")
    page.goto("/accounts/password/change/")
    look(page, "account_change_password")
    send(page, "Change the password", {"Current password": "wrong"} | NEW_PASSWORD)
    look(page, "account_change_password--error")
    user.set_unusable_password()
    user.save()
    sign_in(user)
    page.goto("/accounts/password/set/")
    look(page, "account_set_password")


@in_the_proof_alone
def test_an_app_as_second_factor(page: Page, look, sign_in: Callable[[User], None], settings):
    settings.STAFF_SECOND_FACTOR = True
    settings.MFA_TOTP_TOLERANCE = 1  # the half minute may turn between reading the code and sending it
    user = UserFactory(email="rene@cms.example", roles=[Role.REVIEWER])
    sign_in(user)
    page.goto("/staff/")
    look(page, "staff_second_factor")
    page.get_by_role("link", name="Set up an app").click()
    look(page, "account_reauthenticate")
    prove(page)
    look(page, "mfa_activate_totp")
    send(page, "Turn on the app", {"Six-digit code from the app": "000000"})
    look(page, "mfa_activate_totp--error")
    send(page, "Turn on the app", {"Six-digit code from the app": totp(page.locator("#key").inner_text())})
    look(page, "mfa_view_recovery_codes")
    page.get_by_role("link", name="I saved my codes. Continue").click()
    look(page, "staff_second_factor--held")
    page.get_by_role("link", name="Type a code from the app").click()
    look(page, "mfa_reauthenticate")
    page.goto("/accounts/2fa/")
    look(page, "mfa_index")
    page.goto("/accounts/2fa/totp/deactivate/")
    look(page, "mfa_deactivate_totp")
    page.goto("/accounts/2fa/recovery-codes/generate/")
    look(page, "mfa_generate_recovery_codes")


@in_the_proof_alone
def test_signing_in_with_the_app_or_a_recovery_code(page: Page, look):
    user = UserFactory(email="rene@cms.example", roles=[Role.REVIEWER])
    TOTP.activate(user, generate_totp_secret())
    code = RecoveryCodes.activate(user).get_unused_codes()[0]
    page.goto("/accounts/login/?next=/accounts/2fa/")
    send(page, "Sign in", {"Email address": "rene@cms.example", "Password": PASSWORD})
    look(page, "mfa_authenticate")
    send(page, "Sign in", {"Code from your app, or a recovery code": "000000"})
    look(page, "mfa_authenticate--error")
    send(page, "Sign in", {"Code from your app, or a recovery code": code})
    expect(page.get_by_text("You have 9 codes left.")).to_be_visible()


@pytest.mark.parametrize("look", THOROUGHLY[:-1], indirect=True)  # a passkey needs scripts
def test_a_passkey_alone_is_second_factor_enough(page: Page, look, settings, live_server):
    settings.STAFF_SECOND_FACTOR = True
    UserFactory(email="rene@cms.example", roles=[Role.REVIEWER])
    devices = page.context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    device = {"protocol": "ctap2", "transport": "internal", "hasUserVerification": True, "isUserVerified": True}
    added = devices.send(
        "WebAuthn.addVirtualAuthenticator", {"options": device | {"automaticPresenceSimulation": True}}
    )
    key = added["authenticatorId"]
    page.goto("/accounts/login/?next=/staff/")
    send(page, "Sign in", {"Email address": "rene@cms.example", "Password": PASSWORD})
    page.get_by_role("link", name="Add a passkey").click()
    prove(page)
    look(page, "mfa_add_webauthn")
    devices.send("WebAuthn.setUserVerified", {"authenticatorId": key, "isUserVerified": False})
    page.get_by_role("button", name="Add a passkey").click()
    page.get_by_text("We couldn’t use the passkey. Try again, or choose another way.").wait_for()
    look(page, "mfa_add_webauthn--refused")
    devices.send("WebAuthn.setUserVerified", {"authenticatorId": key, "isUserVerified": True})
    page.get_by_label("Name for this passkey").fill("office laptop")
    page.get_by_role("button", name="Add a passkey").click()
    page.wait_for_url("**/recovery-codes/")
    page.goto("/accounts/2fa/webauthn/")
    look(page, "mfa_list_webauthn")
    page.get_by_role("link", name="Rename office laptop").click()
    look(page, "mfa_edit_webauthn")
    page.goto("/accounts/2fa/webauthn/")
    page.get_by_role("link", name="Remove office laptop").click()
    look(page, "mfa_remove_webauthn")

    page.goto("/staff/")
    page.get_by_role("link", name="Use your passkey").click()
    look(page, "mfa_reauthenticate_webauthn")
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url("**/staff/")
    expect(page.get_by_role("heading", name="Work", exact=True)).to_be_visible()

    page.goto("/accounts/logout/")
    send(page, "Sign out")
    page.goto("/accounts/login/?next=/staff/")
    send(page, "Sign in", {"Email address": "rene@cms.example", "Password": PASSWORD})
    look(page, "mfa_authenticate--passkey")
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url("**/staff/")


JSON = {"session_status", "session_extend"}


def test_every_page_is_looked_at():
    """A page that is added and not looked at above fails here, whichever process runs the tests above."""
    looked_at = set(re.findall(r'look\(page, "(\w+?)(?:--[\w-]+)?"\)', Path(__file__).read_text())) - {"elections"}
    names = {name for name in get_resolver("accounts.urls").reverse_dict if isinstance(name, str)}
    assert looked_at == names - JSON
