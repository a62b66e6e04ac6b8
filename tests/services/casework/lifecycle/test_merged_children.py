"""Casework follows merges of children's records in whatever order they are received, and goes back on a reversal."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

from shared import clock
from shared.contracts.casework import CaseloadCeilingExceeded
from shared.contracts.referrals import ChildMerged, ChildUnmerged
from tests.service_under_test import ServiceUnderTest
from tests.services.casework.casework_made import a_case, an_accepted_referral, let_referrals_answer
from tests.services.casework.lifecycle.pathways_made import allocate, close


def merged(child_id: UUID, into: UUID) -> ChildMerged:
    return ChildMerged(merge_id=uuid4(), surviving_child_id=into, merged_child_id=child_id, merged_at=clock.now())


def unmerged(child_id: UUID, from_: UUID) -> ChildUnmerged:
    return ChildUnmerged(merge_id=uuid4(), surviving_child_id=from_, merged_child_id=child_id, unmerged_at=clock.now())


async def _shown(casework: ServiceUnderTest, case: dict[str, Any]) -> tuple[set[UUID], int]:
    """The ids that a case's children answer to, and how many children it counts."""
    whole = (await casework.as_("area_manager").get(f"/cases/{case['id']}")).json()
    return {UUID(child["child_id"]) for child in whole["children"]}, whole["child_count"]


async def test_a_case_answers_to_the_surviving_id_and_goes_back(casework: ServiceUnderTest) -> None:
    one, two, known, elder = uuid4(), uuid4(), uuid4(), uuid4()
    case = await a_case(casework, child_ids=[one, two])
    await casework.deliver(merged(one, known), sequence=1, event_id="m")
    await casework.deliver(merged(one, known), sequence=1, event_id="m")
    assert await _shown(casework, case) == ({known, two}, 2)
    await casework.deliver(merged(known, elder))
    assert await _shown(casework, case) == ({elder, two}, 2)
    await casework.deliver(merged(two, elder))
    assert await _shown(casework, case) == ({elder}, 1)
    await casework.deliver(unmerged(two, elder), sequence=2)
    assert await _shown(casework, case) == ({elder, two}, 2)
    await casework.deliver(unmerged(known, elder), sequence=2)
    assert await _shown(casework, case) == ({known, two}, 2)
    await casework.deliver(unmerged(one, known), sequence=2)
    assert await _shown(casework, case) == ({one, two}, 2)


async def test_a_key_worker_whom_a_reversal_takes_over_the_ceiling_is_announced(casework: ServiceUnderTest) -> None:
    one, two = uuid4(), uuid4()
    case = await a_case(casework, child_ids=[one, two])
    await casework.deliver(merged(one, two), sequence=1)
    await allocate(casework, case, fte=0.1)  # 1.6 children
    await casework.deliver(unmerged(one, two), sequence=2, event_id="u")
    await casework.deliver(unmerged(one, two), sequence=2, event_id="u")
    [event] = await casework.events(CaseloadCeilingExceeded)
    assert isinstance(event, CaseloadCeilingExceeded)
    assert (str(event.case_id), event.children) == (case["id"], 2)


async def test_two_open_cases_that_a_merge_found_to_be_one_family_name_each_other(casework: ServiceUnderTest) -> None:
    one, two = uuid4(), uuid4()
    first, second = await a_case(casework, child_ids=[one, uuid4()]), await a_case(casework, child_ids=[two])

    async def named(case: dict[str, Any], by: str = "petra") -> list[str]:
        answer = await casework.as_("team_manager", sub=by).get(f"/cases/{case['id']}/history")
        ids: list[str] = answer.json()["other_open_cases"]
        return ids

    for_petra = {"subjects": ["petra"], "reason": "Staff's own family"}
    path = f"/families/{second['family_id']}/restriction"
    assert (await casework.as_("team_manager", sub="petra").post(path, json=for_petra)).is_success
    assert await named(first) == await named(second) == []
    await casework.deliver(merged(one, two))
    assert (await named(first), await named(second)) == ([second["id"]], [first["id"]])
    assert await named(first, by="maria") == []
    await close(casework, first)
    assert await named(second) == []


async def test_an_older_merge_that_comes_late_changes_nothing(casework: ServiceUnderTest) -> None:
    child, known = uuid4(), uuid4()
    case = await a_case(casework, child_ids=[child])
    await casework.deliver(unmerged(child, known), sequence=2)
    await casework.deliver(merged(child, known), sequence=1)
    assert await _shown(casework, case) == ({child}, 1)


async def test_records_merged_one_way_and_then_the_other_make_no_circle(casework: ServiceUnderTest) -> None:
    one, two = uuid4(), uuid4()
    case = await a_case(casework, child_ids=[one, two])
    await casework.deliver(merged(one, two), sequence=1)
    await casework.deliver(merged(two, one), sequence=1)  # the reversal of the first is still on its way
    await _shown(casework, case)
    await casework.deliver(unmerged(one, two), sequence=2)
    assert await _shown(casework, case) == ({one}, 1)


async def test_a_case_opened_after_the_merge_counts_one_child(casework: ServiceUnderTest) -> None:
    one, two = uuid4(), uuid4()
    await casework.deliver(merged(one, two))
    accepted = an_accepted_referral(child_ids=[one, two])
    let_referrals_answer(casework, accepted)
    case = await a_case(casework, child_ids=[one, two])
    assert await _shown(casework, case) == ({two}, 1)


async def test_merges_and_an_opening_at_one_moment_leave_no_child_counted_twice(casework: ServiceUnderTest) -> None:
    for _ in range(3):
        one, two, three = uuid4(), uuid4(), uuid4()
        case = await a_case(casework, child_ids=[one, three])
        await asyncio.gather(casework.deliver(merged(one, two)), casework.deliver(merged(two, three)))
        assert await _shown(casework, case) == ({three}, 1)
        five, six = uuid4(), uuid4()
        opened = an_accepted_referral(child_ids=[five, six])
        let_referrals_answer(casework, opened)
        await asyncio.gather(casework.deliver(opened), casework.deliver(merged(five, six)))
        cases = (await casework.as_("area_manager").get("/cases", params={"limit": 200})).json()["items"]
        [found] = [each for each in cases if each["referral_id"] == str(opened.referral_id)]
        assert await _shown(casework, found) == ({six}, 1)
