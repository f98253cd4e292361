"""The broker of files: kombu's, mended where it would lose a message or end the worker.

kombu writes a message under the name its readers look for, so that a reader can find half of it; and a folder that is
gone for a while ends a worker, or leaves it deaf. Here a message appears whole, under the one queue that its exchange
is named after, and a worker waits for its folder.
"""

from pathlib import Path
from queue import Empty
from time import monotonic
from typing import Any
from uuid import uuid4

from kombu.exceptions import ChannelError
from kombu.transport import filesystem
from kombu.utils.json import dumps


class Channel(filesystem.Channel):
    """A channel to a folder that may come and go."""

    def get_table(self, exchange: str) -> list[filesystem.exchange_queue_t]:
        """Return the one queue of an exchange; kombu keeps a table in a file."""
        return [filesystem.exchange_queue_t(exchange, "", exchange)]

    def _queue_bind(self, exchange: str, routing_key: str, pattern: str, queue: str) -> None:
        """Keep no table."""

    def _put(self, queue: str, payload: Any, **kwargs: Any) -> None:  # type: ignore[override]  # kombu differs too
        """Add a message that sorts behind those already there."""
        name = f"{uuid4()}.{queue}.msg"
        try:
            folder = self._folder()
            hidden = folder / f".{name}"
            hidden.write_text(dumps(payload))  # type: ignore[no-untyped-call]
            hidden.replace(folder / f"{monotonic() * 1000:020.0f}_{name}")
        except OSError as error:
            raise ChannelError(f"Cannot add a message to {self.data_folder_out}") from error

    def _get(self, queue: str, timeout: float | None = None) -> Any:
        """Take the oldest message; a folder that is gone is an empty one."""
        try:
            self._folder()
            return super()._get(queue)  # type: ignore[no-untyped-call]
        except OSError as error:
            raise Empty from error

    def _size(self, queue: str) -> int:
        """Return the number of waiting messages. Kombu asks for it before it adds one."""
        try:
            self._folder()
            return int(super()._size(queue))  # type: ignore[no-untyped-call]
        except OSError:
            return 0

    def _folder(self) -> Path:
        """Return the folder, made when it is missing; raises OSError where it cannot be."""
        folder = Path(self.data_folder_out)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return folder


class Transport(filesystem.Transport):
    """A folder of files."""

    Channel = Channel
