"""The decisions endpoints: what a body decided at a meeting, and which decisions are in force."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from services.governance import access
from services.governance.bodies.queries import bodies_by_key
from services.governance.decisions import actions, queries
from services.governance.decisions.models import Decision
from services.governance.decisions.schemas import DecisionDetails, DecisionsQuery, NewDecision
from shared.paging import Page, page_of
from shared.problems import InvalidBody
from shared.web import ReadSession, Session, topic_router

router = topic_router("decisions")


@router.post("/meetings/{meeting_id}/decisions", status_code=201)
async def record_decision(
    meeting_id: UUID, sent: NewDecision, actor: access.CanRecordDecisions, session: Session
) -> DecisionDetails:
    """Record what the body decided on a proposal at this meeting.

    The approval of the last body on the route has the proposal's effect, from `effective_on` (today unless given).
    `deferred` leaves the proposal with the body for its next meeting; `referred_up` takes it to the next higher body;
    `referred_back` and `rejected` end the round.

    A board member may record for a body on which they sit (403 `not-a-member`). 409: `meeting-not-yet-held` before its
    day; `not-this-bodys-decision` where another body's turn it is; `not-before-this-meeting` where the proposal came
    later; `already-decided`; `own-proposal` where its proposer is present without a declared interest, or records it;
    `gate-not-passed`, with the `gates`, where an approval needs something first; `no-higher-body`.
    """
    return DecisionDetails.of(await actions.record_decision(session, actor, meeting_id, sent))


@router.get("/decisions")
async def list_decisions(
    query: Annotated[DecisionsQuery, Query()], actor: access.CanReadGovernance, session: ReadSession
) -> Page[DecisionDetails]:
    """Decisions, newest first, each with the meeting that made it; `in_force=true`: those whose effect holds now.

    `body` is the key of a body.
    """
    body = (await bodies_by_key(session, [query.body])).get(query.body) if query.body else None
    if query.body and body is None:
        raise InvalidBody("/body", "unknown", "There is no body with this key")
    rows = queries.decisions_made(body_id=body.id if body else None, in_force=query.in_force)
    found, following = await page_of(session, rows, [Decision.decided_at, Decision.id], query, descending=True)
    return Page[DecisionDetails](items=[DecisionDetails.of(decision) for decision in found], next=following)
