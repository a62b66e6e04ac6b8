"""The meetings endpoints: when a body meets, and meetings that are called."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from services.governance import access
from services.governance.bodies.queries import find_body
from services.governance.meetings import actions, queries
from services.governance.meetings.models import Meeting
from services.governance.meetings.schemas import MeetingDetails, MeetingsQuery, NewMeeting
from shared import clock
from shared.paging import Page, page_of
from shared.web import Session, topic_router

router = topic_router("meetings")


@router.get("/bodies/{body_id}/meetings")
async def list_meetings(
    body_id: UUID, query: Annotated[MeetingsQuery, Query()], actor: access.CanReadGovernance, session: Session
) -> Page[MeetingDetails]:
    """The meetings of a body, soonest first, from today on or from the day `from`.

    Ordinary meetings are planned a year ahead; one that would fall on a bank holiday is held on the next working day.
    """
    await actions.plan_meetings(session, await find_body(session, body_id))
    rows = queries.meetings_of(body_id, query.first or clock.today())
    found, following = await page_of(session, rows, [Meeting.held_on, Meeting.kind], query)
    return Page[MeetingDetails](items=[MeetingDetails.of(meeting) for meeting in found], next=following)


@router.post("/bodies/{body_id}/meetings", status_code=201)
async def call_extraordinary_meeting(
    body_id: UUID, sent: NewMeeting, actor: access.CanCallMeetings, session: Session
) -> MeetingDetails:
    """Call an extraordinary meeting for today or a later day.

    409 `meeting-already-called` where the body already has one on that day.
    """
    return MeetingDetails.of(await actions.call_extraordinary_meeting(session, actor, body_id, sent))
