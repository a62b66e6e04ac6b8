"""A family on early help is escalated by its school, helped by a social worker, and comes back to its school's care."""

from typing import Any

import pytest

from tests.eventually import eventually
from tests.journeys.running_suite import RunningSuite, running
from tests.services.casework.early_help.early_help_made import SCHOOL, a_member, a_team, taf
from tests.services.referrals.referrals_sent import a_decision, a_referral

WORRY = {"concerns": ["neglect"], "narrative": "Nobody was at home again.", "immediate_danger": False}


@pytest.mark.timeout(300)
async def test_a_school_escalates_and_the_family_comes_back_to_its_care(suite: RunningSuite) -> None:
    with running(suite):
        mash, manager = suite.as_("mash_manager"), suite.as_("team_manager")
        school = suite.as_("referrer", subject="amina", organisation=SCHOOL)
        sent = school.post("/referrals/v1/referrals", a_referral())
        one = f"/referrals/v1/referrals/{sent['id']}"
        mash.post(f"{one}/rating", {"rating": "green", "reason": "r"})
        mash.post(f"{one}/decision", a_decision(outcome="early_help", level=2))

        def waiting() -> Any:
            return manager.get("/casework/v1/early-help", without_lead="true")["items"]

        await eventually(lambda: len(waiting()) == 1, within=60)
        case = {"id": waiting()[0]["case_id"]}
        member = a_member(lead=True, subject="amina")
        manager.post(f"/casework/v1{taf(case)}", a_team(member))

        made = school.post(f"/casework/v1/cases/{case['id']}/escalation", WORRY)

        def referral_id() -> Any:
            return school.get(f"/casework/v1/early-help/escalations/{made['id']}")["referral_id"]

        await eventually(lambda: referral_id() is not None, within=60)
        second = f"/referrals/v1/referrals/{referral_id()}"
        assert mash.get(second)["family_id"] == sent["family_id"]
        mash.post(f"{second}/rating", {"rating": "amber", "reason": "r"})
        mash.post(f"{second}/decision", a_decision())
        assert school.get(f"{second}/outcome")["status"] == "accepted"

        def pathway() -> Any:
            return manager.get(f"/casework/v1/cases/{case['id']}")["pathway"]

        await eventually(lambda: pathway() == "child_in_need", within=60)
        for step in ("thriving_families", "early_help"):
            manager.post(f"/casework/v1/cases/{case['id']}/pathway", {"pathway": step, "reason": "It goes well"})
        assert pathway() == "early_help"
        [mine] = school.get("/casework/v1/early-help", mine="true")["items"]
        assert mine["case_id"] == case["id"]
