"""Which contacts the days since the last one are counted from, on SQLite and on PostgreSQL."""

import asyncio
from datetime import datetime

import time_machine

from services.casework.record.contacts.models import Contact
from shared.clock import LONDON
from tests.service_under_test import ServiceUnderTest
from tests.services.casework.casework_made import a_case
from tests.services.casework.record.contacts_made import a_family_with_a_worker, case_of, errors_of, recorded
from tests.services.casework.record.timescales_made import announced


def _london(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LONDON)


async def test_only_contact_with_the_family_counts_the_days(casework: ServiceUnderTest) -> None:
    case = await a_family_with_a_worker(casework)
    words = {"text": "No one has seen them."}
    for kind, sent in (
        ("visits", {"no_reply": True}),
        ("calls", {"no_reply": True}),
        ("calls", {"with_family": False}),
        ("meetings", {"with_family": False, "place": "school"}),
        ("meetings", {"no_reply": True}),
        ("notes", words),
        ("supervisions", words),
        ("oversights", words),
    ):
        made = await recorded(casework, case, kind, sent)
        assert made["counts_as_contact"] is False
        assert {child["child_id"] for child in made["children"]} == set(case["child_ids"])
    now = await case_of(casework, case)
    assert (now["last_contact_on"], now["days_since_last_contact"]) == (None, None)
    for kind in ("calls", "meetings"):
        assert (await recorded(casework, case, kind, {}))["counts_as_contact"] is True
    assert (await case_of(casework, case))["days_since_last_contact"] == 0


BOUNDARIES: list[tuple[str, str, int]] = [
    ("2026-03-27T23:59", "2026-03-28T00:00", 1),
    ("2026-03-27T00:00", "2026-03-27T23:59:59", 0),
    ("2026-03-28T12:00", "2026-03-29T00:30", 1),  # the night in which summer time begins
    ("2026-03-29T23:30", "2026-03-30T00:30", 1),  # 22:30 and 23:30 of one day in UTC
    ("2026-03-29T00:30", "2026-03-29T23:30", 0),
    ("2026-10-25T00:15", "2026-10-25T23:59", 0),  # the day of 25 hours; it begins on the 24th in UTC
    ("2026-10-24T23:59", "2026-10-25T00:00", 1),
]


async def test_days_since_the_last_contact_are_days_in_london(casework: ServiceUnderTest) -> None:
    for happened, asked, days in sorted(BOUNDARIES, key=lambda row: row[1]):
        with time_machine.travel(_london("2026-03-01T12:00"), tick=False):
            case = await a_case(casework)
        with time_machine.travel(_london(asked), tick=False):
            await recorded(casework, case, "calls", {"happened_at": _london(happened).isoformat()})
            now = await case_of(casework, case)
            assert (now["days_since_last_contact"], now["last_contact_on"]) == (days, happened[:10])
            listed = (await casework.as_("area_manager").get("/cases")).json()["items"]
            assert [each["days_since_last_contact"] for each in listed if each["id"] == case["id"]] == [days]


async def test_who_had_no_contact_for_so_many_days_is_found_on_the_day(casework: ServiceUnderTest) -> None:
    with time_machine.travel(_london("2026-03-01T12:00"), tick=False):
        called, never = await a_case(casework), await a_case(casework)
    with time_machine.travel(_london("2026-03-10T23:59"), tick=False):
        await recorded(casework, called, "calls", {})

    async def found(days: int) -> list[str]:
        answer = await casework.as_("area_manager").get("/cases", params={"no_contact_for_days": days})
        return [case["id"] for case in answer.json()["items"]]

    with time_machine.travel(_london("2026-03-17T00:00"), tick=False):
        assert sorted(await found(7)) == sorted([called["id"], never["id"]])
        assert await found(8) == [never["id"]]  # since it was opened
        assert await found(16) == [never["id"]]
        assert await found(17) == []
    with time_machine.travel(_london("2026-03-16T23:59"), tick=False):
        assert await found(7) == [never["id"]]


