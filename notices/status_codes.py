"""What a mail server says of the address: the enhanced status code in its words (RFC 3463), or else the reply code."""

import re

ENHANCED = re.compile(r"(?<![\d.])[45]\.(\d{1,3})\.(\d{1,3})(?![\d.])")
REPLY = re.compile(r"\s*([45]\d\d)\b")
ADDRESS, NETWORK = "1", "4"  # the subjects of codes about an address, and about finding its server: 5.1.1, 5.4.4
DISABLED = ("2", "1")  # a mailbox that takes no mail
EXPIRED = ("4", "7")  # it was put off for too long
SENDERS = ("7", "8")  # the details of codes about the address of the sender: 5.1.7, 5.1.8
NOT_THE_ADDRESS = ("552", "554")  # a mailbox that is full, a message that is refused


def is_about_address(words: str) -> bool:
    """Say whether an answer means that the address may be wrong; so also one that says nothing else."""
    if code := ENHANCED.search(words):
        subject, detail = code.groups()
        if subject == ADDRESS:
            return detail not in SENDERS
        return (subject, detail) == DISABLED or (subject == NETWORK and (subject, detail) != EXPIRED)
    reply = REPLY.match(words)
    return reply is None or reply[1] not in NOT_THE_ADDRESS


def is_about_policy(words: str) -> bool:
    """Say whether a server refused a message for what it is or where it comes from, whoever it is for."""
    code = ENHANCED.search(words)
    return bool(code) and code[1] in ("6", "7")  # type: ignore[index]
