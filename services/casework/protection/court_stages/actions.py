"""The way to court: each stage as it is reached, and what it makes due."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from services.casework.cases.cases.actions import day_of_step, find_open_case
from services.casework.cases.cases.queries import children_chosen
from services.casework.lifecycle.pathways.actions import follow_the_law, require_past_front_door
from services.casework.protection.court_stages import queries, rules
from services.casework.protection.court_stages.models import CourtStage, CourtStageChild
from services.casework.protection.court_stages.rules import Standing
from services.casework.protection.court_stages.schemas import NewCourtStage
from services.casework.record.chronology.actions import record_about_case
from services.casework.record.timescales import actions as timescales
from services.casework.record.timescales.rules import due_on
from shared import audit, clock
from shared.auth import Actor
from shared.contracts.casework import Pathway
from shared.problems import InvalidBody, Problem

BEGINS = {"letter_before_proceedings": "pre_proceedings", "application": "care_proceedings"}
"""By the stage that begins it, what falls due then."""


class NotALawfulStage(Problem):
    """`lawful` has the stages that may follow, `standing` how the child stands."""

    status = 409
    code = "not-a-lawful-stage"
    title = "This stage does not follow from how the child stands before the court: `lawful` names those that do"


async def record_stage(session: AsyncSession, actor: Actor, case_id: UUID, sent: NewCourtStage) -> CourtStage:
    """Record a stage that children have reached; with an application the family is on the pathway court."""
    case = await find_open_case(session, actor, case_id)
    require_past_front_door(case)
    _check_order(sent)
    children = await children_chosen(session, case, sent.children)
    on = await day_of_step(session, case, children, "/on", sent.on, census_rule="8565")
    made = CourtStage(
        id=uuid4(),
        case_id=case.id,
        stage=sent.stage,
        on=on,
        order=sent.order,
        recorded_by=actor.subject,
        recorded_at=clock.now(),
        children=[],
    )
    session.add(made)
    for child in children:
        before = await queries.stages_of(session, [child.child_id])
        _require_lawful(before, sent.stage, on)
        reached = CourtStageChild(id=uuid4(), child_id=child.child_id)
        made.children.append(reached)
        await _keep_clocks(session, made, reached, before)
    child_ids = [child.child_id for child in children]
    facts = {"stage": sent.stage, "order": sent.order}
    await record_about_case(
        session, case, "court_stage_reached", on, about_id=made.id, child_ids=child_ids, facts=facts
    )
    audit.record(session, actor, "court_stage_record", "case", case.id, stage_id=str(made.id), **facts)
    ended: Pathway | None = "court" if sent.stage in ("final_order", "withdrawn") else None
    reason = "The court was applied to" if sent.stage == "application" else "The proceedings ended"
    await follow_the_law(session, actor, case, on, reason, ended=ended)
    return made


def _check_order(sent: NewCourtStage) -> None:
    if sent.stage in rules.WITH_ORDER and sent.order is None:
        raise InvalidBody("/order", "missing", "Name the order that the court made, or that it made none")
    if sent.stage not in rules.WITH_ORDER and sent.order is not None:
        raise InvalidBody("/order", "not-for-this-stage", "Only an interim or final order names one")


def _require_lawful(before: Sequence[CourtStageChild], stage: str, on: date) -> None:
    """Raises that this stage does not follow, or that it is earlier than the one before it."""
    if before and on < before[-1].reached.on:
        raise InvalidBody("/on", "out-of-order", "A stage is reached on the day of the one before it or later")
    standing = rules.standing_after(each.reached.stage for each in before)  # type: ignore[misc]
    if stage not in rules.LAWFUL[standing]:
        raise NotALawfulStage(standing=standing, lawful=list(rules.LAWFUL[standing]))


async def _keep_clocks(
    session: AsyncSession, made: CourtStage, reached: CourtStageChild, before: Sequence[CourtStageChild]
) -> None:
    """What began before is met or ends with this stage; what begins with it falls due."""
    began = [each for each in before if each.reached.stage in BEGINS]
    standing: Standing = rules.standing_after(each.reached.stage for each in before)  # type: ignore[misc]
    if began and standing != "none":
        awaited, step = began[-1], BEGINS[began[-1].reached.stage]
        if made.stage == "withdrawn":
            await timescales.end(session, step, about_id=awaited.id, ended_on=made.on)
        elif made.stage in ("application", "final_order"):
            await timescales.meet(session, step, about_id=awaited.id, met_on=made.on)
    if step_begun := BEGINS.get(made.stage):
        await timescales.start(
            session,
            made.case_id,
            step_begun,
            about_id=reached.id,
            child_id=reached.child_id,
            started_on=made.on,
            due_on=due_on(step_begun, made.on),
        )
