"""Every service's migrations: up, in step with the models, down to nothing and up again, on both databases."""

import asyncio
from pathlib import Path
from textwrap import dedent

import pytest
from sqlalchemy import inspect, text
from sqlalchemy.exc import IntegrityError

from shared import migrations
from shared.database import Database
from shared.migrations import ForeignKeysBroken, check, migrate
from shared.seeds import Seeded, seed
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
        *(run_command("migrate", "governance", data_dir=tmp_path, GOVERNANCE_DATABASE_URL=url) for _ in range(2))
    )
    assert [each.returncode for each in ran] == [0, 0], [each.stderr for each in ran]
    await check("governance", url)
    assert await seed("governance", url) == Seeded()


MADE_UP = {
    "env.py": """
        from sqlalchemy import MetaData
        from shared.migrations import run_env
        run_env(MetaData())
    """,
    "versions/0001_a_family_and_its_child.py": """
        import sqlalchemy as sa
        from alembic import op
        revision, down_revision = "0001", None
        def upgrade():
            op.create_table("families", sa.Column("id", sa.Integer, primary_key=True), sa.Column("area", sa.Text))
            family = sa.ForeignKeyConstraint(["family_id"], ["families.id"], name="fk_children_family_id")
            op.create_table("children", sa.Column("family_id", sa.Integer, primary_key=True), family)
            op.execute("INSERT INTO families (id, area) VALUES (1, 'south')")
            op.execute("INSERT INTO children (family_id) VALUES (1)")
    """,
    "versions/0002_every_family_has_an_area.py": """
        import sqlalchemy as sa
        from alembic import op
        revision, down_revision = "0002", "0001"
        def upgrade():
            with op.batch_alter_table("families") as families:
                families.alter_column("area", existing_type=sa.Text, nullable=False)
    """,
    "versions/0003_a_family_is_lost.py": """
        from alembic import op
        revision, down_revision = "0003", "0002"
        def upgrade():
            op.execute("DELETE FROM families")
    """,
}


@pytest.fixture
def made_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A service of that name with three migrations; the third leaves a row that refers to nothing."""
    for name, code in MADE_UP.items():
        path = tmp_path / "services" / "made_up" / "migrations" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(code), encoding="utf-8")
    monkeypatch.setattr(migrations, "ROOT", tmp_path)


async def test_a_table_with_rows_that_others_refer_to_is_changed_and_keeps_them(
    made_up: None, make_empty: MakeEmpty
) -> None:
    url = make_empty()
    await migrate("made_up", url, "0001")
    await migrate("made_up", url, "0002")
    with pytest.raises((ForeignKeysBroken, IntegrityError)):
        await migrate("made_up", url)
    database = Database(url)
    async with database.engine.connect() as connection:
        assert (await connection.execute(text("SELECT id, area FROM families"))).all() == [(1, "south")]
        assert (await connection.execute(text("SELECT family_id FROM children"))).all() == [(1,)]
        assert (await connection.execute(text("SELECT * FROM alembic_version"))).scalars().all() == ["0002"]
    await database.close()
