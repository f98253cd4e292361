"""What administrators do about signing in: a lost second factor, an account that is shut; and nobody does it alone."""

import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.test import Client

from accounts.models import Role, StaffChange, User, WaitingRole
from notices.models import Notice
from tests.factories.people import AdministratorFactory, DanaFactory, UserFactory, signed_in
from tests.pages import text

pytestmark = pytest.mark.django_db
PEOPLE = "/staff/accounts/user/"
REASON = {"reason": "Lost the phone, called from the desk."}


@pytest.fixture(autouse=True)
def without_second_factor(settings):
    settings.STAFF_SECOND_FACTOR = False


@pytest.fixture
def ruth() -> User:
    return with_second_factor(AdministratorFactory())


@pytest.fixture
def lee() -> User:
    return with_second_factor(UserFactory(email="lee@cms.example", roles=[Role.LEAD_REVIEWER, Role.AUDITOR]))


def with_second_factor(user: User) -> User:
    TOTP.activate(user, generate_totp_secret())
    RecoveryCodes.activate(user)
    return user


def past_the_door(user: User) -> Client:
    """Return a browser in which a person proved their second factor."""
    client, factor = signed_in(user), Authenticator.objects.get(user=user, type=Authenticator.Type.TOTP)
    session = client.session
    proved = {"method": "mfa", "at": time.time(), "id": factor.pk, "type": "totp", "reauthenticated": True}
    session["account_authentication_methods"] = [proved]
    session["account_authentication_methods_user"] = str(user.pk)
    session.save()
    return client


def send(by: User, path: str, **fields: str) -> str:
    """Send a form of the staff pages and return what is said next."""
    answer = signed_in(by).post(f"{PEOPLE}{path}", fields, follow=True)
    assert answer.status_code == 200
    return text(answer)


def log() -> list[tuple[str, str, str | None, str]]:
    changes = StaffChange.objects.exclude(verb="started").order_by("pk")
    return list(changes.values_list("verb", "user__email", "by__email", "reason"))


def test_a_lost_second_factor_is_reset_by_an_administrator(ruth, lee):
    page = text(signed_in(ruth).get(f"{PEOPLE}{lee.pk}/reset/"))
    assert "We’ll remove the authenticator app, passkeys and recovery codes from this person’s account." in page
    assert "We’ll email lee@cms.example." in page
    assert "Reset. lee@cms.example no longer has a second factor." in send(ruth, f"{lee.pk}/reset/", **REASON)
    assert set(Authenticator.objects.values_list("user__email", flat=True)) == {"ruth@cms.example"}
    assert log() == [("reset", "lee@cms.example", "ruth@cms.example", REASON["reason"])]
    notice = Notice.objects.get()
    assert (notice.to, notice.subject) == ("lee@cms.example", "Your second factor was reset")
    assert "When:    Dec 1, 2026, 10:00 a.m. ET\nReason:\n> Lost the phone, called from the desk.\n" in notice.body
    assert "Set up a new second factor before you open staff pages:" in notice.body
    assert "There is no second factor for lee@cms.example now." in send(ruth, f"{lee.pk}/reset/", **REASON)
    assert Notice.objects.count() == 1


def test_staff_pages_are_shut_until_there_is_a_new_one(ruth, lee, settings):
    theirs = past_the_door(lee)
    settings.STAFF_SECOND_FACTOR = True
    assert theirs.get("/staff/").status_code == 200
    settings.STAFF_SECOND_FACTOR = False
    send(ruth, f"{lee.pk}/reset/", **REASON)
    settings.STAFF_SECOND_FACTOR = True
    assert theirs.get("/staff/")["Location"] == "/accounts/staff/?next=%2Fstaff%2F"


def test_nobody_resets_their_own(ruth, lee):
    assert "You can’t reset your own second factor." in send(ruth, f"{ruth.pk}/reset/", **REASON)
    assert Authenticator.objects.filter(user=ruth).count() == 2
    assert "Reset the second factor" not in text(signed_in(ruth).get(f"{PEOPLE}{ruth.pk}/change/"))
    assert log() == []


