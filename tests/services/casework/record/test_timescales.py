"""What falls due, by table and against a migrated database, on SQLite and on PostgreSQL."""

import asyncio
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from services.casework.cases.restrictions.models import FamilyRestriction
from services.casework.record.timescales import actions, rules
from services.casework.record.timescales.models import Timescale
from shared import clock
from shared.clock import LONDON
from shared.contracts.casework import TimescaleMissed
from shared.contracts.referrals import ChildMerged
from tests.service_under_test import ServiceUnderTest
from tests.services.casework.casework_made import a_case, a_worker
from tests.services.casework.record.timescales_made import announced, met, started

DUE = date(2026, 3, 27)


@pytest.mark.parametrize(
    ("met_on", "today", "status"),
    [
        (None, date(2026, 3, 26), "due"),
        (None, DUE, "due"),
        (None, date(2026, 3, 28), "overdue"),
        (DUE, date(2026, 4, 1), "met"),
        (date(2026, 3, 1), date(2026, 4, 1), "met"),
        (date(2026, 3, 28), date(2026, 4, 1), "met_late"),
    ],
)
def test_the_due_day_is_in_time_and_the_day_after_is_late(met_on: date | None, today: date, status: str) -> None:
    assert rules.status_of(DUE, met_on, today) == status


DAYS = st.dates(date(2026, 1, 1), date(2026, 12, 31))


@given(due_on=DAYS, met_on=st.none() | DAYS, today=DAYS)
def test_what_is_met_stays_as_it_was_met(due_on: date, met_on: date | None, today: date) -> None:
    status = rules.status_of(due_on, met_on, today)
    assert status in (("due", "overdue") if met_on is None else ("met", "met_late"))
    if met_on:
        assert status == rules.status_of(due_on, met_on, today + timedelta(days=365))


def _london(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LONDON)


async def _listed(casework: ServiceUnderTest, role: str = "area_manager", **query: Any) -> list[tuple[str, str]]:
    """What each of them is about, with its status."""
    claims = {name: query.pop(name) for name in ("sub",) if name in query}
    answer = await casework.as_(role, **claims).get("/timescales", params=query)
    assert answer.status_code == 200, answer.text
    return [(item["about_id"], item["status"]) for item in answer.json()["items"]]


async def test_what_falls_due_by_day_status_worker_and_place(casework: ServiceUnderTest) -> None:
    with time_machine.travel(_london("2026-03-01T12:00"), tick=False):
        south, north = (
            await a_case(casework, outcome="thriving_families"),
            await a_case(casework, outcome="thriving_families", area="north"),
        )
        worker = await a_worker(casework, subject="rosalind")
        given = {"worker_id": worker["id"]}
        await casework.as_("team_manager").post(f"/cases/{south['id']}/allocation", json=given)
    late = str(await started(casework, south, date(2026, 3, 26)))
    today = str(await started(casework, south, date(2026, 3, 27)))
    week = str(await started(casework, north, date(2026, 4, 3), step="action"))
    later = str(await started(casework, north, date(2026, 4, 4)))
    in_time, too_late = await started(casework, south, DUE), await started(casework, south, DUE)
    await met(casework, in_time, DUE)
    await met(casework, too_late, date(2026, 3, 28), reason_late="Ill")
    ended = await started(casework, south, DUE)
    async with casework.database.begin() as session:
        await actions.end(session, "action", about_id=ended, ended_on=DUE)
    with time_machine.travel(_london("2026-03-27T23:59:59"), tick=False):
        assert await _listed(casework) == [(late, "overdue"), (today, "due"), (week, "due"), (later, "due")]
        assert await _listed(casework, within_days=0) == [(late, "overdue"), (today, "due")]
        assert await _listed(casework, within_days=7, overdue=False) == [(today, "due"), (week, "due")]
        assert await _listed(casework, overdue=True) == [(late, "overdue")]
        assert await _listed(casework, area="north") == [(week, "due"), (later, "due")]
        for mine in ({"worker": worker["id"]}, {"team": "South 1"}, {"case": south["id"]}):
            assert await _listed(casework, **mine) == [(late, "overdue"), (today, "due")]
        assert await _listed(casework, "social_worker", sub="rosalind") == [(late, "overdue"), (today, "due")]
        assert await _listed(casework, "social_worker", sub="another") == []
        assert await _listed(casework, status="met") == [(str(in_time), "met")]
        assert await _listed(casework, status="met_late") == [(str(too_late), "met_late")]
        assert await _listed(casework, status="met", overdue=True) == []
    with time_machine.travel(_london("2026-03-28T00:00"), tick=False):
        assert await _listed(casework, status="overdue") == [(late, "overdue"), (today, "overdue")]
        shown = (await casework.as_("area_manager").get(f"/cases/{south['id']}")).json()
        assert [(each["about_id"], each["status"]) for each in shown["timescales"]] == [
            (late, "overdue"),
            (today, "overdue"),
        ]
    [item] = (await casework.as_("area_manager").get("/timescales", params={"status": "met_late"})).json()["items"]
    assert (
        item.items()
        >= {
            **{"case_id": south["id"], "child_id": None, "step": "action", "due_on": "2026-03-27"},
            **{"met_on": "2026-03-28", "reason_late": "Ill", "area": "south", "team": "South 1"},
            **{"worker_id": worker["id"], "started_on": "2026-03-27"},
        }.items()
    )


