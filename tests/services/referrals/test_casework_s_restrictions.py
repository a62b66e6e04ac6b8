"""What casework restricts is not there at the front door either, on SQLite and on PostgreSQL."""

from typing import Any
from uuid import UUID

from sqlalchemy import select, update

from services.referrals.background import TIMERS
from services.referrals.people.models import FamilyRestriction
from shared import clock
from shared.audit import AuditRow
from shared.contracts import casework
from shared.contracts import referrals as front_door
from tests.service_under_test import ServiceUnderTest
from tests.services.referrals.referrals_sent import a_child, submitted


async def _restrict(referrals: ServiceUnderTest, family_id: str, *subjects: str, sequence: int = 1) -> None:
    answer = {"family_id": family_id, "subjects": list(subjects), "front_door_subjects": ["nobody"]}
    referrals.answers[f"http://casework/v1/families/{family_id}/restriction"] = answer
    event = casework.FamilyRestricted(family_id=UUID(family_id), people=len(subjects), restricted_at=clock.now())
    await referrals.deliver(event, sequence=sequence)


async def _sees(referrals: ServiceUnderTest, sent: dict[str, Any], subject: str) -> bool:
    """Whether somebody finds a family in every way; it must not be here one way and there another."""
    client = referrals.as_("mash_manager", sub=subject)
    child_id = sent["children"][0]["child_id"]
    paths = (
        f"/referrals/{sent['id']}",
        f"/referrals/{sent['id']}/changes",
        f"/children/{child_id}",
        f"/families/{sent['family_id']}/restriction",
    )
    found = {(await client.get(path)).status_code == 200 for path in paths}
    queue = (await client.get("/referrals")).json()["items"]
    asked = {key: a_child()[key] for key in ("given_name", "family_name", "date_of_birth")}
    people = (await client.post("/people/search", json=asked)).json()["items"]
    found |= {sent["id"] in [each["id"] for each in queue], child_id in [each["child_id"] for each in people]}
    assert len(found) == 1, found
    return found.pop()


async def test_it_is_there_for_named_people_only_and_for_all_when_it_is_lifted(referrals: ServiceUnderTest) -> None:
    sent = await submitted(referrals)
    await _restrict(referrals, sent["family_id"], "maria", "petra")
    assert [await _sees(referrals, sent, each) for each in ("maria", "noel")] == [True, False]
    manager = referrals.as_("mash_manager", sub="maria")
    named = {"subjects": ["maria", "noel"], "reason": "Staff's own family"}
    both = await manager.post(f"/families/{sent['family_id']}/restriction", json=named)
    assert (both.json()["subjects"], both.json()["casework_subjects"]) == (["maria", "noel"], ["maria", "petra"])
    assert [await _sees(referrals, sent, each) for each in ("maria", "petra", "noel")] == [True, False, False]
    await manager.post(f"/families/{sent['family_id']}/restriction", json={**named, "subjects": []})
    await _restrict(referrals, sent["family_id"], sequence=2)
    await _restrict(referrals, sent["family_id"], "maria", sequence=1)
    assert await _sees(referrals, sent, "noel")


async def test_families_that_casework_restricts_to_different_people_are_not_merged(referrals: ServiceUnderTest) -> None:
    first, second = await submitted(referrals), await submitted(referrals)
    await _restrict(referrals, first["family_id"], "maria")
    ids = [each["children"][0]["child_id"] for each in (first, second)]
    merge = {"surviving_child_id": ids[0], "merged_child_id": ids[1], "reason": "One child"}
    answer = await referrals.as_("mash_practitioner", sub="maria").post("/merges", json=merge)
    assert (answer.status_code, answer.json()["contradictions"]) == (409, ["restriction"])


async def test_a_look_at_who_is_named_is_on_record(referrals: ServiceUnderTest) -> None:
    family_id = (await submitted(referrals))["family_id"]
    client = referrals.as_("mash_manager", sub="maria")
    await client.get(f"/families/{family_id}/restriction", headers={"Access-Reason": "A complaint"})
    async with referrals.database.read() as session:
        looks = select(AuditRow).where(AuditRow.action == "restriction_look", AuditRow.entity_id == family_id)
        rows = (await session.scalars(looks)).all()
    assert [(row.subject, row.reason) for row in rows] == [("maria", "A complaint")]


async def test_what_was_restricted_before_is_announced_once(referrals: ServiceUnderTest) -> None:
    family_id = (await submitted(referrals))["family_id"]
    named = {"subjects": ["maria", "petra"], "reason": "Adoption"}
    await referrals.as_("mash_manager", sub="maria").post(f"/families/{family_id}/restriction", json=named)
    assert await _turn(referrals) == 0
    async with referrals.database.begin() as session:
        await session.execute(update(FamilyRestriction).values(announced_at=None))
    assert [await _turn(referrals), await _turn(referrals)] == [1, 0]
    events = [each for each in await referrals.events() if isinstance(each, front_door.FamilyRestricted)]
    assert [(str(each.family_id), each.people) for each in events] == [(family_id, 2)] * 2


async def _turn(referrals: ServiceUnderTest) -> int:
    [timer] = [timer for timer in TIMERS if timer.name == "announce_earlier_restrictions"]
    async with referrals.database.begin() as session:
        return await timer.turn(session)