def test_without_a_reason_nothing_is_reset(ruth, lee):
    assert "Enter the reason. Auditors read it." in send(ruth, f"{lee.pk}/reset/", reason="")
    assert Authenticator.objects.filter(user=lee).count() == 2
    assert (log(), Notice.objects.count()) == ([], 0)


def test_an_account_is_deactivated_and_its_roles_do_not_come_back(ruth, lee):
    rory = UserFactory(email="rory@cms.example", roles=[Role.ADMINISTRATOR])
    theirs = signed_in(lee)
    assert theirs.get("/staff/").status_code == 200
    send(rory, f"{lee.pk}/give-role/", role="data_steward", reason="Helps out.")
    Notice.objects.all().delete()
    page = text(signed_in(ruth).get(f"{PEOPLE}{lee.pk}/deactivate/"))
    assert "This also cancels a role that hasn’t taken effect yet: Data steward for lee@cms.example." in page
    assert "We’ll email lee@cms.example, rory@cms.example and ruth@cms.example." in page
    said = send(ruth, f"{lee.pk}/deactivate/", reason="Left CMS.")
    assert "The account of lee@cms.example is deactivated." in said
    told = {"lee@cms.example", "rory@cms.example", "ruth@cms.example"}
    assert set(Notice.objects.values_list("to", flat=True)) == told
    assert theirs.get("/staff/accounts/user/")["Location"].startswith("/accounts/login/")
    assert not WaitingRole.objects.exists()
    assert "is active again." in send(ruth, f"{lee.pk}/reactivate/", reason="Came back.")
    assert "The staff roles that it had do not come back." in Notice.objects.latest("pk").body
    lee = User.objects.get(pk=lee.pk)
    assert (lee.is_active, lee.is_staff, list(lee.staff_roles.all())) == (True, False, [])
    assert [change[0] for change in log()] == [
        *("given", "canceled", "removed", "removed", "deactivated", "reactivated")
    ]


def test_somebody_without_a_role_reads_nothing_of_staff_pages(ruth):
    dana = with_second_factor(DanaFactory())
    page = text(signed_in(ruth).get(f"{PEOPLE}{dana.pk}/reset/"))
    assert "Staff pages stay closed" not in page.partition("Reason")[0]
    for verb in ("reset", "deactivate", "reactivate"):
        send(ruth, f"{dana.pk}/{verb}/", **REASON)
    bodies = [notice.body for notice in Notice.objects.order_by("pk")]
    assert [body.split("\n")[0] for body in bodies] == [
        "An administrator removed your authenticator app, passkeys and recovery codes from your account. You can set"
        " up a new second factor here:",
        "You can no longer sign in with this account.",
        "You can sign in with this account again.",
    ]
    assert [body for body in bodies if "staff" in body or "administrator right" in body] == []


def test_somebody_without_a_role_is_shut_out_and_told(ruth):
    dana = DanaFactory()
    page = text(signed_in(ruth).get(f"{PEOPLE}{dana.pk}/deactivate/"))
    assert "We’ll email dana@example.org." in page
    send(ruth, f"{dana.pk}/deactivate/", reason="Asked us to.")
    assert [notice.to for notice in Notice.objects.all()] == ["dana@example.org"]
    assert "This account is already deactivated." in send(ruth, f"{dana.pk}/deactivate/", reason="Again.")
    assert "reactivate" in send(ruth, f"{dana.pk}/give-role/", role="auditor", reason="No.").lower()


def test_nobody_deactivates_themselves(ruth):
    UserFactory(email="rory@cms.example", roles=[Role.ADMINISTRATOR])
    assert "You can’t deactivate your own account." in send(ruth, f"{ruth.pk}/deactivate/", **REASON)
    assert User.objects.get(pk=ruth.pk).is_active
    assert log() == []


def test_an_active_account_is_not_reactivated(ruth, lee):
    assert "This account is active. Nothing was changed." in send(ruth, f"{lee.pk}/reactivate/", **REASON)
    assert log() == []
