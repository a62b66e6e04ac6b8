"""A new referral for an open family joins its case, on SQLite and on PostgreSQL."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from services.casework.cases.cases.models import Case, CaseChild, CaseReferral
from shared import clock
from shared.bus.interface import NotNow
from shared.contracts.casework import CaseloadCeilingExceeded, CaseOpened, CasePathwayChanged, CaseReferralJoined
from shared.contracts.referrals import ChildMerged, ReferralAccepted, ReferralClosed
from tests.conftest import MakeDatabase, StartService
from tests.service_under_test import ServiceUnderTest
from tests.services.casework.casework_made import a_case, an_accepted_referral, let_referrals_answer
from tests.services.casework.lifecycle.pathways_made import (
    allocate,
    case_of,
    cases_of,
    close,
    days_ago,
    history_of,
    referred_again,
    step,
)
from tests.services.referrals.referrals_sent import a_child, a_decision, rated


async def _opened(casework: ServiceUnderTest, days: int = 30, **changes: Any) -> dict[str, Any]:
    return await a_case(casework, decided_at=clock.now() - timedelta(days=days), **changes)


async def test_a_second_referral_joins_the_open_case_with_its_new_children(casework: ServiceUnderTest) -> None:
    case = await _opened(casework)
    at = clock.now() - timedelta(days=3)
    again = await referred_again(casework, case["family_id"], children=2, decided_at=at)
    [only] = await cases_of(casework)
    assert (only["id"], only["child_count"], only["referral_id"]) == (case["id"], 3, case["referral_id"])
    assert [await casework.count(table) for table in (Case, CaseReferral)] == [1, 2]
    [event] = await casework.events(CaseReferralJoined)
    assert isinstance(event, CaseReferralJoined)
    assert (event.referral_id, str(event.case_id), event.joined_on) == (again.referral_id, case["id"], days_ago(3))
    assert len(event.child_ids) == 3
    assert event.joined_family_id == again.family_id
    assert await casework.events(CasePathwayChanged) == []
    referrals = (await history_of(casework, case))["referrals"]
    assert [each["referral_id"] for each in referrals] == [case["referral_id"], str(again.referral_id)]


async def test_the_family_of_a_matched_child_is_the_same_under_another_id(casework: ServiceUnderTest) -> None:
    """Each referral has a family of its own in the index: the decision names those that a merge has joined to it."""
    case = await _opened(casework)
    other_family = uuid4()
    await referred_again(casework, other_family, joined_family_ids=[case["family_id"]])
    assert [each["id"] for each in await cases_of(casework)] == [case["id"]]
    await referred_again(casework, uuid4(), joined_family_ids=[other_family])
    assert [each["id"] for each in await cases_of(casework)] == [case["id"]]
    story = await casework.as_("area_manager").get(f"/families/{other_family}/chronology")
    assert story.status_code == 200


async def test_a_family_is_known_by_its_child_where_events_overtake_each_other(
    casework: ServiceUnderTest,
) -> None:
    """The second referral's event overtook the first's, which was made before the two children were one."""
    known, matched = uuid4(), uuid4()
    await referred_again(casework, uuid4(), child_ids=[matched], joined_family_ids=[uuid4()])
    merge = ChildMerged(merge_id=uuid4(), surviving_child_id=known, merged_child_id=matched, merged_at=clock.now())
    await casework.deliver(merge)
    await referred_again(casework, uuid4(), child_ids=[known])
    [case] = await cases_of(casework)
    assert case["child_count"] == 1


async def test_one_child_is_in_one_open_case(casework: ServiceUnderTest) -> None:
    """A sibling who lives with another family that is open stays in that family's case."""
    elsewhere = uuid4()
    other = await _opened(casework, days=20, child_ids=[elsewhere])
    case = await _opened(casework, days=30)
    await referred_again(casework, case["family_id"], child_ids=[elsewhere, uuid4()])
    counts = {each["id"]: each["child_count"] for each in await cases_of(casework)}
    assert counts == {other["id"]: 1, case["id"]: 2}


UP_OR_NOWHERE = [
    ("thriving_families", "assessment", "child_in_need", True),
    ("assessment", "strategy_discussion", "child_protection", True),
    ("assessment", "thriving_families", "child_in_need", False),
    ("strategy_discussion", "assessment", "child_protection", False),
    ("assessment", "early_help", "child_in_need", False),
    ("early_help", "thriving_families", "thriving_families", True),
]


