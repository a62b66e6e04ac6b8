"""Publishes what is in the outbox, one relay per service, woken by the commit and by a sweep every second."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import asyncpg
import structlog
from sqlalchemy import select, update

from shared import clock
from shared.bus.interface import Bus, Message
from shared.database import Database
from shared.outbox import CHANNEL, OutboxRow

BATCH = 100
SWEEP_SECONDS = 1.0
RELAY_LOCK = 7_264_001
"""The PostgreSQL advisory lock that the one active relay of a database holds."""

log = structlog.get_logger()


async def publish_batch(database: Database, bus: Bus) -> int:
    """Publish the oldest unpublished events and mark those that the bus confirmed; returns how many.

    A death between the two publishes an event twice, which its consumers take once. Raises when the bus is away; a
    message that it does refuse waits for the next sweep and stops no other.
    """
    async with database.read() as session:
        found = await session.scalars(
            select(OutboxRow).where(OutboxRow.published_at.is_(None)).order_by(OutboxRow.id).limit(BATCH)
        )
        rows = found.all()
    results = await asyncio.gather(
        *(bus.publish(Message(row.event_id, row.type, row.envelope)) for row in rows), return_exceptions=True
    )
    confirmed = [row.id for row, result in zip(rows, results, strict=True) if result is None]
    failures = [result for result in results if isinstance(result, BaseException)]
    if confirmed:
        async with database.begin() as session:
            await session.execute(update(OutboxRow).where(OutboxRow.id.in_(confirmed)).values(published_at=clock.now()))
    for failure in failures[:1]:
        log.warning("publish_failed", error=type(failure).__name__, count=len(failures))
        if isinstance(failure, OSError) and not confirmed:
            raise failure
    return len(confirmed)


async def relay(database: Database, bus: Bus) -> None:
    """Publish for ever; raises when the database or the bus is away, and is then started again by its keeper."""
    async with _only_relay_of(database) as (woken, listener):
        await bus.start()
        while listener is None or not listener.is_closed():
            woken.clear()
            if await publish_batch(database, bus) == BATCH:
                continue
            with suppress(TimeoutError):  # the sweep: a wake-up may have been lost
                await asyncio.wait_for(woken.wait(), SWEEP_SECONDS)
    raise ConnectionError("the relay's own connection was closed")


@asynccontextmanager
async def _only_relay_of(
    database: Database,
) -> AsyncIterator[tuple[asyncio.Event, asyncpg.Connection | None]]:
    """Hold the right to relay for this database; yields what wakes it, and the connection that holds the right."""
    if database.is_sqlite:
        yield database.outbox_written, None
        return
    woken = asyncio.Event()
    connection = await asyncpg.connect(
        database.url.set(drivername="postgresql").render_as_string(hide_password=False), timeout=5
    )
    try:
        while not await connection.fetchval("SELECT pg_try_advisory_lock($1)", RELAY_LOCK):
            await asyncio.sleep(SWEEP_SECONDS)
        await connection.add_listener(CHANNEL, lambda *_: woken.set())
        yield woken, connection
    finally:
        await connection.close(timeout=2)
