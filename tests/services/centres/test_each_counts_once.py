"""Children and families known under several ids count once at a session, on SQLite and on PostgreSQL."""

import asyncio
from datetime import timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from sqlalchemy import select, update

from services.centres.attendance.actions import record_attendance
from services.centres.attendance.models import Attendance
from services.centres.attendance.schemas import NewAttendance
from services.centres.bookings.models import Booking
from services.centres.timetable.models import TimetableSession
from shared import clock
from shared.audit import AuditRow
from shared.auth import Actor, Role
from shared.contracts.casework import CaseChildrenChanged, CaseReferralJoined
from shared.contracts.centres import AttendanceRecorded
from shared.contracts.referrals import ChildMerged, ChildUnmerged
from shared.followed_restrictions import record_restriction
from tests.service_under_test import ServiceUnderTest
from tests.services.centres.centres_made import BANBURY, a_case_opened, in_days, open_family, session_of

PARTNER = {"audience": "partner", "provider": "Health visitors"}


class _Merge:
    """Two records of one child, merged and taken apart again."""

    def __init__(self, surviving: UUID, merged: UUID) -> None:
        self.ids = {"merge_id": uuid4(), "surviving_child_id": surviving, "merged_child_id": merged}

    async def make(self, centres: ServiceUnderTest, sequence: int = 1) -> None:
        await centres.deliver(ChildMerged(**self.ids, merged_at=clock.now()), sequence=sequence)

    async def reverse(self, centres: ServiceUnderTest, sequence: int = 2) -> None:
        await centres.deliver(ChildUnmerged(**self.ids, unmerged_at=clock.now()), sequence=sequence)


async def _book(
    centres: ServiceUnderTest, session_id: str, family_id: UUID, child_id: UUID | None = None, sub: str = "noel"
) -> httpx.Response:
    sent = {"family_id": str(family_id)} | ({"child_id": str(child_id)} if child_id else {})
    return await centres.as_("social_worker", sub=sub).post(f"/sessions/{session_id}/bookings", json=sent)


async def _result(answer: httpx.Response) -> tuple[str, int | None]:
    body = answer.json()
    return body.get("status") if answer.status_code == 201 else body["code"], body.get("position")


async def _places(centres: ServiceUnderTest) -> tuple[int, int]:
    """Taken, and left as the public timetable shows it, of the only session."""
    [shown] = (await centres.client().get(f"/centres/{BANBURY}/timetable")).json()["items"]
    async with centres.database.read() as session:
        taken = (await session.scalars(select(TimetableSession.places_taken))).one()
    return taken, shown["places_left"]


async def _as_scheduled(centres: ServiceUnderTest) -> Any:
    """The only session, as the coordinator sees it."""
    async with centres.database.read() as session:
        activity_id = (await session.scalars(select(TimetableSession.activity_id))).one()
    shown = (await centres.as_("centre_coordinator").get(f"/activities/{activity_id}")).json()
    return shown["sessions"][0]


async def _bookings(centres: ServiceUnderTest) -> list[tuple[str, bool]]:
    """Of each, in the order in which they were made, its status and whether it counts."""
    async with centres.database.read() as session:
        rows = await session.scalars(select(Booking).order_by(Booking.booked_at, Booking.id))
        return [(each.status, each.counted_as is None) for each in rows]


async def _begin(centres: ServiceUnderTest) -> None:
    async with centres.database.begin() as session:
        await session.execute(update(TimetableSession).values(starts_at=clock.now() - timedelta(minutes=5)))


def _row(family_id: UUID, *child_ids: UUID, attended: bool = True) -> dict[str, Any]:
    return {"family_id": str(family_id), "attended": attended, "child_ids": [str(each) for each in child_ids]}


async def _record(centres: ServiceUnderTest, session_id: str, *rows: dict[str, Any]) -> httpx.Response:
    client = centres.as_("centre_coordinator", sub="noel")
    return await client.post(f"/sessions/{session_id}/attendance", json={"families": list(rows)})


async def _listed(centres: ServiceUnderTest, session_id: str) -> list[tuple[str, bool, set[str]]]:
    answer = await centres.as_("centre_coordinator", sub="noel").get(f"/sessions/{session_id}/attendance")
    return [(each["family_id"], each["attended"], set(each["child_ids"])) for each in answer.json()["items"]]


