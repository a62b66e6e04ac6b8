"""Putting on record who came to a session."""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.centres.attendance import rules
from services.centres.attendance.models import Attendance
from services.centres.attendance.queries import Expected, as_shown, expected_at, recorded_of
from services.centres.attendance.schemas import AttendanceShown, FamilyAttendance, NewAttendance
from services.centres.bookings.actions import count_bookings_once
from services.centres.bookings.queries import Family, families_of, restricted_from
from services.centres.bookings.rules import counted_as
from services.centres.timetable.models import TimetableSession
from services.centres.timetable.queries import find_session, hold_timetable
from services.centres.timetable.rules import Audience, has_begun
from shared import audit, clock, outbox
from shared.auth import Actor
from shared.contracts.centres import AttendanceRecorded
from shared.merged_children import surviving_ids
from shared.problems import IN_AN_EMERGENCY, InvalidBody, NotFound, Problem


class SessionNotBegun(Problem):
    status = 409
    code = "session-not-begun"
    title = "Who came is recorded once the session has begun"


async def record_attendance(
    session: AsyncSession, actor: Actor, session_id: UUID, sent: NewAttendance
) -> list[AttendanceShown]:
    """Put on record who came, all families of the list or none; sent again, it corrects what is there.

    The session's row is locked, so that of two corrections at one moment the second sees the first.
    """
    meeting = await find_session(session, actor, session_id, lock=True)
    if not has_begun(meeting.starts_at, clock.now()):
        raise SessionNotBegun
    family_ids = [each.family_id for each in sent.families]
    await _require_not_restricted(session, actor, family_ids)
    families = await families_of(session, family_ids)
    await _require_each_once(session, sent, families)
    expected = await expected_at(session, meeting.id, families)
    for number, each in enumerate(sent.families):
        _require_possible(f"/families/{number}", each, expected[each.family_id], meeting.activity.audience)
    known = await recorded_of(session, meeting.id, families)
    shown = {each.id: each for each in await as_shown(session, known.values())}
    recorded = [_recorded(actor, meeting, each, known.get(each.family_id), shown) for each in sent.families]
    session.add_all(recorded)
    changed = [attendance for attendance in recorded if session.is_modified(attendance)]
    await session.flush()  # counts the versions, which the audit and the response have
    for attendance in changed:
        await _put_on_record(session, actor, meeting, attendance)
    return await as_shown(session, recorded)


async def _require_each_once(session: AsyncSession, sent: NewAttendance, families: Mapping[UUID, Family]) -> None:
    """Each family and each child is named once in a list, by one of the ids of its merged records."""
    survivors = await surviving_ids(session, {child_id for each in sent.families for child_id in each.child_ids})
    seen: set[UUID] = set()
    for number, each in enumerate(sent.families):
        if families[each.family_id].ids & seen:
            raise InvalidBody(f"/families/{number}/family_id", "twice", "This family is in the list under another id")
        seen.add(each.family_id)
        for child_id in each.child_ids:
            if survivors[child_id] in seen:
                rule = "This child is in the list already, perhaps under another id"
                raise InvalidBody(f"/families/{number}/child_ids", "twice", rule)
            seen.add(survivors[child_id])


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


def _recorded(
    actor: Actor,
    meeting: TimetableSession,
    sent: FamilyAttendance,
    known: Attendance | None,
    shown: Mapping[UUID, AttendanceShown],
) -> Attendance:
    """What is on record of a family, as it was sent; one that is sent again unchanged stays as it is."""
    child_ids = sorted(str(child_id) for child_id in sent.child_ids)
    if known:
        before = shown[known.id]
        if (before.attended, [str(each) for each in before.child_ids]) == (sent.attended, child_ids):
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


@asynccontextmanager
async def counting_once(session: AsyncSession, ids: Collection[UUID]) -> AsyncIterator[None]:
    """What changes in this block under which ids a child or family is known: its bookings and attendance count anew.

    Those who were one before it are counted too, so that a reversal lets each stand for itself again. One such change
    is after the other, under the lock of the timetable, and then under those of the sessions: whoever books or records
    attendance meanwhile is counted, or sees the change.
    """
    await hold_timetable(session)
    before = await families_of(session, ids)
    yield
    after = await families_of(session, ids)
    theirs = {each for families in (before, after) for family in families.values() for each in family.ids}
    await count_bookings_once(session, theirs)
    await _count_attendance_once(session, theirs)


async def _count_attendance_once(session: AsyncSession, ids: Collection[UUID]) -> None:
    """Of several records of one family at one session one counts: the one that counts already, else the first."""
    theirs = Attendance.family_id.in_(ids)
    meetings = select(TimetableSession.id).where(TimetableSession.id.in_(select(Attendance.session_id).where(theirs)))
    await session.execute(meetings.order_by(TimetableSession.id).with_for_update())
    found = (await session.scalars(select(Attendance).where(theirs))).all()
    in_order = sorted(found, key=lambda each: (each.counted_as is not None, each.recorded_at, each.id))
    families = await families_of(session, {each.family_id for each in in_order})
    whose = [(each.id, (each.session_id, min(families[each.family_id].ids))) for each in in_order]
    counting = counted_as(whose)
    for each in in_order:
        if each.counted_as != counting[each.id]:
            # In SQL, so that the version, which counts corrections, stays as it is.
            change = update(Attendance).where(Attendance.id == each.id).values(counted_as=counting[each.id])
            await session.execute(change.execution_options(synchronize_session=False))
