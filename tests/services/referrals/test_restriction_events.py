"""Casework receives a restriction and asks whom it names; the last worker of a family is recorded."""

from datetime import timedelta
from uuid import uuid4

import pytest

from services.referrals.thresholds.queries import key_workers_of
from shared import clock
from shared.contracts.casework import CaseAllocated, CaseTransferred
from shared.contracts.event import Event
from shared.contracts.referrals import FamilyRestricted
from tests.service_under_test import ServiceUnderTest
from tests.services.referrals.open_cases_made import let_casework_show
from tests.services.referrals.referrals_sent import submitted


async def test_a_restriction_is_announced_and_casework_may_ask_whom_it_names(referrals: ServiceUnderTest) -> None:
    family_id = (await submitted(referrals))["family_id"]
    path, manager = f"/families/{family_id}/restriction", referrals.as_("mash_manager", sub="maria")
    asked = referrals.as_("service", sub="casework-background")
    for subjects in (["maria", "petra"], []):
        sent = {"subjects": subjects, "reason": "Staff's own family"}
        assert (await manager.post(path, json=sent)).status_code == 200
        assert (await asked.get(path)).json() == {"family_id": family_id, "subjects": subjects}
    announced = [event for event in await referrals.events(FamilyRestricted) if isinstance(event, FamilyRestricted)]
    assert [(str(event.family_id), event.people) for event in announced] == [(family_id, 2), (family_id, 0)]
    refused = await manager.post(path, json={"subjects": ["petra"], "reason": "r"})
    assert refused.status_code == 422
    assert len(await referrals.events(FamilyRestricted)) == 2


async def test_every_family_that_is_restricted_is_announced(referrals: ServiceUnderTest) -> None:
    first, second = await submitted(referrals), await submitted(referrals)
    ids = [each["children"][0]["child_id"] for each in (first, second)]
    merge = {"surviving_child_id": ids[0], "merged_child_id": ids[1], "reason": "One child"}
    assert (await referrals.as_("mash_practitioner").post("/merges", json=merge)).status_code == 201
    manager = referrals.as_("mash_manager", sub="maria")
    sent = {"subjects": ["maria"], "reason": "Adoption"}
    assert (await manager.post(f"/families/{first['family_id']}/restriction", json=sent)).status_code == 200
    announced = [str(event.subject) for event in await referrals.events(FamilyRestricted)]
    assert sorted(announced) == sorted([first["family_id"], second["family_id"]])


CASE, FAMILY, FIRST, SECOND = uuid4(), uuid4(), uuid4(), uuid4()
ALLOCATED = CaseAllocated(
    case_id=CASE, family_id=FAMILY, worker_id=FIRST, area="north", children=1, starts_on=clock.today()
)
TRANSFERRED = CaseTransferred(
    case_id=CASE,
    family_id=FAMILY,
    worker_id_before=FIRST,
    worker_id=SECOND,
    area_before="north",
    area="north",
    children=1,
    transferred_on=clock.today() - timedelta(days=1),
)


@pytest.mark.parametrize("late", [False, True], ids=["in order", "the older one late"])
async def test_the_family_knows_the_worker_to_whom_it_was_transferred(referrals: ServiceUnderTest, late: bool) -> None:
    received: list[tuple[int, Event]] = [(1, ALLOCATED), (2, TRANSFERRED)]
    let_casework_show(referrals, CASE, FAMILY, [uuid4()])
    for number, event in reversed(received) if late else received:
        await referrals.deliver(event, sequence=number)
    async with referrals.database.read() as session:
        known = await key_workers_of(session, [FAMILY])
    assert {family_id: worker.worker_id for family_id, worker in known.items()} == {FAMILY: SECOND}
