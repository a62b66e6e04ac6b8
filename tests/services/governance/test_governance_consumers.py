"""Events that come in: a worker over the ceiling is one item, and what is applied is in force."""

import asyncio
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import time_machine

from services.governance.agendas.models import Issue
from shared import clock
from shared.contracts.casework import CeilingChanged
from shared.contracts.centres import CrisisUnanswered
from shared.contracts.governance import IssueTabled
from shared.problems import NotFound
from tests.service_under_test import ServiceUnderTest
from tests.services.governance.boards import (
    a_ceiling_exceeded,
    a_decision_overdue,
    a_timescale_missed,
    agenda_of,
    coming_meetings,
    decide,
    meeting_today,
    proposal_now,
    proposed,
)


async def test_a_worker_over_the_ceiling_is_on_the_next_agenda(governance: ServiceUnderTest) -> None:
    event = a_ceiling_exceeded(ceiling="9.60", children=10)
    await governance.deliver(event)
    first, second = (await coming_meetings(governance))[:2]
    [item] = await agenda_of(governance, first)
    assert item.pop("id")
    assert item.pop("since").replace("Z", "+00:00") == event.allocated_at.isoformat()
    assert item == {
        "kind": "caseload_ceiling_exceeded",
        "worker_id": str(event.worker_id),
        "area": "north",
        "team": "banbury-1",
        "children": 10,
        "ceiling": 9.6,
        "occurrences": 1,
    }
    assert await agenda_of(governance, second) == []


async def test_a_meeting_called_for_today_is_the_next_one(governance: ServiceUnderTest) -> None:
    meeting = await meeting_today(governance)
    await governance.deliver(a_ceiling_exceeded())
    assert len(await agenda_of(governance, meeting)) == 1


async def test_the_same_event_twice_is_one_occurrence(governance: ServiceUnderTest) -> None:
    event = a_ceiling_exceeded()
    for _ in range(3):
        await governance.deliver(event, event_id="the-same")
    await asyncio.gather(*(governance.deliver(event, event_id="the-same") for _ in range(3)))
    [item] = await agenda_of(governance, (await coming_meetings(governance))[0])
    assert item["occurrences"] == 1


async def test_a_second_allocation_of_the_worker_updates_the_item(governance: ServiceUnderTest) -> None:
    worker, began = uuid4(), clock.now()
    await governance.deliver(a_ceiling_exceeded(worker, children=17, allocated_at=began), sequence=1)
    await governance.deliver(a_ceiling_exceeded(worker, children=19), sequence=3)
    await governance.deliver(a_ceiling_exceeded(worker, children=18), sequence=2)  # late: an older fact
    [item] = await agenda_of(governance, (await coming_meetings(governance))[0])
    assert (item["children"], item["occurrences"]) == (19, 3)
    assert item["since"].replace("Z", "+00:00") == began.isoformat()


async def test_two_allocations_at_one_moment_are_one_item(governance: ServiceUnderTest) -> None:
    worker = uuid4()
    await asyncio.gather(*(governance.deliver(a_ceiling_exceeded(worker), sequence=n) for n in range(1, 6)))
    [item] = await agenda_of(governance, (await coming_meetings(governance))[0])
    assert item["occurrences"] == 5


async def test_a_meeting_called_in_between_does_not_make_it_two_items(governance: ServiceUnderTest) -> None:
    worker, meetings = uuid4(), await coming_meetings(governance)
    day_after = date.fromisoformat(meetings[0]["held_on"]) + timedelta(days=1)
    with time_machine.travel(f"{day_after}T09:00:00Z", tick=True):
        await governance.deliver(a_ceiling_exceeded(worker), sequence=1)
        await meeting_today(governance)
        await governance.deliver(a_ceiling_exceeded(worker), sequence=2)
    assert await governance.count(Issue) == 1


