"""Corrections of what is recorded of a child, births among them."""

import asyncio
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import Insert, column, insert, select
from sqlalchemy import table as sql_table

from services.referrals.children.models import ChildCorrection
from services.referrals.merges.models import Merge
from services.referrals.people.actions import index_waiting
from services.referrals.people.models import Child, Family
from services.referrals.people.rules import KEYS_VERSION, STRONG
from shared import clock
from shared.contracts.referrals import ChildCorrected
from shared.database import Database
from shared.migrations import migrate
from tests.conftest import MakeEmpty, StartService
from tests.service_under_test import ServiceUnderTest
from tests.services.referrals.people_made import merge, search
from tests.services.referrals.referrals_sent import a_child, fields_of, submitted

MASH = "mash_practitioner"
UNBORN = {"date_of_birth": None, "expected_date_of_birth": "2026-12-20", "given_name": "Unborn", "sex": "U"}


async def _child(referrals: ServiceUnderTest, **changes: Any) -> str:
    sent = await submitted(referrals, children=[a_child(**changes)])
    return str(sent["children"][0]["child_id"])


async def _correct(referrals: ServiceUnderTest, child_id: str, **sent: Any) -> Any:
    client = referrals.as_(MASH, sub="maria")
    return await client.post(f"/children/{child_id}/corrections", json={"reason": "Birth certificate", **sent})


async def _announced(referrals: ServiceUnderTest) -> list[ChildCorrected]:
    return [event for event in await referrals.events(ChildCorrected) if isinstance(event, ChildCorrected)]


async def test_a_correction_keeps_old_and_new_and_is_announced(referrals: ServiceUnderTest) -> None:
    child_id = await _child(referrals)
    corrected = await _correct(referrals, child_id, given_name="Bartholomew", additional_needs=True)
    assert (corrected.status_code, corrected.json()["given_name"]) == (201, "Bartholomew"), corrected.text
    assert corrected.headers["ETag"] == '"2"'
    mash = referrals.as_(MASH)
    [kept] = (await mash.get(f"/children/{child_id}/corrections")).json()["items"]
    assert kept["old"] == {"given_name": "Barnabas", "additional_needs": False}
    assert kept["new"] == {"given_name": "Bartholomew", "additional_needs": True}
    assert (kept["corrected_by"], kept["reason"], kept["number"]) == ("maria", "Birth certificate", 1)
    [event] = await _announced(referrals)
    assert (event.fields, event.kind, event.of_former_record) == (
        ["additional_needs", "given_name"],
        "correction",
        False,
    )
    for envelope in await referrals.envelopes():
        assert b"Bartholomew" not in envelope


@pytest.mark.parametrize("name", ["Barnabas", "Bartholomew"])
async def test_a_child_is_found_by_the_name_from_before_and_by_the_new_one(
    referrals: ServiceUnderTest, name: str
) -> None:
    child_id = await _child(referrals)
    assert (await _correct(referrals, child_id, given_name="Bartholomew")).status_code == 201
    asked = {"given_name": name, "family_name": "Quillfeather"}
    [found] = (await referrals.as_(MASH).post("/people/search", json=asked)).json()["items"]
    assert (found["child_id"], found["given_name"]) == (child_id, "Bartholomew")


FORMER = {"given_name": "Barnabas", "date_of_birth": "2016-05-04"}
NOW = {"given_name": "Bartholomew", "date_of_birth": "2017-08-19"}


@pytest.mark.parametrize("name", [FORMER["given_name"], NOW["given_name"]])
@pytest.mark.parametrize("born", [FORMER["date_of_birth"], NOW["date_of_birth"]])
async def test_a_child_is_matched_by_the_birth_date_from_before_and_by_the_new_one(
    referrals: ServiceUnderTest, name: str, born: str
) -> None:
    child_id = await _child(referrals)
    assert (await _correct(referrals, child_id, **NOW)).status_code == 201
    again = await submitted(referrals, children=[a_child(given_name=name, date_of_birth=born)])
    [matches] = (await referrals.as_(MASH).get(f"/referrals/{again['id']}/matches")).json()["items"]
    [found] = matches["candidates"]
    assert (found["child_id"], found["date_of_birth"]) == (child_id, NOW["date_of_birth"])
    assert "date of birth: the same" in found["reasons"]
    assert found["score"] > STRONG


def _row(table: type[Any], **values: Any) -> Insert:
    """A row with these columns alone: those that came later are not there yet."""
    columns = (column(name, table.__table__.c[name].type) for name in values)
    return insert(sql_table(table.__tablename__, *columns)).values(values)


