"""The index of people against a migrated database: search, matches, merges, restrictions."""

import asyncio
from typing import Any

import httpx
import pytest
from sqlalchemy import select, update

from services.referrals.merges.models import Merge
from services.referrals.people.actions import index_waiting
from services.referrals.people.models import Child, ChildKey
from shared.audit import AuditRow
from shared.contracts.referrals import ChildMerged, ChildUnmerged
from tests.service_under_test import ServiceUnderTest
from tests.services.referrals.referrals_sent import a_child, a_referral, answered

MOVED = {"lines": ["1 Broad Walk"], "postcode": "OX26 6JU"}


async def _referred(referrals: ServiceUnderTest, *children: dict[str, Any], **changes: Any) -> tuple[str, list[str]]:
    """A referral's id and its children's."""
    sent = a_referral(children=[a_child(**child) for child in children or ({},)], **changes)
    answer = await referrals.as_("referrer", organisation="Larkmead School").post("/referrals", json=sent)
    assert answer.status_code == 201, answer.text
    return answer.json()["id"], [child["child_id"] for child in answer.json()["children"]]


async def _search(referrals: ServiceUnderTest, role: str = "mash_practitioner", **asked: Any) -> list[dict[str, Any]]:
    answer = await referrals.as_(role, sub=role).post("/people/search", json=asked)
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


async def _merge(referrals: ServiceUnderTest, surviving: str, merged: str, **claims: str) -> httpx.Response:
    sent = {"surviving_child_id": surviving, "merged_child_id": merged, "reason": "The school confirms it"}
    return await referrals.as_("mash_manager", **claims).post("/merges", json=sent)


async def _child(referrals: ServiceUnderTest, child_id: str, role: str = "mash_manager") -> httpx.Response:
    return await referrals.as_(role, sub=role).get(f"/children/{child_id}", headers={"Access-Reason": "matching"})


@pytest.mark.parametrize(
    ("asked", "reason"),
    [
        ({"given_name": "Barnabus", "family_name": "Quilfeather"}, "family name: with a typing error"),
        ({"given_name": "Quillfeather", "family_name": "Barnabas"}, "given and family name exchanged"),
        ({"family_name": "Quillfeather", "date_of_birth": "2016-04-05"}, "date of birth: day and month exchanged"),
        ({"given_name": "Barnabas", "family_name": "Quillfeather", "address": MOVED}, "address: different"),
        ({"nhs_number": "943 476 5919"}, "NHS number: the same"),
        ({"upn": "B801200005001"}, "unique pupil number: the same"),
        ({"address": {"lines": ["12, Ock St"]}}, "address: lines alike"),
        ({"address": {"postcode": "ox14 1ab"}}, "address: same postcode"),
    ],
)
async def test_a_child_is_found_by_whatever_is_known(
    referrals: ServiceUnderTest, asked: dict[str, Any], reason: str
) -> None:
    _, [child_id, sibling_id] = await _referred(
        referrals,
        {"nhs_number": "9434765919", "upn": "B801200005001"},
        {"given_name": "Philippa", "date_of_birth": "2019-11-30", "sex": "F"},
    )
    await _referred(referrals, {"given_name": "Oluwaseun", "family_name": "Adeyemi"}, address=MOVED, adults=[])
    found = await _search(referrals, **asked)
    best = next(item for item in found if item["child_id"] == child_id)
    assert reason in best["reasons"]
    assert 0 < best["score"] <= 1
    assert [sibling["child_id"] for sibling in best["siblings"]] == [sibling_id]
    assert [adult["given_name"] for adult in best["adults"]] == ["Petronella"]
    assert [item["score"] for item in found] == sorted((item["score"] for item in found), reverse=True)
    if "family_name" in asked:
        assert found[0]["child_id"] == child_id


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({}, ""),
        ({"birth_year": 2016}, ""),
        ({"nhs_number": "9434765918"}, "/nhs_number"),
        ({"upn": "A"}, "/upn"),
        ({"date_of_birth": "2999-01-01"}, "/date_of_birth"),
        ({"family_name": "a", "limit": 51}, "/limit"),
        ({"family_name": "a" * 101}, "/family_name"),
        ({"surname": "Quillfeather"}, "/surname"),
    ],
)
async def test_a_bad_search_names_the_field(referrals: ServiceUnderTest, asked: dict[str, Any], field: str) -> None:
    answer = await referrals.as_("mash_manager").post("/people/search", json=asked)
    assert (answer.status_code, [error["field"] for error in answer.json()["errors"]]) == (422, [field])


