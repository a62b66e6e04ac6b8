"""Warning flags and their reviews, on SQLite and on PostgreSQL."""

import asyncio
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from services.casework.cases.cases.models import Case, CaseReferral
from services.casework.cases.restrictions.models import FamilyRestriction
from services.casework.record.flags.models import Flag
from services.casework.record.flags.rules import latest_review, may_be_reviewed_on
from services.casework.record.timescales.models import Timescale
from shared import clock
from shared.audit import AuditRow
from tests.service_under_test import ServiceUnderTest
from tests.services.casework.casework_made import a_case, a_worker
from tests.services.casework.lifecycle.test_merged_children import merged


def in_days(days: int) -> str:
    return (clock.today() + timedelta(days=days)).isoformat()


def a_flag(**changes: Any) -> dict[str, Any]:
    return {"kind": "dog", "text": "A Rottweiler, not chained", "review_on": in_days(90), **changes}


async def _set(casework: ServiceUnderTest, case: dict[str, Any], **changes: Any) -> httpx.Response:
    client = casework.as_("team_manager", sub="tess")
    return await client.post(f"/cases/{case['id']}/flags", json=a_flag(**changes))


async def _flag(casework: ServiceUnderTest, case: dict[str, Any], **changes: Any) -> dict[str, Any]:
    answer = await _set(casework, case, **changes)
    assert answer.status_code == 201, answer.text
    flag: dict[str, Any] = answer.json()
    return flag


async def _review(casework: ServiceUnderTest, flag: dict[str, Any], **sent: Any) -> httpx.Response:
    client = casework.as_("team_manager", sub="tess")
    return await client.post(f"/flags/{flag['id']}/review", json={"reason": "Looked at", **sent})


async def _kinds(casework: ServiceUnderTest, path: str, **query: str) -> list[str]:
    answer = await casework.as_("area_manager").get(f"{path}/flags", params=query)
    assert answer.status_code == 200, answer.text
    return [flag["kind"] for flag in answer.json()["items"]]


async def _clocks(casework: ServiceUnderTest) -> list[tuple[str, str | None, str | None]]:
    async with casework.database.read() as session:
        rows = await session.scalars(
            select(Timescale).where(Timescale.step == "flag_review").order_by(Timescale.due_on)
        )
        return [(str(row.due_on), str(row.met_on) if row.met_on else None, row.reason_late) for row in rows]


def refused(answer: httpx.Response) -> list[str]:
    assert answer.status_code == 422, answer.text
    return [f"{error['field']} {error['code']}" for error in answer.json()["errors"]]


@pytest.mark.parametrize(
    ("today", "latest"),
    [("2026-03-30", "2027-03-30"), ("2028-02-29", "2029-02-28"), ("2027-02-28", "2028-02-28")],
)
def test_a_review_is_at_most_twelve_months_ahead(today: str, latest: str) -> None:
    assert latest_review(date.fromisoformat(today)) == date.fromisoformat(latest)


@given(st.dates(date(2020, 1, 1), date(2040, 1, 1)), st.integers(-400, 400))
def test_a_review_is_after_today_and_within_a_year(today: date, days: int) -> None:
    assert may_be_reviewed_on(today + timedelta(days), today) is (0 < days <= (latest_review(today) - today).days)


async def test_a_flag_stands_until_a_review_ends_it_and_stays_on_record(casework: ServiceUnderTest) -> None:
    case = await a_case(casework)
    flag = await _flag(casework, case)
    assert (flag["set_by"], flag["set_on"], flag["review_overdue"]) == ("tess", clock.today().isoformat(), False)
    kept = await _review(casework, flag, keep=True, review_on=in_days(180))
    assert (kept.status_code, kept.json()["review_on"], kept.headers["ETag"]) == (200, in_days(180), '"2"')
    assert await _kinds(casework, f"/cases/{case['id']}") == ["dog"]
    ended = (await _review(casework, flag, keep=False, reason="The dog has been given away")).json()
    assert ended["ended_on"] == clock.today().isoformat()
    assert [(review["due_on"], review["keep"]) for review in ended["reviews"]] == [
        (in_days(90), True),
        (in_days(180), False),
    ]
    assert await _kinds(casework, f"/cases/{case['id']}") == []
    assert await _kinds(casework, f"/families/{case['family_id']}", ended="true") == ["dog"]
    again = await _review(casework, flag, keep=False)
    assert (again.status_code, again.json()["code"]) == (409, "flag-ended")
    assert (await _set(casework, case)).status_code == 201
    today = clock.today().isoformat()
    assert sorted(await _clocks(casework), key=str) == [
        *sorted([(in_days(90), today, None), (in_days(180), today, None), (in_days(90), None, None)], key=str)
    ]


