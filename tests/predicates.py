"""Holding a rule and its SQL together."""

from collections.abc import Mapping

from sqlalchemy import ColumnElement, literal, select
from sqlalchemy.dialects import sqlite
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.sql import ClauseElement

Row = Mapping[str, str | None]


async def finds(predicate: ColumnElement[bool], table: str, rows: Mapping[str, Row]) -> bool:
    """Whether SQLite finds the row of `table` by a predicate, among tables of one row each."""
    engine = create_async_engine("sqlite+aiosqlite://")
    try:
        async with engine.connect() as connection:
            for name, row in rows.items():
                made = select(*(literal(value).label(column) for column, value in row.items()))
                await connection.exec_driver_sql(f"CREATE TEMP TABLE {name} AS {_text(made)}")
            found = await connection.exec_driver_sql(f"SELECT 1 FROM {table} WHERE {_text(predicate)}")
            return bool(found.all())
    finally:
        await engine.dispose()


def _text(clause: ClauseElement) -> str:
    return str(clause.compile(dialect=sqlite.dialect(), compile_kwargs={"literal_binds": True}))