async def test_a_search_is_for_the_mash_and_every_child_shown_has_it_on_record(referrals: ServiceUnderTest) -> None:
    _, [child_id] = await _referred(referrals)
    for role in ("referrer", "social_worker", "administrator"):
        assert (await referrals.as_(role).post("/people/search", json={"family_name": "Q"})).status_code == 403
    await _search(referrals, family_name="Quillfeather", given_name="Barnabas")
    async with referrals.database.read() as session:
        rows = (await session.scalars(select(AuditRow).where(AuditRow.entity_id == child_id))).all()
    assert [(row.subject, row.action) for row in rows] == [("mash_practitioner", "people_search")]


SPELLINGS = [
    ("Łukasz", "Lukasz"),
    ("Søren", "SOREN"),
    ("Đorđe", "Dorde"),
    ("Işıl", "Isil"),
    ("Æthelþryð", "aethelthryd"),
    ("Ħamid", "Hamid"),
    ("Weiß", "WEISS"),
    ("D’Arcy", "D\u02bcArcy"),
    ("Zoe\u0308", "Zoë"),
    ("Anne\u2011Marie", "anne\u00a0marie"),
    ("Bar\u200bnabas", "Barnabas"),
]


@pytest.mark.parametrize(("known", "asked"), SPELLINGS)
async def test_a_child_is_found_under_another_spelling(referrals: ServiceUnderTest, known: str, asked: str) -> None:
    _, [child_id] = await _referred(referrals, {"given_name": known})
    for name in (asked, known):
        [found] = await _search(referrals, given_name=name)
        assert (found["child_id"], found["given_name"]) == (child_id, known)
    [found] = await _search(referrals, family_name=asked, given_name="Quillfeather")
    assert found["child_id"] == child_id


async def test_a_child_with_keys_of_older_rules_gets_new_ones(referrals: ServiceUnderTest) -> None:
    _, [child_id] = await _referred(referrals, {"given_name": "Łukasz", "family_name": "Øster"})
    async with referrals.database.begin() as session:
        await session.execute(ChildKey.__table__.delete())  # type: ignore[attr-defined]
        await session.execute(update(Child).values(keys_version=1))
    async with referrals.database.begin() as session:
        assert [await index_waiting(session) for _ in range(2)] == [1, 0]
    assert [each["child_id"] for each in await _search(referrals, given_name="Lukasz")] == [child_id]


NOT_SEEN = ["\u200b", "\u2060", "\ufeff", "\u00a0", "\u202f", "\u00ad", "\u200e"]


@pytest.mark.parametrize("mark", NOT_SEEN, ids=ascii)
async def test_numbers_and_postcodes_are_read_without_what_cannot_be_seen(
    referrals: ServiceUnderTest, mark: str
) -> None:
    child = a_child(nhs_number=f"{mark}943{mark} 476{mark}5919{mark}", upn=f"B80120{mark}0005001{mark * 3}")
    sent = a_referral(children=[child], address={"postcode": f"ox14{mark}1AB{mark}"})
    receipt = await answered(await referrals.as_("mash_practitioner").post("/referrals", json=sent))
    whole = (await referrals.as_("mash_practitioner").get(f"/referrals/{receipt['id']}")).json()
    assert (whole["address"]["postcode"], whole["postcode_status"]) == ("OX14 1AB", "in_county")
    [child] = whole["children"]
    assert (child["nhs_number"], child["upn"]) == ("9434765919", "B801200005001")
    for asked in ({"nhs_number": f"9434765919{mark}"}, {"address": {"postcode": f"OX14{mark}1AB"}}):
        assert len(await _search(referrals, **asked)) == 1