def _came_again(opened: Any, family_id: UUID) -> CaseReferralJoined:
    about = opened.model_dump(exclude={"referral_id", "opened_on"})
    return CaseReferralJoined(**about, referral_id=uuid4(), joined_on=clock.today(), joined_family_id=family_id)


async def test_a_child_or_family_booked_under_one_id_is_booked_under_the_other(centres: ServiceUnderTest) -> None:
    session_id = await session_of(centres)
    (family, child), (other_family, other_child) = [await open_family(centres) for _ in range(2)]
    await _Merge(child, other_child).make(centres)
    assert await _result(await _book(centres, session_id, family, child)) == ("booked", None)
    assert await _result(await _book(centres, session_id, other_family, other_child)) == ("already-booked", None)
    assert await _result(await _book(centres, session_id, other_family)) == ("booked", None)
    assert await _result(await _book(centres, session_id, family)) == ("already-booked", None)
    assert await _places(centres) == (2, 10)


@pytest.mark.parametrize("of_the_child", [True, False], ids=["of the child", "of the family"])
async def test_a_merge_after_both_bookings_leaves_one_that_counts_and_a_reversal_both(
    centres: ServiceUnderTest, of_the_child: bool
) -> None:
    session_id = await session_of(centres)
    known = [await open_family(centres) for _ in range(2)]
    for family, child in known:
        await _book(centres, session_id, family, child if of_the_child else None)
    merge = _Merge(known[0][1], known[1][1])
    await merge.make(centres)
    assert (await _bookings(centres), await _places(centres)) == ([("booked", True), ("booked", False)], (1, 11))
    await merge.reverse(centres)
    await merge.make(centres, sequence=1)  # the older fact, once more and late
    assert (await _bookings(centres), await _places(centres)) == ([("booked", True), ("booked", True)], (2, 10))


async def test_a_place_that_a_merge_frees_goes_to_who_waits_first_and_nobody_loses_one(
    centres: ServiceUnderTest,
) -> None:
    session_id = await session_of(centres, capacity=2)
    known = [await open_family(centres) for _ in range(4)]
    results = [await _result(await _book(centres, session_id, *each)) for each in known]
    assert results == [("booked", None), ("booked", None), ("waiting", 1), ("waiting", 2)]
    merge = _Merge(known[0][1], known[1][1])
    await merge.make(centres)
    moved_up = [("booked", True), ("booked", False), ("booked", True), ("waiting", True)]
    assert (await _bookings(centres), await _places(centres)) == (moved_up, (2, 0))
    await merge.reverse(centres)
    assert await _bookings(centres) == [("booked", True)] * 3 + [("waiting", True)]
    assert await _places(centres) == (3, 0)
    late = await open_family(centres)
    assert await _result(await _book(centres, session_id, *late)) == ("waiting", 2)
    shown = await _as_scheduled(centres)
    assert (shown["capacity"], shown["places_taken"], shown["over_by"]) == (2, 3, 1)
    assert "over the places by 1" in shown["caution"]
    await merge.make(centres, sequence=3)
    shown = await _as_scheduled(centres)
    assert (shown["places_taken"], shown["over_by"], shown["caution"]) == (2, 0, None)
    async with centres.database.read() as session:
        moves = await session.scalars(select(AuditRow).where(AuditRow.action == "booking_move_up"))
        assert [(row.subject, row.entity_id) for row in moves] == [("centres", str(known[2][0]))]


async def test_on_the_waiting_list_a_child_has_one_position(centres: ServiceUnderTest) -> None:
    session_id = await session_of(centres, capacity=1)
    known = [await open_family(centres) for _ in range(3)]
    for each in known:
        await _book(centres, session_id, *each)
    await _Merge(known[2][1], known[1][1]).make(centres)
    late = await open_family(centres)
    assert await _result(await _book(centres, session_id, *late)) == ("waiting", 2)


async def test_a_family_that_comes_again_under_another_id_may_book_in_whatever_order_it_is_known(
    centres: ServiceUnderTest,
) -> None:
    session_id, opened, again = await session_of(centres), a_case_opened(), uuid4()
    await centres.deliver(opened, sequence=5)
    assert await _result(await _book(centres, session_id, again)) == ("not-open-to-the-service", None)
    await centres.deliver(_came_again(opened, again), sequence=2)  # an older fact, but this it says alone
    assert await _result(await _book(centres, session_id, again, opened.child_ids[0])) == ("booked", None)
    assert await _result(await _book(centres, session_id, again)) == ("booked", None)
    assert await _result(await _book(centres, session_id, opened.family_id)) == ("already-booked", None)
    await centres.deliver(opened, sequence=7)
    other = await session_of(centres, starts_at=in_days(8))
    assert await _result(await _book(centres, other, again)) == ("booked", None)


