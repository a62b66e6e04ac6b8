"""A file of many rows takes as many statements as a file of few, on SQLite and on PostgreSQL."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from services.casework.imports.files.rules import MOST_ROWS
from shared.web import LARGEST_FILE
from tests.service_under_test import ServiceUnderTest
from tests.services.casework.imports.imports_made import (
    a_case_row,
    a_file,
    a_worker_row,
    an_allocation_row,
    imported,
)


@contextmanager
def counted_statements(casework: ServiceUnderTest) -> Iterator[list[str]]:
    statements: list[str] = []

    def note(connection: Any, cursor: Any, statement: str, *more: Any) -> None:
        statements.append(statement)

    engine = casework.database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", note)
    yield statements
    event.remove(engine, "before_cursor_execute", note)


async def _statements_for(casework: ServiceUnderTest, name: str, cases: int) -> tuple[int, int, int]:
    numbers = range(cases)
    with counted_statements(casework) as for_workers:
        areas = {n: ("north", "central", "south")[n % 3] for n in numbers}
        await imported(casework, "workers", *(a_worker_row(old_reference=f"{name}{n}", area=areas[n]) for n in numbers))
    rows = [a_case_row(case_reference=f"{name}{n}", child_reference=f"{name}{n}") for n in numbers]
    with counted_statements(casework) as for_cases:
        await imported(casework, "cases", *rows)
    with counted_statements(casework) as for_allocations:
        await imported(casework, "allocations", *(an_allocation_row(case_reference=f"{name}{n}") for n in numbers))
    return len(for_workers), len(for_cases), len(for_allocations)


async def test_a_long_file_asks_the_database_no_more_often_than_a_short_one(casework: ServiceUnderTest) -> None:
    await imported(casework, "workers", a_worker_row())
    await _statements_for(casework, "first", 1)
    short, long = await _statements_for(casework, "short", 2), await _statements_for(casework, "long", 60)
    for few, many in zip(short, long, strict=True):
        assert many <= few + 5


def test_the_largest_file_fits_the_most_rows_with_every_column_filled() -> None:
    row = a_case_row(family_reference="F-123456", case_reference="C-123456", child_reference="K-123456", area="south")
    where = {"address": "Flat 12, The Old Maltings, 112 Ock Street, Abingdon-on-Thames"}
    numbers = {"nhs_number": "9434765919", "upn": "B801200005001", "additional_needs": "yes", "sex": "M"}
    file = a_file([{**row, **where, **numbers, "joined_on": "2025-02-03"}] * MOST_ROWS)
    assert len(file) < LARGEST_FILE * 0.6
