"""The broker of Redis: kombu's, whose worker lives on when Redis goes away while a task is at work.

kombu hands what is not acknowledged back to Redis when it closes a connection that was lost, and ends the worker when
the connection is gone altogether. There is nothing to hand back to: it comes back after the visibility time-out.
"""

from typing import Any

from kombu.transport import redis


class QoS(redis.QoS):
    """Keeps count of what a worker has not acknowledged."""

    def restore_unacked(self, client: Any = None) -> None:
        """Hand back what is not acknowledged, where there is a connection left."""
        if self.channel.connection.client is None:
            self._delivered.clear()
        else:
            super().restore_unacked(client)  # type: ignore[no-untyped-call]


class Channel(redis.Channel):
    """A channel that may lose its connection."""

    QoS = QoS


class Transport(redis.Transport):
    """Redis, with or without TLS."""

    Channel = Channel
