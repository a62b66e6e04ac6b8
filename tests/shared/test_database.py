"""What both databases keep of a value, and what a transaction keeps of its work."""

import asyncio
import sqlite3
import threading
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import MetaData, func, select, update
from sqlalchemy.exc import DBAPIError, StatementError
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from shared import outbox
from shared.database import NAMING, TYPES, Database, Hundredths
from shared.problems import database_is_away
from tests.conftest import MakeDatabase
from tests.eventually import eventually
from tests.servers import PostgresServer
from tests.shared.events_made import a_submitted_referral
from tests.shared.started_again import start_again

KATHMANDU = timezone(timedelta(hours=5, minutes=45))


class _Table(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = TYPES


class Kept(_Table):
    __tablename__ = "kept"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime | None]
    amount: Mapped[Decimal | None] = mapped_column(Hundredths)
    count: Mapped[int] = mapped_column(default=0)


@pytest.fixture
async def database(make_database: MakeDatabase) -> AsyncIterator[Database]:
    database = Database(make_database("referrals"))
    async with database.engine.begin() as connection:
        await connection.run_sync(_Table.metadata.create_all)
    yield database
    await database.close()


async def _keep(database: Database, **values: object) -> Kept:
    async with database.begin() as session:
        session.add(row := Kept(**values))
    async with database.read() as session:
        return await session.get_one(Kept, row.id)


@pytest.mark.parametrize(
    "instant",
    [
        datetime(2026, 1, 5, 9, tzinfo=UTC),
        datetime(2026, 7, 5, 9, 0, 0, 123_456, tzinfo=KATHMANDU),
        datetime(1900, 1, 1, tzinfo=UTC),
        datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC),
    ],
    ids=str,
)
async def test_an_instant_comes_back_as_the_same_instant_in_utc(database: Database, instant: datetime) -> None:
    kept = (await _keep(database, at=instant)).at
    assert kept == instant
    assert kept is not None
    assert kept.utcoffset() == timedelta(0)


async def test_an_instant_without_a_zone_is_not_taken(database: Database) -> None:
    with pytest.raises(StatementError, match="time zone"):
        await _keep(database, at=datetime(2026, 1, 5, 9))


async def test_instants_compare_as_instants_whatever_their_zone(database: Database) -> None:
    noon = datetime(2026, 1, 5, 12, tzinfo=UTC)
    await _keep(database, at=noon)
    later = (noon + timedelta(minutes=1)).astimezone(KATHMANDU)
    async with database.read() as session:
        assert await session.scalar(select(func.count()).where(Kept.at < later)) == 1
        assert await session.scalar(select(func.count()).where(Kept.at < noon.astimezone(KATHMANDU))) == 0


@settings(max_examples=30)
@given(amount=st.decimals(-10_000, 10_000, places=2))
def test_an_amount_comes_back_to_the_penny(make_sqlite: MakeDatabase, amount: Decimal) -> None:
    async def keep() -> None:
        database = Database(make_sqlite("referrals"))
        async with database.engine.begin() as connection:
            await connection.run_sync(_Table.metadata.create_all)
        assert (await _keep(database, amount=amount)).amount == amount
        await database.close()

    asyncio.run(keep())


async def test_amounts_add_and_compare_exactly(database: Database) -> None:
    for amount in ("9.60", "0.10", "0.20"):
        await _keep(database, amount=Decimal(amount))
    async with database.read() as session:
        assert await session.scalar(select(func.sum(Kept.amount))) == Decimal("9.90")
        assert await session.scalar(select(func.count()).where(Kept.amount < Decimal("0.30"))) == 2


async def test_counting_up_at_once_loses_no_count(database: Database) -> None:
    row = await _keep(database, count=0)

    async def count_up() -> None:
        async with database.begin() as session:
            found = await session.get_one(Kept, row.id, with_for_update=True)
            found.count += 1

    await asyncio.gather(*(count_up() for _ in range(20)))
    async with database.read() as session:
        assert (await session.get_one(Kept, row.id)).count == 20


