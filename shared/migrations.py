"""Each service's Alembic migrations, run from code, and the tables that every service's first migration makes."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import sqlalchemy as sa
from alembic import command, context, op
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData, event, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

from shared import audit, idempotency, inbox, outbox
from shared.database import Database, Hundredths, Json, SharedTable, UtcDateTime

ROOT = Path(__file__).parent.parent
# Named so that importing this module is enough for `SharedTable.metadata` to know all of them.
SHARED_TABLES = (
    outbox.OutboxRow,
    outbox.EventSequence,
    inbox.InboxRow,
    audit.AuditRow,
    audit.AuditSeal,
    idempotency.KeptAnswer,
)
MIGRATION_LOCK = 7_264_002


def config_of(service: str, connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(ROOT / "services" / service / "migrations"))
    config.attributes["connection"] = connection
    return config


class ForeignKeysBroken(Exception):
    """A migration left rows that refer to nothing: it was undone."""


def _do_not_enforce_foreign_keys(connection: DBAPIConnection, record: ConnectionPoolEntry) -> None:
    # SQLite changes a table by making it anew, and would not drop the old one while rows of others refer to it.
    connection.cursor().execute("PRAGMA foreign_keys=OFF")


async def migrate(service: str, url: str, revision: str = "head") -> None:
    """Bring a service's database to a revision; two processes at once do it one after the other."""
    database = Database(url)
    if database.is_sqlite:
        event.listen(database.engine.sync_engine, "connect", _do_not_enforce_foreign_keys)
    try:
        async with database.engine.begin() as connection:
            if not database.is_sqlite:
                await connection.execute(text(f"SELECT pg_advisory_xact_lock({MIGRATION_LOCK})"))
            await connection.run_sync(_to_revision, service, revision)
            if database.is_sqlite and (await connection.exec_driver_sql("PRAGMA foreign_key_check")).first():
                raise ForeignKeysBroken(service)
    finally:
        await database.close()


def _to_revision(connection: Connection, service: str, revision: str) -> None:
    config = config_of(service, connection)
    if revision == "base":
        command.downgrade(config, revision)
    else:
        command.upgrade(config, revision)


async def is_at_head(service: str, url: str) -> bool:
    """Whether a service's database is at the newest revision; a file that is not there is not made."""
    database = Database(url)
    if database.is_sqlite and not _has_file(database):
        return False
    try:
        async with database.engine.connect() as connection:
            present = await connection.run_sync(lambda bound: MigrationContext.configure(bound).get_current_revision())
    finally:
        await database.close()
    return present == ScriptDirectory.from_config(config_of(service)).get_current_head()


def _has_file(database: Database) -> bool:
    return Path(database.url.database or "").exists()


async def check(service: str, url: str) -> None:
    """Raises where the models and the migrated database differ."""
    database = Database(url)
    try:
        async with database.engine.begin() as connection:
            await connection.run_sync(lambda bound: command.check(config_of(service, bound)))
    finally:
        await database.close()


def make_keys_anew(table: str, name: str, key: str, key_of: Callable[[str], str]) -> None:
    """Part of a migration: the key of every row from its name. One statement for each name that there is, not each row;
    what a name's key is now is `key_of` of today, for a later one comes with a later migration."""
    rows = sa.table(table, sa.column(name), sa.column(key))
    names = op.get_bind().scalars(sa.select(rows.c[name]).where(rows.c[name].is_not(None)).distinct()).all()
    for each in names:
        op.execute(rows.update().where(rows.c[name] == each).values({key: key_of(each)}))


def run_env(metadata: MetaData) -> None:
    """The whole of a service's `migrations/env.py`."""
    connection = context.config.attributes.get("connection")
    if connection is None:
        url = context.config.get_main_option("sqlalchemy.url")
        raise SystemExit(f"run migrations through `python -m services migrate`, not on {url}")
    context.configure(
        connection=connection,
        target_metadata=[metadata, SharedTable.metadata],
        render_as_batch=True,
        compare_type=True,
        render_item=_render_own_type,
        include_object=_is_to_be_drafted if context.config.attributes.get("first_draft") else None,
    )
    with context.begin_transaction():
        context.run_migrations()


def _render_own_type(kind: str, item: Any, autogen: Any) -> str | Literal[False]:
    if kind == "type" and item is Json:
        return "shared.database.Json"
    if kind == "type" and type(item) in (UtcDateTime, Hundredths):
        return f"shared.database.{type(item).__name__}()"
    return False


def _is_to_be_drafted(item: Any, name: str | None, kind: str, reflected: bool, compared: Any) -> bool:
    return not (kind == "table" and name in SharedTable.metadata.tables)


