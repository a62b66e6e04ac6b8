"""A child is born, a family turns out to be one with another: what the front door learns, every service follows."""

from datetime import timedelta
from typing import Any

import pytest

from shared import clock
from tests.eventually import eventually
from tests.journeys.running_suite import RunningSuite, running
from tests.services.referrals.referrals_sent import a_child, a_decision, a_referral

FRONT_DOOR, CASEWORK = "/referrals/v1", "/casework/v1"


async def _a_case(suite: RunningSuite, **child: Any) -> tuple[dict[str, Any], str, str]:
    """The case of a family that was referred, its child and its referral."""
    mash = suite.as_("mash_manager")
    sent = mash.post(f"{FRONT_DOOR}/referrals", a_referral(children=[a_child(**child)]))
    mash.post(f"{FRONT_DOOR}/referrals/{sent['id']}/rating", {"rating": "amber", "reason": "r"})
    mash.post(f"{FRONT_DOOR}/referrals/{sent['id']}/decision", a_decision())

    def opened() -> Any:
        return suite.as_("area_manager").get(f"{CASEWORK}/cases", family=sent["family_id"])["items"]

    [case] = await eventually(opened, within=60)
    return case, sent["children"][0]["child_id"], sent["id"]


@pytest.mark.timeout(180)
async def test_a_birth_arrives_in_the_case(suite: RunningSuite) -> None:
    with running(suite):
        expected = (clock.today() + timedelta(days=30)).isoformat()
        unborn = {"date_of_birth": None, "expected_date_of_birth": expected, "given_name": "Unborn", "sex": "U"}
        case, child_id, _ = await _a_case(suite, **unborn)
        born_on = clock.today().isoformat()
        born = {"given_name": "Philippa", "date_of_birth": born_on, "sex": "F", "reason": "The midwife rang"}
        suite.as_("mash_practitioner").post(f"{FRONT_DOOR}/children/{child_id}/corrections", born)
        manager = suite.as_("area_manager")

        def in_the_case() -> Any:
            [child] = manager.get(f"{CASEWORK}/cases/{case['id']}")["children"]
            return child if child["date_of_birth"] else None

        child = await eventually(in_the_case, within=60)
        assert (child["given_name"], child["date_of_birth"]) == ("Philippa", born_on)
        story = manager.get(f"{CASEWORK}/children/{child_id}/chronology")["items"]
        assert "The birth of the child was recorded" in [each["title"] for each in story]


@pytest.mark.timeout(240)
async def test_two_cases_of_one_family_become_one_and_two_again(suite: RunningSuite) -> None:
    with running(suite):
        manager, mash = suite.as_("area_manager"), suite.as_("mash_practitioner")
        one, first, referral = await _a_case(suite)
        other, second, again = await _a_case(suite)
        manager.post(f"{CASEWORK}/cases/{other['id']}/notes", {"text": "The school rang."})
        same = {"surviving_child_id": first, "merged_child_id": second, "reason": "One boy"}
        merge = mash.post(f"{FRONT_DOOR}/merges", same)

        def to_join() -> Any:
            return manager.get(f"{CASEWORK}/cases-to-join")["items"]

        assert len(await eventually(to_join, within=60)) == 1

        def open_at_the_front_door() -> list[set[str]]:
            wholes = [mash.get(f"{FRONT_DOOR}/referrals/{each}") for each in (referral, again)]
            return [{each["case_id"] for each in whole["open_cases"]} for whole in wholes]

        def children_of_all() -> int:
            return int(manager.get(f"{CASEWORK}/caseloads", by="county")["summary"]["unallocated"])

        both = {one["id"], other["id"]}
        await eventually(lambda: open_at_the_front_door() == [both, both], within=60)
        assert children_of_all() == 2
        joined = {"case_id": other["id"], "reason": "One boy was referred twice"}
        manager.post(f"{CASEWORK}/cases/{one['id']}/joining", joined)
        assert to_join() == []
        assert manager.get(f"{CASEWORK}/cases/{other['id']}")["status"] == "joined"
        notes = manager.get(f"{CASEWORK}/cases/{one['id']}/contacts")["items"]
        assert [each["text"] for each in notes] == ["The school rang."]
        await eventually(lambda: open_at_the_front_door() == [{one["id"]}, {one["id"]}], within=60)
        assert children_of_all() == 1
        story = manager.get(f"{CASEWORK}/children/{first}/chronology", limit="100")["items"]
        assert {"The school rang."} <= {each["text"] for each in story}
        mash.post(f"{FRONT_DOOR}/merges/{merge['id']}/reversal", {"reason": "They are cousins"})

        def both_open() -> bool:
            cases = [manager.get(f"{CASEWORK}/cases/{each['id']}") for each in (one, other)]
            return [each["status"] for each in cases] == ["open", "open"]

        await eventually(both_open, within=60)
        notes = manager.get(f"{CASEWORK}/cases/{other['id']}/contacts")["items"]
        assert [each["text"] for each in notes] == ["The school rang."]
        await eventually(lambda: open_at_the_front_door() == [{one["id"]}, {other["id"]}], within=60)
        assert children_of_all() == 2
