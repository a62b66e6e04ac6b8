"""Outcome stars: readings of several people over time, and the change since the first."""

import asyncio
from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from hypothesis import given
from hypothesis import strategies as st

from services.casework import codes
from services.casework.outcomes.stars.models import StarReading
from services.casework.outcomes.stars.rules import Reading, movements_of
from tests.service_under_test import ServiceUnderTest
from tests.services.casework.lifecycle.test_merged_children import merged
from tests.services.casework.outcomes.thriving_families_made import a_family, close, sent

BEGAN = datetime(2025, 1, 1, tzinfo=UTC)
READ = st.tuples(
    st.sampled_from(["mother", "father"]),
    st.sampled_from(["safety", "family_routine"]),
    st.integers(0, 8).map(lambda days: date(2025, 1, 1) + timedelta(days=days)),
    st.integers(1, 10),
)


@given(st.lists(READ))
def test_the_change_is_the_last_day_less_the_first_in_whatever_order_they_were_written_down(
    read: list[tuple[str, str, date, int]],
) -> None:
    readings = [Reading(*each, recorded_at=BEGAN + timedelta(seconds=n)) for n, each in enumerate(read)]
    holds: dict[tuple[str, str], dict[date, int]] = defaultdict(dict)
    for person, domain, day, value in read:
        holds[person, domain][day] = value
    expected = {}
    for key, days in holds.items():
        values = [days[day] for day in sorted(days)]
        expected[key] = (values[0], values[-1], values[-1] - values[0], len(values))
    found = {
        (each.person, each.domain): (each.first.value, each.latest.value, each.change, each.readings)
        for each in movements_of(reversed(readings))
    }
    assert found == expected


def a_star(read_on: str, person: dict[str, Any] | None = None, **readings: int) -> dict[str, Any]:
    return {"person": person or {"adult": "mother"}, "read_on": read_on, "readings": readings}


async def _progress(
    casework: ServiceUnderTest, case: dict[str, Any]
) -> dict[tuple[str, str], tuple[int, int, int, int]]:
    """For each person and domain: the first value, the latest, the change, and how many days there are."""
    answer = await casework.as_("team_manager").get(f"/families/{case['family_id']}/star-readings/progress")
    assert answer.status_code == 200, answer.text
    return {
        (item["person"]["child_id"] or f"{item['person']['adult']} {item['person']['number']}", item["domain"]): (
            item["first"]["value"],
            item["latest"]["value"],
            item["change"],
            item["readings"],
        )
        for item in answer.json()["items"]
    }


async def _listed(casework: ServiceUnderTest, case: dict[str, Any], **query: str) -> list[tuple[str, str, int]]:
    answer = await casework.as_("team_manager").get(f"/families/{case['family_id']}/star-readings", params=query)
    assert answer.status_code == 200, answer.text
    return [(item["read_on"], item["domain"], item["value"]) for item in answer.json()["items"]]


async def test_several_people_are_read_over_time_and_the_change_is_since_the_first(casework: ServiceUnderTest) -> None:
    child = str(uuid4())
    case = await a_family(casework, child_ids=[UUID(child)])
    grandmother, other = {"adult": "grandparent"}, {"adult": "grandparent", "number": 2}
    for star in (
        a_star("2024-03-01", safety=4, family_routine=3),
        a_star("2024-05-01", safety=7),
        a_star("2024-02-01", safety=2),  # found in the file later: now it is the first
        a_star("2024-03-01", {"child_id": child}, education_and_learning=5),
        a_star("2024-06-01", {"child_id": child}, education_and_learning=4),
        a_star("2024-03-01", grandmother, safety=10),
        a_star("2024-03-01", other, safety=1),
    ):
        await sent(casework, case, "star-readings", star)
    assert await _progress(casework, case) == {
        ("mother 1", "safety"): (2, 7, 5, 3),
        ("mother 1", "family_routine"): (3, 3, 0, 1),
        (child, "education_and_learning"): (5, 4, -1, 2),
        ("grandparent 1", "safety"): (10, 10, 0, 1),
        ("grandparent 2", "safety"): (1, 1, 0, 1),
    }
    mothers = [("2024-05-01", "safety", 7), ("2024-03-01", "safety", 4), ("2024-02-01", "safety", 2)]
    assert await _listed(casework, case, person="mother", domain="safety") == mothers
    assert await _listed(casework, case, person="grandparent:2") == [("2024-03-01", "safety", 1)]
    assert len(await _listed(casework, case, person=child)) == 2
    assert len(await _listed(casework, case)) == 8
    client, path = casework.as_("team_manager"), f"/families/{case['family_id']}/star-readings"
    seen, following = list[str](), None
    for _ in range(3):
        after: dict[str, Any] = {"after": following} if following else {}
        page = (await client.get(path, params={"limit": 3, **after})).json()
        seen += [f"{item['star_id']} {item['domain']}" for item in page["items"]]
        following = page["next"]
    assert (len(seen), len(set(seen)), following) == (8, 8, None)


