"""Putting on record who came to a session."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from services.centres.attendance import rules
from services.centres.attendance.models import Attendance
from services.centres.attendance.queries import Expected, expected_at, recorded_of
from services.centres.attendance.schemas import FamilyAttendance, NewAttendance
from services.centres.bookings.queries import restricted_from
from services.centres.timetable.models import TimetableSession
from services.centres.timetable.queries import find_session
from services.centres.timetable.rules import Audience, has_begun
from shared import audit, clock, outbox
from shared.auth import Actor
from shared.contracts.centres import AttendanceRecorded
from shared.problems import IN_AN_EMERGENCY, InvalidBody, NotFound, Problem


class SessionNotBegun(Problem):
    status = 409
    code = "session-not-begun"
    title = "Who came is recorded once the session has begun"


async def record_attendance(
    session: AsyncSession, actor: Actor, session_id: UUID, sent: NewAttendance
) -> list[Attendance]:
    """Put on record who came, all families of the list or none; sent again, it corrects what is there.

    The session's row is locked, so that of two corrections at one moment the second sees the first.
    """
    meeting = await find_session(session, actor, session_id, lock=True)
    if not has_begun(meeting.starts_at, clock.now()):
        raise SessionNotBegun
    family_ids = [each.family_id for each in sent.families]
    await _require_not_restricted(session, actor, family_ids)
    expected = await expected_at(session, meeting.id, family_ids)
    for number, each in enumerate(sent.families):
        _require_possible(f"/families/{number}", each, expected[each.family_id], meeting.activity.audience)
    known = await recorded_of(session, meeting.id, family_ids)
    recorded = [_recorded(actor, meeting, each, known.get(each.family_id)) for each in sent.families]
    session.add_all(recorded)
    changed = [attendance for attendance in recorded if session.is_modified(attendance)]
    await session.flush()  # counts the versions, which the audit and the response have
    for attendance in changed:
        await _put_on_record(session, actor, meeting, attendance)
    return recorded


async def _require_not_restricted(session: AsyncSession, actor: Actor, family_ids: Sequence[UUID]) -> None:
    """Before anything is asked of the family, so that no other refusal shows whether it was booked."""
    restricted = await restricted_from(session, actor, family_ids)
    for number, family_id in enumerate(family_ids):
        if family_id in restricted:
            raise InvalidBody(f"/families/{number}/family_id", NotFound.code, IN_AN_EMERGENCY)


def _require_possible(place: str, sent: FamilyAttendance, family: Expected, audience: Audience) -> None:
    if not rules.may_have_come(audience, booked=family.booked, is_open=family.is_open):
        rule = "To a targeted session come families who were booked, or are open to the Family Support Service"
        raise InvalidBody(f"{place}/family_id", "not-open-to-the-service", rule)
    if not sent.attended and not rules.may_have_stayed_away(booked=family.booked):
        raise InvalidBody(f"{place}/attended", "not-booked", "Only who was booked can have stayed away")
    if rules.strangers(sent.child_ids, family.child_ids, audience):
        rule = "A child who comes to a targeted session is one of the family's case or of its booking"
        raise InvalidBody(f"{place}/child_ids", "not-of-the-family", rule)


def _recorded(actor: Actor, meeting: TimetableSession, sent: FamilyAttendance, known: Attendance | None) -> Attendance:
    """What is on record of a family, as it was sent; one that is sent again unchanged stays as it is."""
    child_ids = sorted(str(child_id) for child_id in sent.child_ids)
    if known and (known.attended, known.child_ids) == (sent.attended, child_ids):
        return known
    attendance = known or Attendance(id=uuid4(), session_id=meeting.id, family_id=sent.family_id)
    attendance.attended, attendance.child_ids = sent.attended, child_ids
    attendance.recorded_at, attendance.recorded_by = clock.now(), actor.subject
    return attendance


async def _put_on_record(
    session: AsyncSession, actor: Actor, meeting: TimetableSession, attendance: Attendance
) -> None:
    facts: dict[str, Any] = {
        "session_id": str(meeting.id),
        "attended": attendance.attended,
        "children": len(attendance.child_ids),
        "version": attendance.version,
    }
    audit.record(session, actor, "attendance_record", "family", attendance.family_id, **facts)
    await outbox.record(
        session,
        AttendanceRecorded(
            attendance_id=attendance.id,
            session_id=meeting.id,
            centre_id=meeting.centre_id,
            family_id=attendance.family_id,
            child_ids=attendance.child_ids,
            attended=attendance.attended,
            audience=meeting.activity.audience,
            starts_at=meeting.starts_at,
        ),
    )
