"""What somebody is to do by a day, by property and against a migrated database, on SQLite and on PostgreSQL."""

import asyncio
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from services.casework.cases.cases.rules import CaseScope
from services.casework.cases.restrictions.models import FamilyRestriction
from services.casework.record.case_actions import queries, rules
from services.casework.record.case_actions.models import CaseAction
from services.casework.record.chronology.models import ChronologyEntry
from services.casework.record.timescales.actions import end_all_of_case
from services.casework.record.timescales.models import Timescale
from shared.auth import Actor, Role
from shared.clock import LONDON
from shared.contracts.casework import TimescaleMissed
from tests.predicates import Row, finds
from tests.service_under_test import ServiceUnderTest
from tests.services.casework.casework_made import a_case, a_worker
from tests.services.casework.record.contacts_made import a_family_with_a_worker, case_of, errors_of, recorded, rosalind
from tests.services.casework.record.timescales_made import announced

OPENED, AGREED, DUE = "2026-03-01", "2026-03-20", "2026-03-27"
SUBJECTS = ["a", "b"]


def _noon(day: str) -> time_machine.travel:
    return time_machine.travel(datetime.fromisoformat(f"{day}T12:00").replace(tzinfo=LONDON), tick=False)


def an_action(**changes: Any) -> dict[str, Any]:
    sent = {"what": "Register them with a dentist", "owner": "School nurse", "agreed_on": AGREED, "due_on": DUE}
    return {**sent, **changes}


async def _a_case(casework: ServiceUnderTest) -> dict[str, Any]:
    with _noon(OPENED):
        return await a_case(casework, outcome="thriving_families")


async def _agreed(casework: ServiceUnderTest, case: dict[str, Any], **changes: Any) -> dict[str, Any]:
    answer = await casework.as_("area_manager", sub="boss").post(
        f"/cases/{case['id']}/actions", json=an_action(**changes)
    )
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def _done(casework: ServiceUnderTest, action: dict[str, Any], **sent: Any) -> httpx.Response:
    return await casework.as_("area_manager").post(f"/actions/{action['id']}/completion", json=sent)


async def _listed(client: httpx.AsyncClient, **query: Any) -> list[str]:
    answer = await client.get("/actions", params=query)
    assert answer.status_code == 200, answer.text
    return [item["id"] for item in answer.json()["items"]]


@pytest.mark.parametrize(
    ("met_on", "ended_on", "cancelled", "today", "status"),
    [
        (None, None, False, date(2026, 3, 27), "due"),
        (None, None, False, date(2026, 3, 28), "overdue"),
        (date(2026, 3, 27), None, False, date(2026, 4, 9), "met"),
        (date(2026, 3, 28), date(2026, 4, 1), False, date(2026, 4, 9), "met_late"),
        (None, date(2026, 3, 30), True, date(2026, 4, 9), "cancelled"),
        (None, date(2026, 3, 30), False, date(2026, 4, 9), "lapsed"),
    ],
)
def test_what_becomes_of_an_action(
    met_on: date | None, ended_on: date | None, cancelled: bool, today: date, status: str
) -> None:
    assert rules.status_of(date(2026, 3, 27), met_on, ended_on, cancelled, today) == status


PLACES = st.sampled_from([None, "north", "south"])
ROLES = st.sampled_from([Role.SOCIAL_WORKER, Role.TEAM_MANAGER, Role.REFERRER])


@given(
    actor=st.builds(Actor, subject=st.sampled_from(SUBJECTS), roles=st.frozensets(ROLES), area=PLACES),
    area=PLACES,
    key_worker=st.sampled_from([None, *SUBJECTS]),
    owner=st.sampled_from([None, *SUBJECTS]),
    named=st.sampled_from([None, *SUBJECTS]),
)
def test_the_rule_for_actions_and_its_sql_agree(
    actor: Actor, area: str | None, key_worker: str | None, owner: str | None, named: str | None
) -> None:
    scope = CaseScope(area, None, key_worker, (frozenset({named}),) if named else ())
    rows: dict[str, Row] = {
        "cases": {"area": area, "team": None, "last_key_worker_id": key_worker, "closed_on": None, "family_id": "f"},
        "case_actions": {"owner_worker_id": owner},
        "workers": {"id": actor.subject, "subject": actor.subject},
        "family_restrictions": {"family_id": "f" if named else "another", "source": "casework", "subject": named},
    }
    found = finds(queries.visible_to(actor), "cases, case_actions", rows)
    assert found is rules.may_see_action(actor, scope, owner)


