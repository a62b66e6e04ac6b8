"""Pages by keyset: every row once and in order, whatever comes and goes meanwhile."""

import asyncio
import base64
import json
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Integer, MetaData, String, delete, select
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from shared.cursors import key_of, seal, unseal
from shared.database import NAMING, TYPES, Database
from shared.paging import PageQuery, page_of
from shared.problems import InvalidBody
from tests.conftest import MakeDatabase
from tests.service_under_test import ServiceUnderTest


class _Table(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = TYPES


class Listed(_Table):
    """A row with a key of each kind that lists have."""

    __tablename__ = "listed"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    rank: Mapped[int] = mapped_column(Integer)
    name: Mapped[str] = mapped_column(String(100))
    due_at: Mapped[datetime]


Key = tuple[int, str, datetime, UUID]
KEYS = [Listed.rank, Listed.name, Listed.due_at, Listed.id]
NAMES = ["", "a", "ab", "b", "চ" * 100]
"""In this order whatever the collation; the last is as long as a name may be."""
START = datetime(2026, 3, 29, 0, 59, 59, 999_000, tzinfo=UTC)
ROWS = st.builds(
    lambda number, rank, name, instant: (rank, name, START + timedelta(microseconds=instant), UUID(int=number)),
    st.integers(0, 2**128 - 1),
    st.integers(-1, 1),
    st.sampled_from(NAMES),
    st.integers(0, 3),
)
MANY = st.lists(ROWS, max_size=25, unique_by=lambda row: row[-1])
CHANGES = st.lists(st.tuples(MANY, st.integers(0, 5)), max_size=6)


@pytest.fixture
def url(make_database: MakeDatabase) -> str:
    return make_database("referrals")


def _on(url: str, work: Callable[[Database], Awaitable[None]]) -> None:
    """A loop of its own for each example: a connection belongs to one."""

    async def run() -> None:
        database = Database(url)
        try:
            async with database.engine.begin() as connection:
                await connection.run_sync(_Table.metadata.drop_all)
                await connection.run_sync(_Table.metadata.create_all)
            await work(database)
        finally:
            await database.close()

    asyncio.run(run())


async def _insert(database: Database, rows: list[Key]) -> None:
    async with database.begin() as session:
        session.add_all(Listed(id=id, rank=rank, name=name, due_at=due_at) for rank, name, due_at, id in rows)


async def _delete(database: Database, keys: list[Key]) -> None:
    async with database.begin() as session:
        await session.execute(delete(Listed).where(Listed.id.in_([key[-1] for key in keys])))


async def _page(database: Database, query: PageQuery, descending: bool) -> tuple[list[Key], str | None]:
    async with database.read() as session:
        found, following = await page_of(session, select(Listed), KEYS, query, descending=descending)
    return [(row.rank, row.name, row.due_at, row.id) for row in found], following


@settings(max_examples=40)
@given(rows=MANY, limit=st.integers(1, 30), descending=st.booleans())
def test_pages_of_any_length_give_every_row_once_and_in_order(
    url: str, rows: list[Key], limit: int, descending: bool
) -> None:
    async def walk(database: Database) -> None:
        await _insert(database, rows)
        seen, following = await _page(database, PageQuery(limit=limit), descending)
        while following:
            page, following = await _page(database, PageQuery(limit=limit, after=following), descending)
            assert page, "a page that is announced is never empty"
            seen += page
            assert len(seen) <= len(rows), "the walk goes round in a circle"
        assert seen == sorted(rows, reverse=descending)

    _on(url, walk)


@settings(max_examples=40)
@given(rows=MANY, limit=st.integers(1, 5), changes=CHANGES, descending=st.booleans())
def test_rows_that_come_and_go_meanwhile_hide_and_repeat_no_other(
    url: str, rows: list[Key], limit: int, changes: list[tuple[list[Key], int]], descending: bool
) -> None:
    async def walk(database: Database) -> None:
        stayed, known, turns = set(rows), {row[-1] for row in rows}, list(changes)
        await _insert(database, rows)
        seen, following = await _page(database, PageQuery(limit=limit), descending)
        while following:
            arriving, leaving = turns.pop() if turns else ([], 0)
            new = [row for row in arriving if row[-1] not in known]
            known |= {row[-1] for row in new}
            gone = sorted(stayed)[:leaving]
            await _insert(database, new)
            await _delete(database, gone)
            stayed -= set(gone)
            page, following = await _page(database, PageQuery(limit=limit, after=following), descending)
            seen += page
            assert len(seen) <= len(known), "the walk goes round in a circle"
        assert seen == sorted(set(seen), reverse=descending)
        assert stayed <= set(seen)

    _on(url, walk)


def _cursor(content: object) -> str:
    """What is sealed in a cursor."""
    return json.dumps(content)


NUMBER, NAME, INSTANT, ID = "1", "a", "2026-01-05T09:00:00+00:00", str(UUID(int=1))
GOOD = [NUMBER, NAME, INSTANT, ID]
PARTS: st.SearchStrategy[Any] = (
    st.sampled_from(GOOD) | st.text(max_size=20) | st.none() | st.integers() | st.floats() | st.just([]) | st.just({})
)
FORGED = (
    st.text(min_size=1, max_size=60)
    | st.binary(min_size=1, max_size=60).map(lambda content: base64.urlsafe_b64encode(content).decode())
    | st.binary(min_size=1, max_size=60).map(lambda content: f"..{base64.urlsafe_b64encode(content).decode()}..")
    | st.lists(PARTS, max_size=5).map(_cursor)
    | st.tuples(*(st.just(part) | st.text(max_size=9) for part in GOOD)).map(_cursor)
    | st.one_of(st.none(), st.integers(), st.dictionaries(st.text(max_size=3), PARTS, max_size=3)).map(_cursor)
)


@settings(max_examples=150)
@given(cursor=FORGED)
def test_a_cursor_gives_a_page_or_names_after_and_never_fails_otherwise(make_sqlite: MakeDatabase, cursor: str) -> None:
    async def ask(database: Database) -> None:
        for each in (cursor, await _sealed(database, cursor)):
            assert await _fields_refused(database, each) in ([], ["/after"])

    _on(make_sqlite("referrals"), ask)


async def _sealed(database: Database, content: str) -> str:
    async with database.read() as session:
        return seal(content, key_of(session))


async def _fields_refused(database: Database, cursor: str) -> list[str]:
    try:
        await _page(database, PageQuery(after=cursor), descending=False)
    except InvalidBody as invalid:
        return [error.field for error in invalid.errors]
    return []


FORGED_BY_HAND: dict[str, str] = {
    "too large a number": _cursor(["9" * 25, NAME, INSTANT, ID]),
    "more digits than Python reads": _cursor(["9" * 300, NAME, INSTANT, ID]),
    "one more than the column holds": _cursor([str(2**31), NAME, INSTANT, ID]),
    "no time zone": _cursor([NUMBER, NAME, "2026-01-05T09:00:00", ID]),
    "before the first instant of all": _cursor([NUMBER, NAME, "0001-01-01T00:00:00+14:00", ID]),
    "after the last instant of all": _cursor([NUMBER, NAME, "9999-12-31T23:59:59-14:00", ID]),
    "a NUL in a name": _cursor([NUMBER, "a\0b", INSTANT, ID]),
    "a NUL in an id": _cursor([NUMBER, NAME, INSTANT, "\0"]),
    "half a character": _cursor([NUMBER, "\ud800", INSTANT, ID]),
    "too few": _cursor(GOOD[:3]),
    "too many": _cursor([*GOOD, "1"]),
    "not a list": _cursor("1234"),
    "an object": _cursor({"1": 1, "2": 2, "3": 3, "4": 4}),
    "numbers": _cursor([1, 2, 3, 4]),
    "nothing": _cursor([None, None, None, None]),
    "nested": "[" * 600,
    "not base64": "%%",
    "not ASCII": "é",
    "white space": " ",
}


@pytest.mark.parametrize("forged", FORGED_BY_HAND.values(), ids=FORGED_BY_HAND.keys())
def test_a_cursor_forged_by_hand_is_refused_before_the_database_sees_it(url: str, forged: str) -> None:
    async def ask(database: Database) -> None:
        for each in (forged, await _sealed(database, forged)):
            assert await _fields_refused(database, each) == ["/after"]

    _on(url, ask)


@pytest.mark.parametrize(
    ("service", "role", "path"),
    [("referrals", "mash_manager", "/referrals"), ("casework", "administrator", "/workers")],
)
async def test_callers_who_forge_a_cursor_get_the_name_of_the_bad_parameter(
    start: Callable[[str, str], Awaitable[ServiceUnderTest]],
    make_database: MakeDatabase,
    service: str,
    role: str,
    path: str,
) -> None:
    client = (await start(service, make_database(service))).as_(role)
    for forged in FORGED_BY_HAND.values():
        answer = await client.get(path, params={"after": forged})
        assert (answer.status_code, [error["field"] for error in answer.json()["errors"]]) == (422, ["/after"])


async def test_a_page_goes_on_where_it_was_also_when_its_last_row_has_another_name_since(url: str) -> None:
    database = Database(url)
    rows = [Listed(id=UUID(int=n), rank=0, name=name, due_at=START) for n, name in enumerate("acegi")]
    keys, by_name = [Listed.name, Listed.id], select(Listed)
    try:
        async with database.engine.begin() as connection:
            await connection.run_sync(_Table.metadata.drop_all)
            await connection.run_sync(_Table.metadata.create_all)
        async with database.begin() as session:
            session.add_all(rows)
        async with database.begin() as session:
            found, following = await page_of(session, by_name, keys, PageQuery(limit=2))
            assert [row.name for row in found] == ["a", "c"]
            (await session.get_one(Listed, UUID(int=1))).name = "z"
        async with database.read() as session:
            found, _ = await page_of(session, by_name, keys, PageQuery(limit=2, after=following))
        assert [row.name for row in found] == ["e", "g"]
        async with database.begin() as session:
            await session.execute(delete(Listed).where(Listed.id == UUID(int=1)))
        async with database.read() as session:
            found, _ = await page_of(session, by_name, keys, PageQuery(limit=2, after=following))
        assert [row.name for row in found] == ["e", "g"]
    finally:
        await database.close()


async def test_nobody_reads_or_changes_what_a_cursor_holds(url: str) -> None:
    database = Database(url)
    try:
        one, other = [await _sealed(database, _cursor(["Quillfeather"])) for _ in range(2)]
        async with database.read() as session:
            key = key_of(session)
        assert one != other
        for part in one.split("."):
            assert b"Quillfeather" not in base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
        assert unseal(one, key) == unseal(other, key) == _cursor(["Quillfeather"])
        longest = await _sealed(database, json.dumps([str(2**63), NAMES[-1], INSTANT, ID], ensure_ascii=False))
        assert len(longest) <= 1000
        header, encrypted, *rest = one.split(".")
        for changed in (one[:-4] + "AAAA", ".".join([header, *reversed([encrypted, *rest])])):
            with pytest.raises(ValueError, match="not a cursor"):
                unseal(changed, key)
    finally:
        await database.close()