async def test_a_joining_referral_takes_the_family_up_and_never_down(casework: ServiceUnderTest) -> None:
    stepped = 0
    for before, outcome, after, up in UP_OR_NOWHERE:
        family_id = uuid4()
        await referred_again(casework, family_id, before)
        await referred_again(casework, family_id, outcome)
        [case] = [each for each in await cases_of(casework) if each["family_id"] == str(family_id)]
        assert case["pathway"] == after, (before, outcome)
        stepped += up
        assert len(await casework.events(CasePathwayChanged)) == stepped, (before, outcome)


async def test_a_key_worker_who_may_not_hold_the_family_any_more_holds_it_no_longer(casework: ServiceUnderTest) -> None:
    case = await _opened(casework, outcome="thriving_families")
    worker = await allocate(casework, case, role="family_support_worker", registration_number=None)
    at = clock.now() - timedelta(days=2)
    await referred_again(casework, case["family_id"], "strategy_discussion", decided_at=at)
    [waiting] = await cases_of(casework)
    assert (waiting["pathway"], waiting["key_worker"]) == ("child_protection", None)
    assert waiting["unallocated_since"] == days_ago(2).isoformat()
    [held] = (await history_of(casework, case))["key_workers"]
    assert (held["worker_id"], held["end_reason"]) == (worker["id"], "registration_required")


async def test_a_registered_key_worker_keeps_the_family(casework: ServiceUnderTest) -> None:
    case = await _opened(casework, outcome="thriving_families")
    worker = await allocate(casework, case)
    await referred_again(casework, case["family_id"], "strategy_discussion", children=2)
    [held] = await cases_of(casework)
    assert (held["pathway"], held["key_worker"]["id"]) == ("child_protection", worker["id"])
    caseloads = await casework.as_("area_manager").get("/caseloads", params={"by": "worker"})
    assert [each["children"] for each in caseloads.json()["items"]] == [3]


async def test_a_key_worker_whom_new_children_take_over_the_ceiling_is_announced_each_time(
    casework: ServiceUnderTest,
) -> None:
    case = await _opened(casework, children=2)
    worker = await allocate(casework, case, fte=0.2)  # 3.2 children
    await referred_again(casework, case["family_id"])
    await referred_again(casework, case["family_id"], children=0)
    assert await casework.events(CaseloadCeilingExceeded) == []
    await referred_again(casework, case["family_id"])
    await referred_again(casework, case["family_id"], children=0)
    await referred_again(casework, case["family_id"])
    announced = [event.model_dump(mode="json") for event in await casework.events(CaseloadCeilingExceeded)]
    assert [(each["children"], float(each["ceiling"])) for each in announced] == [(4, 3.2), (5, 3.2)]
    assert {(each["worker_id"], each["case_id"], each["area"]) for each in announced} == {
        (worker["id"], case["id"], "south")
    }


async def test_a_decision_that_was_dated_back_is_dated_no_earlier_than_what_is_on_record(
    casework: ServiceUnderTest,
) -> None:
    case = await _opened(casework, outcome="thriving_families")
    await step(casework, case, "child_in_need", from_on=days_ago(5))
    at = clock.now() - timedelta(days=20)
    await referred_again(casework, case["family_id"], "strategy_discussion", decided_at=at)
    steps = (await history_of(casework, case))["steps"]
    assert [(each["pathway"], each["from_on"]) for each in steps[1:]] == [
        ("child_in_need", days_ago(5).isoformat()),
        ("child_protection", days_ago(5).isoformat()),
    ]


async def test_of_two_decisions_the_earlier_may_come_later(casework: ServiceUnderTest) -> None:
    family_id = uuid4()
    await referred_again(casework, family_id, "assessment", decided_at=clock.now() - timedelta(days=2))
    await referred_again(casework, family_id, "strategy_discussion", decided_at=clock.now() - timedelta(days=9))
    [case] = await cases_of(casework)
    assert (case["pathway"], case["opened_on"], case["child_count"]) == ("child_protection", days_ago(2).isoformat(), 2)


async def test_after_a_closing_the_next_referral_opens_another_case_not_before_that_day(
    casework: ServiceUnderTest,
) -> None:
    case = await _opened(casework)
    await close(casework, case, on=days_ago(5))
    await referred_again(casework, case["family_id"], decided_at=clock.now() - timedelta(days=12))
    [another] = await cases_of(casework)
    assert another["id"] != case["id"]
    assert another["opened_on"] == days_ago(5).isoformat()


