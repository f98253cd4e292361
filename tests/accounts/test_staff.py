"""Who passes the door to the staff pages, and who sees people there."""

from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.models import Role, User
from notices.models import Notice
from tests.factories.people import AdministratorFactory, DanaFactory, UserFactory

from .conftest import prove, sign_in, totp

pytestmark = pytest.mark.django_db
DOOR = "/accounts/staff/?next=%2Fstaff%2F"


@pytest.fixture(autouse=True)
def demand_second_factor(settings):
    settings.STAFF_SECOND_FACTOR = True


def way_in(client: Client) -> str:
    """Return where nobody is led who asks for the staff pages."""
    answer = client.get("/staff/")
    assert (answer.status_code, answer["Location"]) == (302, "/staff/login/?next=/staff/")
    return str(client.get(answer["Location"])["Location"])


def activate_app(client: Client) -> str:
    assert client.get("/accounts/2fa/totp/activate/")["Location"].startswith("/accounts/reauthenticate/")
    prove(client)
    secret: str = client.get("/accounts/2fa/totp/activate/").context["form"].secret
    answer = client.post("/accounts/2fa/totp/activate/", {"code": totp(secret)})
    assert answer["Location"] == "/accounts/2fa/recovery-codes/"
    return secret


def test_nobody_is_sent_to_sign_in_and_the_wrong_person_is_refused(client: Client):
    assert way_in(client) == "/accounts/login/?next=/staff/"
    DanaFactory()
    sign_in(client)
    assert client.get("/staff/").status_code == 403
    assert client.get("/staff/accounts/user/").status_code == 403
    assert client.get("/accounts/staff/").status_code == 404


def test_staff_set_up_an_app_use_it_and_pass(client: Client, machine_time, django_capture_on_commit_callbacks):
    UserFactory(email="rene@cms.example", roles=[Role.REVIEWER])
    sign_in(client, "rene@cms.example")
    assert client.get("/staff/")["Location"] == DOOR
    assert "You don’t have one yet" in client.get(DOOR).content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        secret = activate_app(client)
    assert Notice.objects.get().subject == "Authenticator app turned on"
    assert secret not in str(Authenticator.objects.get(type="totp").data), "secrets are kept encrypted"
    codes = client.get("/accounts/2fa/recovery-codes/").context["unused_codes"]
    assert len(set(codes)) == 10

    assert client.get("/staff/")["Location"] == DOOR, "having one is not having used it"
    assert "You have one" in client.get(DOOR).content.decode()
    machine_time.shift(timedelta(seconds=30))
    used = client.post("/accounts/2fa/reauthenticate/?next=/staff/", {"code": totp(secret), "next": "/staff/"})
    assert used["Location"] == "/staff/"
    assert client.get("/staff/").status_code == 200

    client.post("/accounts/logout/")
    machine_time.shift(timedelta(seconds=30))
    assert sign_in(client, "rene@cms.example")["Location"] == "/accounts/2fa/authenticate/"
    assert way_in(client) == "/accounts/login/?next=/staff/"
    wrong = client.post("/accounts/2fa/authenticate/", {"code": "000000"})
    assert wrong.context["form"].errors == {
        "code": ["This code isn’t right, or it was already used. Type the code that your app shows now."]
    }
    assert client.post("/accounts/2fa/authenticate/", {"code": totp(secret)}).status_code == 302
    assert client.get("/staff/").status_code == 200

    again = Client()
    sign_in(again, "rene@cms.example")
    assert again.post("/accounts/2fa/authenticate/", {"code": totp(secret)}).status_code == 200, "a code works once"
    assert again.post("/accounts/2fa/authenticate/", {"code": codes[0]}).status_code == 302
    assert again.get("/staff/").status_code == 200
    prove(again)
    assert again.get("/accounts/2fa/recovery-codes/").context["unused_codes"] == codes[1:]


def test_a_second_factor_that_is_turned_off_opens_nothing_any_more(client: Client, machine_time):
    UserFactory(email="rene@cms.example", roles=[Role.REVIEWER])
    sign_in(client, "rene@cms.example")
    secret = activate_app(client)
    machine_time.shift(timedelta(seconds=30))
    client.post("/accounts/2fa/reauthenticate/", {"code": totp(secret)})
    assert client.get("/staff/").status_code == 200
    assert client.get("/accounts/staff/?next=0")["Location"] == "0", "an address, not the name of a page"
    assert client.post("/accounts/2fa/totp/deactivate/")["Location"] == "/accounts/2fa/"
    assert client.get("/staff/")["Location"] == DOOR


def test_one_setting_turns_the_second_factor_off(client: Client, settings):
    settings.STAFF_SECOND_FACTOR = False
    UserFactory(email="rene@cms.example", roles=[Role.AUDITOR])
    sign_in(client, "rene@cms.example")
    assert client.get("/staff/").status_code == 200