@pytest.mark.parametrize("text", ["\u200b", "\u00a0 \u2060", "\ufeff\u200d", "\u3164", "\u2800"], ids=ascii)
async def test_a_text_in_which_nothing_is_seen_is_an_empty_one(referrals: ServiceUnderTest, text: str) -> None:
    client = referrals.as_("mash_practitioner")
    for empty in ("", text):
        refused = await client.post("/referrals", json=a_referral(children=[a_child(family_name=empty)]))
        assert (refused.status_code, _faults(refused)) == (422, [("/children/0/family_name", "string-too-short")])
        address = {"lines": ["12 Ock Street", empty], "postcode": "OX14 1AB"}
        refused = await client.post("/referrals", json=a_referral(address=address))
        assert (refused.status_code, _faults(refused)) == (422, [("/address/lines/1", "string-too-short")])


def _faults(answer: httpx.Response) -> list[tuple[str, str]]:
    return [(error["field"], error["code"]) for error in answer.json()["errors"]]


async def test_children_without_keys_get_them_in_the_background(referrals: ServiceUnderTest) -> None:
    await _referred(referrals)
    async with referrals.database.begin() as session:
        await session.execute(ChildKey.__table__.delete())  # type: ignore[attr-defined]
        await session.execute(update(Child).values(keys_version=0))
    assert await _search(referrals, family_name="Quillfeather") == []
    async with referrals.database.begin() as session:
        assert [await index_waiting(session) for _ in range(2)] == [1, 0]
    assert len(await _search(referrals, family_name="Quillfeather")) == 1


async def test_a_referred_child_has_candidates_and_a_person_confirms(referrals: ServiceUnderTest) -> None:
    first_id, [known] = await _referred(referrals, {"nhs_number": "9434765919"})
    again_id, [new] = await _referred(referrals, {"given_name": "Barnabus"}, address=MOVED)
    client = referrals.as_("mash_practitioner", sub="maria")
    path = f"/referrals/{again_id}/matches"
    [child] = (await client.get(path)).json()["items"]
    assert (child["child_id"], child["answer"]) == (new, None)
    assert [candidate["child_id"] for candidate in child["candidates"]] == [known]
    assert "given name: with a typing error" in child["candidates"][0]["reasons"]
    rejected = await client.post(f"{path}/{new}", json={"matched_child_id": None, "reason": "A cousin"})
    assert (rejected.status_code, rejected.json()["merge_id"]) == (200, None)
    confirmed = await client.post(f"{path}/{new}", json={"matched_child_id": known, "reason": "The school confirms it"})
    assert confirmed.status_code == 200
    [child] = (await client.get(path)).json()["items"]
    assert (child["surviving_child_id"], child["candidates"]) == (known, [])
    assert (child["answer"]["matched_child_id"], child["answer"]["answered_by"]) == (known, "maria")
    whole = (await client.get(f"/referrals/{again_id}")).json()["children"][0]
    assert (whole["child_id"], whole["merged_into_id"]) == (new, known)
    assert (await _child(referrals, new)).json()["referral_ids"] == [again_id, first_id]
    unknown = await client.post(f"{path}/{known}", json={"matched_child_id": None, "reason": "r"})
    assert unknown.status_code == 404