async def test_birth_dates_of_corrections_and_merges_from_before_are_found_after_the_migration(
    make_empty: MakeEmpty, start: StartService
) -> None:
    url, now = make_empty(), clock.now()
    corrected, surviving, reversed_ = ids = [uuid4() for _ in range(3)]
    child = {"version": 1, "given_name": "Barnabas", "family_name": "Quillfeather", "sex": "M", "disabilities": []}
    child |= {"additional_needs": False, "former_names": [], "recorded_at": now, "keys_version": KEYS_VERSION}
    by = {"reason": "r", "corrected_by": "maria", "corrected_at": now}
    old, new = {"date_of_birth": "2016-05-04"}, {"date_of_birth": "2017-08-19"}
    brought = {"date_of_birth": {"old": "2019-02-03", "new": "2017-08-19"}}
    made = {"merged_child_id": corrected, "reason": "r", "merged_by": "maria", "merged_at": now, "brought": brought}
    await migrate("referrals", url, "0015")
    database = Database(url)
    async with database.begin() as session:
        for each in ids:
            await session.execute(_row(Family, id=each, recorded_at=now))
            await session.execute(_row(Child, id=each, family_id=each, date_of_birth=date(2017, 8, 19), **child))
        correction = _row(ChildCorrection, id=uuid4(), child_id=corrected, number=1, old=old, new=new, **by)
        await session.execute(correction)
        await session.execute(_row(Merge, id=uuid4(), surviving_child_id=surviving, **made))
        await session.execute(_row(Merge, id=uuid4(), surviving_child_id=reversed_, **made, reversed_at=now))
    await database.close()
    await migrate("referrals", url)
    referrals = await start("referrals", url)
    async with referrals.database.begin() as session:
        assert await index_waiting(session) == 2
        days = {row.id: row.former_birth_dates for row in await session.scalars(select(Child))}
    assert days == {corrected: ["2016-05-04"], surviving: ["2019-02-03"], reversed_: []}
    for child_id, born in ((corrected, "2016-05-04"), (surviving, "2019-02-03")):
        [found, *_] = await search(referrals, date_of_birth=born, given_name="Barnabas", family_name="Quillfeather")
        assert found["child_id"] == str(child_id)
        assert "date of birth: the same" in found["reasons"]


async def test_a_birth_is_a_correction(referrals: ServiceUnderTest) -> None:
    child_id = await _child(referrals, **UNBORN)
    born = {"given_name": "Philippa", "date_of_birth": "2026-11-20", "sex": "F"}
    shown = (await _correct(referrals, child_id, **born)).json()
    assert {name: shown[name] for name in born} == born
    assert shown["expected_date_of_birth"] is None
    [event] = await _announced(referrals)
    assert event.kind == "birth"


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "nothing": ({}, ""),
    "what stands": ({"given_name": "Barnabas"}, ""),
    "a birth of long ago": ({"date_of_birth": "1990-01-01"}, "/date_of_birth"),
    "a birth to come": ({"date_of_birth": "2099-01-01"}, "/date_of_birth"),
    "both dates": ({"date_of_birth": "2026-01-01", "expected_date_of_birth": "2026-12-01"}, "/date_of_birth"),
    "no NHS number": ({"nhs_number": "9434765918"}, "/nhs_number"),
    "no UPN": ({"upn": "A801200005001"}, "/upn"),
    "no sex": ({"sex": "X"}, "/sex"),
    "an empty name": ({"given_name": " "}, "/given_name"),
}


@pytest.mark.parametrize(("sent", "field"), REFUSED.values(), ids=REFUSED.keys())
async def test_what_is_refused_changes_nothing(referrals: ServiceUnderTest, sent: dict[str, Any], field: str) -> None:
    child_id = await _child(referrals)
    answer = await _correct(referrals, child_id, **sent)
    assert (answer.status_code, fields_of(answer)) == (422, [field])
    assert await _announced(referrals) == []


async def test_a_number_of_another_child_of_an_open_referral_is_refused(referrals: ServiceUnderTest) -> None:
    children = [a_child(nhs_number="9434765919"), a_child(given_name="Araminta", date_of_birth="2019-01-01")]
    sent = await submitted(referrals, children=children)
    answer = await _correct(referrals, sent["children"][1]["child_id"], nhs_number="943 476 5919")
    assert (answer.status_code, answer.json()["census_rule"], fields_of(answer)) == (422, "1520", ["/nhs_number"])


async def test_a_merged_record_is_corrected_by_the_surviving_one(referrals: ServiceUnderTest) -> None:
    surviving, merged = await _child(referrals), await _child(referrals)
    assert (await merge(referrals, surviving, merged)).status_code == 201
    refused = await _correct(referrals, merged, sex="F")
    assert (refused.status_code, refused.json()["surviving_child_id"]) == (409, surviving)
    assert (await _correct(referrals, surviving, ethnicity="AIND")).status_code == 201
    about = {(str(event.child_id), event.of_former_record) for event in (await _announced(referrals))[-2:]}
    assert about == {(surviving, False), (merged, True)}


async def test_two_corrections_at_one_moment_both_count(referrals: ServiceUnderTest) -> None:
    child_id = await _child(referrals)
    sent: list[dict[str, Any]] = [{"given_name": "Bart"}, {"ethnicity": "AIND"}, {"family_name": "Owusu"}]
    answers = await asyncio.gather(*(_correct(referrals, child_id, **each) for each in sent))
    assert [answer.status_code for answer in answers] == [201, 201, 201]
    shown = (await referrals.as_(MASH).get(f"/children/{child_id}")).json()
    assert (shown["given_name"], shown["ethnicity"], shown["family_name"]) == ("Bart", "AIND", "Owusu")
    kept = (await referrals.as_(MASH).get(f"/children/{child_id}/corrections")).json()["items"]
    assert [each["number"] for each in kept] == [1, 2, 3]


async def test_a_restricted_child_is_not_there_for_who_is_not_named(referrals: ServiceUnderTest) -> None:
    sent = await submitted(referrals)
    maria = referrals.as_("mash_manager", sub="olga")
    restricted = {"subjects": ["olga"], "reason": "Adoption"}
    assert (await maria.post(f"/families/{sent['family_id']}/restriction", json=restricted)).is_success
    child_id = sent["children"][0]["child_id"]
    assert (await _correct(referrals, child_id, sex="F")).status_code == 404
    assert (await referrals.as_(MASH).get(f"/children/{child_id}/corrections")).status_code == 404
