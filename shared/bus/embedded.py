"""The bus of the one-process suite: a table of messages per consumer in one SQLite file."""

import asyncio
import contextlib
import sqlite3
import time
from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import NamedTuple, TypeVar

import structlog

from shared.bus.interface import (
    RETRY_AFTER,
    DeadLetter,
    Deliver,
    Message,
    Subscriptions,
    next_attempt_after,
)

log = structlog.get_logger()

AT_ONCE = 8
"""How many deliveries to one consumer are under way at the same time."""
SWEEP_EVERY = 1.0
"""Seconds after which the table is read unasked: another process may have published or replayed."""
WAIT_FOR_LOCK = 30.0
"""Seconds that a writer waits for another process's transaction."""

# A dead letter is a row without a next attempt.
SCHEMA = """
CREATE TABLE IF NOT EXISTS messages (
    id INTEGER PRIMARY KEY,
    consumer TEXT NOT NULL,
    event_id TEXT NOT NULL,
    type TEXT NOT NULL,
    body BLOB NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    next_attempt_at REAL,
    failed_at REAL,
    error TEXT,
    UNIQUE (consumer, event_id)
);
CREATE INDEX IF NOT EXISTS ix_messages_due ON messages (consumer, next_attempt_at, id);
"""
INSERT = """
INSERT INTO messages (consumer, event_id, type, body, next_attempt_at) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (consumer, event_id) DO NOTHING
"""
NEXT = """
SELECT id, event_id, type, body, attempts, next_attempt_at FROM messages
WHERE consumer = ? AND next_attempt_at IS NOT NULL ORDER BY next_attempt_at, id LIMIT ?
"""
FAIL = "UPDATE messages SET attempts = ?, next_attempt_at = ?, failed_at = ?, error = ? WHERE id = ?"
DEAD = """
SELECT event_id, type, body, attempts, failed_at, error FROM messages
WHERE consumer = ? AND next_attempt_at IS NULL ORDER BY failed_at, id LIMIT ?
"""
REPLAY = """
UPDATE messages SET attempts = 0, next_attempt_at = ?, failed_at = NULL, error = NULL
WHERE consumer = ? AND event_id = ? AND next_attempt_at IS NULL
"""

T = TypeVar("T")


class _Queued(NamedTuple):
    id: int
    message: Message
    attempts: int
    due: float


