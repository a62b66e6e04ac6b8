"""A referral of a child whose family is open says so, also where this child is not in the case."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import event

from services.referrals.people.queries import families_joined_to
from shared.contracts.casework import CaseStandingChanged
from tests.service_under_test import ServiceUnderTest
from tests.services.referrals.open_cases_made import let_casework_show
from tests.services.referrals.referrals_sent import a_child, a_decision, answered, fields_of, rated

MASH = "mash_practitioner"
BROTHER = a_child()
SISTER = a_child(given_name="Araminta", date_of_birth="2019-02-03", sex="F")
NO_FURTHER_ACTION = a_decision(outcome="no_further_action", level=3, reason="The key worker sees to it")


async def open_case(referrals: ServiceUnderTest, family_id: str, *child_ids: str, **changes: Any) -> str:
    """The id of a case that casework has for this family, with these children."""
    case_id, of_case = uuid4(), [UUID(each) for each in child_ids]
    let_casework_show(referrals, case_id, UUID(family_id), of_case, **changes)
    changed = {"case_id": case_id, "family_id": UUID(family_id), "child_ids": of_case}
    await referrals.deliver(CaseStandingChanged(**changed, pathway="child_in_need", area="south"))
    return str(case_id)


async def match(referrals: ServiceUnderTest, sent: dict[str, Any], child_id: str, known_id: str) -> str:
    """A person confirms that the referred child is the known one; returns the merge."""
    same = {"matched_child_id": known_id, "reason": "The same child"}
    answer = await referrals.as_(MASH).post(f"/referrals/{sent['id']}/matches/{child_id}", json=same)
    return str((await answered(answer, answer.status_code))["merge_id"])


async def seen(referrals: ServiceUnderTest, sent: dict[str, Any], **claims: Any) -> list[list[tuple[str, list[str]]]]:
    """The open cases in the queue's item, the whole and the threshold, each with its children."""
    mash = referrals.as_("mash_manager", **claims)
    queue = (await mash.get("/referrals", params={"limit": 200})).json()["items"]
    [queued] = [each for each in queue if each["id"] == sent["id"]]
    whole = (await mash.get(f"/referrals/{sent['id']}")).json()
    threshold = (await mash.get(f"/referrals/{sent['id']}/threshold")).json()
    return [
        [(case["case_id"], case["child_ids"]) for case in each["open_cases"]] for each in (queued, whole, threshold)
    ]


async def sibling_referred(referrals: ServiceUnderTest) -> tuple[dict[str, Any], str, str, list[str]]:
    """A sister is referred alone. The case has her brother only; she was named with him in a later call that opened
    none. Returns her referral, the case, the brother in it, and the merges that join the three families."""
    first = await rated(referrals, children=[BROTHER])
    brother = first["children"][0]["child_id"]
    case_id = await open_case(referrals, first["family_id"], brother)
    both = await rated(referrals, children=[BROTHER, SISTER])
    again, sister = (child["child_id"] for child in both["children"])
    alone = await rated(referrals, children=[SISTER])
    merges = [
        await match(referrals, both, again, brother),
        await match(referrals, alone, alone["children"][0]["child_id"], sister),
    ]
    return alone, case_id, brother, merges


async def test_a_child_who_is_not_in_the_open_case_of_the_family_is_referred(referrals: ServiceUnderTest) -> None:
    known = await rated(referrals, children=[BROTHER, SISTER])
    brother = known["children"][0]["child_id"]
    case_id = await open_case(referrals, known["family_id"], brother)
    alone = await rated(referrals, children=[SISTER])
    await match(referrals, alone, alone["children"][0]["child_id"], known["children"][1]["child_id"])
    assert await seen(referrals, alone) == [[(case_id, [brother])]] * 3
    assert await seen(referrals, await rated(referrals)) == [[]] * 3


async def test_a_family_is_open_where_one_that_is_joined_to_it_through_a_third_is(referrals: ServiceUnderTest) -> None:
    alone, case_id, brother, [of_brother, _] = await sibling_referred(referrals)
    assert await seen(referrals, alone) == [[(case_id, [brother])]] * 3
    undone = await referrals.as_(MASH).post(f"/merges/{of_brother}/reversal", json={"reason": "Cousins"})
    assert undone.is_success, undone.text
    assert await seen(referrals, alone) == [[]] * 3


async def test_a_child_of_the_case_is_named_by_the_record_that_speaks_for_it(referrals: ServiceUnderTest) -> None:
    sent, other = await rated(referrals), await rated(referrals)
    former, survivor = sent["children"][0]["child_id"], other["children"][0]["child_id"]
    case_id = await open_case(referrals, sent["family_id"], former, str(uuid4()))
    await match(referrals, sent, former, survivor)
    for each in (sent, other):
        assert await seen(referrals, each) == [[(case_id, [survivor])]] * 3