async def test_after_the_meeting_it_is_a_new_item_on_the_next_agenda(governance: ServiceUnderTest) -> None:
    worker = uuid4()
    await governance.deliver(a_ceiling_exceeded(worker), sequence=1)
    first, second = (await coming_meetings(governance))[:2]
    with time_machine.travel(f"{second['held_on']}T09:00:00Z", tick=True):
        await governance.deliver(a_ceiling_exceeded(worker), sequence=2)
    items = [item for meeting in (first, second) for item in await agenda_of(governance, meeting)]
    assert [item["occurrences"] for item in items] == [1, 1]


async def test_two_workers_are_two_items_after_the_proposals_page_by_page(governance: ServiceUnderTest) -> None:
    for _ in range(2):
        await proposed(governance)
        await governance.deliver(a_ceiling_exceeded())
    meeting = (await coming_meetings(governance))[0]
    whole = await agenda_of(governance, meeting)
    assert [item["kind"] for item in whole] == ["proposal"] * 2 + ["caseload_ceiling_exceeded"] * 2
    for limit in (1, 2, 3):
        assert await _paged(governance, meeting, limit) == whole
    client = governance.as_("board_member")
    for cursor in ("nonsense", "issues.nonsense", "proposals.%%"):
        assert (await client.get(f"/meetings/{meeting['id']}/agenda", params={"after": cursor})).status_code == 422


async def test_an_overdue_decision_is_one_item_per_referral_on_the_next_agenda(governance: ServiceUnderTest) -> None:
    first = a_decision_overdue(area=None, rating=None)
    second = first.model_copy(update={"rating": "green", "decision_due_at": clock.now()})
    await governance.deliver(first, sequence=2, event_id="the-same")
    await governance.deliver(first, sequence=2, event_id="the-same")
    await governance.deliver(second, sequence=3)
    await governance.deliver(a_decision_overdue())
    meeting, following = (await coming_meetings(governance))[:2]
    item, other = await agenda_of(governance, meeting)
    assert item.pop("id") != other["id"]
    assert (other["kind"], other["rating"], other["occurrences"]) == ("decision_overdue", "red", 1)
    assert item == {
        "kind": "decision_overdue",
        "referral_id": str(first.referral_id),
        "area": None,
        "rating": "green",
        "immediate_danger": True,
        "decision_due_at": second.model_dump(mode="json")["decision_due_at"],
        "occurrences": 2,
        "since": first.model_dump(mode="json")["decision_due_at"],
    }
    assert await agenda_of(governance, following) == []
    with time_machine.travel(f"{following['held_on']}T09:00:00Z", tick=True):
        await governance.deliver(second, sequence=4)
    assert [len(await agenda_of(governance, each)) for each in (meeting, following)] == [2, 1]


async def _paged(governance: ServiceUnderTest, meeting: dict[str, Any], limit: int) -> list[dict[str, Any]]:
    client, seen, following = governance.as_("board_member"), [], None
    while True:
        params = {"limit": limit, **({"after": following} if following else {})}
        page = (await client.get(f"/meetings/{meeting['id']}/agenda", params=params)).json()
        seen += page["items"]
        if (following := page["next"]) is None:
            return seen


async def _approved(governance: ServiceUnderTest, meeting: dict[str, Any], children: int) -> tuple[Any, CeilingChanged]:
    proposal = await proposed(governance, effect={"kind": "set_caseload_ceiling", "children": children})
    decision = (await decide(governance, meeting, proposal)).json()
    return proposal, CeilingChanged(
        decision_id=UUID(decision["id"]),
        proposal_id=UUID(proposal["id"]),
        children=children,
        in_force_since=clock.now(),
    )


async def test_what_casework_applied_is_in_force(governance: ServiceUnderTest) -> None:
    meeting = await meeting_today(governance)
    proposal, changed = await _approved(governance, meeting, 18)
    client = governance.as_("board_member")
    assert (await client.get("/decisions", params={"in_force": "true"})).json()["items"] == []
    for _ in range(2):
        await governance.deliver(changed, event_id="the-same")
    now = await proposal_now(governance, proposal)
    assert now["state"] == "in_force"
    assert now["in_force_since"].replace("Z", "+00:00") == changed.in_force_since.isoformat()
    [rule] = (await client.get("/decisions", params={"in_force": "true"})).json()["items"]
    assert (rule["meeting"]["id"], rule["effect"]["children"]) == (meeting["id"], 18)
    assert rule["in_force_since"] == now["in_force_since"]


