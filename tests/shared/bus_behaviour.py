"""What a bus does, stated once; each kind of bus inherits `BusBehaviour` and says where its messages are kept."""

import asyncio
import contextlib
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Protocol
from uuid import uuid4

import pytest

from shared.bus.embedded import EmbeddedBus
from shared.bus.interface import RETRY_AFTER, Bus, Deliver, Message, NotNow, Subscriptions
from shared.bus.rabbitmq import RabbitMQBus
from tests.eventually import eventually

ACCEPTED, BOOKED, UNHEARD = "referrals.referral.accepted.v1", "centres.session.booked.v1", "centres.door.closed.v1"
SUBSCRIPTIONS: Subscriptions = {"casework": {ACCEPTED}, "governance": {ACCEPTED, BOOKED}}
SHORT = (timedelta(seconds=0.1), timedelta(seconds=0.2))
ROOT = Path(__file__).parents[2]


class Place(Protocol):
    """Where messages are kept while no bus is running. Every bus made of it finds those of the others."""

    def bus(self, retry_after: tuple[timedelta, ...] = RETRY_AFTER) -> Bus: ...

    def address(self) -> dict[str, str]:
        """What another process needs to make such a bus."""


class EmbeddedPlace:
    def __init__(self, path: str) -> None:
        self.path = path

    def bus(self, retry_after: tuple[timedelta, ...] = RETRY_AFTER) -> EmbeddedBus:
        return EmbeddedBus(Path(self.path), SUBSCRIPTIONS, retry_after)

    def address(self) -> dict[str, str]:
        return {"path": self.path}


class RabbitMQPlace:
    """An exchange of its own; the names of its queues begin with it."""

    def __init__(self, url: str, exchange: str) -> None:
        self.url, self.exchange = url, exchange

    def bus(self, retry_after: tuple[timedelta, ...] = RETRY_AFTER) -> RabbitMQBus:
        return RabbitMQBus(self.url, SUBSCRIPTIONS, retry_after, exchange=self.exchange)

    def address(self) -> dict[str, str]:
        return {"url": self.url, "exchange": self.exchange}


def message(type: str = ACCEPTED) -> Message:
    """A body that is not valid UTF-8: a bus carries bytes and reads nothing into them."""
    event_id = str(uuid4())
    return Message(event_id, type, json.dumps({"id": event_id, "type": type}).encode() + b"\xff\x00")


class Received(list[Message]):
    """Takes every delivery and keeps it."""

    async def deliver(self, message: Message) -> None:
        self.append(message)

    @property
    def ids(self) -> set[str]:
        return {message.event_id for message in self}


class Failing(Received):
    """Keeps every delivery and fails it, as long as there are errors left."""

    def __init__(self, *errors: Exception) -> None:
        super().__init__()
        self.errors = list(errors)

    async def deliver(self, message: Message) -> None:
        self.append(message)
        if self.errors:
            raise self.errors.pop(0)


def always(error: Exception) -> Deliver:
    async def deliver(message: Message) -> None:
        raise error

    return deliver


@contextlib.asynccontextmanager
async def running(bus: Bus) -> AsyncIterator[Bus]:
    await bus.start()
    try:
        yield bus
    finally:
        await bus.close()


@contextlib.asynccontextmanager
async def consuming(bus: Bus, consumer: str, deliver: Deliver) -> AsyncIterator[None]:
    subscription = asyncio.create_task(bus.subscribe(consumer, deliver))
    try:
        yield
    finally:
        subscription.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await subscription


