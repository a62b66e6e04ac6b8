"""Casework's endpoints and consumers against a migrated database, on SQLite and on PostgreSQL."""

import asyncio
from datetime import timedelta
from typing import Any

import httpx
import pytest

from services.casework.allocation.ceilings.models import Ceiling
from services.casework.cases.cases.models import Case
from shared import clock
from shared.bus.interface import NotNow
from shared.contracts.casework import CaseAllocated, CaseloadCeilingExceeded, CaseOpened, CeilingChanged
from shared.contracts.governance import Effect
from shared.inbox import InboxRow
from tests.service_under_test import ServiceUnderTest
from tests.services.casework.casework_made import (
    a_case,
    a_decision,
    a_worker,
    an_accepted_referral,
    let_referrals_answer,
)


async def _allocate(
    casework: ServiceUnderTest, case: dict[str, Any], worker: dict[str, Any], role: str = "team_manager", **more: Any
) -> httpx.Response:
    sent = {"worker_id": worker["id"], **more}
    return await casework.as_(role).post(f"/cases/{case['id']}/allocation", json=sent)


async def _summary(casework: ServiceUnderTest, **query: str) -> dict[str, Any]:
    answer = await casework.as_("area_manager").get("/caseloads", params=query)
    summary: dict[str, Any] = answer.json()["summary"]
    return summary


async def test_an_accepted_referral_opens_one_case_in_its_area(casework: ServiceUnderTest) -> None:
    case = await a_case(casework, children=2)
    assert (case["area"], case["pathway"], case["status"]) == ("south", "child_in_need", "open")
    assert case["key_worker"] is None
    whole = (await casework.as_("area_manager").get(f"/cases/{case['id']}")).json()
    assert [child["given_name"] for child in whole["children"]] == ["Barnabas", "Barnabas"]
    [event] = await casework.events(CaseOpened)
    assert str(event.subject) == case["id"]


async def test_an_event_delivered_twice_changes_nothing_the_second_time(casework: ServiceUnderTest) -> None:
    accepted = an_accepted_referral()
    let_referrals_answer(casework, accepted)
    for _ in range(2):
        await casework.deliver(accepted, event_id="the-same")
    assert [await casework.count(table) for table in (Case, InboxRow)] == [1, 1]
    assert len(await casework.events()) == 1


async def test_an_event_delivered_twice_at_one_moment_opens_one_case(casework: ServiceUnderTest) -> None:
    accepted = an_accepted_referral()
    let_referrals_answer(casework, accepted)
    await asyncio.gather(*(casework.deliver(accepted, event_id="the-same") for _ in range(5)))
    assert await casework.count(Case) == 1


async def test_while_referrals_is_down_the_event_waits_and_nothing_is_written(casework: ServiceUnderTest) -> None:
    accepted = an_accepted_referral()
    with pytest.raises(NotNow):
        await casework.deliver(accepted, event_id="early")
    assert [await casework.count(table) for table in (Case, InboxRow)] == [0, 0]
    let_referrals_answer(casework, accepted)
    await casework.deliver(accepted, event_id="early")
    assert await casework.count(Case) == 1


async def test_allocation_gives_the_family_its_key_worker(casework: ServiceUnderTest) -> None:
    case, worker = await a_case(casework, children=3), await a_worker(casework)
    made = await _allocate(casework, case, worker)
    assert made.status_code == 201
    assert (made.json()["children"], made.json()["ceiling"], made.json()["over_ceiling"]) == (3, 16, False)
    [event] = await casework.events(CaseAllocated)
    assert isinstance(event, CaseAllocated)
    assert (str(event.case_id), event.children) == (case["id"], 3)
    again = await _allocate(casework, case, worker)
    assert (again.status_code, again.json()["code"]) == (409, "case-already-allocated")


async def test_nine_children_fit_a_ceiling_of_nine_point_six_and_ten_do_not(casework: ServiceUnderTest) -> None:
    worker = await a_worker(casework, fte=0.6)
    nine, one = await a_case(casework, children=9), await a_case(casework)
    assert (await _allocate(casework, nine, worker)).status_code == 201
    refused = await _allocate(casework, one, worker)
    assert (refused.status_code, refused.json()["code"]) == (409, "caseload-ceiling-reached")
    assert (refused.json()["children"], refused.json()["ceiling"]) == (10, 9.6)
    assert await casework.events(CaseloadCeilingExceeded) == []