async def test_by_another_event_about_it_it_is_in_force_since_the_first(governance: ServiceUnderTest) -> None:
    proposal, changed = await _approved(governance, await meeting_today(governance), 18)
    await governance.deliver(changed)
    before = await governance.as_("board_member").get(f"/proposals/{proposal['id']}")
    await governance.deliver(changed.model_copy(update={"in_force_since": clock.now()}))
    after = await governance.as_("board_member").get(f"/proposals/{proposal['id']}")
    assert (after.json(), after.headers["ETag"]) == (before.json(), before.headers["ETag"])


@pytest.mark.parametrize("in_order", [True, False])
async def test_the_later_ceiling_supersedes_the_earlier(governance: ServiceUnderTest, in_order: bool) -> None:
    meeting = await meeting_today(governance)
    (old, first), (new, second) = [await _approved(governance, meeting, children) for children in (18, 20)]
    received = [first, second] if in_order else [second, first]
    for hours, changed in enumerate(received):  # casework applies each as it receives it
        since = first.in_force_since + timedelta(hours=hours)
        await governance.deliver(changed.model_copy(update={"in_force_since": since}))
    states = [(await proposal_now(governance, proposal))["state"] for proposal in (old, new)]
    assert states == ["superseded", "in_force"]
    client = governance.as_("board_member")
    [rule] = (await client.get("/decisions", params={"in_force": "true"})).json()["items"]
    assert rule["effect"]["children"] == 20
    [past] = (await client.get("/decisions", params={"in_force": "false"})).json()["items"]
    assert past["in_force_until"] == max(past["in_force_since"], rule["in_force_since"])


async def test_two_announced_at_one_moment_leave_one_in_force(governance: ServiceUnderTest) -> None:
    meeting = await meeting_today(governance)
    announced = [(await _approved(governance, meeting, children))[1] for children in (18, 20, 22)]
    await asyncio.gather(*(governance.deliver(changed) for changed in announced))
    rules = (await governance.as_("board_member").get("/decisions", params={"in_force": "true"})).json()["items"]
    assert [rule["effect"]["children"] for rule in rules] == [22]


async def test_the_version_of_a_proposal_goes_up_once_with_each_change(governance: ServiceUnderTest) -> None:
    meeting, client = await meeting_today(governance), governance.as_("board_member")

    async def version(proposal: Any) -> str:
        return str((await client.get(f"/proposals/{proposal['id']}")).headers["ETag"])

    approved = [await _approved(governance, meeting, children) for children in (18, 20, 22)]
    oldest, middle, newest = (proposal for proposal, _ in approved)
    assert [await version(each) for each in (oldest, middle, newest)] == ['"2"'] * 3
    for _, changed in (approved[0], approved[2]):
        await governance.deliver(changed)
    assert [await version(each) for each in (oldest, middle, newest)] == ['"4"', '"2"', '"3"']
    earlier = approved[1][1].model_copy(update={"in_force_since": approved[0][1].in_force_since})
    await governance.deliver(earlier)  # until now the newest ended the force of the oldest: the decision alone changes
    assert [await version(each) for each in (oldest, middle, newest)] == ['"5"', '"3"', '"3"']
    shown = await proposal_now(governance, oldest)
    assert shown["decisions"][0]["in_force_until"] == shown["in_force_since"]


async def test_a_decision_that_nobody_made_is_left_for_a_person_to_look_at(governance: ServiceUnderTest) -> None:
    unknown = CeilingChanged(decision_id=uuid4(), proposal_id=uuid4(), children=18, in_force_since=clock.now())
    with pytest.raises(NotFound):
        await governance.deliver(unknown)


async def _tabled(governance: ServiceUnderTest) -> list[IssueTabled]:
    return [event for event in await governance.events() if isinstance(event, IssueTabled)]


