"""Reading a file from an older system: its heading, its rows, and what is wrong with each."""

import codecs
import csv
import hashlib
import io
import json
from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar
from uuid import UUID, uuid5

from shared.names import is_blank

MOST_ROWS = 10_000
"""One file is one transaction; a county's open cases are a few of these (634 children on plans and their kind)."""

MOST_FAULTS = 1_000
"""So many are listed in one response; how many there are is in it whatever their number."""

TOO_LONG = (
    f"A cell of this row has more than {csv.field_size_limit():,} characters: perhaps a quote before it is never closed"
)

OURS = UUID("6d3f0d4e-1c9a-5b07-9f0e-6f2f4a1c7b55")
"""The namespace of everything that has its id from its reference in the older system."""

SEPARATORS = {";": "semicolons", "\t": "tabs"}
"""With which spreadsheets write what they call CSV, in some regions and formats."""

R = TypeVar("R")

K = TypeVar("K", bound=Hashable)


@dataclass(frozen=True)
class Fault:
    """What is wrong with a row, numbered as in a spreadsheet: the heading is row 1. It holds nothing that was sent."""

    row: int
    column: str | None
    code: str
    message: str


@dataclass(frozen=True)
class Cells:
    """A row, with its number, by column; empty cells are left out."""

    number: int
    by_column: Mapping[str, str]


EARLIEST_OPENING = date(1991, 10, 14)
"""The Children Act 1989 came into force: no open case is older."""

RowFault = tuple[str, str, str]
"""Column, code and message of what is wrong with a row by itself."""


def id_of(kind: str, reference: str) -> UUID:
    """The same reference gives the same id, so that a file that comes again means the same things."""
    return uuid5(OURS, f"{kind}:{reference}")


def digest_of(content: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True, default=str).encode()).hexdigest()


def is_utf_16(content: bytes) -> bool:
    """By its mark at the start, or, where it has none, by every second byte of its first letters, which is empty."""
    start = content[:64]
    return content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or any(
        len(half) > 1 and not any(half) for half in (start[::2], start[1::2])
    )


def read_table(text: str, columns: Collection[str], needed: Collection[str]) -> tuple[list[Cells], list[Fault]]:
    """The rows below the heading; with a bad heading none of them can be read, and only its faults are returned."""
    lines = _records(text.removeprefix("\ufeff"))
    _, heading = next(lines, (1, None))
    if not isinstance(heading, list) or not any(heading):
        return [], [Fault(1, None, "heading-missing", f"The first row names the columns: {', '.join(columns)}")]
    names = [name.strip().lower() for name in _without_empty_end(heading)]
    if faults := list(_heading_faults(names, columns, needed)):
        return [], faults
    rows: list[Cells] = []
    for number, record in lines:
        if isinstance(record, str):
            faults.append(Fault(number, None, "cell-too-long" if record == TOO_LONG else "csv", record))
        elif len(rows) == MOST_ROWS:
            rule = f"A file has at most {MOST_ROWS} rows: send it in parts, each case with all its children in one"
            return [], [Fault(number, None, "too-many-rows", rule)]
        elif len(record := _as_wide_as(names, record)) != len(names) and any(record):
            faults.append(Fault(number, None, "cells", "This row has more or fewer cells than the heading"))
        elif not all(map(is_blank, record)):
            by_column = {name: cell for name, cell in zip(names, record, strict=True) if not is_blank(cell)}
            rows.append(Cells(number, by_column))
    if not rows and not faults:
        faults.append(Fault(2, None, "no-rows", "The file has a heading and nothing below it"))
    return rows, faults


def _records(text: str) -> Iterator[tuple[int, list[str] | str]]:
    """Every record with its number; where a quote is wrong, in place of the record what is wrong, and no more."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    number = 0
    while True:
        number += 1
        try:
            yield number, next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            if str(error).startswith("field larger"):
                yield number, TOO_LONG
                return
            yield number, 'The quotes of this row do not match: a quote inside a quoted cell is written twice, ""'
            return


def _without_empty_end(cells: Sequence[str]) -> list[str]:
    """Spreadsheets write columns that were emptied, too: commas at the end of every row."""
    filled = [place for place, cell in enumerate(cells, 1) if not is_blank(cell)]
    return list(cells[: max(filled, default=0)])


def _as_wide_as(names: Sequence[str], record: Sequence[str]) -> list[str]:
    """The record without empty cells beyond the heading."""
    return [*record[: len(names)], *_without_empty_end(record[len(names) :])]


def _heading_faults(names: Sequence[str], columns: Collection[str], needed: Collection[str]) -> Iterator[Fault]:
    """A column that is not ours is named by its place: without a heading it could be somebody's name."""
    if len(names) == 1 and (mark := next((each for each in SEPARATORS if each in names[0]), None)):
        rule = f"The cells are separated by {SEPARATORS[mark]}: save the file with commas, as 'CSV UTF-8'"
        yield Fault(1, None, "not-commas", rule)
        return
    for place, name in enumerate(names, 1):
        if name not in columns:
            rule = f"The column in place {place} is none of: {', '.join(columns)}"
            yield Fault(1, str(place), "unknown-column", rule)
        elif name in names[: place - 1]:
            yield Fault(1, name, "column-twice", "This column is there twice")
    for name in sorted(set(needed) - set(names)):
        yield Fault(1, name, "missing-column", "This column is needed")


def repeated(keyed: Iterable[tuple[K, int]]) -> list[int]:
    """The numbers of the rows whose key an earlier row has."""
    first: dict[K, int] = {}
    return [row for key, row in keyed if first.setdefault(key, row) != row]


def differing(keyed: Iterable[tuple[str, str, int]]) -> list[int]:
    """Of rows about one thing (its key, a digest of the row) the numbers of those that differ from the first."""
    first: dict[str, str] = {}
    return [row for key, digest, row in keyed if first.setdefault(key, digest) != digest]


def by_key(keyed: Iterable[tuple[K, R]]) -> dict[K, list[R]]:
    grouped: dict[K, list[R]] = defaultdict(list)
    for key, each in keyed:
        grouped[key].append(each)
    return dict(grouped)


def all_linked(links: Iterable[Collection[K]]) -> dict[K, set[K]]:
    """For each thing all to which it is linked, by way of others too; itself is among them."""
    linked: dict[K, set[K]] = {}
    for link in links:
        whole = set(link).union(*(linked.get(each, ()) for each in link))
        linked |= dict.fromkeys(whole, whole)
    return linked
