"""Participation after compulsory schooling: by table and by property, and against a migrated database."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from services.casework.cases.restrictions.models import FamilyRestriction
from services.casework.outcomes.participation.models import Participation
from services.casework.outcomes.participation.rules import born_for, counted_on, first_month, is_asked_about
from shared.audit import AuditRow
from tests.service_under_test import ServiceUnderTest
from tests.services.casework.casework_made import a_worker, an_accepted_referral
from tests.services.casework.lifecycle.test_merged_children import merged, unmerged

D = date.fromisoformat
MONTH = "2024-11"
OPENED = datetime(2024, 1, 8, 12, tzinfo=UTC)
AT_17, AT_22 = "2007-03-01", "2002-03-01"
"""Birth dates, as of November 2024."""


@pytest.mark.parametrize(
    ("born", "first"),
    [
        ("2008-08-31", "2024-09-01"),  # 16 on the last day of the school year
        ("2008-09-01", "2025-09-01"),  # a year younger at school
        ("2008-01-01", "2024-09-01"),
        ("2007-12-31", "2024-09-01"),
        ("2008-02-29", "2024-09-01"),
    ],
)
def test_the_first_month_is_the_september_after_compulsory_schooling(born: str, first: str) -> None:
    assert first_month(D(born)) == D(first)


@pytest.mark.parametrize(
    ("born", "additional_needs", "month", "asked"),
    [
        ("2008-08-31", False, "2024-08-01", False),
        ("2008-08-31", False, "2024-09-01", True),
        ("2008-09-01", True, "2024-09-01", False),
        ("2004-11-01", False, "2024-10-01", True),
        ("2004-11-01", False, "2024-11-01", False),  # 20 on the first of the month: in all of it
        ("2004-11-02", False, "2024-11-01", True),
        ("2004-11-01", True, "2024-11-01", True),
        ("1998-11-02", True, "2024-11-01", True),
        ("1998-11-01", True, "2024-11-01", False),  # 26
        ("1998-11-02", False, "2024-11-01", False),
    ],
)
def test_who_is_asked_about(born: str, additional_needs: bool, month: str, asked: bool) -> None:
    assert is_asked_about(D(born), additional_needs, D(month)) is asked


@given(
    born=st.dates(date(1980, 1, 1), date(2050, 1, 1)),
    additional_needs=st.booleans(),
    years=st.sampled_from([15, 16, 17, 20, 26]),
    month_of_year=st.integers(1, 12),
)
def test_the_birth_dates_for_a_month_are_those_of_whom_it_is_asked(
    born: date, additional_needs: bool, years: int, month_of_year: int
) -> None:
    month = date(born.year + years, month_of_year, 1)
    bounds = born_for(month)
    after = bounds.after_with_needs if additional_needs else bounds.after
    assert (after < born <= bounds.up_to) is is_asked_about(born, additional_needs, month)


@pytest.mark.parametrize(
    ("month", "today", "day"),
    [
        ("2024-11-01", "2024-11-01", "2024-11-01"),
        ("2024-11-01", "2024-11-30", "2024-11-30"),
        ("2024-11-01", "2024-12-01", "2024-11-30"),
        ("2024-02-01", "2025-01-01", "2024-02-29"),
    ],
)
def test_the_day_that_is_counted(month: str, today: str, day: str) -> None:
    assert counted_on(D(month), D(today)) == D(day)


Born = tuple[UUID, str | None, bool]


def _born(date_of_birth: str | None = AT_17, *, additional_needs: bool = False) -> Born:
    return uuid4(), date_of_birth, additional_needs


async def _a_family(casework: ServiceUnderTest, children: Sequence[Born], **changes: Any) -> dict[str, Any]:
    """The case of a family with children of these birth dates."""
    referred = {"child_ids": [child_id for child_id, *_ in children], "decided_at": OPENED, **changes}
    accepted = an_accepted_referral(**referred)
    casework.answers[f"http://referrals/v1/referrals/{accepted.referral_id}"] = {
        "area": accepted.area,
        "children": [
            {
                "child_id": str(child_id),
                "given_name": "Barnabas",
                "family_name": "Quillfeather",
                "date_of_birth": date_of_birth,
                "expected_date_of_birth": None,
                "additional_needs": additional_needs,
            }
            for child_id, date_of_birth, additional_needs in children
        ],
    }
    await casework.deliver(accepted)
    cases = (await casework.as_("area_manager").get("/cases", params={"limit": 200})).json()["items"]
    [case] = [case for case in cases if case["referral_id"] == str(accepted.referral_id)]
    found: dict[str, Any] = case
    return found


async def _answer(
    casework: ServiceUnderTest, child_id: UUID, status: str = "education", month: str = MONTH, **more: Any
) -> httpx.Response:
    headers = {"If-Match": more.pop("if_match")} if "if_match" in more else {}
    body = {"status": status, **more}
    return await casework.as_("team_manager").put(f"/participation/{child_id}/{month}", json=body, headers=headers)


async def _month(
    casework: ServiceUnderTest, role: str = "team_manager", month: str = MONTH, **more: str
) -> dict[str, Any]:
    claims = {name: more.pop(name) for name in ("sub",) if name in more}
    scope = {"area": more.pop("own_area")} if "own_area" in more else {}
    answer = await casework.as_(role, **claims, **scope).get("/participation", params={"month": month, **more})
    assert answer.status_code == 200, answer.text
    whole: dict[str, Any] = answer.json()
    return whole


async def _to_ask(casework: ServiceUnderTest, role: str = "team_manager", **query: str) -> list[dict[str, Any]]:
    answer = await casework.as_(role).get("/participation/to-ask", params={"month": MONTH, **query})
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


async def test_an_answer_is_written_once_and_changed_by_who_has_read_it(casework: ServiceUnderTest) -> None:
    one = _born()
    await _a_family(casework, [one])
    path, manager = f"/participation/{one[0]}/{MONTH}", casework.as_("team_manager", sub="tess")
    assert (await manager.get(path)).status_code == 404
    assert (await _answer(casework, one[0], if_match='"1"')).status_code == 412
    first = await _answer(casework, one[0], "not_known", source="nobody_reached", asked_on="2024-11-05")
    assert (first.status_code, first.headers["ETag"]) == (201, '"1"')
    assert first.json()["month"] == MONTH
    assert (await _answer(casework, one[0])).status_code == 428
    changed = await _answer(casework, one[0], if_match='"1"', source="young_person", asked_on="2024-11-09")
    assert (changed.status_code, changed.headers["ETag"]) == (200, '"2"')
    assert (await _answer(casework, one[0], "training", if_match='"1"')).status_code == 412
    shown = await manager.get(path, headers={"Access-Reason": "to ask"})
    assert (shown.json(), shown.headers["ETag"]) == (changed.json(), '"2"')
    await _answer(casework, one[0], "employment", month="2024-10")
    history = (await manager.get(f"/participation/{one[0]}")).json()["items"]
    assert [(each["month"], each["status"]) for each in history] == [(MONTH, "education"), ("2024-10", "employment")]
    async with casework.database.read() as session:
        rows = (await session.scalars(select(AuditRow).where(AuditRow.entity == "child").order_by(AuditRow.id))).all()
    assert [row.action for row in rows] == ["participation_answer"] * 2 + ["participation_look"] + [
        "participation_answer",
        "participation_look",
    ]
    assert rows[2].reason == "to ask"


async def test_of_two_first_answers_at_one_moment_one_is_kept(casework: ServiceUnderTest) -> None:
    one = _born()
    await _a_family(casework, [one])
    answers = await asyncio.gather(
        *(_answer(casework, one[0], status) for status in ("education", "training", "employment"))
    )
    assert sorted(answer.status_code for answer in answers) == [201, 428, 428]
    assert await casework.count(Participation) == 1


async def test_what_cannot_be_is_refused_and_keeps_nothing(casework: ServiceUnderTest) -> None:
    one, old, old_with_needs, unknown = (
        _born(),
        _born(AT_22),
        _born(AT_22, additional_needs=True),
        _born(None),
    )
    await _a_family(casework, [one, old, old_with_needs, unknown])
    for child, month, body, field, code in (
        (one, MONTH, {"status": "asleep"}, "/status", "unknown-code"),
        (one, MONTH, {"status": "not_asked"}, "/status", "unknown-code"),
        (one, MONTH, {"source": "Barnabas"}, "/source", "unknown-code"),
        (one, MONTH, {"asked_on": "2024-10-31"}, "/asked_on", "out-of-order"),
        (one, MONTH, {"asked_on": "2999-01-01"}, "/asked_on", "in-the-future"),
        (one, "2999-11", {}, "/year_month", "year-month"),
        (one, "2099-11", {}, "/year_month", "in-the-future"),
        (one, "2024-13", {}, "/year_month", "year-month"),
        (one, "202411", {}, "/year_month", "year-month"),
        (one, "2023-08", {}, "/year_month", "not-at-this-age"),
        (old, MONTH, {}, "/year_month", "not-at-this-age"),
        (unknown, MONTH, {}, "/year_month", "not-at-this-age"),
    ):
        refused = await _answer(casework, child[0], **{"month": month, **body})
        assert refused.status_code == 422, (month, body)
        assert [(each["field"], each["code"]) for each in refused.json()["errors"]] == [(field, code)]
        assert "Barnabas" not in refused.text
    assert (await _answer(casework, uuid4())).status_code == 404
    assert await casework.count(Participation) == 0
    assert (await _answer(casework, old_with_needs[0])).status_code == 201
    assert (await _answer(casework, one[0], month="2023-09")).status_code == 201
    for query in ({"month": "2024-1"}, {"month": "2099-01"}, {"status": "asleep"}, {"area": "west"}, {"year": "2024"}):
        assert (await casework.as_("team_manager").get("/participation", params=query)).status_code == 422


async def test_the_month_that_runs_is_not_in_the_future(casework: ServiceUnderTest) -> None:
    one = _born()
    with time_machine.travel(datetime(2024, 11, 30, 23, 59, tzinfo=UTC), tick=False):
        await _a_family(casework, [one])
        assert (await casework.as_("team_manager").get("/participation")).json()["summary"]["month"] == "2024-11"
        assert (await _answer(casework, one[0], month="2024-12")).status_code == 422
        assert (await _answer(casework, one[0], month="2024-11")).status_code == 201
    with time_machine.travel(datetime(2024, 12, 1, 0, 0, tzinfo=UTC), tick=False):
        assert (await casework.as_("team_manager").get("/participation")).json()["summary"]["month"] == "2024-12"
        assert (await _answer(casework, one[0], month="2024-12")).status_code == 201


async def test_not_known_is_an_answer_and_is_not_the_same_as_not_asked(casework: ServiceUnderTest) -> None:
    studies, works, trains, idle, unknown, unasked = (_born() for _ in range(6))
    child, grown, needs = _born("2015-01-01"), _born(AT_22), _born(AT_22, additional_needs=True)
    await _a_family(casework, [studies, works, trains, child])
    await _a_family(casework, [idle, unknown, grown])
    case = await _a_family(casework, [unasked, needs], area="north")
    for each, status in (
        (studies, "education"),
        (works, "employment"),
        (trains, "training"),
        (idle, "not_participating"),
        (unknown, "not_known"),
    ):
        assert (await _answer(casework, each[0], status)).status_code == 201
    await _answer(casework, unknown[0], "education", month="2024-09")
    await _answer(casework, unknown[0], "training", month="2024-10")
    await _answer(casework, unasked[0], "not_known", month="2024-10")
    whole = await _month(casework, "performance_analyst")
    assert whole["summary"] == {
        "month": MONTH,
        "young_people": 7,
        "participating": 3,
        "not_participating": 1,
        "not_known": 1,
        "not_asked": 2,
        "by_status": {
            "education": 1,
            "employment": 1,
            "not_asked": 2,
            "not_known": 1,
            "not_participating": 1,
            "training": 1,
        },
    }
    statuses = {item["child_id"]: item["status"] for item in whole["items"]}
    assert (statuses[str(idle[0])], statuses[str(unasked[0])]) == ("not_participating", "not_asked")
    assert "given_name" not in whole["items"][0]
    by_id = {item["child_id"]: item for item in await _to_ask(casework)}
    assert by_id.keys() == {str(unknown[0]), str(unasked[0]), str(needs[0])}
    asked = by_id[str(unknown[0])]
    assert (asked["status"], asked["known_before"]) == ("not_known", {"month": "2024-10", "status": "training"})
    assert (asked["given_name"], asked["key_worker"]) == ("Barnabas", None)
    never = by_id[str(unasked[0])]
    assert (never["status"], never["known_before"], never["case_id"]) == ("not_asked", None, case["id"])
    assert (await _month(casework, status="not_asked"))["summary"]["young_people"] == 7
    assert len((await _month(casework, status="not_asked"))["items"]) == 2


async def test_the_list_and_the_numbers_are_of_the_same_young_people_whatever_is_asked(
    casework: ServiceUnderTest,
) -> None:
    """Against a count of one's own, by area and status, page by page."""
    statuses = ["education", "not_participating", "not_known", None]
    expected: dict[str, Counter[str]] = {"north": Counter(), "south": Counter()}
    for number, area in enumerate(["north", "south", "north", "south"]):
        children = [_born(), _born(), _born(AT_22), _born("2015-01-01")]
        await _a_family(casework, children, area=area)
        for place, child in enumerate(children[:2]):
            status = statuses[(number + place) % 4]
            expected[area][status or "not_asked"] += 1
            if status:
                await _answer(casework, child[0], status)
    for query, counts in (({}, expected["north"] + expected["south"]), *(({"area": a}, expected[a]) for a in expected)):
        whole = await _month(casework, **query)
        assert whole["summary"]["by_status"] == dict(counts)
        assert Counter(item["status"] for item in whole["items"]) == counts
        summary = whole["summary"]
        parts = ("participating", "not_participating", "not_known", "not_asked")
        assert sum(summary[part] for part in parts) == summary["young_people"]
        assert len(await _to_ask(casework, **query)) == summary["not_known"] + summary["not_asked"]
    client, seen, following = casework.as_("team_manager"), list[str](), None
    for _ in range(3):
        after: dict[str, str] = {"after": following} if following else {}
        page = await client.get("/participation", params={"month": MONTH, "limit": "3", **after})
        seen += [item["child_id"] for item in page.json()["items"]]
        following = page.json()["next"]
    assert (len(seen), len(set(seen)), following) == (8, 8, None)


