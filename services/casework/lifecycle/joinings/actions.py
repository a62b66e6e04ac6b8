"""Joining two open cases of one family, and going back when the merge that made them one is reversed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID, uuid4, uuid5

from sqlalchemy import and_, delete, insert, literal, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.casework.access import ITSELF
from services.casework.allocation.allocations import rules as allocations
from services.casework.allocation.allocations.actions import (
    OBSTACLES,
    Fit,
    add_allocation,
    announce_allocation,
    announce_where_over,
    count_held,
)
from services.casework.allocation.allocations.models import Allocation
from services.casework.allocation.allocations.queries import candidates_from, family_of
from services.casework.allocation.ceilings.queries import ceiling_in_force
from services.casework.allocation.ceilings.rules import ceiling_of
from services.casework.allocation.moves.actions import record_move
from services.casework.allocation.transfers.actions import end_allocation_of
from services.casework.cases.cases import queries as cases
from services.casework.cases.cases.actions import (
    add_children,
    one_at_a_time,
    require_not_joined,
    require_open,
    set_last_contact,
)
from services.casework.cases.cases.models import Case, CaseChild, CaseReferral
from services.casework.cases.cases.queries import event_fields_of, find_case
from services.casework.cases.cases.rules import CLOSED
from services.casework.cases.holdings.actions import settle
from services.casework.cases.restrictions.actions import restrict_alike
from services.casework.early_help.family_teams.actions import end_with, resume_clocks
from services.casework.early_help.family_teams.models import FamilyTeam, LeadProfessional
from services.casework.early_help.family_teams.queries import present_teams_of, team_of
from services.casework.lifecycle.joinings import queries, rules
from services.casework.lifecycle.joinings.models import CaseJoining, CasesToJoin, JoinedChild, JoinedRow
from services.casework.lifecycle.joinings.schemas import NewJoining
from services.casework.lifecycle.pathways.actions import add_step, announce_step
from services.casework.lifecycle.pathways.rules import higher_of
from services.casework.outcomes.thriving_families.actions import REVIEW_STEP, resume_review
from services.casework.outcomes.thriving_families.models import OutcomePlan
from services.casework.outcomes.thriving_families.queries import plan_in
from services.casework.record.chronology.actions import record_about_case
from services.casework.record.contacts.queries import last_contact_on
from services.casework.record.timescales.models import NOT_DONE, Timescale
from services.casework.workforce.workers.models import Worker
from services.casework.workforce.workers.queries import lock_workers
from shared import audit, clock, outbox
from shared.auth import Actor
from shared.contracts.casework import CaseChildrenChanged, CaseJoined, CaseReopened
from shared.database import insert_into
from shared.problems import InvalidBody, Problem

JOINED = "joined"
"""Why a key worker's part or a Team Around the Family ended."""


class OtherCaseNotOpen(Problem):
    status = 409
    code = "other-case-not-open"
    title = "The case in `case_id` is not open, so that there is nothing to join: its story is the family's already"


class NotOneFamily(Problem):
    status = 409
    code = "not-one-family"
    title = "The two cases share no child: have the records of one child merged at the front door first"


async def join_cases(session: AsyncSession, actor: Actor, case_id: UUID, sent: NewJoining) -> Case:
    """Join another open case of the family into this one, which goes on with all that both had."""
    case, other = await _lock_both(session, actor, case_id, sent.case_id)
    if other.id not in await queries.other_open_cases(session, case):
        raise NotOneFamily
    await restrict_alike(session, case.family_id, {other.family_id})
    await restrict_alike(session, other.family_id, {case.family_id})
    pathway = higher_of(case.pathway, other.pathway)
    worker = await _lock_key_worker(session, case, other, pathway)
    today, before, children_before = clock.today(), case.pathway, case.child_count
    joining = await _add_joining(session, actor, case, other, sent.reason, today)
    children = await _take_children(session, case, other, joining)
    await _end_other(session, actor, case, other, joining)
    step = await add_step(session, actor, case, pathway, today, reason=sent.reason) if pathway != before else None
    taken = await _take_on(session, actor, case, worker, today) if worker and not case.key_worker_id else None
    if case.area is None and other.area:
        await record_move(session, actor, case, other.area, today)
    await _move_rows(session, joining)
    set_last_contact(case, await last_contact_on(session, case.id))
    other.joined_into_id = case.id
    await settle(session, [case, other])
    await record_cases_to_join(session, [case, other])
    await _announce(session, actor, case, other, joining, len(children))
    if step:
        await announce_step(session, actor, case, before, step.id, today, sent.reason, None)
    if taken and worker:
        await _announce_held(session, case, taken, worker)
    if taken or case.child_count > children_before:
        await announce_where_over(session, case)
    return await cases.case_as_it_is(session, case.id)


