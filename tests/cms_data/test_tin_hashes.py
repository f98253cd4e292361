"""TINs at rest: found by a keyed hash, under a key of its own."""

import base64
import hmac

import pytest
from django.core.exceptions import ImproperlyConfigured

from eligibility.data.tin_hashes import tin_keys

NEW = "2:" + base64.b64encode(b"n" * 32).decode()
INDEX = "7:" + base64.b64encode(b"i" * 32).decode()


@pytest.fixture(autouse=True)
def _key(settings) -> None:
    settings.TIN_INDEX_KEY = INDEX


def test_keys_of_a_tin(settings) -> None:
    ein = tin_keys("EIN", "961234567", ("1234567893",))
    assert ein == tin_keys("EIN", "961234567", ())
    digest = hmac.digest(b"i" * 32, b"EIN|961234567", "sha256")
    assert ein == ("7:" + base64.urlsafe_b64encode(digest).decode().rstrip("="),)
    ssn = tin_keys("SSN", "456789", ("1234567893", "1558598797", "1234567893"))
    assert len(set(ssn)) == len(ssn) == 2
    assert ssn[1:] == tin_keys("SSN", "456789", ("1558598797",))
    assert tin_keys("SSN", "456789", ()) == ()
    settings.TIN_INDEX_KEY = NEW
    assert tin_keys("EIN", "961234567", ()) != ein


@pytest.mark.parametrize(
    ("kind", "tin"), [("SSN", "123456789"), ("EIN", "96123456"), ("EIN", "96-1234567"), ("", "961234567"), ("SSN", "")]
)
def test_no_key_for_what_is_no_tin(kind, tin) -> None:
    with pytest.raises(ValueError, match=r"EIN|SSN") as refusal:
        tin_keys(kind, tin, ("1234567893",))
    assert tin not in str(refusal.value) or not tin


def test_a_key_that_is_missing_is_told_plainly(settings) -> None:
    settings.TIN_INDEX_KEY = ""
    with pytest.raises(ImproperlyConfigured, match="TIN_INDEX_KEY is not set"):
        tin_keys("EIN", "961234567", ())
