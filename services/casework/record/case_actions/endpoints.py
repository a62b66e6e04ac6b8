"""The action endpoints: who is to do what about a family, by which day."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from fastapi import Query, Response
from sqlalchemy.ext.asyncio import AsyncSession

from services.casework import access
from services.casework.cases.access_log.actions import record_list_look
from services.casework.cases.cases.queries import children_named, find_case, visible_to
from services.casework.record.case_actions import actions, queries
from services.casework.record.case_actions.models import CaseAction
from services.casework.record.case_actions.schemas import (
    ActionCancellation,
    ActionCompletion,
    ActionListed,
    ActionMove,
    ActionShown,
    ActionsQuery,
    NewAction,
)
from services.casework.record.timescales.models import Timescale
from services.casework.workforce.workers.queries import names_of
from shared import audit
from shared.auth import Actor
from shared.paging import Page, PageQuery, page_of
from shared.web import AccessReason, Session, set_etag, topic_router

router = topic_router("case actions")


async def _shown(session: AsyncSession, response: Response, action: CaseAction) -> ActionShown:
    set_etag(response, action.version)
    return ActionShown.of(action, await queries.children_now(session, [action]))


async def _listed(session: AsyncSession, actor: Actor, due: Sequence[Timescale]) -> list[ActionListed]:
    found = await queries.actions_about(session, due)
    children = await queries.children_now(session, found)
    named = await children_named(session, visible_to(actor), [action.case_id for action in found])
    names = await names_of(session, {each for action in found for each in (action.agreed_by, action.done_by)})
    return [
        ActionListed.listed(ActionShown.of(action, children), named.get(action.case_id, []), names) for action in found
    ]


@router.post("/cases/{case_id}/actions", status_code=201)
async def agree_action(
    case_id: UUID, sent: NewAction, actor: access.CanAgreeActions, session: Session, response: Response
) -> ActionShown:
    """Write down what somebody is to do about a family, by the end of `due_on` in London.

    It has one owner: `owner_worker_id`, who then sees the action even if not the case, or `owner`, the name of a
    partner or of somebody of the family. It is due at most 2 years after `agreed_on`. 409 `case-closed`.
    """
    return await _shown(session, response, await actions.agree_action(session, actor, case_id, sent))


@router.get("/cases/{case_id}/actions")
async def list_actions_of_case(
    case_id: UUID,
    query: Annotated[PageQuery, Query()],
    actor: access.CanReadActions,
    session: Session,
    access_reason: AccessReason = None,
) -> Page[ActionListed]:
    """Every action of a case by due day, with what became of it; the look is on record."""
    case = await find_case(session, actor, case_id)
    audit.record(session, actor, "actions_look", "case", case.id, reason=access_reason)
    found, following = await page_of(session, queries.list_of(case.id), [Timescale.due_on, Timescale.id], query)
    return Page(items=await _listed(session, actor, found), next=following)


@router.get("/actions")
async def list_actions(
    query: Annotated[ActionsQuery, Query()],
    actor: access.CanReadActions,
    session: Session,
    access_reason: AccessReason = None,
) -> Page[ActionListed]:
    """Actions of the families that the caller may see, and the caller's own, soonest due first.

    By default those still to be done; `owner` is the worker who is to do it, `worker` the family's key worker, and the
    other filters are those of `GET /v1/timescales`. The look at the list is on record. An
    owner who may not see the case gets no names of its children.
    """
    rows = queries.list_for(actor, query)
    found, following = await page_of(session, rows, [Timescale.due_on, Timescale.id], query)
    await record_list_look(session, actor, "actions", [each.case_id for each in found], access_reason)
    return Page(items=await _listed(session, actor, found), next=following)


@router.get("/actions/{action_id}")
async def get_action(
    action_id: UUID,
    actor: access.CanReadActions,
    session: Session,
    response: Response,
    access_reason: AccessReason = None,
) -> ActionShown:
    """One action; the look is on record."""
    action = await queries.find_action(session, actor, action_id)
    audit.record(session, actor, "actions_look", "case", action.case_id, reason=access_reason)
    return await _shown(session, response, action)


@router.post("/actions/{action_id}/completion")
async def complete_action(
    action_id: UUID, sent: ActionCompletion, actor: access.CanEndActions, session: Session, response: Response
) -> ActionShown:
    """Record that it was done, today or on `done_on`; after the due day with `reason_late`, and only then.

    For whoever may see the case, and for its owner. 409 `action-not-open` with `present_status` where it was done,
    cancelled, or has lapsed with its case.
    """
    return await _shown(session, response, await actions.complete_action(session, actor, action_id, sent))


@router.post("/actions/{action_id}/cancellation")
async def cancel_action(
    action_id: UUID, sent: ActionCancellation, actor: access.CanEndActions, session: Session, response: Response
) -> ActionShown:
    """Record, with the reason, that it need not be done any more. 409 `action-not-open` as with a completion."""
    return await _shown(session, response, await actions.cancel_action(session, actor, action_id, sent))


@router.post("/actions/{action_id}/due-day")
async def move_action(
    action_id: UUID, sent: ActionMove, actor: access.CanMoveActions, session: Session, response: Response
) -> ActionShown:
    """Move an action to another day, today or later, with the reason; `moves` keeps every day that it had.

    An action that lapsed when its case was closed falls due again in this way, once the case is open again: 409
    `case-closed` until then. 409 `action-not-open` where it was done or cancelled.
    """
    return await _shown(session, response, await actions.move_action(session, actor, action_id, sent))