async def test_the_list_is_paged_by_day_and_loses_none_of_one_day(casework: ServiceUnderTest) -> None:
    case = await a_case(casework, outcome="thriving_families")
    made = [str(await started(casework, case, DUE)) for _ in range(3)]
    client, seen, after = casework.as_("area_manager"), list[str](), dict[str, str]()
    for _ in range(3):
        page = (await client.get("/timescales", params={"limit": 1, **after})).json()
        seen += [item["about_id"] for item in page["items"]]
        after = {"after": page["next"]}
    assert (sorted(seen), page["next"]) == (sorted(made), None)
    for wrong in ({"within_days": -1}, {"status": "late"}, {"step": "dance"}, {"wroker": "x"}):
        answer = await client.get("/timescales", params=wrong)
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, f"/{next(iter(wrong))}")


async def test_a_restricted_family_is_in_no_list_of_others(casework: ServiceUnderTest) -> None:
    case = await a_case(casework, outcome="thriving_families")
    about = str(await started(casework, case, DUE))
    async with casework.database.begin() as session:
        session.add(FamilyRestriction(family_id=UUID(case["family_id"]), source="casework", subject="named"))
    assert await _listed(casework) == []
    assert await _listed(casework, sub="named") == [(about, "overdue")]


async def test_a_child_is_shown_under_the_id_that_it_answers_to(casework: ServiceUnderTest) -> None:
    child, known = uuid4(), uuid4()
    case = await a_case(casework, outcome="thriving_families", child_ids=[child])
    await started(casework, case, DUE, child_id=child)
    merge = {"merge_id": uuid4(), "merged_child_id": child, "surviving_child_id": known}
    await casework.deliver(ChildMerged(**merge, merged_at=clock.now()))
    client = casework.as_("area_manager")
    [listed] = (await client.get("/timescales")).json()["items"]
    [shown] = (await client.get(f"/cases/{case['id']}")).json()["timescales"]
    assert listed["child_id"] == shown["child_id"] == str(known)


async def test_a_missed_day_is_announced_once_and_a_new_day_again(casework: ServiceUnderTest) -> None:
    case, child = await a_case(casework, outcome="thriving_families"), uuid4()
    about = await started(casework, case, DUE, child_id=child)
    for other in (await started(casework, case, DUE), await started(casework, case, DUE)):
        await met(casework, other, date(2026, 4, 30))
    with time_machine.travel(_london("2026-03-27T23:59:59"), tick=False):
        assert await announced(casework) == 0
    with time_machine.travel(_london("2026-03-28T00:00"), tick=False):  # 00:00 UTC too: summer time begins a day later
        assert sorted(await asyncio.gather(announced(casework), announced(casework))) == [0, 1]
        assert await announced(casework) == 0
    [event] = await casework.events(TimescaleMissed)
    assert isinstance(event, TimescaleMissed)
    assert (str(event.case_id), event.child_id, event.step, event.due_on) == (case["id"], child, "action", DUE)
    assert (event.area, event.worker_id) == ("south", None)
    await started(casework, case, date(2026, 4, 3), about_id=about)
    with time_machine.travel(_london("2026-04-04T00:30"), tick=False):  # in UTC it is still the third
        assert [await announced(casework), await announced(casework)] == [1, 0]
    assert [each.due_on for each in await casework.events(TimescaleMissed) if isinstance(each, TimescaleMissed)] == [
        DUE,
        date(2026, 4, 3),
    ]
    assert await casework.count(Timescale) == 3


async def test_what_is_missed_says_how_many_of_the_step_were_in_that_area(casework: ServiceUnderTest) -> None:
    south = [await a_case(casework, outcome="thriving_families") for _ in range(2)]
    north = await a_case(casework, outcome="thriving_families", area="north")
    earlier = DUE - timedelta(days=27)
    for case, due_on, met_on in (
        (south[0], DUE, None),
        (south[1], earlier, DUE),  # late: missed
        (south[1], earlier, earlier),  # in time
        (south[1], earlier - timedelta(days=1), DUE),  # too long ago
        (south[1], DUE + timedelta(days=1), None),  # not over yet
        (north, DUE, None),
    ):
        about = await started(casework, case, due_on)
        if met_on:
            await met(casework, about, met_on)
    ended = await a_case(casework, outcome="thriving_families")
    await started(casework, ended, DUE)
    async with casework.database.begin() as session:
        await actions.end_all_of_case(session, UUID(ended["id"]), DUE)
    with time_machine.travel(_london("2026-03-28T00:30"), tick=False):
        assert await announced(casework) == 2
    counts = {
        event.area: (event.due_in_28_days, event.missed_in_28_days)
        for event in await casework.events(TimescaleMissed)
        if isinstance(event, TimescaleMissed)
    }
    assert counts == {"south": (3, 2), "north": (1, 1)}


async def _killed_in_a_turn(casework: ServiceUnderTest) -> None:
    async with casework.database.begin() as session:
        assert await actions.announce_missed_timescales(session) == 1
        raise RuntimeError("killed")


async def test_a_turn_that_fails_announces_nothing_and_the_next_one_all(casework: ServiceUnderTest) -> None:
    case = await a_case(casework, outcome="thriving_families")
    await started(casework, case, DUE)
    with pytest.raises(RuntimeError, match="killed"):
        await _killed_in_a_turn(casework)
    assert await casework.events(TimescaleMissed) == []
    assert await announced(casework) == 1
    assert len(await casework.events(TimescaleMissed)) == 1


async def test_what_ended_is_neither_listed_nor_announced(casework: ServiceUnderTest) -> None:
    case = await a_case(casework, outcome="thriving_families")
    for _ in range(2):
        await started(casework, case, DUE)
    async with casework.database.begin() as session:
        await actions.end_all_of_case(session, UUID(case["id"]), DUE)
    assert await announced(casework) == 0
    for query in ({}, {"status": "overdue"}, {"status": "met"}, {"status": "met_late"}):
        assert await _listed(casework, **query) == []
