"""Activities into the timetables of the centres."""

from typing import Any

from shared import clock
from tools.demo.run import ADMINISTRATOR, Run
from tools.demo.send_casework import Ids
from tools.demo.suite_client import Refused
from tools.demo.teams import Worker
from tools.demo.timetable import Activity, activities_of, first_start

CENTRES = "/centres/v1/centres"
CLASHES = ("room-clash", "staff-clash")


async def send_timetables(run: Run, ids: Ids) -> None:
    """What a centre has by its title already is not scheduled again."""
    centres = [item async for item in run.suite.every(CENTRES)]
    run.progress.begin("timetables", len(centres))
    hosts = _Hosts(ids)
    for number, centre in enumerate(sorted(centres, key=lambda each: str(each["name"]))):
        there = {item["title"] async for item in run.suite.every(f"{CENTRES}/{centre['id']}/timetable")}
        for activity in activities_of(number):
            host = hosts.next(centre["area"], activity)
            if activity.title in there:
                run.found["activities"] += 1
            else:
                await _schedule(run, centre, activity, host)
        run.progress.step()


async def _schedule(run: Run, centre: dict[str, Any], activity: Activity, host: str | None) -> None:
    room = next((each for each in centre["rooms"] if each["name"] == activity.room), None)
    if room is None:
        run.notes.append(f"{centre['name']} has no {activity.room}: {activity.title} is not scheduled.")
        return
    starts_at = first_start(activity, clock.today())
    body = {
        "centre_id": centre["id"],
        "room_id": room["id"],
        "title": activity.title,
        "audience": activity.audience,
        "provider": activity.provider,
        "recurrence": activity.recurrence,
        "starts_at": starts_at,
        "minutes": activity.minutes,
        "capacity": min(activity.capacity, room["capacity"]),
        "minimum_age": activity.ages[0],
        "maximum_age": activity.ages[1],
        "staff": [host] if host else [],
    }
    key = run.key("activity", centre["id"], activity.title, starts_at)
    try:
        await run.suite.post("/centres/v1/activities", ADMINISTRATOR, body, key)
    except Refused as refused:
        if refused.code not in CLASHES:
            raise
        run.notes.append(f"{centre['name']}: {activity.title} is not scheduled ({refused.code}).")
        return
    run.made["activities"] += 1


class _Hosts:
    """Gives the council's sessions their workers; nobody is asked twice for the same day of the week."""

    def __init__(self, ids: Ids) -> None:
        self._ids = {worker: ids[worker] for worker in ids if worker.role == "family_support_worker"}
        self._asked: set[tuple[Worker, int]] = set()

    def next(self, area: str, activity: Activity) -> str | None:
        if activity.audience != "targeted":
            return None
        free = [each for each in self._ids if each.area == area and (each, activity.weekday) not in self._asked]
        host = min(free, key=lambda each: (self._days_of(each), each.name), default=None)
        if host is None:
            return None
        self._asked.add((host, activity.weekday))
        return self._ids[host]

    def _days_of(self, worker: Worker) -> int:
        return sum(asked == worker for asked, _ in self._asked)