async def test_a_young_person_with_several_records_or_families_is_one(casework: ServiceUnderTest) -> None:
    one, two, three = _born(), _born(), _born()
    await _a_family(casework, [one, two])
    await _a_family(casework, [three], area="north")
    for child, status in ((one, "education"), (two, "not_known")):
        await _answer(casework, child[0], status)
    assert (await _month(casework))["summary"]["young_people"] == 3
    await casework.deliver(merged(one[0], two[0]))
    await casework.deliver(merged(two[0], three[0]))
    whole = await _month(casework)
    assert [(item["child_id"], item["status"]) for item in whole["items"]] == [(str(three[0]), "not_known")]
    assert whole["summary"]["by_status"] == {"not_known": 1}
    assert [item["status"] for item in await _to_ask(casework)] == ["not_known"]
    changed = await _answer(casework, one[0], "employment", if_match='"1"')
    assert (changed.status_code, changed.json()["child_id"]) == (200, str(three[0]))
    assert await _to_ask(casework) == []
    history = await casework.as_("team_manager").get(f"/participation/{three[0]}")
    assert [item["status"] for item in history.json()["items"]] == ["employment"]
    await casework.deliver(unmerged(two[0], three[0]), sequence=2)
    assert (await _month(casework))["summary"]["by_status"] == {"employment": 1, "not_asked": 1}


