"""Lists by keyset: a page starts after the last row of the one before it, however many rows came or went meanwhile."""

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any, Generic, TypeVar

from joserfc.jwk import OctKey
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import BigInteger, Select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.types import TypeEngine

from shared.cursors import key_of, seal, unseal
from shared.problems import InvalidBody

T = TypeVar("T")
UNKNOWN = "This is not a cursor that this list gave"


class Page(BaseModel, Generic[T]):
    """Some items of a list; `next` is the `after` of the following page, null on the last."""

    items: list[T]
    next: str | None


class PageQuery(BaseModel):
    """Which page of a list; a parameter that the list does not know is refused."""

    model_config = ConfigDict(extra="forbid")

    limit: int = Field(50, ge=1, le=200)
    after: str | None = Field(None, max_length=1000)


def _to_cursor(values: Sequence[Any], key: OctKey) -> str:
    texts = [value.isoformat() if isinstance(value, (date, datetime)) else str(value) for value in values]
    return seal(json.dumps(texts, ensure_ascii=False), key)


def _from_cursor(cursor: str, columns: Sequence[InstrumentedAttribute[Any]], key: OctKey) -> list[Any]:
    try:
        texts = json.loads(unseal(cursor, key))
        return [_parse(text, column.type) for text, column in zip(texts, columns, strict=True)]
    except (ValueError, TypeError, ArithmeticError, RecursionError) as error:
        raise InvalidBody("/after", "cursor", UNKNOWN) from error


def _parse(text: Any, column: TypeEngine[Any]) -> Any:
    """The value that a column of this type may hold; anything else would be refused by the database, as a failure."""
    kind = column.python_type
    if not isinstance(text, str):
        raise TypeError("a cursor is a list of texts")
    if kind is datetime:
        instant = datetime.fromisoformat(text)
        if instant.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        return instant.astimezone(UTC)
    if kind is date:
        return date.fromisoformat(text)
    value = kind(text)
    if isinstance(value, int) and not -_bound_of(column) <= value < _bound_of(column):
        raise ValueError("no such number")
    if isinstance(value, str) and "\0" in value.encode().decode():
        raise ValueError("no such text")
    return value


def _bound_of(column: TypeEngine[Any]) -> int:
    return 1 << 63 if isinstance(column, BigInteger) else 1 << 31


async def page_of(
    session: AsyncSession,
    rows: Select[T],
    keys: Sequence[InstrumentedAttribute[Any]],
    query: PageQuery,
    *,
    descending: bool = False,
) -> tuple[list[T], str | None]:
    """One page of `rows` in the order of `keys`, which no two rows share and none of which is ever null.

    A cursor has the keys of the last row as they were on its page, encrypted: the next page starts after that place,
    also where the row was renamed or removed since.
    """
    if query.after:
        start = tuple_(*_from_cursor(query.after, keys, key_of(session)))
        rows = rows.where(tuple_(*keys) < start if descending else tuple_(*keys) > start)
    ordered = rows.order_by(*(key.desc() if descending else key.asc() for key in keys))
    found = list((await session.scalars(ordered.limit(query.limit + 1))).all())
    if len(found) <= query.limit:
        return found, None
    last = found[query.limit - 1]
    return found[: query.limit], _to_cursor([getattr(last, key.key) for key in keys], key_of(session))