async def _lock_both(session: AsyncSession, actor: Actor, case_id: UUID, other_id: UUID) -> tuple[Case, Case]:
    if case_id == other_id:
        raise InvalidBody("/case_id", "same-case", "This is the case in the path itself: name the family's other one")
    await one_at_a_time(session)
    locked = {each: await find_case(session, actor, each, lock=True) for each in sorted((case_id, other_id))}
    case, other = locked[case_id], locked[other_id]
    require_open(case)
    require_not_joined(other)
    if other.status != "open":
        raise OtherCaseNotOpen
    return case, other


async def _lock_key_worker(session: AsyncSession, case: Case, other: Case, pathway: str) -> Worker | None:
    """Whoever holds the family from now on, where somebody does; raises what no reason could pass."""
    workers = await lock_workers(session, {each for each in (case.key_worker_id, other.key_worker_id) if each})
    worker_id = case.key_worker_id or other.key_worker_id
    worker = workers[worker_id] if worker_id else None
    if worker and (obstacle := await _obstacle(session, case, worker, pathway)):
        raise OBSTACLES[obstacle]("Transfer the family to somebody who may hold both cases first")
    return worker


async def _obstacle(session: AsyncSession, case: Case, worker: Worker, pathway: str) -> allocations.Obstacle | None:
    """What stands against this worker as key worker on this pathway, and no manager's reason could pass."""
    [candidate] = await candidates_from(session, None, [worker])
    family = replace(await family_of(session, case, {}, [worker]), pathway=pathway)
    found = allocations.obstacles_to(candidate, family)
    return next((each for each in found if each not in allocations.FOR_A_MANAGER), None)


async def _add_joining(
    session: AsyncSession, actor: Actor, case: Case, other: Case, reason: str, today: date
) -> CaseJoining:
    joining = CaseJoining(
        id=uuid4(),
        case_id=other.id,
        into_case_id=case.id,
        joined_on=today,
        reason=reason,
        joined_by=actor.subject,
        joined_at=clock.now(),
        key_worker_id=other.key_worker_id,
    )
    session.add(joining)
    await session.flush()  # What moves names it by its key alone.
    return joining


async def _take_children(session: AsyncSession, case: Case, other: Case, joining: CaseJoining) -> list[CaseChild]:
    """A child who has a record in each is one child as long as these are one; the other case keeps its rows."""
    here = {child.child_id for child in case.children}
    came = [child for child in other.children if child.child_id not in here]
    joined = {"case_id": case.id, "joined_on": joining.joined_on}
    await add_children(session, [{**queries.columns_of(child), **joined} for child in came])
    session.add_all(JoinedChild(joining_id=joining.id, child_id=child.child_id) for child in came)
    return came


async def _end_other(session: AsyncSession, actor: Actor, case: Case, other: Case, joining: CaseJoining) -> None:
    """Nobody holds the other case any more; of two teams and two plans those of the case that goes on go on."""
    today = joining.joined_on
    await end_allocation_of(session, other, today, JOINED)
    await add_step(session, actor, other, CLOSED, today, reason=joining.reason)
    if {case.id, other.id} == (await present_teams_of(session, [case.id, other.id])).keys():
        team = await team_of(session, other.id)
        await end_with(session, other, team, today, JOINED, joining.reason)
        joining.ended_team_id = team.id
    if await plan_in(session, case) and await plan_in(session, other):
        reviews = update(Timescale).where(Timescale.case_id == other.id, Timescale.step == REVIEW_STEP, NOT_DONE)
        await session.execute(reviews.values(ended_on=today))
    await _name_referral(session, other)


async def _name_referral(session: AsyncSession, case: Case) -> None:
    """An imported case has no row for what opened it: with one, its family is known by it in the other case, too."""
    own = {"referral_id": case.referral_id, "case_id": case.id, "family_id": case.family_id}
    row = insert_into(session, CaseReferral).values(**own, outcome="imported", decided_at=case.opened_at)
    await session.execute(row.on_conflict_do_nothing(index_elements=["referral_id"]))


