"""Keeping what follows from the facts of a case: its current state, its history, and what its workers hold."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.casework.allocation.allocations.models import Allocation
from services.casework.allocation.moves.models import CaseMove
from services.casework.cases.cases.actions import follow_team, write_standing
from services.casework.cases.cases.models import Case, CaseChild
from services.casework.cases.cases.rules import CLOSED
from services.casework.cases.holdings.models import Holding, UnallocatedCount
from services.casework.cases.holdings.rules import (
    ChildStay,
    Held,
    History,
    Stretch,
    held_to,
    joined_first,
    stretches_of,
    waits_since,
)
from services.casework.lifecycle.joinings.models import CaseJoining, JoinedChild
from services.casework.lifecycle.pathways.models import PathwayStep
from services.casework.workforce.workers.actions import Load, count_workers
from services.casework.workforce.workers.models import Worker
from shared.database import insert_into
from shared.merged_children import surviving_ids


async def settle(session: AsyncSession, cases: Iterable[Case]) -> None:
    """Bring everything that follows from the facts of these cases up to them: call it once, when all facts are
    written.

    The caller has locked the cases. Rows that others lock as well are taken in one order everywhere: cases by id,
    workers by id, counts by key. Each case's version goes up.
    """
    ordered = sorted(cases, key=lambda case: case.id)
    histories = await _histories_of(session, [case.id for case in ordered])
    await session.execute(delete(Holding).where(Holding.case_id.in_(histories)))
    concerned: set[UUID] = set()
    waiting: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    holdings: list[dict[str, Any]] = []
    for case in ordered:
        stretches = stretches_of(histories[case.id])
        holdings += [_holding(case.id, stretch) for stretch in stretches]
        concerned |= {case.key_worker_id} if case.key_worker_id else set()
        _add_waiting(waiting, case, -1)
        _bring_up_to_date(case, histories[case.id], stretches)
        _add_waiting(waiting, case, +1)
        concerned |= {case.key_worker_id} if case.key_worker_id else set()
    if holdings:
        await session.execute(insert(Holding).execution_options(render_nulls=True), holdings)
    await count_workers(session, await _loads_of(session, concerned))
    await _name_teams(session, ordered)
    await _count_waiting(session, waiting)


def _holding(case_id: UUID, stretch: Stretch) -> dict[str, Any]:
    return {"case_id": case_id, "from_on": stretch.from_on, "until_on": stretch.until_on, **vars(stretch.standing)}


def _bring_up_to_date(case: Case, history: History, stretches: Sequence[Stretch]) -> None:
    """Bring a case's own row up to its history."""
    last = stretches[-1] if stretches else None
    present = last.standing if last and last.until_on is None else None
    closed_on = None if present else history.pathways[-1][0]
    write_standing(
        case,
        pathway=[pathway for _, pathway in history.pathways if pathway and pathway != CLOSED][-1],
        area=last.standing.area if last else case.area,
        child_count=last.standing.children if last else case.child_count,
        key_worker_id=present.key_worker_id if present else None,
        last_key_worker_id=present.key_worker_id if present else held_to(history, closed_on),
        closed_on=closed_on,
        unallocated_since=waits_since(stretches) if present else None,
    )


def _add_waiting(waiting: dict[str, list[int]], case: Case, by: int) -> None:
    if case.unallocated_since:
        waiting[case.area or ""][0] += by
        waiting[case.area or ""][1] += by * case.child_count


async def _histories_of(session: AsyncSession, case_ids: Sequence[UUID]) -> dict[UUID, History]:
    """The facts of each case; a case has a handful of each kind."""
    steps = select(PathwayStep.case_id, PathwayStep.from_on, PathwayStep.pathway).order_by(PathwayStep.number)
    moves = select(CaseMove.case_id, CaseMove.from_on, CaseMove.area).order_by(CaseMove.number)
    held = select(Allocation.case_id, Allocation.worker_id, Allocation.starts_on, Allocation.ended_on)
    held = held.order_by(Allocation.starts_on, Allocation.allocated_at)
    of_cases = select(CaseChild.case_id, CaseChild.child_id, CaseChild.joined_on).where(CaseChild.case_id.in_(case_ids))
    children = (await session.execute(of_cases)).all()
    stays = (await session.execute(_stays_in(case_ids))).all()
    child_ids = [*(child.child_id for child in children), *(stay.child_id for stay in stays)]
    answers = await surviving_ids(session, child_ids)
    pathways, areas, workers, joined = (defaultdict[UUID, list[tuple]](list) for _ in range(4))  # type: ignore[type-arg]
    for case_id, *step in await session.execute(steps.where(PathwayStep.case_id.in_(case_ids))):
        pathways[case_id].append(tuple(step))
    for case_id, *move in await session.execute(moves.where(CaseMove.case_id.in_(case_ids))):
        areas[case_id].append(tuple(move))
    for case_id, *each in await session.execute(held.where(Allocation.case_id.in_(case_ids))):
        workers[case_id].append(tuple(each))
    for child in children:
        joined[child.case_id].append((answers[child.child_id], child.joined_on))
    left = defaultdict[UUID, list[ChildStay]](list)
    for stay in stays:
        left[stay.into_case_id].append(ChildStay(answers[stay.child_id], stay.joined_on, stay.left_on))
    return {
        case_id: History(
            pathways=pathways[case_id],
            areas=areas[case_id],
            held=[Held(*each) for each in workers[case_id]],
            children=joined_first(joined[case_id]),
            left=left[case_id],
        )
        for case_id in case_ids
    }


def _stays_in(case_ids: Sequence[UUID]) -> Select[UUID, UUID, date, date | None]:
    """Children who came to these cases with a joining that was reversed."""
    stay = (CaseJoining.into_case_id, JoinedChild.child_id, CaseJoining.joined_on, JoinedChild.left_on)
    return (
        select(*stay)
        .join(JoinedChild, JoinedChild.joining_id == CaseJoining.id)
        .where(CaseJoining.into_case_id.in_(case_ids), JoinedChild.left_on.is_not(None))
    )


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
    workers = {worker.id: worker for worker in await session.scalars(select(Worker).where(Worker.id.in_(held_by)))}
    for case in cases:
        follow_team(case, workers.get(case.key_worker_id) if case.key_worker_id else None)


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
