"""How caseloads went: one pass over the history of cases and posts, however many weeks are asked for."""

from collections.abc import AsyncIterator, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, Subquery, and_, case, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.casework.caseloads.queries import WAITS, asked, of_area
from services.casework.caseloads.schemas import Whose
from services.casework.cases.models import Holding
from services.casework.trends.rules import Amounts, Change
from services.casework.workers.models import Post
from shared.auth import Actor


async def changes(session: AsyncSession, actor: Actor, whose: Whose, first: date, last: date) -> AsyncIterator[Change]:
    """Everything that was added to caseloads, or taken away, until the last day, of what was there after the first."""
    posts = select(Post.from_on, Post.until_on, Post.fte).where(asked(actor, whose, Post), _in_time(Post, first, last))
    async for on, sign, row in _by_day(session, posts.subquery(), ["fte"]):
        yield on, _signed(Amounts(workers=row[0], fte=row[1]), sign)
    async for on, sign, row in _by_day(session, _held(actor, whose, first, last).subquery(), ["children"]):
        yield on, _signed(Amounts(families=row[0], children=int(row[1])), sign)
    waiting = select(Holding.from_on, Holding.until_on).where(
        WAITS, of_area(func.coalesce(Holding.area, ""), actor, whose), _in_time(Holding, first, last)
    )
    async for on, sign, row in _by_day(session, waiting.subquery(), []):
        yield on, _signed(Amounts(unallocated=row[0]), sign)


def _held(actor: Actor, whose: Whose, first: date, last: date) -> Select[Any]:
    """How long each family was held by somebody while that was a key worker of those asked for."""
    from_on = case((Holding.from_on > Post.from_on, Holding.from_on), else_=Post.from_on)
    until_on = case(
        (Holding.until_on.is_(None), Post.until_on),
        (Post.until_on.is_(None), Holding.until_on),
        (Holding.until_on < Post.until_on, Holding.until_on),
        else_=Post.until_on,
    )
    together = and_(
        or_(Holding.until_on.is_(None), Holding.until_on > Post.from_on),
        or_(Post.until_on.is_(None), Post.until_on > Holding.from_on),
    )
    return (
        select(from_on.label("from_on"), until_on.label("until_on"), Holding.children)
        .join(Post, Post.worker_id == Holding.key_worker_id)
        .where(together, asked(actor, whose, Post), _in_time(Post, first, last), _in_time(Holding, first, last))
    )


def _in_time(of: type[Holding] | type[Post], first: date, last: date) -> ColumnElement[bool]:
    return and_(of.from_on <= last, or_(of.until_on.is_(None), of.until_on > first))


async def _by_day(
    session: AsyncSession, times: Subquery, summed: Sequence[str]
) -> AsyncIterator[tuple[date, int, Sequence[Any]]]:
    """For each day how many of these times began, or ended, on it, with the sums of some of their columns."""
    sums = [func.sum(times.c[name]) for name in summed]
    for day, sign in ((times.c.from_on, +1), (times.c.until_on, -1)):
        counted = select(day, func.count(), *sums).where(day.is_not(None)).group_by(day)
        for row in await session.execute(counted):
            yield row[0], sign, row[1:]


def _signed(amounts: Amounts, sign: int) -> Amounts:
    return amounts if sign > 0 else -amounts
