"""The embedded bus does what a bus does."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from shared.bus import embedded
from shared.bus.embedded import EmbeddedBus
from tests.eventually import eventually
from tests.shared.bus_behaviour import BusBehaviour
from tests.shared.bus_places import SUBSCRIPTIONS, EmbeddedPlace, Failing, Received, consuming, message, running


class TestEmbeddedBus(BusBehaviour):
    @pytest.fixture
    def place(self, tmp_path: Path) -> EmbeddedPlace:
        return EmbeddedPlace(str(tmp_path / "data" / "bus.sqlite"))

    async def test_a_message_still_queued_is_queued_once(self, place: EmbeddedPlace) -> None:
        sent, received = message(), Received()
        async with running(place.bus()) as bus:
            await bus.publish(sent)
            await bus.publish(sent)
            async with consuming(bus, "casework", received.deliver):
                await eventually(lambda: received)
                await eventually(lambda: _rows(place, "casework") == 0)
        assert received == [sent]

    async def test_delivers_at_once_what_its_own_process_publishes_and_replays(
        self, place: EmbeddedPlace, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(embedded, "SWEEP_EVERY", 3600.0)
        sent, failing = message(), Failing(ValueError())
        async with running(place.bus(retry_after=())) as bus, consuming(bus, "casework", failing.deliver):
            await asyncio.sleep(
                0.1
            )  # It has looked, found nothing and sleeps; were it later, it would find the message.
            await bus.publish(sent)
            await eventually(lambda: bus.replay("casework", sent.event_id))
            await eventually(lambda: len(failing) == 2)

    async def test_a_message_reaches_all_its_consumers_or_none(self, place: EmbeddedPlace) -> None:
        async with running(place.bus()) as bus:
            _execute(
                place,
                "CREATE TRIGGER full BEFORE INSERT ON messages WHEN NEW.consumer = 'governance' "
                "BEGIN SELECT RAISE(ABORT, 'full'); END",
            )
            with pytest.raises(sqlite3.IntegrityError):
                await bus.publish(message())
            assert _rows(place, "casework") == 0
            _execute(place, "DROP TRIGGER full")
            await bus.publish(message())
            assert _rows(place, "casework") == _rows(place, "governance") == 1

    async def test_a_publish_that_is_cancelled_leaves_the_bus_usable(self, place: EmbeddedPlace) -> None:
        received = Received()
        async with running(place.bus()) as bus:
            for _ in range(20):
                publishing = asyncio.create_task(bus.publish(message()))
                await asyncio.sleep(0)
                publishing.cancel()
            sent = message()
            await bus.publish(sent)
            async with consuming(bus, "casework", received.deliver):
                await eventually(lambda: sent in received)

    async def test_waits_for_the_transaction_of_another_process(self, place: EmbeddedPlace) -> None:
        async with running(place.bus()) as bus:
            with closing(sqlite3.connect(place.path, isolation_level=None)) as other:
                other.execute("BEGIN IMMEDIATE")
                publishing = asyncio.create_task(bus.publish(message()))
                done, _ = await asyncio.wait([publishing], timeout=0.1)
                assert not done
                other.execute("COMMIT")
                await publishing

    async def test_cannot_be_used_before_it_is_started(self, tmp_path: Path) -> None:
        with pytest.raises(RuntimeError, match="not started"):
            await EmbeddedBus(tmp_path / "bus.sqlite", SUBSCRIPTIONS).publish(message())


def _rows(place: EmbeddedPlace, consumer: str) -> int:
    with closing(sqlite3.connect(place.path)) as connection:
        [count] = connection.execute("SELECT count(*) FROM messages WHERE consumer = ?", (consumer,)).fetchone()
    return int(count)


def _execute(place: EmbeddedPlace, statement: str) -> None:
    with closing(sqlite3.connect(place.path)) as connection:
        connection.execute(statement)


async def test_all_who_share_a_bus_may_start_it_at_once(tmp_path: Path) -> None:
    bus = EmbeddedBus(tmp_path / "bus.sqlite", SUBSCRIPTIONS)
    sent, received = message(), Received()

    async def start_and_publish() -> None:
        await bus.start()
        await bus.publish(sent)

    await asyncio.gather(*(start_and_publish() for _ in range(8)))
    async with consuming(bus, "casework", received.deliver):
        await eventually(lambda: received)
    await bus.close()
    assert received == [sent]
