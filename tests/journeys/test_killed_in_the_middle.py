"""The whole suite is killed with SIGKILL in the middle of the path, again and again, and the path completes."""

from typing import Any

import pytest

from tests.eventually import eventually
from tests.journeys.running_suite import Caller, RunningSuite, running
from tests.journeys.walked import a_targeted_session, is_booked
from tests.services.referrals.referrals_sent import a_decision, a_referral


def _accepted(mash: Caller) -> Any:
    sent = mash.post("/referrals/v1/referrals", a_referral())
    mash.post(f"/referrals/v1/referrals/{sent['id']}/rating", {"rating": "red", "reason": "r"})
    return mash.post(f"/referrals/v1/referrals/{sent['id']}/decision", a_decision())


@pytest.mark.timeout(300)
async def test_no_accepted_referral_is_without_a_case_however_often_the_suite_is_killed(suite: RunningSuite) -> None:
    accepted = []
    with running(suite):
        mash, manager = suite.as_("mash_manager"), suite.as_("area_manager")
        for _ in range(3):
            accepted += [_accepted(mash) for _ in range(5)]
            suite.kill()
            suite.start()

        def cases() -> list[str]:
            found = manager.get("/casework/v1/cases", limit="200")["items"]
            return sorted(case["referral_id"] for case in found)

        await eventually(lambda: cases() == sorted(each["id"] for each in accepted), within=60)
        family = accepted[0]["family_id"]
        suite.kill()
        suite.start()
        coordinator = suite.as_("centre_coordinator")
        session_id = a_targeted_session(coordinator)
        await eventually(lambda: is_booked(coordinator, session_id, family), within=60)
