"""Stepping a family up and down, and what ends with a step."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.casework.allocation.allocations.actions import RegistrationRequired
from services.casework.allocation.allocations.queries import holders_since
from services.casework.allocation.allocations.schemas import AllocationEnding
from services.casework.allocation.transfers.actions import CaseNotAllocated, end_allocation_of
from services.casework.cases.cases import queries
from services.casework.cases.cases.actions import announce_standing, find_open_case
from services.casework.cases.cases.models import Case
from services.casework.cases.cases.queries import event_fields_of
from services.casework.cases.cases.rules import ON_RECORD, WITHOUT_KEY_WORKER
from services.casework.cases.holdings.actions import settle
from services.casework.cases.holdings.queries import last_fact_on
from services.casework.early_help.family_teams.queries import has_lead_professional
from services.casework.fields import past_day
from services.casework.lifecycle.pathways import rules
from services.casework.lifecycle.pathways.models import PathwayStep
from services.casework.lifecycle.pathways.queries import last_step_on, open_steps
from services.casework.lifecycle.pathways.rules import OpenStep, pathway_of
from services.casework.lifecycle.pathways.schemas import NewStep
from services.casework.record.chronology.actions import record_about_case
from services.casework.workforce.workers.queries import lock_workers
from services.casework.workforce.workers.rules import obstacle_to
from shared import audit, clock, outbox
from shared.auth import Actor
from shared.contracts.casework import CasePathwayChanged, Pathway
from shared.problems import Problem


class NotALawfulStep(Problem):
    status = 409
    code = "not-a-lawful-step"
    title = "This is no lawful step from the family's pathway: `lawful` names those that are"


class FrontDoorDecides(Problem):
    status = 409
    code = "front-door-decides"
    title = "Up from early help the MASH decides, and its decision takes the case up: `call` asks it"

    def __init__(self, case: Case, pathway: str, lawful: Sequence[str]) -> None:
        is_open = case.status == "open"
        call = f"POST /casework/v1/cases/{case.id}/escalation" if is_open else "POST /referrals/v1/referrals"
        super().__init__(pathway=pathway, lawful=lawful, call=call)


class StepsOpen(Problem):
    """`open` has each of them with the call that ends it."""

    status = 409
    code = "steps-open"
    title = "What is open under the law comes to its end first: `open` names each with the call that ends it"

    def __init__(self, steps: Sequence[OpenStep], **facts: Any) -> None:
        shown = [{"kind": each.kind, "id": str(each.id), "call": each.call} for each in steps]
        rules_broken = [each.census_rule for each in steps if each.census_rule]
        if rules_broken:
            facts["census_rule"] = rules_broken[0]
        super().__init__(open=shown, **facts)


class KeyWorkerNeeded(Problem):
    status = 409
    code = "key-worker-needed"
    title = "On this pathway a key worker holds the family: transfer it, or step it down to early help first"


class LeadProfessionalRequired(Problem):
    status = 409
    code = "lead-professional-required"
    title = "The key worker holds the family until a Team Around the Family has a lead professional: name one first"


async def add_step(
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


async def add_first_steps(session: AsyncSession, actor: Actor, opened: Iterable[Case]) -> None:
    """The first step of each new case, its opening."""
    by = {"number": 1, "recorded_by": actor.subject, "recorded_at": clock.now()}
    steps = [{"case_id": case.id, "pathway": case.pathway, "from_on": case.opened_on, **by} for case in opened]
    await session.execute(insert(PathwayStep), steps)


async def announce_step(
    session: AsyncSession,
    actor: Actor,
    case: Case,
    before: str,
    step_id: UUID,
    from_on: date,
    reason: str | None,
    allocation_ended: str | None,
) -> None:
    """Put a step up or down into the chronology and on record, and announce it."""
    facts = {"pathway_before": before, "pathway": case.pathway, "allocation_ended": allocation_ended}
    # Two cases that are joined go on on the higher pathway, whether or not that is a step of the table.
    kind = f"case_stepped_{rules.direction_of(before, case.pathway) or 'up'}"
    await record_about_case(session, case, kind, from_on, about_id=step_id, facts=facts, text=reason)
    audit.record(session, actor, kind.replace("stepped", "step"), "case", case.id, **facts)
    fields = await event_fields_of(session, case)
    await outbox.record(session, CasePathwayChanged(**fields, pathway_before=before, changed_on=from_on))


async def step_case(session: AsyncSession, actor: Actor, case_id: UUID, sent: NewStep) -> Case:
    """Step a family up or down; one to early help ends the key worker's part where a lead professional takes over."""
    case = await find_open_case(session, actor, case_id)
    before = case.pathway
    if rules.is_for_the_front_door(before, sent.pathway):
        raise FrontDoorDecides(case, before, rules.lawful_steps(before))
    if rules.direction_of(before, sent.pathway) is None:
        raise NotALawfulStep(pathway=before, lawful=rules.lawful_steps(before))
    steps = await open_steps(session, case.id)
    if (asked := pathway_of(steps)) and rules.is_higher(asked, sent.pathway):
        raise StepsOpen([each for each in steps if each.pathway], pathway=before, lawful=rules.lawful_steps(before))
    ends = sent.pathway in WITHOUT_KEY_WORKER and await has_lead_professional(session, case.id)
    earliest = await (last_fact_on if ends else last_step_on)(session, case.id)
    from_on = past_day("/from_on", sent.from_on, earliest, ON_RECORD)
    await _require_registered(session, case, sent.pathway, from_on)
    made = await add_step(session, actor, case, sent.pathway, from_on, reason=sent.reason)
    ended = ends and await end_allocation_of(session, case, from_on, "stepped_down")
    await settle(session, [case])
    await announce_step(session, actor, case, before, made.id, from_on, sent.reason, "stepped_down" if ended else None)
    return await queries.case_as_it_is(session, case.id)


