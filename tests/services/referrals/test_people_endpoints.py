"""The index of people against a migrated database: search, matches, restrictions."""

from typing import Any

import httpx
import pytest
from sqlalchemy import select, update

from services.referrals.people.actions import index_waiting
from services.referrals.people.models import Child, ChildKey
from shared.audit import AuditRow
from tests.service_under_test import ServiceUnderTest
from tests.services.referrals.people_made import MOVED, merge, referred, search, shown_child
from tests.services.referrals.referrals_sent import a_child, a_referral, answered


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
    _, [child_id, sibling_id] = await referred(
        referrals,
        {"nhs_number": "9434765919", "upn": "B801200005001"},
        {"given_name": "Philippa", "date_of_birth": "2019-11-30", "sex": "F"},
    )
    await referred(referrals, {"given_name": "Oluwaseun", "family_name": "Adeyemi"}, address=MOVED, adults=[])
    found = await search(referrals, **asked)
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
    _, [child_id] = await referred(referrals)
    for role in ("referrer", "social_worker", "administrator"):
        assert (await referrals.as_(role).post("/people/search", json={"family_name": "Q"})).status_code == 403
    await search(referrals, family_name="Quillfeather", given_name="Barnabas")
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
    _, [child_id] = await referred(referrals, {"given_name": known})
    for name in (asked, known):
        [found] = await search(referrals, given_name=name)
        assert (found["child_id"], found["given_name"]) == (child_id, known)
    [found] = await search(referrals, family_name=asked, given_name="Quillfeather")
    assert found["child_id"] == child_id


async def test_a_child_with_keys_of_older_rules_gets_new_ones(referrals: ServiceUnderTest) -> None:
    _, [child_id] = await referred(referrals, {"given_name": "Łukasz", "family_name": "Øster"})
    async with referrals.database.begin() as session:
        await session.execute(ChildKey.__table__.delete())  # type: ignore[attr-defined]
        await session.execute(update(Child).values(keys_version=1))
    async with referrals.database.begin() as session:
        assert [await index_waiting(session) for _ in range(2)] == [1, 0]
    assert [each["child_id"] for each in await search(referrals, given_name="Lukasz")] == [child_id]


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
        assert len(await search(referrals, **asked)) == 1


@pytest.mark.parametrize("text", ["\u200b", "\u00a0 \u2060", "\ufeff\u200d", "\u3164", "\u2800"], ids=ascii)
async def test_a_text_in_which_nothing_is_seen_is_an_empty_one(referrals: ServiceUnderTest, text: str) -> None:
    client = referrals.as_("mash_practitioner")
    for empty in ("", text):
        refused = await client.post("/referrals", json=a_referral(children=[a_child(family_name=empty)]))
        assert (refused.status_code, _faults(refused)) == (422, [("/children/0/family_name", "name-without-letters")])
        address = {"lines": ["12 Ock Street", empty], "postcode": "OX14 1AB"}
        refused = await client.post("/referrals", json=a_referral(address=address))
        assert (refused.status_code, _faults(refused)) == (422, [("/address/lines/1", "string-too-short")])


def _faults(answer: httpx.Response) -> list[tuple[str, str]]:
    return [(error["field"], error["code"]) for error in answer.json()["errors"]]


async def test_children_without_keys_get_them_in_the_background(referrals: ServiceUnderTest) -> None:
    await referred(referrals)
    async with referrals.database.begin() as session:
        await session.execute(ChildKey.__table__.delete())  # type: ignore[attr-defined]
        await session.execute(update(Child).values(keys_version=0))
    assert await search(referrals, family_name="Quillfeather") == []
    async with referrals.database.begin() as session:
        assert [await index_waiting(session) for _ in range(2)] == [1, 0]
    assert len(await search(referrals, family_name="Quillfeather")) == 1


async def test_a_referred_child_has_candidates_and_a_person_confirms(referrals: ServiceUnderTest) -> None:
    first_id, [known] = await referred(referrals, {"nhs_number": "9434765919"})
    again_id, [new] = await referred(referrals, {"given_name": "Barnabus"}, address=MOVED)
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
    assert (await shown_child(referrals, new)).json()["referral_ids"] == [again_id, first_id]
    unknown = await client.post(f"{path}/{known}", json={"matched_child_id": None, "reason": "r"})
    assert unknown.status_code == 404


async def test_a_restricted_family_is_there_for_named_people_only(referrals: ServiceUnderTest) -> None:
    referral_id, [hidden] = await referred(referrals)
    other_id, [plain] = await referred(referrals, {"given_name": "Barnabus"})
    manager, outsider = referrals.as_("mash_manager", sub="maria"), referrals.as_("mash_manager", sub="noel")
    family_id = (await shown_child(referrals, hidden)).json()["family_id"]
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
    assert (await merge(referrals, plain, hidden, sub="noel")).status_code == 404
    contradicted = await merge(referrals, plain, hidden, sub="maria")
    assert contradicted.json()["contradictions"] == ["restriction"]
    school = referrals.as_("referrer", organisation="Larkmead School")
    assert (await school.get(f"/referrals/{referral_id}/outcome")).status_code == 404
    assert (await referrals.as_("service").get(f"/referrals/{referral_id}")).status_code == 200

    await manager.post(path, json={"subjects": [], "reason": "Left the service"})
    assert (await outsider.get(f"/children/{hidden}")).status_code == 200


async def test_a_restriction_covers_the_families_that_share_a_child(referrals: ServiceUnderTest) -> None:
    _, [known] = await referred(referrals)
    again_id, [former] = await referred(referrals, {"given_name": "Barnabus"})
    family_id = (await shown_child(referrals, known)).json()["family_id"]
    assert (await merge(referrals, known, former)).status_code == 201
    manager, outsider = referrals.as_("mash_manager", sub="maria"), referrals.as_("mash_manager", sub="noel")
    await manager.post(f"/families/{family_id}/restriction", json={"subjects": ["maria"], "reason": "Adoption"})
    for read in (f"/children/{known}", f"/children/{former}", f"/referrals/{again_id}"):
        assert [(await client.get(read)).status_code for client in (manager, outsider)] == [200, 404], read
    search = await outsider.post("/people/search", json={"given_name": "Barnabus", "family_name": "Quillfeather"})
    assert search.json() == {"items": [], "next": None}