async def test_an_action_is_in_time_to_the_end_of_its_day_and_late_with_a_reason(
    casework: ServiceUnderTest,
) -> None:
    case = await _a_case(casework)
    with _noon("2026-03-28"):
        action = await _agreed(casework, case)
        assert action.items() >= {"status": "overdue", "agreed_on": AGREED, "owner": "School nurse"}.items()
        assert errors_of(await _done(casework, action)) == [("/reason_late", "missing")]
        assert errors_of(await _done(casework, action, done_on=DUE, reason_late="x")) == [("/reason_late", "not-late")]
        assert errors_of(await _done(casework, action, done_on="2026-03-19")) == [("/done_on", "out-of-order")]
        assert errors_of(await _done(casework, action, done_on="2026-03-29")) == [("/done_on", "in-the-future")]
        late = (await _done(casework, action, reason_late="No appointment sooner", text="Done")).json()
        assert (late["status"], late["done_on"], late["reason_late"]) == (
            "met_late",
            "2026-03-28",
            "No appointment sooner",
        )
        assert (await _done(casework, await _agreed(casework, case), done_on=DUE)).json()["status"] == "met"
        again = await _done(casework, action, reason_late="x")
        assert (again.status_code, again.json()["code"], again.json()["present_status"]) == (
            409,
            "action-not-open",
            "met_late",
        )
        path = f"/actions/{action['id']}/cancellation"
        assert (await casework.as_("area_manager").post(path, json={"reason": "x"})).status_code == 409
    async with casework.database.read() as session:
        entries = select(ChronologyEntry).where(ChronologyEntry.about_id == UUID(action["id"]))
        recorded = [(each.kind, each.text) for each in await session.scalars(entries.order_by(ChronologyEntry.kind))]
    assert recorded == [("action_agreed", action["what"]), ("action_done", "Done")]


async def test_an_open_action_is_what_falls_due_and_is_announced_when_missed(casework: ServiceUnderTest) -> None:
    case = await _a_case(casework)
    child = (await case_of(casework, case))["children"][0]["child_id"]
    with _noon(AGREED):
        made = [await _agreed(casework, case, child_id=child) for _ in range(3)]
        await _done(casework, made[0])
        path = f"/actions/{made[1]['id']}/cancellation"
        cancelled = await casework.as_("area_manager").post(path, json={"reason": "They moved"})
        assert (cancelled.json()["status"], cancelled.json()["cancellation_reason"]) == ("cancelled", "They moved")
    with _noon(DUE):
        assert await announced(casework) == 0
        [due] = (await casework.as_("area_manager").get("/timescales")).json()["items"]
        assert due.items() >= {"about_id": made[2]["id"], "child_id": child, "step": "action", "status": "due"}.items()
    with _noon("2026-03-28"):
        assert await announced(casework) == 1
        [event] = await casework.events(TimescaleMissed)
        assert isinstance(event, TimescaleMissed)
        assert (event.step, str(event.child_id), event.due_on.isoformat()) == ("action", child, DUE)
        whole = (await casework.as_("area_manager").get(f"/cases/{case['id']}/actions")).json()["items"]
        assert {item["id"]: item["status"] for item in whole} == {
            made[0]["id"]: "met",
            made[1]["id"]: "cancelled",
            made[2]["id"]: "overdue",
        }


async def test_the_owner_sees_and_does_what_is_theirs_and_nothing_else_of_the_family(
    casework: ServiceUnderTest,
) -> None:
    with _noon(OPENED):
        case = await a_family_with_a_worker(casework)
        other = await a_worker(casework, name="Parenting Worker", subject="peter", role="family_support_worker")
    peters = await _agreed(casework, case, owner=None, owner_worker_id=other["id"], due_on="2026-03-25")
    rosalinds = await _agreed(casework, case, owner=None, owner_worker_id=case["worker_id"])
    nurses = await _agreed(casework, case, due_on="2026-04-30")
    peter = casework.as_("family_support_worker", sub="peter")
    assert await _listed(peter) == [peters["id"]]
    assert peters["owner_worker"]["name"] == "Parenting Worker"
    for path in (f"/cases/{case['id']}", f"/cases/{case['id']}/actions", f"/actions/{nurses['id']}"):
        assert (await peter.get(path)).status_code == 404
    assert (await peter.post(f"/cases/{case['id']}/actions", json=an_action())).status_code == 404
    assert await _listed(rosalind(casework)) == [peters["id"], rosalinds["id"], nurses["id"]]
    with _noon("2026-03-26"):
        manager = casework.as_("area_manager")
        assert await _listed(manager, owner=other["id"]) == [peters["id"]]
        assert await _listed(manager, overdue=True) == [peters["id"]]
        assert await _listed(manager, within_days=1) == [peters["id"], rosalinds["id"]]
        assert await _listed(manager, overdue=False, worker=case["worker_id"]) == [rosalinds["id"], nurses["id"]]
        assert await _listed(manager, area="north") == []
    async with casework.database.begin() as session:
        session.add(FamilyRestriction(family_id=UUID(case["family_id"]), source="casework", subject="named"))
    assert await _listed(peter) == await _listed(casework.as_("area_manager")) == []
    assert (await peter.post(f"/actions/{peters['id']}/completion", json={})).status_code == 404
    async with casework.database.begin() as session:
        session.add(FamilyRestriction(family_id=UUID(case["family_id"]), source="casework", subject="peter"))
    done = await peter.post(f"/actions/{peters['id']}/completion", json={"reason_late": "Holiday"})
    assert (done.status_code, done.json()["done_by"]) == (200, "peter")