def create_shared_tables() -> None:
    """The tables of `SHARED_TABLES` as they were at the start, for each service's first migration."""
    counter = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    unpublished = sa.text("published_at IS NULL")
    op.create_table(
        "outbox",
        sa.Column("id", counter, primary_key=True, autoincrement=True),
        sa.Column("event_id", sa.String(64), nullable=False),
        sa.Column("type", sa.String(120), nullable=False),
        sa.Column("envelope", sa.LargeBinary, nullable=False),
        sa.Column("recorded_at", UtcDateTime, nullable=False),
        sa.Column("published_at", UtcDateTime, nullable=True),
        sa.UniqueConstraint("event_id", name="uq_outbox_event_id"),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
    )
    op.create_index("ix_outbox_unpublished", "outbox", ["id"], postgresql_where=unpublished, sqlite_where=unpublished)
    op.create_index("ix_outbox_published_at", "outbox", ["published_at"])
    op.create_table(
        "event_sequences",
        sa.Column("subject", sa.String(64), nullable=False),
        sa.Column("last", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("subject", name="pk_event_sequences"),
    )
    op.create_table(
        "inbox",
        sa.Column("event_id", sa.String(64), nullable=False),
        sa.Column("type", sa.String(120), nullable=False),
        sa.Column("envelope", sa.LargeBinary, nullable=False),
        sa.Column("received_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("event_id", name="pk_inbox"),
    )
    op.create_index("ix_inbox_received_at", "inbox", ["received_at"])
    op.create_table(
        "idempotency_keys",
        sa.Column("caller", sa.String(64), nullable=False),
        sa.Column("path", sa.String(400), nullable=False),
        sa.Column("key", sa.String(255), nullable=False),
        sa.Column("body_digest", sa.String(64), nullable=False),
        sa.Column("status", sa.Integer, nullable=False),
        sa.Column("answer", sa.LargeBinary, nullable=False),
        sa.Column("etag", sa.String(40), nullable=True),
        sa.Column("kept_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("caller", "path", "key", name="pk_idempotency_keys"),
    )
    op.create_index("ix_idempotency_keys_kept_at", "idempotency_keys", ["kept_at"])
    op.create_table(
        "audit",
        sa.Column("id", counter, primary_key=True, autoincrement=True),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("subject", sa.String(255), nullable=False),
        sa.Column("roles", Json, nullable=False),
        sa.Column("action", sa.String(80), nullable=False),
        sa.Column("entity", sa.String(40), nullable=False),
        sa.Column("entity_id", sa.String(80), nullable=False),
        sa.Column("reason", sa.Text, nullable=True),
        sa.Column("facts", Json, nullable=False),
        sa.Column("correlation_id", sa.String(64), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_audit"),
    )
    op.create_index("ix_audit_entity_entity_id_id", "audit", ["entity", "entity_id", "id"])
    op.create_table(
        "audit_seals",
        sa.Column("position", counter, nullable=False, autoincrement=False),
        sa.Column("audit_id", sa.BigInteger, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("position", name="pk_audit_seals"),
        sa.UniqueConstraint("audit_id", name="uq_audit_seals_audit_id"),
        sa.ForeignKeyConstraint(["audit_id"], ["audit.id"], name="fk_audit_seals_audit_id"),
    )
    for table in ("audit", "audit_seals"):
        _only_append_to(table)


def _only_append_to(table: str) -> None:
    """Refuse UPDATE and DELETE, whoever asks; on PostgreSQL the service's role has no right to either as well."""
    if op.get_bind().dialect.name == "sqlite":
        for deed in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{deed.lower()} BEFORE {deed} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
        return
    op.execute(
        f"CREATE FUNCTION {table}_is_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{table} is append-only'; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_is_append_only()"
    )


def drop_shared_tables() -> None:
    for table in ("audit_seals", "audit", "idempotency_keys", "inbox", "event_sequences", "outbox"):
        op.drop_table(table)
        if table.startswith("audit") and op.get_bind().dialect.name == "postgresql":
            op.execute(f"DROP FUNCTION {table}_is_append_only()")


def grant_to(role: str, password: str) -> list[str]:
    """The statements that let a service's own role use its tables, and the audit only to add to it and to read it."""
    quoted = "'" + password.replace("'", "''") + "'"
    return [
        f"DO $$ BEGIN CREATE ROLE {role} LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$",
        f"ALTER ROLE {role} LOGIN PASSWORD {quoted}",
        f"GRANT USAGE ON SCHEMA public TO {role}",
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}",
        f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {role}",
        f"REVOKE UPDATE, DELETE, TRUNCATE ON audit, audit_seals FROM {role}",
    ]


async def grant(owner_url: str, service_url: str) -> None:
    """Make or renew the role that a service's URL names, in the database that its owner's URL names."""
    database, role = Database(owner_url), Database(service_url).url
    try:
        async with database.engine.begin() as connection:
            for statement in grant_to(str(role.username), str(role.password)):
                await connection.exec_driver_sql(statement)
    finally:
        await database.close()