async def test_an_open_case_with_a_child_of_a_restricted_family_is_not_shown_to_others(
    referrals: ServiceUnderTest,
) -> None:
    sent = await rated(referrals)
    hidden = await rated(referrals, children=[a_child(given_name="Ebenezer", date_of_birth="2012-01-30")])
    cousin = hidden["children"][0]["child_id"]
    case_id = await open_case(referrals, sent["family_id"], cousin)
    maria = referrals.as_("mash_manager", sub="maria")
    restricted = {"subjects": ["maria"], "reason": "Adoption"}
    assert (await maria.post(f"/families/{hidden['family_id']}/restriction", json=restricted)).is_success
    assert await seen(referrals, sent, sub="maria") == [[(case_id, [cousin])]] * 3
    assert await seen(referrals, sent, sub="petra") == [[]] * 3


async def test_no_further_action_on_a_child_of_an_open_family_needs_a_reason_and_a_second_person(
    referrals: ServiceUnderTest,
) -> None:
    alone, _, _, _ = await sibling_referred(referrals)
    noel, path = referrals.as_("mash_manager", sub="noel"), f"/referrals/{alone['id']}/decision"
    short = await noel.post(path, json=NO_FURTHER_ACTION | {"reason": "Known"})
    assert (short.status_code, fields_of(short)) == (422, ["/reason"])
    decided = await answered(await noel.post(path, json=NO_FURTHER_ACTION), 200)
    expected = ("awaiting_sign_off", "no_further_action_on_open_child")
    assert (decided["status"], decided["signature_because"]) == expected


async def _restrict_to_maria(referrals: ServiceUnderTest, family_id: str) -> None:
    maria = referrals.as_("mash_manager", sub="maria")
    restricted = {"subjects": ["maria"], "reason": "Adoption"}
    assert (await maria.post(f"/families/{family_id}/restriction", json=restricted)).is_success


async def _decisions(referrals: ServiceUnderTest, sent: dict[str, Any], sub: str) -> Any:
    return (await referrals.as_("mash_manager", sub=sub).get(f"/referrals/{sent['id']}/decisions")).json()["items"]


async def test_a_decision_keeps_the_open_cases_and_each_reader_sees_those_that_they_may(
    referrals: ServiceUnderTest,
) -> None:
    sent = await rated(referrals)
    cousin = await rated(referrals, children=[a_child(given_name="Ebenezer", date_of_birth="2012-01-30")])
    case_id = await open_case(referrals, sent["family_id"], cousin["children"][0]["child_id"])
    noel = referrals.as_("mash_manager", sub="noel")
    await answered(await noel.post(f"/referrals/{sent['id']}/decision", json=NO_FURTHER_ACTION), 200)
    await _restrict_to_maria(referrals, cousin["family_id"])
    [kept] = await _decisions(referrals, sent, "maria")
    assert [each["case_id"] for each in kept["open_cases"]] == [case_id]
    assert (kept["facts"]["open_pathways"], kept["signature_because"]) == (
        ["child_in_need"],
        "no_further_action_on_open_child",
    )
    for reader in ("noel", "petra"):
        [hidden] = await _decisions(referrals, sent, reader)
        assert (hidden["open_cases"], hidden["facts"]["open_pathways"]) == ([], [])
        assert hidden["signature_because"] == "second_person_signs"
        assert case_id not in str(hidden)


async def test_a_child_who_was_in_the_case_hides_it_in_the_decision_after_leaving_it(
    referrals: ServiceUnderTest,
) -> None:
    sent = await rated(referrals)
    cousin = await rated(referrals, children=[a_child(given_name="Ebenezer", date_of_birth="2012-01-30")])
    case_id = await open_case(referrals, sent["family_id"], cousin["children"][0]["child_id"])
    noel = referrals.as_("mash_manager", sub="noel")
    await answered(await noel.post(f"/referrals/{sent['id']}/decision", json=NO_FURTHER_ACTION), 200)
    let_casework_show(referrals, UUID(case_id), UUID(sent["family_id"]), [], version=4)
    changed = {"case_id": UUID(case_id), "family_id": UUID(sent["family_id"]), "child_ids": []}
    await referrals.deliver(CaseStandingChanged(**changed, pathway="child_in_need", area="south"), sequence=2)
    await _restrict_to_maria(referrals, cousin["family_id"])
    assert [len((await _decisions(referrals, sent, each))[0]["open_cases"]) for each in ("maria", "petra")] == [1, 0]


