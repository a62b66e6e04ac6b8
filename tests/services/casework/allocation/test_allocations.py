"""Suggesting and allocating key workers, who waits, and how often families got another one; on both databases."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import zip_longest
from random import Random
from typing import Any
from uuid import UUID, uuid4

import time_machine
from sqlalchemy import select

from services.casework.allocation.allocations import queries
from services.casework.allocation.allocations.models import Allocation
from services.casework.allocation.allocations.rules import changes_of
from services.casework.cases.cases.models import Case
from services.casework.cases.restrictions.models import FamilyRestriction
from shared import clock
from shared.audit import AuditRow
from shared.auth import Actor, Role
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


async def _suggested(casework: ServiceUnderTest, case: Body, role: str = "area_manager", **claims: Any) -> list[Body]:
    query = {"area": claims.pop("ask")} if "ask" in claims else {}
    answer = await casework.as_(role, **claims).get(f"/cases/{case['id']}/allocation-suggestions", params=query)
    items: list[Body] = body_of(answer)["items"]
    return items


async def _restrict(casework: ServiceUnderTest, case: Body, *subjects: str) -> None:
    async with casework.database.begin() as session:
        for subject in subjects:
            session.add(FamilyRestriction(family_id=UUID(case["family_id"]), source="casework", subject=subject))


async def _on_leave(casework: ServiceUnderTest, worker: Body) -> None:
    sent = {"kind": "annual", "from_on": TODAY.isoformat(), "last_on": TODAY.isoformat()}
    body_of(await casework.as_("team_manager").post(f"/workers/{worker['id']}/absences", json=sent), 201)


async def _leaves(casework: ServiceUnderTest, worker: Body, on: date) -> None:
    client, path = casework.as_("area_manager"), f"/workers/{worker['id']}"
    read = await client.get(path)
    sent = {
        name: read.json()[name] for name in ("name", "role", "area", "team", "fte", "registration_number", "subject")
    }
    sent["leaves_on"] = on.isoformat()
    body_of(await client.put(path, json=sent, headers={"If-Match": read.headers["ETag"]}))


async def _close(casework: ServiceUnderTest, case: Body) -> None:
    sent = {"closed_on": TODAY.isoformat(), "reason": "RC7"}
    answer = await casework.as_("area_manager").post(f"/cases/{case['id']}/closure", json=sent)
    assert answer.is_success, answer.text


async def test_suggestions_are_ranked_with_their_reasons(casework: ServiceUnderTest) -> None:
    full = await a_worker(casework, name="Full", fte=0.5)
    await held_by(casework, full, 8)
    await a_worker(casework, name="Half", fte=0.5)
    await a_worker(casework, name="Whole", team="South 2")
    await a_worker(casework, name="Support", role="family_support_worker")
    await a_worker(casework, name="Away", area="north")
    await a_worker(casework, name="Boss", role="team_manager")
    case = await a_case(casework, 2)
    suggested = await _suggested(casework, case)
    assert [(each["name"], each["would_hold"], each["room"], each["fits"]) for each in suggested] == [
        ("Whole", 2, 14, True),
        ("Half", 2, 6, True),
        ("Full", 10, -2, False),
    ]
    assert suggested[0]["reasons"] == [
        "Would hold 2 children of 16: room for 14 more",
        "Works in the family's area",
        "Would be the family's first key worker",
        "Is a registered social worker, as this pathway requires",
    ]
    assert [each["obstacles"] for each in suggested] == [[], [], []]
    assert [each["name"] for each in await _suggested(casework, case, ask="north")] == ["Away"]
    own_team = await _suggested(casework, case, "practice_supervisor", area="south", team="South 1")
    assert [each["name"] for each in own_team] == ["Half", "Full"]
    thriving = await a_case(casework, 1, outcome="thriving_families")
    assert "Support" in [each["name"] for each in await _suggested(casework, thriving)]


async def test_whoever_knew_the_family_or_a_child_of_it_is_suggested_wherever_they_are(
    casework: ServiceUnderTest,
) -> None:
    ada, _, cora = await three_workers(casework)
    case = await held_by(casework, ada, 2)
    [child, _] = (await casework.as_("area_manager").get(f"/cases/{case['id']}")).json()["children"]
    await offered(casework, case, cora, at_once=True)
    suggested = await _suggested(casework, case)
    assert [(each["name"], each["knew_family_until"], each["changes"]) for each in suggested] == [
        ("Ada", TODAY.isoformat(), 2),
        ("Bea", None, 2),
    ]
    # A child of that family is in another one now, whose manager may not allocate them.
    await _close(casework, case)
    other = await a_case(casework, 2, child_ids=[child["child_id"]], area="north")
    await a_worker(casework, name="Dan", area="north")
    found = await _suggested(casework, other, "team_manager", area="north")
    assert {each["name"]: each["obstacles"] for each in found} == {
        "Dan": [],
        "Ada": ["outside-your-scope"],
        "Cora": ["outside-your-scope"],
    }
    assert (found[0]["name"], found[1]["knew_family_until"]) == ("Dan", TODAY.isoformat())
    # Nothing is shown of a family that is restricted from who asks.
    await _restrict(casework, case, "somebody-else")
    assert [each["name"] for each in await _suggested(casework, other, "team_manager", area="north")] == ["Dan"]


async def test_the_list_is_short_and_the_look_is_on_record(casework: ServiceUnderTest) -> None:
    for number in range(12):
        await a_worker(casework, name=f"Worker {number:02}")
    case = await a_case(casework)
    client = casework.as_("team_manager", sub="tina")
    path = f"/cases/{case['id']}/allocation-suggestions"
    shown = body_of(await client.get(path, headers={"Access-Reason": "allocation meeting"}))
    assert [each["name"] for each in shown["items"]] == [f"Worker {number:02}" for number in range(10)]
    async with casework.database.read() as session:
        row = await session.scalar(select(AuditRow).where(AuditRow.action == "allocation_suggestions_look"))
    assert row
    assert (row.subject, row.entity_id, row.reason) == ("tina", case["id"], "allocation meeting")
    assert (await casework.as_("team_manager", area="north").get(path)).status_code == 404


async def test_who_is_not_there_is_not_allocated(casework: ServiceUnderTest) -> None:
    away, leaving = await a_worker(casework, name="Ada"), await a_worker(casework, name="Bea")
    await _on_leave(casework, away)
    await _leaves(casework, leaving, TODAY + timedelta(days=30))
    future = await a_worker(casework, name="To come", joined_on=(TODAY + timedelta(days=1)).isoformat())
    case = await a_case(casework)
    [suggested] = await _suggested(casework, case)
    assert (suggested["name"], suggested["obstacles"]) == ("Ada", ["worker-on-leave"])
    for worker, code in ((away, "worker-on-leave"), (leaving, "worker-leaving"), (future, "worker-not-in-post")):
        assert refused(await allocated(casework, case, worker)) == (409, code)
    path, sent = f"/cases/{case['id']}/allocation", {"worker_id": away["id"], "override_reason": "Back on Monday"}
    supervisor = await casework.as_("practice_supervisor").post(path, json=sent)
    assert refused(supervisor) == (403, "override-needs-manager")
    assert refused(await allocated(casework, case, future, override_reason="Soon")) == (409, "worker-not-in-post")
    made = body_of(await allocated(casework, case, away, override_reason="Back on Monday"), 201)
    assert made["over_ceiling"] is False
    async with casework.database.read() as session:
        [allocation] = (await session.scalars(select(Allocation))).all()
    assert allocation.override_reason == "Back on Monday"


async def test_a_restricted_family_goes_only_to_a_worker_who_is_named(casework: ServiceUnderTest) -> None:
    ada, bea, _ = await three_workers(casework)
    case = await a_case(casework)
    await _restrict(casework, case, "area_manager", "bea")
    assert refused(await allocated(casework, case, ada, override_reason="Please")) == (409, "worker-not-named")
    suggested = await _suggested(casework, case)
    assert [(each["name"], each["obstacles"]) for each in suggested][:2] == [("Bea", []), ("Ada", ["worker-not-named"])]
    assert (await allocated(casework, case, bea)).status_code == 201


async def test_the_list_of_who_waits_has_the_longest_wait_first_and_its_days(casework: ServiceUnderTest) -> None:
    with time_machine.travel(datetime(2026, 3, 1, 12, tzinfo=UTC), tick=False):
        ada = await a_worker(casework, name="Ada")
        stepped = await held_by(casework, ada, decided_at=clock.now())
    with time_machine.travel(datetime(2026, 3, 26, 23, 30, tzinfo=UTC), tick=False):
        late = await a_case(casework, decided_at=clock.now())
        early = await a_case(casework, decided_at=datetime(2026, 3, 20, 9, tzinfo=UTC))

    async def waits() -> list[tuple[str, int]]:
        client = casework.as_("area_manager")
        items = body_of(await client.get("/cases", params={"unallocated": "true"}))["items"]
        one = body_of(await client.get("/cases", params={"unallocated": "true", "limit": 1}))
        two = body_of(await client.get("/cases", params={"unallocated": "true", "after": one["next"]}))
        assert [each["id"] for each in (*one["items"], *two["items"])] == [each["id"] for each in items]
        return [(each["id"], each["days_waiting"]) for each in items]

    for now, expected in (
        ("2026-03-26T23:59", (6, 0)),
        ("2026-03-27T00:00", (7, 1)),
        # Summer time began on the 29th: in London it is the 30th at 23:00 UTC of the 29th.
        ("2026-03-29T22:59", (9, 3)),
        ("2026-03-29T23:00", (10, 4)),
    ):
        with time_machine.travel(datetime.fromisoformat(now).replace(tzinfo=UTC), tick=False):
            assert await waits() == [(early["id"], expected[0]), (late["id"], expected[1])]
            held = body_of(await casework.as_("area_manager").get(f"/cases/{stepped['id']}"))
            assert held["days_waiting"] is None


async def test_a_key_worker_starts_neither_before_the_family_was_free_nor_before_they_joined(
    casework: ServiceUnderTest,
) -> None:
    opened = TODAY - timedelta(days=20)
    joined = await a_worker(casework, name="Joined", joined_on=(TODAY - timedelta(days=10)).isoformat())
    case = await a_case(casework, decided_at=clock.now() - timedelta(days=20))

    async def starting(worker: Body, day: date) -> tuple[int, str]:
        answer = await allocated(casework, case, worker, starts_on=day.isoformat())
        return (201, "") if answer.status_code == 201 else refused(answer)

    assert await starting(joined, TODAY + timedelta(days=1)) == (422, "/starts_on in-the-future")
    assert await starting(joined, opened - timedelta(days=1)) == (422, "/starts_on out-of-order")
    assert await starting(joined, TODAY - timedelta(days=11)) == (422, "/starts_on out-of-order")
    assert await starting(joined, TODAY - timedelta(days=10)) == (201, "")


async def test_somebody_put_into_the_system_late_held_their_families_before(casework: ServiceUnderTest) -> None:
    ada = await a_worker(casework)
    assert ada["joined_on"] == TODAY.isoformat()
    for back in (3, 5, 4):
        case = await a_case(casework, decided_at=clock.now() - timedelta(days=5))
        start = TODAY - timedelta(days=back)
        assert (await allocated(casework, case, ada, starts_on=start.isoformat())).status_code == 201
    worker = body_of(await casework.as_("area_manager").get(f"/workers/{ada['id']}"))
    assert worker["joined_on"] == (TODAY - timedelta(days=5)).isoformat()


async def test_changes_of_key_worker_are_counted_for_each_family(casework: ServiceUnderTest) -> None:
    ada, bea, cora = await three_workers(casework)
    twice, once, never = [await held_by(casework, ada) for _ in range(3)]
    waits = await a_case(casework)
    await offered(casework, twice, bea, at_once=True)
    await offered(casework, once, bea, at_once=True)
    await offered(casework, twice, cora, at_once=True)
    shown = body_of(await casework.as_("area_manager").get(f"/families/{twice['family_id']}/key-workers"))
    assert shown["changes"] == 2
    assert [(each["name"], each["until_on"], each["end_reason"]) for each in shown["items"]] == [
        ("Ada", TODAY.isoformat(), "transferred"),
        ("Bea", TODAY.isoformat(), "transferred"),
        ("Cora", None, None),
    ]
    report = body_of(await casework.as_("area_manager").get("/key-worker-changes"))
    assert report["items"] == [
        {"family_id": twice["family_id"], "changes": 2},
        {"family_id": once["family_id"], "changes": 1},
    ]
    assert report["summary"] == {
        "since": (TODAY - timedelta(days=365)).isoformat(),
        "families": 3,
        "changes": 3,
        "mean": 1.0,
        "distribution": {"0": 1, "1": 1, "2": 1},
    }
    client = casework.as_("area_manager")
    first = body_of(await client.get("/key-worker-changes", params={"limit": 1}))
    second = body_of(await client.get("/key-worker-changes", params={"limit": 1, "after": first["next"]}))
    assert [first["items"], second["items"], second["next"]] == [report["items"][:1], report["items"][1:], None]
    none = body_of(await client.get("/key-worker-changes", params={"area": "north"}))
    assert (none["items"], none["summary"]["families"], none["summary"]["mean"]) == ([], 0, 0)
    tomorrow = {"since": (TODAY + timedelta(days=1)).isoformat()}
    later = body_of(await client.get("/key-worker-changes", params=tomorrow))
    assert (later["items"], later["summary"]["distribution"]) == ([], {"0": 3})
    assert never["family_id"] != waits["family_id"]


async def test_changes_are_shown_only_of_families_that_one_may_see(casework: ServiceUnderTest) -> None:
    ada, bea, _ = await three_workers(casework)
    case = await held_by(casework, ada)
    await offered(casework, case, bea, at_once=True)
    path = f"/families/{case['family_id']}/key-workers"
    assert (await casework.as_("social_worker", sub="ada").get(path)).status_code == 404
    assert (await casework.as_("social_worker", sub="bea").get(path)).status_code == 200
    north = body_of(await casework.as_("team_manager", area="north").get("/key-worker-changes"))
    assert (north["items"], north["summary"]["changes"]) == ([], 0)
    await _restrict(casework, case, "somebody-else")
    for role in ("area_manager", "performance_analyst"):
        hidden = body_of(await casework.as_(role).get("/key-worker-changes"))
        assert (hidden["items"], hidden["summary"]["families"]) == ([], 0)
    assert (await casework.as_("area_manager").get(path)).status_code == 404


async def test_the_former_key_worker_who_comes_back_is_no_change(casework: ServiceUnderTest) -> None:
    ada, _, _ = await three_workers(casework)
    case = await held_by(casework, ada)
    client = casework.as_("area_manager")
    await _close(casework, case)
    sent = {"reopened_on": TODAY.isoformat(), "pathway": "child_in_need", "reason": "Asked for help again"}
    answer = await client.post(f"/cases/{case['id']}/reopening", json=sent)
    assert answer.is_success, answer.text
    assert (await allocated(casework, case, ada)).status_code == 201
    assert await holder_of(casework, case) == ada["id"]
    shown = body_of(await client.get(f"/families/{case['family_id']}/key-workers"))
    assert (shown["changes"], len(shown["items"])) == (0, 2)


async def test_the_query_counts_the_changes_of_the_rule(casework: ServiceUnderTest) -> None:
    """Random histories of families with up to two cases, recounted by hand."""
    chance = Random(4)
    workers = [UUID(worker["id"]) for worker in await three_workers(casework)]
    first, since = date(2026, 1, 1), date(2026, 1, 10)
    held: dict[UUID, list[Allocation]] = {UUID(int=number): [] for number in range(1, 25)}
    async with casework.database.begin() as session:
        for family_id, allocations in held.items():
            for number in range(chance.choice((1, 2))):
                case = _a_bare_case(family_id, "open" if number == 0 else "closed")
                session.add(case)
                await session.flush()
                begins = sorted(chance.sample(range(30), chance.randrange(6)))
                for begin, end in zip_longest(begins, begins[1:]):
                    allocation = _a_bare_allocation(case, chance.choice(workers), first + timedelta(days=begin))
                    allocation.ended_on = None if end is None else first + timedelta(days=end)
                    allocations.append(allocation)
                session.add_all(allocations)
        await session.flush()
    expected: Counter[int] = Counter()
    for allocations in held.values():
        ordered = sorted(allocations, key=lambda each: (each.starts_on, each.allocated_at))
        if any(each.ended_on is None or each.ended_on > since for each in ordered):
            workers_then = [each.worker_id for each in ordered if each.starts_on < since][-1:]
            expected[changes_of([*workers_then, *(each.worker_id for each in ordered if each.starts_on >= since)])] += 1
    actor = Actor("anybody", frozenset({Role.AREA_MANAGER}))
    async with casework.database.read() as session:
        summary = await queries.summarise_changes(session, actor, since, None)
    assert summary.distribution == expected
    assert len(expected) > 2


def _a_bare_case(family_id: UUID, status: str) -> Case:
    now = clock.now()
    return Case(
        referral_id=uuid4(),
        family_id=family_id,
        opened_on=clock.london_day(now),
        opened_at=now,
        pathway="child_in_need",
        status=status,
    )


def _a_bare_allocation(case: Case, worker_id: UUID, starts_on: date) -> Allocation:
    return Allocation(
        case_id=case.id,
        worker_id=worker_id,
        starts_on=starts_on,
        children=1,
        ceiling=Decimal(16),
        allocated_by="somebody",
        allocated_at=clock.now(),
    )
