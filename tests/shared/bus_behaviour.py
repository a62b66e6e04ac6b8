"""What a bus does, stated once; each kind of bus inherits `BusBehaviour` and names where its messages are."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from shared.bus.interface import Bus, Message, NotNow
from tests.eventually import eventually
from tests.shared.bus_places import (
    ACCEPTED,
    BOOKED,
    SHORT,
    UNHEARD,
    Failing,
    Place,
    Received,
    always,
    begin_and_die,
    consuming,
    message,
    running,
)


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
        await begin_and_die(place, expecting=sent.event_id)
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
