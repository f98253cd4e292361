"""Who gives roles: two administrators, or one and a day; each row is tried the other way round, by page and command."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import Error, IntegrityError, connection, transaction
from django.test import Client

from accounts import tasks
from accounts.models import Role, StaffChange, StaffRole, StaffVerb, User, WaitingRole
from ground import clock
from notices.endings import with_end
from notices.models import Notice
from tests.factories.people import AdministratorFactory, DanaFactory, ReviewerFactory, UserFactory, signed_in
from tests.pages import text

pytestmark = pytest.mark.django_db
PEOPLE = "/staff/accounts/user/"
REASON = {"reason": "Joins the desk on Monday."}


@pytest.fixture(autouse=True)
def without_second_factor(settings):
    settings.STAFF_SECOND_FACTOR = False


@pytest.fixture
def ruth() -> User:
    return AdministratorFactory()


@pytest.fixture
def rory() -> User:
    return UserFactory(email="rory@cms.example", roles=[Role.ADMINISTRATOR])


@pytest.fixture
def newt() -> User:
    return UserFactory(email="newt@cms.example", name="Newt Newcomer")


def send(by: User, path: str, **fields: str) -> str:
    """Send a form of the staff pages and return what is said next."""
    answer = signed_in(by).post(f"{PEOPLE}{path}", fields, follow=True)
    assert answer.status_code == 200
    return text(answer)


def give(by: User, to: User, role: Role = Role.REVIEWER) -> str:
    return send(by, f"{to.pk}/give-role/", role=role, **REASON)


def waiting_id(user: User) -> int:
    return int(WaitingRole.objects.get(user=user).pk)


def held(user: User) -> list[str]:
    """Return the roles that a person holds."""
    return sorted(user.staff_roles.values_list("role", flat=True))


def waits(user: User) -> list[str]:
    return sorted(user.waiting_roles.values_list("role", flat=True))


def log() -> list[tuple[str, str, str, str, str]]:
    """Return what was written down, but for what the factories wrote: verb, role, for whom, by whom, why."""
    changes = StaffChange.objects.exclude(verb="started", given_by=None).order_by("pk")
    return [(str(c.verb), c.role, c.user.email, c.by.email if c.by else "", c.reason) for c in changes]


def mails() -> list[tuple[str, str]]:
    return sorted(Notice.objects.values_list("to", "subject"))


def command(*args: str) -> str:
    out = StringIO()
    call_command("staff_role", *args, stdout=out)
    return out.getvalue().strip()


# Given by one, confirmed by another


def test_a_role_is_given_by_one_administrator_and_confirmed_by_another(ruth, rory, newt):
    page = text(signed_in(ruth).get(f"{PEOPLE}{newt.pk}/give-role/"))
    assert "The role takes effect after another administrator confirms it. We’ll email rory@cms.example." in page
    assert "It takes effect after another administrator confirms it. We emailed them." in give(ruth, newt)
    assert (held(newt), waits(newt)) == ([], ["reviewer"])
    assert signed_in(newt).get("/staff/").status_code == 403
    assert mails() == [("rory@cms.example", "Confirm a staff role: Reviewer")]
    assert "Reviewer for newt@cms.example , given by ruth@cms.example" in text(signed_in(rory).get("/staff/"))

    confirm = f"waiting/{waiting_id(newt)}/confirm/"
    page = text(signed_in(rory).get(f"{PEOPLE}{confirm}"))
    assert "ruth@cms.example gave this role. The reason: Joins the desk on Monday." in page
    assert "We’ll email newt@cms.example and ruth@cms.example." in page
    assert held(newt) == []
    assert "Confirmed. newt@cms.example has the role now." in send(rory, confirm)
    assert (held(newt), waits(newt)) == (["reviewer"], [])
    assert signed_in(newt).get("/staff/").status_code == 200
    assert mails() == [
        ("newt@cms.example", "Staff role confirmed: Reviewer"),
        ("rory@cms.example", "Confirm a staff role: Reviewer"),
        ("ruth@cms.example", "Staff role confirmed: Reviewer"),
    ]
    assert log() == [
        ("given", "reviewer", "newt@cms.example", "ruth@cms.example", "Joins the desk on Monday."),
        ("confirmed", "reviewer", "newt@cms.example", "rory@cms.example", ""),
    ]


def test_the_mail_says_who_gave_what_to_whom(ruth, rory, newt):
    give(ruth, newt)
    assert Notice.objects.get().body == with_end(
        "A staff role needs your confirmation. It takes effect only after an administrator other than the one who "
        "gave it confirms it.\n\n"
        "Role:          Reviewer\nFor:           newt@cms.example\nGiven by:      ruth@cms.example\n"
        "Given:         Dec 1, 2026, 10:00 a.m. ET\nReason:\n> Joins the desk on Monday.\n\n"
        f"Confirm it or cancel it here:\nhttp://localhost:8000/staff/accounts/user/{newt.pk}/change/\n"
    )


def test_nobody_confirms_a_role_that_they_gave(ruth, rory, newt):
    give(ruth, newt)
    page = text(signed_in(ruth).get(f"{PEOPLE}{newt.pk}/change/"))
    assert "Confirm this role" not in page
    assert "Cancel this role" in page
    said = send(ruth, f"waiting/{waiting_id(newt)}/confirm/")
    assert "You gave this role, so another administrator must confirm it." in said
    assert (held(newt), waits(newt)) == ([], ["reviewer"])


def test_nobody_confirms_a_role_for_themselves(ruth, rory):
    give(rory, ruth, Role.AUDITOR)
    said = send(ruth, f"waiting/{waiting_id(ruth)}/confirm/")
    assert "This role is for you, so another administrator must confirm it." in said
    assert (held(ruth), waits(ruth)) == (["administrator"], ["auditor"])


@pytest.mark.parametrize("role", Role)
def test_nobody_gives_themselves_a_role(ruth, rory, role):
    assert "You can’t give yourself a role. Ask another administrator." in give(ruth, ruth, role)
    assert (held(ruth), waits(ruth), mails()) == (["administrator"], [], [])


@pytest.mark.parametrize("verb", ["given", "confirmed", "reset", "deactivated", "reactivated"])
def test_the_database_takes_nothing_that_one_did_for_oneself(ruth, verb):
    with pytest.raises(IntegrityError, match="staff_change_not_for_oneself"), transaction.atomic():
        StaffChange.objects.create(user=ruth, by=ruth, verb=verb, at=clock.now(), **REASON)


def test_the_database_takes_no_confirmation_by_the_giver(ruth, newt):
    with pytest.raises(IntegrityError, match="staff_change_not_confirmed_by_giver"), transaction.atomic():
        StaffChange.objects.create(user=newt, by=ruth, given_by=ruth, verb="confirmed", at=clock.now())


def test_the_database_takes_no_role_without_its_change(ruth, newt):
    with pytest.raises(IntegrityError, match="A staff role needs the change"), transaction.atomic():
        StaffRole.objects.create(user=newt, role=Role.REVIEWER)
    with pytest.raises(Error, match="Cannot update"), transaction.atomic():
        StaffRole.objects.update(role=Role.LEAD_REVIEWER)


def assert_that_the_mail_leads_only_those_to_the_page_who_may_open_it(newt):
    page = f"{PEOPLE}{newt.pk}/change/"
    for mail in Notice.objects.all():
        leads = f"http://localhost:8000{page}" in mail.body
        assert leads is (signed_in(User.objects.get(email=mail.to)).get(page).status_code == 200), mail.to
        assert ("If this is wrong, cancel it before then:" in mail.body) is (mail.to == "ruth@cms.example")
        assert ("tell an administrator or call the" in mail.body) is (mail.to != "ruth@cms.example")


# One administrator


def test_with_one_administrator_a_role_takes_effect_after_24_hours(ruth, newt, set_clock):
    ReviewerFactory()
    UserFactory(email="auditor@cms.example", roles=[Role.AUDITOR])
    UserFactory(email="shut@cms.example", roles=[Role.AUDITOR], is_active=False)
    DanaFactory()
    page = text(signed_in(ruth).get(f"{PEOPLE}{newt.pk}/give-role/"))
    assert "It takes effect in 24 hours unless an administrator cancels it." in page
    assert "We’ll email auditor@cms.example, reviewer@cms.example, ruth@cms.example and newt@cms.example." in page
    assert "The role takes effect in 24 hours. We emailed all staff." in give(ruth, newt)
    told = ("auditor@cms.example", "newt@cms.example", "reviewer@cms.example", "ruth@cms.example")
    assert mails() == [(to, "New staff role in 24 hours: Reviewer") for to in told]
    body = Notice.objects.filter(to="reviewer@cms.example").get().body
    assert "Given by:      ruth@cms.example\nGiven:         Dec 1, 2026, 10:00 a.m. ET\n" in body
    assert "Takes effect:  Dec 2, 2026, 10:00 a.m. ET" in body
    assert_that_the_mail_leads_only_those_to_the_page_who_may_open_it(newt)

    set_clock("2026-12-02T09:59:59-05:00")
    tasks.start_roles()
    assert (held(newt), waits(newt)) == ([], ["reviewer"])
    set_clock("2026-12-02T10:00:00-05:00")
    tasks.start_roles()
    tasks.start_roles()
    assert (held(newt), waits(newt)) == (["reviewer"], [])
    in_effect = [(to, "Staff role in effect: Reviewer") for to in ("newt@cms.example", "ruth@cms.example")]
    assert [mail for mail in mails() if mail[1].startswith("Staff role in effect")] == in_effect


def test_the_only_administrator_cannot_confirm_it_sooner(ruth, newt):
    give(ruth, newt)
    assert "another administrator must confirm it" in send(ruth, f"waiting/{waiting_id(newt)}/confirm/")
    assert held(newt) == []


def test_a_role_that_was_canceled_does_not_take_effect(ruth, newt, set_clock):
    ReviewerFactory()
    give(ruth, newt)
    Notice.objects.all().delete()
    cancel = f"waiting/{waiting_id(newt)}/cancel/"
    page = text(signed_in(ruth).get(f"{PEOPLE}{cancel}"))
    assert "We’ll email reviewer@cms.example, ruth@cms.example and newt@cms.example." in page
    assert "Canceled. newt@cms.example doesn’t get the role." in send(ruth, cancel)
    told = ("newt@cms.example", "reviewer@cms.example", "ruth@cms.example")
    assert mails() == [(to, "Staff role canceled: Reviewer") for to in told]
    set_clock("2026-12-03T10:00:00-05:00")
    tasks.start_roles()
    assert (held(newt), waits(newt)) == ([], [])


# A role of its own


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.LEAD_REVIEWER])
def test_an_administrator_decides_nothing_and_who_decides_gives_no_roles(ruth, rory, role):
    reviewer = ReviewerFactory()
    third = UserFactory(email="third@cms.example", roles=[Role.ADMINISTRATOR])
    assert "Remove or cancel the administrator role first." in give(rory, third, role)
    assert "This person is a reviewer or lead reviewer" in give(rory, reviewer, Role.ADMINISTRATOR)
    assert (waits(third), waits(reviewer)) == ([], [])


def test_nor_while_the_other_role_waits(ruth, rory, newt):
    give(ruth, newt, Role.ADMINISTRATOR)
    assert "This person is an administrator, so they can’t decide elections." in give(ruth, newt, Role.REVIEWER)
    assert waits(newt) == ["administrator"]


OTHERS = [role for role in Role if role != Role.ADMINISTRATOR]


@pytest.mark.parametrize("role", OTHERS)
def test_no_other_role_changes_anything(ruth, rory, newt, role):
    give(ruth, newt)
    client = signed_in(UserFactory(roles=[role]))
    gone = UserFactory(is_active=False)
    for path in (
        f"{newt.pk}/give-role/",
        f"{ruth.pk}/remove-role/administrator/",
        f"{ruth.pk}/reset/",
        f"{ruth.pk}/deactivate/",
        f"{gone.pk}/reactivate/",
        f"waiting/{waiting_id(newt)}/confirm/",
        f"waiting/{waiting_id(newt)}/cancel/",
    ):
        assert client.post(f"{PEOPLE}{path}", {"role": role, **REASON}).status_code == 403, path
    assert (held(newt), waits(newt), held(ruth)) == ([], ["reviewer"], ["administrator"])
    assert [change[0] for change in log()] == ["given"]


# Removing


def test_a_role_is_removed_right_away(ruth, rory):
    lee = UserFactory(email="lee@cms.example", roles=[Role.LEAD_REVIEWER])
    theirs = signed_in(lee)
    assert theirs.get("/staff/").status_code == 200
    remove = f"{lee.pk}/remove-role/lead_reviewer/"
    page = text(signed_in(ruth).get(f"{PEOPLE}{remove}"))
    assert "lee@cms.example loses this role right away. We’ll email lee@cms.example and rory@cms.example." in page
    assert "Removed. lee@cms.example no longer has the role Lead reviewer." in send(
        ruth, remove, reason="Moves to audits."
    )
    assert theirs.get("/staff/").status_code == 403
    assert log() == [("removed", "lead_reviewer", "lee@cms.example", "ruth@cms.example", "Moves to audits.")]
    assert mails() == [(to, "Staff role removed: Lead reviewer") for to in ("lee@cms.example", "rory@cms.example")]


def test_removing_without_a_reason_changes_nothing(ruth, rory):
    said = send(ruth, f"{rory.pk}/remove-role/administrator/", reason=" ")
    assert "Enter the reason. Auditors read it." in said
    assert held(rory) == ["administrator"]


def test_the_last_administrator_stays(ruth):
    client = signed_in(ruth)
    assert "The only administrator is ruth@cms.example." in send(
        ruth, f"{ruth.pk}/remove-role/administrator/", **REASON
    )
    assert "You can’t deactivate your own account." in send(ruth, f"{ruth.pk}/deactivate/", **REASON)
    with pytest.raises(CommandError, match="The only administrator is ruth"):
        command("ruth@cms.example", "administrator", "--remove")
    with pytest.raises(IntegrityError, match="The last administrator stays"), transaction.atomic():
        StaffRole.objects.all().delete()
    assert client.get(PEOPLE).status_code == 200
    assert (held(ruth), log()) == (["administrator"], [])


def test_a_deactivated_administrator_does_not_count(ruth):
    UserFactory(roles=[Role.ADMINISTRATOR], is_active=False)
    assert "The only administrator is" in send(ruth, f"{ruth.pk}/remove-role/administrator/", **REASON)


def test_one_of_two_administrators_may_step_down(ruth, rory):
    answer = signed_in(ruth).post(f"{PEOPLE}{ruth.pk}/remove-role/administrator/", REASON, follow=True)
    assert "Removed. ruth@cms.example no longer has the role Administrator." in text(answer)
    assert (held(ruth), held(rory)) == ([], ["administrator"])
    assert signed_in(ruth).get(PEOPLE).status_code == 403


def test_with_an_administrator_go_the_roles_they_gave(ruth, rory, newt):
    third = UserFactory(email="third@cms.example", roles=[Role.ADMINISTRATOR])
    give(rory, newt)
    confirm = f"waiting/{waiting_id(newt)}/confirm/"
    remove = f"{rory.pk}/remove-role/administrator/"
    page = text(signed_in(ruth).get(f"{PEOPLE}{remove}"))
    assert "This also cancels a role that hasn’t taken effect yet: Reviewer for newt@cms.example." in page
    assert "We’ll email rory@cms.example, third@cms.example and ruth@cms.example." in page
    Notice.objects.all().delete()
    send(ruth, remove, **REASON)
    assert {to for to, _ in mails()} == {"rory@cms.example", "third@cms.example", "ruth@cms.example"}
    assert waits(newt) == []
    said = send(third, confirm)
    canceled = "This role is no longer waiting. ruth@cms.example canceled it on Dec 1, 2026, 10:00 a.m. ET."
    assert canceled in said
    assert held(newt) == []


def test_who_comes_second_is_told_who_was_first(ruth, rory, newt):
    third = UserFactory(email="third@cms.example", roles=[Role.ADMINISTRATOR])
    give(ruth, newt)
    confirm, cancel = (f"waiting/{waiting_id(newt)}/{verb}/" for verb in ("confirm", "cancel"))
    send(rory, confirm)
    expected = "This role is no longer waiting. rory@cms.example confirmed it on Dec 1, 2026, 10:00 a.m. ET."
    for path in (confirm, cancel):
        assert expected in send(third, path)
        assert expected in text(signed_in(third).get(f"{PEOPLE}{path}", follow=True))
    assert held(newt) == ["reviewer"]


def test_a_role_that_was_never_given_is_not_found(ruth, newt):
    client = signed_in(ruth)
    for path in ("waiting/0/confirm/", "waiting/0/cancel/", f"{newt.pk}/remove-role/boss/", "0/give-role/"):
        assert client.get(f"{PEOPLE}{path}").status_code == 404, path
    never_waited = StaffChange.objects.get(user=ruth).pk
    assert client.get(f"{PEOPLE}waiting/{never_waited}/confirm/").status_code == 404


def test_what_was_typed_stays_and_nine_digits_do_not(ruth, rory, newt):
    answer = signed_in(ruth).post(f"{PEOPLE}{newt.pk}/give-role/", {"reason": "Joins the desk."})
    assert "Choose a role." in text(answer)
    assert ">\nJoins the desk.</textarea>" in answer.content.decode()
    answer = signed_in(ruth).post(f"{PEOPLE}{newt.pk}/give-role/", {"role": "auditor", "reason": "457-55-5462"})
    assert "457-55-5462" not in answer.content.decode()
    assert "might be someone’s Social Security number" in text(answer)
    assert waits(newt) == []


@pytest.mark.parametrize(
    ("to", "said"),
    [
        ({"verified": False}, "The email address some@cms.example isn’t verified yet."),
        ({"is_active": False}, "This account is deactivated. Reactivate it first."),
    ],
)
def test_whom_no_role_is_given(ruth, rory, to, said):
    somebody = UserFactory(email="some@cms.example", **to)
    assert said in give(ruth, somebody)
    assert waits(somebody) == []


def test_a_role_is_given_once(ruth, rory, newt):
    give(ruth, newt)
    assert "Someone already gave newt@cms.example this role, and it hasn’t taken effect yet." in give(rory, newt)
    send(rory, f"waiting/{waiting_id(newt)}/confirm/")
    assert "This role is already in effect for newt@cms.example." in give(rory, newt)
    assert [change[0] for change in log()] == ["given", "confirmed"]


# The command


def test_the_command_makes_the_first_administrator(newt):
    assert command("Newt@CMS.example", "administrator") == "newt@cms.example is now an administrator."
    assert command("newt@cms.example", "administrator") == "newt@cms.example is already an administrator."
    assert held(newt) == ["administrator"]
    changes = [(str(c.verb), c.role, c.by, c.reason) for c in StaffChange.objects.order_by("pk")]
    assert changes == [
        ("given", "administrator", None, "Given or removed on the command line."),
        ("started", "administrator", None, ""),
    ]
    assert mails() == [("newt@cms.example", "Staff role in effect: Administrator")]


def test_the_command_gives_nothing_before_there_is_an_administrator(newt):
    with pytest.raises(CommandError, match="There is no administrator yet"):
        command("newt@cms.example", "reviewer")
    assert (held(newt), waits(newt)) == ([], [])


def test_with_one_administrator_the_commands_role_waits_a_day(ruth, newt, set_clock):
    said = (
        "newt@cms.example becomes an administrator on Dec 2, 2026, 10:00 a.m. ET, unless an administrator cancels it."
    )
    assert command("newt@cms.example", "administrator") == f"{said} We’re emailing all staff."
    told = ("newt@cms.example", "ruth@cms.example")
    assert mails() == [(to, "New staff role in 24 hours: Administrator") for to in told]
    assert held(newt) == []
    set_clock("2026-12-02T10:00:00-05:00")
    tasks.start_roles()
    assert held(newt) == ["administrator"]


def test_or_until_the_administrator_confirms_it(ruth, newt):
    command("newt@cms.example", "administrator")
    assert "Confirmed." in send(ruth, f"waiting/{waiting_id(newt)}/confirm/")
    assert held(newt) == ["administrator"]


@pytest.mark.parametrize("role", Role)
def test_with_two_administrators_the_commands_role_needs_confirming(ruth, rory, newt, set_clock, role):
    said = command("newt@cms.example", role, "--reason", "Ticket 12.")
    assert said.endswith("once an administrator confirms it. We’re emailing the administrators.")
    set_clock("2026-12-31T10:00:00-05:00")
    tasks.start_roles()
    assert (held(newt), waits(newt)) == ([], [role.value])
    assert {to for to, _ in mails()} == {"rory@cms.example", "ruth@cms.example"}
    assert log() == [("given", role.value, "newt@cms.example", "", "Ticket 12.")]


def test_the_command_removes_right_away_and_cancels_what_waits(ruth, rory, newt):
    lee = UserFactory(email="lee@cms.example", roles=[Role.AUDITOR])
    assert command("lee@cms.example", "auditor", "--remove") == "lee@cms.example is no longer an auditor."
    assert command("lee@cms.example", "auditor", "--remove") == "lee@cms.example is not an auditor."
    give(ruth, newt)
    assert command("newt@cms.example", "reviewer", "--remove") == "newt@cms.example will not become a reviewer."
    assert (held(lee), waits(newt)) == ([], [])


def test_the_command_creates_nobody_and_no_role_by_surprise(ruth):
    with pytest.raises(CommandError, match=r"^No account has this email address\. Ask the person to sign up first"):
        command("a@b.c", "reviewer")
    with pytest.raises(CommandError, match="invalid choice: 'boss'"):
        command("ruth@cms.example", "boss")
    UserFactory(email="new@cms.example", verified=False)
    with pytest.raises(CommandError, match="isn’t verified yet"):
        command("new@cms.example", "reviewer")
    with pytest.raises(CommandError, match="can’t decide elections"):
        command("ruth@cms.example", "reviewer")
    assert not WaitingRole.objects.exists()
    assert User.objects.count() == 2


# What is written down


def test_what_was_written_down_stays(ruth, rory, newt):
    give(ruth, newt)
    with pytest.raises(Error, match="Cannot update or delete"), transaction.atomic():
        StaffChange.objects.update(reason="Nothing to see here.")
    for statement in (f"UPDATE accounts_staffchange SET by_id = {rory.pk}", "DELETE FROM accounts_staffchange"):
        with pytest.raises(Error, match="Cannot update or delete"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    assert log()[0][3] == "ruth@cms.example"


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.AUDITOR])
def test_the_changes_are_read_and_not_written(ruth, rory, newt, role):
    give(ruth, newt)
    client = signed_in(UserFactory(roles=[role]))
    page = text(client.get("/staff/accounts/staffchange/?verb__exact=given"))
    assert "Role given Reviewer newt@cms.example ruth@cms.example Joins the desk on Monday." in page
    change = waiting_id(newt)
    for path in ("add/", f"{change}/change/", f"{change}/delete/"):
        assert client.post(f"/staff/accounts/staffchange/{path}", REASON).status_code == 404, path
    client.post(
        "/staff/accounts/staffchange/", {"action": "delete_selected", "_selected_action": change, "post": "yes"}
    )
    assert StaffChange.objects.filter(pk=change).exists()


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_of_changes_asks_the_same_whatever_its_length(ruth, django_assert_num_queries, count):
    for _ in range(count):
        changed(UserFactory(), by=ruth)
    client = signed_in(UserFactory(roles=[Role.AUDITOR]))
    client.get("/staff/accounts/staffchange/")
    with django_assert_num_queries(6):
        answer = client.get("/staff/accounts/staffchange/")
    assert text(answer).count("Moves to audits.") == count


@pytest.mark.parametrize("count", [1, 3])
def test_a_person_asks_the_same_whatever_was_done_about_them(ruth, rory, newt, django_assert_num_queries, count):
    for _ in range(count):
        changed(newt, by=ruth)
    client = signed_in(rory)
    client.get(f"{PEOPLE}{newt.pk}/change/")
    with django_assert_num_queries(7):
        answer = client.get(f"{PEOPLE}{newt.pk}/change/")
    assert text(answer).count("Moves to audits.") == count


@pytest.mark.parametrize("count", [1, 3])
def test_the_first_page_asks_the_same_however_many_roles_wait(ruth, rory, django_assert_num_queries, count):
    for _ in range(count):
        give(ruth, UserFactory())
    client = signed_in(rory)
    client.get("/staff/")
    with django_assert_num_queries(4):
        answer = client.get("/staff/")
    assert text(answer).count("given by ruth@cms.example") == count


def changed(user: User, *, by: User) -> None:
    StaffChange.objects.create(
        user=user, by=by, verb=StaffVerb.REMOVED, role=Role.AUDITOR, at=clock.now(), reason="Moves to audits."
    )


def test_an_administrator_with_nothing_to_confirm_is_told_so(ruth):
    assert "No role is waiting." in text(signed_in(ruth).get("/staff/"))
    assert "Staff roles waiting to take effect" not in text(signed_in(ReviewerFactory()).get("/staff/"))


def test_nobody_signed_in_is_led_to_sign_in(ruth, newt):
    answer = Client().post(f"{PEOPLE}{newt.pk}/give-role/", {"role": "reviewer", **REASON})
    assert answer["Location"].startswith("/accounts/login/")
    assert waits(newt) == []
