"""A family stepped up and down, its case closed, reopened and moved, on SQLite and on PostgreSQL."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select

from shared import clock
from shared.audit import AuditRow
from shared.contracts.casework import CaseClosed, CasePathwayChanged, CaseReopened
from tests.service_under_test import ServiceUnderTest
from tests.services.casework.casework_made import a_case
from tests.services.casework.lifecycle.pathways_made import (
    allocate,
    case_of,
    cases_of,
    close,
    days_ago,
    done,
    history_of,
    post,
    referred_again,
    refused,
    step,
)

A_TEAM = {
    "consent": {"given_by": "Mother", "given_on": clock.today().isoformat()},
    "members": [{"name": "Ottoline Frame", "role": "Head", "organisation": "Larkmead School", "lead": True}],
}


async def _opened(casework: ServiceUnderTest, days: int = 30, **changes: Any) -> dict[str, Any]:
    """A case that was opened so many days ago."""
    return await a_case(casework, decided_at=clock.now() - timedelta(days=days), **changes)


def _path(case: dict[str, Any], deed: str = "pathway") -> str:
    return f"/cases/{case['id']}/{deed}"


async def test_a_step_up_is_dated_reasoned_and_announced(casework: ServiceUnderTest) -> None:
    case = await _opened(casework)
    stepped = await step(casework, case, "child_protection", from_on=days_ago(3))
    assert (stepped["pathway"], stepped["status"]) == ("child_protection", "open")
    history = await history_of(casework, case)
    assert [(each["kind"], each["pathway"], each["from_on"], each["reason"]) for each in history["steps"]] == [
        ("opened", "child_in_need", case["opened_on"], None),
        ("up", "child_protection", days_ago(3).isoformat(), "Reviewed"),
    ]
    assert history["steps"][1]["recorded_by"] == "team_manager"
    [event] = await casework.events(CasePathwayChanged)
    assert isinstance(event, CasePathwayChanged)
    assert (event.pathway_before, event.pathway, event.changed_on) == ("child_in_need", "child_protection", days_ago(3))
    assert [str(each) for each in event.child_ids] == [
        each["child_id"] for each in (await case_of(casework, case["id"]))["children"]
    ]


async def test_a_family_goes_all_the_way_up_and_down_again(casework: ServiceUnderTest) -> None:
    case = await _opened(casework, outcome="thriving_families")
    for pathway in ("child_in_need", "child_protection", "court", "child_protection", "child_in_need"):
        assert (await step(casework, case, pathway))["pathway"] == pathway
    assert (await step(casework, case, "thriving_families"))["pathway"] == "thriving_families"
    kinds = [each["kind"] for each in (await history_of(casework, case))["steps"]]
    assert kinds == ["opened", "up", "up", "up", "down", "down", "down"]


async def test_an_unlawful_step_is_refused_with_what_would_be_right(casework: ServiceUnderTest) -> None:
    case = await _opened(casework, outcome="strategy_discussion")
    answer = await post(casework, _path(case), pathway="early_help", reason="All is well")
    assert (answer.status_code, answer.json()["code"]) == (409, "not-a-lawful-step")
    assert answer.json()["lawful"] == ["court", "child_in_need"]
    assert await refused(casework, _path(case), pathway="child_protection", reason="r") == (409, "not-a-lawful-step")
    assert await refused(casework, _path(case), pathway="closed", reason="r") == (422, "literal-error")
    assert len((await history_of(casework, case))["steps"]) == 1


async def test_a_step_is_dated_neither_in_the_future_nor_before_the_last(casework: ServiceUnderTest) -> None:
    case = await _opened(casework, days=10)
    up = {"pathway": "child_protection", "reason": "Harm"}
    assert await refused(casework, _path(case), **up, from_on=days_ago(-1)) == (422, "in-the-future")
    assert await refused(casework, _path(case), **up, from_on=days_ago(11)) == (422, "out-of-order")
    await step(casework, case, "child_protection", from_on=days_ago(10))
    await step(casework, case, "child_in_need", from_on=days_ago(4))
    assert await refused(casework, _path(case), **up, from_on=days_ago(5)) == (422, "out-of-order")
    await step(casework, case, "child_protection", from_on=days_ago(4))
    assert (await case_of(casework, case["id"]))["pathway"] == "child_protection"


async def test_a_key_worker_who_is_not_registered_gives_the_family_away_first(casework: ServiceUnderTest) -> None:
    case = await _opened(casework, outcome="thriving_families")
    worker = await allocate(casework, case, role="family_support_worker", registration_number=None)
    answer = await post(casework, _path(case), pathway="child_in_need", reason="Neglect")
    assert (answer.status_code, answer.json()["code"]) == (409, "registration-required")
    assert "ransfer" in answer.json()["detail"]
    shown = await case_of(casework, case["id"])
    assert (shown["pathway"], shown["key_worker"]["id"]) == ("thriving_families", worker["id"])


async def test_a_registered_key_worker_keeps_the_family(casework: ServiceUnderTest) -> None:
    case = await _opened(casework, outcome="thriving_families")
    worker = await allocate(casework, case)
    assert (await step(casework, case, "child_in_need"))["key_worker"]["id"] == worker["id"]


async def test_to_early_help_a_family_steps_down_into_the_hands_of_its_lead_professional(
    casework: ServiceUnderTest,
) -> None:
    case = await _opened(casework)
    await allocate(casework, case)
    down = {"pathway": "early_help", "reason": "Needs are met in the community"}
    await done(casework, _path(case, "team-around-the-family"), **A_TEAM)
    assert await refused(casework, _path(case), **down, from_on=days_ago(31)) == (422, "out-of-order")
    stepped = await done(casework, _path(case), **down, from_on=days_ago(2))
    assert (stepped["pathway"], stepped["key_worker"], stepped["unallocated_since"]) == ("early_help", None, None)
    [held] = (await history_of(casework, case))["key_workers"]
    assert (held["ended_on"], held["end_reason"]) == (days_ago(2).isoformat(), "stepped_down")
    for pathway in ("thriving_families", "child_in_need", "child_protection"):
        up = {"pathway": pathway, "reason": "More is needed"}
        assert await refused(casework, _path(case), **up, from_on=days_ago(1)) == (409, "front-door-decides")
    at = clock.now() - timedelta(days=1)
    await referred_again(casework, case["family_id"], "assessment", decided_at=at)
    shown = await case_of(casework, case["id"])
    assert (shown["pathway"], shown["key_worker"], shown["unallocated_since"]) == (
        "child_in_need",
        None,
        days_ago(1).isoformat(),
    )


async def test_the_key_worker_stays_on_early_help_until_a_lead_professional_takes_over(
    casework: ServiceUnderTest,
) -> None:
    case = await _opened(casework, outcome="thriving_families")
    ending, over = _path(case, "allocation/ending"), {"reason": "The school leads"}
    assert await refused(casework, ending, **over) == (409, "case-not-allocated")
    worker = await allocate(casework, case)
    assert await refused(casework, ending, **over) == (409, "key-worker-needed")
    stepped = await step(casework, case, "early_help", from_on=days_ago(3))
    assert stepped["key_worker"]["id"] == worker["id"]
    assert await refused(casework, ending, **over) == (409, "lead-professional-required")
    await done(casework, _path(case, "team-around-the-family"), **A_TEAM)
    for day, code in ((4, "out-of-order"), (-1, "in-the-future")):
        assert await refused(casework, ending, **over, ended_on=days_ago(day)) == (422, code)
    ended = await done(casework, ending, **over, ended_on=days_ago(2))
    assert (ended["pathway"], ended["key_worker"], ended["unallocated_since"]) == ("early_help", None, None)
    [held] = (await history_of(casework, case))["key_workers"]
    assert (held["ended_on"], held["end_reason"]) == (days_ago(2).isoformat(), "stepped_down")
    story = (await casework.as_("team_manager").get(f"/families/{case['family_id']}/chronology")).json()["items"]
    assert [each["text"] for each in story if each["kind"] == "case_allocation_ended"] == ["The school leads"]


async def test_a_case_is_closed_with_the_reason_of_the_census(casework: ServiceUnderTest) -> None:
    case = await _opened(casework, outcome="strategy_discussion", children=2)
    worker = await allocate(casework, case)
    closed = await done(casework, _path(case, "closure"), closed_on=days_ago(5), reason="RC8", text="No further harm")
    assert (closed["status"], closed["closed_on"]) == ("closed", days_ago(5).isoformat())
    assert (closed["pathway"], closed["key_worker"]) == ("child_protection", None)
    history = await history_of(casework, case)
    last = history["steps"][-1]
    assert (last["kind"], last["closure"], last["reason"]) == ("closed", "RC8", "No further harm")
    assert (history["key_workers"][0]["ended_on"], history["key_workers"][0]["end_reason"]) == (
        days_ago(5).isoformat(),
        "closed",
    )
    [event] = await casework.events(CaseClosed)
    assert isinstance(event, CaseClosed)
    assert (event.closure, event.pathway, event.closed_on) == ("RC8", "child_protection", days_ago(5))
    assert len(event.child_ids) == 2
    listed = {status: [each["id"] for each in await cases_of(casework, status)] for status in ("open", "closed")}
    assert listed == {"open": [], "closed": [case["id"]]}
    caseloads = await casework.as_("area_manager").get("/caseloads", params={"by": "worker"})
    [held] = [each for each in caseloads.json()["items"] if each["worker_id"] == worker["id"]]
    assert (held["families"], held["children"]) == (0, 0)


async def test_nothing_is_done_with_a_closed_case_but_to_reopen_it(casework: ServiceUnderTest) -> None:
    case = await _opened(casework)
    await close(casework, case)
    deeds: dict[str, dict[str, Any]] = {
        "pathway": {"pathway": "child_protection", "reason": "r"},
        "closure": {"closed_on": clock.today(), "reason": "RC7"},
        "move": {"area": "north", "moved_on": clock.today(), "reason": "r"},
    }
    for deed, sent in deeds.items():
        assert await refused(casework, _path(case, deed), **sent) == (409, "case-closed"), deed


async def test_a_closure_follows_everything_that_is_on_record(casework: ServiceUnderTest) -> None:
    case = await _opened(casework, days=10)
    worker_from = days_ago(6)
    worker = await allocate(casework, await _opened(casework))
    sent = {"worker_id": worker["id"], "starts_on": worker_from}
    await done(casework, _path(case, "allocation"), **sent)
    close_on = {"reason": "RC7"}
    assert await refused(casework, _path(case, "closure"), **close_on, closed_on=days_ago(-1)) == (422, "in-the-future")
    assert await refused(casework, _path(case, "closure"), **close_on, closed_on=days_ago(7)) == (422, "out-of-order")
    assert await refused(casework, _path(case, "closure"), reason="RC0", closed_on=days_ago(1)) == (422, "unknown-code")
    await close(casework, case, on=worker_from)
    assert (await history_of(casework, case))["key_workers"][0]["ended_on"] == worker_from.isoformat()


async def test_whom_the_front_door_decides_about_is_refused_with_the_call_that_asks_it(
    casework: ServiceUnderTest,
) -> None:
    case = await _opened(casework)
    await step(casework, case, "early_help")
    up = {"pathway": "child_protection", "reason": "More is needed"}
    problem = (await post(casework, _path(case), **up)).json()
    assert (problem["code"], problem["lawful"]) == ("front-door-decides", [])
    assert problem["call"] == f"POST /casework/v1/cases/{case['id']}/escalation"
    asked = problem["call"].removeprefix("POST /casework/v1")
    await done(casework, asked, concerns=["neglect"], narrative="A bruise, and nobody at home.")
    await close(casework, case)
    again = await post(casework, _path(case, "reopening"), **up, reopened_on=clock.today())
    assert (again.json()["code"], again.json()["lawful"]) == ("front-door-decides", ["early_help"])
    assert again.json()["call"] == "POST /referrals/v1/referrals"


async def test_a_case_is_not_closed_before_the_last_contact(casework: ServiceUnderTest) -> None:
    case = await _opened(casework)
    call: dict[str, Any] = {"purpose": "family_support", "happened_on": days_ago(4).isoformat()}
    call["children"] = [{"child_id": each["child_id"]} for each in (await case_of(casework, case["id"]))["children"]]
    await done(casework, _path(case, "calls"), **call)
    closure = {"reason": "RC7", "closed_on": days_ago(5)}
    assert await refused(casework, _path(case, "closure"), **closure) == (422, "out-of-order")
    assert (await close(casework, case, on=days_ago(4)))["closed_on"] == days_ago(4).isoformat()


async def test_a_case_closed_on_the_day_of_a_step_keeps_its_last_pathway(casework: ServiceUnderTest) -> None:
    case = await _opened(casework)
    await step(casework, case, "child_protection")
    assert (await close(casework, case))["pathway"] == "child_protection"
    assert await refused(
        casework, _path(case, "reopening"), reopened_on=clock.today(), pathway="thriving_families", reason="r"
    ) == (409, "not-a-lawful-step")


async def test_a_case_is_reopened_on_its_pathway_and_waits_for_a_key_worker(casework: ServiceUnderTest) -> None:
    case = await _opened(casework)
    await allocate(casework, case)
    reopening = {"pathway": "child_in_need", "reason": "Closed too soon"}
    again = _path(case, "reopening")
    assert await refused(casework, again, **reopening, reopened_on=clock.today()) == (409, "case-not-closed")
    await close(casework, case, on=days_ago(9))
    assert await refused(casework, again, **reopening, reopened_on=days_ago(10)) == (422, "out-of-order")
    assert await refused(casework, again, **reopening, reopened_on=days_ago(-1)) == (422, "in-the-future")
    reopened = await done(casework, again, **reopening, reopened_on=days_ago(4))
    assert (reopened["status"], reopened["closed_on"]) == ("open", None)
    assert (reopened["key_worker"], reopened["unallocated_since"]) == (None, days_ago(4).isoformat())
    [event] = await casework.events(CaseReopened)
    assert isinstance(event, CaseReopened)
    assert (event.pathway, event.reopened_on) == ("child_in_need", days_ago(4))
    kinds = [each["kind"] for each in (await history_of(casework, case))["steps"]]
    assert kinds == ["opened", "closed", "reopened"]


async def test_a_case_is_not_reopened_beside_another_of_the_family(casework: ServiceUnderTest) -> None:
    case = await _opened(casework)
    await close(casework, case, on=days_ago(9))
    await referred_again(casework, case["family_id"])
    sent = {"reopened_on": clock.today(), "pathway": "child_in_need", "reason": "r"}
    assert await refused(casework, _path(case, "reopening"), **sent) == (409, "family-has-open-case")


@pytest.mark.parametrize("known_by", ["family", "child"])
async def test_a_referral_and_a_reopening_at_one_moment_leave_one_open_case(
    casework: ServiceUnderTest, known_by: str
) -> None:
    case = await _opened(casework)
    await close(casework, case, on=days_ago(9))
    sent: dict[str, Any] = {"reopened_on": clock.today(), "pathway": "child_in_need", "reason": "r"}
    [child] = (await case_of(casework, case["id"]))["children"]
    same: dict[str, Any] = {"child_ids": [child["child_id"]]} if known_by == "child" else {}
    family_id = uuid4() if same else case["family_id"]
    reopening = post(casework, _path(case, "reopening"), **sent)
    await asyncio.gather(reopening, referred_again(casework, family_id, **same))
    assert len(await cases_of(casework)) == 1


async def test_steps_and_a_closure_at_one_moment_come_one_after_the_other(casework: ServiceUnderTest) -> None:
    case = await _opened(casework)
    answers = await asyncio.gather(
        *(post(casework, _path(case), pathway="child_protection", reason="r") for _ in range(3)),
        *(post(casework, _path(case, "closure"), closed_on=clock.today(), reason="RC7") for _ in range(2)),
    )
    codes = [answer.json().get("code", "done") for answer in answers]
    assert codes[3:].count("done") == 1
    assert codes[:3].count("done") <= 1
    assert set(codes) <= {"done", "not-a-lawful-step", "case-closed"}
    numbers = [each["number"] for each in (await history_of(casework, case))["steps"]]
    assert numbers == list(range(1, 1 + len(numbers)))


async def test_a_family_that_nobody_holds_is_moved_and_waits_in_its_new_area(casework: ServiceUnderTest) -> None:
    case = await _opened(casework, area=None)
    moved = {"moved_on": days_ago(3), "reason": "Rehoused"}
    assert (await done(casework, _path(case, "move"), area="north", **moved))["area"] == "north"
    assert await refused(casework, _path(case, "move"), area="north", **moved) == (422, "unchanged")
    early = {**moved, "moved_on": days_ago(4)}
    assert await refused(casework, _path(case, "move"), area="south", **early) == (422, "out-of-order")
    listed = await casework.as_("area_manager", area="north").get("/cases", params={"area": "north"})
    assert [each["id"] for each in listed.json()["items"]] == [case["id"]]
    assert [each["area"] for each in (await history_of(casework, case))["moves"]] == [None, "north"]


async def test_a_family_with_a_key_worker_moves_with_a_transfer(casework: ServiceUnderTest) -> None:
    case = await _opened(casework)
    await allocate(casework, case)
    sent = {"area": "north", "moved_on": clock.today(), "reason": "Rehoused"}
    assert await refused(casework, _path(case, "move"), **sent) == (409, "held-by-key-worker")


async def test_who_may_not_see_a_case_changes_nothing_of_it(casework: ServiceUnderTest) -> None:
    case = await _opened(casework)
    client = casework.as_("area_manager", area="north")
    for deed, sent in {
        "pathway": {"pathway": "child_protection", "reason": "r"},
        "closure": {"closed_on": clock.today().isoformat(), "reason": "RC7"},
        "reopening": {"reopened_on": clock.today().isoformat(), "pathway": "child_in_need", "reason": "r"},
        "move": {"area": "north", "moved_on": clock.today().isoformat(), "reason": "r"},
    }.items():
        assert (await client.post(_path(case, deed), json=sent)).status_code == 404
        assert (await casework.as_("area_manager").post(f"/cases/{uuid4()}/{deed}", json=sent)).status_code == 404
    assert (await client.get(_path(case, "history"))).status_code == 404
    assert [each["kind"] for each in (await history_of(casework, case))["steps"]] == ["opened"]


async def test_every_step_and_every_look_is_on_record(casework: ServiceUnderTest) -> None:
    case = await _opened(casework)
    await step(casework, case, "child_protection")
    await casework.as_("area_manager", sub="maria").get(
        _path(case, "history"), headers={"Access-Reason": "Supervision"}
    )
    await close(casework, case)
    async with casework.database.read() as session:
        about = select(AuditRow).where(AuditRow.entity == "case", AuditRow.entity_id == case["id"])
        rows = (await session.scalars(about.order_by(AuditRow.id))).all()
    assert [(row.subject, row.action, row.reason) for row in rows] == [
        ("team_manager", "case_step_up", None),
        ("maria", "case_history_look", "Supervision"),
        ("team_manager", "case_close", None),
    ]
    assert rows[0].facts["pathway_before"] == "child_in_need"


async def test_the_chronology_of_the_family_has_each_step_with_its_reason(casework: ServiceUnderTest) -> None:
    case = await _opened(casework)
    await step(casework, case, "child_protection", from_on=days_ago(8))
    await close(casework, case, on=days_ago(7))
    again = {"reopened_on": days_ago(6), "pathway": "child_in_need", "reason": "Too soon"}
    await done(casework, _path(case, "reopening"), **again)
    story = await casework.as_("area_manager").get(f"/families/{case['family_id']}/chronology")
    entries = [(each["kind"], each["text"]) for each in story.json()["items"]]
    assert entries[:3] == [("case_reopened", "Too soon"), ("case_closed", None), ("case_stepped_up", "Reviewed")]


@pytest.mark.parametrize("pathway", ["early_help", "court"])
async def test_the_lawful_steps_are_published(casework: ServiceUnderTest, pathway: str) -> None:
    items = (await casework.as_("social_worker").get("/pathways")).json()["items"]
    found = {each["after"]: each["direction"] for each in items if each["before"] == pathway}
    assert set(found.values()) == {"up" if pathway == "early_help" else "down"}
    assert all(each["because"] for each in items)
