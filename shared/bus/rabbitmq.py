"""The bus of a suite in many processes: quorum queues on RabbitMQ, 3.10 and later."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator
from contextlib import aclosing
from datetime import timedelta

import aio_pika
import structlog
from aio_pika.abc import AbstractChannel, AbstractConnection, AbstractIncomingMessage
from aio_pika.exceptions import CONNECTION_EXCEPTIONS, DeliveryError, PublishError
from yarl import URL

from shared.bus.amqp_messages import as_dead_letter, as_message, attempts_at, failure, outgoing
from shared.bus.amqp_queues import ANSWER_WITHIN, Queues
from shared.bus.interface import (
    RETRY_AFTER,
    DeadLetter,
    Deliver,
    Message,
    Subscriptions,
    next_attempt_after,
)
from shared.telemetry import kind_of

log = structlog.get_logger()

PUBLISH_WITHIN = 5.0
"""Seconds after which a publish raises, though the broker may have the message all the same."""
HEARTBEAT = 10
"""Seconds between signs of life; without them a cut cable would be noticed after three minutes."""
AT_ONCE = 16
"""How many deliveries to one consumer are under way at the same time."""
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 15.0
"""Seconds between attempts to reach a broker that is away."""


class Unroutable(Exception):
    """A queue that was declared is gone; it is declared again with the next publish."""


class Refused(Exception):
    """The broker did not take responsibility for the message."""


class RabbitMQBus:
    """One topic exchange; for each consumer a queue, a ladder of queues to wait in and one for dead letters.

    Publishing and consuming have a connection each, because a broker short of memory stops reading from those
    that publish and acknowledgements would be stuck as well. Both are made anew when they are lost, with all
    that they need declared again.
    """

    def __init__(
        self,
        url: str,
        subscriptions: Subscriptions,
        retry_after: tuple[timedelta, ...] = RETRY_AFTER,
        exchange: str = "ridgeway",
    ) -> None:
        self._url = URL(url)
        if "heartbeat" not in self._url.query:
            self._url = self._url.update_query(heartbeat=HEARTBEAT)
        self._subscriptions = subscriptions
        self._retry_after = retry_after
        self._exchange = exchange
        self._queues = Queues(exchange, retry_after)
        self._connection: AbstractConnection | None = None
        self._publisher: AbstractChannel | None = None
        self._browser: AbstractChannel | None = None
        self._opening, self._browsing = asyncio.Lock(), asyncio.Lock()
        self._closing: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Connect, and declare the exchange and the queues of all consumers; raise at once when it cannot be.

        Where there is a connection already it serves: relays and consumers of several services may share a bus.
        """
        await self._open()

    async def close(self) -> None:
        """Disconnect; what is not acknowledged will be delivered again."""
        self._discard(self._publisher)
        await asyncio.gather(*self._closing)

    async def publish(self, message: Message) -> None:
        """Return when the broker has the message on disk; time out when it does not confirm that.

        A message that nobody takes is dropped, as is right: to have it returned would hold up those behind it.
        """
        wanted = any(message.type in types for types in self._subscriptions.values())
        await self._send(outgoing(message), message.type, self._exchange, mandatory=wanted)

    async def subscribe(self, consumer: str, deliver: Deliver) -> None:
        """Deliver what is in the consumer's queue, several at once, until cancelled."""
        clock, pause = asyncio.get_running_loop().time, FIRST_PAUSE
        while True:
            began = clock()
            try:
                await self._consume(consumer, deliver)
            except* CONNECTION_EXCEPTIONS as errors:
                log.warning("consumer_disconnected", consumer=consumer, error=kind_of(errors))
            pause = FIRST_PAUSE if clock() - began > LONGEST_PAUSE else pause
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    async def dead_letters(self, consumer: str, limit: int = 200) -> list[DeadLetter]:
        """The oldest dead letters of this consumer; while they are read no other process sees them."""
        letters: list[DeadLetter] = []
        async with aclosing(self._dead(consumer)) as dead:
            while len(letters) < limit and (incoming := await anext(dead, None)):
                letters.append(as_dead_letter(consumer, incoming))
        return sorted(letters, key=lambda letter: letter.failed_at)

    async def replay(self, consumer: str, event_id: str) -> bool:
        """Put the dead letter into the consumer's queue with a fresh ladder."""
        async with aclosing(self._dead(consumer)) as dead:
            async for incoming in dead:
                message = as_message(incoming)
                if message.event_id == event_id:
                    await self._send(outgoing(message), self._queues.ready(consumer))
                    await incoming.ack()
                    return True
        return False

    async def _open(self) -> AbstractChannel:
        """The channel to publish on, newly made when there is none."""
        async with self._opening:
            if self._publisher is None or self._publisher.is_closed:
                self._discard(self._publisher)
                self._connection, self._publisher = await self._prepared()
            return self._publisher

    async def _prepared(self) -> tuple[AbstractConnection, AbstractChannel]:
        connection = await _connect(self._url)
        try:
            channel = await _channel(connection)
            for consumer, types in self._subscriptions.items():
                await self._queues.declare(channel, consumer, types)
        except BaseException:
            self._close_later(connection)
            raise
        return connection, channel

    def _discard(self, channel: AbstractChannel | None) -> None:
        """Give up the connection with this channel, unless another has taken its place."""
        if self._connection is not None and channel is self._publisher:
            self._close_later(self._connection)
            self._connection = self._publisher = self._browser = None

    def _close_later(self, connection: AbstractConnection) -> None:
        task = asyncio.create_task(_close(connection))
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)

    async def _send(
        self, content: aio_pika.Message, routing_key: str, exchange: str = "", mandatory: bool = True
    ) -> None:
        """Publish and have it confirmed: otherwise Unroutable, Refused or an OSError, which leaves it unknown.

        A connection on which that fails is not used again.
        """
        channel = None
        try:
            async with asyncio.timeout(PUBLISH_WITHIN):
                channel = await self._open()
                target = await channel.get_exchange(exchange, ensure=False)
                await target.publish(content, routing_key, mandatory=mandatory)
        except PublishError:
            self._discard(channel)
            raise Unroutable(routing_key) from None
        except DeliveryError:
            raise Refused(routing_key) from None
        except CONNECTION_EXCEPTIONS as error:
            self._discard(channel)
            if isinstance(error, OSError):
                raise
            raise ConnectionError(type(error).__name__) from error

    async def _consume(self, consumer: str, deliver: Deliver) -> None:
        """Deliver until the connection is lost; then deliveries under way are cancelled and will come again."""
        connection = await _connect(self._url)
        try:
            channel = await _channel(connection)
            await channel.set_qos(AT_ONCE, timeout=ANSWER_WITHIN)
            queue = await self._queues.declare(channel, consumer, self._subscriptions[consumer])
            arrivals: asyncio.Queue[AbstractIncomingMessage | None] = asyncio.Queue()
            channel.close_callbacks.add(lambda *_: arrivals.put_nowait(None))
            # The broker cancels a consumer when its queue is deleted: the channel stays open and silent.
            underlay = await channel.get_underlay_channel()
            underlay.on_consumer_cancel_callbacks.add(lambda _: arrivals.put_nowait(None))
            await queue.consume(arrivals.put, timeout=ANSWER_WITHIN)
            async with asyncio.TaskGroup() as deliveries:
                while incoming := await arrivals.get():
                    deliveries.create_task(self._attempt(consumer, incoming, deliver))
                raise ConnectionError("the broker has ended the consumer")
        finally:
            await _close(connection)

    async def _attempt(self, consumer: str, incoming: AbstractIncomingMessage, deliver: Deliver) -> None:
        message, attempt = as_message(incoming), attempts_at(incoming) + 1
        about = {"consumer": consumer, "event_id": message.event_id, "event_type": message.type, "attempt": attempt}
        try:
            try:
                await deliver(message)
            except Exception as error:
                wait = next_attempt_after(attempt, error, self._retry_after)
                event = "dead_letter" if wait is None else "delivery_failed"
                log.warning(event, **about, error=type(error).__name__)
                await self._set_aside(consumer, message, attempt, wait, error)
            await incoming.ack()
        except (Unroutable, Refused, *CONNECTION_EXCEPTIONS) as error:
            # Not settled: it comes again, by itself if the connection is lost.
            log.warning("delivery_unsettled", **about, error=type(error).__name__)
            await asyncio.sleep(FIRST_PAUSE)
            with contextlib.suppress(*CONNECTION_EXCEPTIONS):
                await incoming.nack(requeue=True)

    async def _set_aside(
        self, consumer: str, message: Message, attempt: int, wait: timedelta | None, error: Exception
    ) -> None:
        """Put a copy where it is to stay, for a while or for good; only then may the message be acknowledged."""
        to = self._queues.dead(consumer) if wait is None else self._queues.waiting(consumer, wait)
        await self._send(outgoing(message, failure(attempt, error)), to)

    async def _dead(self, consumer: str) -> AsyncGenerator[AbstractIncomingMessage]:
        """Each dead letter in turn; at the end all that were not acknowledged are put back.

        It is always the same channel, so that the broker has put them back before it answers the next reader.
        """
        async with self._browsing:
            await self._open()
            if self._connection is None:
                raise ConnectionError("the connection was lost")
            if self._browser is None or self._browser.is_closed:
                self._browser = await _channel(self._connection)
            queue = await self._browser.get_queue(self._queues.dead(consumer), ensure=False)
            kept: AbstractIncomingMessage | None = None
            try:
                while incoming := await queue.get(fail=False, timeout=ANSWER_WITHIN):
                    kept, previous = incoming, kept
                    yield incoming
                    kept = previous if incoming.processed else kept
            finally:
                if kept is not None:
                    # Where the channel is lost the broker does this by itself.
                    with contextlib.suppress(*CONNECTION_EXCEPTIONS):
                        await kept.nack(multiple=True, requeue=True)


async def _connect(url: URL) -> AbstractConnection:
    async with asyncio.timeout(PUBLISH_WITHIN):
        return await aio_pika.connect(url)


async def _channel(connection: AbstractConnection) -> AbstractChannel:
    async with asyncio.timeout(ANSWER_WITHIN):
        return await connection.channel(on_return_raises=True)


async def _close(connection: AbstractConnection) -> None:
    """Take leave of the broker, and not for long: it may be gone."""
    with contextlib.suppress(*CONNECTION_EXCEPTIONS):
        async with asyncio.timeout(FIRST_PAUSE):
            await connection.close()
