"""A file and whatever else opens a family's case, both at one moment, on SQLite and on PostgreSQL."""

import asyncio
from collections.abc import Awaitable
from datetime import date
from typing import Any, TypeVar
from uuid import uuid4

import httpx
from sqlalchemy import func, select, text

from services.casework.cases.cases.models import Case
from services.casework.imports.files.rules import id_of
from services.casework.imports.imports.actions import import_file
from services.casework.lifecycle.closures.actions import reopen_case
from services.casework.lifecycle.closures.schemas import NewReopening
from services.casework.lifecycle.merges.actions import record_merge
from services.casework.lifecycle.openings.actions import open_case
from services.casework.lifecycle.openings.schemas import ChildOfReferral, ReferralResponse
from shared import clock
from shared.auth import Actor, Role
from shared.places import Area
from tests.eventually import eventually
from tests.service_under_test import ServiceUnderTest
from tests.services.casework.casework_made import a_case, an_accepted_referral, let_referrals_answer
from tests.services.casework.imports.imports_made import a_case_row, a_file, faults_of, imported, send
from tests.services.casework.lifecycle.pathways_made import close, post

T = TypeVar("T")

ADA = Actor("ada", frozenset({Role.ADMINISTRATOR, Role.AREA_MANAGER}))
COMES_AGAIN = a_case_row(case_reference="C2", family_reference="F1", child_reference="K2")
REOPENING = NewReopening(reopened_on=clock.today(), pathway="child_in_need", reason="Closed too early")


async def _a_closed_family(casework: ServiceUnderTest) -> dict[str, Any]:
    await imported(casework, "cases", a_case_row(family_reference="F1"))
    case = {"id": str(id_of("case", "C1"))}
    await close(casework, case)
    return case


async def _reopen(casework: ServiceUnderTest, case: dict[str, Any]) -> httpx.Response:
    return await post(casework, f"/cases/{case['id']}/reopening", **REOPENING.model_dump())


async def _open_cases(casework: ServiceUnderTest) -> int:
    async with casework.database.read() as session:
        return await session.scalar(select(func.count()).where(Case.status == "open")) or 0


async def _somebody_waits(casework: ServiceUnderTest) -> bool:
    if casework.database.is_sqlite:  # The second writer waits for the first before it asks anything.
        return True
    waits = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    async with casework.database.read() as session:
        return bool(await session.scalar(text(waits)))


async def _begun(casework: ServiceUnderTest, other: Awaitable[T]) -> asyncio.Future[T]:
    """What somebody else does while a transaction of ours is not committed: it comes as far as it can, and waits."""
    second = asyncio.ensure_future(other)
    await eventually(lambda: _somebody_waits(casework))
    return second


async def test_a_reopening_in_the_middle_of_an_import_of_its_family_finds_the_imported_case(
    casework: ServiceUnderTest,
) -> None:
    case = await _a_closed_family(casework)
    async with casework.database.begin() as session:
        await import_file(session, ADA, "cases", a_file([COMES_AGAIN]).decode(), keep=True)
        reopening = await _begun(casework, _reopen(casework, case))
    answer = await reopening
    assert (answer.status_code, answer.json()["code"]) == (409, "family-has-open-case")
    assert await _open_cases(casework) == 1


async def test_an_import_in_the_middle_of_a_reopening_of_its_family_is_refused(casework: ServiceUnderTest) -> None:
    await _a_closed_family(casework)
    async with casework.database.begin() as session:
        await reopen_case(session, ADA, id_of("case", "C1"), REOPENING)
        importing = await _begun(casework, send(casework, "cases", COMES_AGAIN))
    assert faults_of(await importing) == [("/rows/2/family_reference", "family-open")]
    assert await _open_cases(casework) == 1


async def test_a_referral_accepted_in_the_middle_of_an_import_of_its_family_joins_the_imported_case(
    casework: ServiceUnderTest,
) -> None:
    await _a_closed_family(casework)
    again = an_accepted_referral(family_id=id_of("family", "family:F1"))
    let_referrals_answer(casework, again)
    async with casework.database.begin() as session:
        await import_file(session, ADA, "cases", a_file([COMES_AGAIN]).decode(), keep=True)
        opening = await _begun(casework, casework.deliver(again))
    await opening
    assert await _open_cases(casework) == 1


async def test_an_import_in_the_middle_of_an_opening_for_a_child_of_the_file_is_refused(
    casework: ServiceUnderTest,
) -> None:
    await _a_closed_family(casework)
    again = an_accepted_referral(child_ids=[id_of("child", "K2")])
    who = {"given_name": "Araminta", "family_name": "Quillfeather", "expected_date_of_birth": None}
    child = ChildOfReferral(child_id=id_of("child", "K2"), date_of_birth=date(2019, 11, 20), **who)
    known = ReferralResponse(asked_at=clock.now(), area=Area.SOUTH, children=[child])
    async with casework.database.begin() as session:
        await open_case(session, again, known)
        importing = await _begun(casework, send(casework, "cases", COMES_AGAIN))
    assert faults_of(await importing) == [("/rows/2/child_reference", "child-in-open-case")]
    assert await _open_cases(casework) == 1


async def test_a_referral_accepted_in_the_middle_of_a_merge_joins_the_case_of_the_surviving_record(
    casework: ServiceUnderTest,
) -> None:
    child, known = uuid4(), uuid4()
    await a_case(casework, child_ids=[known])
    again = an_accepted_referral(child_ids=[child])
    let_referrals_answer(casework, again)
    async with casework.database.begin() as session:
        await record_merge(session, child, known, 1)
        opening = await _begun(casework, casework.deliver(again))
    await opening
    assert await _open_cases(casework) == 1


async def test_a_file_in_the_middle_of_a_merge_sees_that_its_child_is_in_an_open_case(
    casework: ServiceUnderTest,
) -> None:
    await _a_closed_family(casework)
    known = uuid4()
    await a_case(casework, child_ids=[known])
    async with casework.database.begin() as session:
        await record_merge(session, id_of("child", "K1"), known, 1)
        row = a_case_row(case_reference="C3", family_reference="F3")
        importing = await _begun(casework, send(casework, "cases", row))
    assert faults_of(await importing) == [("/rows/2/child_reference", "child-in-open-case")]
