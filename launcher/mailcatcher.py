"""A mail server for the demo: takes every mail over SMTP, keeps it as a file in the folder given, sends nothing on.

Run as `python -m launcher.mailcatcher PORT FOLDER`.
"""

import asyncio
import itertools
import sys
import time
from pathlib import Path

LARGEST = 25 * 1024 * 1024
NUMBERS = itertools.count(1)


class Catcher:
    """One SMTP conversation (RFC 5321, as much of it as a client of this machine speaks)."""

    def __init__(self, folder: Path, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.folder, self.reader, self.writer = folder, reader, writer
        self.sender: str | None = None
        self.recipients: list[str] = []

    async def converse(self) -> None:
        """Answer commands until the client leaves."""
        await self.answer("220 localhost mail catcher")
        while line := await self.reader.readline():
            verb, _, rest = line.decode(errors="replace").strip().partition(" ")
            if verb.upper() == "QUIT":
                await self.answer("221 Bye")
                break
            await self.obey(verb.upper(), rest)
        self.writer.close()

    async def obey(self, verb: str, rest: str) -> None:
        """Do what one command says and answer it."""
        if verb == "EHLO":
            await self.answer(f"250-localhost\r\n250-SIZE {LARGEST}\r\n250 8BITMIME")
        elif verb in {"HELO", "NOOP", "RSET"}:
            self.forget()
            await self.answer("250 OK")
        elif verb == "MAIL":
            self.sender, self.recipients = address(rest), []
            await self.answer("250 OK")
        elif verb == "RCPT" and self.sender is not None:
            self.recipients.append(address(rest))
            await self.answer("250 OK")
        elif verb == "DATA" and self.recipients:
            await self.take_mail()
        elif verb in {"RCPT", "DATA"}:
            await self.answer("503 Say MAIL and RCPT first")
        else:
            await self.answer("502 Not known here")

    async def take_mail(self) -> None:
        """Read one mail to the single dot that ends it, and keep it."""
        await self.answer("354 End with a single dot")
        lines, size = [], 0
        while (line := await self.reader.readline()) not in {b".\r\n", b".\n", b""}:
            size += len(line)
            if size <= LARGEST:
                lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        if size > LARGEST:
            await self.answer("552 Too large")
        else:
            name = f"{time.time_ns():020d}-{next(NUMBERS):04d}"
            envelope = f"X-Envelope-From: {self.sender}\r\nX-Envelope-To: {', '.join(self.recipients)}\r\n"
            new = self.folder / f"{name}.new"
            new.write_bytes(envelope.encode() + b"".join(lines))
            new.rename(self.folder / f"{name}.eml")
            await self.answer(f"250 Kept as {name}")
        self.forget()

    def forget(self) -> None:
        """Be ready for the next mail."""
        self.sender, self.recipients = None, []

    async def answer(self, text: str) -> None:
        """Send one answer."""
        self.writer.write(text.encode() + b"\r\n")
        await self.writer.drain()


def address(rest: str) -> str:
    """Return the address of `FROM:<a@b.org> SIZE=1`."""
    return rest.partition(":")[2].strip().partition(">")[0].lstrip("<")


async def serve(port: int, folder: Path) -> None:
    """Take mails until the process is stopped."""

    async def meet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await Catcher(folder, reader, writer).converse()
        except (ConnectionError, ValueError):  # the client went away, or sent a line without end
            writer.close()

    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    server = await asyncio.start_server(meet, "127.0.0.1", port)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), Path(sys.argv[2])))
