"""Holding a rule and its SQL together."""

import sqlite3
from collections.abc import Mapping
from contextlib import closing

from sqlalchemy import ColumnElement, literal, select
from sqlalchemy.dialects import sqlite
from sqlalchemy.sql import ClauseElement

Row = Mapping[str, str | None]


def finds(predicate: ColumnElement[bool], table: str, rows: Mapping[str, Row]) -> bool:
    """Whether SQLite finds the row of `table` by a predicate, among tables of one row each."""
    with closing(sqlite3.connect(":memory:")) as connection:
        for name, row in rows.items():
            made = select(*(literal(value).label(column) for column, value in row.items()))
            connection.execute(f"CREATE TABLE {name} AS {_text(made)}")
        return bool(connection.execute(f"SELECT 1 FROM {table} WHERE {_text(predicate)}").fetchall())


def _text(clause: ClauseElement) -> str:
    return str(clause.compile(dialect=sqlite.dialect(), compile_kwargs={"literal_binds": True}))