async def test_what_a_family_booked_before_it_was_known_again_counts_once_afterwards(
    centres: ServiceUnderTest,
) -> None:
    session_id, opened, again = await session_of(centres, **PARTNER), a_case_opened(), uuid4()
    await centres.deliver(opened)
    for family in (opened.family_id, again):
        assert await _result(await _book(centres, session_id, family)) == ("booked", None)
    await centres.deliver(_came_again(opened, again), sequence=2)
    assert await _places(centres) == (1, 11)


async def test_merges_and_bookings_at_one_moment_count_each_child_once(centres: ServiceUnderTest) -> None:
    session_id = await session_of(centres)
    known = [await open_family(centres) for _ in range(4)]
    merges = [_Merge(known[0][1], each[1]) for each in known[1:]]
    bookings = [_book(centres, session_id, *each) for each in known]
    answers = await asyncio.gather(*bookings, *(merge.make(centres) for merge in merges))
    assert {answer.status_code for answer in answers if answer} <= {201, 409}
    assert [counts for _, counts in await _bookings(centres)].count(True) == 1
    assert await _places(centres) == (1, 11)


async def test_a_list_has_a_family_and_a_child_once_whatever_their_ids(centres: ServiceUnderTest) -> None:
    session_id = await session_of(centres)
    (family, child), (other_family, other_child) = [await open_family(centres) for _ in range(2)]
    await _Merge(child, other_child).make(centres)
    await _begin(centres)
    for rows, field in (
        ([_row(family, child), _row(other_family)], "/families/1/family_id"),
        ([_row(family, child, other_child)], "/families/0/child_ids"),
    ):
        answer = await _record(centres, session_id, *rows)
        assert [(each["field"], each["code"]) for each in answer.json()["errors"]] == [(field, "twice")]
    [first] = (await _record(centres, session_id, _row(family, child))).json()["families"]
    [second] = (await _record(centres, session_id, _row(other_family, attended=True))).json()["families"]
    assert (second["id"], second["family_id"], second["version"]) == (first["id"], str(family), 2)
    assert await _listed(centres, session_id) == [(str(family), True, set())]


async def test_who_was_booked_under_one_id_may_have_come_or_stayed_away_under_the_other(
    centres: ServiceUnderTest,
) -> None:
    session_id = await session_of(centres)
    (family, child), (other_family, other_child) = [await open_family(centres) for _ in range(2)]
    await _book(centres, session_id, family, child)
    await _Merge(other_child, child).make(centres)
    await _begin(centres)
    assert (await _record(centres, session_id, _row(other_family, attended=False))).status_code == 201
    assert (await _record(centres, session_id, _row(other_family, child))).status_code == 201


async def test_a_merge_after_two_records_of_attendance_shows_one_and_a_reversal_both(
    centres: ServiceUnderTest,
) -> None:
    session_id = await session_of(centres)
    (family, child), opened = await open_family(centres), a_case_opened(child_ids=[uuid4(), uuid4()])
    await centres.deliver(opened)
    for each in (family, opened.family_id):
        await _book(centres, session_id, each)
    await _begin(centres)
    other, sibling = opened.child_ids
    both = [_row(family, attended=False), _row(opened.family_id, other, sibling)]
    for row in both:
        assert (await _record(centres, session_id, row)).status_code == 201
    before = sorted(await _listed(centres, session_id))
    events = len(await centres.events(AttendanceRecorded))
    merge = _Merge(child, other)
    await merge.make(centres)
    assert await _listed(centres, session_id) == [(str(family), True, {str(other), str(sibling)})]
    again = (await _record(centres, session_id, _row(family, other, sibling))).json()["families"]
    assert [each["version"] for each in again] == [1]
    assert len(await centres.events(AttendanceRecorded)) == events
    await merge.reverse(centres)
    assert sorted(await _listed(centres, session_id)) == before
    assert await centres.count(Attendance) == 2