async def test_read_again_for_the_same_day_the_later_holds_and_the_earlier_is_kept(casework: ServiceUnderTest) -> None:
    case = await a_family(casework)
    first = await sent(casework, case, "star-readings", a_star("2024-03-01", safety=4, family_routine=3))
    assert (first["replaced"], first["readings"]) == ([], {"safety": 4, "family_routine": 3})
    again = await sent(casework, case, "star-readings", a_star("2024-03-01", safety=6, home_and_money=2))
    assert again["replaced"] == ["safety"]
    assert await _listed(casework, case, domain="safety") == [("2024-03-01", "safety", 6)]
    kept = await _listed(casework, case, domain="safety", with_replaced="true")
    assert sorted(kept) == [("2024-03-01", "safety", 4), ("2024-03-01", "safety", 6)]
    assert (await _progress(casework, case))["mother 1", "safety"] == (6, 6, 0, 1)
    client, path = casework.as_("team_manager"), f"/families/{case['family_id']}/star-readings"
    stars = [client.post(path, json=a_star("2024-04-01", safety=value)) for value in (1, 2, 3)]
    assert [answer.status_code for answer in await asyncio.gather(*stars)] == [201] * 3
    assert len(await _listed(casework, case, domain="safety")) == 2


async def test_a_child_whose_records_are_merged_is_one_person(casework: ServiceUnderTest) -> None:
    one, two = uuid4(), uuid4()
    case = await a_family(casework, child_ids=[one, two])
    await sent(casework, case, "star-readings", a_star("2024-03-01", {"child_id": str(one)}, safety=4))
    await sent(casework, case, "star-readings", a_star("2024-04-01", {"child_id": str(two)}, safety=5))
    await sent(casework, case, "star-readings", a_star("2024-03-01", {"child_id": str(two)}, safety=6))
    await casework.deliver(merged(one, two))
    assert await _progress(casework, case) == {(str(two), "safety"): (6, 5, -1, 2)}
    for known in (one, two):
        assert len(await _listed(casework, case, person=str(known))) == 3
    again = await sent(casework, case, "star-readings", a_star("2024-03-01", {"child_id": str(one)}, safety=1))
    assert (again["person"]["child_id"], again["replaced"]) == (str(two), ["safety"])
    assert await _progress(casework, case) == {(str(two), "safety"): (1, 5, 4, 2)}


async def test_a_closed_family_may_be_read_by_a_manager_to_see_whether_it_stayed_so(casework: ServiceUnderTest) -> None:
    case = await a_family(casework)
    await close(casework, case, "2024-06-01")
    await sent(casework, case, "star-readings", a_star("2024-12-01", safety=8))
    assert await _progress(casework, case) == {("mother 1", "safety"): (8, 8, 0, 1)}


def _bad(field: str, code: str, **changes: Any) -> tuple[dict[str, Any], str, str]:
    return {**a_star("2024-03-01", safety=4), **changes}, field, code


BAD_STARS = [
    _bad("/readings", "too-short", readings={}),
    _bad("/readings", "unknown-code", readings={"Barnabas": 4}),
    _bad("/readings/safety", "greater-than-equal", readings={"safety": 0}),
    _bad("/readings/safety", "less-than-equal", readings={"safety": 11}),
    _bad("/readings/safety", "int-type", readings={"safety": "4"}),
    _bad("/readings/safety", "int-type", readings={"safety": 4.0}),
    _bad("/readings/safety", "int-type", readings={"safety": True}),
    _bad("/person", "child-or-adult", person={}),
    _bad("/person", "child-or-adult", person={"adult": "mother", "child_id": str(uuid4())}),
    _bad("/person/adult", "unknown-code", person={"adult": "Barnabas"}),
    _bad("/person/number", "less-than-equal", person={"adult": "mother", "number": 10}),
    _bad("/person/child_id", "not-of-this-family", person={"child_id": str(uuid4())}),
    _bad("/read_on", "in-the-future", read_on="2999-01-01"),
]


async def test_a_bad_star_names_its_field_and_keeps_nothing(casework: ServiceUnderTest) -> None:
    case = await a_family(casework)
    for body, field, code in BAD_STARS:
        refused = await sent(casework, case, "star-readings", body, 422)
        assert [(each["field"], each["code"]) for each in refused["errors"]] == [(field, code)]
        assert "Barnabas" not in str(refused)
    assert await casework.count(StarReading) == 0
    client, path = casework.as_("team_manager"), f"/families/{case['family_id']}/star-readings"
    for query in ({"person": "Barnabas"}, {"person": "mother:x"}, {"domain": "height"}, {"since": "2024-01-01"}):
        assert (await client.get(path, params=query)).status_code == 422
    assert (
        await client.post(f"/families/{uuid4()}/star-readings", json=a_star("2024-03-01", safety=4))
    ).status_code == 404


def test_every_domain_of_the_star_has_a_meaning() -> None:
    assert len(codes.STAR_DOMAINS) == 10
    assert codes.ALL["star_domains"] == codes.STAR_DOMAINS