async def test_what_comes_on_an_agenda_is_announced_once_for_each_agenda_with_its_family(
    governance: ServiceUnderTest,
) -> None:
    family_id, child_id = uuid4(), uuid4()
    overdue = a_decision_overdue(family_id=family_id, child_ids=[child_id])
    for sequence in (1, 2, 3):
        await governance.deliver(overdue, sequence=sequence)
    meeting, following = (await coming_meetings(governance))[:2]
    [item] = await agenda_of(governance, meeting)
    [tabled] = await _tabled(governance)
    assert tabled.model_dump(mode="json") == {
        "issue_id": item["id"],
        "kind": "decision_overdue",
        "about_id": str(overdue.referral_id),
        "body": "core_group",
        "meeting_id": meeting["id"],
        "meeting_on": meeting["held_on"],
        "family_id": str(family_id),
        "child_ids": [str(child_id)],
    }
    with time_machine.travel(f"{following['held_on']}T09:00:00Z", tick=True):
        await governance.deliver(overdue, sequence=4)
    assert [str(event.meeting_id) for event in await _tabled(governance)] == [meeting["id"], following["id"]]


async def test_a_worker_over_the_ceiling_is_announced_without_a_family(governance: ServiceUnderTest) -> None:
    event = a_ceiling_exceeded()
    await asyncio.gather(*(governance.deliver(event, event_id="the-same") for _ in range(3)))
    [tabled] = await _tabled(governance)
    assert (tabled.kind, tabled.about_id, tabled.family_id) == ("caseload_ceiling_exceeded", event.worker_id, None)


async def test_a_crisis_that_nobody_acknowledged_is_one_item_on_the_next_agenda(governance: ServiceUnderTest) -> None:
    event = CrisisUnanswered(
        crisis_id=uuid4(), family_id=uuid4(), child_ids=[uuid4()], area="south", due_at=clock.now()
    )
    for _ in range(2):
        await governance.deliver(event, event_id="the-same", sequence=2)
    [item] = await agenda_of(governance, (await coming_meetings(governance))[0])
    assert item.pop("id")
    due_at = event.model_dump(mode="json")["due_at"]
    assert item == {
        "kind": "crisis_unanswered",
        "crisis_id": str(event.crisis_id),
        "area": "south",
        "due_at": due_at,
        "occurrences": 1,
        "since": due_at,
    }
    [tabled] = await _tabled(governance)
    assert (tabled.about_id, tabled.family_id, tabled.child_ids) == (event.crisis_id, event.family_id, event.child_ids)


async def test_a_step_missed_too_often_in_an_area_is_one_item_on_the_next_agenda(governance: ServiceUnderTest) -> None:
    first = a_timescale_missed(missed=5, due=49)
    with time_machine.travel(clock.now(), tick=False) as now:
        began = clock.now()
        await governance.deliver(first, event_id="the-same")
        await governance.deliver(first, event_id="the-same")
        now.shift(timedelta(minutes=2))
        await governance.deliver(a_timescale_missed(missed=7, due=50))
        now.shift(timedelta(minutes=-1))
        await governance.deliver(a_timescale_missed(missed=6, due=50))  # late: an older count
    await governance.deliver(a_timescale_missed(missed=9, due=20, area=None))
    await governance.deliver(a_timescale_missed(missed=9, due=20, step="core_group"))
    item, *others = await agenda_of(governance, (await coming_meetings(governance))[0])
    assert item.pop("id")
    assert item.pop("since").replace("Z", "+00:00") == began.isoformat()
    assert item == {
        "kind": "timescales_missed",
        "step": "protection_visit",
        "area": "north",
        "due_in_28_days": 50,
        "missed_in_28_days": 7,
        "occurrences": 3,
    }
    assert {(other["step"], other["area"]) for other in others} == {("protection_visit", None), ("core_group", "north")}
    assert await _tabled(governance) == []


@pytest.mark.parametrize(("missed", "due"), [(5, 50), (4, 4), (None, None)])
async def test_few_of_many_or_of_a_rare_step_are_no_item(
    governance: ServiceUnderTest, missed: int | None, due: int | None
) -> None:
    await governance.deliver(a_timescale_missed(missed=missed, due=due))
    assert await governance.count(Issue) == 0
