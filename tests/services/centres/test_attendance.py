"""Who came to a session, on SQLite and on PostgreSQL."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from sqlalchemy import select, update

from services.centres.attendance.models import Attendance
from services.centres.bookings.actions import record_case
from services.centres.timetable.models import TimetableSession
from shared import clock
from shared.audit import AuditRow
from shared.contracts.centres import AttendanceRecorded
from shared.contracts.referrals import ChildMerged
from tests.service_under_test import ServiceUnderTest
from tests.services.centres.centres_made import BANBURY, a_case_opened, open_family, session_of

PARTNER = {"audience": "partner", "provider": "Health visitors"}


def _row(family_id: UUID, *child_ids: UUID, attended: bool = True) -> dict[str, Any]:
    return {"family_id": str(family_id), "attended": attended, "child_ids": [str(each) for each in child_ids]}


async def _record(centres: ServiceUnderTest, session_id: str, *rows: dict[str, Any], **claims: Any) -> httpx.Response:
    client = centres.as_("centre_coordinator", **claims)
    return await client.post(f"/sessions/{session_id}/attendance", json={"families": list(rows)})


async def _listed(centres: ServiceUnderTest, session_id: str) -> list[dict[str, Any]]:
    answer = await centres.as_("centre_coordinator").get(f"/sessions/{session_id}/attendance")
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


async def _book(centres: ServiceUnderTest, session_id: str, family_id: UUID) -> None:
    sent = {"family_id": str(family_id)}
    answer = await centres.as_("social_worker").post(f"/sessions/{session_id}/bookings", json=sent)
    assert answer.status_code == 201


async def _begin(centres: ServiceUnderTest) -> None:
    async with centres.database.begin() as session:
        await session.execute(update(TimetableSession).values(starts_at=clock.now() - timedelta(minutes=5)))


async def test_the_list_of_a_session_is_recorded_family_by_family(centres: ServiceUnderTest) -> None:
    session_id = await session_of(centres)
    (came, child), (stayed_away, _), (dropped_in, other) = [await open_family(centres) for _ in range(3)]
    await _book(centres, session_id, came)
    await _book(centres, session_id, stayed_away)
    await _begin(centres)
    rows = _row(came, child), _row(stayed_away, attended=False), _row(dropped_in, other)
    answer = await _record(centres, session_id, *rows)
    assert answer.status_code == 201
    assert [each["family_id"] for each in answer.json()["families"]] == [str(came), str(stayed_away), str(dropped_in)]
    assert sorted(await _listed(centres, session_id), key=str) == sorted(answer.json()["families"], key=str)
    events: list[Any] = await centres.events(AttendanceRecorded)
    assert [(event.family_id, event.attended, event.child_ids) for event in events] == [
        (came, True, [child]),
        (stayed_away, False, []),
        (dropped_in, True, [other]),
    ]
    assert {(str(event.session_id), str(event.centre_id), event.audience) for event in events} == {
        (session_id, BANBURY, "targeted")
    }


async def test_a_correction_is_one_record_changed_and_the_same_list_again_changes_nothing(
    centres: ServiceUnderTest,
) -> None:
    session_id, (family_id, child) = await session_of(centres), await open_family(centres)
    await _book(centres, session_id, family_id)
    await _begin(centres)
    first = (await _record(centres, session_id, _row(family_id, child))).json()["families"]
    assert (await _record(centres, session_id, _row(family_id, child))).json()["families"] == first
    [corrected] = (await _record(centres, session_id, _row(family_id, attended=False))).json()["families"]
    assert (corrected["id"], corrected["attended"], corrected["version"]) == (first[0]["id"], False, 2)
    events: list[Any] = await centres.events(AttendanceRecorded)
    assert [(event.attended, len(event.child_ids)) for event in events] == [(True, 1), (False, 0)]
    assert {str(event.attendance_id) for event in events} == {corrected["id"]}
    assert await centres.count(Attendance) == 1
    async with centres.database.read() as session:
        rows = await session.scalars(select(AuditRow).where(AuditRow.action == "attendance_record"))
        assert [(row.entity, row.entity_id, row.facts["version"]) for row in rows] == [
            ("family", str(family_id), 1),
            ("family", str(family_id), 2),
        ]


async def test_before_it_begins_nobody_has_come(centres: ServiceUnderTest) -> None:
    session_id, (family_id, child) = await session_of(centres), await open_family(centres)
    answer = await _record(centres, session_id, _row(family_id, child))
    assert (answer.status_code, answer.json()["code"]) == (409, "session-not-begun")


@pytest.mark.parametrize(
    ("row", "field"),
    [
        (lambda family, child: _row(uuid4()), "/families/1/family_id"),
        (lambda family, child: _row(family, uuid4()), "/families/1/child_ids"),
        (lambda family, child: _row(family, attended=False), "/families/1/attended"),
        (lambda family, child: _row(family, child, attended=False), "/families/1/child_ids"),
        (lambda family, child: _row(family, child, child), "/families/1/child_ids"),
        (lambda family, child: {"family_id": str(family)}, "/families/1/attended"),
    ],
    ids=["not open", "a stranger", "not booked", "away with a child", "a child twice", "not given"],
)
async def test_one_wrong_family_is_named_and_nothing_of_the_list_is_recorded(
    centres: ServiceUnderTest, row: Any, field: str
) -> None:
    session_id, (right, _), wrong = await session_of(centres), await open_family(centres), await open_family(centres)
    await _begin(centres)
    answer = await _record(centres, session_id, _row(right), row(*wrong))
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == [field]
    assert await centres.count(Attendance) == 0
    assert await centres.events() == []


async def test_a_family_is_on_the_list_once_and_the_list_has_families(centres: ServiceUnderTest) -> None:
    session_id, (family_id, _) = await session_of(centres), await open_family(centres)
    await _begin(centres)
    for rows in ([_row(family_id), _row(family_id)], []):
        answer = await _record(centres, session_id, *rows)
        assert [error["field"] for error in answer.json()["errors"]] == ["/families"]


async def test_to_a_partners_session_anybody_may_have_come(centres: ServiceUnderTest) -> None:
    session_id = await session_of(centres, **PARTNER)
    await _begin(centres)
    assert (await _record(centres, session_id, _row(uuid4(), uuid4()))).status_code == 201
    [event] = await centres.events(AttendanceRecorded)
    assert isinstance(event, AttendanceRecorded)
    assert event.audience == "partner"


async def test_a_family_that_was_closed_since_it_booked_may_have_come(centres: ServiceUnderTest) -> None:
    session_id, opened = await session_of(centres), a_case_opened()
    await centres.deliver(opened)
    await _book(centres, session_id, opened.family_id)
    async with centres.database.begin() as session:
        case: dict[str, Any] = {"case_id": opened.case_id, "family_id": opened.family_id, "sequence": 5}
        await record_case(session, child_ids=opened.child_ids, is_open=False, **case)
    await _begin(centres)
    assert (await _record(centres, session_id, _row(opened.family_id, *opened.child_ids))).status_code == 201


async def test_a_child_may_have_come_under_any_id_of_a_merged_record(centres: ServiceUnderTest) -> None:
    session_id, (family_id, child), known = await session_of(centres), await open_family(centres), uuid4()
    merge = {"merge_id": uuid4(), "surviving_child_id": known, "merged_child_id": child}
    await centres.deliver(ChildMerged(**merge, merged_at=clock.now()))
    await _begin(centres)
    for child_id in (known, child):
        assert (await _record(centres, session_id, _row(family_id, child_id))).status_code == 201


async def test_two_lists_at_one_moment_are_one_record(centres: ServiceUnderTest) -> None:
    session_id, (family_id, child) = await session_of(centres), await open_family(centres)
    await _begin(centres)
    rows = [_row(family_id, child), _row(family_id)] * 2
    answers = await asyncio.gather(*(_record(centres, session_id, row) for row in rows))
    assert [answer.status_code for answer in answers] == [201] * 4
    assert await centres.count(Attendance) == 1
    [record] = await _listed(centres, session_id)
    assert record["version"] == len(await centres.events(AttendanceRecorded))


async def test_a_session_of_another_area_is_404(centres: ServiceUnderTest) -> None:
    session_id, (family_id, _) = await session_of(centres), await open_family(centres)
    await _begin(centres)
    assert (await _record(centres, session_id, _row(family_id), area="south")).status_code == 404
    south = centres.as_("centre_coordinator", area="south")
    assert (await south.get(f"/sessions/{session_id}/attendance")).status_code == 404
    assert (await _record(centres, session_id, _row(family_id), area="north")).status_code == 201
