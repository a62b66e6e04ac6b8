"""A core group meets about children with a protection plan."""

from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from services.casework.cases.cases.actions import find_open_case
from services.casework.cases.cases.models import Case
from services.casework.cases.cases.queries import children_chosen
from services.casework.fields import past_day
from services.casework.protection.core_groups import queries
from services.casework.protection.core_groups.models import CoreGroup, CoreGroupChild
from services.casework.protection.core_groups.schemas import NewCoreGroup
from services.casework.protection.protection_plans.actions import keep_series
from services.casework.protection.protection_plans.models import ProtectionPlan
from services.casework.protection.protection_plans.queries import open_plans_in
from services.casework.record.chronology.actions import record_about_case
from shared import audit, clock
from shared.auth import Actor
from shared.problems import InvalidBody, Problem


class NoPlanToGoThrough(Problem):
    status = 409
    code = "no-protection-plan"
    title = "No child of this case has a protection plan in force: a core group is about one"

    def __init__(self, case: Case) -> None:
        super().__init__(call=f"POST /casework/v1/cases/{case.id}/conferences")


async def record_core_group(session: AsyncSession, actor: Actor, case_id: UUID, sent: NewCoreGroup) -> CoreGroup:
    """Record a meeting of the core group; the next one falls due for each of its children."""
    case = await find_open_case(session, actor, case_id)
    plans = await _plans_about(session, case, sent)
    rule = "A core group meets after the conference that began the plan"
    held_on = past_day("/held_on", sent.held_on, max(plan.started_on for plan in plans), rule)
    made = CoreGroup(
        id=uuid4(),
        case_id=case.id,
        held_on=held_on,
        present=[each.model_dump() for each in sent.present],
        recorded_by=actor.subject,
        recorded_at=clock.now(),
        children=[CoreGroupChild(plan_id=plan.id, child_id=plan.child_id) for plan in plans],
        **sent.model_dump(include={"quorate", "notes", "reason_late"}),
    )
    session.add(made)
    await session.flush()  # first: what falls due follows from the core groups on record
    for plan in plans:
        await keep_series(session, plan, "core_group", await queries.held_about(session, plan.id))
    facts: dict[str, Any] = {"quorate": sent.quorate, "children": len(plans)}
    child_ids = [plan.child_id for plan in plans]
    await record_about_case(
        session,
        case,
        "core_group_held",
        held_on,
        about_id=made.id,
        child_ids=child_ids,
        facts=facts,
        text=sent.notes,
    )
    audit.record(session, actor, "core_group_record", "case", case.id, core_group_id=str(made.id), **facts)
    return made


async def _plans_about(session: AsyncSession, case: Case, sent: NewCoreGroup) -> list[ProtectionPlan]:
    in_force = {plan.child_id: plan for plan in await open_plans_in(session, case.id) if not plan.temporary}
    if not in_force:
        raise NoPlanToGoThrough(case)
    if not sent.children:
        return list(in_force.values())
    chosen = await children_chosen(session, case, sent.children)
    for number, child in enumerate(chosen):
        if child.child_id not in in_force:
            rule = "This child has no protection plan of this authority in force"
            raise InvalidBody(f"/children/{number}", "no-plan", rule)
    return [in_force[child.child_id] for child in chosen]
