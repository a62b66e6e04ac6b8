"""Holding a strategy discussion."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from services.casework.cases.cases.actions import day_of_step, find_open_case, those_under_18
from services.casework.cases.cases.models import CaseChild
from services.casework.cases.cases.queries import children_chosen
from services.casework.lifecycle.pathways.actions import require_past_front_door
from services.casework.protection.strategy_discussions import rules
from services.casework.protection.strategy_discussions.models import DiscussedChild, StrategyDiscussion
from services.casework.protection.strategy_discussions.schemas import NewStrategyDiscussion, Participant
from services.casework.record.chronology.actions import record_about_case
from services.casework.record.timescales import actions as timescales
from shared import audit, clock
from shared.auth import Actor
from shared.problems import InvalidBody


class AgenciesMissing(InvalidBody):
    """`missing` has the agencies without which it is no strategy discussion."""

    def __init__(self, missing: Sequence[str]) -> None:
        rule = "A strategy discussion is held by social care, police and health at least: see `missing`"
        super().__init__("/participants", "agency-missing", rule, missing=list(missing))


async def hold_discussion(
    session: AsyncSession, actor: Actor, case_id: UUID, sent: NewStrategyDiscussion
) -> StrategyDiscussion:
    """Record a strategy discussion with who took part by agency, and what was decided for these children."""
    case = await find_open_case(session, actor, case_id)
    require_past_front_door(case)
    _check_agencies(sent.participants)
    children: Sequence[CaseChild] = await children_chosen(session, case, sent.children)
    held_at = sent.held_at or clock.now()
    held_on = clock.london_day(held_at)
    children = those_under_18(children, held_on, named=bool(sent.children))
    await day_of_step(session, case, children, "/held_at", held_on, census_rule="2889")
    made = StrategyDiscussion(
        id=uuid4(),
        case_id=case.id,
        held_at=held_at,
        participants=[each.model_dump() for each in sent.participants],
        outcome=sent.outcome,
        reason=sent.reason,
        recorded_by=actor.subject,
        recorded_at=clock.now(),
        children=[DiscussedChild(child_id=child.child_id) for child in children],
    )
    session.add(made)
    await timescales.close_awaited(session, case.id, "strategy_discussion", met_on=held_on)
    facts: dict[str, Any] = {"outcome": sent.outcome, "participants": len(sent.participants)}
    await record_about_case(
        session,
        case,
        "strategy_discussion_held",
        held_at,
        about_id=made.id,
        child_ids=[child.child_id for child in children],
        facts=facts,
        text=sent.reason,
    )
    audit.record(session, actor, "strategy_discussion_hold", "case", case.id, discussion_id=str(made.id), **facts)
    return made


def _check_agencies(participants: Sequence[Participant]) -> None:
    """Raises that an agency is missing, or is there twice."""
    agencies = [each.agency for each in participants]
    if twice := list(rules.named_twice(agencies)):
        rule = "Each agency is named once: name who spoke for it; of `other` there may be several"
        raise InvalidBody(f"/participants/{twice[0]}/agency", "twice", rule)
    if missing := rules.missing_agencies(agencies):
        raise AgenciesMissing(missing)
