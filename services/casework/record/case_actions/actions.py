"""Agreeing what somebody is to do, and recording that it was done or need not be done."""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm.attributes import flag_modified

from services.casework.cases.cases.actions import require_open
from services.casework.cases.cases.models import Case
from services.casework.cases.cases.queries import find_case
from services.casework.record.case_actions import rules
from services.casework.record.case_actions.models import STEP, CaseAction, CaseActionMove
from services.casework.record.case_actions.queries import find_action
from services.casework.record.case_actions.schemas import ActionCancellation, ActionCompletion, ActionMove, NewAction
from services.casework.record.chronology.actions import record_about_case
from services.casework.record.contacts.models import Contact
from services.casework.record.timescales import actions as timescales
from services.casework.workforce.workers.models import Worker
from shared import audit, clock
from shared.auth import Actor
from shared.merged_children import surviving_ids
from shared.problems import InvalidBody, Problem


class ActionNotOpen(Problem):
    status = 409
    code = "action-not-open"
    title = "Only an action that is still to be done can be done or cancelled"


async def agree_action(session: AsyncSession, actor: Actor, case_id: UUID, sent: NewAction) -> CaseAction:
    """Write down what somebody is to do about a family, and let its clock run."""
    case = await find_case(session, actor, case_id, lock=True)
    require_open(case)
    day_of_contact = await _day_of_contact(session, case, sent.contact_id)
    agreed_on = sent.agreed_on or day_of_contact or clock.today()
    _check_days(agreed_on, sent.due_on, case.opened_on)
    child_id = await _child_in(session, case, sent.child_id)
    await _check_owner(session, sent.owner_worker_id)
    action = CaseAction(
        case_id=case.id,
        child_id=child_id,
        **sent.model_dump(include={"contact_id", "what", "owner_worker_id", "owner"}),
        agreed_by=actor.subject,
        recorded_at=clock.now(),
    )
    session.add(action)
    # Its id is made as it is written; its timescale, its entry and the audit name it.
    await session.flush()
    days: dict[str, Any] = {"started_on": agreed_on, "due_on": sent.due_on}
    await timescales.start(session, case.id, STEP, about_id=action.id, child_id=child_id, **days)
    await _record_entry(session, case, action, "agreed", agreed_on, sent.what, due_on=sent.due_on.isoformat())
    audit.record(session, actor, "action_agree", "case", case.id, action_id=str(action.id))
    return await find_action(session, actor, action.id)


async def complete_action(session: AsyncSession, actor: Actor, action_id: UUID, sent: ActionCompletion) -> CaseAction:
    """Record that it was done, and where that was late, why."""
    action = await _find_open(session, actor, action_id)
    done_on = sent.done_on or clock.today()
    if done_on < action.timescale.started_on:
        raise InvalidBody("/done_on", "out-of-order", "It was done after it was agreed")
    timescales.require_reason_late(action.timescale.due_on, done_on, sent.reason_late)
    await timescales.meet(session, STEP, about_id=action.id, met_on=done_on, reason_late=sent.reason_late)
    action.done_by, action.text = actor.subject, sent.text
    case = await session.get_one(Case, action.case_id)
    await _record_entry(session, case, action, "done", done_on, sent.text, late=done_on > action.timescale.due_on)
    audit.record(session, actor, "action_complete", "case", action.case_id, action_id=str(action.id))
    return await find_action(session, actor, action.id)


async def cancel_action(session: AsyncSession, actor: Actor, action_id: UUID, sent: ActionCancellation) -> CaseAction:
    """Record that it need not be done any more; it stays to be read."""
    action = await _find_open(session, actor, action_id)
    await timescales.end(session, STEP, about_id=action.id, ended_on=clock.today())
    action.cancelled_by, action.cancellation_reason = actor.subject, sent.reason
    case = await session.get_one(Case, action.case_id)
    await _record_entry(session, case, action, "cancelled", clock.today(), sent.reason)
    audit.record(session, actor, "action_cancel", "case", action.case_id, action_id=str(action.id))
    return await find_action(session, actor, action.id)