async def test_an_action_lapses_with_its_case(casework: ServiceUnderTest) -> None:
    case = await _a_case(casework)
    action = await _agreed(casework, case)
    async with casework.database.begin() as session:
        await end_all_of_case(session, UUID(case["id"]), date(2026, 3, 28))
    answer = await _done(casework, action)
    assert (answer.status_code, answer.json()["present_status"]) == (409, "lapsed")
    shown = (await casework.as_("area_manager").get(f"/actions/{action['id']}")).json()
    assert (shown["status"], shown["ended_on"]) == ("lapsed", "2026-03-28")


REFUSED: list[tuple[dict[str, Any], tuple[str, str]]] = [
    ({"owner": None}, ("/owner", "one-owner")),
    ({"owner_worker_id": str(UUID(int=7))}, ("/owner", "one-owner")),
    ({"owner": None, "owner_worker_id": str(UUID(int=7))}, ("/owner_worker_id", "unknown")),
    ({"agreed_on": "2026-02-28"}, ("/agreed_on", "out-of-order")),
    ({"agreed_on": "2126-03-01"}, ("/agreed_on", "in-the-future")),
    ({"due_on": "2026-03-19"}, ("/due_on", "out-of-order")),
    ({"due_on": "2206-03-27"}, ("/due_on", "too-far-ahead")),
    ({"due_on": None}, ("/due_on", "date-type")),
    ({"what": ""}, ("/what", "string-too-short")),
    ({"child_id": str(UUID(int=7))}, ("/child_id", "not-of-this-case")),
    ({"contact_id": str(UUID(int=7)), "agreed_on": None}, ("/contact_id", "unknown")),
    ({"contact_id": str(UUID(int=7))}, ("/contact_id", "unknown")),
]


async def test_what_breaks_a_rule_is_refused_and_changes_nothing(casework: ServiceUnderTest) -> None:
    case = await _a_case(casework)
    for change, wrong in REFUSED:
        answer = await casework.as_("area_manager").post(f"/cases/{case['id']}/actions", json=an_action(**change))
        assert errors_of(answer) == [wrong]
    assert [await casework.count(table) for table in (CaseAction, Timescale)] == [0, 0]


async def test_an_action_that_came_of_a_contact_is_agreed_on_its_day(casework: ServiceUnderTest) -> None:
    case, other = await _a_case(casework), await _a_case(casework)
    meeting = await recorded(casework, case, "meetings", {"happened_on": "2026-03-10"})
    sent = {"contact_id": meeting["id"], "agreed_on": None}
    action = await _agreed(casework, case, **sent)
    assert (action["contact_id"], action["agreed_on"]) == (meeting["id"], "2026-03-10")
    answer = await casework.as_("area_manager").post(f"/cases/{other['id']}/actions", json=an_action(**sent))
    assert errors_of(answer) == [("/contact_id", "unknown")]


async def test_of_two_answers_at_one_moment_one_is_taken(casework: ServiceUnderTest) -> None:
    case = await _a_case(casework)
    with _noon(AGREED):
        action = await _agreed(casework, case)
        client = casework.as_("area_manager")
        answers = await asyncio.gather(
            *(client.post(f"/actions/{action['id']}/completion", json={}) for _ in range(2)),
            *(client.post(f"/actions/{action['id']}/cancellation", json={"reason": "x"}) for _ in range(2)),
        )
        assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409]
        shown = await client.get(f"/actions/{action['id']}")
        assert (shown.headers["ETag"], shown.json()["version"]) == ('"2"', 2)
        assert (await client.get(f"/actions/{uuid4()}")).status_code == 404