async def test_over_the_ceiling_a_manager_overrides_with_a_reason_and_it_is_announced(
    casework: ServiceUnderTest,
) -> None:
    worker, case = await a_worker(casework, fte=0.1), await a_case(casework, children=2)
    supervisor = await _allocate(casework, case, worker, "practice_supervisor", override_reason="Knows the family")
    assert (supervisor.status_code, supervisor.json()["code"]) == (403, "override-needs-manager")
    made = await _allocate(casework, case, worker, override_reason="Knows the family")
    assert (made.status_code, made.json()["over_ceiling"]) == (201, True)
    [event] = await casework.events(CaseloadCeilingExceeded)
    assert isinstance(event, CaseloadCeilingExceeded)
    assert (event.children, float(event.ceiling), event.team) == (2, 1.6, "South 1")


async def test_two_allocations_at_one_moment_to_one_place_left_give_one_and_a_409(casework: ServiceUnderTest) -> None:
    worker = await a_worker(casework, fte=0.5)
    full = await a_case(casework, children=7)
    assert (await _allocate(casework, full, worker)).status_code == 201
    cases = [await a_case(casework) for _ in range(4)]
    answers = await asyncio.gather(*(_allocate(casework, case, worker) for case in cases))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]
    assert {answer.json()["code"] for answer in answers if answer.status_code == 409} == {"caseload-ceiling-reached"}
    assert (await _summary(casework))["children"] == 8


async def test_one_case_allocated_twice_at_one_moment_has_one_key_worker(casework: ServiceUnderTest) -> None:
    case = await a_case(casework)
    workers = [await a_worker(casework, name=name) for name in ("Ada", "Bea", "Cora")]
    answers = await asyncio.gather(*(_allocate(casework, case, worker) for worker in workers))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409]


@pytest.mark.parametrize(
    ("outcome", "worker", "code"),
    [
        ("assessment", {"role": "family_support_worker"}, "registration-required"),
        ("strategy_discussion", {"role": "social_worker", "registration_number": None}, "registration-required"),
        ("thriving_families", {"role": "family_support_worker", "registration_number": None}, None),
        ("thriving_families", {"role": "team_manager"}, "not-a-key-worker"),
    ],
)
async def test_who_may_be_key_worker_depends_on_the_pathway(
    casework: ServiceUnderTest, outcome: str, worker: dict[str, Any], code: str | None
) -> None:
    case = await a_case(casework, outcome=outcome)
    answer = await _allocate(casework, case, await a_worker(casework, **worker))
    assert answer.json().get("code") == code
    assert answer.status_code == (409 if code else 201)


async def test_an_allocation_starts_neither_in_the_future_nor_before_the_case(casework: ServiceUnderTest) -> None:
    worker = await a_worker(casework)
    case = await a_case(casework, decided_at=clock.now() - timedelta(days=10))
    days = {name: (clock.today() + timedelta(days=n)).isoformat() for name, n in [("late", 1), ("early", -11)]}
    for day in days.values():
        answer = await _allocate(casework, case, worker, starts_on=day)
        assert answer.json()["errors"][0]["field"] == "/starts_on"
    ok = await _allocate(casework, case, worker, starts_on=(clock.today() - timedelta(days=9)).isoformat())
    assert ok.status_code == 201


