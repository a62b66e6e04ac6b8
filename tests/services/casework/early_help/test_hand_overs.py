"""Children handed over to the services that the programme leaves unchanged, with the answer of the other side."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import time_machine
from sqlalchemy import select

from services.casework.cases.restrictions.models import FamilyRestriction
from services.casework.early_help.hand_overs.models import HandOver
from services.casework.early_help.hand_overs.rules import answer_due_on
from services.casework.record.timescales.models import Timescale
from shared import clock
from shared.audit import AuditRow
from shared.contracts.referrals import ChildMerged, ChildUnmerged
from tests.service_under_test import ServiceUnderTest
from tests.services.casework.casework_made import a_case, a_worker
from tests.services.casework.early_help.early_help_made import ago, answered, day, fields_of, refusal

YES = {"accepted": True, "by": {"name": "Yara Obi", "role": "Team manager"}, "worker": "Zoe Lund"}
NO = {"accepted": False, "by": YES["by"], "reason": "Not yet known to the court"}


async def _case(casework: ServiceUnderTest, children: int = 2, opened: int = 60) -> dict[str, Any]:
    case = await a_case(casework, children=children, decided_at=clock.now() - timedelta(days=opened))
    return await answered(await casework.as_("team_manager").get(f"/cases/{case['id']}"), 200)


def an_offer(case: dict[str, Any], children: int = 1, **changes: Any) -> dict[str, Any]:
    ids = [child["child_id"] for child in case["children"]][:children]
    words = {"reason": "offending", "text": "Charged last week"}
    return {"service": "youth_offending", "child_ids": ids, **words, **changes}


async def _offered(casework: ServiceUnderTest, case: dict[str, Any], children: int = 1, **changes: Any) -> list[Any]:
    path = f"/cases/{case['id']}/hand-overs"
    made = await casework.as_("team_manager").post(path, json=an_offer(case, children, **changes))
    items: list[Any] = (await answered(made))["items"]
    return items


def their_side(casework: ServiceUnderTest, organisation: str = "Youth Offending Service") -> httpx.AsyncClient:
    return casework.as_("partner", sub="yara", organisation=organisation)


async def test_a_child_is_offered_seen_and_accepted_by_the_other_side(casework: ServiceUnderTest) -> None:
    case = await _case(casework)
    worker = await a_worker(casework, subject="rosalind")
    allocation = {"worker_id": worker["id"]}
    await answered(await casework.as_("team_manager").post(f"/cases/{case['id']}/allocation", json=allocation))
    key_worker = casework.as_("social_worker", sub="rosalind")
    offer = an_offer(case, offered_on=ago(3))
    [made] = (await answered(await key_worker.post(f"/cases/{case['id']}/hand-overs", json=offer)))["items"]
    assert (made["status"], made["offered_by_name"], made["overdue"]) == ("offered", worker["name"], False)
    assert day(made["answer_due_on"]) == answer_due_on(day(ago(3)))
    assert made["remaining"] == {"case_status": "open", "children": 2}
    theirs, one = their_side(casework), f"/hand-overs/{made['id']}"
    [listed] = (await theirs.get("/hand-overs")).json()["items"]
    assert (listed["id"], "child" in listed) == (made["id"], False)
    seen = (await theirs.get(one, headers={"Access-Reason": "to answer"})).json()
    assert (seen["child"]["given_name"], seen["text"], seen["remaining"]) == ("Barnabas", "Charged last week", None)
    assert (await theirs.get(f"/cases/{case['id']}")).status_code == 403
    both = casework.as_("partner", sub="rosalind", organisation="Larkmead School", roles=["partner", "social_worker"])
    assert refusal(await both.post(f"{one}/answer", json=YES)) == (403, "role-missing")
    answer = await theirs.post(f"{one}/answer", json={**YES, "answered_on": ago(1)})
    assert (answer.status_code, answer.headers["ETag"]) == (200, '"2"')
    after = (await key_worker.get(one)).json()
    assert (after["status"], after["named_worker"], after["recorded_for_them"]) == ("accepted", "Zoe Lund", False)
    assert after["remaining"] == {"case_status": "open", "children": 1}
    async with casework.database.read() as session:
        [clocked] = await session.scalars(select(Timescale).where(Timescale.step == "hand_over_answer"))
        actions = (await session.scalars(select(AuditRow.action).where(AuditRow.entity == "child"))).all()
    assert (clocked.met_on, str(clocked.child_id)) == (day(ago(1)), made["child_id"])
    assert {"hand_over_offered", "hand_over_look", "hand_over_accepted"} <= set(actions)
    story = (await key_worker.get(f"/children/{made['child_id']}/chronology")).json()["items"]
    assert {"hand_over_offered", "hand_over_accepted"} < {entry["kind"] for entry in story}
    other = next(each["child_id"] for each in case["children"] if each["child_id"] != made["child_id"])
    beside = (await key_worker.get(f"/children/{other}/chronology")).json()["items"]
    assert "hand_over_offered" not in {entry["kind"] for entry in beside}


async def test_each_child_is_answered_alone_and_a_refusal_has_its_reason(casework: ServiceUnderTest) -> None:
    case = await _case(casework)
    first, second = await _offered(casework, case, 2)
    theirs, manager = their_side(casework, "youth_offending"), casework.as_("team_manager")
    without = {**NO, "reason": None}
    assert fields_of(await theirs.post(f"/hand-overs/{first['id']}/answer", json=without)) == [
        ("/reason", "reason-needed")
    ]
    refused = await answered(await theirs.post(f"/hand-overs/{first['id']}/answer", json=NO), 200)
    assert (refused["status"], refused["answer_reason"]) == ("refused", NO["reason"])
    by_telephone = await answered(await manager.post(f"/hand-overs/{second['id']}/answer", json=YES), 200)
    assert (by_telephone["status"], by_telephone["recorded_for_them"]) == ("accepted", True)
    assert by_telephone["remaining"] == {"case_status": "open", "children": 1}
    again = await theirs.post(f"/hand-overs/{first['id']}/answer", json=YES)
    assert (refusal(again), again.json()["present_status"]) == ((409, "hand-over-answered"), "refused")
    [anew] = await _offered(casework, case, 1)
    assert anew["id"] != first["id"]


async def test_of_two_answers_or_offers_at_one_moment_one_counts(casework: ServiceUnderTest) -> None:
    case = await _case(casework)
    manager, theirs = casework.as_("team_manager"), their_side(casework)
    path = f"/cases/{case['id']}/hand-overs"
    offers = await asyncio.gather(*(manager.post(path, json=an_offer(case, 2)) for _ in range(3)))
    assert sorted(each.status_code for each in offers) == [201, 409, 409]
    assert {each.json()["code"] for each in offers if each.status_code == 409} == {"hand-over-open"}
    assert await casework.count(HandOver) == 2
    one = next(each.json()["items"][0]["id"] for each in offers if each.status_code == 201)
    answers = await asyncio.gather(
        theirs.post(f"/hand-overs/{one}/answer", json=YES),
        theirs.post(f"/hand-overs/{one}/answer", json=NO),
        manager.post(f"/hand-overs/{one}/revocation", json={"reason": "r"}),
    )
    assert sorted(each.status_code for each in answers) == [200, 409, 409]


async def test_an_offer_is_taken_back_by_the_giver_and_not_by_the_other_side(casework: ServiceUnderTest) -> None:
    case = await _case(casework)
    [made] = await _offered(casework, case)
    path = f"/hand-overs/{made['id']}/revocation"
    assert (await their_side(casework).post(path, json={"reason": "r"})).status_code == 403
    assert (await casework.as_("team_manager", area="north").post(path, json={"reason": "r"})).status_code == 404
    revoked = await answered(await casework.as_("team_manager").post(path, json={"reason": "Charge dropped"}), 200)
    assert (revoked["status"], revoked["revoked_on"], revoked["overdue"]) == ("revoked", ago(0), False)
    answer = await their_side(casework).post(f"/hand-overs/{made['id']}/answer", json=YES)
    assert refusal(answer) == (409, "hand-over-answered")
    async with casework.database.read() as session:
        [clocked] = await session.scalars(select(Timescale).where(Timescale.step == "hand_over_answer"))
    assert (clocked.ended_on, clocked.met_on) == (day(ago(0)), None)


async def test_who_is_not_asked_sees_nothing_and_answers_nothing(casework: ServiceUnderTest) -> None:
    case = await _case(casework)
    [made] = await _offered(casework, case)
    one = f"/hand-overs/{made['id']}"
    for stranger in (
        their_side(casework, "Leaving Care Service"),
        their_side(casework, "Larkmead School"),
        casework.as_("partner", sub="yara"),
        casework.as_("team_manager", area="north"),
    ):
        assert (await stranger.get(one)).status_code == 404
        assert (await stranger.post(f"{one}/answer", json=YES)).status_code == 404
        assert (await stranger.get("/hand-overs")).json() == {"items": [], "next": None}
    assert (await casework.as_("social_worker", sub="x").get(one)).status_code == 404
    assert (await casework.as_("social_worker", sub="x").post(f"{one}/answer", json=YES)).status_code == 403
    async with casework.database.begin() as session:
        session.add(FamilyRestriction(family_id=UUID(case["family_id"]), source="referrals", subject="yara"))
    assert (await their_side(casework).get(one)).status_code == 200
    assert (await casework.as_("partner", sub="yuri", organisation="youth_offending").get(one)).status_code == 404
    assert (await casework.as_("team_manager").get("/hand-overs")).json()["items"] == []


async def test_bad_offers_and_answers_name_the_field_and_store_nothing(casework: ServiceUnderTest) -> None:
    case = await _case(casework, opened=10)
    stranger = (await _case(casework))["children"][0]["child_id"]
    manager, path = casework.as_("team_manager"), f"/cases/{case['id']}/hand-overs"
    bad: list[tuple[dict[str, Any], tuple[str, str]]] = [
        ({"service": "police"}, ("/service", "unknown-code")),
        ({"reason": "tired"}, ("/reason", "unknown-code")),
        ({"child_ids": []}, ("/child_ids", "too-short")),
        ({"child_ids": [case["children"][0]["child_id"], stranger]}, ("/child_ids/1", "unknown")),
        ({"text": " "}, ("/text", "string-too-short")),
        ({"offered_on": ago(-1)}, ("/offered_on", "in-the-future")),
        ({"offered_on": ago(11)}, ("/offered_on", "out-of-order")),
    ]
    for change, expected in bad:
        assert fields_of(await manager.post(path, json=an_offer(case, **change))) == [expected]
    assert await casework.count(HandOver) == 0
    [made] = await _offered(casework, case, offered_on=ago(4))
    for change, expected in (
        ({"answered_on": ago(5)}, ("/answered_on", "out-of-order")),
        ({"answered_on": ago(-1)}, ("/answered_on", "in-the-future")),
        ({"by": {"name": "Yara"}}, ("/by/role", "missing")),
    ):
        assert fields_of(await manager.post(f"/hand-overs/{made['id']}/answer", json={**YES, **change})) == [expected]
    assert (await manager.get(f"/hand-overs/{made['id']}")).json()["status"] == "offered"
    closed = {"reason": "RC7", "closed_on": ago(0)}
    await answered(await manager.post(f"/cases/{case['id']}/closure", json=closed), 200)
    assert refusal(await manager.post(path, json=an_offer(case))) == (409, "case-closed")


async def test_an_answer_is_overdue_on_the_day_after_the_fifth_working_day(casework: ServiceUnderTest) -> None:
    with time_machine.travel("2026-03-30T09:00:00Z", tick=False):
        case = await _case(casework, opened=0)
        [made] = await _offered(casework, case)
        assert made["answer_due_on"] == "2026-04-08"
    for instant, late in (("2026-04-08T22:59:00Z", []), ("2026-04-08T23:00:00Z", [made["id"]])):
        with time_machine.travel(instant, tick=False):
            for client in (casework.as_("team_manager"), their_side(casework)):
                found = (await client.get("/hand-overs", params={"overdue": "true"})).json()["items"]
                assert [each["id"] for each in found] == late
            assert (await casework.as_("team_manager").get(f"/hand-overs/{made['id']}")).json()["overdue"] is bool(late)


async def test_hand_overs_are_listed_by_service_status_and_case_in_pages(casework: ServiceUnderTest) -> None:
    case, other = await _case(casework, children=3), await _case(casework, children=1)
    made = {each["id"] for each in await _offered(casework, case, 3)}
    [care] = await _offered(casework, other, service="leaving_care", offered_on=ago(30))
    manager, seen = casework.as_("team_manager"), list[str]()
    following: str | None = None
    for _ in range(4):
        query = {"limit": "1", **({"after": following} if following else {})}
        page = (await manager.get("/hand-overs", params=query)).json()
        seen += [each["id"] for each in page["items"]]
        following = page["next"]
    assert (seen[0], set(seen), following) == (care["id"], {care["id"], *made}, None)
    found = (await manager.get("/hand-overs", params={"service": "leaving_care"})).json()["items"]
    assert [each["id"] for each in found] == [care["id"]]
    found = (await manager.get("/hand-overs", params={"case_id": case["id"]})).json()["items"]
    assert {each["id"] for each in found} == made
    assert (await manager.get("/hand-overs", params={"status": "accepted"})).json()["items"] == []
    assert (await manager.get("/hand-overs", params={"status": "lost"})).status_code == 422


async def test_a_merged_child_is_offered_once_and_shown_under_the_id_it_answers_to(casework: ServiceUnderTest) -> None:
    case = await _case(casework)
    survivor, merged = (UUID(each["child_id"]) for each in case["children"])
    merge = {"merge_id": case["id"], "surviving_child_id": survivor, "merged_child_id": merged}
    await casework.deliver(ChildMerged(**merge, merged_at=clock.now()))
    [made] = await _offered(casework, case, 2)
    assert (made["child_id"], made["remaining"]["children"]) == (str(survivor), 1)
    answer = await casework.as_("team_manager").post(f"/hand-overs/{made['id']}/answer", json=YES)
    assert answer.json()["remaining"] == {"case_status": "open", "children": 0}


async def test_an_offer_is_about_the_child_of_the_case_also_when_the_merge_of_its_records_is_reversed(
    casework: ServiceUnderTest,
) -> None:
    case = await _case(casework)
    record, survivor = case["children"][0]["child_id"], uuid4()
    merge = {"merge_id": uuid4(), "surviving_child_id": survivor, "merged_child_id": UUID(record)}
    await casework.deliver(ChildMerged(**merge, merged_at=clock.now()), sequence=1)
    [made] = await _offered(casework, case)
    manager, one = casework.as_("team_manager"), f"/hand-overs/{made['id']}"
    [listed] = (await manager.get("/hand-overs")).json()["items"]
    assert made["child_id"] == made["child"]["child_id"] == listed["child_id"] == str(survivor)
    again = await manager.post(f"/cases/{case['id']}/hand-overs", json=an_offer(case, child_ids=[str(survivor)]))
    assert refusal(again) == (409, "hand-over-open")
    await casework.deliver(ChildUnmerged(**merge, unmerged_at=clock.now()), sequence=2)
    shown = await answered(await manager.get(one), 200)
    [listed] = (await manager.get("/hand-overs")).json()["items"]
    assert shown["child_id"] == shown["child"]["child_id"] == listed["child_id"] == record
    assert (await answered(await manager.post(f"{one}/answer", json=YES), 200))["remaining"]["children"] == 1


async def test_an_offer_that_waits_falls_due_again_when_its_case_is_reopened(casework: ServiceUnderTest) -> None:
    case = await _case(casework)
    [waits] = await _offered(casework, case, service="leaving_care")
    [taken_back] = await _offered(casework, case)
    manager, one = casework.as_("area_manager"), f"/cases/{case['id']}"
    await answered(await manager.post(f"{one}/closure", json={"closed_on": ago(0), "reason": "RC7"}), 200)
    await answered(await manager.post(f"/hand-overs/{taken_back['id']}/revocation", json={"reason": "r"}), 200)
    again = {"pathway": case["pathway"], "reason": "Again", "reopened_on": ago(0)}
    await answered(await manager.post(f"{one}/reopening", json=again), 200)
    due = (await manager.get("/timescales", params={"within_days": 30})).json()["items"]
    assert [(each["step"], each["due_on"]) for each in due] == [("hand_over_answer", waits["answer_due_on"])]
