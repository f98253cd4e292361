"""The demo's mail server, spoken to over SMTP."""

import email
import smtplib
import subprocess
import sys
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest

from launcher.paths import ROOT
from launcher.postgres import free_port
from launcher.processes import wait_for


@pytest.fixture
def port(tmp_path: Path) -> Iterator[int]:
    number = free_port()
    assert number
    args = [sys.executable, "-m", "launcher.mailcatcher", str(number), str(tmp_path / "mail")]
    with subprocess.Popen(args, cwd=ROOT) as catcher:
        try:
            wait_for("The mail catcher", lambda: free_port(number) is None, [], seconds=20)
            yield number
        finally:
            catcher.kill()


def kept(tmp_path: Path) -> list[Path]:
    return sorted((tmp_path / "mail").glob("*.eml"))


def test_a_mail_is_kept_as_it_was_sent(port: int, tmp_path: Path) -> None:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "a@example.org", "b@example.org", "Received – your election"
    content = "Line one\n.a line that begins with a dot\n..two dots\nDone – ✓\n"
    mail.set_content(content)
    with smtplib.SMTP("127.0.0.1", port, timeout=10) as client:
        client.send_message(mail, to_addrs=["b@example.org", "c@example.org"])
        client.send_message(mail)
    first, second = kept(tmp_path)
    read = email.message_from_bytes(first.read_bytes(), policy=email.policy.default)
    assert read["X-Envelope-From"] == "a@example.org"
    assert read["X-Envelope-To"] == "b@example.org, c@example.org"
    assert read["Subject"] == "Received – your election"
    assert read.get_content().replace("\r\n", "\n") == content
    assert email.message_from_bytes(second.read_bytes())["X-Envelope-To"] == "b@example.org"


def test_commands_out_of_order_are_refused_and_keep_nothing(port: int, tmp_path: Path) -> None:
    with smtplib.SMTP("127.0.0.1", port, timeout=10) as client:
        assert client.docmd("RCPT", "TO:<b@example.org>")[0] == 503
        assert client.docmd("DATA")[0] == 503
        assert client.docmd("WHAT")[0] == 502
        assert client.docmd("NOOP")[0] == 250
        assert client.docmd("MAIL", "FROM:<a@example.org>")[0] == 250
        assert client.docmd("RSET")[0] == 250
        assert client.docmd("RCPT", "TO:<b@example.org>")[0] == 503
    assert kept(tmp_path) == []