async def test_caseloads_agree_with_each_other_at_every_level(casework: ServiceUnderTest) -> None:
    ann = await a_worker(casework, name="Ann", area="north", team="N1")
    bob = await a_worker(casework, name="Bob", area="south", team="S1", fte=0.5)
    await a_worker(casework, name="Cy", area="south", team="S2")
    await a_worker(casework, name="Boss", area="south", team="S2", role="team_manager")
    await _allocate(casework, await a_case(casework, children=3, area="north"), ann)
    await _allocate(casework, await a_case(casework, children=4), bob)
    await _allocate(casework, await a_case(casework, children=5), bob, override_reason="The only one who speaks Tetum")
    await a_case(casework, children=2)
    expected = {"workers": 3, "children": 12, "families": 3, "mean": 4.0, "minimum": 0, "maximum": 9}
    waiting = {"unallocated": 1, "unallocated_children": 2}
    for by, rows in (("worker", 3), ("team", 3), ("area", 2), ("county", 1)):
        answer = (await casework.as_("area_manager").get("/caseloads", params={"by": by})).json()
        assert answer["summary"].items() >= (expected | waiting).items()
        assert len(answer["items"]) == rows
        assert sum(item["children"] for item in answer["items"]) == 12
    workers = (await casework.as_("team_manager", area="south").get("/caseloads")).json()
    [bobs, cys] = workers["items"]
    assert (bobs["children"], bobs["ceiling"], bobs["utilisation"], bobs["over_ceiling"]) == (9, 8, 1.125, True)
    assert (cys["children"], cys["utilisation"], cys["over_ceiling"]) == (0, 0, False)
    assert workers["summary"].items() >= {"workers": 2, "children": 9, "mean": 4.5, "unallocated": 1}.items()


async def test_caseloads_are_paged_and_the_summary_is_over_all(casework: ServiceUnderTest) -> None:
    for name in ("Ann", "Bob", "Cy"):
        await a_worker(casework, name=name)
    client, seen, following = casework.as_("area_manager"), list[str](), None
    for _ in range(3):
        after: dict[str, str] = {"after": following} if following else {}
        page = (await client.get("/caseloads", params={"limit": "1", **after})).json()
        seen += [item["name"] for item in page["items"]]
        following = page["next"]
        assert page["summary"]["workers"] == 3
    assert (seen, following) == (["Ann", "Bob", "Cy"], None)


async def test_a_decided_ceiling_is_in_force_at_once_and_answered(casework: ServiceUnderTest) -> None:
    worker, case = await a_worker(casework, fte=0.1), await a_case(casework, children=2)
    assert (await _allocate(casework, case, worker)).status_code == 409
    decision = a_decision(20)
    for _ in range(2):
        await casework.deliver(decision, event_id="decided")
    [event] = await casework.events(CeilingChanged)
    assert isinstance(event, CeilingChanged)
    assert (event.decision_id, event.children) == (decision.decision_id, 20)
    shown = (await casework.as_("team_manager").get("/ceiling")).json()
    assert (shown["children"], shown["decision_id"]) == (20, str(decision.decision_id))
    assert (await _allocate(casework, case, worker)).status_code == 201


async def test_the_latest_decision_holds_in_whatever_order_they_are_heard_of(casework: ServiceUnderTest) -> None:
    earlier, later = a_decision(18, decided_at=clock.now()), a_decision(22, decided_at=clock.now())
    await casework.deliver(later)
    await casework.deliver(earlier)
    assert (await casework.as_("team_manager").get("/ceiling")).json()["children"] == 22
    assert await casework.count(Ceiling) == 3


async def test_a_key_worker_sees_the_own_cases_and_no_others(casework: ServiceUnderTest) -> None:
    mine, other = await a_case(casework), await a_case(casework)
    worker = await a_worker(casework, subject="rosalind")
    await _allocate(casework, mine, worker)
    me = casework.as_("social_worker", sub="rosalind")
    assert [case["id"] for case in (await me.get("/cases")).json()["items"]] == [mine["id"]]
    assert [(await me.get(f"/cases/{case['id']}")).status_code for case in (mine, other)] == [200, 404]
    assert (await me.post(f"/cases/{other['id']}/allocation", json={"worker_id": worker["id"]})).status_code == 403


async def test_an_area_has_its_cases_and_those_without_an_area(casework: ServiceUnderTest) -> None:
    north, nowhere = await a_case(casework, area="north"), await a_case(casework, area=None)
    south = casework.as_("team_manager", area="south")
    assert [case["id"] for case in (await south.get("/cases")).json()["items"]] == [nowhere["id"]]
    assert (await south.get(f"/cases/{north['id']}")).status_code == 404
    worker = await a_worker(casework)
    answer = await south.post(f"/cases/{nowhere['id']}/allocation", json={"worker_id": worker["id"]})
    assert answer.status_code == 201
    assert (await south.get(f"/cases/{nowhere['id']}")).json()["area"] == "south"


