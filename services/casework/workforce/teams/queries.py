"""The people in post, counted by area and team."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import Row, case, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.casework.workforce.workers.models import Worker
from services.casework.workforce.workers.queries import visible_to
from services.casework.workforce.workers.rules import KEY_WORKER_ROLES
from shared.auth import Actor


async def teams(session: AsyncSession, actor: Actor) -> Sequence[Row[Any]]:
    """The people in post by area and team."""
    is_key_worker = Worker.role.in_(KEY_WORKER_ROLES)
    counted = (
        select(
            Worker.area,
            func.min(Worker.team).label("team"),
            func.count().label("people"),
            func.sum(case((is_key_worker, 1), else_=0)).label("key_workers"),
            func.sum(Worker.fte).label("fte"),
            func.sum(case((is_key_worker, Worker.fte), else_=Decimal(0))).label("key_worker_fte"),
        )
        .where(Worker.in_post, visible_to(actor))
        .group_by(Worker.area, Worker.team_key)
        .order_by(Worker.area, Worker.team_key)
    )
    rows: Sequence[Row[Any]] = (await session.execute(counted)).all()
    return rows
