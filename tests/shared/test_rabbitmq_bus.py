"""The bus on RabbitMQ does what a bus does, and loses nothing when the broker dies or queues go missing."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import uuid4

import aio_pika
import pytest
from aio_pika.abc import AbstractChannel
from structlog.testing import capture_logs

from shared.bus import rabbitmq
from shared.bus.amqp_messages import failure, outgoing
from shared.bus.amqp_queues import CRASHES
from shared.bus.interface import RETRY_AFTER, Bus, Message
from shared.bus.rabbitmq import Unroutable
from tests.eventually import eventually
from tests.server_fixtures import ConfiguredRabbitMQ
from tests.servers import RabbitMQServer
from tests.shared.bus_behaviour import BusBehaviour
from tests.shared.bus_places import (
    SHORT,
    SUBSCRIPTIONS,
    UNHEARD,
    RabbitMQPlace,
    Received,
    always,
    consuming,
    message,
    running,
)

pytestmark = pytest.mark.rabbitmq

LATER = (timedelta(seconds=0.3),)


@contextlib.asynccontextmanager
async def channel_to(place: RabbitMQPlace) -> AsyncIterator[AbstractChannel]:
    async with await aio_pika.connect(place.url) as connection:
        yield await connection.channel(on_return_raises=True)


@pytest.fixture
async def place(rabbitmq_server: RabbitMQServer | ConfiguredRabbitMQ) -> AsyncIterator[RabbitMQPlace]:
    place = RabbitMQPlace(rabbitmq_server.url, f"test-{uuid4().hex[:12]}")
    yield place
    endings = ["", ".dead", *(f".retry.{wait.total_seconds():g}s" for wait in (*SHORT, *LATER, *RETRY_AFTER))]
    async with channel_to(place) as channel:
        for name in (f"{place.exchange}.{consumer}{ending}" for consumer in SUBSCRIPTIONS for ending in endings):
            await channel.queue_delete(name)
        await channel.exchange_delete(place.exchange)


class TestRabbitMQBus(BusBehaviour):
    @pytest.fixture
    def place(self, place: RabbitMQPlace) -> RabbitMQPlace:
        return place


class TestQueuesThatGoMissing:
    async def test_a_message_survives_that_its_queue_is_missing_when_its_wait_is_over(
        self, place: RabbitMQPlace, rabbitmq_server: RabbitMQServer | ConfiguredRabbitMQ
    ) -> None:
        if isinstance(rabbitmq_server, ConfiguredRabbitMQ):
            pytest.skip("a broker that is not set up for tests offers the message again after three minutes")
        sent, received = message(), Received()
        async with running(place.bus(LATER)), channel_to(place) as channel:
            await channel.queue_delete(f"{place.exchange}.casework")
            waiting = outgoing(sent, failure(1, ValueError()))
            await channel.default_exchange.publish(waiting, f"{place.exchange}.casework.retry.0.3s")
            await asyncio.sleep(2 * LATER[0].total_seconds())
        async with running(place.bus(LATER)) as bus, consuming(bus, "casework", received.deliver):
            await eventually(lambda: received)
        assert received == [sent]

    async def test_a_publish_that_no_queue_takes_raises_and_the_next_finds_the_queues_again(
        self, place: RabbitMQPlace
    ) -> None:
        sent, received = message(), Received()
        async with running(place.bus()) as bus, channel_to(place) as channel:
            for consumer in SUBSCRIPTIONS:
                await channel.queue_delete(f"{place.exchange}.{consumer}")
            with pytest.raises(Unroutable):
                await bus.publish(sent)
            await bus.publish(sent)
            async with consuming(bus, "casework", received.deliver):
                await eventually(lambda: received)
        assert received == [sent]

    async def test_a_consumer_goes_on_when_its_queue_was_deleted_under_it(self, place: RabbitMQPlace) -> None:
        first, second, received = message(), message(), Received()
        async with (
            running(place.bus()) as bus,
            consuming(bus, "casework", received.deliver),
            channel_to(place) as channel,
        ):
            await bus.publish(first)
            await eventually(lambda: first in received)
            await channel.queue_delete(f"{place.exchange}.casework")
            # It has noticed when it has declared the queue anew; any process that starts sees to its bindings.
            await eventually(lambda: _exists(place, f"{place.exchange}.casework"))
            async with running(place.bus()):
                pass
            await bus.publish(second)
            await eventually(lambda: second in received)

    async def test_a_failed_delivery_that_cannot_be_set_aside_is_not_lost(self, place: RabbitMQPlace) -> None:
        sent, received, ladder = message(), Received(), asyncio.Event()

        async def deliver(message: Message) -> None:
            received.append(message)
            if not ladder.is_set():
                ladder.set()
                async with channel_to(place) as channel:
                    await channel.queue_delete(f"{place.exchange}.casework.retry.0.1s")
                raise ValueError

        async with running(place.bus(SHORT)) as bus, consuming(bus, "casework", deliver):
            await bus.publish(sent)
            await eventually(lambda: len(received) == 2)
        assert received == [sent, sent]


class TestMessagesOfAnyKind:
    async def test_one_that_no_bus_has_sent_is_delivered_like_others(self, place: RabbitMQPlace) -> None:
        foreign = aio_pika.Message(b"?", headers={"x-ridgeway-attempts": "many", "x-ridgeway-failed-at": [1]})
        sent, received = message(), Received()
        async with running(place.bus(SHORT)) as bus, channel_to(place) as channel:
            async with consuming(bus, "casework", always(ValueError())):
                await channel.default_exchange.publish(foreign, f"{place.exchange}.casework")
                [letter] = await eventually(lambda: bus.dead_letters("casework"))
                assert (letter.message.body, letter.attempts) == (b"?", 3)
            await channel.default_exchange.publish(foreign, f"{place.exchange}.casework.dead")
            await eventually(lambda: _dead(bus, 2))
            async with consuming(bus, "casework", received.deliver):
                await bus.publish(sent)
                await eventually(lambda: received == [sent])

    async def test_one_that_kills_its_consumer_each_time_becomes_a_dead_letter(self, place: RabbitMQPlace) -> None:
        sent = message()
        async with running(place.bus()) as bus, channel_to(place) as channel:
            await bus.publish(sent)
            queue = await channel.get_queue(f"{place.exchange}.casework")
            for _ in range(CRASHES + 1):
                incoming = await eventually(lambda: queue.get(fail=False))
                await incoming.nack(requeue=True)
            [letter] = await eventually(lambda: bus.dead_letters("casework"))
            assert (letter.message, letter.error) == (sent, "ConsumerDied")
            assert await bus.replay("casework", sent.event_id)

    async def test_a_dead_letter_may_be_looked_at_any_number_of_times(self, place: RabbitMQPlace) -> None:
        sent = message()
        async with running(place.bus(())) as bus, consuming(bus, "casework", always(ValueError())):
            await bus.publish(sent)
            await eventually(lambda: _dead(bus, 1))
            for _ in range(2 * CRASHES):
                assert [letter.message for letter in await bus.dead_letters("casework")] == [sent]

    async def test_bodies_and_the_texts_of_errors_stay_out_of_the_logs(
        self, place: RabbitMQPlace, caplog: pytest.LogCaptureFixture
    ) -> None:
        sent = Message(str(uuid4()), message().type, b"born 3 May")
        caplog.set_level(logging.INFO)
        with capture_logs() as logs:
            async with running(place.bus(SHORT)) as bus, consuming(bus, "casework", always(ValueError("born 3 May"))):
                await bus.publish(sent)
                await bus.publish(Message(sent.event_id, UNHEARD, sent.body))
                await eventually(lambda: _dead(bus, 1))
        assert [(log["event"], log["attempt"]) for log in logs] == [
            ("delivery_failed", 1),
            ("delivery_failed", 2),
            ("dead_letter", 3),
        ]
        assert "3 May" not in f"{logs} {caplog.text}"


class TestStarting:
    async def test_many_processes_may_declare_the_same_queues_at_once(self, place: RabbitMQPlace) -> None:
        buses = [place.bus() for _ in range(6)]
        await asyncio.gather(*(bus.start() for bus in buses))
        await asyncio.gather(*(bus.publish(message()) for bus in buses))
        await asyncio.gather(*(bus.close() for bus in buses))


class TestBrokerThatDies:
    async def test_loses_nothing_that_was_confirmed_when_the_broker_is_killed(
        self, mortal_rabbitmq: RabbitMQServer
    ) -> None:
        place, received, confirmed = RabbitMQPlace(mortal_rabbitmq.url, "ridgeway"), Received(), set[str]()
        async with running(place.bus(SHORT)) as bus, consuming(bus, "casework", received.deliver):
            async with publishing(bus, confirmed):
                await eventually(lambda: len(confirmed) > 300)
                mortal_rabbitmq.kill()
                await asyncio.to_thread(mortal_rabbitmq.start)
                before = len(confirmed)
                await eventually(lambda: len(confirmed) > before + 300, within=60)
            await eventually(lambda: confirmed <= received.ids, within=60)

    async def test_raises_in_time_while_the_broker_is_away_and_works_once_it_is_back(
        self, mortal_rabbitmq: RabbitMQServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        place, received = RabbitMQPlace(mortal_rabbitmq.url, "ridgeway"), Received()
        async with running(place.bus(SHORT)) as bus, consuming(bus, "casework", received.deliver):
            with monkeypatch.context() as patience:
                patience.setattr(rabbitmq, "PUBLISH_WITHIN", 0.5)
                mortal_rabbitmq.freeze()
                await _raises_in_time(bus)
                mortal_rabbitmq.kill()
                await _raises_in_time(bus)
            await asyncio.to_thread(mortal_rabbitmq.start)
            sent = message()
            await bus.publish(sent)
            await eventually(lambda: sent in received, within=60)


async def _raises_in_time(bus: Bus) -> None:
    """All of them, whether the connection stands or is to be made; not after the minutes that the client would take."""
    async with asyncio.timeout(10):
        for _ in range(2):
            outcomes = await asyncio.gather(*(bus.publish(message()) for _ in range(100)), return_exceptions=True)
            assert {isinstance(outcome, OSError) for outcome in outcomes} == {True}
        with pytest.raises(OSError):  # noqa: PT011 - refused or timed out, as the case may be
            await bus.start()


@contextlib.asynccontextmanager
async def publishing(bus: Bus, confirmed: set[str]) -> AsyncIterator[None]:
    """As the relay does: a batch at a time, and what is not certain is not counted."""

    async def publish(message: Message) -> None:
        with contextlib.suppress(OSError):
            await bus.publish(message)
            confirmed.add(message.event_id)

    async def on_and_on() -> None:
        while True:
            await asyncio.gather(*(publish(message()) for _ in range(100)))
            await asyncio.sleep(0.01)

    task = asyncio.create_task(on_and_on())
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def _dead(bus: Bus, count: int) -> bool:
    return len(await bus.dead_letters("casework")) == count


async def _exists(place: RabbitMQPlace, queue: str) -> bool:
    async with channel_to(place) as channel:
        try:
            await channel.get_queue(queue)
        except aio_pika.exceptions.ChannelNotFoundEntity:
            return False
    return True