async def test_a_key_worker_has_the_own_families_and_a_manager_the_area(casework: ServiceUnderTest) -> None:
    mine, other, north = _born(), _born(), _born()
    case = await _a_family(casework, [mine])
    await _a_family(casework, [other])
    await _a_family(casework, [north], area="north")
    worker = await a_worker(casework, subject="rosalind")
    await casework.as_("team_manager").post(f"/cases/{case['id']}/allocation", json={"worker_id": worker["id"]})
    own = await _month(casework, "social_worker", sub="rosalind")
    assert [item["child_id"] for item in own["items"]] == [str(mine[0])]
    assert own["summary"]["young_people"] == 1
    me = casework.as_("social_worker", sub="rosalind")
    [asked] = (await me.get("/participation/to-ask", params={"month": MONTH})).json()["items"]
    assert asked["key_worker"]["name"] == "Rosalind Achebe"
    body = {"status": "education"}
    assert (await me.put(f"/participation/{mine[0]}/{MONTH}", json=body)).status_code == 201
    for path in (f"/participation/{other[0]}/{MONTH}", f"/participation/{north[0]}/{MONTH}"):
        assert (await me.put(path, json=body)).status_code == 404
    assert (await _month(casework, own_area="north"))["summary"]["young_people"] == 1
    assert (await _month(casework, own_area="north", area="south"))["summary"]["young_people"] == 0


