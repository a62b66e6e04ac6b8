"""What a file from an older system must be like, by table and by property."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.casework.imports.files.rules import Cells, all_linked, differing, id_of, read_table, repeated
from services.casework.imports.imported_allocations.rules import Span, overlaps
from services.casework.imports.imported_cases.rules import birth_faults

COLUMNS, NEEDED = ["reference", "name", "opened_on"], ["reference", "name"]


def _read(text: str) -> tuple[list[Cells], list[tuple[int, str | None, str]]]:
    rows, faults = read_table(text, COLUMNS, NEEDED)
    return rows, [(fault.row, fault.column, fault.code) for fault in faults]


@pytest.mark.parametrize(
    "text",
    [
        "reference,name\nA,Ann\nB,Bo\n",
        "\ufeffreference,name\r\nA,Ann\r\nB,Bo\r\n",
        "reference,name\rA,Ann\rB,Bo",
        ' Reference , NAME\nA,Ann\n"B","Bo"',
        "name,reference,opened_on\nAnn,A,\nBo,B,",
        "reference,name,,\nA,Ann,,\nB,Bo, ,\n,,,\n",
        "reference,name\nA,Ann,\nB,Bo,,\n",
    ],
)
def test_a_file_is_read_as_spreadsheets_write_it(text: str) -> None:
    rows, faults = _read(text)
    assert faults == []
    assert [(cells.number, dict(cells.by_column)) for cells in rows] == [
        (2, {"reference": "A", "name": "Ann"}),
        (3, {"reference": "B", "name": "Bo"}),
    ]


def test_quotes_commas_and_lines_within_a_cell_are_kept_and_empty_rows_are_counted() -> None:
    rows, faults = _read('reference,name\nA,"Ann, ""Annie""\nof Abingdon"\n\n,\nB,Bo\n')
    assert faults == []
    assert [(cells.number, cells.by_column["name"]) for cells in rows] == [(2, 'Ann, "Annie"\nof Abingdon'), (5, "Bo")]


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ("", [(1, None, "heading-missing")]),
        ("\n\n", [(1, None, "heading-missing")]),
        ("reference,name\n", [(2, None, "no-rows")]),
        ("reference,name\n,\n", [(2, None, "no-rows")]),
        ("reference\nA\n", [(1, "name", "missing-column")]),
        ("reference,name,Barnabas\nA,Ann,x\n", [(1, "3", "unknown-column")]),
        ("A,Ann\nB,Bo\n", [(1, "1", "unknown-column"), (1, "2", "unknown-column"), (1, "name", "missing-column")]),
        ("reference,name,,name\nA,Ann,,Ann\n", [(1, "3", "unknown-column"), (1, "name", "column-twice")]),
        ("reference;name\nA;Ann\n", [(1, None, "not-commas")]),
        ("reference\tname\nA\tAnn\n", [(1, None, "not-commas")]),
        ("reference,name,name\nA,Ann,Ann\n", [(1, "name", "column-twice")]),
        ("reference,name\nA,Ann,x\nB\nC,Cy\n", [(2, None, "cells"), (3, None, "cells")]),
        ("reference,name,\nA,Ann,,x\n", [(2, None, "cells")]),
        ('reference,name\nA,Ann\nB,"Bo\n', [(3, None, "csv")]),
        ('reference,name\nA,"Ann"n\n', [(2, None, "csv")]),
        (f"reference,name\nA,Ann\nB,{'x' * 131_073}\n", [(3, None, "cell-too-long")]),
        ('reference,name\nA,"Ann\n' + "B,Ben\n" * 30_000, [(2, None, "cell-too-long")]),
        ("reference,name\n" + "A,Ann\n" * 10_001, [(10_002, None, "too-many-rows")]),
    ],
)
def test_what_is_wrong_with_a_file_is_listed_with_its_row(text: str, faults: list[tuple[int, str | None, str]]) -> None:
    found = _read(text)[1]
    assert [fault for fault in found if fault != (1, "reference", "missing-column")] == faults


def test_an_unknown_column_is_never_repeated_because_it_may_be_a_name() -> None:
    _, faults = read_table("quillfeather,barnabas\n", COLUMNS, NEEDED)
    assert "quill" not in str(faults)


@given(st.text(max_size=60))
def test_whatever_is_sent_is_read_or_refused(text: str) -> None:
    rows, faults = read_table(text, COLUMNS, NEEDED)
    assert rows or faults


@given(st.text(min_size=1, max_size=60), st.text(min_size=1, max_size=60))
def test_an_id_follows_from_its_kind_and_reference_and_from_nothing_else(one: str, other: str) -> None:
    assert (id_of("case", one) == id_of("case", other)) is (one == other)
    assert id_of("case", one) != id_of("family", one)


TODAY = date(2026, 3, 2)


@pytest.mark.parametrize(
    ("born", "today", "too_old"),
    [
        ("2000-02-29", "2026-02-28", False),
        ("2000-02-29", "2026-03-01", True),
        ("2000-02-28", "2026-02-28", True),
        ("2000-03-01", "2026-02-28", False),
    ],
)
def test_who_was_born_on_29_february_is_26_on_1_march(born: str, today: str, too_old: bool) -> None:
    found = list(birth_faults(date.fromisoformat(born), None, date(2025, 1, 1), date.fromisoformat(today)))
    assert [code for _, code, _ in found] == (["impossible-date"] if too_old else [])


@pytest.mark.parametrize(
    ("born", "expected", "joined_on", "codes"),
    [
        ("2016-05-04", None, "2025-01-01", []),
        ("2000-03-03", None, "2025-01-01", []),  # 25, and 26 tomorrow
        ("2000-03-02", None, "2025-01-01", ["date_of_birth impossible-date"]),
        (None, None, "2025-01-01", ["date_of_birth one-of-two"]),
        (
            "2016-05-04",
            "2016-05-04",
            "2025-01-01",
            ["date_of_birth one-of-two", "expected_date_of_birth impossible-date"],
        ),
        ("2026-01-10", None, "2025-03-16", []),  # 300 days before the birth
        ("2026-01-10", None, "2025-03-15", ["joined_on out-of-order"]),
        (None, "2026-01-19", "2026-01-01", []),  # 42 days ago
        (None, "2026-01-18", "2026-01-01", ["expected_date_of_birth impossible-date"]),
        (None, "2026-12-27", "2026-01-01", []),  # in 300 days
        (None, "2026-12-28", "2026-01-01", ["expected_date_of_birth impossible-date"]),
    ],
)
def test_births_that_can_be_and_cannot(
    born: str | None, expected: str | None, joined_on: str, codes: list[str]
) -> None:
    days = [date.fromisoformat(day) if day else None for day in (born, expected)]
    found = birth_faults(days[0], days[1], date.fromisoformat(joined_on), TODAY)
    assert [f"{column} {code}" for column, code, _ in found] == codes


SPANS = st.lists(
    st.builds(
        lambda start, length, known: (start, None if length == 30 else start + length, known),
        st.integers(0, 40),
        st.integers(1, 30),
        st.booleans(),
    ),
    max_size=5,
)


@given(SPANS)
def test_a_row_overlaps_exactly_when_on_some_day_two_would_hold_the_family(
    spans: list[tuple[int, int | None, bool]],
) -> None:
    day = date(2025, 1, 1)
    held = [
        Span(day + timedelta(start), None if end is None else day + timedelta(end), None if known else row)
        for row, (start, end, known) in enumerate(spans, 2)
    ]
    known = [span for span in held if span.row is None]
    busy = [sum(start <= on and (end is None or on < end) for start, end, _ in spans) for on in range(80)]
    of_known = [
        sum(
            span.from_on <= day + timedelta(on) and (not span.until_on or day + timedelta(on) < span.until_on)
            for span in known
        )
        for on in range(80)
    ]
    named = list(overlaps(held))
    if max(busy) < 2:
        assert named == []
    elif max(of_known) < 2:
        assert named
    assert set(named) <= {span.row for span in held}


def test_of_rows_about_one_thing_the_later_ones_are_named() -> None:
    assert repeated([("a", 2), ("b", 3), ("a", 4), ("a", 5)]) == [4, 5]
    assert differing([("a", "x", 2), ("a", "x", 3), ("a", "y", 4), ("b", "y", 5)]) == [4]


def test_what_is_linked_by_way_of_others_is_linked() -> None:
    linked = all_linked([{"a", "b"}, {"c", "d"}, {"e"}, {"b", "c"}])
    assert linked == {**{each: {"a", "b", "c", "d"} for each in "abcd"}, "e": {"e"}}
