"""A referral is decided once it is known who its children are, or with a reason why it could not wait for that."""

import asyncio
from typing import Any

from services.referrals.decisions.models import Decision
from shared.contracts.referrals import ReferralAccepted
from tests.service_under_test import ServiceUnderTest
from tests.services.referrals.referrals_sent import a_child, a_decision, answered, rated, submitted

UNEXPLAINED = a_decision(unanswered_matches_reason=None)
MOVED = {"lines": ["1 Broad Walk"], "postcode": "OX1 1AB"}


def _child_of(sent: dict[str, Any], number: int = 0) -> str:
    return str(sent["children"][number]["child_id"])


async def _decide(referrals: ServiceUnderTest, sent: dict[str, Any], **changes: Any) -> Any:
    body = {**UNEXPLAINED, **changes}
    return await referrals.as_("mash_manager", sub="noel").post(f"/referrals/{sent['id']}/decision", json=body)


async def _answer(referrals: ServiceUnderTest, sent: dict[str, Any], known: str | None) -> None:
    path = f"/referrals/{sent['id']}/matches/{_child_of(sent)}"
    body = {"matched_child_id": known, "reason": "The mother was asked"}
    assert (await referrals.as_("mash_practitioner").post(path, json=body)).is_success


async def test_while_a_strong_match_is_unanswered_the_decision_names_the_candidates(
    referrals: ServiceUnderTest,
) -> None:
    known = await submitted(referrals)
    sent = await rated(referrals, children=[a_child(given_name="Barnabus")], address=MOVED)
    refused = await _decide(referrals, sent)
    assert (refused.status_code, refused.json()["code"]) == (409, "match-unanswered")
    assert refused.json()["present_status"] == "rated"
    [child] = refused.json()["matches"]
    assert (child["child_id"], [each["child_id"] for each in child["candidates"]]) == (
        _child_of(sent),
        [_child_of(known)],
    )
    assert 0.9 <= child["candidates"][0]["score"] <= 1
    assert "Quillfeather" not in refused.text
    assert await referrals.count(Decision) == 0
    for outcome in ("signposted", "no_further_action", "early_help"):
        closing = await _decide(referrals, sent, outcome=outcome, level=1, reason="Seen at home today")
        assert closing.json()["code"] == "match-unanswered"


async def test_a_confirmed_match_lets_the_decision_through(referrals: ServiceUnderTest) -> None:
    known, sent = await submitted(referrals), await rated(referrals)
    await _answer(referrals, sent, _child_of(known))
    assert (await _decide(referrals, sent)).json()["status"] == "accepted"


async def test_a_match_that_is_none_lets_the_decision_through(referrals: ServiceUnderTest) -> None:
    await submitted(referrals)
    sent = await rated(referrals)
    await _answer(referrals, sent, None)
    assert (await _decide(referrals, sent)).json()["status"] == "accepted"


async def test_a_reason_takes_the_decision_and_stays_on_record_with_the_matches(referrals: ServiceUnderTest) -> None:
    known, sent = await submitted(referrals), await rated(referrals)
    why = "The records of the other county come tomorrow"
    await answered(await _decide(referrals, sent, unanswered_matches_reason=why), 200)
    decisions = await referrals.as_("mash_manager").get(f"/referrals/{sent['id']}/decisions")
    [decision] = decisions.json()["items"]
    assert decision["unanswered_matches_reason"] == why
    [child] = decision["unanswered_matches"]
    assert (child["child_id"], child["candidates"][0]["child_id"]) == (_child_of(sent), _child_of(known))
    empty = await _decide(referrals, await rated(referrals), unanswered_matches_reason="")
    assert empty.status_code == 422


async def test_children_named_together_and_namesakes_of_another_birthday_hold_nothing_up(
    referrals: ServiceUnderTest,
) -> None:
    twins = [a_child(given_name="Barnaby"), a_child(given_name="Barnabas")]
    sent = await rated(referrals, children=twins)
    decided = await answered(await _decide(referrals, sent), 200)
    assert decided["status"] == "accepted"
    namesake = await rated(referrals, children=[a_child(date_of_birth="2011-11-30")], address=MOVED)
    await answered(await _decide(referrals, namesake), 200)
    [first, second] = (await referrals.as_("mash_manager").get(f"/referrals/{sent['id']}/matches")).json()["items"]
    assert all(child["candidates"] for child in (first, second))


async def test_of_two_decisions_on_one_child_at_one_moment_both_wait_for_the_answer(
    referrals: ServiceUnderTest,
) -> None:
    one, other = await rated(referrals), await rated(referrals)
    answers = await asyncio.gather(_decide(referrals, one), _decide(referrals, other))
    assert [answer.status_code for answer in answers] == [409, 409]
    assert await referrals.events(ReferralAccepted) == []


async def test_a_restricted_record_is_not_named_to_those_who_may_not_see_it(referrals: ServiceUnderTest) -> None:
    known, sent = await submitted(referrals), await rated(referrals)
    maria = referrals.as_("mash_manager", sub="maria")
    restriction = {"subjects": ["maria"], "reason": "Staff of the county"}
    await answered(await maria.post(f"/families/{known['family_id']}/restriction", json=restriction), 200)
    refused = await maria.post(f"/referrals/{sent['id']}/decision", json=UNEXPLAINED)
    assert refused.json()["code"] == "match-unanswered"
    assert (await _decide(referrals, sent)).status_code == 200
