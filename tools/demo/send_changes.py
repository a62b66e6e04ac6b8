"""Steps between pathways, closures, transfers and hand-overs of a few families."""

from datetime import timedelta
from random import Random
from typing import Any

from shared.auth import Role
from tools.demo import life_words as words
from tools.demo.changes import TRANSFERRED_AGO, Changes, HandOver
from tools.demo.run import COUNTY_MANAGER, Run
from tools.demo.send_casework import CASES, Cases, Ids, manager_of, person_of
from tools.demo.send_early_help import start_team
from tools.demo.suite_client import Person
from tools.demo.teams import Worker

TRANSFERS = "/casework/v1/transfers"
HAND_OVERS = "/casework/v1/hand-overs"
HAND_OVER_ANSWERS = (True, None, False)
"""Accepted, still waiting, refused."""


async def send_changes(run: Run, ids: Ids, cases: Cases, changes: Changes) -> None:
    """What has become of a family already is not done again: it is looked at first."""
    run.progress.begin("steps and closures", len(changes.steps) + len(changes.closed_on))
    await _send_steps(run, ids, cases, changes)
    await _send_closures(run, ids, cases, changes)
    run.progress.begin("transfers, hand-overs", len(changes.transfers) + len(changes.hand_overs))
    await _send_transfers(run, ids, cases, changes)
    await _send_hand_overs(run, ids, cases, changes)


def _held(cases: Cases, key: str) -> dict[str, Any] | None:
    """The family's open case while it has a key worker."""
    case = cases.get(key)
    return case if case and case["status"] == "open" and case["key_worker"] else None


def _worker(ids: Ids, case: dict[str, Any]) -> Worker:
    return next(each for each, worker_id in ids.items() if worker_id == case["key_worker"]["id"])


async def _send_steps(run: Run, ids: Ids, cases: Cases, changes: Changes) -> None:
    for key, step in changes.steps.items():
        run.progress.step()
        case = cases.get(key)
        if case and case["pathway"] == step.pathway:
            run.found["pathway steps"] += 1
        elif case := _held(cases, key):
            by = person_of(manager_of(ids, case["area"]))
            if step.pathway == "early_help":
                referral = next(each for each in run.county.referrals if each.key == key)
                await start_team(run, by, referral, case, step.from_on - timedelta(days=9))
            reason = words.STEP_REASONS[step.pathway]
            body = {"pathway": step.pathway, "from_on": str(step.from_on), "reason": reason}
            await run.suite.post(f"{CASES}/{case['id']}/pathway", by, body, run.key(key, "step"))
            run.made["pathway steps"] += 1


async def _send_closures(run: Run, ids: Ids, cases: Cases, changes: Changes) -> None:
    for number, (key, closed_on) in enumerate(changes.closed_on.items()):
        run.progress.step()
        if case := _held(cases, key):
            reason, note = words.CLOSURES[number % len(words.CLOSURES)]
            body = {"closed_on": str(closed_on), "reason": reason, "text": note}
            by = person_of(manager_of(ids, case["area"]))
            await run.suite.post(f"{CASES}/{case['id']}/closure", by, body, run.key(key, "closure"))
            run.made["closures"] += 1
        elif key in cases:
            run.found["closures"] += 1


async def _send_transfers(run: Run, ids: Ids, cases: Cases, changes: Changes) -> None:
    there = {each["case_id"] async for each in run.suite.every(TRANSFERS, COUNTY_MANAGER)}
    room = {
        each["worker_id"]: each["ceiling"] - each["children"]
        async for each in run.suite.every("/casework/v1/caseloads", COUNTY_MANAGER, by="worker")
    }
    left = [key for key in changes.transfers if (case := _held(cases, key)) and case["id"] not in there]
    run.found["transfers"] += len(changes.transfers) - len(left)
    # What one worker gives makes room for another: over again until nobody has room for any that is left.
    while movable := [key for key in left if _with_room(ids, room, cases[key])]:
        await _transfer(run, ids, cases[movable[0]], room, changes.transfers[movable[0]], movable[0])
        left.remove(movable[0])
        run.made["transfers"] += 1
        run.progress.step()