async def _take_on(session: AsyncSession, actor: Actor, case: Case, worker: Worker, on: date) -> Allocation:
    """What the worker holds with the family is counted when all is settled."""
    ceiling = ceiling_of((await ceiling_in_force(session)).children, worker.fte)
    fit = Fit(worker.children, ceiling, over=False, override_reason=None)
    return add_allocation(session, actor, case, worker, on, fit)


async def _move_rows(session: AsyncSession, joining: CaseJoining) -> None:
    """Everything that was recorded in the one case is the other's, and each row is remembered."""
    await session.flush()
    keeps_plan = await session.scalar(select(OutcomePlan.id).where(OutcomePlan.case_id == joining.into_case_id))
    for row, key in queries.moved_tables():
        if row is OutcomePlan.__table__ and keeps_plan:
            continue
        of_case = row.c.case_id == joining.case_id
        moved = select(literal(joining.id), literal(row.name), key).where(of_case).distinct()
        await session.execute(insert(JoinedRow).from_select(["joining_id", "kind", "row_id"], moved))
        await session.execute(update(row).where(of_case).values(case_id=joining.into_case_id))


async def _announce(
    session: AsyncSession, actor: Actor, case: Case, other: Case, joining: CaseJoining, children: int
) -> None:
    facts: dict[str, Any] = {"joined_case_id": str(other.id), "children": children}
    await record_about_case(
        session, case, "case_joined", joining.joined_on, about_id=joining.id, facts=facts, text=joining.reason
    )
    audit.record(session, actor, "case_join", "case", case.id, **facts)
    audit.record(session, actor, "case_join_into", "case", other.id, into_case_id=str(case.id))
    fields = await event_fields_of(session, other)
    await outbox.record(session, CaseJoined(**fields, into_case_id=case.id, joined_on=joining.joined_on))
    await _announce_children(session, case, joining.joined_on)


async def _announce_children(session: AsyncSession, case: Case, on: date) -> None:
    await outbox.record(session, CaseChildrenChanged(**await event_fields_of(session, case), changed_on=on))


async def _announce_held(session: AsyncSession, case: Case, allocation: Allocation, worker: Worker) -> None:
    count_held(allocation, worker.children, None)
    facts = {"worker_id": str(worker.id)}
    await record_about_case(session, case, "case_allocated", allocation.starts_on, about_id=allocation.id, facts=facts)
    await announce_allocation(session, allocation, case, worker)


async def record_cases_to_join(session: AsyncSession, changed: Iterable[Case]) -> None:
    """Keep for each of these cases, as it stands now, which other open case is of the same family."""
    for case in changed:
        others = await queries.other_open_cases(session, case) if case.status == "open" else set()
        of_case = and_(CasesToJoin.case_id == case.id, CasesToJoin.other_id.not_in(others))
        to_case = and_(CasesToJoin.other_id == case.id, CasesToJoin.case_id.not_in(others))
        await session.execute(delete(CasesToJoin).where(or_(of_case, to_case)))
        for other in sorted(others):
            first, second = sorted((case.id, other))
            pair = insert_into(session, CasesToJoin).values(
                id=uuid4(), case_id=first, other_id=second, found_at=clock.now()
            )
            await session.execute(pair.on_conflict_do_nothing(index_elements=["case_id", "other_id"]))


async def reverse_joinings(session: AsyncSession, locked: Sequence[Case]) -> list[Case]:
    """Undo what joined cases that are of one family no longer, the latest first; returns those that are open again.

    The caller has locked the cases with all that are linked to them by joinings.
    """
    by_id = {case.id: case for case in locked}
    reopened: list[Case] = []
    while joining := await _next_to_reverse(session, by_id):
        reopened.append(await _reverse(session, joining, by_id))
    return reopened


async def _next_to_reverse(session: AsyncSession, cases: Mapping[UUID, Case]) -> CaseJoining | None:
    for joining in await queries.joinings_in_force(session, list(cases)):
        if not rules.are_one_family(*await queries.known_by(session, joining)):
            return joining
    return None


