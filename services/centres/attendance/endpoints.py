"""The attendance endpoints: who came to a session."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from services.centres import access
from services.centres.attendance import actions, queries
from services.centres.attendance.models import Attendance
from services.centres.attendance.schemas import AttendanceShown, NewAttendance, RecordedAttendance
from services.centres.timetable.queries import find_session
from shared import audit
from shared.paging import Page, PageQuery, page_of
from shared.web import AccessReason, Session, topic_router

router = topic_router("attendance")


@router.post("/sessions/{session_id}/attendance", status_code=201)
async def record_attendance(
    session_id: UUID, sent: NewAttendance, actor: access.CanRecordAttendance, session: Session
) -> RecordedAttendance:
    """Put on record which families came to a session, with their children, and which that were booked did not.

    At most 200 families at once, all or none; others of the session stay as they are. Sent again it corrects what is
    on record, and the correction is published for the children's case. Who comes to a partner's or an open session
    needs no booking. 404 for a session of another area; 409 `session-not-begun`; 422 naming the family:
    `/families/3/family_id` `not-open-to-the-service`, `/families/3/attended` `not-booked`, `/families/3/child_ids`
    `not-of-the-family`, `/families/3/family_id` `not-found` where the family's record is restricted to others, `twice`
    where it is in the list under another id; `/families/3/child_ids` `twice` where the child is. A family that has a
    record of this session under another id is corrected there.
    """
    recorded = await actions.record_attendance(session, actor, session_id, sent)
    return RecordedAttendance(families=recorded)


@router.get("/sessions/{session_id}/attendance")
async def list_attendance(
    session_id: UUID,
    query: Annotated[PageQuery, Query()],
    actor: access.CanReadAttendance,
    session: Session,
    access_reason: AccessReason = None,
) -> Page[AttendanceShown]:
    """Who came to a session, as it is on record; the look is on record as well.

    Families whose record is restricted to others are not in the list. A family, or a child, whom merged records show to
    be one is in it once, under the id that was recorded first.
    """
    meeting = await find_session(session, actor, session_id)
    audit.record(session, actor, "attendance_look", "session", meeting.id, reason=access_reason)
    rows = queries.shown_at(actor, meeting.id)
    found, following = await page_of(session, rows, [Attendance.family_id], query)
    return Page[AttendanceShown](items=await queries.as_shown(session, found), next=following)