async def end_allocation(session: AsyncSession, actor: Actor, case_id: UUID, sent: AllocationEnding) -> Case:
    """End the key worker's part on early help, where the lead professional who holds the family was named later."""
    case = await find_open_case(session, actor, case_id)
    if case.key_worker_id is None:
        raise CaseNotAllocated
    if case.pathway not in WITHOUT_KEY_WORKER:
        raise KeyWorkerNeeded
    if not await has_lead_professional(session, case.id):
        raise LeadProfessionalRequired
    day = past_day("/ended_on", sent.ended_on, await last_fact_on(session, case.id), ON_RECORD)
    former = case.key_worker_id
    await end_allocation_of(session, case, day, "stepped_down")
    await settle(session, [case])
    facts = {"worker_id": str(former)}
    about = uuid5(case.id, f"{former} {case.version}")
    await record_about_case(session, case, "case_allocation_ended", day, about_id=about, facts=facts, text=sent.reason)
    audit.record(session, actor, "case_allocation_end", "case", case.id, **facts)
    await announce_standing(session, case)
    return await queries.case_as_it_is(session, case.id)


async def is_lawfully_held(session: AsyncSession, case: Case, pathway: str) -> bool:
    """Whether the family has no key worker, or one who may hold it on this pathway; locks the worker."""
    if case.key_worker_id is None:
        return True
    held_by = (await lock_workers(session, [case.key_worker_id]))[case.key_worker_id]
    return obstacle_to(held_by.role, held_by.registration_number, pathway) is None


def require_past_front_door(case: Case) -> None:
    """Raises that no step of the law begins on early help: up from there the MASH decides."""
    if case.pathway in WITHOUT_KEY_WORKER:
        raise FrontDoorDecides(case, "child_in_need", rules.lawful_steps(case.pathway))


async def follow_the_law(
    session: AsyncSession, actor: Actor, case: Case, day: date, reason: str, *, ended: Pathway | None = None
) -> None:
    """Step the family where what is open under the law asks it to be: up where something began, and where something
    `ended` that had it on its pathway, down to what is left, at least child in need.

    Whoever may not hold the family on the higher pathway holds it no longer: it is on the unallocated list at once.
    """
    asked = pathway_of(await open_steps(session, case.id))
    target = asked if asked and rules.is_higher(asked, case.pathway) else None
    if ended and ended == case.pathway:
        target = asked or "child_in_need"
    if target is None or target == case.pathway:
        return
    if rules.direction_of(case.pathway, target) is None:
        raise NotALawfulStep(pathway=case.pathway, lawful=rules.lawful_steps(case.pathway))
    before, held = case.pathway, await is_lawfully_held(session, case, target)
    earliest = await (last_step_on if held else last_fact_on)(session, case.id)
    from_on = max(day, earliest)
    made = await add_step(session, actor, case, target, from_on, reason=reason)
    if not held:
        await end_allocation_of(session, case, from_on, "registration_required")
    await settle(session, [case])
    await announce_step(
        session, actor, case, before, made.id, from_on, reason, None if held else "registration_required"
    )


async def _require_registered(session: AsyncSession, case: Case, pathway: str, from_on: date) -> None:
    """Whoever holds the family from that day on may hold it on this pathway."""
    held_by = await lock_workers(session, await holders_since(session, case.id, from_on))
    obstacles = {obstacle_to(each.role, each.registration_number, pathway) for each in held_by.values()}
    if "registration-required" in obstacles:
        raise RegistrationRequired("Transfer the family to a registered social worker first")