async def test_of_a_restricted_family_who_is_not_named_sees_nobody_and_no_number(casework: ServiceUnderTest) -> None:
    one = _born()
    case = await _a_family(casework, [one])
    async with casework.database.begin() as session:
        session.add(FamilyRestriction(family_id=UUID(case["family_id"]), source="casework", subject="named"))
    for sub, seen in (("named", 1), ("somebody", 0)):
        whole = await _month(casework, sub=sub)
        assert (whole["summary"]["young_people"], len(whole["items"])) == (seen, seen)
        client = casework.as_("team_manager", sub=sub)
        listed = await client.get("/participation/to-ask", params={"month": MONTH})
        assert len(listed.json()["items"]) == seen
        answer = await client.put(f"/participation/{one[0]}/{MONTH}", json={"status": "education"})
        assert answer.status_code == (201 if seen else 404)


async def test_a_past_month_has_the_families_that_were_open_then(casework: ServiceUnderTest) -> None:
    one = _born()
    case = await _a_family(casework, [one])
    assert (await _month(casework, month="2023-12"))["summary"]["young_people"] == 0
    assert (await _month(casework, month="2024-01"))["summary"]["young_people"] == 1
    body = {"closed_on": "2024-11-30", "reason": "RC7"}
    closed = await casework.as_("area_manager").post(f"/cases/{case['id']}/closure", json=body)
    assert closed.status_code == 200, closed.text
    assert (await _month(casework, month="2024-10"))["summary"]["young_people"] == 1
    assert (await _month(casework, month="2024-11"))["summary"]["young_people"] == 0
