"""Recording in which area a family lives."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.casework.allocation.moves.models import CaseMove
from services.casework.allocation.moves.queries import last_move_on
from services.casework.allocation.moves.schemas import NewMove
from services.casework.cases.cases import queries
from services.casework.cases.cases.actions import announce_standing, find_open_case
from services.casework.cases.cases.models import Case
from services.casework.cases.cases.rules import ON_RECORD
from services.casework.cases.holdings.actions import settle
from services.casework.fields import past_day
from services.casework.record.chronology.actions import record_about_case
from shared import audit, clock
from shared.auth import Actor
from shared.problems import InvalidBody, Problem


class HeldByKeyWorker(Problem):
    status = 409
    code = "held-by-key-worker"
    title = "A family that has a key worker moves with a transfer to a worker of its new area"


async def record_move(session: AsyncSession, actor: Actor, case: Case, area: str | None, from_on: date) -> CaseMove:
    """Write down that a case is in an area from a day on; `settle` makes it so."""
    moves = select(func.coalesce(func.max(CaseMove.number), 0)).where(CaseMove.case_id == case.id)
    made = CaseMove(
        case_id=case.id,
        number=(await session.scalar(moves) or 0) + 1,
        area=area,
        from_on=from_on,
        recorded_by=actor.subject,
        recorded_at=clock.now(),
    )
    session.add(made)
    return made


async def add_first_moves(session: AsyncSession, actor: Actor, opened: Iterable[tuple[Case, str | None]]) -> None:
    """Write down in which area the family of each new case lives."""
    by = {"number": 1, "recorded_by": actor.subject, "recorded_at": clock.now()}
    moves = [{"case_id": case.id, "area": area, "from_on": case.opened_on, **by} for case, area in opened]
    await session.execute(insert(CaseMove).execution_options(render_nulls=True), moves)


async def move_case(session: AsyncSession, actor: Actor, case_id: UUID, sent: NewMove) -> Case:
    """Record where a family that nobody holds lives now; one that has a key worker moves with a transfer."""
    case = await find_open_case(session, actor, case_id)
    if case.key_worker_id:
        raise HeldByKeyWorker
    past_day("/moved_on", sent.moved_on, await last_move_on(session, case.id), ON_RECORD)
    if sent.area == case.area:
        raise InvalidBody("/area", "unchanged", "The family lives in this area already")
    facts = {"area_before": case.area, "area": sent.area.value}
    move = await record_move(session, actor, case, sent.area, sent.moved_on)
    await settle(session, [case])
    await record_about_case(session, case, "case_moved", sent.moved_on, about_id=move.id, facts=facts, text=sent.reason)
    audit.record(session, actor, "case_move", "case", case.id, **facts)
    await announce_standing(session, case)
    return await queries.case_as_it_is(session, case.id)
