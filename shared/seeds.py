"""The rows that a service begins with, from a file that people edit: added where they are missing, never changed."""

from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import DeclarativeBase

from shared.database import Database, insert_into


@dataclass
class Seeded:
    """What came of it."""

    added: Counter[str] = field(default_factory=Counter)
    """How many rows, by table."""
    left_alone: list[str] = field(default_factory=list)
    """What is otherwise in the database than in the file, because somebody decided so since; each a sentence."""


async def seed(service: str, url: str) -> Seeded:
    """Add what is missing in a service's migrated database, by its `seeds.py`; where it has none, nothing."""
    seeded = Seeded()
    if find_spec(f"services.{service}.seeds") is None:
        return seeded
    add: Callable[[AsyncSession, Seeded], Awaitable[None]] = import_module(f"services.{service}.seeds").add_rows
    database = Database(url)
    try:
        async with database.begin() as session:
            await add(session, seeded)
    finally:
        await database.close()
    return seeded


async def add_missing(
    session: AsyncSession, seeded: Seeded, table: type[DeclarativeBase], key: str, rows: Sequence[dict[str, Any]]
) -> None:
    """Add those rows of a file whose key no row has; a row that is there keeps what it has."""
    column = getattr(table, key)
    wanted = select(table).where(column.in_([row[key] for row in rows]))
    there = {getattr(each, key): each for each in await session.scalars(wanted)}
    for row in rows:
        if found := there.get(row[key]):
            _compare(seeded, found, row, str(row.get("name", row[key])))
        else:
            # Two processes may start at once: whoever comes second finds it there.
            new = insert_into(session, table).values(**row).on_conflict_do_nothing(index_elements=[key])
            await session.execute(new)
            seeded.added[table.__tablename__] += 1


def _compare(seeded: Seeded, found: DeclarativeBase, row: dict[str, Any], name: str) -> None:
    for column, value in row.items():
        if (kept := getattr(found, column)) != value:
            seeded.left_alone.append(
                f"{found.__tablename__}, {name}: {column} is {kept!r} in the database and {value!r} in the file"
            )