async def test_an_exception_undoes_the_whole_transaction(database: Database) -> None:
    async def fail_late() -> None:
        async with database.begin() as session:
            session.add(Kept(id=1))
            await session.flush()
            raise LookupError

    with pytest.raises(LookupError):
        await fail_late()
    async with database.read() as session:
        assert await session.scalar(select(func.count()).select_from(Kept)) == 0


async def test_a_reader_waits_for_no_writer(database: Database) -> None:
    await _keep(database, id=1)
    async with database.begin() as session:
        await session.execute(update(Kept).values(count=7))
        async with asyncio.timeout(5), database.read() as other:
            assert await other.scalar(select(Kept.count)) == 0


async def test_a_reader_sees_one_moment_whatever_is_written_meanwhile(database: Database) -> None:
    """A summary and the page below it are two statements, and agree."""
    await _keep(database, id=1, count=0)
    async with database.read() as session:
        assert await session.scalar(select(Kept.count)) == 0
        async with database.begin() as other:
            await other.execute(update(Kept).values(count=7))
        assert await session.scalar(select(Kept.count)) == 0
    async with database.read() as session:
        assert await session.scalar(select(Kept.count)) == 7


async def test_only_a_transaction_that_was_committed_announces_its_events(database: Database) -> None:
    async with database.begin() as session:
        await outbox.record(session, a_submitted_referral())
        assert not database.outbox_written.is_set()
    assert database.outbox_written.is_set()
    database.outbox_written.clear()
    with pytest.raises(LookupError):
        await _record_and_fail(database)
    await _keep(database)
    assert not database.outbox_written.is_set()


async def _record_and_fail(database: Database) -> None:
    async with database.begin() as session:
        await outbox.record(session, a_submitted_referral())
        raise LookupError


async def test_the_text_of_a_database_error_shows_no_parameters(database: Database) -> None:
    await _keep(database, id=4711)
    with pytest.raises(DBAPIError) as caught:
        await _keep(database, id=4711, at=datetime(1987, 6, 5, tzinfo=UTC))
    assert "1987" not in f"{caught.value} {caught.value!r}"
    assert not database_is_away(caught.value)


@pytest.mark.postgres
async def test_a_database_that_is_down_counts_as_away_and_is_used_again_when_it_is_back(
    mortal_postgres: PostgresServer,
) -> None:
    database = Database(mortal_postgres.url(scheme="postgresql+asyncpg"))
    async with database.engine.begin() as connection:
        await connection.run_sync(_Table.metadata.create_all)
    await _keep(database, id=1)
    mortal_postgres.kill()
    for _ in range(2):  # with a connection in the pool that is dead, and without
        with pytest.raises((DBAPIError, OSError)) as caught:
            await _keep(database)
        assert database_is_away(caught.value)
    await start_again(mortal_postgres)
    assert (await _keep(database, id=2)).id == 2
    await database.close()


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
async def test_writers_of_a_sqlite_file_come_in_turn(database: Database) -> None:
    done: list[int] = []

    async def write(number: int) -> None:
        async with database.begin() as session:
            session.add(Kept(count=number))
            await session.flush()
            done.append(number)

    await asyncio.gather(*(write(number) for number in range(12)))
    assert done == list(range(12))


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
async def test_closing_waits_for_a_connection_that_was_given_up_in_the_middle_of_its_work(database: Database) -> None:
    with closing(sqlite3.connect(str(database.url.database), isolation_level=None, check_same_thread=False)) as other:
        other.execute("BEGIN IMMEDIATE")
        [at_work] = [each for each in threading.enumerate() if "_connection_worker_thread" in each.name]
        waiting = asyncio.create_task(_keep(database, count=1))
        await eventually(lambda: "Checked out connections: 1" in database.engine.pool.status())
        asyncio.get_running_loop().call_later(0.2, other.execute, "ROLLBACK")
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        await database.close()
        assert not at_work.is_alive()
