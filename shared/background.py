"""What runs beside a service's API: its relay, its consumers and its timers, each kept going until it is cancelled."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from shared import audit, clock, inbox, relay
from shared.bus.embedded import EmbeddedBus
from shared.bus.interface import Bus, Message, NotNow
from shared.bus.rabbitmq import RabbitMQBus
from shared.contracts.event import Envelope, Event, Received
from shared.contracts.registry import SUBSCRIPTIONS
from shared.database import Database
from shared.idempotency import forget_old_answers
from shared.inbox import InboxRow
from shared.outbox import OutboxRow
from shared.problems import database_is_away
from shared.service_client import ServiceClient
from shared.settings import Settings
from shared.telemetry import correlation_id, kind_of, traceparent

PUBLISHED_KEPT_FOR = timedelta(days=30)
TAKEN_KEPT_FOR = timedelta(days=90)
REMOVED_AT_ONCE = 1_000
BEAT_SECONDS = 5.0
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 15.0

log = structlog.get_logger()


@dataclass(frozen=True)
class Work:
    """What a reaction has at hand for one delivery."""

    database: Database
    client: ServiceClient
    message: Message

    def take(self) -> AbstractAsyncContextManager[AsyncSession]:
        """The one transaction of this event; raises AlreadyTaken where it has had its effect."""
        return inbox.take(self.database, self.message)


Reaction = Callable[[Received[Any], Work], Awaitable[None]]
Reactions = Mapping[type[Event], Reaction]


@dataclass(frozen=True)
class Timer:
    """Something done again and again: `turn` does a bounded piece in one transaction and returns how much that was.

    What is due is read from the database each time, so that a restart forgets nothing.
    """

    name: str
    every: timedelta
    turn: Callable[[AsyncSession], Awaitable[int]]


async def _forget_old_events(session: AsyncSession) -> int:
    removed = 0
    for table, column, kept_for in (
        (OutboxRow, OutboxRow.published_at, PUBLISHED_KEPT_FOR),
        (InboxRow, InboxRow.received_at, TAKEN_KEPT_FOR),
    ):
        key: Any = OutboxRow.event_id if table is OutboxRow else InboxRow.event_id
        old = select(key).where(column < clock.now() - kept_for).limit(REMOVED_AT_ONCE)
        result: Any = await session.execute(delete(table).where(key.in_(old)))
        removed += result.rowcount
    return removed


TIMERS_OF_EVERY_SERVICE = (
    Timer("seal_audit", timedelta(seconds=10), audit.seal),
    Timer("forget_old_answers", timedelta(hours=1), forget_old_answers),
    Timer("forget_old_events", timedelta(hours=1), _forget_old_events),
)


def bus_of(settings: Settings) -> Bus:
    if settings.broker_url:
        return RabbitMQBus(settings.broker_url, SUBSCRIPTIONS)
    return EmbeddedBus(settings.data_dir / "bus.sqlite", SUBSCRIPTIONS)


async def run(
    service: str,
    database: Database,
    bus: Bus,
    client: ServiceClient,
    reactions: Reactions,
    timers: Sequence[Timer],
    heartbeat_file: Path | None = None,
) -> None:
    """Run everything that goes on beside the API of one service, until cancelled."""
    async with asyncio.TaskGroup() as tasks:
        if heartbeat_file:
            tasks.create_task(_beat(heartbeat_file))
        tasks.create_task(_keep_going(service, "relay", lambda: relay.relay(database, bus)))
        if reactions:
            tasks.create_task(
                _keep_going(service, "consumer", lambda: _consume(service, database, bus, client, reactions))
            )
        for timer in (*TIMERS_OF_EVERY_SERVICE, *timers):
            tasks.create_task(_keep_going(service, timer.name, partial(_turn_for_ever, database, timer)))


async def _beat(file: Path) -> None:
    """Touch a file as long as this process gets round to it: what watches from outside sees one that hangs."""
    while True:
        await asyncio.to_thread(file.touch)
        await asyncio.sleep(BEAT_SECONDS)


async def _keep_going(service: str, loop: str, start: Callable[[], Awaitable[None]]) -> None:
    """Start a loop anew whenever it fails, after a pause that grows: what it depends on may be away for long."""
    pause = FIRST_PAUSE
    while True:
        began = asyncio.get_running_loop().time()
        try:
            await start()
        except Exception as error:
            log.warning("loop_failed", service=service, loop=loop, error=kind_of(error), seconds=pause)
        if asyncio.get_running_loop().time() - began > LONGEST_PAUSE:
            pause = FIRST_PAUSE
        await asyncio.sleep(pause)
        pause = min(pause * 2, LONGEST_PAUSE)


async def _consume(service: str, database: Database, bus: Bus, client: ServiceClient, reactions: Reactions) -> None:
    by_type = {event.TYPE: (event, reaction) for event, reaction in reactions.items()}

    async def deliver(message: Message) -> None:
        try:
            if message.type in by_type and not await inbox.was_taken(database, message.event_id):
                event, reaction = by_type[message.type]
                await react(message, event, reaction, Work(database, client, message))
        except Exception as error:
            if database_is_away(error):
                raise NotNow(f"{service}'s database") from error  # an outage of hours makes no dead letters
            raise

    await bus.start()
    await bus.subscribe(service, deliver)


async def react(message: Message, event: type[Event], reaction: Reaction, work: Work) -> None:
    """Give one delivery to its reaction; an event that has had its effect counts as dealt with."""
    envelope = Envelope.model_validate_json(message.body)
    correlation_id.set(envelope.correlationid)
    traceparent.set(envelope.traceparent)
    data = event.model_validate(envelope.data)
    try:
        await reaction(Received(envelope.id, envelope.time, envelope.sequence, data), work)
    except inbox.AlreadyTaken:
        log.info("event_came_again", event_id=message.event_id, event_type=message.type)


async def _turn_for_ever(database: Database, timer: Timer) -> None:
    while True:
        while await _one_turn(database, timer):
            pass
        await asyncio.sleep(timer.every.total_seconds())


async def _one_turn(database: Database, timer: Timer) -> int:
    async with database.begin() as session:
        if not database.is_sqlite:
            mine = await session.scalar(select(func.pg_try_advisory_xact_lock(func.hashtext(timer.name))))
            if not mine:
                return 0  # another process of this service is at it
        return await timer.turn(session)
