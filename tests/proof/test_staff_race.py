"""Administrators at one moment, over HTTP against a real server: a role is held once, and one administrator stays."""

from collections.abc import Callable

import pytest

from accounts import roles
from accounts.models import Role, StaffChange, StaffRole, User, WaitingRole
from ground import clock
from notices.models import Notice
from tests.factories.people import UserFactory, signed_in
from tests.walk.world import session_cookie

from .web import Post, Web

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.proof]
PEOPLE = "/staff/accounts/user/"
ROUNDS = 10


@pytest.fixture
def web(serve: Callable[..., Web]) -> Web:
    return serve(STAFF_SECOND_FACTOR="0")


@pytest.fixture(autouse=True)
def without_second_factor(settings):
    settings.STAFF_SECOND_FACTOR = False


def administrators(count: int, *, called: str = "admin") -> list[User]:
    return [UserFactory(email=f"{called}{n}@cms.example", roles=[Role.ADMINISTRATOR]) for n in range(count)]


def post(by: User, path: str, **fields: str) -> Post:
    return Post(f"{PEOPLE}{path}", session_cookie(signed_in(by)), fields)


def given(by: User, to: User) -> int:
    """Give a role and return the number by which it waits."""
    signed_in(by).post(f"{PEOPLE}{to.pk}/give-role/", {"role": "reviewer", "reason": "Joins the desk."})
    return int(WaitingRole.objects.get(user=to).pk)


def test_two_who_confirm_at_once_confirm_once(web):
    giver, *others = administrators(3)
    for n in range(ROUNDS):
        newcomer = UserFactory(email=f"new{n}@cms.example")
        confirm = f"waiting/{given(giver, newcomer)}/confirm/"
        web.post_together([post(by, confirm) for by in others for _ in range(2)])
        assert list(newcomer.staff_roles.values_list("role", flat=True)) == ["reviewer"]
        assert StaffChange.objects.filter(user=newcomer, verb="confirmed").count() == 1
        assert Notice.objects.filter(to=newcomer.email).count() == 1


def test_confirmed_and_canceled_at_once_is_one_of_both(web, say):
    giver, other = administrators(2)
    ends = []
    for n in range(ROUNDS):
        newcomer = UserFactory(email=f"new{n}@cms.example")
        waiting = f"waiting/{given(giver, newcomer)}"
        web.post_together([post(giver, f"{waiting}/cancel/"), post(other, f"{waiting}/confirm/")])
        [end] = StaffChange.objects.filter(user=newcomer).exclude(verb="given").values_list("verb", flat=True)
        assert newcomer.staff_roles.exists() == (end == "confirmed")
        ends.append(end)
    say(f"{ROUNDS} times confirmed and canceled at once: {ends}")


def leave_alone(*staying: User) -> None:
    """Remove every other administrator."""
    for held in StaffRole.objects.filter(role=Role.ADMINISTRATOR).exclude(user__in=staying):
        roles.remove(held.user_id, Role.ADMINISTRATOR, reason="Left.", by=None, now=clock.now())


def test_the_last_two_who_remove_each_other_leave_one(web):
    for n in range(ROUNDS):
        first, second = administrators(2, called=f"round{n}-")
        leave_alone(first, second)
        web.post_together(
            [
                post(by, f"{other.pk}/remove-role/administrator/", reason="Leaves.")
                for by, other in ((first, second), (second, first))
                for _ in range(2)
            ]
        )
        assert StaffRole.objects.filter(role=Role.ADMINISTRATOR).count() == 1


def test_the_last_two_who_step_down_or_shut_each_other_out_leave_one(web):
    for n in range(ROUNDS):
        first, second = administrators(2, called=f"round{n}-")
        leave_alone(first, second)
        together = [post(by, f"{by.pk}/remove-role/administrator/", reason="Steps down.") for by in (first, second)]
        together += [
            post(by, f"{other.pk}/deactivate/", reason="Leaves.") for by, other in ((first, second), (second, first))
        ]
        web.post_together(together)
        left = StaffRole.objects.filter(role=Role.ADMINISTRATOR, user__is_active=True)
        assert left.count() == 1


def test_two_who_give_the_same_role_at_once_give_it_once(web):
    people = administrators(3)
    for n in range(ROUNDS):
        newcomer = UserFactory(email=f"new{n}@cms.example")
        sent = {"role": "reviewer", "reason": "Joins the desk."}
        answers = web.post_together([post(by, f"{newcomer.pk}/give-role/", **sent) for by in people])
        assert sorted(answer.status for answer in answers) == [200, 200, 302]
        assert StaffChange.objects.filter(user=newcomer, verb="given").count() == 1


def test_reviewer_and_administrator_at_once_is_one_of_both(web):
    people = administrators(2)
    for n in range(ROUNDS):
        newcomer = UserFactory(email=f"new{n}@cms.example")
        pairs = zip(people, ("reviewer", "administrator"), strict=True)
        web.post_together([post(by, f"{newcomer.pk}/give-role/", role=role, reason="Joins.") for by, role in pairs])
        assert newcomer.waiting_roles.count() == 1
