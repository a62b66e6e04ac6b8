"""One database per service: PostgreSQL through asyncpg, or a SQLite file; the same models and migrations on both."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from threading import Thread
from typing import Any
from weakref import WeakSet

from sqlalchemy import JSON, DateTime, Dialect, Integer, MetaData, TypeDecorator, event, make_url
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.pool import ConnectionPoolEntry

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcDateTime(TypeDecorator[datetime]):
    """An aware instant, always in UTC; SQLite, which knows no zones, keeps the bare UTC time."""

    impl = DateTime(timezone=True)
    cache_ok = True

    @property
    def python_type(self) -> type[datetime]:
        return datetime

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value and value.replace(tzinfo=UTC) if dialect.name == "sqlite" else value


class Hundredths(TypeDecorator[Decimal]):
    """A decimal with two places, kept as a whole number so that both databases add and compare it exactly."""

    impl = Integer
    cache_ok = True

    @property
    def python_type(self) -> type[Decimal]:
        return Decimal

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> int | None:
        return None if value is None else int(value * 100)

    def process_result_value(self, value: int | None, dialect: Dialect) -> Decimal | None:
        return None if value is None else Decimal(value) / 100


# Without recursive triggers `INSERT OR REPLACE` would remove a row past the trigger that guards the audit.
PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=20000", "recursive_triggers=ON")

Json = JSON().with_variant(postgresql.JSONB(), "postgresql")
TYPES: dict[Any, Any] = {
    datetime: UtcDateTime(),
    **dict.fromkeys((dict[str, Any], list[str], list[list[str]], list[dict[str, Any]]), Json),
}


def insert_into(session: AsyncSession, table: type[DeclarativeBase]) -> postgresql.Insert | sqlite.Insert:
    """An INSERT that knows `ON CONFLICT`, in the dialect of this session's database."""
    if session.get_bind().dialect.name == "postgresql":
        return postgresql.insert(table)
    return sqlite.insert(table)


class SharedTable(DeclarativeBase):
    """The tables that every service's database has: outbox, inbox, audit, idempotency keys."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = TYPES


class Database:
    """An engine and the two ways to use it. A transaction is one request, one delivery or one turn of a timer."""

    def __init__(self, url: str) -> None:
        self.url = make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.outbox_written = asyncio.Event()
        self._threads: WeakSet[Thread] = WeakSet()
        # SQLite has one writer, and lets those who wait for it try again by chance: here they come in turn.
        self._turn: AbstractAsyncContextManager[None] = asyncio.Lock() if self.is_sqlite else nullcontext()
        if self.is_sqlite:
            Path(self.url.database or "").parent.mkdir(parents=True, exist_ok=True)
            options: dict[str, Any] = {"connect_args": {"timeout": 20}}
        else:
            options = {"pool_size": 10, "pool_pre_ping": True, "pool_timeout": 10}
            options["connect_args"] = {"timeout": 5, "command_timeout": 30}
        # Parameters hold people's data and would stand in the text of every database error.
        self.engine = create_async_engine(self.url, hide_parameters=True, **options)
        if self.is_sqlite:
            event.listen(self.engine.sync_engine, "connect", _prepare_sqlite)
            event.listen(self.engine.sync_engine, "connect", self._remember_thread)
            event.listen(self.engine.sync_engine, "begin", _begin_sqlite)
        self._writing = async_sessionmaker(self.engine, expire_on_commit=False)
        # On PostgreSQL as on SQLite a reader sees one moment: a page and the sums over it agree.
        moment = {} if self.is_sqlite else {"isolation_level": "REPEATABLE READ"}
        reading = self.engine.execution_options(read_only=True, **moment)
        self._reading = async_sessionmaker(reading, expire_on_commit=False)

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[AsyncSession]:
        """One transaction that may write: committed at the end of the block, undone by any exception."""
        async with self._turn, self._writing.begin() as session:
            yield session
        if session.info.get("outbox_written"):
            self.outbox_written.set()

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncSession]:
        """One transaction that only reads, all of it as it stood at one moment; it waits for no writer."""
        async with self._reading() as session:
            yield session

    def _remember_thread(self, connection: Any, record: ConnectionPoolEntry) -> None:
        self._threads.add(connection.driver_connection._thread)

    async def close(self) -> None:
        await self.engine.dispose()
        # A connection that was given up in the middle of its work calls the loop when it ends, later: the loop waits.
        await asyncio.gather(*(asyncio.to_thread(thread.join, 20) for thread in self._threads))


def _prepare_sqlite(connection: DBAPIConnection, record: ConnectionPoolEntry) -> None:
    # The driver's own transactions begin at the first write and lose updates; ours begin in `_begin_sqlite`.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Any) -> None:
    read_only = connection.get_execution_options().get("read_only", False)
    connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")
