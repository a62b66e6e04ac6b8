"""What the first release kept becomes history: the migration tells for each case and worker what follows from it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.database import Database, UtcDateTime
from shared.migrations import migrate
from tests.conftest import MakeEmpty

OPENED = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
DAY = OPENED.date()


@asynccontextmanager
async def _connected(url: str) -> AsyncIterator[AsyncConnection]:
    database = Database(url)
    async with database.engine.begin() as connection:
        yield connection
    await database.close()


async def _insert(connection: AsyncConnection, table: str, **values: Any) -> None:
    kinds: dict[type, Any] = {UUID: sa.Uuid(), datetime: UtcDateTime(), date: sa.Date()}
    columns = [sa.column(name, kinds.get(type(value))) for name, value in values.items()]
    await connection.execute(sa.insert(sa.table(table, *columns)).values(**values))


async def _rows(connection: AsyncConnection, table: str, **columns: Any) -> list[tuple[Any, ...]]:
    chosen = [sa.column(name, kind) for name, kind in columns.items()]
    found = await connection.execute(sa.select(*chosen).select_from(sa.table(table)).order_by(*chosen))
    return [tuple(row) for row in found]


async def _a_worker(connection: AsyncConnection, role: str = "social_worker") -> UUID:
    worker = {"id": uuid4(), "version": 1, "name": "R", "role": role, "area": "south", "team": "South 1", "fte": 60}
    await _insert(connection, "workers", **worker, recorded_at=OPENED + timedelta(days=30))
    return UUID(str(worker["id"]))


async def _a_case(
    connection: AsyncConnection, *children: UUID, family_id: UUID, opened: datetime, worker_id: UUID | None = None
) -> UUID:
    case_id = uuid4()
    case: dict[str, Any] = {"id": case_id, "version": 1, "referral_id": uuid4(), "family_id": family_id}
    case |= {"area": "south", "pathway": "child_in_need", "status": "open", "child_count": len(children)}
    case |= {"opened_on": opened.date(), "opened_at": opened}
    await _insert(connection, "cases", **case, **({"key_worker_id": worker_id} if worker_id else {}))
    for child_id in children:
        named = {"given_name": "B", "family_name": "Q"}
        await _insert(connection, "case_children", case_id=case_id, child_id=child_id, **named)
    return case_id


async def test_history_and_counts_follow_from_what_was_kept(make_empty: MakeEmpty) -> None:
    url = make_empty()
    await migrate("casework", url, "0002")
    one, two, three = uuid4(), uuid4(), uuid4()
    family = uuid4()
    async with _connected(url) as connection:
        worker, manager = await _a_worker(connection), await _a_worker(connection, "team_manager")
        held = await _a_case(connection, one, two, family_id=family, opened=OPENED, worker_id=worker)
        starts_on = DAY + timedelta(days=5)
        allocation = {"id": uuid4(), "case_id": held, "worker_id": worker, "starts_on": starts_on, "children": 2}
        allocation |= {"ceiling": 960, "allocated_by": "a-manager", "allocated_at": OPENED + timedelta(days=40)}
        await _insert(connection, "allocations", **allocation)
        second = await _a_case(connection, two, three, family_id=family, opened=OPENED + timedelta(days=9))
        waiting = await _a_case(connection, uuid4(), family_id=uuid4(), opened=OPENED)

    await migrate("casework", url)

    number, text = sa.Integer(), sa.String()
    async with _connected(url) as connection:
        shown = await _rows(
            connection, "cases", id=sa.Uuid(), status=text, child_count=number, unallocated_since=sa.Date()
        )
        assert set(shown) == {(held, "open", 3, None), (second, "closed", 2, None), (waiting, "open", 1, DAY)}
        holdings = await _rows(connection, "holdings", case_id=sa.Uuid(), from_on=sa.Date(), key_worker_id=sa.Uuid())
        assert {row for row in holdings if row[0] == held} == {(held, DAY, None), (held, starts_on, worker)}
        assert {row for row in holdings if row[0] == waiting} == {(waiting, DAY, None)}
        counted = {"area": text, "children": number, "workers": number, "families": number, "fte": number}
        assert await _rows(connection, "workers_holding", **counted) == [("south", 3, 1, 1, 60)]
        assert await _rows(connection, "unallocated_counts", area=text, families=number, children=number) == [
            ("south", 1, 1)
        ]
        posts = await _rows(connection, "posts", worker_id=sa.Uuid(), from_on=sa.Date(), fte=number)
        assert set(posts) == {(worker, starts_on, 60), (manager, (OPENED + timedelta(days=30)).date(), 60)}
        steps = await _rows(connection, "pathway_steps", case_id=sa.Uuid(), number=number, pathway=text)
        assert len(steps) == 4
        assert (second, 2, "closed") in steps