async def _reverse(session: AsyncSession, joining: CaseJoining, by_id: Mapping[UUID, Case]) -> Case:
    """The joined case has again what it had; what was recorded since stays with the other, wherever that went on."""
    path = await queries.path_of(session, joining)
    case, holder = by_id[joining.case_id], by_id[path[-1].into_case_id]
    today = clock.today()
    joining.reversed_on, joining.reversed_at, case.joined_into_id = today, clock.now(), None
    await _move_rows_back(session, joining, holder)
    await _let_children_go(session, joining, path, today)
    held = await _open_again(session, joining, case, today)
    for each in (case, holder):
        set_last_contact(each, await last_contact_on(session, each.id))
    await settle(session, [case, *(by_id[each.into_case_id] for each in path)])
    await _announce_reversal(session, joining, case, holder)
    if held:
        await _announce_held(session, case, *held)
    return case


async def _move_rows_back(session: AsyncSession, joining: CaseJoining, holder: Case) -> None:
    await session.flush()  # the rows are written by statement, and so are read from the database
    for row, key in queries.moved_tables():
        moved = select(JoinedRow.row_id).where(JoinedRow.joining_id == joining.id, JoinedRow.kind == row.name)
        theirs = (row.c.case_id == holder.id, key.in_(moved))
        await session.execute(update(row).where(*theirs).values(case_id=joining.case_id))
    clocks = (Timescale.case_id == holder.id, Timescale.about_id.in_(queries.things_with_clocks(joining.case_id)))
    follow = update(Timescale).where(*clocks).values(case_id=joining.case_id)
    await session.execute(follow, execution_options={"synchronize_session": False})


async def _let_children_go(
    session: AsyncSession, joining: CaseJoining, path: Sequence[CaseJoining], today: date
) -> None:
    """Those who came with the joining leave the case that they came to, and where they went on to with it."""
    came = select(JoinedChild.child_id).where(JoinedChild.joining_id == joining.id, JoinedChild.left_on.is_(None))
    child_ids = (await session.scalars(came)).all()
    for each in path:
        same = (JoinedChild.joining_id == each.id, JoinedChild.child_id.in_(child_ids), JoinedChild.left_on.is_(None))
        leave = (await session.scalars(select(JoinedChild.child_id).where(*same))).all()
        of_case = (CaseChild.case_id == each.into_case_id, CaseChild.child_id.in_(leave))
        await session.execute(delete(CaseChild).where(*of_case))
        await session.execute(update(JoinedChild).where(*same).values(left_on=today))


async def _open_again(
    session: AsyncSession, joining: CaseJoining, case: Case, today: date
) -> tuple[Allocation, Worker] | None:
    """On its pathway, with its key worker where that one may still hold it and its team where that was ended.

    Where the family under this very id has another open case since, this one is closed.
    """
    if await queries.is_family_open(session, case):
        return None
    await add_step(session, ITSELF, case, case.pathway, today)
    await _resume_team(session, joining)
    for resume in (resume_clocks, resume_review):
        await resume(session, case)
    workers = await lock_workers(session, [joining.key_worker_id] if joining.key_worker_id else [])
    for worker in workers.values():
        if await _obstacle(session, case, worker, case.pathway) is None:
            return await _take_on(session, ITSELF, case, worker, today), worker
    return None


async def _resume_team(session: AsyncSession, joining: CaseJoining) -> None:
    team = await session.get(FamilyTeam, joining.ended_team_id) if joining.ended_team_id else None
    if team and team.end_reason == JOINED:
        led = (LeadProfessional.family_team_id == team.id, LeadProfessional.until_on == team.ended_on)
        last = select(LeadProfessional.id).where(*led).order_by(LeadProfessional.recorded_at.desc()).limit(1)
        await session.execute(update(LeadProfessional).where(LeadProfessional.id.in_(last)).values(until_on=None))
        team.ended_on = team.end_reason = team.end_text = None
        team.version += 1
        await session.flush()  # what is read of the teams next, is read from the database


async def _announce_reversal(session: AsyncSession, joining: CaseJoining, case: Case, holder: Case) -> None:
    today = clock.today()
    facts = {"joined_case_id": str(case.id), "into_case_id": str(holder.id)}
    for each in (case, holder):
        about = uuid5(joining.id, str(each.id))
        await record_about_case(session, each, "case_joining_reversed", today, about_id=about, facts=facts)
        audit.record(session, ITSELF, "case_joining_reverse", "case", each.id, **facts)
    if case.status == "open":
        await outbox.record(session, CaseReopened(**await event_fields_of(session, case), reopened_on=today))
    await _announce_children(session, holder, today)
