"""Workers to their teams, and families to the workers once casework has opened their cases."""

import asyncio
from collections import defaultdict
from dataclasses import asdict
from typing import Any

from shared.auth import Role
from tools.demo.run import ADMINISTRATOR, COUNTY_MANAGER, Run, all_of
from tools.demo.send_referrals import There, referrals_there
from tools.demo.suite_client import DemoStopped, Person, Refused
from tools.demo.teams import Allocation, Worker, share_out, staff

WORKERS = "/casework/v1/workers"
CASES = "/casework/v1/cases"
CASES_OPEN_WITHOUT_NEWS = 60.0
"""Seconds without one more case, after which something is wrong."""
LOOKED_AGAIN_AFTER = 0.5
LEFT_WAITING = ("caseload-ceiling-reached", "case-already-allocated")
"""What somebody else may have done in the meantime."""

Ids = dict[Worker, str]


async def send_workers(run: Run) -> Ids:
    """Everybody of the area teams with their id; who is there already, by name and team, is not added again."""
    there = {_known_by(item): str(item["id"]) async for item in run.suite.every(WORKERS, ADMINISTRATOR)}
    workers = staff(run.county)
    ids: Ids = {}
    run.progress.begin("workers", len(workers))

    async def send(worker: Worker) -> None:
        known = there.get(_known_by(asdict(worker)))
        (run.found if known else run.made)["workers"] += 1
        ids[worker] = known or await _add(run, worker)
        run.progress.step()

    await all_of(send, workers)
    return {worker: ids[worker] for worker in workers}


def _known_by(worker: dict[str, Any]) -> tuple[str, ...]:
    return tuple(str(worker[name]) for name in ("name", "role", "area", "team"))


async def _add(run: Run, worker: Worker) -> str:
    body = {**asdict(worker), "fte": str(worker.fte)}
    added = await run.suite.post(WORKERS, ADMINISTRATOR, body, run.key("worker", worker.subject))
    return str(added["id"])


async def allocate_families(run: Run, ids: Ids) -> None:
    """Families without a key worker to those who have room; families that have one are left where they are."""
    cases = await _cases_opened(run, await referrals_there(run.suite, run.county.seed))
    ceiling = await run.suite.get("/casework/v1/ceiling", COUNTY_MANAGER)
    workers = {worker_id: worker for worker, worker_id in ids.items()}
    held = {key: workers.get(case["key_worker"]["id"]) for key, case in cases.items() if case["key_worker"]}
    run.found["allocations"] += len(held)
    turns: dict[Worker, list[Allocation]] = defaultdict(list)
    for allocation in share_out(run.county, list(ids), ceiling["children"], held):
        if allocation.referral.key in cases:
            turns[allocation.worker].append(allocation)
    run.progress.begin("allocations", sum(map(len, turns.values())))
    managers = {worker.area: worker for worker in ids if worker.role == "area_manager"}

    async def allocate_in_turn(worker: Worker) -> None:
        """One after the other, so that the family which passes the ceiling is always the same."""
        manager = managers[worker.area]
        by = Person(Role.AREA_MANAGER, manager.subject, manager.name, area=worker.area)
        for allocation in turns[worker]:
            await _allocate(run, by, allocation, cases[allocation.referral.key], ids[worker])
            run.progress.step()

    await all_of(allocate_in_turn, turns)


async def _allocate(run: Run, by: Person, allocation: Allocation, case: dict[str, Any], worker_id: str) -> None:
    body: dict[str, Any] = {"worker_id": worker_id, "starts_on": max(str(allocation.starts_on), case["opened_on"])}
    if allocation.override_reason:
        body["override_reason"] = allocation.override_reason
    key = run.key(allocation.referral.key, "allocation")
    try:
        answer = await run.suite.post(f"{CASES}/{case['id']}/allocation", by, body, key)
    except Refused as refused:
        if refused.code not in LEFT_WAITING:
            raise
        run.notes.append(f"A family was left waiting: {refused.code}.")
        return
    run.made["allocations"] += 1
    run.made["of these over the ceiling"] += answer["over_ceiling"]


async def _cases_opened(run: Run, there: There) -> dict[str, dict[str, Any]]:
    """The case of each accepted referral, by the referral's key; cases open by event, so they are waited for."""
    wanted = {
        str(there[each.received_at]["id"]): each.key
        for each in run.county.referrals
        if each.received_at in there and there[each.received_at]["status"] == "accepted"
    }
    run.progress.begin("cases opened by event", len(wanted))
    loop = asyncio.get_running_loop()
    cases: dict[str, dict[str, Any]] = {}
    news_at = loop.time()
    while True:
        found = await _cases_of(run, wanted)
        for _ in range(len(found) - len(cases)):
            run.progress.step()
            news_at = loop.time()
        cases = found
        if len(cases) == len(wanted):
            return cases
        if loop.time() - news_at > CASES_OPEN_WITHOUT_NEWS:
            raise DemoStopped(_too_few(len(cases), len(wanted)))
        await asyncio.sleep(LOOKED_AGAIN_AFTER)


async def _cases_of(run: Run, wanted: dict[str, str]) -> dict[str, dict[str, Any]]:
    cases = run.suite.every(CASES, COUNTY_MANAGER)
    return {wanted[case["referral_id"]]: case async for case in cases if case["referral_id"] in wanted}


def _too_few(opened: int, accepted: int) -> str:
    return (
        f"Casework opened {opened} of {accepted} cases, and none for {CASES_OPEN_WITHOUT_NEWS:.0f} seconds: is its"
        " background process running? `python -m services dead-letters list` shows events that failed. Run the demo"
        " again then: it goes on from here."
    )
