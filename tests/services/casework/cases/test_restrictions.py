"""Records for named people only, restricted here and at the front door, on SQLite and on PostgreSQL."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import update

from services.casework.background import TIMERS
from services.casework.cases.restrictions.models import FamilyRestriction
from services.casework.cases.restrictions.rules import must_be_named
from shared import clock
from shared.bus.interface import NotNow
from shared.contracts import casework as contracts
from shared.contracts.referrals import ChildMerged, FamilyRestricted
from tests.service_under_test import ServiceUnderTest
from tests.services.casework.casework_made import a_case
from tests.services.casework.lifecycle.pathways_made import allocate, cases_of, close, referred_again

SUBJECTS = st.sampled_from(["maria", "petra", "noel"])


@given(st.sets(SUBJECTS), SUBJECTS, st.none() | SUBJECTS)
def test_a_restriction_never_shuts_out_who_made_it_or_who_holds_the_family(
    subjects: set[str], own: str, key_worker: str | None
) -> None:
    missing = must_be_named(subjects, own, key_worker)
    if missing is None:
        assert not subjects or subjects >= {own} | ({key_worker} if key_worker else set())
    else:
        assert subjects
        assert {"own-subject-missing": own, "key-worker-missing": key_worker}[missing] not in subjects


async def _restrict(
    casework: ServiceUnderTest, family_id: UUID | str, *subjects: str, by: str = "maria", **claims: Any
) -> httpx.Response:
    client = casework.as_("team_manager", sub=by, **claims)
    sent = {"subjects": list(subjects), "reason": "Staff's own family"}
    return await client.post(f"/families/{family_id}/restriction", json=sent)


async def _sees(casework: ServiceUnderTest, case: dict[str, Any], subject: str, role: str = "team_manager") -> bool:
    """Whether somebody finds a case in every way that there is; it must not be here one way and there another."""
    client = casework.as_(role, sub=subject)
    statuses = {
        (await client.get(path)).status_code
        for path in (
            f"/cases/{case['id']}",
            f"/cases/{case['id']}/history",
            f"/families/{case['family_id']}/chronology",
        )
    }
    listed = case["id"] in [each["id"] for each in (await client.get("/cases")).json()["items"]]
    assert statuses == ({200} if listed else {404}), statuses
    return listed


async def test_a_restricted_family_is_there_for_named_people_only(casework: ServiceUnderTest) -> None:
    case, plain = await a_case(casework), await a_case(casework)
    path = f"/families/{case['family_id']}/restriction"
    named = await _restrict(casework, case["family_id"], "petra", "maria", "maria")
    assert named.json() == {
        "family_id": case["family_id"],
        "subjects": ["maria", "petra"],
        "front_door_subjects": [],
    }
    for subject, sees in (("maria", True), ("petra", True), ("noel", False)):
        assert await _sees(casework, case, subject) is sees
        assert await _sees(casework, plain, subject)
    outsider = casework.as_("team_manager", sub="noel")
    assert (await outsider.get(path)).status_code == 404
    assert (await _restrict(casework, case["family_id"], by="noel")).status_code == 404
    for deed in ("pathway", "closure", "reopening", "move"):
        refused = await outsider.post(f"/cases/{case['id']}/{deed}", json=_a_body(deed))
        assert refused.status_code == 404, deed
    shown = await casework.as_("team_manager", sub="petra").get(path)
    assert shown.json()["subjects"] == ["maria", "petra"]
    assert (await _restrict(casework, case["family_id"], by="petra")).json()["subjects"] == []
    assert await _sees(casework, case, "noel")


def _a_body(deed: str) -> dict[str, Any]:
    today = clock.today().isoformat()
    return {
        "pathway": {"pathway": "child_protection", "reason": "r"},
        "closure": {"closed_on": today, "reason": "RC7"},
        "reopening": {"reopened_on": today, "pathway": "child_in_need", "reason": "r"},
        "move": {"area": "north", "moved_on": today, "reason": "r"},
    }[deed]


async def test_whoever_restricts_and_the_key_worker_are_named(casework: ServiceUnderTest) -> None:
    case = await a_case(casework)
    await allocate(casework, case, subject="petra")
    for subjects, code in ((["petra"], "own-subject-missing"), (["maria"], "key-worker-missing")):
        refused = await _restrict(casework, case["family_id"], *subjects)
        assert refused.status_code == 422
        assert [(each["field"], each["code"]) for each in refused.json()["errors"]] == [("/subjects", code)]
        assert await casework.count(FamilyRestriction) == 0
    assert (await _restrict(casework, case["family_id"], "maria", "petra")).status_code == 200
    assert await _sees(casework, case, "petra", "social_worker")


async def test_a_worker_who_is_not_named_does_not_become_key_worker(casework: ServiceUnderTest) -> None:
    case, other = await a_case(casework), await a_case(casework)
    unnamed = await allocate(casework, other, subject="noel")
    await _restrict(casework, case["family_id"], "maria")
    maria = casework.as_("team_manager", sub="maria")
    answer = await maria.post(f"/cases/{case['id']}/allocation", json={"worker_id": unnamed["id"]})
    assert (answer.status_code, answer.json()["code"]) == (409, "worker-not-named")


async def test_only_managers_of_the_family_s_area_and_team_restrict_it(casework: ServiceUnderTest) -> None:
    case = await a_case(casework)
    assert (await _restrict(casework, case["family_id"], "maria", area="north")).status_code == 404
    assert (await _restrict(casework, uuid4(), "maria")).status_code == 404
    assert (await _restrict(casework, case["family_id"], "maria", area="south")).status_code == 200


async def test_a_restriction_holds_for_closed_cases_and_for_those_that_come(casework: ServiceUnderTest) -> None:
    family_id, known, matched = uuid4(), uuid4(), uuid4()
    closed = await a_case(casework, family_id=family_id, child_ids=[known])
    await _restrict(casework, family_id, "maria")
    await casework.as_("team_manager", sub="maria").post(f"/cases/{closed['id']}/closure", json=_a_body("closure"))
    other_family = uuid4()
    merge = ChildMerged(merge_id=uuid4(), surviving_child_id=known, merged_child_id=matched, merged_at=clock.now())
    await casework.deliver(merge)
    await referred_again(casework, other_family, child_ids=[matched], joined_family_ids=[family_id])
    assert await cases_of(casework) == await cases_of(casework, "closed") == []
    listed = (await casework.as_("team_manager", sub="maria").get("/cases")).json()["items"]
    assert [each["family_id"] for each in listed] == [str(other_family)]
    await _restrict(casework, other_family)
    assert len(await cases_of(casework)) == len(await cases_of(casework, "closed")) == 1


async def test_families_that_share_a_child_are_restricted_together(casework: ServiceUnderTest) -> None:
    child = uuid4()
    before = await a_case(casework, child_ids=[child])
    await close(casework, before)
    now = await a_case(casework, child_ids=[child])
    assert now["id"] != before["id"]
    await _restrict(casework, now["family_id"], "maria")
    assert await cases_of(casework) == await cases_of(casework, "closed") == []


async def test_of_two_restrictions_of_joined_families_at_one_moment_one_holds_for_both(
    casework: ServiceUnderTest,
) -> None:
    child = uuid4()
    before = await a_case(casework, child_ids=[child])
    await close(casework, before)
    now = await a_case(casework, child_ids=[child])
    answers = await asyncio.gather(
        _restrict(casework, before["family_id"], "maria"),
        _restrict(casework, now["family_id"], "maria", "petra"),
        _restrict(casework, before["family_id"], "maria", "noel"),
        _restrict(casework, now["family_id"], "maria", "petra"),
    )
    assert [answer.status_code for answer in answers] == [200] * 4
    maria = casework.as_("team_manager", sub="maria")
    paths = [f"/families/{case['family_id']}/restriction" for case in (before, now)]
    assert len({str((await maria.get(path)).json()["subjects"]) for path in paths}) == 1


def _restricted(family_id: UUID | str, people: int = 1) -> FamilyRestricted:
    return FamilyRestricted(family_id=UUID(str(family_id)), people=people, restricted_at=clock.now())


def _let_referrals_name(casework: ServiceUnderTest, family_id: str, *subjects: str) -> None:
    url = f"http://referrals/v1/families/{family_id}/restriction"
    casework.answers[url] = {"family_id": family_id, "subjects": list(subjects)}


async def test_a_restriction_at_the_front_door_holds_here_too(casework: ServiceUnderTest) -> None:
    case = await a_case(casework)
    family_id = case["family_id"]
    _let_referrals_name(casework, family_id, "maria", "petra")
    await casework.deliver(_restricted(family_id, 2), sequence=1, event_id="once")
    await casework.deliver(_restricted(family_id, 2), sequence=1, event_id="once")
    assert [await _sees(casework, case, subject) for subject in ("maria", "noel")] == [True, False]
    both = await _restrict(casework, family_id, "maria", "noel")
    assert (both.json()["subjects"], both.json()["front_door_subjects"]) == (["maria", "noel"], ["maria", "petra"])
    assert [await _sees(casework, case, subject) for subject in ("maria", "petra", "noel")] == [True, False, False]
    await _restrict(casework, family_id)
    assert [await _sees(casework, case, subject) for subject in ("petra", "noel")] == [True, False]
    _let_referrals_name(casework, family_id)
    await casework.deliver(_restricted(family_id, 0), sequence=2)
    assert await _sees(casework, case, "noel")


async def test_a_family_restricted_before_its_case_is_opened_is_never_shown(casework: ServiceUnderTest) -> None:
    family_id = uuid4()
    _let_referrals_name(casework, str(family_id), "maria")
    await casework.deliver(_restricted(family_id))
    await referred_again(casework, family_id)
    assert await cases_of(casework) == []
    assert len((await casework.as_("area_manager", sub="maria").get("/cases")).json()["items"]) == 1


@pytest.mark.parametrize("lifted_last", [True, False])
async def test_an_older_fact_that_comes_late_changes_nothing(casework: ServiceUnderTest, lifted_last: bool) -> None:
    case = await a_case(casework)
    last, first = ([], ["maria"]) if lifted_last else (["maria"], [])
    _let_referrals_name(casework, case["family_id"], *last)
    await casework.deliver(_restricted(case["family_id"], len(last)), sequence=2)
    _let_referrals_name(casework, case["family_id"], *first)  # was asked before the second was set
    await casework.deliver(_restricted(case["family_id"], len(first)), sequence=1)
    assert await _sees(casework, case, "noel") is lifted_last


async def test_facts_that_come_at_one_moment_leave_the_last(casework: ServiceUnderTest) -> None:
    case = await a_case(casework)
    _let_referrals_name(casework, case["family_id"], "maria", "petra")
    numbers = (3, 1, 2)
    await asyncio.gather(*(casework.deliver(_restricted(case["family_id"], 2), sequence=number) for number in numbers))
    assert await casework.count(FamilyRestriction) == 2
    assert not await _sees(casework, case, "noel")


async def test_while_referrals_is_down_the_restriction_waits(casework: ServiceUnderTest) -> None:
    case = await a_case(casework)
    with pytest.raises(NotNow):
        await casework.deliver(_restricted(case["family_id"]), event_id="early")
    _let_referrals_name(casework, case["family_id"], "maria")
    await casework.deliver(_restricted(case["family_id"]), event_id="early")
    assert not await _sees(casework, case, "noel")


async def _announced(casework: ServiceUnderTest) -> list[tuple[str, int]]:
    events = [each for each in await casework.events() if isinstance(each, contracts.FamilyRestricted)]
    return [(str(event.family_id), event.people) for event in events]


async def test_a_restriction_is_announced_and_the_other_services_may_ask_whom_it_names(
    casework: ServiceUnderTest,
) -> None:
    family_id = (await a_case(casework))["family_id"]
    asked = casework.as_("service", sub="referrals-background")
    for subjects in (["maria", "petra"], []):
        await _restrict(casework, family_id, *subjects)
        assert (await asked.get(f"/families/{family_id}/restriction")).json()["subjects"] == subjects
    assert await _announced(casework) == [(family_id, 2), (family_id, 0)]
    _let_referrals_name(casework, family_id, "maria")
    await casework.deliver(_restricted(family_id))
    assert len(await _announced(casework)) == 2  # what the front door restricts, it announces itself


async def test_a_family_that_turns_out_to_be_restricted_is_announced(casework: ServiceUnderTest) -> None:
    family_id, other_family = uuid4(), uuid4()
    await a_case(casework, family_id=family_id)
    await _restrict(casework, family_id, "maria")
    await referred_again(casework, other_family, joined_family_ids=[family_id])
    assert await _announced(casework) == [(str(family_id), 1), (str(other_family), 1)]


async def test_what_was_restricted_before_is_announced_once(casework: ServiceUnderTest) -> None:
    family_id, elsewhere = (await a_case(casework))["family_id"], (await a_case(casework))["family_id"]
    await _restrict(casework, family_id, "maria", "petra")
    _let_referrals_name(casework, elsewhere, "maria")
    await casework.deliver(_restricted(elsewhere))
    assert await _turn(casework) == 0
    async with casework.database.begin() as session:
        await session.execute(update(FamilyRestriction).values(announced_at=None))
    assert [await _turn(casework), await _turn(casework)] == [1, 0]
    assert await _announced(casework) == [(family_id, 2)] * 2


async def _turn(casework: ServiceUnderTest) -> int:
    [timer] = [timer for timer in TIMERS if timer.name == "announce_earlier_restrictions"]
    async with casework.database.begin() as session:
        return await timer.turn(session)


async def test_a_look_at_who_is_named_is_on_the_access_log(casework: ServiceUnderTest) -> None:
    family_id = (await a_case(casework))["family_id"]
    client = casework.as_("team_manager", sub="maria")
    await client.get(f"/families/{family_id}/restriction", headers={"Access-Reason": "A complaint"})
    log = (await client.get(f"/families/{family_id}/access-log")).json()["items"]
    looks = [each for each in log if each["action"] == "restriction_look"]
    assert [(each["subject"], each["reason"]) for each in looks] == [("maria", "A complaint")]
