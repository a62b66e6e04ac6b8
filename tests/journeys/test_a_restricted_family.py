"""A family that casework restricts is hidden at the front door and at a centre, until the restriction is lifted."""

from typing import Any

import pytest

from tests.eventually import eventually
from tests.journeys.running_suite import RunningSuite, running
from tests.services.referrals.referrals_sent import a_decision, a_referral


@pytest.mark.timeout(300)
async def test_what_casework_restricts_is_hidden_everywhere_and_comes_back(suite: RunningSuite) -> None:
    with running(suite):
        mash, duty = suite.as_("mash_manager", subject="noel"), suite.as_("social_worker", subject="noel")
        maria = suite.as_("team_manager", subject="maria")
        sent = mash.post("/referrals/v1/referrals", a_referral())
        one, family_id = f"/referrals/v1/referrals/{sent['id']}", sent["family_id"]
        mash.post(f"{one}/rating", {"rating": "amber", "reason": "r"})
        mash.post(f"{one}/decision", a_decision())
        await eventually(lambda: len(maria.get("/casework/v1/cases")["items"]) == 1, within=60)
        duty.post(
            "/centres/v1/crises", {"narrative": "At the door", "callback": "01235 520141", "family_id": family_id}
        )

        def shown() -> tuple[bool, bool]:
            referrals = mash.get("/referrals/v1/referrals", status="accepted")["items"]
            [crisis] = duty.get("/centres/v1/crises")["items"]
            return bool(referrals), crisis["family_id"] is not None

        def restrict(*subjects: str) -> Any:
            named = {"subjects": list(subjects), "reason": "Staff's own family"}
            return maria.post(f"/casework/v1/families/{family_id}/restriction", named)

        assert shown() == (True, True)
        restrict("maria")
        await eventually(lambda: shown() == (False, False), within=60)
        restrict()
        await eventually(lambda: shown() == (True, True), within=60)
