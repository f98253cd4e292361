"""Receipt codes and virtual group identifiers: short enough to read out on the telephone."""

import re
import secrets

from django.utils.crypto import salted_hmac

RECEIPT_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's 32: five bits a character
RECEIPT_LENGTH = 16  # 80 random bits
MISREAD = str.maketrans({"O": "0", "I": "1", "L": "1"})  # what the alphabet leaves out for that reason

# 31 characters that are not mistaken for each other; 31 is prime, so the check character catches every single
# wrong character and every pair that changed places.
IDENTIFIER_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
IDENTIFIER_LENGTH = 6


def new_receipt_code() -> str:
    """Return 80 random bits as 16 characters."""
    bits = secrets.randbits(5 * RECEIPT_LENGTH)
    return "".join(RECEIPT_ALPHABET[bits >> 5 * place & 31] for place in reversed(range(RECEIPT_LENGTH)))


def grouped(receipt_code: str) -> str:
    """Return a receipt code as people read it: four groups of four."""
    return " ".join(receipt_code[start : start + 4] for start in range(0, len(receipt_code), 4))


def typed_receipt_code(text: str) -> str:
    """Return the receipt code that somebody typed: in any case, grouped or not, O for 0, I or L for 1.

    Raises ValueError where it is none.
    """
    code = re.sub(r"[\s-]", "", text).upper().translate(MISREAD)
    if len(code) != RECEIPT_LENGTH or not set(code) <= set(RECEIPT_ALPHABET):
        raise ValueError("This isn’t a receipt code.")
    return code


def virtual_group_identifier(of: str) -> str:
    """Return five characters and their check character, always the same for the same text and key of this site."""
    number = int.from_bytes(salted_hmac("virtual group identifier", of, algorithm="sha256").digest())
    base = len(IDENTIFIER_ALPHABET)
    body = "".join(IDENTIFIER_ALPHABET[number // base**place % base] for place in range(IDENTIFIER_LENGTH - 1))
    return body + check_character(body)


def check_character(body: str) -> str:
    """Return the sixth character for the first five: their sum, weighted 2 to 6, modulo 31."""
    total = sum(weight * IDENTIFIER_ALPHABET.index(character) for weight, character in enumerate(body, start=2))
    return IDENTIFIER_ALPHABET[-total % len(IDENTIFIER_ALPHABET)]
