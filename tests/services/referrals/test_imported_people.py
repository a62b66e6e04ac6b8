"""Families that casework took over are in the index of people, on SQLite and on PostgreSQL."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from services.referrals.people.models import Child, Family
from shared import clock
from shared.audit import AuditRow
from shared.bus.interface import NotNow
from shared.contracts.casework import CaseImported
from tests.service_under_test import ServiceUnderTest
from tests.services.referrals.open_cases_made import let_casework_show
from tests.services.referrals.referrals_sent import a_child, submitted


def an_imported_child(**changes: Any) -> dict[str, Any]:
    child = {"child_id": str(uuid4()), "given_name": "Barnabas", "family_name": "Quillfeather", "sex": "M"}
    born = {"date_of_birth": "2016-05-04", "expected_date_of_birth": None}
    return {**child, **born, "nhs_number": "9434765919", "upn": None, "additional_needs": False, **changes}


def an_imported_case(referrals: ServiceUnderTest, *children: dict[str, Any], **changes: Any) -> CaseImported:
    """The event, and what casework answers about it."""
    data: dict[str, Any] = {
        "case_id": uuid4(),
        "family_id": uuid4(),
        "child_ids": [UUID(child["child_id"]) for child in children],
        "pathway": "child_in_need",
        "area": "south",
        "opened_on": clock.today(),
    }
    event = CaseImported(**{**data, **changes})
    referrals.answers[f"http://casework/v1/imported-cases/{event.case_id}"] = {
        "case_id": str(event.case_id),
        "family_id": str(event.family_id),
        "address": {"lines": ["12 Ock Street"], "postcode": "OX14 1AB"},
        "children": list(children),
    }
    let_casework_show(referrals, event.case_id, event.family_id, event.child_ids)
    return event


async def _found(referrals: ServiceUnderTest, **asked: Any) -> list[dict[str, Any]]:
    answer = await referrals.as_("mash_practitioner").post("/people/search", json=asked)
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


async def test_an_imported_child_is_found_and_matched_to_a_later_referral(referrals: ServiceUnderTest) -> None:
    child = an_imported_child()
    event = an_imported_case(referrals, child, an_imported_child(given_name="Araminta", nhs_number=None))
    await referrals.deliver(event)
    [found] = await _found(referrals, nhs_number="943 476 5919")
    assert (found["child_id"], found["family_id"]) == (child["child_id"], str(event.family_id))
    assert [sibling["given_name"] for sibling in found["siblings"]] == ["Araminta"]
    assert found["address"] == {"lines": ["12 Ock Street"], "postcode": "OX14 1AB"}
    assert len(await _found(referrals, given_name="Barnabus", family_name="Quilfeather", birth_year=2016)) >= 1
    sent = await submitted(referrals, children=[a_child(given_name="Barnabus")])
    path = f"/referrals/{sent['id']}/matches"
    matches = (await referrals.as_("mash_practitioner").get(path)).json()
    assert child["child_id"] in str(matches)


async def test_an_event_that_comes_again_changes_nothing(referrals: ServiceUnderTest) -> None:
    event = an_imported_case(referrals, an_imported_child())
    for event_id in ("the-same", "the-same", "another"):
        await referrals.deliver(event, event_id=event_id)
    assert [await referrals.count(table) for table in (Family, Child)] == [1, 1]


async def test_a_child_of_two_imported_families_stays_with_the_first(referrals: ServiceUnderTest) -> None:
    child = an_imported_child()
    events = [an_imported_case(referrals, child, an_imported_child(nhs_number=None)) for _ in range(2)]
    for event in events:
        await referrals.deliver(event)
    assert [await referrals.count(table) for table in (Family, Child)] == [2, 3]
    [found] = await _found(referrals, nhs_number="9434765919")
    assert found["family_id"] == str(events[0].family_id)


async def test_two_families_with_children_in_common_received_at_one_moment_wait_for_each_other(
    referrals: ServiceUnderTest,
) -> None:
    children = [an_imported_child(nhs_number=None) for _ in range(4)]
    events = [an_imported_case(referrals, *listed) for listed in (children, children[::-1], children)]
    await asyncio.gather(*(referrals.deliver(event) for event in events))
    assert [await referrals.count(table) for table in (Family, Child)] == [3, 4]


async def test_what_the_front_door_knows_is_not_overwritten(referrals: ServiceUnderTest) -> None:
    sent = await submitted(referrals)
    [known] = sent["children"]
    wrong = an_imported_child(child_id=known["child_id"], given_name="Wrong", nhs_number=None)
    await referrals.deliver(an_imported_case(referrals, wrong, family_id=UUID(sent["family_id"])))
    async with referrals.database.read() as session:
        child = await session.get_one(Child, UUID(known["child_id"]))
        assert child.given_name == "Barnabas"
        done = select(AuditRow.action).where(AuditRow.entity == "child", AuditRow.action == "child_import")
        assert (await session.scalars(done)).all() == []


async def test_while_casework_is_down_the_event_waits(referrals: ServiceUnderTest) -> None:
    event = an_imported_case(referrals, an_imported_child())
    answer = referrals.answers.popitem()
    with pytest.raises(NotNow):
        await referrals.deliver(event, event_id="early")
    assert await referrals.count(Child) == 0
    referrals.answers.update([answer])
    await referrals.deliver(event, event_id="early")
    assert await referrals.count(Child) == 1