def test_a_role_taken_away_closes_the_door_at_once(staff):
    client = staff(Role.AUDITOR)
    assert client.get("/staff/").status_code == 200
    call_command("staff_role", User.objects.get().email, Role.AUDITOR, "--remove")
    assert client.get("/staff/").status_code == 403


@pytest.mark.parametrize(
    ("path", "there"),
    [
        ("/staff/password_change/", "/accounts/password/change/"),
        ("/staff/password_change/done/", "/accounts/password/change/"),
        ("/staff/login/", "/staff/"),
    ],
)
def test_the_admins_own_account_pages_lead_to_ours(staff, path: str, there: str):
    assert staff(Role.REVIEWER).get(path)["Location"] == there


def test_the_admins_sign_out_signs_out(staff):
    client = staff(Role.REVIEWER)
    assert client.post("/staff/logout/").status_code == 302
    assert way_in(client) == "/accounts/login/?next=/staff/"


def test_stock_pages_about_people_are_gone():
    registered = {model._meta.label for model in admin.site._registry}
    assert (
        registered
        & {"auth.Group", "account.EmailAddress", "account.EmailConfirmation", "mfa.Authenticator", "accounts.StaffRole"}
        == set()
    )
    assert "accounts.User" in registered


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.AUDITOR])
def test_nothing_of_a_person_is_a_field_of_a_form(staff, role: Role):
    client, lee = staff(role, email="root@cms.example"), UserFactory(email="lee@cms.example")
    page = client.get(f"/staff/accounts/user/{lee.pk}/change/").content.decode()
    assert lee.password not in page
    sent = {"is_active": "", "email": "x@example.org", "staff_roles-0-role": "reviewer", "staff_roles-TOTAL_FORMS": "1"}
    assert client.post(f"/staff/accounts/user/{lee.pk}/change/", sent).status_code == 403
    client.post("/staff/accounts/user/add/", {"email": "new@cms.example", "is_active": "on"})
    client.post(f"/staff/accounts/user/{lee.pk}/delete/", {"post": "yes"})
    assert set(User.objects.values_list("email", "is_active")) == {
        ("root@cms.example", True),
        ("lee@cms.example", True),
    }
    assert not lee.staff_roles.exists()


@pytest.mark.parametrize(
    ("role", "looks"),
    [
        *((Role.ADMINISTRATOR, 200), (Role.AUDITOR, 200)),
        *((Role.REVIEWER, 403), (Role.LEAD_REVIEWER, 403), (Role.DATA_STEWARD, 403)),
    ],
)
def test_administrators_and_auditors_see_people(staff, role: Role, looks: int):
    client = staff(role)
    assert client.get("/staff/accounts/user/").status_code == looks
    assert client.get(f"/staff/accounts/user/{User.objects.get().pk}/change/").status_code == looks
    assert client.get("/staff/accounts/staffchange/").status_code == looks


@pytest.mark.parametrize("people", [1, 3])
def test_the_list_of_people_asks_the_same_whatever_its_length(
    staff, machine_time, django_assert_num_queries, people: int
):
    client = staff(Role.ADMINISTRATOR)
    UserFactory.create_batch(people, roles=[Role.REVIEWER, Role.AUDITOR])
    client.get("/staff/accounts/user/")
    with django_assert_num_queries(6):
        answer = client.get("/staff/accounts/user/")
    assert answer.content.decode().count("Reviewer, Auditor") == people


def test_a_lead_reviewer_is_a_reviewer_and_an_administrator_is_none():
    lead, ruth = UserFactory(roles=[Role.LEAD_REVIEWER]), AdministratorFactory()
    assert {role for role in Role if lead.has_role(role)} == {Role.REVIEWER, Role.LEAD_REVIEWER}
    assert {role for role in Role if ruth.has_role(role)} == {Role.ADMINISTRATOR}
    assert (lead.is_staff, ruth.is_staff) == (True, True)


def test_there_is_no_superuser():
    with pytest.raises(CommandError, match=r"There are no superusers here\. Use: manage\.py staff_role EMAIL"):
        call_command("createsuperuser", email="root@cms.example", interactive=False)
    with pytest.raises(TypeError, match="is_superuser"):
        User.objects.create_user("root@cms.example", is_superuser=True)
    assert not User.objects.exists()


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("staff_roles__role__exact=auditor", 200),
        ("waiting_roles__role__exact=auditor", 200),
        ("is_active__exact=1", 200),
        ("password__startswith=md5", 400),
        ("name__contains=a", 400),
        ("staff_roles__user__password__startswith=md5", 400),
        ("is_active__exact=1&last_login__isnull=1", 400),
    ],
)
def test_a_list_takes_no_filter_but_those_it_offers(staff, query, status):
    assert staff(Role.AUDITOR).get(f"/staff/accounts/user/?{query}").status_code == status