async def test_a_correction_after_a_merge_holds_for_what_was_recorded_under_both(centres: ServiceUnderTest) -> None:
    session_id = await session_of(centres)
    (family, child), (other_family, other_child) = [await open_family(centres) for _ in range(2)]
    await _begin(centres)
    for row in (_row(family, child), _row(other_family, other_child)):
        await _record(centres, session_id, row)
    merge = _Merge(child, other_child)
    await merge.make(centres)
    assert await _listed(centres, session_id) == [(str(family), True, {str(child)})]
    await _record(centres, session_id, _row(other_family))
    assert await _listed(centres, session_id) == [(str(family), True, set())]
    third = uuid4()
    await _Merge(child, third).make(centres)  # counts anew, and finds the same
    assert await _listed(centres, session_id) == [(str(family), True, set())]
    await merge.reverse(centres)
    shown = {(str(family), True, ()), (str(other_family), True, (str(other_child),))}
    listed = await _listed(centres, session_id)
    assert {(of, attended, tuple(children)) for of, attended, children in listed} == shown


async def test_what_is_restricted_under_one_id_is_hidden_under_every_other(centres: ServiceUnderTest) -> None:
    targeted = await session_of(centres)
    (family, child), (other_family, other_child) = [await open_family(centres) for _ in range(2)]
    await _record_both(centres, targeted, (family, child), (other_family, other_child))
    async with centres.database.begin() as session:
        await record_restriction(session, "casework", other_family, ["maria"], 1)
    assert [of for of, _, _ in await _listed(centres, targeted)] == [str(family)]
    await _Merge(child, other_child).make(centres)
    assert await _listed(centres, targeted) == []
    hidden = await _record(centres, targeted, _row(family))
    assert [each["code"] for each in hidden.json()["errors"]] == ["not-found"]
    partner = await session_of(centres, **PARTNER, starts_at=in_days(9))
    assert (await _book(centres, partner, family, child, sub="maria")).status_code == 201
    for whom in ((family, None), (uuid4(), child), (uuid4(), other_child)):
        assert await _result(await _book(centres, partner, *whom)) == ("not-found", None)


async def _record_both(centres: ServiceUnderTest, session_id: str, *known: tuple[UUID, UUID]) -> None:
    await _begin(centres)
    for each in known:
        assert (await _record(centres, session_id, _row(*each))).status_code == 201


async def test_families_whose_cases_were_joined_are_one_until_they_are_two_again(centres: ServiceUnderTest) -> None:
    session_id, opened = await session_of(centres), a_case_opened()
    await centres.deliver(opened)
    family, child = await open_family(centres)
    for each in (opened.family_id, family):
        await _book(centres, session_id, each)
    about = opened.model_dump(exclude={"referral_id", "opened_on", "child_ids"})
    own = opened.child_ids
    for sequence, child_ids, places in ((2, [*own, child], (1, 11)), (3, own, (2, 10))):
        changed = CaseChildrenChanged(**about, child_ids=child_ids, changed_on=clock.today())
        await centres.deliver(changed, sequence=sequence)
        assert await _places(centres) == places


async def test_a_merge_waits_for_attendance_that_is_being_recorded(centres: ServiceUnderTest) -> None:
    session_id = await session_of(centres)
    (family, child), (other_family, other_child) = [await open_family(centres) for _ in range(2)]
    await _begin(centres)
    await _record(centres, session_id, _row(family, child))
    coordinator = Actor("petra", frozenset({Role.CENTRE_COORDINATOR}))
    sent = NewAttendance.model_validate({"families": [_row(other_family, other_child)]})
    async with centres.database.begin() as session:
        await record_attendance(session, coordinator, UUID(session_id), sent)
        merging = asyncio.create_task(_Merge(child, other_child).make(centres))
        done, _ = await asyncio.wait([merging], timeout=0.3)
    await merging
    assert (done, len(await _listed(centres, session_id))) == (set(), 1)


async def test_merges_of_one_child_at_one_moment_are_counted_together(centres: ServiceUnderTest) -> None:
    session_id = await session_of(centres)
    known = [await open_family(centres) for _ in range(5)]
    for each in known:
        await _book(centres, session_id, *each)
    pairs = pairwise(known)
    await asyncio.gather(*(_Merge(one[1], other[1]).make(centres) for one, other in pairs))
    assert await _places(centres) == (1, 11)
