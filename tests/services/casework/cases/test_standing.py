"""How a case stands, for the front door: what it is asked for, and what makes it ask again."""

from uuid import UUID

from services.casework.background import TIMERS
from services.casework.cases.cases.actions import announce_cases_from_before
from services.casework.cases.cases.models import CaseToAnnounce
from shared import clock
from shared.contracts.casework import CaseStandingChanged
from tests.service_under_test import ServiceUnderTest
from tests.services.casework.casework_made import a_case, a_worker
from tests.services.casework.workforce.workers_made import allocate, put


async def test_the_key_worker_is_named_also_of_a_closed_case(casework: ServiceUnderTest) -> None:
    case, worker = await a_case(casework, children=2), await a_worker(casework)
    service, manager = casework.as_("service"), casework.as_("area_manager")
    path = f"/cases/{case['id']}"
    before = (await service.get(f"{path}/standing")).json()
    assert (before["key_worker"], before["is_open"], len(before["child_ids"])) == (None, True, 2)
    await allocate(casework, case, worker)
    held = (await service.get(f"{path}/standing")).json()
    assert held["key_worker"] == {"id": worker["id"], "name": worker["name"], "version": 1}
    assert held["version"] > before["version"]
    closed = await manager.post(f"{path}/closure", json={"closed_on": str(clock.today()), "reason": "RC7"})
    assert closed.status_code == 200
    after = (await service.get(f"{path}/standing")).json()
    assert (after["is_open"], after["key_worker"]["name"]) == (False, worker["name"])
    assert after["version"] > held["version"]


async def test_a_new_name_of_the_key_worker_is_announced_for_each_family_held(casework: ServiceUnderTest) -> None:
    worker, cases = await a_worker(casework), [await a_case(casework) for _ in range(2)]
    for case in cases:
        await allocate(casework, case, worker)
    assert (await put(casework, worker, fte=0.9)).status_code == 200
    assert await casework.events(CaseStandingChanged) == []
    assert (await put(casework, worker, name="Rosalind Okafor")).status_code == 200
    announced = {event.subject for event in await casework.events(CaseStandingChanged)}
    assert announced == {UUID(case["id"]) for case in cases}
    standing = (await casework.as_("service").get(f"/cases/{cases[0]['id']}/standing")).json()
    assert standing["key_worker"] == {"id": worker["id"], "name": "Rosalind Okafor", "version": 3}


async def test_another_area_is_announced(casework: ServiceUnderTest) -> None:
    case = await a_case(casework)
    moved = {"area": "north", "moved_on": str(clock.today()), "reason": "Moved to Banbury"}
    assert (await casework.as_("area_manager").post(f"/cases/{case['id']}/move", json=moved)).status_code == 200
    assert [event.area for event in await casework.events(CaseStandingChanged)] == ["north"]  # type: ignore[attr-defined]


async def test_what_was_open_before_is_announced_once(casework: ServiceUnderTest) -> None:
    assert announce_cases_from_before in [timer.turn for timer in TIMERS]
    case = await a_case(casework)
    async with casework.database.begin() as session:
        session.add(CaseToAnnounce(case_id=UUID(case["id"])))
    for announced in (1, 0):
        async with casework.database.begin() as session:
            assert await announce_cases_from_before(session) == announced
    assert [event.subject for event in await casework.events(CaseStandingChanged)] == [UUID(case["id"])]
