"""Keeping what follows from the facts of a case: its current state, its history, and what its workers hold."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.casework.cases.models import (
    Allocation,
    Case,
    CaseChild,
    CaseMove,
    Holding,
    MergedChild,
    PathwayStep,
    UnallocatedCount,
)
from services.casework.cases.queries import former_ids, surviving_ids
from services.casework.cases.rules import CLOSED, Held, History, Stretch, joined_first, stretches_of, waits_since
from services.casework.workers.actions import Load, count_workers
from services.casework.workers.models import Worker
from shared import clock
from shared.auth import Actor
from shared.database import insert_into
from shared.problems import Problem


class CaseClosed(Problem):
    status = 409
    code = "case-closed"
    title = "This case is closed: reopen it first; what is new about the family is a referral"


def require_open(case: Case) -> None:
    if case.status != "open":
        raise CaseClosed


async def one_at_a_time(session: AsyncSession, ids: Iterable[UUID]) -> None:
    """One at a time opens or reopens a case of these families and children, or merges these children.

    Taken before any row. SQLite has one writer as it is.
    """
    if session.get_bind().dialect.name == "postgresql":
        for each in sorted(ids):
            await session.execute(select(func.pg_advisory_xact_lock(func.hashtext(str(each)))))


async def settle(session: AsyncSession, cases: Iterable[Case]) -> None:
    """Bring everything that follows from the facts of these cases up to them: call it once, when all facts are
    written.

    The caller has locked the cases. Rows that others lock as well are taken in one order everywhere: cases by id,
    workers by id, counts by key. Each case's version goes up.
    """
    ordered = sorted(cases, key=lambda case: case.id)
    await session.flush()
    histories = await _histories_of(session, [case.id for case in ordered])
    await session.execute(delete(Holding).where(Holding.case_id.in_(histories)))
    concerned: set[UUID] = set()
    waiting: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for case in ordered:
        stretches = stretches_of(histories[case.id])
        session.add_all(_holding(case.id, stretch) for stretch in stretches)
        concerned |= {case.key_worker_id} if case.key_worker_id else set()
        _add_waiting(waiting, case, -1)
        _stand(case, histories[case.id], stretches)
        _add_waiting(waiting, case, +1)
        concerned |= {case.key_worker_id} if case.key_worker_id else set()
    await session.flush()
    await count_workers(session, await _loads_of(session, concerned))
    await _name_teams(session, ordered)
    await _count_waiting(session, waiting)


def _holding(case_id: UUID, stretch: Stretch) -> Holding:
    return Holding(case_id=case_id, from_on=stretch.from_on, until_on=stretch.until_on, **vars(stretch.standing))


def _stand(case: Case, history: History, stretches: Sequence[Stretch]) -> None:
    """Write how a case stands now into its row."""
    last = stretches[-1] if stretches else None
    case.status = "open" if last and last.until_on is None else "closed"
    case.closed_on = None if case.status == "open" else (history.pathways[-1][0])
    case.key_worker_id = last.standing.key_worker_id if last and case.status == "open" else None
    if last:
        case.area, case.child_count = last.standing.area, last.standing.children
    case.pathway = [pathway for _, pathway in history.pathways if pathway and pathway != CLOSED][-1]
    case.unallocated_since = waits_since(stretches) if case.status == "open" else None
    case.version = (case.version or 0) + 1


def _add_waiting(waiting: dict[str, list[int]], case: Case, by: int) -> None:
    if case.unallocated_since:
        waiting[case.area or ""][0] += by
        waiting[case.area or ""][1] += by * case.child_count


async def _histories_of(session: AsyncSession, case_ids: Sequence[UUID]) -> dict[UUID, History]:
    """The facts of each case; a case has a handful of each kind."""
    steps = await session.scalars(
        select(PathwayStep).where(PathwayStep.case_id.in_(case_ids)).order_by(PathwayStep.number)
    )
    moves = await session.scalars(select(CaseMove).where(CaseMove.case_id.in_(case_ids)).order_by(CaseMove.number))
    held = await session.scalars(
        select(Allocation)
        .where(Allocation.case_id.in_(case_ids))
        .order_by(Allocation.starts_on, Allocation.allocated_at)
    )
    children = (await session.scalars(select(CaseChild).where(CaseChild.case_id.in_(case_ids)))).all()
    answers = await surviving_ids(session, [child.child_id for child in children])
    pathways, areas, workers, joined = (defaultdict[UUID, list[tuple]](list) for _ in range(4))  # type: ignore[type-arg]
    for step in steps:
        pathways[step.case_id].append((step.from_on, step.pathway))
    for move in moves:
        areas[move.case_id].append((move.from_on, move.area))
    for allocation in held:
        workers[allocation.case_id].append((allocation.worker_id, allocation.starts_on, allocation.ended_on))
    for child in children:
        joined[child.case_id].append((answers[child.child_id], child.joined_on))
    return {
        case_id: History(
            pathways=pathways[case_id],
            areas=areas[case_id],
            held=[Held(*each) for each in workers[case_id]],
            children=joined_first(joined[case_id]),
        )
        for case_id in case_ids
    }


async def _loads_of(session: AsyncSession, worker_ids: Iterable[UUID]) -> dict[UUID, Load]:
    """What each of these workers holds, counted from the cases; their rows are locked first."""
    ids = sorted(worker_ids)
    await session.execute(select(Worker.id).where(Worker.id.in_(ids)).order_by(Worker.id).with_for_update())
    counted = (
        select(Case.key_worker_id, func.count(), func.sum(Case.child_count))
        .where(Case.key_worker_id.in_(ids), Case.status == "open")
        .group_by(Case.key_worker_id)
    )
    found = {
        worker_id: Load(families, int(children)) for worker_id, families, children in await session.execute(counted)
    }
    return {worker_id: found.get(worker_id, Load(0, 0)) for worker_id in ids}


async def _name_teams(session: AsyncSession, cases: Sequence[Case]) -> None:
    held_by = {case.key_worker_id for case in cases if case.key_worker_id}
    rows = await session.execute(select(Worker.id, Worker.team).where(Worker.id.in_(held_by)))
    teams: Mapping[UUID, str | None] = {row.id: row.team for row in rows}
    for case in cases:
        case.team = teams.get(case.key_worker_id) if case.key_worker_id else None
    await session.flush()


async def _count_waiting(session: AsyncSession, waiting: Mapping[str, Sequence[int]]) -> None:
    for area, (families, children) in sorted(waiting.items()):
        if families or children:
            more = insert_into(session, UnallocatedCount).values(area=area, families=families, children=children)
            await session.execute(
                more.on_conflict_do_update(
                    index_elements=["area"],
                    set_={
                        "families": UnallocatedCount.families + families,
                        "children": UnallocatedCount.children + children,
                    },
                )
            )


async def note_merge(
    session: AsyncSession, child_id: UUID, surviving_child_id: UUID | None, sequence: int
) -> list[Case]:
    """Keep what the referrals service last said of a child's record, and count the children of its cases anew.

    An older fact that comes late changes nothing. Two records of one child in one case are one child of the caseload.
    Answers the cases that have more children now: a merge was reversed.
    """
    before = await surviving_ids(session, [child_id])
    await one_at_a_time(session, {child_id, *before.values(), *filter(None, [surviving_child_id])})
    said = {"surviving_child_id": surviving_child_id, "sequence": sequence}
    await session.execute(
        insert_into(session, MergedChild)
        .values(child_id=child_id, **said)
        .on_conflict_do_update(index_elements=["child_id"], set_=said, where=MergedChild.sequence < sequence)
    )
    known = await former_ids(session, [child_id])
    of_these = select(CaseChild.case_id).where(CaseChild.child_id.in_(known))
    found = select(Case).where(Case.id.in_(of_these)).order_by(Case.id).with_for_update()
    cases = (await session.scalars(found)).all()
    counted = {case.id: case.child_count for case in cases}
    await settle(session, cases)
    return [case for case in cases if case.child_count > counted[case.id]]


async def step(
    session: AsyncSession,
    actor: Actor,
    case: Case,
    pathway: str,
    from_on: date,
    *,
    reason: str | None = None,
    closure: str | None = None,
) -> PathwayStep:
    """Write down that a case is on a pathway, or closed, from a day on; whether it may be is for the caller to ask."""
    steps = select(func.coalesce(func.max(PathwayStep.number), 0)).where(PathwayStep.case_id == case.id)
    made = PathwayStep(
        case_id=case.id,
        number=(await session.scalar(steps) or 0) + 1,
        pathway=pathway,
        from_on=from_on,
        reason=reason,
        closure=closure,
        recorded_by=actor.subject,
        recorded_at=clock.now(),
    )
    session.add(made)
    return made


async def move_case(session: AsyncSession, actor: Actor, case: Case, area: str | None, from_on: date) -> CaseMove:
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
