"""Staff pages that cannot be opened say so on a staff page, in the staff's words."""

import uuid
from http import HTTPStatus

import pytest

from tests.pages import text

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("method", "address", "status", "said"),
    [
        ("get", "/staff/nowhere/", 404, "No staff page has this address, or it isn’t yours to see."),
        ("get", f"/staff/elections/election/{uuid.UUID(int=1)}/approve/", 404, "No staff page has this address"),
        ("get", "/staff/elections/event/", 403, "Your role at CMS does not allow that."),
        ("post", "/staff/dashboard/", 405, "This address works only from a button or a link on another page."),
        ("get", "/staff/notices/notice/?body__contains=x", 400, "in what you sent isn’t right."),
        ("get", "/staff/notices/notice/?q=961234567", 400, "Something in the web address or in what you sent"),
    ],
)
def test_errors_are_staff_pages(client, method, address, status, said):
    answer = getattr(client, method)(address)
    assert answer.status_code == HTTPStatus(status)
    words = text(answer)
    assert said in words
    assert "Nothing was changed. Back to your work" in words
    assert "Virtual Group Elections: CMS staff" in words


def test_others_see_the_public_page(visitor, representative):
    visitor.force_login(representative, backend="accounts.backend.Backend")
    words = text(visitor.get("/staff/elections/event/"))
    assert "CMS staff" not in words.partition("Skip to main content")[2]