async def test_a_merge_keeps_both_histories_and_its_reversal_restores_them(referrals: ServiceUnderTest) -> None:
    _, [known] = await _referred(referrals, {"nhs_number": "9434765919"})
    _, [other] = await _referred(referrals, {"given_name": "Barney", "family_name": "Owusu"}, address=MOVED)
    _, [third] = await _referred(referrals, {"given_name": "Barnaby"})
    before = [(await _child(referrals, child_id)).json() for child_id in (known, other, third)]
    deeper = (await _merge(referrals, other, third)).json()
    made = await _merge(referrals, known, other)
    assert made.status_code == 201
    by_former = await _child(referrals, third)
    assert by_former.json()["child_id"] == known
    assert by_former.headers["ETag"] == '"2"'
    assert by_former.json()["former_child_ids"] == [other, third]
    assert [record["given_name"] for record in by_former.json()["former_records"]] == ["Barnaby", "Barnaby"]
    assert [item["child_id"] for item in await _search(referrals, given_name="Barney", family_name="Owusu")] == [known]
    reversal = f"/merges/{made.json()['id']}/reversal"
    answers = await asyncio.gather(
        *(referrals.as_("mash_manager").post(reversal, json={"reason": "Cousins"}) for _ in range(3))
    )
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409]
    assert (await _child(referrals, third)).json()["child_id"] == other
    await referrals.as_("mash_manager").post(f"/merges/{deeper['id']}/reversal", json={"reason": "Cousins too"})
    after = [(await _child(referrals, child_id)).json() for child_id in (known, other, third)]
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
    (_, [surviving]), (_, [merged]) = await _referred(referrals, one), await _referred(referrals, other)
    answer = await _merge(referrals, surviving, merged)
    assert (answer.status_code, answer.json()["code"]) == (409, "records-contradict")
    assert answer.json()["contradictions"] == found
    calls = [f"POST /referrals/v1/children/{child_id}/corrections" for child_id in (surviving, merged)]
    assert answer.json()["lawful"] == [{"step": "correct", "call": call} for call in calls]
    assert "9434765919" not in answer.text
    assert [await referrals.count(Merge), len(await referrals.events(ChildMerged))] == [0, 0]


@pytest.mark.parametrize("by_match", [False, True])
async def test_children_named_together_are_merged_only_when_a_manager_confirms_it(
    referrals: ServiceUnderTest, by_match: bool
) -> None:
    referral_id, [one, other] = await _referred(referrals, {}, {"given_name": "Barnabus"})
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
    assert (await _child(referrals, other)).json()["child_id"] == one


async def test_a_girl_and_a_boy_are_not_merged_whoever_confirms_it(referrals: ServiceUnderTest) -> None:
    (_, [one]), (_, [other]) = await _referred(referrals, {"sex": "F"}), await _referred(referrals, {"sex": "M"})
    sent = {"surviving_child_id": one, "merged_child_id": other, "reason": "r", "recorded_twice": True}
    refused = await referrals.as_("mash_manager").post("/merges", json=sent)
    assert (refused.status_code, refused.json()["contradictions"]) == (409, ["different_sex"])


async def test_twins_referred_one_after_the_other_are_not_merged(referrals: ServiceUnderTest) -> None:
    (_, [one]), (_, [other]) = await _referred(referrals), await _referred(referrals, {"given_name": "Philip"})
    assert (await _merge(referrals, one, other)).json()["contradictions"] == ["twins"]


async def test_of_two_merges_at_one_moment_one_wins_and_none_makes_a_circle(referrals: ServiceUnderTest) -> None:
    ids = [(await _referred(referrals))[1][0] for _ in range(3)]
    one, two, three = ids
    answers = await asyncio.gather(
        _merge(referrals, one, two), _merge(referrals, two, one), _merge(referrals, three, two)
    )
    assert sorted(answer.status_code for answer in answers).count(201) >= 1
    losers = [answer.json()["contradictions"] for answer in answers if answer.status_code == 409]
    assert losers
    assert all(found == ["already_merged"] for found in losers)
    assert [(await _merge(referrals, one, one)).json()["contradictions"]] == [["same_record"]]
    spoken_for = [(await _child(referrals, child_id)).json()["child_id"] for child_id in ids]
    assert len(set(spoken_for)) == 3 - sum(answer.status_code == 201 for answer in answers)


