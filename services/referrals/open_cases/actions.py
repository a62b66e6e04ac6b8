"""Keeping which children are open to the Family Support Service."""

from typing import Any
from uuid import UUID

from sqlalchemy import delete, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from services.referrals.open_cases.models import OpenCase, OpenCaseChild, PlanOfChild
from services.referrals.open_cases.schemas import StandingResponse
from shared.database import insert_into


async def keep_standing(session: AsyncSession, standing: StandingResponse) -> None:
    """Keep how a case stands; a response that is older than what is known changes nothing."""
    worker = standing.key_worker
    known: dict[str, Any] = {
        **standing.model_dump(include={"family_id", "pathway", "area", "is_open", "since"}),
        "revision": standing.version,
        "key_worker_id": worker and worker.id,
        "key_worker_name": worker and worker.name,
        "key_worker_revision": worker.version if worker else 0,
    }
    put = insert_into(session, OpenCase).values(case_id=standing.case_id, **known)
    newer = tuple_(OpenCase.revision, OpenCase.key_worker_revision) <= tuple_(
        put.excluded.revision, put.excluded.key_worker_revision
    )
    put = put.on_conflict_do_update(index_elements=["case_id"], set_=known, where=newer)
    if await session.scalar(put.returning(OpenCase.case_id)) is None:
        return
    await session.execute(delete(OpenCaseChild).where(OpenCaseChild.case_id == standing.case_id))
    session.add_all(OpenCaseChild(case_id=standing.case_id, child_id=each) for each in set(standing.child_ids))


async def keep_plan(session: AsyncSession, plan_id: UUID, child_id: UUID, in_force: bool, sequence: int) -> None:
    """Keep whether a child's protection plan is in force; an older fact that comes late changes nothing."""
    known: dict[str, Any] = {"child_id": child_id, "in_force": in_force, "sequence": sequence}
    put = insert_into(session, PlanOfChild).values(plan_id=plan_id, **known)
    newer = PlanOfChild.sequence < sequence
    await session.execute(put.on_conflict_do_update(index_elements=["plan_id"], set_=known, where=newer))