class BusBehaviour:
    """Subclasses give the fixture `place`."""

    @pytest.fixture
    async def bus(self, place: Place) -> AsyncIterator[Bus]:
        async with running(place.bus(SHORT)) as bus:
            yield bus

    async def test_delivers_to_a_subscriber_what_was_published(self, bus: Bus) -> None:
        sent, received = message(), Received()
        async with consuming(bus, "casework", received.deliver):
            await bus.publish(sent)
            await eventually(lambda: received)
        assert received == [sent]

    async def test_keeps_what_is_published_before_anyone_consumes(self, bus: Bus) -> None:
        sent, received = message(), Received()
        await bus.publish(sent)
        async with consuming(bus, "casework", received.deliver):
            await eventually(lambda: received.ids == {sent.event_id})

    async def test_gives_each_consumer_a_copy_of_its_own(self, bus: Bus) -> None:
        sent, casework, governance = message(), Failing(ValueError()), Received()
        async with consuming(bus, "casework", casework.deliver), consuming(bus, "governance", governance.deliver):
            await bus.publish(sent)
            await eventually(lambda: len(casework) == 2 and governance)
        assert governance == [sent]

    async def test_does_not_deliver_what_is_not_subscribed_to(self, bus: Bus) -> None:
        other, wanted, casework = message(BOOKED), message(), Received()
        async with consuming(bus, "casework", casework.deliver):
            await bus.publish(other)
            await bus.publish(wanted)
            await eventually(lambda: wanted in casework)
        assert casework == [wanted]

    async def test_an_event_that_nobody_takes_holds_nobody_up(self, bus: Bus) -> None:
        sent, received = message(), Received()
        await bus.publish(message(UNHEARD))
        await bus.publish(sent)
        async with consuming(bus, "casework", received.deliver):
            await eventually(lambda: received)
        assert received == [sent]

    async def test_does_not_lose_a_message_that_is_published_twice(self, bus: Bus) -> None:
        sent, received = message(), Received()
        await asyncio.gather(bus.publish(sent), bus.publish(sent))
        async with consuming(bus, "casework", received.deliver):
            await eventually(lambda: received.ids == {sent.event_id})

    async def test_delivers_all_of_many_published_at_once(self, bus: Bus) -> None:
        sent, received = [message() for _ in range(200)], Received()
        async with consuming(bus, "casework", received.deliver):
            await asyncio.gather(*map(bus.publish, sent))
            await eventually(lambda: len(received) >= len(sent))
        assert received.ids == {each.event_id for each in sent}

    async def test_delivers_several_at_once_so_that_a_slow_one_holds_up_no_other(self, bus: Bus) -> None:
        slow, quick, received = message(), message(), Received()
        never = asyncio.Event()

        async def deliver(message: Message) -> None:
            if message == slow:
                await never.wait()
            received.append(message)

        async with consuming(bus, "casework", deliver):
            await bus.publish(slow)
            await bus.publish(quick)
            await eventually(lambda: received)
        assert received == [quick]

    async def test_tries_a_failed_delivery_again_after_each_wait(self, bus: Bus) -> None:
        sent, times = message(), list[datetime]()

        async def deliver(message: Message) -> None:
            times.append(datetime.now(UTC))
            if len(times) < 3:
                raise ValueError

        async with consuming(bus, "casework", deliver):
            await bus.publish(sent)
            await eventually(lambda: len(times) == 3)
        # The broker counts in whole milliseconds of its own clock.
        tolerance = timedelta(milliseconds=20)
        assert times[1] - times[0] > SHORT[0] - tolerance
        assert times[2] - times[1] > SHORT[1] - tolerance
        assert await bus.dead_letters("casework") == []

    async def test_what_always_fails_becomes_a_dead_letter(self, bus: Bus) -> None:
        sent, before = message(), datetime.now(UTC)
        async with consuming(bus, "casework", always(ValueError("born 3 May"))):
            await bus.publish(sent)
            [letter] = await eventually(lambda: bus.dead_letters("casework"))
        assert (letter.consumer, letter.message, letter.attempts) == ("casework", sent, 3)
        assert letter.error == "ValueError"
        assert before <= letter.failed_at <= datetime.now(UTC)
        assert await bus.dead_letters("governance") == []

    async def test_dead_letters_are_left_where_they_are(self, bus: Bus) -> None:
        sent = [message() for _ in range(3)]
        async with consuming(bus, "casework", always(ValueError())):
            await asyncio.gather(*map(bus.publish, sent))
            await eventually(self._dead(bus, 3))
        assert len(await bus.dead_letters("casework", limit=2)) == 2
        assert {letter.message for letter in await bus.dead_letters("casework")} == set(sent)

    async def test_a_dead_letter_can_be_replayed_with_a_fresh_ladder(self, bus: Bus) -> None:
        sent, other, received = message(), message(), Failing(ValueError(), ValueError())
        async with consuming(bus, "casework", always(ValueError())):
            await asyncio.gather(bus.publish(sent), bus.publish(other))
            await eventually(self._dead(bus, 2))
        assert await bus.replay("casework", sent.event_id)
        async with consuming(bus, "casework", received.deliver):
            await eventually(lambda: len(received) == 3)
        assert received == [sent] * 3
        assert [letter.message for letter in await bus.dead_letters("casework")] == [other]

    async def test_only_a_dead_letter_can_be_replayed(self, bus: Bus) -> None:
        waiting = message()
        await bus.publish(waiting)
        assert not await bus.replay("casework", waiting.event_id)
        assert not await bus.replay("casework", str(uuid4()))

    async def test_not_now_is_retried_for_as_long_as_it_takes(self, bus: Bus) -> None:
        sent, received = message(), Failing(*(NotNow() for _ in range(6)))
        async with consuming(bus, "casework", received.deliver):
            await bus.publish(sent)
            await eventually(lambda: len(received) == 7)
        assert await bus.dead_letters("casework") == []

    async def test_keeps_messages_and_dead_letters_while_no_bus_is_running(self, place: Place) -> None:
        waiting, dead, received = message(BOOKED), message(ACCEPTED), Received()
        async with running(place.bus(SHORT)) as bus:
            await bus.publish(waiting)
            async with consuming(bus, "casework", always(ValueError())):
                await bus.publish(dead)
                await eventually(self._dead(bus, 1))
        async with running(place.bus(SHORT)) as bus:
            assert [letter.message for letter in await bus.dead_letters("casework")] == [dead]
            async with consuming(bus, "governance", received.deliver):
                await eventually(lambda: received.ids == {waiting.event_id, dead.event_id})

    async def test_delivers_again_what_a_cancelled_consumer_was_at(self, bus: Bus) -> None:
        sent, begun, received = message(), asyncio.Event(), Received()

        async def deliver(message: Message) -> None:
            begun.set()
            await asyncio.Event().wait()

        async with consuming(bus, "casework", deliver):
            await bus.publish(sent)
            await begun.wait()
        async with consuming(bus, "casework", received.deliver):
            await eventually(lambda: received)
        assert received == [sent]

    async def test_delivers_again_what_a_killed_process_was_at(self, bus: Bus, place: Place) -> None:
        sent, received = message(), Received()
        await bus.publish(sent)
        await _begin_and_die(place, expecting=sent.event_id)
        async with consuming(bus, "casework", received.deliver):
            await eventually(lambda: received)
        assert received == [sent]

    async def test_delivers_what_another_process_publishes_and_replays(self, bus: Bus, place: Place) -> None:
        sent, failing = message(), Failing(*(ValueError() for _ in range(3)))
        async with running(place.bus(SHORT)) as other, consuming(bus, "casework", failing.deliver):
            await other.publish(sent)
            await eventually(self._dead(other, 1))
            await eventually(lambda: other.replay("casework", sent.event_id))
            await eventually(lambda: len(failing) == 4)

    def _dead(self, bus: Bus, count: int) -> Any:
        async def there_are_so_many() -> bool:
            return len(await bus.dead_letters("casework")) == count

        return there_are_so_many


async def _begin_and_die(place: Place, expecting: str) -> None:
    """Have another process begin with a delivery, and kill it in the middle."""
    command = [sys.executable, "-m", "tests.shared.bus_behaviour", json.dumps(place.address())]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    child = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE, cwd=ROOT, env=environment)
    try:
        assert child.stdout is not None
        async with asyncio.timeout(30):
            assert (await child.stdout.readline()).decode().strip() == expecting
    finally:
        child.send_signal(signal.SIGKILL)
        await child.wait()


async def _begin_and_wait(address: dict[str, str]) -> None:
    """The other process: say which delivery has begun and never end it."""
    place: Place = EmbeddedPlace(**address) if "path" in address else RabbitMQPlace(**address)

    async def deliver(message: Message) -> None:
        print(message.event_id, flush=True)
        await asyncio.Event().wait()

    async with running(place.bus()) as bus:
        await bus.subscribe("casework", deliver)


if __name__ == "__main__":
    asyncio.run(_begin_and_wait(json.loads(sys.argv[1])))