async def test_of_contacts_at_one_moment_none_is_lost_and_the_last_day_holds(casework: ServiceUnderTest) -> None:
    with time_machine.travel(_london("2026-03-01T12:00"), tick=False):
        case = await a_case(casework)
    days = [f"2026-03-{day:02}" for day in (9, 4, 7, 2)]
    await asyncio.gather(*(recorded(casework, case, "calls", {"happened_on": day}) for day in days))
    assert (await case_of(casework, case))["last_contact_on"] == "2026-03-09"
    assert await casework.count(Contact) == 4


async def test_a_closed_case_takes_what_happened_while_it_was_open_and_nothing_falls_due_in_it(
    casework: ServiceUnderTest,
) -> None:
    with time_machine.travel(_london("2026-03-01T12:00"), tick=False):
        case = await a_case(casework)
    action = {"what": "Ring the school", "owner": "Link worker", "agreed_on": "2026-03-05", "due_on": "2026-03-06"}
    boss = casework.as_("area_manager")
    agreed = (await boss.post(f"/cases/{case['id']}/actions", json=action)).json()
    closure = {"closed_on": "2026-03-10", "reason": "RC1"}
    answer = await boss.post(f"/cases/{case['id']}/closure", json=closure)
    assert answer.status_code == 200, answer.text
    await recorded(casework, case, "calls", {"happened_on": "2026-03-10"})
    refused = await boss.post(f"/cases/{case['id']}/calls", json={"happened_on": "2026-03-11"})
    assert errors_of(refused) == [("/happened_on", "out-of-order")]
    now = await case_of(casework, case)
    assert (now["last_contact_on"], now["days_since_last_contact"], now["timescales"]) == ("2026-03-10", None, [])
    assert (await boss.get("/timescales", params={"overdue": True})).json()["items"] == []
    assert await announced(casework) == 0
    assert (await boss.get(f"/actions/{agreed['id']}")).json()["status"] == "lapsed"
    answer = await boss.post(f"/cases/{case['id']}/actions", json=action)
    assert (answer.status_code, answer.json()["code"]) == (409, "case-closed")


async def test_a_reopened_case_takes_nothing_of_the_days_between(casework: ServiceUnderTest) -> None:
    with time_machine.travel(_london("2026-03-01T12:00"), tick=False):
        case = await a_case(casework)
    path = f"/cases/{case['id']}"
    with time_machine.travel(_london("2026-03-20T12:00"), tick=False):
        boss = casework.as_("area_manager")
        assert (await boss.post(f"{path}/closure", json={"closed_on": "2026-03-10", "reason": "RC7"})).is_success
        again = {"pathway": "child_in_need", "reason": "Again", "reopened_on": "2026-03-20"}
        assert (await boss.post(f"{path}/reopening", json=again)).is_success
        for day in ("2026-03-11", "2026-03-19"):
            between = await boss.post(f"{path}/calls", json={"happened_on": day})
            assert errors_of(between) == [("/happened_on", "out-of-order")]
        for day in ("2026-03-10", "2026-03-20"):
            made = await recorded(casework, case, "calls", {"happened_on": day})
        put = {"reason": "It was the day before", "happened_on": "2026-03-19"}
        refused = await boss.put(f"/contacts/{made['id']}", json=put, headers={"If-Match": '"1"'})
        assert errors_of(refused) == [("/happened_on", "out-of-order")]


async def test_a_case_that_was_closed_on_the_day_of_its_opening_takes_what_happened_on_that_day(
    casework: ServiceUnderTest,
) -> None:
    with time_machine.travel(_london("2026-03-01T12:00"), tick=False):
        case = await a_case(casework)
        closure = {"closed_on": "2026-03-01", "reason": "RC7"}
        assert (await casework.as_("area_manager").post(f"/cases/{case['id']}/closure", json=closure)).is_success
        await recorded(casework, case, "calls", {})