class EmbeddedBus:
    """Keeps every message on disk until it is delivered, so that nothing is lost when the process is killed.

    All statements run one after the other in a thread that owns the connection. A caller that is cancelled
    stops waiting for its transaction and cannot leave it half done.
    """

    def __init__(
        self, path: Path, subscriptions: Subscriptions, retry_after: tuple[timedelta, ...] = RETRY_AFTER
    ) -> None:
        self._path = path
        self._subscriptions = subscriptions
        self._retry_after = retry_after
        self._wake = {consumer: asyncio.Event() for consumer in subscriptions}
        self._starting = asyncio.Lock()
        self._thread: ThreadPoolExecutor | None = None
        self._connection: sqlite3.Connection | None = None

    async def start(self) -> None:
        """Open the file, creating it and its table where they do not exist; once, however many share the bus."""
        async with self._starting:
            if self._connection is not None:
                return
            self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="embedded-bus")
            self._connection = await asyncio.get_running_loop().run_in_executor(self._thread, _open, self._path)

    async def close(self) -> None:
        """Close the file; what is not delivered waits in it."""
        if self._connection is not None:
            await self._run(sqlite3.Connection.close)
            self._connection = None
        if self._thread is not None:
            self._thread.shutdown()
            self._thread = None

    async def publish(self, message: Message) -> None:
        """Queue the message for every subscriber in one transaction.

        One that a consumer has still before it, or as a dead letter, is not queued for it a second time.
        """
        consumers = [consumer for consumer, types in self._subscriptions.items() if message.type in types]
        if consumers:
            await self._run(partial(_insert, consumers=consumers, message=message))
        for consumer in consumers:
            self._wake[consumer].set()

    async def subscribe(self, consumer: str, deliver: Deliver) -> None:
        """Deliver what is due, the longest due first and several at once, until cancelled."""
        wake = self._wake[consumer]
        busy: set[int] = set()

        def done(queued: _Queued, _: asyncio.Task[None]) -> None:
            busy.discard(queued.id)
            wake.set()

        async with asyncio.TaskGroup() as deliveries:
            while True:
                wake.clear()
                waiting = await self._waiting(consumer, busy)
                now = time.time()
                for queued in (each for each in waiting if each.due <= now):
                    busy.add(queued.id)
                    task = deliveries.create_task(self._attempt(consumer, queued, deliver))
                    task.add_done_callback(partial(done, queued))
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(_pause(waiting, now)):
                        await wake.wait()

    async def dead_letters(self, consumer: str, limit: int = 200) -> list[DeadLetter]:
        """The oldest dead letters of this consumer."""
        return await self._run(partial(_dead_letters, consumer=consumer, limit=limit))

    async def replay(self, consumer: str, event_id: str) -> bool:
        """Make the dead letter due now, as if it had never been tried."""
        replayed = await self._run(partial(_write, sql=REPLAY, values=(time.time(), consumer, event_id)))
        if replayed:
            self._wake[consumer].set()
        return replayed > 0

    async def _waiting(self, consumer: str, busy: Collection[int]) -> list[_Queued]:
        """The next messages that are not being delivered already, as many as may be."""
        try:
            rows = await self._run(partial(_next, consumer=consumer, limit=AT_ONCE + len(busy)))
        except sqlite3.OperationalError as error:
            # The disk is full or another process holds the file: the messages stay where they are.
            log.error("bus_not_readable", consumer=consumer, error=type(error).__name__)
            return []
        return [queued for queued in rows if queued.id not in busy][: AT_ONCE - len(busy)]

    async def _attempt(self, consumer: str, queued: _Queued, deliver: Deliver) -> None:
        try:
            await deliver(queued.message)
        except Exception as error:
            write = partial(_write, sql=FAIL, values=self._failure(consumer, queued, error))
        else:
            write = partial(_write, sql="DELETE FROM messages WHERE id = ?", values=(queued.id,))
        try:
            await self._run(write)
        except sqlite3.OperationalError as error:
            # The row is unchanged and so will be delivered again; not at once, lest it go round and round.
            log.error("bus_not_writable", consumer=consumer, error=type(error).__name__)
            await asyncio.sleep(SWEEP_EVERY)

    def _failure(self, consumer: str, queued: _Queued, error: Exception) -> tuple[int, float | None, float, str, int]:
        attempt, now, kind = queued.attempts + 1, time.time(), type(error).__name__
        wait = next_attempt_after(attempt, error, self._retry_after)
        log.warning(
            "dead_letter" if wait is None else "delivery_failed",
            consumer=consumer,
            event_id=queued.message.event_id,
            event_type=queued.message.type,
            attempt=attempt,
            error=kind,
        )
        next_attempt_at = None if wait is None else now + wait.total_seconds()
        return attempt, next_attempt_at, now, kind, queued.id

    async def _run(self, work: Callable[[sqlite3.Connection], T]) -> T:
        if self._thread is None or self._connection is None:
            raise RuntimeError("the bus is not started")
        return await asyncio.get_running_loop().run_in_executor(self._thread, work, self._connection)


def _open(path: Path) -> sqlite3.Connection:
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(path, timeout=WAIT_FOR_LOCK, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    # In WAL the default for many builds is NORMAL, which may lose the last transactions with the power.
    connection.execute("PRAGMA synchronous = FULL")
    connection.executescript(SCHEMA)
    return connection


def _pause(waiting: Collection[_Queued], now: float) -> float:
    """Until the next one falls due, and never longer than a sweep."""
    return min([SWEEP_EVERY, *(queued.due - now for queued in waiting if queued.due > now)])


def _write(connection: sqlite3.Connection, sql: str, values: tuple[object, ...]) -> int:
    return connection.execute(sql, values).rowcount


def _insert(connection: sqlite3.Connection, consumers: Collection[str], message: Message) -> None:
    now = time.time()
    connection.execute("BEGIN IMMEDIATE")
    try:
        for consumer in consumers:
            connection.execute(INSERT, (consumer, message.event_id, message.type, message.body, now))
        connection.execute("COMMIT")
    except BaseException:
        connection.rollback()
        raise


def _next(connection: sqlite3.Connection, consumer: str, limit: int) -> list[_Queued]:
    return [
        _Queued(id, Message(event_id, type, body), attempts, due)
        for id, event_id, type, body, attempts, due in connection.execute(NEXT, (consumer, limit))
    ]


def _dead_letters(connection: sqlite3.Connection, consumer: str, limit: int) -> list[DeadLetter]:
    return [
        DeadLetter(consumer, Message(event_id, type, body), attempts, datetime.fromtimestamp(failed_at, UTC), error)
        for event_id, type, body, attempts, failed_at, error in connection.execute(DEAD, (consumer, limit))
    ]
