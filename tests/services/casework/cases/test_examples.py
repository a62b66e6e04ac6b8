"""Every example of a body that workers, cases and their lifecycle take can be sent as it stands in the description."""

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.conftest import MakeDatabase, StartService
from tests.examples_of import Arranged, Arrangement, Example, send
from tests.service_under_test import ServiceUnderTest
from tests.services.casework.casework_made import a_case, a_worker
from tests.services.casework.examples import examples_in, without_example_in
from tests.services.casework.lifecycle.joinings_made import TwoCases
from tests.services.casework.lifecycle.pathways_made import close

WINGS = ("workforce", "cases", "lifecycle")
MARIA = "maria.lopez@county.example"
MARCH = datetime(2026, 3, 2, 10, tzinfo=UTC)


async def _nothing_before(casework: ServiceUnderTest) -> Arranged:
    return Arranged(casework.as_("team_manager", sub=MARIA))


async def _a_worker(casework: ServiceUnderTest) -> Arranged:
    worker = await a_worker(casework, joined_on="2026-01-05")
    path = {"worker_id": worker["id"]}
    return Arranged(casework.as_("team_manager", sub=MARIA), path, headers={"If-Match": '"1"'})


async def _a_leave(casework: ServiceUnderTest) -> Arranged:
    arranged = await _a_worker(casework)
    leave = {"kind": "parental", "from_on": "2026-03-02"}
    made = await arranged.client.post(f"/workers/{arranged.path['worker_id']}/absences", json=leave)
    path = {**arranged.path, "absence_id": made.json()["id"]}
    return Arranged(arranged.client, path, headers={"If-Match": made.headers["ETag"]})


async def _opened_in_march(casework: ServiceUnderTest) -> dict[str, Any]:
    return await a_case(casework, decided_at=MARCH)


async def _a_case(casework: ServiceUnderTest) -> Arranged:
    case = await _opened_in_march(casework)
    return Arranged(casework.as_("team_manager", sub=MARIA), {"case_id": case["id"]})


async def _a_closed_case(casework: ServiceUnderTest) -> Arranged:
    case = await _opened_in_march(casework)
    await close(casework, case, datetime(2026, 4, 17).date())
    return Arranged(casework.as_("team_manager", sub=MARIA), {"case_id": case["id"]})


async def _a_family(casework: ServiceUnderTest) -> Arranged:
    case = await _opened_in_march(casework)
    return Arranged(casework.as_("team_manager", sub=MARIA), {"family_id": case["family_id"]})


async def _two_cases_of_one_family(casework: ServiceUnderTest) -> Arranged:
    two = TwoCases(casework)
    case, other = await two.open()
    await two.merge()
    return Arranged(casework.as_("team_manager", sub=MARIA), {"case_id": case["id"]}, {"case_id": other["id"]})


ARRANGEMENTS: dict[str, Arrangement] = {
    "POST /v1/cases/{case_id}/joining": _two_cases_of_one_family,
    "POST /v1/workers": _nothing_before,
    "PUT /v1/workers/{worker_id}": _a_worker,
    "POST /v1/workers/{worker_id}/absences": _a_worker,
    "PUT /v1/workers/{worker_id}/absences/{absence_id}": _a_leave,
    "POST /v1/families/{family_id}/restriction": _a_family,
    "POST /v1/cases/{case_id}/pathway": _a_case,
    "POST /v1/cases/{case_id}/closure": _a_case,
    "POST /v1/cases/{case_id}/reopening": _a_closed_case,
}


def test_every_body_has_an_example_and_an_arrangement() -> None:
    assert without_example_in(*WINGS) == []
    assert {example.route for example in examples_in(*WINGS)} == set(ARRANGEMENTS)


@pytest.mark.parametrize("example", examples_in(*WINGS), ids=str)
async def test_an_example_can_be_sent(example: Example, start: StartService, make_sqlite: MakeDatabase) -> None:
    casework = await start("casework", make_sqlite("casework"))
    answer = await send(example, await ARRANGEMENTS[example.route](casework))
    assert answer.is_success, answer.text
