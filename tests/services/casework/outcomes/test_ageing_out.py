"""Who reaches 18, 20 or 26 within six months, by table, by property, and on SQLite and PostgreSQL."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from services.casework.cases.restrictions.models import FamilyRestriction
from services.casework.imports.files.rules import id_of
from services.casework.outcomes.ageing_out.rules import AGES, Age, ahead, born_between, reaches_on, service_ends
from tests.service_under_test import ServiceUnderTest
from tests.services.casework.imports.imports_made import a_case_row, a_worker_row, an_allocation_row, imported
from tests.services.casework.lifecycle.test_merged_children import merged, unmerged


@pytest.mark.parametrize(
    ("today", "until"),
    [
        ("2026-03-30", "2026-09-30"),
        ("2026-08-31", "2027-02-28"),
        ("2027-08-31", "2028-02-29"),
        ("2026-08-28", "2027-02-28"),
        ("2028-02-29", "2028-08-29"),
    ],
)
def test_six_months_are_calendar_months_to_the_last_day_of_a_shorter_one(today: str, until: str) -> None:
    assert ahead(date.fromisoformat(today)) == date.fromisoformat(until)


@pytest.mark.parametrize(
    ("born", "age", "on"),
    [
        ("2008-03-01", 18, "2026-03-01"),
        ("2008-02-29", 18, "2026-03-01"),
        ("2008-02-29", 20, "2028-02-29"),
        ("2008-02-28", 18, "2026-02-28"),
        ("2000-02-29", 26, "2026-03-01"),
        ("2006-12-31", 20, "2026-12-31"),
    ],
)
def test_an_age_is_reached_on_the_birthday_and_without_a_29_february_on_1_march(born: str, age: int, on: str) -> None:
    assert reaches_on(date.fromisoformat(born), Age(age)) == date.fromisoformat(on)


DAYS = st.dates(date(2024, 1, 1), date(2040, 12, 31))
NEAR_LEAP_DAYS = st.builds(
    lambda year, days: date(year, 3, 1) + timedelta(days), st.integers(2024, 2040), st.integers(-3, 3)
)


@given(
    age=st.sampled_from(AGES),
    first=DAYS | NEAR_LEAP_DAYS,
    length=st.integers(0, 9) | st.integers(0, 400),
    shift=st.integers(-3, 12) | st.integers(-9, 409),
)
def test_the_births_asked_for_are_those_whose_birthday_is_in_the_days(
    age: Age, first: date, length: int, shift: int
) -> None:
    last = first + timedelta(length)
    earliest, latest = born_between(age, first, last)
    born = date(first.year - age, first.month, min(first.day, 28)) + timedelta(shift)
    assert (earliest <= born <= latest) is (first <= reaches_on(born, age) <= last)


@pytest.mark.parametrize("age", AGES)
def test_around_the_end_of_february_nobody_is_missed_and_nobody_is_too_many(age: Age) -> None:
    for year in range(2024, 2040):
        around = [date(year, 3, 1) + timedelta(days) for days in range(-3, 4)]
        births = [date(year - age, 3, 1) + timedelta(days) for days in range(-3, 4)]
        for first, last in ((first, last) for first in around for last in around if first <= last):
            earliest, latest = born_between(age, first, last)
            asked = [born for born in births if earliest <= born <= latest]
            assert asked == [born for born in births if first <= reaches_on(born, age) <= last], (first, last)


@given(age=st.sampled_from(AGES), first=NEAR_LEAP_DAYS, length=st.integers(0, 3))
def test_nobody_is_missed_or_listed_twice_where_one_list_follows_another(age: Age, first: date, length: int) -> None:
    last = first + timedelta(length)
    following = born_between(age, last + timedelta(1), last + timedelta(9))
    assert born_between(age, first, last)[1] + timedelta(1) == following[0]


def test_the_service_is_to_19_and_with_additional_needs_to_25() -> None:
    assert [(age, service_ends(age, False), service_ends(age, True)) for age in AGES] == [
        (18, False, False),
        (20, True, False),
        (26, True, True),
    ]


async def _listed(client: httpx.AsyncClient, **query: Any) -> list[dict[str, Any]]:
    answer = await client.get("/ageing-out", params=query)
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


async def _dates(client: httpx.AsyncClient, **query: Any) -> list[str]:
    return [f"{item['on']} {item['reaches']}" for item in await _listed(client, **query)]


def _born(*days: str, **changes: str) -> list[dict[str, str]]:
    """A case for each of these birthdays."""
    references = [f"{n}{''.join(changes.values())}" for n in range(len(days))]
    return [
        a_case_row(case_reference=f"C{ref}", child_reference=f"K{ref}", date_of_birth=day, **changes)
        for ref, day in zip(references, days, strict=True)
    ]


async def test_the_list_holds_those_from_today_to_six_months_ahead_the_next_first(casework: ServiceUnderTest) -> None:
    with time_machine.travel("2026-08-31T12:00:00Z", tick=False):
        rows = _born(
            "2008-08-30",  # 18 yesterday
            "2008-08-31",
            "2009-02-28",
            "2009-03-01",  # a day too late
            "2006-12-24",
            "2000-10-01",
            "2001-03-01",
            "2016-05-04",
        )
        rows.append(
            a_case_row(case_reference="U", child_reference="U", date_of_birth="", expected_date_of_birth="2026-09-01")
        )
        await imported(casework, "cases", *rows, *_born("2006-09-15", additional_needs="yes"))
        manager = casework.as_("area_manager")
        items = await _listed(manager)
        assert [(item["on"], item["reaches"], item["service_ends"]) for item in items] == [
            ("2026-08-31", 18, False),
            ("2026-09-15", 20, False),
            ("2026-10-01", 26, True),
            ("2026-12-24", 20, True),
            ("2027-02-28", 18, False),
        ]
        assert items[0]["child_id"] == str(id_of("child", "K1"))
        assert not {"given_name", "family_name", "date_of_birth"} & set(items[0])
        assert await _dates(manager, by="2026-09-15") == ["2026-08-31 18", "2026-09-15 20"]
        assert await _dates(manager, within_days=31) == ["2026-08-31 18", "2026-09-15 20", "2026-10-01 26"]
        assert await _dates(manager, within_days=0) == ["2026-08-31 18"]
        assert await _dates(manager, reaches=18) == ["2026-08-31 18", "2027-02-28 18"]
        assert len(await _dates(manager, by="2027-03-01")) == 7


async def test_who_is_born_on_29_february_is_listed_on_1_march(casework: ServiceUnderTest) -> None:
    with time_machine.travel("2026-02-28T12:00:00Z", tick=False) as traveller:
        await imported(casework, "cases", *_born("2008-03-01", "2008-02-29"))
        for today, listed in (("2026-02-28", 2), ("2026-03-01", 2), ("2026-03-02", 0)):
            traveller.move_to(f"{today}T12:00:00Z")
            assert await _dates(casework.as_("area_manager")) == ["2026-03-01 18"] * listed


async def test_every_page_follows_the_one_before_across_the_three_ages(casework: ServiceUnderTest) -> None:
    with time_machine.travel("2026-02-01T12:00:00Z", tick=False):
        days = ["2008-02-29", "2008-03-01", "2006-03-01", "2000-02-28", "2000-02-29", "2006-02-28", "2008-07-31"]
        await imported(casework, "cases", *_born(*days))
        manager = casework.as_("area_manager")
        seen, query = [], {"limit": 2}
        while True:
            page = (await manager.get("/ageing-out", params=query)).json()
            seen += page["items"]
            if page["next"] is None:
                break
            query = {"limit": 2, "after": page["next"]}
        assert seen == await _listed(manager)
        assert len({item["child_id"] for item in seen}) == 7
        assert [item["on"] for item in seen] == sorted(item["on"] for item in seen)


async def test_only_open_families_that_one_may_see_are_listed(casework: ServiceUnderTest) -> None:
    with time_machine.travel("2026-02-01T12:00:00Z", tick=False):
        await imported(casework, "workers", a_worker_row(subject="rosalind"))
        await imported(casework, "cases", *_born("2008-02-02", area="north"), *_born("2008-02-03", area="south"))
        held = an_allocation_row(case_reference="C0south")
        await imported(casework, "allocations", held)
        manager = casework.as_("area_manager")
        [north, south] = await _listed(manager)
        assert (south["key_worker"]["name"], south["team"], south["area"]) == ("Rosalind Achebe", "South 1", "south")
        assert north["key_worker"] is None
        assert await _dates(casework.as_("team_manager", area="north")) == ["2026-02-02 18"]
        assert await _dates(casework.as_("social_worker", sub="rosalind")) == ["2026-02-03 18"]
        assert await _dates(casework.as_("social_worker", sub="another")) == []
        assert await _dates(manager, area="south") == await _dates(manager, team="South 1") == ["2026-02-03 18"]
        assert await _dates(manager, worker=south["key_worker"]["id"]) == ["2026-02-03 18"]
        async with casework.database.begin() as session:
            session.add(FamilyRestriction(family_id=UUID(north["family_id"]), source="casework", subject="named"))
        assert await _dates(manager) == ["2026-02-03 18"]
        closed = {"closed_on": "2026-02-01", "reason": "RC7"}
        assert (await manager.post(f"/cases/{south['case_id']}/closure", json=closed)).is_success
        assert await _dates(manager) == []
        assert len(await _dates(casework.as_("area_manager", sub="named"))) == 1


async def test_a_child_with_merged_records_is_listed_once_under_the_surviving_id(casework: ServiceUnderTest) -> None:
    with time_machine.travel("2026-02-01T12:00:00Z", tick=False):
        born = {"date_of_birth": "2008-02-02"}
        await imported(casework, "cases", *(a_case_row(child_reference=f"K{n}", **born) for n in range(3)))
        one, two, three = (id_of("child", f"K{n}") for n in range(3))
        manager, elsewhere = casework.as_("area_manager"), uuid4()

        async def ids() -> list[UUID]:
            return [UUID(item["child_id"]) for item in await _listed(manager)]

        assert sorted(await ids()) == sorted([one, two, three])
        await casework.deliver(merged(one, elsewhere), sequence=1)
        assert sorted(await ids()) == sorted([elsewhere, two, three])
        await casework.deliver(merged(elsewhere, two), sequence=1)
        assert sorted(await ids()) == sorted([two, three])
        await casework.deliver(merged(three, two), sequence=1)
        assert await ids() == [two]
        await casework.deliver(unmerged(elsewhere, two), sequence=2)
        assert sorted(await ids()) == sorted([elsewhere, two])
        await casework.deliver(merged(two, elsewhere), sequence=1)
        assert await ids() == [elsewhere]


@time_machine.travel("2026-08-31T12:00:00Z", tick=False)
async def test_what_cannot_be_asked_is_refused(casework: ServiceUnderTest) -> None:
    manager = casework.as_("area_manager")
    unfit: list[dict[str, Any]] = [
        {"by": "2026-08-30"},
        {"by": "2028-09-01"},
        {"by": "soon"},
        {"within_days": -1},
        {"within_days": 731},
        {"within_days": 5, "by": "2026-09-30"},
        {"reaches": 21},
        {"area": "west"},
        {"after": "nonsense"},
        {"child": "x"},
    ]
    for query in unfit:
        assert (await manager.get("/ageing-out", params=query)).status_code == 422, query
    assert await _listed(manager, by="2028-08-31") == []


async def test_a_child_of_two_open_cases_under_two_ids_is_listed_once(casework: ServiceUnderTest) -> None:
    """Until a manager has joined the two."""
    with time_machine.travel("2026-03-30T10:00:00Z", tick=False):
        birth = {"date_of_birth": "2008-05-05", "pathway": "child_in_need"}
        await imported(
            casework, "cases", a_case_row(**birth), a_case_row(case_reference="C2", child_reference="K2", **birth)
        )
        client = casework.as_("area_manager")
        before = (await client.get("/ageing-out")).json()["items"]
        one, other = (UUID(each["child_id"]) for each in before)
        await casework.deliver(merged(one, other))
        [listed] = (await client.get("/ageing-out")).json()["items"]
        assert listed["child_id"] == str(other)
        await casework.deliver(unmerged(one, other), sequence=2)
        assert len((await client.get("/ageing-out")).json()["items"]) == 2