async def move_action(session: AsyncSession, actor: Actor, action_id: UUID, sent: ActionMove) -> CaseAction:
    """Let it be due on another day; one that lapsed with its case falls due again once that is open."""
    action = await find_action(session, actor, action_id, lock=True)
    case = await session.get_one(Case, action.case_id)
    require_open(case)
    if action.status not in (*rules.OPEN, "lapsed"):
        raise ActionNotOpen(present_status=action.status)
    kept, today = action.timescale, clock.today()
    if sent.due_on < today:
        raise InvalidBody("/due_on", "in-the-past", "An action is moved to today or to a later day")
    if sent.due_on > rules.latest_due(today):
        raise InvalidBody("/due_on", "too-far-ahead", f"An action is due within {rules.DUE_WITHIN_YEARS} years")
    if sent.due_on == kept.due_on and action.status != "lapsed":
        raise InvalidBody("/due_on", "same-day", "The action is due on this day already")
    move = CaseActionMove(
        id=uuid4(),
        action_id=action.id,
        due_before=kept.due_on,
        moved_by=actor.subject,
        moved_at=clock.now(),
        **vars(sent),
    )
    session.add(move)
    flag_modified(action, "what")  # a new version, though what changes stands in other rows
    facts = {"action_id": str(action.id), "due_before": move.due_before.isoformat(), "due_on": move.due_on.isoformat()}
    days: dict[str, Any] = {"started_on": kept.started_on, "due_on": sent.due_on}
    await timescales.start(session, case.id, STEP, about_id=action.id, child_id=action.child_id, **days)
    children = [action.child_id] if action.child_id else None
    await record_about_case(
        session, case, "action_moved", today, about_id=move.id, child_ids=children, facts=facts, text=sent.reason
    )
    audit.record(session, actor, "action_move", "case", case.id, action_id=str(action.id))
    return await find_action(session, actor, action.id)


async def _find_open(session: AsyncSession, actor: Actor, action_id: UUID) -> CaseAction:
    action = await find_action(session, actor, action_id, lock=True)
    if action.status not in rules.OPEN:
        raise ActionNotOpen(present_status=action.status)
    return action


async def _day_of_contact(session: AsyncSession, case: Case, contact_id: UUID | None) -> date | None:
    if contact_id is None:
        return None
    of_case = select(Contact.happened_on).where(Contact.id == contact_id, Contact.case_id == case.id)
    day: date | None = await session.scalar(of_case)
    if day is None:
        raise InvalidBody("/contact_id", "unknown", "There is no such contact of this case")
    return day


def _check_days(agreed_on: date, due_on: date, opened_on: date) -> None:
    if agreed_on < opened_on:
        raise InvalidBody("/agreed_on", "out-of-order", "An action is agreed on a day on which the case was open")
    if due_on < agreed_on:
        raise InvalidBody("/due_on", "out-of-order", "An action is not due before it is agreed")
    if due_on > rules.latest_due(agreed_on):
        raise InvalidBody("/due_on", "too-far-ahead", f"An action is due within {rules.DUE_WITHIN_YEARS} years")


async def _child_in(session: AsyncSession, case: Case, child_id: UUID | None) -> UUID | None:
    """The id under which the case has this child."""
    if child_id is None:
        return None
    answers = await surviving_ids(session, [child.child_id for child in case.children])
    if child_id in answers:
        return child_id
    for in_case, answer in answers.items():
        if answer == child_id:
            return in_case
    raise InvalidBody("/child_id", "not-of-this-case", "This is not a child of the case")


async def _check_owner(session: AsyncSession, worker_id: UUID | None) -> None:
    in_post = select(Worker.id).where(Worker.id == worker_id, Worker.in_post)
    if worker_id and await session.scalar(in_post) is None:
        raise InvalidBody("/owner_worker_id", "unknown", "There is no such worker in post")


async def _record_entry(
    session: AsyncSession, case: Case, action: CaseAction, became: str, on: date, text: str | None, **facts: Any
) -> None:
    await record_about_case(
        session,
        case,
        f"action_{became}",
        on,
        about_id=action.id,
        child_ids=[action.child_id] if action.child_id else None,
        facts=facts,
        text=text,
    )