async def test_a_restricted_family_is_there_for_named_people_only(referrals: ServiceUnderTest) -> None:
    referral_id, [hidden] = await _referred(referrals)
    other_id, [plain] = await _referred(referrals, {"given_name": "Barnabus"})
    manager, outsider = referrals.as_("mash_manager", sub="maria"), referrals.as_("mash_manager", sub="noel")
    family_id = (await _child(referrals, hidden)).json()["family_id"]
    path = f"/families/{family_id}/restriction"
    alone = await manager.post(path, json={"subjects": ["petra"], "reason": "Staff's own family"})
    assert (alone.status_code, alone.json()["errors"][0]["field"]) == (422, "/subjects")
    practitioner = await referrals.as_("mash_practitioner").post(path, json={"subjects": [], "reason": "r"})
    assert practitioner.status_code == 403
    named = {"subjects": ["maria", "petra"], "reason": "Staff's own family"}
    assert (await manager.post(path, json=named)).json()["subjects"] == ["maria", "petra"]

    asked = {"given_name": "Barnabas", "family_name": "Quillfeather"}
    for client, sees in ((outsider, False), (manager, True), (referrals.as_("mash_practitioner", sub="petra"), True)):
        shown = {item["child_id"] for item in (await client.post("/people/search", json=asked)).json()["items"]}
        assert shown == ({hidden, plain} if sees else {plain})
        matches = (await client.get(f"/referrals/{other_id}/matches")).json()["items"][0]["candidates"]
        assert [match["child_id"] for match in matches] == ([hidden] if sees else [])
        queued = [item["id"] for item in (await client.get("/referrals")).json()["items"]]
        assert sorted(queued) == sorted([other_id, referral_id] if sees else [other_id])
        for read in (f"/referrals/{referral_id}", f"/referrals/{referral_id}/matches", f"/children/{hidden}"):
            assert (await client.get(read)).status_code == (200 if sees else 404), read
    assert (await outsider.get(path)).status_code == 404
    assert (await outsider.post(path, json={"subjects": [], "reason": "r"})).status_code == 404
    assert (await _merge(referrals, plain, hidden, sub="noel")).status_code == 404
    contradicted = await _merge(referrals, plain, hidden, sub="maria")
    assert contradicted.json()["contradictions"] == ["restriction"]
    school = referrals.as_("referrer", organisation="Larkmead School")
    assert (await school.get(f"/referrals/{referral_id}/outcome")).status_code == 404
    assert (await referrals.as_("service").get(f"/referrals/{referral_id}")).status_code == 200

    await manager.post(path, json={"subjects": [], "reason": "Left the service"})
    assert (await outsider.get(f"/children/{hidden}")).status_code == 200


async def test_a_restriction_covers_the_families_that_share_a_child(referrals: ServiceUnderTest) -> None:
    _, [known] = await _referred(referrals)
    again_id, [former] = await _referred(referrals, {"given_name": "Barnabus"})
    family_id = (await _child(referrals, known)).json()["family_id"]
    assert (await _merge(referrals, known, former)).status_code == 201
    manager, outsider = referrals.as_("mash_manager", sub="maria"), referrals.as_("mash_manager", sub="noel")
    await manager.post(f"/families/{family_id}/restriction", json={"subjects": ["maria"], "reason": "Adoption"})
    for read in (f"/children/{known}", f"/children/{former}", f"/referrals/{again_id}"):
        assert [(await client.get(read)).status_code for client in (manager, outsider)] == [200, 404], read
    search = await outsider.post("/people/search", json={"given_name": "Barnabus", "family_name": "Quillfeather"})
    assert search.json() == {"items": [], "next": None}
