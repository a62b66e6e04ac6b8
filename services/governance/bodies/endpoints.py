"""The bodies endpoints: who decides and advises, when they meet, who sits on them."""

from typing import Annotated
from uuid import UUID

from fastapi import Query
from sqlalchemy import select

from services.governance import access
from services.governance.bodies import actions, queries
from services.governance.bodies.models import Body, Meeting
from services.governance.bodies.schemas import (
    BodyDetails,
    MeetingDetails,
    MeetingsQuery,
    MemberDetails,
    NewMeeting,
    NewMember,
)
from shared import clock
from shared.paging import Page, PageQuery, page_of
from shared.web import ReadSession, Session, topic_router

router = topic_router("bodies")


@router.get("/bodies")
async def list_bodies(
    query: Annotated[PageQuery, Query()], actor: access.CanReadGovernance, session: ReadSession
) -> Page[BodyDetails]:
    """Every body that decides, advises or is reported to, in the order of their keys."""
    found, following = await page_of(session, select(Body), [Body.key], query)
    return Page[BodyDetails](items=[BodyDetails.model_validate(body) for body in found], next=following)


@router.get("/bodies/{body_id}/meetings")
async def list_meetings(
    body_id: UUID, query: Annotated[MeetingsQuery, Query()], actor: access.CanReadGovernance, session: Session
) -> Page[MeetingDetails]:
    """The meetings of a body, soonest first, from today on or from the day `from`.

    Ordinary meetings are planned a year ahead; one that would fall on a bank holiday is held on the next working day.
    """
    await actions.plan_meetings(session, await queries.find_body(session, body_id))
    rows = queries.meetings_of(body_id, query.first or clock.today())
    found, following = await page_of(session, rows, [Meeting.held_on, Meeting.kind], query)
    return Page[MeetingDetails](items=[MeetingDetails.of(meeting) for meeting in found], next=following)


@router.post("/bodies/{body_id}/meetings", status_code=201)
async def call_extraordinary_meeting(
    body_id: UUID, sent: NewMeeting, actor: access.CanArrangeMeetings, session: Session
) -> MeetingDetails:
    """Call an extraordinary meeting for today or a later day.

    409 `meeting-already-called` where the body already has one on that day.
    """
    return MeetingDetails.of(await actions.call_extraordinary_meeting(session, actor, body_id, sent))


@router.post("/bodies/{body_id}/members", status_code=201)
async def appoint_member(
    body_id: UUID, sent: NewMember, actor: access.CanArrangeMeetings, session: Session
) -> MemberDetails:
    """Put somebody on a body, from today or from the day `from`.

    409 `already-a-member` where a person with this `subject` already sits on it.
    """
    return MemberDetails.of(await actions.appoint_member(session, actor, body_id, sent))
