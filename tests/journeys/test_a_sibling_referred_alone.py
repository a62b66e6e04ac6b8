"""A sister is referred alone. The case of her family has her brother only, and whoever decides learns of it in time."""

from typing import Any

import pytest

from tests.eventually import eventually
from tests.journeys.running_suite import Caller, RunningSuite, running
from tests.services.referrals.referrals_sent import a_child, a_decision, a_referral

REFERRALS, CASEWORK = "/referrals/v1/referrals", "/casework/v1"
BROTHER = a_child()
SISTER = a_child(given_name="Araminta", date_of_birth="2019-02-03", sex="F")


def _referred(mash: Caller, *children: dict[str, Any]) -> dict[str, Any]:
    sent: dict[str, Any] = mash.post(REFERRALS, a_referral(children=list(children)))
    mash.post(f"{REFERRALS}/{sent['id']}/rating", {"rating": "amber", "reason": "Seen"})
    return sent


def _matched(mash: Caller, sent: dict[str, Any], child_id: str, known_id: str) -> None:
    same = {"matched_child_id": known_id, "reason": "Same birth date and mother"}
    mash.post(f"{REFERRALS}/{sent['id']}/matches/{child_id}", same)


@pytest.mark.timeout(180)
async def test_a_sibling_is_referred_alone_and_the_key_worker_of_the_family_is_not_passed_over(
    suite: RunningSuite,
) -> None:
    with running(suite):
        mash, manager = suite.as_("mash_practitioner"), suite.as_("area_manager")
        first = _referred(mash, BROTHER)
        [brother] = [child["child_id"] for child in first["children"]]
        mash.post(f"{REFERRALS}/{first['id']}/decision", a_decision())

        def opened() -> Any:
            return manager.get(f"{CASEWORK}/cases", family=first["family_id"])["items"]

        [case] = await eventually(opened, within=60)
        both = _referred(mash, BROTHER, SISTER)
        again, sister = (child["child_id"] for child in both["children"])
        _matched(mash, both, again, brother)
        mash.post(f"{REFERRALS}/{both['id']}/decision", a_decision(outcome="signposted", level=1))
        alone = _referred(mash, SISTER)
        _matched(mash, alone, alone["children"][0]["child_id"], sister)
        path = f"{REFERRALS}/{alone['id']}"

        def shown() -> list[list[tuple[str, list[str]]]]:
            [queued] = [each for each in mash.get(REFERRALS)["items"] if each["id"] == alone["id"]]
            assert [child["child_id"] for child in queued["children"]] == [sister]
            answers = (queued, mash.get(path), mash.get(f"{path}/threshold"))
            return [[(each["case_id"], each["child_ids"]) for each in answer["open_cases"]] for answer in answers]

        await eventually(lambda: shown() == [[(case["id"], [brother])]] * 3, within=60)
        decision = a_decision(outcome="no_further_action", level=1, reason="Known")
        assert mash.status_of_post(f"{path}/decision", decision) == 422
        decided = mash.post(f"{path}/decision", decision | {"reason": "The key worker sees to both"})
        expected = ("awaiting_sign_off", "no_further_action_on_open_child")
        assert (decided["status"], decided["signature_because"]) == expected
        agreed = {"agreed": True, "reason": "Spoke to the team"}
        signed = suite.as_("mash_manager").post(f"{path}/decision/sign-off", agreed)
        assert signed["status"] == "not_accepted"
        [kept] = mash.get(f"{path}/decisions")["items"]
        assert [(each["case_id"], each["child_ids"]) for each in kept["open_cases"]] == [(case["id"], [brother])]
        [child] = manager.get(f"{CASEWORK}/cases/{case['id']}")["children"]
        assert child["child_id"] == brother
