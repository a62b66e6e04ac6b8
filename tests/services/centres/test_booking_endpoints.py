"""Places at sessions, and which families are open to the service, on SQLite and on PostgreSQL."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from sqlalchemy import select, update

from services.centres.bookings.actions import record_case
from services.centres.bookings.models import Booking, FamilyCase
from services.centres.timetable.models import TimetableSession
from shared import clock
from shared.audit import AuditRow
from shared.auth import Role
from tests.service_under_test import ServiceUnderTest
from tests.services.centres.centres_made import BANBURY, a_case_opened, open_family, session_of


async def _book(
    centres: ServiceUnderTest,
    session_id: str,
    family_id: UUID,
    child_id: UUID | None = None,
    role: str = "social_worker",
) -> httpx.Response:
    sent: dict[str, Any] = {"family_id": str(family_id)} | ({"child_id": str(child_id)} if child_id else {})
    return await centres.as_(role).post(f"/sessions/{session_id}/bookings", json=sent)


def _code(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


async def test_a_targeted_session_takes_an_open_family_and_refuses_another(centres: ServiceUnderTest) -> None:
    session_id = await session_of(centres)
    family_id, child_id = await open_family(centres)
    booked = await _book(centres, session_id, family_id)
    assert booked.status_code == 201
    assert booked.json() == {
        "id": booked.json()["id"],
        "session_id": session_id,
        "family_id": str(family_id),
        "child_id": None,
        "status": "booked",
        "position": None,
    }
    assert (await _book(centres, session_id, family_id, child_id)).json()["status"] == "booked"
    assert _code(await _book(centres, session_id, uuid4())) == (403, "not-open-to-the-service")
    assert await centres.count(Booking) == 2


async def test_a_child_of_another_family_is_refused(centres: ServiceUnderTest) -> None:
    session_id = await session_of(centres)
    (family_id, _), (_, other_child) = await open_family(centres), await open_family(centres)
    for child_id in (other_child, uuid4()):
        assert _code(await _book(centres, session_id, family_id, child_id)) == (403, "not-open-to-the-service")
    assert await centres.count(Booking) == 0


async def test_a_partner_session_takes_every_family(centres: ServiceUnderTest) -> None:
    session_id = await session_of(centres, audience="partner", provider="Health visitors")
    assert (await _book(centres, session_id, uuid4(), uuid4())).status_code == 201


async def test_a_full_session_has_a_waiting_list(centres: ServiceUnderTest) -> None:
    session_id = await session_of(centres, capacity=1)
    answers = [await _book(centres, session_id, (await open_family(centres))[0]) for _ in range(3)]
    assert [(each.json()["status"], each.json()["position"]) for each in answers] == [
        ("booked", None),
        ("waiting", 1),
        ("waiting", 2),
    ]
    [shown] = (await centres.client().get(f"/centres/{BANBURY}/timetable")).json()["items"]
    assert (shown["places"], shown["places_left"]) == (1, 0)


async def test_of_several_who_want_the_last_place_one_gets_it(centres: ServiceUnderTest) -> None:
    session_id = await session_of(centres, capacity=2)
    await _book(centres, session_id, (await open_family(centres))[0])
    families = [(await open_family(centres))[0] for _ in range(5)]
    answers = await asyncio.gather(*(_book(centres, session_id, family_id) for family_id in families))
    assert [answer.status_code for answer in answers] == [201] * 5
    assert sorted(answer.json()["position"] or 0 for answer in answers) == [0, 1, 2, 3, 4]
    assert [answer.json()["status"] for answer in answers].count("booked") == 1


async def test_nobody_is_booked_twice(centres: ServiceUnderTest) -> None:
    session_id = await session_of(centres)
    family_id, child_id = await open_family(centres)
    for whom in ((family_id, None), (family_id, child_id)):
        answers = await asyncio.gather(*(_book(centres, session_id, *whom) for _ in range(3)))
        assert sorted(answer.status_code for answer in answers) == [201, 409, 409]
        assert _code(await _book(centres, session_id, *whom)) == (409, "already-booked")


async def test_a_session_that_has_begun_takes_nobody(centres: ServiceUnderTest) -> None:
    session_id = await session_of(centres)
    family_id, _ = await open_family(centres)
    async with centres.database.begin() as session:
        await session.execute(update(TimetableSession).values(starts_at=clock.now() - timedelta(seconds=1)))
    assert _code(await _book(centres, session_id, family_id)) == (409, "session-begun")


async def test_an_unknown_session_is_404(centres: ServiceUnderTest) -> None:
    assert _code(await _book(centres, str(uuid4()), uuid4())) == (404, "not-found")


async def test_a_booking_is_on_record(centres: ServiceUnderTest) -> None:
    session_id = await session_of(centres)
    family_id, _ = await open_family(centres)
    booked = (await _book(centres, session_id, family_id)).json()
    async with centres.database.read() as session:
        row = (await session.scalars(select(AuditRow).where(AuditRow.action == "booking_make"))).one()
    assert (row.entity, row.entity_id) == ("family", str(family_id))
    assert row.facts == {"booking_id": booked["id"], "status": "booked"}


MAY_BOOK = (
    *(Role.SOCIAL_WORKER, Role.FAMILY_SUPPORT_WORKER, Role.PRACTICE_SUPERVISOR),
    *(Role.TEAM_MANAGER, Role.AREA_MANAGER, Role.CENTRE_COORDINATOR),
)


@pytest.mark.parametrize("role", list(Role))
async def test_who_may_book(centres: ServiceUnderTest, role: Role) -> None:
    session_id = await session_of(centres)
    family_id, _ = await open_family(centres)
    assert (await _book(centres, session_id, family_id, role=role)).status_code == (201 if role in MAY_BOOK else 403)
    assert (await centres.client().post(f"/sessions/{session_id}/bookings", json={})).status_code == 401


async def test_an_opened_case_that_is_announced_again_changes_nothing(centres: ServiceUnderTest) -> None:
    opened = a_case_opened()
    for event_id in ("e-1", "e-1", "e-2"):
        await centres.deliver(opened, event_id=event_id)
    assert await centres.count(FamilyCase) == 1


async def _close(centres: ServiceUnderTest, case_id: UUID, family_id: UUID, sequence: int) -> None:
    """What the reaction to `case.closed` will do, once casework announces it."""
    async with centres.database.begin() as session:
        await record_case(session, case_id=case_id, family_id=family_id, child_ids=[], is_open=False, sequence=sequence)


@pytest.mark.parametrize("closed_first", [False, True])
async def test_an_opening_that_comes_after_its_closing_opens_nothing(
    centres: ServiceUnderTest, closed_first: bool
) -> None:
    session_id, opened = await session_of(centres), a_case_opened()
    if closed_first:
        await _close(centres, opened.case_id, opened.family_id, sequence=5)
    await centres.deliver(opened, sequence=1)
    if not closed_first:
        await _close(centres, opened.case_id, opened.family_id, sequence=5)
    assert _code(await _book(centres, session_id, opened.family_id)) == (403, "not-open-to-the-service")
    await centres.deliver(a_case_opened(family_id=opened.family_id))
    assert (await _book(centres, session_id, opened.family_id)).status_code == 201