@pytest.mark.parametrize("same_id", [True, False], ids=["one family id", "two joined ids"])
async def test_two_referrals_of_one_family_at_one_moment_make_one_case(
    casework: ServiceUnderTest, same_id: bool
) -> None:
    one, other = uuid4(), uuid4()
    ids: list[UUID] = [one, one if same_id else other, one, one if same_id else other]
    await asyncio.gather(
        *(
            referred_again(casework, family_id, outcome, joined_family_ids=[] if same_id else sorted({one, other}))
            for family_id, outcome in zip(
                ids, ["assessment", "strategy_discussion", "thriving_families", "early_help"], strict=True
            )
        )
    )
    [case] = await cases_of(casework)
    assert (case["pathway"], case["child_count"]) == ("child_protection", 4)
    assert len(await casework.events(CaseOpened)) == 1
    assert len(await casework.events(CaseReferralJoined)) == 3


async def test_one_referral_whose_event_is_received_again_joins_once(casework: ServiceUnderTest) -> None:
    case = await _opened(casework)
    accepted = an_accepted_referral(family_id=case["family_id"])
    let_referrals_answer(casework, accepted)
    await asyncio.gather(*(casework.deliver(accepted, event_id=f"e-{number}") for number in range(3)))
    assert len(await casework.events(CaseReferralJoined)) == 1
    assert (await case_of(casework, case["id"]))["child_count"] == 2


def _closed(outcome: str, **changes: Any) -> ReferralClosed:
    return ReferralClosed(**an_accepted_referral(outcome=outcome, **changes).model_dump())


async def test_early_help_opens_a_record_that_needs_no_key_worker(casework: ServiceUnderTest) -> None:
    await referred_again(casework, uuid4(), "early_help", children=2)
    [case] = await cases_of(casework)
    assert (case["pathway"], case["child_count"], case["unallocated_since"]) == ("early_help", 2, None)
    [event] = await casework.events(CaseOpened)
    assert isinstance(event, CaseOpened)
    assert event.pathway == "early_help"
    waiting = await casework.as_("area_manager").get("/cases", params={"unallocated": True})
    assert waiting.json()["items"] == []


async def test_what_is_not_accepted_otherwise_opens_nothing_and_asks_nobody(casework: ServiceUnderTest) -> None:
    for outcome in ("signposted", "transferred", "no_further_action"):
        await casework.deliver(_closed(outcome))
    assert await cases_of(casework) == []


async def test_early_help_waits_while_the_referrals_service_is_down(casework: ServiceUnderTest) -> None:
    with pytest.raises(NotNow):
        await casework.deliver(_closed("early_help"))
    assert await cases_of(casework) == []


async def test_what_the_front_door_matched_is_one_family_here(
    start: StartService, make_database: MakeDatabase, casework: ServiceUnderTest
) -> None:
    """The two services as they are: what one announces and returns is what the other takes."""
    referrals = await start("referrals", make_database("referrals"))
    mash, known = referrals.as_("mash_manager", sub="maria"), None
    for outcome in ("thriving_families", "assessment", "early_help"):
        sent = await rated(referrals, children=[a_child(additional_needs=True)])
        path, child_id = f"/referrals/{sent['id']}", sent["children"][0]["child_id"]
        if known:
            same = {"matched_child_id": known, "reason": "The same child"}
            assert (await mash.post(f"{path}/matches/{child_id}", json=same)).is_success
        known = known or child_id
        decision = a_decision(outcome=outcome, level=3, reason="Agreed with the school and with the health visitor")
        assert (await mash.post(f"{path}/decision", json=decision)).is_success
        answer = await referrals.as_("service").get(path)
        casework.answers[f"http://referrals/v1{path}"] = answer.json()
        speaks = await referrals.as_("service").get(f"/children/{child_id}")
        casework.answers[f"http://referrals/v1/children/{child_id}"] = speaks.json()
    for event in await referrals.events():
        if isinstance(event, (ReferralAccepted, ReferralClosed, ChildMerged)):
            await casework.deliver(event)
    [case] = await cases_of(casework)
    assert (case["pathway"], case["child_count"]) == ("child_in_need", 1)
    assert len((await history_of(casework, case))["referrals"]) == 3
    async with casework.database.read() as session:
        assert set((await session.scalars(select(CaseChild.additional_needs))).all()) == {True}
