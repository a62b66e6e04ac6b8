"""Workers to their teams, and families to the workers once casework has opened their cases."""

import asyncio
from collections import defaultdict
from dataclasses import asdict
from typing import Any

from shared.auth import Role
from tools.demo.changes import Changes
from tools.demo.county import Referral
from tools.demo.run import ADMINISTRATOR, COUNTY_MANAGER, Run, all_of
from tools.demo.send_referrals import There, referrals_there
from tools.demo.suite_client import DemoStopped, Person, Refused
from tools.demo.teams import FIRST_CEILING, Allocation, Worker, share_out, staff

WORKERS = "/casework/v1/workers"
CASES = "/casework/v1/cases"
CASES_OPEN_WITHOUT_NEWS = 60.0
"""Seconds without one more case, after which something is wrong."""
LOOKED_AGAIN_AFTER = 0.5
LEFT_WAITING = ("caseload-ceiling-reached", "case-already-allocated", "worker-on-leave")
"""What somebody else may have done in the meantime."""

Ids = dict[Worker, str]
Cases = dict[str, dict[str, Any]]


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


async def allocate_families(run: Run, ids: Ids, changes: Changes) -> None:
    """Families without a key worker to those who have room; families that have one are left where they are."""
    cases = await cases_opened(run, await referrals_there(run.suite, run.county.seed))
    ceiling = await run.suite.get("/casework/v1/ceiling", COUNTY_MANAGER)
    held = _held(run, ids, cases, changes)
    run.found["allocations"] += len(held)
    turns: dict[Worker, list[Allocation]] = defaultdict(list)
    for allocation in share_out(run.county, list(ids), ceiling["children"], held):
        if allocation.referral.key in cases:
            turns[allocation.worker].append(allocation)
    run.progress.begin("allocations", sum(map(len, turns.values())))

    async def allocate_in_turn(worker: Worker) -> None:
        """One after the other, so that the family which passes the ceiling is always the same."""
        by = person_of(manager_of(ids, worker.area))
        for allocation in turns[worker]:
            await _allocate(run, by, allocation, cases[allocation.referral.key], ids[worker])
            run.progress.step()

    await all_of(allocate_in_turn, turns)


def person_of(worker: Worker) -> Person:
    """Somebody of the area teams who signs in."""
    return Person(Role(worker.role), worker.subject, worker.name, area=worker.area, team=worker.team)


def manager_of(ids: Ids, area: str) -> Worker:
    """The manager of an area."""
    return next(each for each in ids if each.area == area and each.role == "area_manager")


def _held(run: Run, ids: Ids, cases: Cases, changes: Changes) -> dict[str, Worker | None]:
    """Who holds a family; of one that left its first key worker, who was that: nobody else is given the room."""
    workers = {worker_id: worker for worker, worker_id in ids.items()}
    first = {each.referral.key: each.worker for each in share_out(run.county, list(ids), FIRST_CEILING, {})}
    held: dict[str, Worker | None] = {}
    for key in (each.key for each in run.county.referrals if each.is_accepted and each.key in cases):
        case = cases[key]
        if _has_left(case) or (case["key_worker"] and key in changes.transfers):
            held[key] = first.get(key)
        elif case["key_worker"]:
            held[key] = workers.get(case["key_worker"]["id"])
    return held


def _has_left(case: dict[str, Any]) -> bool:
    return bool(case["status"] == "closed" or case["pathway"] == "early_help")


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


async def cases_opened(run: Run, there: There) -> Cases:
    """The case of each family that is to have one, by the referral's key; cases open by event, and are waited for."""
    wanted = [each for each in run.county.referrals if each.received_at in there and _has_case(each, there)]
    run.progress.begin("cases opened by event", len(wanted))
    loop = asyncio.get_running_loop()
    cases: Cases = {}
    news_at = loop.time()
    while True:
        found = await _cases_of(run, wanted, there)
        for _ in range(len(found) - len(cases)):
            run.progress.step()
            news_at = loop.time()
        cases = found
        if len(cases) == len(wanted):
            return cases
        if loop.time() - news_at > CASES_OPEN_WITHOUT_NEWS:
            raise DemoStopped(_too_few(len(cases), len(wanted)))
        await asyncio.sleep(LOOKED_AGAIN_AFTER)


def _has_case(referral: Referral, there: There) -> bool:
    status = there[referral.received_at]["status"]
    return status == "accepted" or (status == "not_accepted" and outcome_of(referral) == "early_help")


async def _cases_of(run: Run, wanted: list[Referral], there: There) -> Cases:
    """Of a family that was referred twice, one referral has opened the case, and the other has joined it."""
    opened_by = {
        case["referral_id"]: case
        for status in ("open", "closed")
        async for case in run.suite.every(CASES, COUNTY_MANAGER, status=status)
    }
    own = {each.key: opened_by.get(there[each.received_at]["id"]) for each in wanted}
    return {
        each.key: case
        for each in wanted
        if (case := own[each.key] or _joined(own.get(each.key_of_other), outcome_of(each)))
    }


def _joined(case: dict[str, Any] | None, outcome: str | None) -> dict[str, Any] | None:
    """The case that the family's other referral opened, once this one has stepped it up."""
    return case if case and (outcome == "early_help" or case["pathway"] != "early_help") else None


def outcome_of(referral: Referral) -> str | None:
    return referral.decided.outcome if referral.decided else None


def _too_few(opened: int, accepted: int) -> str:
    return (
        f"Casework opened {opened} of {accepted} cases, and none for {CASES_OPEN_WITHOUT_NEWS:.0f} seconds: is its"
        " background process running? `python -m services dead-letters list` shows events that failed. Run the demo"
        " again then: it goes on from here."
    )
