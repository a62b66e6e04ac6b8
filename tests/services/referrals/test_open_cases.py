"""A referral of a child who is open to the Family Support Service shows so, and who works with the family."""

from itertools import permutations
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.referrals.open_cases.models import OpenCase, OpenCaseChild
from shared import clock
from shared.contracts.casework import CaseClosed, CaseOpened, CaseStandingChanged
from tests.service_under_test import ServiceUnderTest
from tests.services.referrals.open_cases_made import let_casework_show
from tests.services.referrals.referrals_sent import a_child, a_decision, a_referral, answered, fields_of, rated

MASH = "mash_practitioner"
NO_FURTHER_ACTION = {"outcome": "no_further_action", "level": 3, "reason": "The key worker sees to it"}


def _changed(case_id: UUID) -> CaseStandingChanged:
    return CaseStandingChanged(case_id=case_id, family_id=uuid4(), child_ids=[], pathway="child_in_need", area="south")


async def _open(referrals: ServiceUnderTest, sent: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """The children of this referral are open."""
    case_id, child_ids = uuid4(), [UUID(each["child_id"]) for each in sent["children"]]
    standing = let_casework_show(referrals, case_id, UUID(sent["family_id"]), child_ids, **changes)
    await referrals.deliver(_changed(case_id))
    return standing


async def _seen(referrals: ServiceUnderTest, sent: dict[str, Any], **claims: Any) -> list[list[dict[str, Any]]]:
    """The open cases in the queue's item, the whole and the threshold."""
    mash = referrals.as_(MASH, **claims)
    queue = (await mash.get("/referrals", params={"limit": 200})).json()["items"]
    whole = (await mash.get(f"/referrals/{sent['id']}")).json()
    threshold = (await mash.get(f"/referrals/{sent['id']}/threshold")).json()
    [queued] = [each for each in queue if each["id"] == sent["id"]]
    return [each["open_cases"] for each in (queued, whole, threshold)]


async def test_the_queue_the_whole_and_the_threshold_name_the_key_worker(referrals: ServiceUnderTest) -> None:
    sent, other = await rated(referrals), await rated(referrals)
    standing = await _open(referrals, sent)
    worker = {name: standing["key_worker"][name] for name in ("id", "name")}
    shown = {name: standing[name] for name in ("case_id", "child_ids", "pathway", "area", "since")}
    shown |= {"key_worker": worker}
    assert await _seen(referrals, sent) == [[shown]] * 3
    assert await _seen(referrals, other) == [[]] * 3


async def test_a_child_is_open_under_any_of_its_ids(referrals: ServiceUnderTest) -> None:
    first, second, third = [await rated(referrals) for _ in range(3)]
    standing = await _open(referrals, second)
    for sent, known in ((first, second), (second, third)):
        path = f"/referrals/{sent['id']}/matches/{sent['children'][0]['child_id']}"
        same = {"matched_child_id": known["children"][0]["child_id"], "reason": "The same child"}
        assert (await referrals.as_(MASH).post(path, json=same)).is_success
    for sent in (first, second, third):
        assert [[case["case_id"] for case in cases] for cases in await _seen(referrals, sent)] == [
            [standing["case_id"]]
        ] * 3


async def test_a_case_that_is_closed_is_not_shown_and_one_without_a_key_worker_is(referrals: ServiceUnderTest) -> None:
    sent = await rated(referrals)
    await _open(referrals, sent, is_open=False)
    waiting = await _open(referrals, sent, key_worker=None, pathway="early_help")
    for [case] in await _seen(referrals, sent):
        assert (case["case_id"], case["key_worker"]) == (waiting["case_id"], None)


VERSIONS = {"opened": (1, None), "allocated": (2, 1), "renamed": (2, 2), "closed": (3, 2)}


@pytest.mark.parametrize("order", list(permutations(VERSIONS)), ids="-".join)
async def test_whatever_comes_late_or_again_the_newest_response_holds(
    referrals: ServiceUnderTest, order: tuple[str, ...]
) -> None:
    case_id, child_id = uuid4(), uuid4()
    for number, name in enumerate([*order, order[0]]):
        version, of_worker = VERSIONS[name]
        worker = of_worker and {"id": str(UUID(int=7)), "name": f"Name {of_worker}", "version": of_worker}
        is_open = name != "closed"
        let_casework_show(referrals, case_id, uuid4(), [child_id], version=version, key_worker=worker, is_open=is_open)
        await referrals.deliver(_changed(case_id), sequence=number + 1)
    async with referrals.database.read() as session:
        kept = await session.get_one(OpenCase, case_id)
    assert (kept.is_open, kept.key_worker_name, kept.revision) == (False, "Name 2", 3)
    assert await referrals.count(OpenCaseChild) == 1


async def test_every_event_of_a_case_asks_how_it_stands(referrals: ServiceUnderTest) -> None:
    sent = await rated(referrals)
    case_id, child_id = uuid4(), UUID(sent["children"][0]["child_id"])
    family_id, common = UUID(sent["family_id"]), {"pathway": "child_in_need", "area": "south"}
    let_casework_show(referrals, case_id, family_id, [child_id], version=1)
    facts: dict[str, Any] = {"case_id": case_id, "family_id": family_id, "child_ids": [child_id], **common}
    await referrals.deliver(CaseOpened(**facts, referral_id=uuid4(), opened_on=clock.today()))
    assert [len(cases) for cases in await _seen(referrals, sent)] == [1, 1, 1]
    let_casework_show(referrals, case_id, family_id, [child_id], version=2, is_open=False)
    await referrals.deliver(CaseClosed(**facts, closure="RC7", closed_on=clock.today()), sequence=2)
    assert await _seen(referrals, sent) == [[]] * 3


async def test_no_further_action_on_an_open_child_needs_a_reason_and_a_second_person(
    referrals: ServiceUnderTest,
) -> None:
    sent = await rated(referrals)
    noel, path = referrals.as_("mash_manager", sub="noel"), f"/referrals/{sent['id']}/decision"
    await _open(referrals, sent, pathway="child_protection")
    short = await noel.post(path, json=a_decision(**NO_FURTHER_ACTION | {"reason": "Known"}))
    assert (short.status_code, fields_of(short)) == (422, ["/reason"])
    decided = await answered(await noel.post(path, json=a_decision(**NO_FURTHER_ACTION)), 200)
    assert (decided["status"], decided["signature_because"]) == (
        "awaiting_sign_off",
        "no_further_action_on_open_child",
    )
    own = await noel.post(f"{path}/sign-off", json={"agreed": True, "reason": "r"})
    assert (own.status_code, own.json()["code"]) == (409, "own-decision")
    olga = referrals.as_("mash_manager", sub="olga")
    signed = await answered(await olga.post(f"{path}/sign-off", json={"agreed": True, "reason": "r"}), 200)
    assert signed["status"] == "not_accepted"
    [kept] = (await noel.get(f"/referrals/{sent['id']}/decisions")).json()["items"]
    assert kept["facts"]["open_pathways"] == ["child_protection"]


async def test_no_further_action_on_a_child_who_is_perhaps_open_needs_a_second_person_too(
    referrals: ServiceUnderTest,
) -> None:
    """Whoever passes over a strong match does not pass over the signature with it."""
    numbered = [a_child(nhs_number="9434765919")]
    known, sent = await rated(referrals, children=numbered), await rated(referrals, children=numbered)
    await _open(referrals, known)
    noel = referrals.as_("mash_manager", sub="noel")
    decision = a_decision(**NO_FURTHER_ACTION, unanswered_matches_reason="The school is not sure")
    decided = await answered(await noel.post(f"/referrals/{sent['id']}/decision", json=decision), 200)
    assert (decided["status"], decided["signature_because"]) == (
        "awaiting_sign_off",
        "no_further_action_on_open_child",
    )


async def test_whatever_else_is_decided_on_an_open_child_needs_no_second_person(referrals: ServiceUnderTest) -> None:
    sent = await rated(referrals)
    await _open(referrals, sent)
    noel = referrals.as_("mash_manager", sub="noel")
    decided = await answered(await noel.post(f"/referrals/{sent['id']}/decision", json=a_decision()), 200)
    assert (decided["status"], decided["signature_because"]) == ("accepted", None)


async def test_the_case_of_a_restricted_family_is_not_there_for_who_is_not_named(referrals: ServiceUnderTest) -> None:
    """Neither where the case's own family is restricted, nor where that of another child of the case is."""
    sent, sibling = await rated(referrals), await rated(referrals, children=[a_child(given_name="Araminta")])
    elsewhere = await rated(referrals, children=[a_child(given_name="Ebenezer")])
    maria = referrals.as_("mash_manager", sub="maria")
    restricted = {"subjects": ["maria"], "reason": "Adoption"}
    for each in (sibling, elsewhere):
        assert (await maria.post(f"/families/{each['family_id']}/restriction", json=restricted)).is_success
    together = {"children": [*sent["children"], *sibling["children"]]}
    await _open(referrals, {"family_id": sent["family_id"], **together})
    await _open(referrals, {"family_id": elsewhere["family_id"], "children": sent["children"]})
    assert [len(cases) for cases in await _seen(referrals, sent, sub="maria")] == [2, 2, 2]
    assert await _seen(referrals, sent, sub="petra") == [[]] * 3
    petra = referrals.as_("mash_manager", sub="petra")
    decision = a_decision(**NO_FURTHER_ACTION, unanswered_matches_reason="Others")
    decided = await answered(await petra.post(f"/referrals/{sent['id']}/decision", json=decision), 200)
    assert (decided["status"], decided["signature_because"]) == ("awaiting_sign_off", "second_person_signs")
    sent_again = await rated(referrals, children=[a_child(given_name="Cuthbert", date_of_birth="2011-11-11")])
    decided = await answered(await petra.post(f"/referrals/{sent_again['id']}/decision", json=decision), 200)
    assert (decided["status"], decided["signature_because"]) == ("not_accepted", None)


async def test_a_referrer_does_not_see_who_works_with_the_family(referrals: ServiceUnderTest) -> None:
    school = referrals.as_("referrer", organisation="Larkmead School")
    sent = await answered(await school.post("/referrals", json=a_referral()))
    await _open(referrals, sent)
    for answer in (await school.get("/referrals"), await school.get(f"/referrals/{sent['id']}/outcome")):
        assert answer.is_success
        assert "open_cases" not in answer.text
        assert "Achebe" not in answer.text
