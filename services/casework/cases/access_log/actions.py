"""Putting a look at a list on record."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.casework.cases.access_log.models import ListedCase
from shared import audit
from shared.auth import Actor


async def record_list_look(
    session: AsyncSession, actor: Actor, what: str, case_ids: Iterable[UUID], reason: str | None
) -> None:
    """One row in the audit for a look at a list that names children of these cases, and none where it names nobody.

    The row has the ids, so that it is sealed with them; `ListedCase` finds it again for a family's access log.
    """
    shown = sorted(set(case_ids))
    if not shown:
        return
    row = audit.record(
        session, actor, f"{what}_look", "list", what, reason=reason, case_ids=[str(each) for each in shown]
    )
    # The number of the row is given as it is written; what finds it again names it.
    await session.flush()
    await session.execute(insert(ListedCase), [{"case_id": each, "audit_id": row.id} for each in shown])
