"""What is entrusted to us at rest: sealed for one field, opened by every key that is kept."""

import base64
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.core.exceptions import FieldError, ImproperlyConfigured
from django.db import models

from ground.vault import CannotDecrypt, EncryptedTextField, decrypt, decrypt_bytes, encrypt, encrypt_bytes

OLD = "1:" + base64.b64encode(b"o" * 32).decode()
NEW = "2:" + base64.b64encode(b"n" * 32).decode()
FIELD = "elections.Member.tin"


@pytest.fixture(autouse=True)
def _keys(settings) -> None:
    settings.TIN_ENCRYPTION_KEYS = [OLD]


def test_opens_what_it_sealed_and_never_seals_twice_alike() -> None:
    sealed = [encrypt("961234567", FIELD) for _ in range(2)]
    assert sealed[0] != sealed[1]
    assert [decrypt(text, FIELD) for text in sealed] == ["961234567"] * 2
    assert decrypt_bytes(encrypt_bytes(b"\0\xff", FIELD), FIELD) == b"\0\xff"


def test_is_aes_256_gcm_with_the_field_as_associated_data() -> None:
    version, _, body = encrypt_bytes(b"961234567", FIELD).partition(b":")
    assert version == b"1"
    assert AESGCM(b"o" * 32).decrypt(body[:12], body[12:], FIELD.encode()) == b"961234567"


def test_the_first_key_writes_and_all_read(settings) -> None:
    old = encrypt("961234567", FIELD)
    settings.TIN_ENCRYPTION_KEYS = [NEW, OLD]
    assert base64.b64decode(encrypt("961234567", FIELD)).startswith(b"2:")
    assert decrypt(old, FIELD) == "961234567"


@pytest.mark.parametrize("keys", [[NEW], ["1:" + base64.b64encode(b"x" * 32).decode()]])
def test_a_wrong_key_raises(settings, keys) -> None:
    sealed = encrypt("961234567", FIELD)
    settings.TIN_ENCRYPTION_KEYS = keys
    with pytest.raises(CannotDecrypt):
        decrypt(sealed, FIELD)


@pytest.mark.parametrize("context", ["elections.Member.name", ""])
def test_another_field_raises(context) -> None:
    with pytest.raises(CannotDecrypt):
        decrypt(encrypt("961234567", FIELD), context)


@pytest.mark.parametrize("sealed", ["", "961234567", "MTo=", "é"])
def test_what_is_no_ciphertext_raises(sealed) -> None:
    with pytest.raises(CannotDecrypt):
        decrypt(sealed, FIELD)


def test_plaintext_stays_out_of_repr() -> None:
    tin = decrypt(encrypt("961234567", FIELD), FIELD)
    assert (repr(tin), f"{tin}", tin == "961234567") == ("'•••'", "961234567", True)


@pytest.mark.parametrize("keys", [[], ["1:c2hvcnQ="], ["no version"], [OLD, OLD], ["1:ö"]])
def test_keys_that_will_not_do_are_told_plainly(settings, keys) -> None:
    settings.TIN_ENCRYPTION_KEYS = keys
    with pytest.raises(ImproperlyConfigured, match="TIN_ENCRYPTION_KEYS"):
        encrypt("961234567", FIELD)


class Entrusted(models.Model):
    """A model without a table, to try the field."""

    text = EncryptedTextField(null=True)

    class Meta:
        app_label = "entrusted"
        managed = False

    def __str__(self) -> str:
        return "entrusted"


def test_the_field_holds_ciphertext_alone() -> None:
    field: Any = Entrusted._meta.get_field("text")
    stored = field.get_prep_value("961234567")
    assert field.from_db_value(stored, None, None) == "961234567"
    assert [field.get_prep_value(empty) for empty in (None, "")] == [None, ""]
    assert [field.from_db_value(empty, None, None) for empty in (None, "")] == [None, ""]
    assert not field.editable
    dumped = field.value_to_string(Entrusted(text="961234567"))
    for form in (stored, dumped, base64.b64decode(dumped).decode("latin-1")):
        assert "961234567" not in form
    assert decrypt_bytes(base64.b64decode(dumped), "entrusted.Entrusted.text") == b"961234567"


def test_the_field_cannot_be_searched() -> None:
    with pytest.raises(FieldError, match=r"entrusted\.Entrusted\.text is encrypted"):
        Entrusted._default_manager.filter(text="961234567")
    assert "IS NULL" in str(Entrusted._default_manager.filter(text__isnull=True).query)
