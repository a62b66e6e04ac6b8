"""Corrections of what is recorded of a child, births among them; what merges bring and their reversals put back."""

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.referrals.merges import rules
from services.referrals.merges.rules import Known
from shared.contracts.referrals import ChildCorrected
from tests.service_under_test import ServiceUnderTest
from tests.services.referrals.referrals_sent import a_child, a_referral, answered, fields_of, submitted

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
    await _merged(referrals, surviving, merged)
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


async def _merged(referrals: ServiceUnderTest, surviving: str, merged: str) -> dict[str, Any]:
    sent = {"surviving_child_id": surviving, "merged_child_id": merged, "reason": "One child"}
    return await answered(await referrals.as_(MASH).post("/merges", json=sent))


async def test_a_confirmed_match_brings_what_is_newer_or_fuller_and_a_reversal_puts_back(
    referrals: ServiceUnderTest,
) -> None:
    known = await submitted(referrals, children=[a_child(**UNBORN, disabilities=["MOB"])])
    mash = referrals.as_("mash_manager", sub="maria")
    path = f"/children/{known['children'][0]['child_id']}"
    before = (await mash.get(path)).json()
    born = a_child(
        given_name="Philippa", date_of_birth="2026-11-20", sex="F", nhs_number="9434765919", disabilities=["HEAR"]
    )
    again = await answered(
        await mash.post("/referrals", json=a_referral(children=[{**born, "additional_needs": True}]))
    )
    same = {"matched_child_id": known["children"][0]["child_id"], "reason": "The midwife confirms it"}
    matched = await mash.post(f"/referrals/{again['id']}/matches/{again['children'][0]['child_id']}", json=same)
    assert matched.is_success, matched.text
    shown = (await mash.get(path)).json()
    brought: dict[str, Any] = {
        "given_name": "Philippa",
        "date_of_birth": "2026-11-20",
        "sex": "F",
        "nhs_number": "9434765919",
    }
    brought |= {"expected_date_of_birth": None, "additional_needs": True, "disabilities": ["HEAR", "MOB"]}
    assert {name: shown[name] for name in brought} == brought
    first, second = await _announced(referrals)
    assert (first.kind, first.of_former_record, second.of_former_record) == ("birth", False, True)
    [merge] = shown["merges"]
    undone = await mash.post(f"/merges/{merge['id']}/reversal", json={"reason": "Another child"})
    assert undone.is_success, undone.text
    after = (await mash.get(path)).json()
    assert {**after, "merges": []} == before


async def test_what_was_corrected_since_a_merge_stays_at_its_reversal(referrals: ServiceUnderTest) -> None:
    surviving = await _child(referrals, ethnicity="NOBT")
    merged = await _child(referrals, ethnicity="AIND", nhs_number="9434765919")
    merge = await _merged(referrals, surviving, merged)
    assert (await _correct(referrals, surviving, ethnicity="WBRI")).status_code == 201
    reversal = f"/merges/{merge['id']}/reversal"
    assert (await referrals.as_(MASH).post(reversal, json={"reason": "Cousins"})).is_success
    shown = (await referrals.as_(MASH).get(f"/children/{surviving}")).json()
    assert (shown["ethnicity"], shown["nhs_number"]) == ("WBRI", None)


EARLIER, LATER = (datetime(2026, month, 1, tzinfo=UTC) for month in (1, 6))
KNOWN = st.builds(
    Known,
    given_name=st.sampled_from(["Ann", "Anne", ""]),
    family_name=st.sampled_from(["Owusu", "Achebe"]),
    date_of_birth=st.sampled_from([None, date(2026, 2, 1), date(2026, 1, 2)]),
    expected_date_of_birth=st.sampled_from([None, date(2026, 2, 20)]),
    sex=st.sampled_from(["F", "U"]),
    ethnicity=st.sampled_from([None, "NOBT", "WBRI", "AIND"]),
    nhs_number=st.sampled_from([None, "9434765919"]),
    upn=st.sampled_from([None, "A801200005001"]),
    upn_unknown_reason=st.sampled_from([None, "UN1"]),
    disabilities=st.sampled_from([[], ["NONE"], ["MOB"], ["HEAR", "MOB"]]),
    additional_needs=st.booleans(),
    former_names=st.just([]),
    recorded_at=st.sampled_from([EARLIER, LATER]),
).filter(lambda known: not (known.date_of_birth and known.expected_date_of_birth))


@given(one=KNOWN, other=KNOWN)
def test_nothing_that_is_known_is_lost_and_a_reversal_restores_it_exactly(one: Known, other: Known) -> None:
    taken = rules.brought(one, other)
    after = replace(one, **taken)
    for name in ("date_of_birth", "nhs_number", "upn"):
        assert bool(getattr(after, name)) == bool(getattr(one, name) or getattr(other, name))
    assert (
        after.date_of_birth is None or other.date_of_birth is None or after.expected_date_of_birth is None or not taken
    )
    assert after.additional_needs == (one.additional_needs or other.additional_needs)
    assert {*one.disabilities, *other.disabilities} - {"NONE"} == {*after.disabilities} - {"NONE"}
    assert "U" not in (after.sex,) or one.sex == other.sex == "U"
    assert not rules.brought(after, replace(other, recorded_at=one.recorded_at)).keys() & {"nhs_number", "upn", "sex"}
    kept = {name: {"old": getattr(one, name), "new": value} for name, value in taken.items()}
    restored = replace(after, **rules.undone({name: getattr(after, name) for name in kept}, kept))
    assert restored == one


@given(one=KNOWN, other=KNOWN, corrected=st.sampled_from(["date_of_birth", "upn", "given_name"]))
def test_a_reversal_after_a_correction_leaves_nothing_that_contradicts_itself(
    one: Known, other: Known, corrected: str
) -> None:
    one = replace(one, upn_unknown_reason=None if one.upn else one.upn_unknown_reason)
    taken = rules.brought(one, other)
    new = {"date_of_birth": date(2026, 3, 3), "upn": "B2", "given_name": "Corrected"}[corrected]
    cleared: Any = {"date_of_birth": "expected_date_of_birth", "upn": "upn_unknown_reason"}.get(corrected)
    after = replace(one, **{**taken, corrected: new})
    nothing: dict[str, Any] = {cleared: None} if cleared else {}
    after = replace(after, **nothing)
    kept = {name: {"old": getattr(one, name), "new": value} for name, value in taken.items()}
    restored = replace(after, **rules.undone({name: getattr(after, name) for name in kept}, kept))
    assert getattr(restored, corrected) == new
    assert not (restored.date_of_birth and restored.expected_date_of_birth)
    if corrected == "upn":
        assert restored.upn_unknown_reason is None
