"""The queues of a consumer on RabbitMQ, declared alike by every process that publishes or consumes."""

from collections.abc import Collection
from datetime import timedelta

import aio_pika
from aio_pika.abc import AbstractChannel, AbstractQueue

ANSWER_WITHIN = 10.0
"""Seconds that the broker has for anything but a message: a new quorum queue takes it longer."""
CRASHES = 20
"""How often a consumer may die over a message before the broker itself makes a dead letter of it."""
NO_LIMIT = 1_000_000_000
"""Stands for none, for which 3.10 has no value; left out, 4.x takes 20 and then drops the message."""


class Queues:
    """Arguments of a queue are fixed from its first day, since the broker refuses to declare it with others.

    A ladder that changes changes the names of the queues to wait in; what is in those left behind still comes back.
    """

    def __init__(self, exchange: str, retry_after: tuple[timedelta, ...]) -> None:
        self._exchange = exchange
        self._retry_after = retry_after

    def ready(self, consumer: str) -> str:
        return f"{self._exchange}.{consumer}"

    def waiting(self, consumer: str, wait: timedelta) -> str:
        return f"{self.ready(consumer)}.retry.{wait.total_seconds():g}s"

    def dead(self, consumer: str) -> str:
        return f"{self.ready(consumer)}.dead"

    async def declare(self, channel: AbstractChannel, consumer: str, types: Collection[str]) -> AbstractQueue:
        """All that one consumer needs: first where its messages end, last what brings them in."""
        topic = aio_pika.ExchangeType.TOPIC
        exchange = await channel.declare_exchange(self._exchange, topic, durable=True, timeout=ANSWER_WITHIN)
        await _declare_quorum_queue(channel, self.dead(consumer), NO_LIMIT)
        queue = await _declare_quorum_queue(channel, self.ready(consumer), CRASHES, then=self.dead(consumer))
        for wait in self._retry_after:
            name = self.waiting(consumer, wait)
            await _declare_quorum_queue(channel, name, NO_LIMIT, then=self.ready(consumer), after=wait)
        for event_type in types:
            await queue.bind(exchange, event_type, timeout=ANSWER_WITHIN)
        return queue


async def _declare_quorum_queue(
    channel: AbstractChannel, name: str, limit: int, then: str | None = None, after: timedelta | None = None
) -> AbstractQueue:
    """A replicated queue that drops nothing; what it gives up on, or what has waited long enough, goes to `then`."""
    arguments: dict[str, str | int] = {
        "x-queue-type": "quorum",
        "x-overflow": "reject-publish",
        "x-delivery-limit": limit,
    }
    if then is not None:
        # By default a message is lost when its target is missing at that moment.
        arguments |= {
            "x-dead-letter-exchange": "",
            "x-dead-letter-routing-key": then,
            "x-dead-letter-strategy": "at-least-once",
        }
    if after is not None:
        arguments["x-message-ttl"] = round(after.total_seconds() * 1000)
    return await channel.declare_queue(name, durable=True, arguments=dict(arguments), timeout=ANSWER_WITHIN)