async def test_the_list_of_cases_filters_and_refuses_what_it_does_not_know(casework: ServiceUnderTest) -> None:
    waiting, held = await a_case(casework), await a_case(casework, outcome="thriving_families")
    await _allocate(casework, held, await a_worker(casework))
    client = casework.as_("area_manager")

    async def ids(**query: str) -> list[str]:
        return [case["id"] for case in (await client.get("/cases", params=query)).json()["items"]]

    assert await ids(unallocated="true") == [waiting["id"]]
    assert await ids(pathway="thriving_families") == [held["id"]]
    assert await ids(area="north") == []
    assert (await client.get("/caseloads", params={"as_of": "2026-01-01"})).status_code == 422


async def test_a_worker_is_changed_only_by_somebody_who_has_read_them(casework: ServiceUnderTest) -> None:
    worker = await a_worker(casework)
    client, path = casework.as_("team_manager"), f"/workers/{worker['id']}"
    etag = (await client.get(path)).headers["ETag"]
    changed = {key: value for key, value in worker.items() if key != "id"} | {"fte": 0.8, "subject": "rosalind"}
    assert (await client.put(path, json=changed)).status_code == 428
    assert (await client.put(path, json=changed, headers={"If-Match": etag})).json()["fte"] == 0.8
    assert (await client.put(path, json=changed, headers={"If-Match": etag})).status_code == 412
    other = await a_worker(casework, name="Another")
    taken = {**changed, "name": "Another"}
    answer = await client.put(f"/workers/{other['id']}", json=taken, headers={"If-Match": '"1"'})
    assert (answer.status_code, answer.json()["code"]) == (409, "subject-taken")


async def test_a_change_of_a_worker_leaves_no_family_without_a_fit_key_worker(casework: ServiceUnderTest) -> None:
    worker, case = await a_worker(casework), await a_case(casework)
    await _allocate(casework, case, worker)
    client, path = casework.as_("area_manager"), f"/workers/{worker['id']}"
    kept = {key: value for key, value in worker.items() if key != "id"}
    for change in ({"role": "team_manager"}, {"registration_number": None}, {"area": "north"}):
        answer = await client.put(path, json=kept | change, headers={"If-Match": '"1"'})
        assert (answer.status_code, answer.json()["code"]) == (409, "holds-families")
    moved = await client.put(path, json=kept | {"team": "South 2"}, headers={"If-Match": '"1"'})
    assert moved.status_code == 200
    found = casework.as_("team_manager", area="south", team="South 2")
    assert [each["id"] for each in (await found.get("/cases")).json()["items"]] == [case["id"]]
    left = casework.as_("team_manager", area="south", team="South 1")
    assert (await left.get(f"/cases/{case['id']}")).status_code == 404


async def test_an_effect_of_a_kind_that_casework_does_not_know_is_left_alone(casework: ServiceUnderTest) -> None:
    decision = a_decision(20).model_copy(update={"effect": Effect(kind="approve_programme")})
    await casework.deliver(decision)
    assert await casework.count(Ceiling) == 1


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"fte": 0}, "/fte"),
        ({"fte": 1.01}, "/fte"),
        ({"fte": 0.333}, "/fte"),
        ({"fte": "NaN"}, "/fte"),
        ({"role": "wizard"}, "/role"),
        ({"area": "west"}, "/area"),
        ({"name": ""}, "/name"),
        ({"salary": 1}, "/salary"),
    ],
)
async def test_a_worker_that_breaks_a_rule_is_refused(
    casework: ServiceUnderTest, change: dict[str, Any], field: str
) -> None:
    sent = {"name": "R", "role": "social_worker", "area": "south", "fte": 1, **change}
    answer = await casework.as_("team_manager").post("/workers", json=sent)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == field
    assert (await casework.as_("team_manager").get("/workers")).json()["items"] == []


async def test_a_manager_adds_workers_only_where_the_role_is_for(casework: ServiceUnderTest) -> None:
    sent = {"name": "R", "role": "social_worker", "area": "south", "fte": 1}
    answer = await casework.as_("team_manager", area="north").post("/workers", json=sent)
    assert answer.json()["errors"][0]["field"] == "/area"