async def test_a_review_falls_due_with_the_familys_other_days_and_has_a_reason_if_late(
    casework: ServiceUnderTest,
) -> None:
    with time_machine.travel("2026-03-01T12:00:00Z", tick=False) as traveller:
        case = await a_case(casework)
        flag = await _flag(casework, case, review_on="2026-03-31")
        overdue = {"overdue": "true"}
        traveller.move_to("2026-03-31T22:59:00Z")  # one minute to midnight in London
        client = casework.as_("area_manager")
        assert (await client.get("/timescales", params=overdue)).json()["items"] == []
        [due] = (await client.get("/timescales", params={"within_days": 0})).json()["items"]
        assert (due["step"], due["due_on"], due["status"]) == ("flag_review", "2026-03-31", "due")
        assert (await client.get(f"/flags/{flag['id']}")).json()["review_overdue"] is False
        traveller.move_to("2026-03-31T23:00:00Z")
        [late] = (await client.get("/timescales", params=overdue)).json()["items"]
        assert (late["case_id"], late["status"]) == (case["id"], "overdue")
        assert (await client.get(f"/flags/{flag['id']}")).json()["review_overdue"] is True
        assert refused(await _review(casework, flag, keep=False)) == ["/reason_late missing"]
        done = await _review(casework, flag, keep=False, reason_late="The worker was ill")
        assert done.status_code == 200
        assert await _clocks(casework) == [("2026-03-31", "2026-04-01", "The worker was ill")]


async def test_a_flag_that_breaks_a_rule_is_refused(casework: ServiceUnderTest) -> None:
    case = await a_case(casework)
    changes: list[tuple[dict[str, Any], str]] = [
        ({"review_on": in_days(0)}, "/review_on review-day"),
        ({"review_on": in_days(367)}, "/review_on review-day"),
        ({"set_on": in_days(1)}, "/set_on in-the-future"),
        ({"set_on": "2020-01-01"}, "/set_on out-of-order"),
        ({"kind": "cat"}, "/kind unknown-code"),
        ({"text": " "}, "/text string-too-short"),
        ({"child_id": str(uuid4())}, "/child_id unknown"),
        ({"review_on": 20260331}, "/review_on iso-8601"),
        ({"colour": "red"}, "/colour extra-forbidden"),
    ]
    for change, refusal in changes:
        assert refused(await _set(casework, case, **change)) == [refusal]
    assert await casework.count(Flag) == 0


async def test_a_review_that_breaks_a_rule_is_refused(casework: ServiceUnderTest) -> None:
    with time_machine.travel("2026-03-01T12:00:00Z", tick=False):
        case = await a_case(casework)
        flag = await _flag(casework, case)
    with time_machine.travel("2026-03-10T12:00:00Z", tick=False):
        for sent, refusal in (
            ({"keep": True}, "/review_on with-keep"),
            ({"keep": False, "review_on": "2026-04-01"}, "/review_on with-keep"),
            ({"keep": True, "review_on": "2026-03-10"}, "/review_on review-day"),
            ({"keep": True, "review_on": "2027-03-11"}, "/review_on review-day"),
            ({"keep": False, "reviewed_on": "2026-03-11"}, "/reviewed_on in-the-future"),
            ({"keep": False, "reviewed_on": "2026-02-28"}, "/reviewed_on out-of-order"),
            ({"keep": False, "reason_late": "Not late at all"}, "/reason_late not-late"),
            ({"keep": False, "reason": ""}, "/reason string-too-short"),
        ):
            assert refused(await _review(casework, flag, **sent)) == [refusal]
        assert (await _review(casework, flag, keep=True, review_on="2027-03-10", reviewed_on="2026-03-05")).is_success
        earlier = await _review(casework, flag, keep=False, reviewed_on="2026-03-04")
        assert refused(earlier) == ["/reviewed_on out-of-order"]


async def test_of_one_kind_one_flag_stands_for_a_child_and_one_for_the_family(casework: ServiceUnderTest) -> None:
    case = await a_case(casework, children=2)
    one, two = [child["child_id"] for child in (await _whole(casework, case))["children"]]
    for child_id in (None, one, two):
        answers = await asyncio.gather(*(_set(casework, case, child_id=child_id) for _ in range(3)))
        assert sorted(answer.status_code for answer in answers) == [201, 409, 409]
        assert {answer.json()["code"] for answer in answers if answer.status_code == 409} == {"flag-stands"}
    assert await casework.count(Flag) == 3
    assert (await _set(casework, case, kind="weapons")).status_code == 201


