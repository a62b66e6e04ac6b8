"""Moving all families of a worker at once: previewed, all or none, on SQLite and on PostgreSQL."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
from sqlalchemy import select

from services.casework.allocation.allocations.models import Allocation
from services.casework.allocation.transfers.models import Transfer
from services.casework.cases.cases.models import Case
from services.casework.cases.restrictions.models import FamilyRestriction
from services.casework.workforce.workers.models import Worker
from shared import clock
from shared.contracts.casework import CaseloadCeilingExceeded, CaseTransferred
from tests.service_under_test import ServiceUnderTest
from tests.services.casework.allocation.transfers_made import (
    Body,
    allocated,
    body_of,
    held_by,
    holder_of,
    offered,
    refused,
    three_workers,
)
from tests.services.casework.casework_made import a_case, a_worker

TODAY = clock.today()


async def _moving(casework: ServiceUnderTest, worker: Body, role: str = "area_manager", **more: Any) -> httpx.Response:
    claims = {key: more.pop(key) for key in ("area", "team") if key in more}
    sent = {"reason": "Leaves for Wales", **more}
    return await casework.as_(role, **claims).post(f"/workers/{worker['id']}/caseload-transfer", json=sent)


async def _previewed(casework: ServiceUnderTest, worker: Body, **more: Any) -> Body:
    return body_of(await _moving(casework, worker, preview=True, **more))


def _hands(plan: Body) -> dict[str, str | None]:
    return {each["case_id"]: each["name"] for each in plan["items"]}


async def _families(casework: ServiceUnderTest) -> dict[str, tuple[int, int]]:
    """What each worker holds by the counts that are kept, which are held against the cases."""
    async with casework.database.read() as session:
        workers = (await session.scalars(select(Worker))).all()
        for worker in workers:
            cases = (await session.scalars(select(Case).where(Case.key_worker_id == worker.id))).all()
            assert (worker.families, worker.children) == (len(cases), sum(case.child_count for case in cases))
        return {worker.name: (worker.families, worker.children) for worker in workers}


async def test_a_caseload_goes_into_several_hands_as_previewed(casework: ServiceUnderTest) -> None:
    leaving = await a_worker(casework, name="Leaving")
    bea, cora = await a_worker(casework, name="Bea"), await a_worker(casework, name="Cora", fte=0.5)
    support = await a_worker(casework, name="Support", role="family_support_worker", registration_number=None)
    knew = await held_by(casework, cora, 1)
    await offered(casework, knew, leaving, at_once=True)
    big, small = await held_by(casework, leaving, 6), await held_by(casework, leaving, 2)
    thriving = await held_by(casework, leaving, 3, outcome="thriving_families")
    before = await _families(casework)
    plan = await _previewed(casework, leaving)
    assert (plan["complete"], plan["done"], plan["starts_on"]) == (True, False, TODAY.isoformat())
    # Those that need registration first, the largest first; each worker then has so much less room.
    assert [(each["case_id"], each["name"], each["would_hold"]) for each in plan["items"]] == [
        (big["id"], "Bea", 6),
        (small["id"], "Bea", 8),
        (knew["id"], "Cora", 1),
        (thriving["id"], "Support", 3),
    ]
    assert f"Knew the family as key worker until {TODAY.day} {TODAY:%B %Y}" in plan["items"][2]["reasons"]
    assert await _families(casework) == before
    done = body_of(await _moving(casework, leaving, plan=plan["plan"]))
    assert (done["done"], done["items"]) == (True, plan["items"])
    assert await _families(casework) == {"Leaving": (0, 0), "Bea": (2, 8), "Cora": (1, 1), "Support": (1, 3)}
    assert [await holder_of(casework, case) for case in (big, knew, thriving)] == [bea["id"], cora["id"], support["id"]]
    events = (await casework.events(CaseTransferred))[1:]
    assert {(str(event.case_id), str(event.worker_id_before)) for event in events} == {  # type: ignore[attr-defined]
        (case["id"], leaving["id"]) for case in (big, small, knew, thriving)
    }
    shown = body_of(await casework.as_("area_manager").get(f"/cases/{big['id']}/transfers"))["items"]
    assert [(each["status"], each["reason"]) for each in shown] == [("accepted", "Leaves for Wales")]
    again = await _previewed(casework, leaving)
    assert (again["items"], again["complete"]) == ([], True)
    assert body_of(await _moving(casework, leaving, plan=again["plan"]))["done"] is True


async def test_what_the_former_worker_did_stays_as_it_was(casework: ServiceUnderTest) -> None:
    ada, bea, _ = await three_workers(casework)
    case = await held_by(casework, ada, 2)
    async with casework.database.read() as session:
        before = (await session.scalars(select(Allocation))).one()
    plan = await _previewed(casework, ada, to=[bea["id"]])
    body_of(await _moving(casework, ada, plan=plan["plan"], to=[bea["id"]]))
    async with casework.database.read() as session:
        former = (await session.scalars(select(Allocation).where(Allocation.id == before.id))).one()
    kept = ("worker_id", "starts_on", "children", "ceiling", "allocated_by", "allocated_at", "override_reason")
    assert [getattr(former, name) for name in kept] == [getattr(before, name) for name in kept]
    assert (former.ended_on, former.end_reason) == (TODAY, "transferred")
    assert await holder_of(casework, case) == bea["id"]


async def test_none_is_moved_where_one_fits_nobody(casework: ServiceUnderTest) -> None:
    leaving, small = await a_worker(casework, name="Leaving"), await a_worker(casework, name="Small", fte=0.25)
    fits, does_not = await held_by(casework, leaving, 4), await held_by(casework, leaving, 3)
    before = await _families(casework)
    plan = await _previewed(casework, leaving)
    assert (plan["complete"], _hands(plan)) == (False, {fits["id"]: "Small", does_not["id"]: None})
    refusal = await _moving(casework, leaving, plan=plan["plan"])
    assert refused(refusal) == (409, "caseload-does-not-fit")
    [case] = refusal.json()["cases"]
    assert (case["case_id"], case["reasons"][0]) == (does_not["id"], "Would hold 7 children, 3 over the ceiling of 4")
    assert await _families(casework) == before
    why = {"override_reason": "Until the new one comes"}
    assert refused(await _moving(casework, leaving, "practice_supervisor", preview=True, **why)) == (
        403,
        "override-needs-manager",
    )
    over = await _previewed(casework, leaving, **why)
    assert [each["over_ceiling"] for each in over["items"]] == [False, True]
    body_of(await _moving(casework, leaving, plan=over["plan"], **why))
    assert await _families(casework) == {"Leaving": (0, 0), "Small": (2, 7)}
    [event] = await casework.events(CaseloadCeilingExceeded)
    assert isinstance(event, CaseloadCeilingExceeded)
    assert (str(event.worker_id), str(event.case_id), event.children) == (small["id"], does_not["id"], 7)
    async with casework.database.read() as session:
        reasons = {str(row.case_id): row.override_reason for row in await session.scalars(select(Allocation))}
    assert reasons == {fits["id"]: None, does_not["id"]: "Until the new one comes"}


async def test_a_plan_holds_only_while_nothing_in_it_changed(casework: ServiceUnderTest) -> None:
    ada, bea, cora = await three_workers(casework)
    first = await held_by(casework, ada, 2)
    plan = await _previewed(casework, ada)
    assert _hands(plan) == {first["id"]: "Bea"}
    await held_by(casework, bea, 1)
    assert refused(await _moving(casework, ada, plan=plan["plan"])) == (409, "plan-changed")
    plan = await _previewed(casework, ada)
    assert _hands(plan) == {first["id"]: "Cora"}
    await held_by(casework, ada, 1)
    assert refused(await _moving(casework, ada, plan=plan["plan"])) == (409, "plan-changed")
    plan = await _previewed(casework, ada, to=[bea["id"]])
    assert refused(await _moving(casework, ada, plan=plan["plan"], to=[cora["id"]])) == (409, "plan-changed")
    yesterday = (TODAY - timedelta(days=1)).isoformat()
    assert refused(await _moving(casework, ada, plan=plan["plan"], starts_on=yesterday)) == (
        422,
        "/starts_on out-of-order",
    )
    tomorrow = (TODAY + timedelta(days=1)).isoformat()
    assert refused(await _moving(casework, ada, preview=True, starts_on=tomorrow)) == (422, "/starts_on in-the-future")
    assert await holder_of(casework, first) == ada["id"]


REFUSED: dict[str, tuple[dict[str, Any], tuple[int, str]]] = {
    "neither preview nor plan": ({}, (422, " preview-or-plan")),
    "both": ({"preview": True, "plan": "0" * 64}, (422, " preview-or-plan")),
    "no digest": ({"plan": "abc"}, (422, "/plan string-pattern-mismatch")),
    "another plan": ({"plan": "0" * 64}, (409, "plan-changed")),
    "nobody": ({"preview": True, "to": []}, (422, "/to too-short")),
    "unknown": ({"preview": True, "to": ["00000000-0000-4000-8000-000000000000"]}, (422, "/to unknown")),
    "no reason": ({"preview": True, "reason": ""}, (422, "/reason string-too-short")),
}


async def test_a_caseload_transfer_is_refused_with_the_reason(casework: ServiceUnderTest) -> None:
    worker = await a_worker(casework)
    answers = {why: refused(await _moving(casework, worker, **sent)) for why, (sent, _) in REFUSED.items()}
    assert answers == {why: expected for why, (_, expected) in REFUSED.items()}


async def test_a_manager_moves_only_the_own_workers_families_to_the_own_workers(casework: ServiceUnderTest) -> None:
    ada, nell = await a_worker(casework, name="Ada"), await a_worker(casework, name="Nell", area="north")
    case = await held_by(casework, ada)
    assert (await _moving(casework, ada, "team_manager", preview=True, area="north")).status_code == 404
    own = {"preview": True, "area": "south"}
    assert refused(await _moving(casework, ada, "team_manager", to=[nell["id"]], **own)) == (422, "/to unknown")
    assert refused(await _moving(casework, ada, "team_manager", to=[ada["id"]], **own)) == (422, "/to same-worker")
    alone = body_of(await _moving(casework, ada, "team_manager", **own))
    assert (alone["complete"], alone["items"][0]["reasons"]) == (False, ["There is nobody to take it"])
    # The county's manager sees Nell; the family stays in its area.
    plan = await _previewed(casework, ada, to=[nell["id"]])
    body_of(await _moving(casework, ada, plan=plan["plan"], to=[nell["id"]]))
    [event] = await casework.events(CaseTransferred)
    assert isinstance(event, CaseTransferred)
    assert (event.area_before, event.area) == ("south", "south")
    assert await holder_of(casework, case) == nell["id"]


async def test_a_restricted_family_stays_and_is_not_shown(casework: ServiceUnderTest) -> None:
    ada, _, _ = await three_workers(casework)
    seen, hidden = await held_by(casework, ada), await held_by(casework, ada)
    async with casework.database.begin() as session:
        session.add(FamilyRestriction(family_id=UUID(hidden["family_id"]), source="casework", subject="ada"))
    plan = await _previewed(casework, ada)
    assert _hands(plan) == {seen["id"]: "Bea"}
    body_of(await _moving(casework, ada, plan=plan["plan"]))
    assert await _families(casework) == {"Ada": (1, 1), "Bea": (1, 1), "Cora": (0, 0)}


async def test_an_open_offer_is_withdrawn_when_the_caseload_moves(casework: ServiceUnderTest) -> None:
    ada, bea, cora = await three_workers(casework)
    case = await held_by(casework, ada)
    offer = await offered(casework, case, cora)
    plan = await _previewed(casework, ada, to=[bea["id"]])
    body_of(await _moving(casework, ada, plan=plan["plan"], to=[bea["id"]]))
    async with casework.database.read() as session:
        rows = (await session.scalars(select(Transfer))).all()
    assert {row.status: str(row.to_worker_id) for row in rows} == {"withdrawn": cora["id"], "accepted": bea["id"]}
    assert offer["status"] == "offered"


async def test_a_caseload_that_is_moved_twice_at_one_moment_is_moved_once(casework: ServiceUnderTest) -> None:
    ada, _, _ = await three_workers(casework)
    for children in (3, 2, 1):
        await held_by(casework, ada, children)
    plan = await _previewed(casework, ada)
    answers = await asyncio.wait_for(asyncio.gather(*(_moving(casework, ada, plan=plan["plan"]) for _ in range(3))), 20)
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409]
    assert {refused(answer) for answer in answers if answer.status_code == 409} == {(409, "plan-changed")}
    assert await _families(casework) == {"Ada": (0, 0), "Bea": (1, 3), "Cora": (2, 3)}


async def test_two_caseloads_an_offer_and_an_allocation_at_one_moment_pass_no_ceiling(
    casework: ServiceUnderTest,
) -> None:
    ada, bea = await a_worker(casework, name="Ada", fte=0.5), await a_worker(casework, name="Bea", fte=0.5)
    cora = await a_worker(casework, name="Cora", fte=0.5)
    moved = [await held_by(casework, worker, 3) for worker in (ada, bea, ada, bea)]
    offer = await offered(casework, await held_by(casework, ada, 2), cora)
    waiting = await a_case(casework, 4)
    plans = [
        await _previewed(casework, ada, to=[cora["id"], bea["id"]], override_reason="Must"),
        await _previewed(casework, bea, to=[cora["id"], ada["id"]], override_reason="Must"),
    ]
    answers = await asyncio.wait_for(
        asyncio.gather(
            _moving(casework, ada, plan=plans[0]["plan"], to=[cora["id"], bea["id"]], override_reason="Must"),
            _moving(casework, bea, plan=plans[1]["plan"], to=[cora["id"], ada["id"]], override_reason="Must"),
            casework.as_("area_manager").post(f"/transfers/{offer['id']}/acceptance", json={}),
            allocated(casework, waiting, cora),
        ),
        20,
    )
    assert {answer.status_code for answer in answers} <= {200, 201, 409}
    # Whoever was first did it; a plan that was overtaken moved nothing.
    assert any(answer.is_success for answer in answers)
    families = await _families(casework)
    assert sum(families[name][0] for name in families) == 5 + (answers[3].status_code == 201)
    assert len(moved) == 4
