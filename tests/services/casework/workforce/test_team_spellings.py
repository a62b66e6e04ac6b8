"""A team is one, however its apostrophe, hyphens, spaces and capitals are typed."""

from typing import Any

from tests.service_under_test import ServiceUnderTest
from tests.services.casework.allocation.transfers_made import held_by
from tests.services.casework.casework_made import a_worker
from tests.services.casework.workforce.workers_made import days, on, put

ONE, OTHER, ANOTHER = "St John's - East", "ST JOHN’S\N{NO-BREAK SPACE}EAST", "St Johns West"


async def _items(casework: ServiceUnderTest, path: str, team: str | None = None, **query: Any) -> list[dict[str, Any]]:
    claims = {"area": "south", "team": team} if team else {}
    answer = await casework.as_("team_manager", **claims).get(path, params=query)
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


async def test_two_spellings_are_one_team_in_every_list_and_for_its_manager(casework: ServiceUnderTest) -> None:
    here = [await held_by(casework, await a_worker(casework, name=name, team=name)) for name in (ONE, OTHER)]
    await held_by(casework, await a_worker(casework, team=ANOTHER))
    of_team = {each["id"] for each in here}
    for spelling in (ONE, OTHER):
        assert {each["id"] for each in await _items(casework, "/cases", team=spelling)} == of_team
        assert {each["id"] for each in await _items(casework, "/cases", **{"team": spelling})} == of_team
        assert {each["name"] for each in await _items(casework, "/workers", team=spelling)} == {ONE, OTHER}
        assert {each["name"] for each in await _items(casework, "/caseloads", team=spelling)} == {ONE, OTHER}
        assert {each["case_id"] for each in await _items(casework, "/timescales", team=spelling)} == of_team
    for people, items in (
        ("people", await _items(casework, "/teams")),
        ("workers", await _items(casework, "/caseloads", by="team")),
    ):
        counted = sorted((each[people], each["team"]) for each in items)
        assert counted in ([(1, ANOTHER), (2, ONE)], [(1, ANOTHER), (2, OTHER)])


async def test_a_team_of_a_past_day_and_of_a_changed_worker_is_one_too(casework: ServiceUnderTest) -> None:
    with on(days(0)):
        worker = await a_worker(casework, team=ANOTHER)
        case = await held_by(casework, worker)
    with on(days(7)):
        assert (await put(casework, worker, team=ONE)).status_code == 200
        assert [each["id"] for each in await _items(casework, "/cases", team=OTHER)] == [case["id"]]
    with on(days(8)):
        for day, team in ((days(0), "st-johns west"), (days(7), OTHER)):
            items = await _items(casework, "/caseloads", **{"team": team, "as_at": str(day)})
            assert [each["worker_id"] for each in items] == [worker["id"]]
            assert await _items(casework, "/caseloads", **{"team": team, "as_at": str(days(4))}) == (
                items if day == days(0) else []
            )
