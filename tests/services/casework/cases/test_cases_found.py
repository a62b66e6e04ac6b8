"""A case is found by its family, by a child and by a referral, on SQLite and on PostgreSQL."""

from typing import Any
from uuid import uuid4

from shared import clock
from shared.contracts.referrals import ChildMerged
from tests.service_under_test import ServiceUnderTest
from tests.services.casework.casework_made import a_case
from tests.services.casework.lifecycle.pathways_made import allocate, close, referred_again


async def _found(
    casework: ServiceUnderTest, role: str = "area_manager", sub: str = "tess", /, **query: Any
) -> list[str]:
    answer = await casework.as_(role, sub=sub).get("/cases", params={k: str(v) for k, v in query.items()})
    assert answer.status_code == 200, answer.text
    return [case["id"] for case in answer.json()["items"]]


async def test_a_case_is_found_by_family_child_and_referral(casework: ServiceUnderTest) -> None:
    child = uuid4()
    case, _ = await a_case(casework, child_ids=[child, uuid4()]), await a_case(casework)
    for query in ({"family": case["family_id"]}, {"child": child}, {"referral": case["referral_id"]}):
        assert await _found(casework, **query) == [case["id"]], query
    assert await _found(casework, family=case["family_id"], child=child, referral=case["referral_id"]) == [case["id"]]
    for unknown in ("family", "child", "referral"):
        assert await _found(casework, **{unknown: uuid4()}) == []
    assert await _found(casework, family=case["family_id"], child=uuid4()) == []


async def test_a_family_and_a_child_are_found_under_every_id_that_they_have_or_had(casework: ServiceUnderTest) -> None:
    former, known, other_family = uuid4(), uuid4(), uuid4()
    case = await a_case(casework, child_ids=[former])
    again = await referred_again(casework, other_family, joined_family_ids=[case["family_id"]])
    merge = ChildMerged(merge_id=uuid4(), surviving_child_id=known, merged_child_id=former, merged_at=clock.now())
    await casework.deliver(merge)
    await close(casework, case)
    later = await a_case(casework, family_id=other_family)
    both = sorted([case["id"], later["id"]])
    for family in (case["family_id"], other_family):
        assert sorted(await _found(casework, family=family)) == both
    for child in (former, known):
        assert await _found(casework, child=child) == [case["id"]]
    assert await _found(casework, referral=again.referral_id) == [case["id"]]


async def test_closed_cases_are_found_too_unless_only_the_open_ones_are_asked_for(casework: ServiceUnderTest) -> None:
    case = await a_case(casework)
    await close(casework, case)
    assert await _found(casework, family=case["family_id"]) == [case["id"]]
    assert await _found(casework, family=case["family_id"], status="closed") == [case["id"]]
    assert await _found(casework, family=case["family_id"], status="open") == []
    assert await _found(casework) == []


async def test_nobody_finds_a_case_that_is_not_for_their_eyes(casework: ServiceUnderTest) -> None:
    child = uuid4()
    case = await a_case(casework, child_ids=[child])
    await allocate(casework, case, subject="rosalind")
    for query in ({"family": case["family_id"]}, {"child": child}, {"referral": case["referral_id"]}):
        assert await _found(casework, "social_worker", "rosalind", **query) == [case["id"]]
        assert await _found(casework, "social_worker", "noel", **query) == []
    restriction = {"subjects": ["maria", "rosalind"], "reason": "Staff's own family"}
    made = await casework.as_("team_manager", sub="maria").post(
        f"/families/{case['family_id']}/restriction", json=restriction
    )
    assert made.is_success, made.text
    assert await _found(casework, child=child) == []
    assert await _found(casework, "area_manager", "maria", child=child) == [case["id"]]
