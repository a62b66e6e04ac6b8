"""Merges of two records of one child, what they bring, what is refused, and their reversals."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from sqlalchemy import select

from services.referrals.merges.models import Merge
from services.referrals.people.models import Child
from shared import clock
from shared.contracts.casework import ProtectionPlanEnded, ProtectionPlanStarted
from shared.contracts.referrals import ChildCorrected, ChildMerged, ChildUnmerged
from tests.service_under_test import ServiceUnderTest
from tests.services.referrals.people_made import MOVED, merge, referred, search, shown_child
from tests.services.referrals.referrals_sent import a_child, a_referral, answered, submitted

MASH = "mash_practitioner"
UNBORN = {"date_of_birth": None, "expected_date_of_birth": "2026-12-20", "given_name": "Unborn", "sex": "U"}


async def test_a_merge_keeps_both_histories_and_its_reversal_restores_them(referrals: ServiceUnderTest) -> None:
    _, [known] = await referred(referrals, {"nhs_number": "9434765919"})
    _, [other] = await referred(referrals, {"given_name": "Barney", "family_name": "Owusu"}, address=MOVED)
    _, [third] = await referred(referrals, {"given_name": "Barnaby"})
    before = [(await shown_child(referrals, child_id)).json() for child_id in (known, other, third)]
    deeper = (await merge(referrals, other, third)).json()
    made = await merge(referrals, known, other)
    assert made.status_code == 201
    by_former = await shown_child(referrals, third)
    assert by_former.json()["child_id"] == known
    assert by_former.headers["ETag"] == '"2"'
    assert by_former.json()["former_child_ids"] == [other, third]
    assert [record["given_name"] for record in by_former.json()["former_records"]] == ["Barnaby", "Barnaby"]
    assert [item["child_id"] for item in await search(referrals, given_name="Barney", family_name="Owusu")] == [known]
    reversal = f"/merges/{made.json()['id']}/reversal"
    answers = await asyncio.gather(
        *(referrals.as_("mash_manager").post(reversal, json={"reason": "Cousins"}) for _ in range(3))
    )
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409]
    assert (await shown_child(referrals, third)).json()["child_id"] == other
    await referrals.as_("mash_manager").post(f"/merges/{deeper['id']}/reversal", json={"reason": "Cousins too"})
    after = [(await shown_child(referrals, child_id)).json() for child_id in (known, other, third)]
    assert [{**child, "merges": []} for child in after] == before
    assert [len(child["merges"]) for child in after] == [1, 2, 1]
    events = [
        (type(event).__name__, str(event.subject))
        for event in await referrals.events()
        if isinstance(event, (ChildMerged, ChildUnmerged))
    ]
    assert events == [
        ("ChildMerged", third),
        ("ChildMerged", other),
        ("ChildUnmerged", other),
        ("ChildUnmerged", third),
    ]


@pytest.mark.parametrize(
    ("one", "other", "found"),
    [
        ({"nhs_number": "9434765919"}, {"nhs_number": "4010232137"}, ["nhs_number"]),
        ({"upn": "B801200005001"}, {"upn": "H801200001001"}, ["upn"]),
        ({"date_of_birth": "2016-05-04"}, {"date_of_birth": "2014-07-19"}, ["date_of_birth"]),
    ],
)
async def test_records_that_contradict_are_not_merged(
    referrals: ServiceUnderTest, one: dict[str, Any], other: dict[str, Any], found: list[str]
) -> None:
    (_, [surviving]), (_, [merged]) = await referred(referrals, one), await referred(referrals, other)
    answer = await merge(referrals, surviving, merged)
    assert (answer.status_code, answer.json()["code"]) == (409, "records-contradict")
    assert answer.json()["contradictions"] == found
    calls = [f"POST /referrals/v1/children/{child_id}/corrections" for child_id in (surviving, merged)]
    assert answer.json()["lawful"] == [{"step": "correct", "call": call} for call in calls]
    assert "9434765919" not in answer.text
    assert [await referrals.count(Merge), len(await referrals.events(ChildMerged))] == [0, 0]


def a_plan_of(child_id: str, plan_id: UUID) -> ProtectionPlanStarted:
    case = {"case_id": uuid4(), "family_id": uuid4(), "pathway": "child_protection", "area": "south"}
    return ProtectionPlanStarted(
        **case, child_ids=[UUID(child_id)], plan_id=plan_id, category="NEG", started_on=clock.today()
    )


async def test_two_records_with_a_protection_plan_each_are_not_merged_until_one_has_ended(
    referrals: ServiceUnderTest,
) -> None:
    _, [one] = await referred(referrals, {"nhs_number": "9434765919"})
    _, [other] = await referred(referrals, {"given_name": "Barney", "family_name": "Owusu"}, address=MOVED)
    plans = [a_plan_of(child_id, uuid4()) for child_id in (one, other)]
    for plan in plans:
        await referrals.deliver(plan, sequence=1)
    refused = await merge(referrals, one, other)
    assert (refused.status_code, refused.json()["contradictions"]) == (409, ["protection_plans"])
    ended = ProtectionPlanEnded(
        **plans[0].model_dump(exclude={"category", "started_on"}),
        ended_by="review_conference",
        ended_on=clock.today(),
    )
    await referrals.deliver(ended, sequence=2)
    await referrals.deliver(plans[0], sequence=1)
    assert (await merge(referrals, one, other)).status_code == 201


@pytest.mark.parametrize("by_match", [False, True])
async def test_children_named_together_are_merged_only_when_a_manager_confirms_it(
    referrals: ServiceUnderTest, by_match: bool
) -> None:
    referral_id, [one, other] = await referred(referrals, {}, {"given_name": "Barnabus"})
    path = f"/referrals/{referral_id}/matches/{other}" if by_match else "/merges"
    pair = {"matched_child_id": one} if by_match else {"surviving_child_id": one, "merged_child_id": other}
    sent = {**pair, "reason": "The school has one boy"}
    manager = referrals.as_("mash_manager")
    refused = await manager.post(path, json=sent)
    assert (refused.status_code, refused.json()["contradictions"]) == (409, ["named_together", "siblings"])
    assert "recorded_twice" in refused.json()["detail"]
    confirmed = {**sent, "recorded_twice": True}
    assert (await referrals.as_("mash_practitioner").post(path, json=confirmed)).status_code == 403
    assert await referrals.count(Merge) == 0
    assert (await manager.post(path, json=confirmed)).status_code == (200 if by_match else 201)
    assert (await shown_child(referrals, other)).json()["child_id"] == one


async def test_a_girl_and_a_boy_are_not_merged_whoever_confirms_it(referrals: ServiceUnderTest) -> None:
    (_, [one]), (_, [other]) = await referred(referrals, {"sex": "F"}), await referred(referrals, {"sex": "M"})
    sent = {"surviving_child_id": one, "merged_child_id": other, "reason": "r", "recorded_twice": True}
    refused = await referrals.as_("mash_manager").post("/merges", json=sent)
    assert (refused.status_code, refused.json()["contradictions"]) == (409, ["different_sex"])


async def test_twins_referred_one_after_the_other_are_not_merged(referrals: ServiceUnderTest) -> None:
    (_, [one]), (_, [other]) = await referred(referrals), await referred(referrals, {"given_name": "Philip"})
    assert (await merge(referrals, one, other)).json()["contradictions"] == ["twins"]


async def test_of_two_merges_at_one_moment_one_wins_and_none_makes_a_circle(referrals: ServiceUnderTest) -> None:
    ids = [(await referred(referrals))[1][0] for _ in range(3)]
    one, two, three = ids
    answers = await asyncio.gather(merge(referrals, one, two), merge(referrals, two, one), merge(referrals, three, two))
    assert sorted(answer.status_code for answer in answers).count(201) >= 1
    losers = [answer.json()["contradictions"] for answer in answers if answer.status_code == 409]
    assert losers
    assert all(found == ["already_merged"] for found in losers)
    assert [(await merge(referrals, one, one)).json()["contradictions"]] == [["same_record"]]
    spoken_for = [(await shown_child(referrals, child_id)).json()["child_id"] for child_id in ids]
    assert len(set(spoken_for)) == 3 - sum(answer.status_code == 201 for answer in answers)


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
    first, second = [event for event in await referrals.events(ChildCorrected) if isinstance(event, ChildCorrected)]
    assert (first.kind, first.of_former_record, second.of_former_record) == ("birth", False, True)
    [made] = shown["merges"]
    undone = await mash.post(f"/merges/{made['id']}/reversal", json={"reason": "Another child"})
    assert undone.is_success, undone.text
    after = (await mash.get(path)).json()
    assert {**after, "merges": []} == before


async def test_what_was_corrected_since_a_merge_stays_at_its_reversal(referrals: ServiceUnderTest) -> None:
    _, [surviving] = await referred(referrals, {"ethnicity": "NOBT"})
    _, [merged] = await referred(referrals, {"ethnicity": "AIND", "nhs_number": "9434765919"})
    made = await answered(await merge(referrals, surviving, merged))
    mash = referrals.as_(MASH)
    corrected = {"reason": "The mother", "ethnicity": "WBRI"}
    assert (await mash.post(f"/children/{surviving}/corrections", json=corrected)).status_code == 201
    assert (await mash.post(f"/merges/{made['id']}/reversal", json={"reason": "Cousins"})).is_success
    shown = (await shown_child(referrals, surviving)).json()
    assert (shown["ethnicity"], shown["nhs_number"]) == ("WBRI", None)


async def test_a_child_is_found_by_the_birth_date_that_a_merge_replaced_and_by_the_new_one(
    referrals: ServiceUnderTest,
) -> None:
    _, [surviving] = await referred(referrals, {"date_of_birth": "2019-02-03"})
    _, [merged] = await referred(referrals, {"date_of_birth": "2019-03-02"})
    made = await answered(await merge(referrals, surviving, merged))
    for born in ("2019-02-03", "2019-03-02"):
        [found] = await search(referrals, given_name="Barnabas", family_name="Quillfeather", date_of_birth=born)
        assert (found["child_id"], found["date_of_birth"]) == (surviving, "2019-03-02")
        assert "date of birth: the same" in found["reasons"]
    assert (await referrals.as_(MASH).post(f"/merges/{made['id']}/reversal", json={"reason": "Cousins"})).is_success
    async with referrals.database.read() as session:
        days = await session.scalars(select(Child.former_birth_dates))
        assert days.all() == [[], []]


THE_NUMBER = {"nhs_number": "9434765919"}


def _corrections_of(*child_ids: str) -> list[dict[str, str]]:
    return [{"step": "correct", "call": f"POST /referrals/v1/children/{each}/corrections"} for each in child_ids]


async def test_no_merge_gives_a_child_the_number_of_one_who_is_named_with_it(referrals: ServiceUnderTest) -> None:
    sister = {"given_name": "Philippa", "date_of_birth": "2019-11-30", "sex": "F", **THE_NUMBER}
    _, [known, sister_id] = await referred(referrals, {}, sister)
    _, [again] = await referred(referrals, THE_NUMBER)
    for surviving, merged in ((known, again), (again, known)):
        refused = await merge(referrals, surviving, merged)
        problem = refused.json()
        assert (refused.status_code, problem["code"], problem["census_rule"]) == (409, "number-twice", "1520")
        assert problem["others_with"] == [{"child_id": sister_id, "field": "nhs_number", "are_two_children": True}]
        assert problem["lawful"] == _corrections_of(again, sister_id)
        assert "9434765919" not in refused.text
    assert [await referrals.count(Merge), len(await referrals.events(ChildMerged))] == [0, 0]
    wrong = {"nhs_number": None, "reason": "It is her brother's"}
    assert (await referrals.as_(MASH).post(f"/children/{sister_id}/corrections", json=wrong)).status_code == 201
    assert (await merge(referrals, known, again)).status_code == 201


async def test_a_third_record_of_the_child_is_merged_before_its_number_is_taken(referrals: ServiceUnderTest) -> None:
    (_, [known]), (_, [again]) = await referred(referrals), await referred(referrals, THE_NUMBER)
    _, [third] = await referred(referrals, THE_NUMBER)
    problem = (await merge(referrals, known, again)).json()
    assert problem["others_with"] == [{"child_id": third, "field": "nhs_number", "are_two_children": False}]
    [first] = problem["lawful"]
    assert (first.pop("step"), first.pop("call")) == ("merge", "POST /referrals/v1/merges")
    assert first == {"surviving_child_id": third, "merged_child_id": again}
    assert (await merge(referrals, **{name.removesuffix("_child_id"): each for name, each in first.items()})).is_success
    assert (await merge(referrals, known, third)).status_code == 201


async def test_of_two_strangers_with_one_pupil_number_one_is_corrected_first(referrals: ServiceUnderTest) -> None:
    number = {"upn": "B801200005001"}
    (_, [known]), (_, [again]) = await referred(referrals), await referred(referrals, number)
    _, [stranger] = await referred(referrals, {**number, "given_name": "Oluwaseun", "date_of_birth": "2012-01-31"})
    problem = (await merge(referrals, known, again)).json()
    assert problem["others_with"] == [{"child_id": stranger, "field": "upn", "are_two_children": True}]
    assert problem["lawful"] == _corrections_of(again, stranger)


async def test_a_restricted_record_with_the_number_is_not_named(referrals: ServiceUnderTest) -> None:
    (_, [known]), (_, [again]) = await referred(referrals), await referred(referrals, THE_NUMBER)
    _, [hidden] = await referred(referrals, THE_NUMBER)
    family_id = (await shown_child(referrals, hidden)).json()["family_id"]
    named = {"subjects": ["maria"], "reason": "Adoption"}
    maria = referrals.as_("mash_manager", sub="maria")
    assert (await maria.post(f"/families/{family_id}/restriction", json=named)).is_success
    assert (await merge(referrals, known, again, sub="maria")).status_code == 409
    assert (await merge(referrals, known, again, sub="noel")).status_code == 201


async def _reverse(referrals: ServiceUnderTest, merge_id: str) -> httpx.Response:
    return await referrals.as_(MASH).post(f"/merges/{merge_id}/reversal", json={"reason": "Cousins"})


@pytest.mark.parametrize("survives_again", [True, False])
async def test_while_a_later_merge_of_the_surviving_record_stands_the_earlier_is_not_reversed(
    referrals: ServiceUnderTest, survives_again: bool
) -> None:
    _, [known] = await referred(referrals)
    _, [other] = await referred(referrals, {**THE_NUMBER, "additional_needs": True})
    _, [third] = await referred(referrals)
    earlier = await answered(await merge(referrals, known, other))
    later = await answered(await merge(referrals, *((known, third) if survives_again else (third, known))))
    before = (await shown_child(referrals, third)).json()
    refused = await _reverse(referrals, earlier["id"])
    problem = refused.json()
    assert (refused.status_code, problem["code"]) == (409, "later-merge-stands")
    assert problem["later_merge_id"] == later["id"]
    assert problem["lawful"] == [{"step": "reverse", "call": f"POST /referrals/v1/merges/{later['id']}/reversal"}]
    assert (await shown_child(referrals, third)).json() == before
    assert await referrals.events(ChildUnmerged) == []
    assert [(await _reverse(referrals, each["id"])).status_code for each in (later, earlier)] == [200, 200]
    shown = [(await shown_child(referrals, each)).json() for each in (known, third)]
    assert [(each["nhs_number"], each["additional_needs"], each["former_child_ids"]) for each in shown] == [
        (None, False, []),
        (None, False, []),
    ]


async def test_of_a_chain_of_merges_the_last_is_named(referrals: ServiceUnderTest) -> None:
    ids = [(await referred(referrals))[1][0] for _ in range(4)]
    one, two, three, four = ids
    made = [await answered(await merge(referrals, *pair)) for pair in ((two, one), (three, two), (three, four))]
    for stands in (2, 1):
        named = (await _reverse(referrals, made[0]["id"])).json()["later_merge_id"]
        assert named == made[stands]["id"]
        assert (await _reverse(referrals, named)).status_code == 200
    assert (await _reverse(referrals, made[0]["id"])).status_code == 200


async def test_a_reversal_and_a_later_merge_at_one_moment_leave_no_gap(referrals: ServiceUnderTest) -> None:
    (_, [known]), (_, [other]) = await referred(referrals), await referred(referrals, THE_NUMBER)
    _, [third] = await referred(referrals)
    made = await answered(await merge(referrals, known, other))
    reversal, later = await asyncio.gather(_reverse(referrals, made["id"]), merge(referrals, third, known))
    assert (reversal.status_code, later.status_code) in ((200, 201), (409, 201))
    speaking = (await shown_child(referrals, third)).json()
    assert speaking["nhs_number"] == (None if reversal.status_code == 200 else "9434765919")
