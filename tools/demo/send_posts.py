"""Somebody on leave, and somebody who works fewer hours from a day to come."""

from datetime import timedelta
from decimal import Decimal
from random import Random
from typing import Any

from dateutil.relativedelta import relativedelta

from tools.demo.run import Run
from tools.demo.send_casework import WORKERS, Ids, manager_of, person_of
from tools.demo.teams import ONE_FAMILY_ONLY, Worker

FEWER_HOURS = Decimal("0.8")


async def send_posts(run: Run, ids: Ids) -> None:
    """Each of them once: their leave and their posts are looked at first."""
    able = (each for each in ids if each.role == "social_worker" and each.name != ONE_FAMILY_ONLY)
    social_workers = sorted(able, key=lambda each: each.subject)
    on_leave = Random(f"{run.county.seed}/leave").choice(social_workers)
    full_time = [each for each in social_workers if each.fte == 1 and each != on_leave]
    await _send_leave(run, ids, on_leave)
    if full_time:
        await _send_fewer_hours(run, ids, Random(f"{run.county.seed}/hours").choice(full_time))


async def _send_leave(run: Run, ids: Ids, worker: Worker) -> None:
    path, by = f"{WORKERS}/{ids[worker]}/absences", person_of(manager_of(ids, worker.area))
    if (await run.suite.get(path, by))["items"]:
        run.found["leave"] += 1
        return
    today = run.county.today
    body = {"kind": "annual", "from_on": str(today - timedelta(days=3)), "last_on": str(today + timedelta(days=11))}
    await run.suite.post(path, by, body, run.key("leave", worker.subject))
    run.made["leave"] += 1


async def _send_fewer_hours(run: Run, ids: Ids, worker: Worker) -> None:
    path, by = f"{WORKERS}/{ids[worker]}", person_of(manager_of(ids, worker.area))
    if len((await run.suite.get(f"{path}/posts", by))["items"]) > 1:
        run.found["changes of hours"] += 1
        return
    from_on = run.county.today.replace(day=1) + relativedelta(months=2)
    change: dict[str, Any] = {"fte": str(FEWER_HOURS), "from_on": str(from_on)}
    await run.suite.put(path, by, change, there=True)
    run.made["changes of hours"] += 1
