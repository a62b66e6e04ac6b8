"""Reads of attendance, and of who was expected."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import Select, exists, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from services.centres.attendance import rules
from services.centres.attendance.models import Attendance
from services.centres.attendance.schemas import AttendanceShown
from services.centres.bookings.models import Booking
from services.centres.bookings.queries import Family
from shared.auth import Actor
from shared.followed_restrictions import named_elsewhere
from shared.merged_children import former_ids, surviving_ids


@dataclass
class Expected:
    """What is known of a family before a session: whether it is booked or open, and its children by every id."""

    booked: bool = False
    is_open: bool = False
    child_ids: set[UUID] = field(default_factory=set)


async def expected_at(
    session: AsyncSession, session_id: UUID, families: Mapping[UUID, Family]
) -> defaultdict[UUID, Expected]:
    """What is known of these families; one whose case was closed since it booked may have come all the same."""
    found: defaultdict[UUID, Expected] = defaultdict(Expected)
    ids = {each for family in families.values() for each in family.ids}
    theirs = or_(Booking.family_id.in_(ids), Booking.child_id.in_(ids))
    bookings = (await session.scalars(select(Booking).where(Booking.session_id == session_id, theirs))).all()
    for family_id, family in families.items():
        of_family = [each for each in bookings if not family.ids.isdisjoint({each.family_id, each.child_id})]
        found[family_id].booked = any(each.status == "booked" for each in of_family)
        found[family_id].is_open = family.is_open
        booked = {each.child_id for each in of_family if each.child_id}
        found[family_id].child_ids = {*family.child_ids, *booked}
    for expected in found.values():
        expected.child_ids = await former_ids(session, (await surviving_ids(session, expected.child_ids)).values())
    return found


async def recorded_of(
    session: AsyncSession, session_id: UUID, families: Mapping[UUID, Family]
) -> dict[UUID, Attendance]:
    """What is on record of these families, under whichever id; the caller has locked the session."""
    ids = {each for family in families.values() for each in family.ids}
    rows = (await session.scalars(recorded_at(session_id).where(Attendance.family_id.in_(ids)))).all()
    return {each: row for each, family in families.items() for row in rows if row.family_id in family.ids}


def recorded_at(session_id: UUID) -> Select[Attendance]:
    """Each family once."""
    return select(Attendance).where(Attendance.session_id == session_id, Attendance.counted_as.is_(None))


def shown_at(actor: Actor, session_id: UUID) -> Select[Attendance]:
    """Without families whose record is restricted to others, under any id that they were recorded under."""
    other = aliased(Attendance)
    hidden = exists().where(other.counted_as == Attendance.id, ~named_elsewhere(actor, other.family_id))
    return recorded_at(session_id).where(named_elsewhere(actor, Attendance.family_id), ~hidden)


async def as_shown(session: AsyncSession, attendances: Iterable[Attendance]) -> list[AttendanceShown]:
    """What is on record, with what was recorded under other ids of the same family; each child once."""
    counting = {each.id: each for each in attendances}
    others: defaultdict[UUID, list[Attendance]] = defaultdict(list)
    rows = select(Attendance).where(Attendance.counted_as.in_(counting)).order_by(Attendance.recorded_at, Attendance.id)
    for other in await session.scalars(rows):
        if other.counted_as and rules.holds_beside(other.recorded_at, counting[other.counted_as].recorded_at):
            others[other.counted_as].append(other)
    together = {each.id: [each, *others[each.id]] for each in counting.values()}
    named = {UUID(child_id) for records in together.values() for each in records for child_id in each.child_ids}
    survivors = await surviving_ids(session, named)
    return [_as_one(records, survivors) for records in together.values()]


def _as_one(records: Sequence[Attendance], survivors: Mapping[UUID, UUID]) -> AttendanceShown:
    named = [UUID(child_id) for each in records for child_id in each.child_ids]
    once = {survivors[child_id]: child_id for child_id in reversed(named)}
    shown = AttendanceShown.model_validate(records[0])
    attended = any(each.attended for each in records)
    return shown.model_copy(update={"attended": attended, "child_ids": sorted(once.values(), key=str)})
