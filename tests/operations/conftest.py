"""What the tests of operations stand on."""

from tests.smtp import mail_server
from tests.workers import broker

__all__ = ["broker", "mail_server"]
