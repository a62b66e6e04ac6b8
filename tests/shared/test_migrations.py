"""Every service's migrations: up, in step with the models, down to nothing and up again, on both databases."""

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import inspect, text

from shared.database import Database
from shared.migrations import check, migrate
from shared.settings import SERVICES
from tests.conftest import MakeEmpty
from tests.shared.command_line import run_command

SEQUENCES_AND_FUNCTIONS = """
    SELECT count(*) FROM (
        SELECT oid FROM pg_class WHERE relkind = 'S' AND relnamespace = 'public'::regnamespace
        UNION ALL SELECT oid FROM pg_proc WHERE pronamespace = 'public'::regnamespace
        UNION ALL SELECT oid FROM pg_type WHERE typtype = 'e' AND typnamespace = 'public'::regnamespace
    ) AS left_behind
"""


async def _tables(url: str) -> set[str]:
    database = Database(url)
    async with database.engine.connect() as connection:
        names = await connection.run_sync(lambda bound: inspect(bound).get_table_names())
    await database.close()
    return set(names)


async def _number_left_behind(url: str) -> int:
    """On PostgreSQL a table is not all that a migration may leave."""
    database = Database(url)
    async with database.engine.connect() as connection:
        left = 0 if database.is_sqlite else (await connection.execute(text(SEQUENCES_AND_FUNCTIONS))).scalar_one()
    await database.close()
    return int(left)


@pytest.mark.parametrize("service", SERVICES)
async def test_up_is_what_the_models_say_and_down_leaves_nothing(make_empty: MakeEmpty, service: str) -> None:
    url = make_empty()
    await migrate(service, url)
    await check(service, url)
    there = await _tables(url)
    assert {"outbox", "inbox", "audit", "audit_seals", "idempotency_keys", "event_sequences"} < there
    await migrate(service, url, "base")
    assert await _tables(url) == {"alembic_version"}
    assert await _number_left_behind(url) == 0
    await migrate(service, url)
    await check(service, url)
    assert await _tables(url) == there


async def test_check_names_where_the_models_and_the_database_differ(make_empty: MakeEmpty) -> None:
    url = make_empty()
    await migrate("referrals", url)
    database = Database(url)
    async with database.engine.begin() as connection:
        await connection.exec_driver_sql("DROP INDEX ix_outbox_published_at")
    await database.close()
    with pytest.raises(Exception, match="ix_outbox_published_at"):
        await check("referrals", url)


async def test_a_migration_that_is_done_is_not_done_again(make_empty: MakeEmpty) -> None:
    url = make_empty()
    await migrate("referrals", url)
    database = Database(url)
    async with database.engine.begin() as connection:
        await connection.exec_driver_sql("INSERT INTO event_sequences (subject, last) VALUES ('kept', 7)")
    await migrate("referrals", url)
    async with database.engine.connect() as connection:
        assert (await connection.execute(text("SELECT last FROM event_sequences"))).scalars().all() == [7]
    await database.close()


async def test_processes_that_migrate_at_once_do_it_one_after_the_other(make_empty: MakeEmpty, tmp_path: Path) -> None:
    url = make_empty()
    ran = await asyncio.gather(
        *(run_command("migrate", "referrals", data_dir=tmp_path, REFERRALS_DATABASE_URL=url) for _ in range(2))
    )
    assert [each.returncode for each in ran] == [0, 0], [each.stderr for each in ran]
    await check("referrals", url)