async def _whole(casework: ServiceUnderTest, case: dict[str, Any]) -> dict[str, Any]:
    whole: dict[str, Any] = (await casework.as_("area_manager").get(f"/cases/{case['id']}")).json()
    return whole


async def test_two_reviews_at_one_moment_are_one_after_the_other(casework: ServiceUnderTest) -> None:
    flag = await _flag(casework, await a_case(casework))
    answers = await asyncio.gather(*(_review(casework, flag, keep=False) for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409]


async def test_a_merged_childs_flag_is_shown_under_the_surviving_id(casework: ServiceUnderTest) -> None:
    child, known = uuid4(), uuid4()
    case = await a_case(casework, child_ids=[child])
    await _flag(casework, case, child_id=str(child))
    await casework.deliver(merged(child, known))
    [flag] = (await casework.as_("area_manager").get(f"/cases/{case['id']}/flags")).json()["items"]
    assert UUID(flag["child_id"]) == known
    for same in (child, known):
        again = await _set(casework, case, child_id=str(same))
        assert (again.status_code, again.json()["code"]) == (409, "flag-stands")


async def test_who_may_not_see_the_family_sees_no_flag_of_it(casework: ServiceUnderTest) -> None:
    case = await a_case(casework)
    flag = await _flag(casework, case)
    paths = [f"/cases/{case['id']}/flags", f"/families/{case['family_id']}/flags", f"/flags/{flag['id']}"]

    async def statuses(client: httpx.AsyncClient) -> set[int]:
        answers = [await client.get(path) for path in paths]
        answers.append(await client.post(paths[0], json=a_flag(kind="weapons")))
        answers.append(await client.post(f"{paths[2]}/review", json={"keep": False, "reason": "r"}))
        return {answer.status_code for answer in answers}

    assert await statuses(casework.as_("team_manager", area="north")) == {404}
    assert await statuses(casework.as_("social_worker", sub="not theirs")) == {404}
    async with casework.database.begin() as session:
        session.add(FamilyRestriction(family_id=UUID(case["family_id"]), source="casework", subject="named"))
    assert await statuses(casework.as_("area_manager")) == {404}
    assert (await casework.as_("area_manager", sub="named").get(paths[2])).status_code == 200
    assert (await casework.as_("area_manager", sub="named").get(f"/flags/{uuid4()}")).status_code == 404


async def test_a_look_at_flags_is_on_record_with_its_reason(casework: ServiceUnderTest) -> None:
    case = await a_case(casework)
    flag = await _flag(casework, case)
    client, why = casework.as_("area_manager", sub="ines"), {"Access-Reason": "before a visit"}
    for path in (f"/cases/{case['id']}/flags", f"/families/{case['family_id']}/flags", f"/flags/{flag['id']}"):
        assert (await client.get(path, headers=why)).status_code == 200
    async with casework.database.read() as session:
        rows = await session.scalars(select(AuditRow).where(AuditRow.subject == "ines").order_by(AuditRow.id))
        looks = [(row.action, row.entity, row.entity_id, row.reason) for row in rows]
    assert looks == [
        ("flags_look", "case", case["id"], "before a visit"),
        ("flags_look", "family", case["family_id"], "before a visit"),
        ("flags_look", "case", case["id"], "before a visit"),
    ]


async def test_a_flag_outlives_its_case_and_falls_due_again_when_that_is_reopened(casework: ServiceUnderTest) -> None:
    case = await a_case(casework)
    flag = await _flag(casework, case)
    client, path = casework.as_("area_manager"), f"/cases/{case['id']}"
    assert (await client.post(f"{path}/closure", json={"closed_on": in_days(0), "reason": "RC7"})).is_success
    assert (await client.get("/timescales", params={"within_days": 365})).json()["items"] == []
    assert await _kinds(casework, f"/families/{case['family_id']}") == ["dog"]
    late = await _set(casework, case, kind="weapons")
    assert (late.status_code, late.json()["code"]) == (409, "case-closed")
    kept = await _review(casework, flag, keep=True, review_on=in_days(200))
    assert kept.status_code == 200
    reopened = await client.post(
        f"{path}/reopening", json={"pathway": "child_in_need", "reason": "Again", "reopened_on": in_days(0)}
    )
    assert reopened.is_success, reopened.text
    [due] = (await client.get("/timescales", params={"within_days": 365})).json()["items"]
    assert (due["step"], due["due_on"]) == ("flag_review", in_days(200))
    assert await casework.count(Case) == 1


async def test_when_a_family_comes_again_its_flags_warn_in_the_new_case(casework: ServiceUnderTest) -> None:
    one, grown_up = uuid4(), uuid4()
    old = await a_case(casework, child_ids=[one, grown_up])
    of_family = await _flag(casework, old, review_on=in_days(30))
    of_child = await _flag(casework, old, kind="self_harm_risk", child_id=str(one), review_on=in_days(40))
    await _flag(casework, old, kind="missing_risk", child_id=str(grown_up), review_on=in_days(50))
    ended = await _flag(casework, old, kind="weapons")
    assert (await _review(casework, ended, keep=False)).is_success
    boss = casework.as_("area_manager")
    closure = {"closed_on": in_days(0), "reason": "RC7"}
    assert (await boss.post(f"/cases/{old['id']}/closure", json=closure)).is_success
    new = await a_case(casework, child_ids=[one])
    assert new["family_id"] != old["family_id"]
    worker = await a_worker(casework, subject="rosalind")
    assert (await boss.post(f"/cases/{new['id']}/allocation", json={"worker_id": worker["id"]})).is_success
    me = casework.as_("social_worker", sub="rosalind")
    here = (await me.get(f"/cases/{new['id']}/flags")).json()["items"]
    assert [(flag["id"], flag["case_id"]) for flag in here] == [
        (of_family["id"], new["id"]),
        (of_child["id"], new["id"]),
    ]
    whole = [flag["kind"] for flag in (await me.get(f"/families/{new['family_id']}/flags")).json()["items"]]
    assert whole == ["dog", "self_harm_risk", "missing_risk"]
    past = (await me.get(f"/families/{new['family_id']}/flags", params={"ended": "true"})).json()["items"]
    assert [flag["kind"] for flag in past] == ["weapons"]
    due = (await me.get("/timescales", params={"step": "flag_review"})).json()["items"]
    assert [(each["case_id"], each["due_on"]) for each in due] == [(new["id"], in_days(30)), (new["id"], in_days(40))]
    kept = await me.post(
        f"/flags/{of_family['id']}/review", json={"keep": True, "review_on": in_days(60), "reason": "Still there"}
    )
    assert kept.status_code == 200, kept.text
    again = await _set(casework, new)
    assert (again.status_code, again.json()["code"]) == (409, "flag-stands")


async def test_a_flag_from_before_warns_in_the_new_case_also_where_the_child_is_known_again_later(
    casework: ServiceUnderTest,
) -> None:
    old_child, child = uuid4(), uuid4()
    old = await a_case(casework, child_ids=[old_child])
    flag = await _flag(casework, old)
    boss = casework.as_("area_manager")
    assert (await boss.post(f"/cases/{old['id']}/closure", json={"closed_on": in_days(0), "reason": "RC7"})).is_success
    new = await a_case(casework, child_ids=[child])
    assert await _kinds(casework, f"/cases/{new['id']}") == []
    await casework.deliver(merged(child, old_child))
    [due] = (await boss.get("/timescales", params={"step": "flag_review"})).json()["items"]
    assert (due["case_id"], due["due_on"]) == (new["id"], flag["review_on"])
    assert await _kinds(casework, f"/cases/{new['id']}") == ["dog"]


async def test_a_flag_of_a_restricted_record_goes_only_where_that_is_restricted_too(
    casework: ServiceUnderTest,
) -> None:
    child, boss = uuid4(), casework.as_("area_manager", sub="named")
    old = await a_case(casework, child_ids=[child])
    await _flag(casework, old)
    assert (await boss.post(f"/cases/{old['id']}/closure", json={"closed_on": in_days(0), "reason": "RC7"})).is_success
    async with casework.database.begin() as session:
        session.add(FamilyRestriction(family_id=UUID(old["family_id"]), source="referrals", subject="named"))
    new = await a_case(casework, child_ids=[child])
    assert await _kinds(casework, f"/cases/{new['id']}") == []
    assert await _kinds(casework, f"/families/{new['family_id']}") == []
    async with casework.database.begin() as session:
        session.add(FamilyRestriction(family_id=UUID(new["family_id"]), source="referrals", subject="named"))
    await casework.deliver(merged(uuid4(), child))
    here = (await boss.get(f"/cases/{new['id']}/flags")).json()["items"]
    assert [flag["kind"] for flag in here] == ["dog"]


async def test_the_flags_of_a_family_are_shown_by_each_of_its_ids(casework: ServiceUnderTest) -> None:
    case, joined = await a_case(casework), uuid4()
    await _flag(casework, case)
    async with casework.database.begin() as session:
        fields = {"outcome": "assessment", "decided_at": clock.now()}
        session.add(CaseReferral(referral_id=uuid4(), case_id=UUID(case["id"]), family_id=joined, **fields))
    assert await _kinds(casework, f"/families/{joined}") == ["dog"]
