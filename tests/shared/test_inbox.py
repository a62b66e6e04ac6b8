"""An event has its effect once, however often and however near together it comes."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import func, select

from shared import inbox, outbox
from shared.bus.interface import Message
from shared.database import Database
from shared.inbox import AlreadyTaken, InboxRow
from shared.outbox import OutboxRow
from tests.conftest import MakeDatabase
from tests.shared.events_made import a_submitted_referral

MESSAGE = Message("an-event", "referrals.referral.accepted.v1", b'{"id": "an-event"}')


@pytest.fixture
async def database(make_database: MakeDatabase) -> AsyncIterator[Database]:
    database = Database(make_database("casework"))
    yield database
    await database.close()


async def _take(database: Database, pause: asyncio.Event | None = None) -> None:
    """Has an effect that can be counted: an event of its own."""
    async with inbox.take(database, MESSAGE) as session:
        await outbox.record(session, a_submitted_referral())
        if pause:
            await pause.wait()


async def _fail(database: Database) -> None:
    async with inbox.take(database, MESSAGE) as session:
        await outbox.record(session, a_submitted_referral())
        raise LookupError


async def _effects(database: Database) -> tuple[int, int]:
    async with database.read() as session:
        inbox_rows = await session.scalar(select(func.count()).select_from(InboxRow))
        outbox_rows = await session.scalar(select(func.count()).select_from(OutboxRow))
    return inbox_rows or 0, outbox_rows or 0


async def test_the_second_time_there_is_nothing_to_do(database: Database) -> None:
    assert not await inbox.was_taken(database, MESSAGE.event_id)
    await _take(database)
    assert await inbox.was_taken(database, MESSAGE.event_id)
    with pytest.raises(AlreadyTaken):
        await _take(database)
    assert await _effects(database) == (1, 1)


async def test_the_envelope_is_kept_byte_for_byte(database: Database) -> None:
    await _take(database)
    async with database.read() as session:
        row = await session.get_one(InboxRow, MESSAGE.event_id)
    assert (row.type, row.envelope) == (MESSAGE.type, MESSAGE.body)


async def test_of_many_deliveries_at_one_moment_one_has_its_effect(database: Database) -> None:
    outcomes = await asyncio.gather(*(_take(database) for _ in range(8)), return_exceptions=True)
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["AlreadyTaken"] * 7 + ["NoneType"]
    assert await _effects(database) == (1, 1)


async def test_a_reaction_that_fails_leaves_nothing_and_the_next_has_its_effect(database: Database) -> None:
    with pytest.raises(LookupError):
        await _fail(database)
    assert await _effects(database) == (0, 0)
    await _take(database)
    assert await _effects(database) == (1, 1)


async def test_a_delivery_that_waits_for_another_has_its_effect_when_that_one_fails(database: Database) -> None:
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def fail_slowly() -> None:
        async with inbox.take(database, MESSAGE):
            begun.set()
            await go_on.wait()
            raise LookupError

    first = asyncio.create_task(fail_slowly())
    await begun.wait()
    second = asyncio.create_task(_take(database))
    done, _ = await asyncio.wait([second], timeout=0.2)
    assert not done
    go_on.set()
    with pytest.raises(LookupError):
        await first
    await second
    assert await _effects(database) == (1, 1)


async def test_a_delivery_that_is_cancelled_leaves_nothing(database: Database) -> None:
    taking = asyncio.create_task(_take(database, pause=asyncio.Event()))
    await asyncio.wait([taking], timeout=0.2)
    taking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await taking
    assert await _effects(database) == (0, 0)
    await _take(database)