async def test_no_further_action_needs_a_second_person_where_the_open_case_is_hidden_from_who_decides(
    referrals: ServiceUnderTest,
) -> None:
    """Nothing else shows that there is one, to neither of them; nor does a refusal, which leaves no trace."""
    sent = await rated(referrals)
    cousin = await rated(referrals, children=[a_child(given_name="Ebenezer", date_of_birth="2012-01-30")])
    await open_case(referrals, sent["family_id"], cousin["children"][0]["child_id"])
    await _restrict_to_maria(referrals, cousin["family_id"])
    petra, path = referrals.as_("mash_manager", sub="petra"), f"/referrals/{sent['id']}/decision"
    suggested = (await petra.get(f"/referrals/{sent['id']}/threshold")).json()["level"]
    decided = await answered(await petra.post(path, json=NO_FURTHER_ACTION | {"level": suggested}), 200)
    assert (decided["status"], decided["signature_because"]) == ("awaiting_sign_off", "second_person_signs")
    for reader in ("petra", "maria"):
        [kept] = await _decisions(referrals, sent, reader)
        assert (kept["open_cases"], kept["facts"]["open_pathways"]) == ([], [])
        assert kept["signature_because"] == "second_person_signs"
    own = await petra.post(f"{path}/sign-off", json={"agreed": True, "reason": "r"})
    assert (own.status_code, own.json()["code"]) == (409, "own-decision")
    olga = referrals.as_("mash_manager", sub="olga")
    signed = await answered(await olga.post(f"{path}/sign-off", json={"agreed": True, "reason": "r"}), 200)
    assert signed["status"] == "not_accepted"


async def test_no_further_action_needs_a_second_person_where_a_strong_match_is_hidden_and_open(
    referrals: ServiceUnderTest,
) -> None:
    numbered = [a_child(nhs_number="9434765919")]
    known = await rated(referrals, children=numbered)
    await open_case(referrals, known["family_id"], known["children"][0]["child_id"])
    await _restrict_to_maria(referrals, known["family_id"])
    sent = await rated(referrals, children=numbered)
    petra = referrals.as_("mash_manager", sub="petra")
    decision = {**NO_FURTHER_ACTION, "unanswered_matches_reason": None}
    decided = await answered(await petra.post(f"/referrals/{sent['id']}/decision", json=decision), 200)
    assert (decided["status"], decided["signature_because"]) == ("awaiting_sign_off", "second_person_signs")
    [kept] = await _decisions(referrals, sent, "petra")
    assert (kept["open_cases"], kept["unanswered_matches"]) == ([], [])


@pytest.mark.parametrize("outcome", ["signposted", "assessment"])
async def test_whatever_else_is_decided_needs_no_second_person_where_the_open_case_is_hidden(
    referrals: ServiceUnderTest, outcome: str
) -> None:
    sent = await rated(referrals)
    cousin = await rated(referrals, children=[a_child(given_name="Ebenezer", date_of_birth="2012-01-30")])
    await open_case(referrals, sent["family_id"], cousin["children"][0]["child_id"])
    await _restrict_to_maria(referrals, cousin["family_id"])
    petra = referrals.as_("mash_manager", sub="petra")
    decided = await answered(
        await petra.post(f"/referrals/{sent['id']}/decision", json=a_decision(outcome=outcome)), 200
    )
    assert decided["signature_because"] is None


async def test_families_are_joined_near_and_far_and_asked_for_together(referrals: ServiceUnderTest) -> None:
    alone, _, _, _ = await sibling_referred(referrals)
    other = await rated(referrals)
    asked = [UUID(alone["family_id"]), UUID(other["family_id"])]
    async with referrals.database.read() as session:
        joined = await families_joined_to(session, asked)
    assert [len(joined[each]) for each in asked] == [3, 1]
    assert all(each in joined[each] for each in asked)


@pytest.mark.parametrize("referred", [1, 12])
async def test_a_page_of_the_queue_asks_as_often_as_one_referral(referrals: ServiceUnderTest, referred: int) -> None:
    for _ in range(referred):
        sent = await rated(referrals)
        await open_case(referrals, sent["family_id"], sent["children"][0]["child_id"])
    asked: list[str] = []

    def count(*args: Any) -> None:
        asked.append(args[2])

    engine = referrals.database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", count)
    queue = await referrals.as_(MASH).get("/referrals")
    event.remove(engine, "before_cursor_execute", count)
    assert len(queue.json()["items"]) == referred
    assert len([each for each in asked if "open_case" in each]) == 3
    assert len(asked) < 25
