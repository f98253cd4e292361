"""Every sign-in of CMS staff is written down: who, when, how and from where; an auditor reads it."""

import csv
import io
from datetime import timedelta

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.db import Error, transaction
from django.test import Client

from accounts.models import Role, SignIn
from tests.factories.people import DanaFactory, UserFactory, signed_in
from tests.pages import text

from .conftest import sign_in, totp

pytestmark = pytest.mark.django_db
LIST = "/staff/accounts/signin/"


@pytest.fixture(autouse=True)
def _second_factor_asked_for(settings):
    settings.STAFF_SECOND_FACTOR = True


def written() -> list[tuple[str, str, str]]:
    rows = SignIn.objects.order_by("pk").select_related("user")
    return [(row.user.email, row.get_how_display(), row.address) for row in rows]


def test_a_password_alone_is_written_and_then_the_first_second_factor(client: Client, machine_time):
    rene = UserFactory(email="rene@cms.example", roles=[Role.REVIEWER])
    sign_in(client, rene.email)
    assert written() == [(rene.email, "Password alone", "127.0.0.1")]
    secret = generate_totp_secret()
    TOTP.activate(rene, secret)
    for _ in range(2):  # the second time it opens nothing new
        machine_time.shift(timedelta(seconds=30))
        client.post("/accounts/2fa/reauthenticate/", {"code": totp(secret)})
    assert written()[1:] == [(rene.email, "Password and a code from an app", "127.0.0.1")]


def test_a_sign_in_is_written_when_it_is_complete_by_what_was_proved(client: Client, machine_time):
    rene = UserFactory(email="rene@cms.example", roles=[Role.REVIEWER])
    secret = generate_totp_secret()
    TOTP.activate(rene, secret)
    codes = RecoveryCodes.activate(rene).get_unused_codes()
    sign_in(client, rene.email)
    client.post("/accounts/2fa/authenticate/", {"code": "000000"})
    assert written() == []
    client.post("/accounts/2fa/authenticate/", {"code": totp(secret)})
    again = Client()
    sign_in(again, rene.email)
    again.post("/accounts/2fa/authenticate/", {"code": codes[0]})
    assert [how for _, how, _ in written()] == ["Password and a code from an app", "Password and a recovery code"]


def test_nobody_else_s_sign_in_is_written(client: Client):
    DanaFactory()
    sign_in(client)
    sign_in(Client(), password="wrong")
    assert written() == []


@pytest.fixture
def auditor(settings) -> Client:
    settings.STAFF_SECOND_FACTOR = False
    return signed_in(UserFactory(email="audrey@cms.example", name="Audrey Auditor", roles=[Role.AUDITOR]))


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_asks_the_same_whatever_its_length(auditor, rows, django_assert_num_queries):
    for number in range(rows):
        user = UserFactory(email=f"rene{number}@cms.example", name=f"Rene {number}", roles=[Role.REVIEWER])
        sign_in(Client(REMOTE_ADDR="192.0.2.7"), user.email)
    auditor.get(LIST)
    with django_assert_num_queries(6):
        said = text(auditor.get(LIST))
    line = "Dec 1, 2026, 10:00:00 a.m. ET Rene 0 Password alone 192.0.2.7"
    assert (said.count("192.0.2.7"), line in said) == (rows, True)
    found = list(csv.reader(io.StringIO(auditor.get(f"{LIST}csv/?q=rene0").content.decode())))
    assert found == [
        ["when", "who", "method", "IP address"],
        ["Dec 1, 2026, 10:00:00 a.m. ET", "Rene 0", "Password alone", "192.0.2.7"],
    ]
    assert auditor.get(f"{LIST}?how__exact=totp").context["cl"].result_count == 0
    assert auditor.get(f"{LIST}?user__password__startswith=a").status_code == 400


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"roles": [Role.AUDITOR]}, 200),
        ({"roles": [Role.ADMINISTRATOR]}, 200),
        ({"roles": [Role.LEAD_REVIEWER]}, 403),
        ({"roles": [Role.REVIEWER]}, 403),
        ({"roles": [Role.DATA_STEWARD]}, 403),
        ({}, 403),
    ],
)
def test_who_reads_it(settings, fields, status):
    settings.STAFF_SECOND_FACTOR = False
    reader = signed_in(UserFactory(**fields))
    assert [reader.get(address).status_code for address in (LIST, f"{LIST}csv/")] == [status, status]


def test_nothing_of_it_can_be_changed(auditor):
    sign_in(Client(), "audrey@cms.example")
    row = SignIn.objects.get()
    for page in ("add/", f"{row.pk}/change/", f"{row.pk}/delete/"):
        assert auditor.post(f"{LIST}{page}", {"post": "yes"}).status_code == 404
    for change in (lambda rows: rows.update(address=""), lambda rows: rows.delete()):
        with pytest.raises(Error), transaction.atomic():
            change(SignIn.objects.filter(pk=row.pk))
    assert written() == [("audrey@cms.example", "Password alone", "127.0.0.1")]
