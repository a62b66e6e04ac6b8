"""The audit: in the transaction of what it records, only ever added to, and chained so that a change shows."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import make_url, select
from sqlalchemy.exc import DBAPIError

from shared import audit, clock
from shared.audit import AuditRow, AuditSeal, first_broken_seal, seal
from shared.auth import Actor, Role
from shared.database import Database
from shared.migrations import grant
from shared.telemetry import correlation_id
from tests.conftest import MakeDatabase
from tests.service_under_test import ServiceUnderTest
from tests.services.referrals.referrals_sent import a_referral
from tests.shared.command_line import run_command

MARIA = Actor("maria", frozenset({Role.MASH_MANAGER, Role.ADMINISTRATOR}))
TAMPERING = [
    "UPDATE audit SET subject = 'noel' WHERE id = 3",
    "UPDATE audit SET roles = '[\"administrator\"]' WHERE id = 3",
    "UPDATE audit SET action = 'referral_look' WHERE id = 3",
    "UPDATE audit SET entity = 'child' WHERE id = 3",
    "UPDATE audit SET entity_id = 'another' WHERE id = 3",
    "UPDATE audit SET reason = NULL WHERE id = 3",
    "UPDATE audit SET facts = '{\"level\": 1}' WHERE id = 3",
    "UPDATE audit SET correlation_id = 'another' WHERE id = 3",
    "UPDATE audit SET at = '1999-01-01 00:00:00+00' WHERE id = 3",
    "UPDATE audit_seals SET digest = (SELECT digest FROM audit_seals WHERE position = 1) WHERE position = 3",
    "DELETE FROM audit_seals WHERE position = 3",
]


@pytest.fixture
async def database(make_database: MakeDatabase) -> AsyncIterator[Database]:
    database = Database(make_database("referrals"))
    yield database
    await database.close()


async def _record(database: Database, *ids: int) -> None:
    """A row for each of these numbers, or one with the next number."""
    async with database.begin() as session:
        for id in ids or (None,):
            audit.record(session, MARIA, "referral_decide", "referral", uuid4(), reason="why", level=3)
            for row in session.new:
                if isinstance(row, AuditRow) and row.id is None and id is not None:
                    row.id = id


async def _seal(database: Database) -> int:
    async with database.begin() as session:
        return await seal(session)


async def _broken(database: Database) -> int | None:
    async with database.read() as session:
        return await first_broken_seal(session)


async def _sealed_ids(database: Database) -> list[int]:
    async with database.read() as session:
        return list((await session.scalars(select(AuditSeal.audit_id).order_by(AuditSeal.position))).all())


async def _execute(database: Database, *statements: str) -> None:
    async with database.engine.begin() as connection:
        for statement in statements:
            await connection.exec_driver_sql(statement)


async def _take_the_guard_away(database: Database) -> None:
    """As somebody can who owns the tables."""
    for table in ("audit", "audit_seals"):
        if database.is_sqlite:
            await _execute(database, f"DROP TRIGGER {table}_no_update", f"DROP TRIGGER {table}_no_delete")
        else:
            await _execute(database, f"ALTER TABLE {table} DISABLE TRIGGER {table}_append_only")


class TestRecording:
    async def test_a_row_says_who_did_what_to_which_record_and_in_which_request(self, database: Database) -> None:
        before, entity_id = clock.now(), uuid4()
        token = correlation_id.set("a-request-of-hers")
        async with database.begin() as session:
            audit.record(session, MARIA, "referral_look", "referral", entity_id, reason="strategy discussion", level=3)
        correlation_id.reset(token)
        async with database.read() as session:
            row = (await session.scalars(select(AuditRow))).one()
        assert before <= row.at <= clock.now()
        assert (row.subject, row.roles) == ("maria", ["administrator", "mash_manager"])
        assert (row.action, row.entity, row.entity_id) == ("referral_look", "referral", str(entity_id))
        assert (row.reason, row.facts, row.correlation_id) == ("strategy discussion", {"level": 3}, "a-request-of-hers")

    async def test_a_row_goes_when_the_change_that_it_tells_of_is_undone(self, database: Database) -> None:
        with pytest.raises(LookupError):
            await self._record_and_fail(database)
        async with database.read() as session:
            assert (await session.scalars(select(AuditRow))).all() == []

    async def _record_and_fail(self, database: Database) -> None:
        async with database.begin() as session:
            audit.record(session, MARIA, "referral_decide", "referral", uuid4())
            await session.flush()
            raise LookupError


class TestAddingOnly:
    @pytest.mark.parametrize("table", ["audit", "audit_seals"])
    @pytest.mark.parametrize(
        "deed", ["UPDATE {} SET {} = 7", "DELETE FROM {}", "DELETE FROM {} WHERE {} = 1", "TRUNCATE {} CASCADE"]
    )
    async def test_whoever_asks_nothing_is_changed_or_removed(self, database: Database, table: str, deed: str) -> None:
        if database.is_sqlite and deed.startswith("TRUNCATE"):
            pytest.skip("SQLite has no TRUNCATE")
        await _record(database)
        await _seal(database)
        statement = deed.format(table, "id" if table == "audit" else "position")
        with pytest.raises(DBAPIError, match="append-only"):
            await _execute(database, statement)
        assert await _sealed_ids(database) == [1]
        assert await _broken(database) is None

    async def test_no_second_row_takes_the_place_of_the_first(self, database: Database) -> None:
        await _record(database, 1)
        with pytest.raises(DBAPIError):
            await _record(database, 1)

    @pytest.mark.parametrize("table", ["audit", "audit_seals"])
    async def test_sqlites_insert_or_replace_is_no_way_round(self, make_sqlite: MakeDatabase, table: str) -> None:
        database = Database(make_sqlite("referrals"))
        await _record(database)
        await _seal(database)
        with pytest.raises(DBAPIError, match="append-only"):
            await _execute(database, f"REPLACE INTO {table} SELECT * FROM {table}")
        await database.close()


@pytest.mark.postgres
class TestTheServicesOwnRole:
    @pytest.fixture
    def database_kind(self) -> str:
        return "postgres"

    @pytest.fixture
    async def role_url(self, make_database: MakeDatabase) -> str:
        owner_url = make_database("referrals")
        name = f"referrals_{uuid4().hex[:8]}"
        url = make_url(owner_url).set(username=name, password="it's; a password").render_as_string(hide_password=False)
        await grant(owner_url, url)
        await grant(owner_url, url)  # with every deployment again
        return url

    async def test_it_is_enough_for_all_that_the_service_does(
        self, role_url: str, start: Callable[[str, str], Awaitable[ServiceUnderTest]]
    ) -> None:
        referrals = await start("referrals", role_url)
        client = referrals.as_("mash_manager")
        answer = await client.post("/referrals", json=a_referral(), headers={"Idempotency-Key": "k"})
        assert answer.status_code == 201
        path = f"/referrals/{answer.json()['id']}"
        rating = {"rating": "red", "reason": "r"}
        assert (await client.post(f"{path}/rating", json=rating)).status_code == 200
        assert (await client.get(path)).status_code == 200
        assert await _seal(referrals.database) == 3
        assert await _broken(referrals.database) is None

    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE audit SET subject = 'noel'",
            "DELETE FROM audit",
            "TRUNCATE audit CASCADE",
            "UPDATE audit_seals SET digest = ''",
            "DELETE FROM audit_seals",
            "TRUNCATE audit_seals",
            "ALTER TABLE audit DISABLE TRIGGER ALL",
            "DROP TRIGGER audit_append_only ON audit",
            "DROP TABLE audit_seals",
            "SET session_replication_role = replica",
            "CREATE OR REPLACE FUNCTION audit_is_append_only() RETURNS trigger LANGUAGE sql AS 'SELECT NULL'",
        ],
    )
    async def test_it_has_no_right_to_touch_what_is_on_record(self, role_url: str, statement: str) -> None:
        database = Database(role_url)
        await _record(database)
        await _seal(database)
        with pytest.raises(DBAPIError, match=r"permission denied|must be owner"):
            await _execute(database, statement)
        await database.close()


class TestSealing:
    async def test_the_chain_grows_by_what_came_since_and_holds(self, database: Database) -> None:
        assert await _broken(database) is None
        await _record(database)
        await _record(database)
        assert await _seal(database) == 2
        assert await _seal(database) == 0
        await _record(database)
        assert await _seal(database) == 1
        assert await _sealed_ids(database) == [1, 2, 3]
        assert await _broken(database) is None

    async def test_rows_that_become_visible_after_higher_numbers_are_chained_too(self, database: Database) -> None:
        await _record(database, 2, 5)
        assert await _seal(database) == 2
        await _record(database, 1, 4, 6)
        assert await _seal(database) == 3
        assert await _sealed_ids(database) == [2, 5, 1, 4, 6]
        assert await _broken(database) is None

    @pytest.mark.postgres
    async def test_a_transaction_that_is_long_in_committing_is_chained_when_it_has(
        self, postgres_server: object, database: Database
    ) -> None:
        if database.is_sqlite:
            pytest.skip("SQLite has one writer at a time")
        async with database.begin() as slow:
            audit.record(slow, MARIA, "case_allocate", "case", uuid4())
            await slow.flush()
            await _record(database)
            assert await _seal(database) == 1
        assert await _seal(database) == 1
        assert await _sealed_ids(database) == [2, 1]
        assert await _broken(database) is None

    async def test_many_rows_are_sealed_and_checked_some_at_a_time(
        self, database: Database, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(audit, "SEAL_AT_ONCE", 3)
        for _ in range(7):
            await _record(database)
        assert [await _seal(database) for _ in range(4)] == [3, 3, 1, 0]
        assert await _broken(database) is None
        await _take_the_guard_away(database)
        await _execute(database, "UPDATE audit SET subject = 'noel' WHERE id = 6")
        assert await _broken(database) == 6

    @pytest.mark.parametrize("tampering", TAMPERING)
    async def test_a_change_by_the_owner_of_the_tables_is_found_where_it_was_made(
        self, database: Database, tampering: str
    ) -> None:
        token = correlation_id.set("a-request-of-hers")
        for _ in range(5):
            await _record(database)
        correlation_id.reset(token)
        await _seal(database)
        await _take_the_guard_away(database)
        await _execute(database, tampering)
        assert await _broken(database) == 3

    async def test_a_gap_in_the_positions_is_found(self, database: Database) -> None:
        for _ in range(3):
            await _record(database)
        await _seal(database)
        await _take_the_guard_away(database)
        await _execute(database, "UPDATE audit_seals SET position = 9 WHERE position = 3")
        assert await _broken(database) == 3

    async def test_rows_cannot_change_places_unnoticed(self, database: Database) -> None:
        for _ in range(4):
            await _record(database)
        await _seal(database)
        await _take_the_guard_away(database)
        await _execute(
            database,
            "CREATE TABLE exchanged AS SELECT position, 5 - audit_id AS audit_id, digest FROM audit_seals "
            "WHERE position IN (2, 3)",
            "DELETE FROM audit_seals WHERE position IN (2, 3)",
            "INSERT INTO audit_seals (position, audit_id, digest) SELECT position, audit_id, digest FROM exchanged",
        )
        assert await _broken(database) == 2


class TestTheVerifyCommand:
    async def test_it_says_that_the_audit_holds_or_where_it_is_broken(
        self, make_sqlite: MakeDatabase, tmp_path: Path
    ) -> None:
        url = make_sqlite("referrals")
        database = Database(url)
        for _ in range(3):
            await _record(database)
        await _seal(database)
        holds = await run_command("audit", "verify", "referrals", data_dir=tmp_path, REFERRALS_DATABASE_URL=url)
        assert (holds.returncode, holds.stdout.strip()) == (0, "referrals: every sealed row is as it was")
        await _take_the_guard_away(database)
        await _execute(database, "UPDATE audit SET subject = 'noel' WHERE id = 2")
        await database.close()
        broken = await run_command("audit", "verify", "referrals", data_dir=tmp_path, REFERRALS_DATABASE_URL=url)
        assert broken.returncode != 0
        assert "from position 2" in broken.stderr