def _with_room(ids: Ids, room: dict[str, float], case: dict[str, Any]) -> Worker | None:
    """Somebody of the same role and area who has room for the children."""
    own = _worker(ids, case)
    able = [
        each
        for each, worker_id in ids.items()
        if each != own
        and (each.role, each.area) == (own.role, own.area)
        and room.get(worker_id, 0) >= case["child_count"]
    ]
    return max(able, key=lambda each: (room[ids[each]], each.name), default=None)


async def _transfer(
    run: Run, ids: Ids, case: dict[str, Any], room: dict[str, float], answer: str | None, family: str
) -> None:
    to = _with_room(ids, room, case)
    assert to
    manager, key = person_of(manager_of(ids, to.area)), run.key(family, "transfer")
    reason = Random(key).choice(words.TRANSFER_REASONS)
    body: dict[str, Any] = {"worker_id": ids[to], "reason": reason}
    if answer == "at_once":
        body |= {"at_once": True, "starts_on": str(run.county.today - TRANSFERRED_AGO)}
    if answer in ("at_once", "accepted"):
        room[ids[to]] -= case["child_count"]
        room[case["key_worker"]["id"]] += case["child_count"]
    offered = await run.suite.post(f"{CASES}/{case['id']}/transfers", manager, body, key)
    path = f"{TRANSFERS}/{offered['id']}"
    if answer == "accepted":
        await run.suite.post(f"{path}/acceptance", person_of(to), {}, f"{key}/answer")
    elif answer == "rejected":
        await run.suite.post(f"{path}/rejection", person_of(to), {"reason": words.REJECTION}, f"{key}/answer")


async def _send_hand_overs(run: Run, ids: Ids, cases: Cases, changes: Changes) -> None:
    statuses = ("offered", "accepted", "refused", "revoked")
    there = {
        each["case_id"]
        for status in statuses
        async for each in run.suite.every(HAND_OVERS, COUNTY_MANAGER, status=status)
    }
    for key, offer in changes.hand_overs.items():
        run.progress.step()
        case = _held(cases, key)
        if case and case["id"] in there:
            run.found["hand-overs"] += 1
        elif case:
            accepted = Random(f"{run.county.seed}/hand-over-answer/{key}").choice(HAND_OVER_ANSWERS)
            by = person_of(_worker(ids, case))
            await _hand_over(run, by, case, offer, run.key(key, "hand-over"), accepted=accepted)
            run.made["hand-overs"] += 1


async def _hand_over(
    run: Run, by: Person, case: dict[str, Any], offer: HandOver, key: str, *, accepted: bool | None
) -> None:
    """A child to another service, which answers within the five working days; or has not answered yet."""
    reason, text = words.HAND_OVERS[offer.service]
    whole = await run.suite.get(f"{CASES}/{case['id']}", by)
    child = next((each for each in whole["children"] if each["given_name"] == offer.given_name), whole["children"][0])
    offered_on = run.county.today - timedelta(days=3 if accepted is None else 15)
    body = {"service": offer.service, "child_ids": [child["child_id"]], "reason": reason, "text": text}
    made = await run.suite.post(f"{CASES}/{case['id']}/hand-overs", by, {**body, "offered_on": str(offered_on)}, key)
    if accepted is None:
        return
    answer: dict[str, Any] = {
        "accepted": accepted,
        "answered_on": str(offered_on + timedelta(days=5)),
        "by": {"name": "Philippa Dunsby", "role": "Team manager"},
    }
    answer |= {"worker": "Marcus Benfold"} if accepted else {"reason": words.REFUSAL}
    partner = Person(
        Role.PARTNER, f"partner.{offer.service}.philippa.dunsby", "Philippa Dunsby", organisation=offer.service
    )
    await run.suite.post(f"{HAND_OVERS}/{made['items'][0]['id']}/answer", partner, answer, f"{key}/answer")
