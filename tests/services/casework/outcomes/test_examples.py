"""Every example in the description of early help, outcomes and imports can be sent as it stands there."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from tests.conftest import MakeDatabase, StartService
from tests.examples_of import Arranged, Arrangement, Example, send
from tests.service_under_test import ServiceUnderTest
from tests.services.casework.casework_made import a_case, an_accepted_referral, let_referrals_answer
from tests.services.casework.early_help.early_help_made import a_member, a_team, answered, taf
from tests.services.casework.examples import examples_in, without_example_in
from tests.services.casework.outcomes.thriving_families_made import (
    NEEDS_2022,
    a_family,
    a_planned_family,
    close,
    improve,
    sent,
)

WINGS = ("early_help", "outcomes", "imports")
OPENED = datetime(2025, 11, 3, 12, tzinfo=UTC)
STARTED, AGREED = "2026-02-02", "2026-02-23"
A_VERSION = {"If-Match": '"1"'}


async def _opened(casework: ServiceUnderTest, outcome: str = "early_help") -> dict[str, Any]:
    case = await a_case(casework, outcome=outcome, decided_at=OPENED)
    return await answered(await casework.as_("area_manager").get(f"/cases/{case['id']}"), 200)


async def _a_case(casework: ServiceUnderTest) -> Arranged:
    return Arranged(casework.as_("team_manager"), {"case_id": (await _opened(casework))["id"]})


async def _with_team(casework: ServiceUnderTest) -> tuple[dict[str, Any], dict[str, Any]]:
    """A case and its team: the lead professional first, then somebody else."""
    case = await _opened(casework)
    members = (a_member(lead=True), a_member(name="Bel Ashworth", role="Health visitor"))
    body = a_team(*members, started_on=STARTED)
    return case, await answered(await casework.as_("team_manager").post(taf(case), json=body))


async def _a_team(casework: ServiceUnderTest) -> Arranged:
    case, _ = await _with_team(casework)
    return Arranged(casework.as_("team_manager"), {"case_id": case["id"]})


async def _a_member(casework: ServiceUnderTest) -> Arranged:
    case, team = await _with_team(casework)
    return Arranged(casework.as_("team_manager"), {"case_id": case["id"], "member_id": _second(team)})


async def _who_is_to_lead(casework: ServiceUnderTest) -> Arranged:
    case, team = await _with_team(casework)
    return Arranged(casework.as_("team_manager"), {"case_id": case["id"]}, {"member_id": _second(team)})


async def _who_is_to_act(casework: ServiceUnderTest) -> Arranged:
    case, team = await _with_team(casework)
    return Arranged(casework.as_("team_manager"), {"case_id": case["id"]}, {"owner_id": _second(team)})


async def _who_came(casework: ServiceUnderTest) -> Arranged:
    case, team = await _with_team(casework)
    return Arranged(casework.as_("team_manager"), {"case_id": case["id"]}, {"attended": [_second(team)]})


def _second(team: dict[str, Any]) -> str:
    lead = team["lead_professional"]["id"]
    return next(str(each["id"]) for each in team["members"] if each["id"] != lead)


async def _an_action(casework: ServiceUnderTest) -> Arranged:
    case, team = await _with_team(casework)
    client = casework.as_("team_manager")
    body = {"owner_id": _second(team), "what": "Ring the club", "agreed_on": AGREED, "due_on": "2026-03-06"}
    action = await answered(await client.post(taf(case, "/actions"), json=body))
    return Arranged(client, {"case_id": case["id"], "action_id": action["id"]})


async def _a_child_to_assess(casework: ServiceUnderTest) -> Arranged:
    case, _ = await _with_team(casework)
    return Arranged(casework.as_("team_manager"), {"case_id": case["id"]}, {"child_ids": _children_of(case)})


async def _an_assessment(casework: ServiceUnderTest) -> Arranged:
    case, _ = await _with_team(casework)
    client = casework.as_("team_manager")
    begun = await answered(await client.post(taf(case, "/caf"), json={"started_on": STARTED}))
    path = {"case_id": case["id"], "assessment_id": begun["id"]}
    return Arranged(client, path, {"child_ids": _children_of(case)}, A_VERSION)


def _children_of(case: dict[str, Any]) -> list[str]:
    return [str(child["child_id"]) for child in case["children"]]


async def _a_child_to_hand_over(casework: ServiceUnderTest) -> Arranged:
    case = await _opened(casework)
    return Arranged(casework.as_("team_manager"), {"case_id": case["id"]}, {"child_ids": _children_of(case)})


async def _a_hand_over(casework: ServiceUnderTest) -> Arranged:
    case = await _opened(casework)
    client = casework.as_("team_manager")
    body = {"service": "leaving_care", "child_ids": _children_of(case), "reason": "leaves_care", "text": "Soon 18"}
    made = await answered(
        await client.post(f"/cases/{case['id']}/hand-overs", json={**body, "offered_on": "2026-03-02"})
    )
    return Arranged(client, {"hand_over_id": made["items"][0]["id"]})


async def _a_referred_family(casework: ServiceUnderTest) -> Arranged:
    case = await a_family(casework)
    return Arranged(casework.as_("team_manager"), {"family_id": case["family_id"]})


async def _an_eligible_family(casework: ServiceUnderTest) -> Arranged:
    case = await a_family(casework)
    await sent(
        casework, case, "thriving-families", {"version": "2022", "needs": NEEDS_2022, "assessed_on": "2026-01-12"}
    )
    return Arranged(casework.as_("team_manager"), {"family_id": case["family_id"]})


async def _a_family_with_plan(casework: ServiceUnderTest) -> Arranged:
    case = await a_planned_family(casework)
    return Arranged(casework.as_("team_manager"), {"family_id": case["family_id"]})


async def _a_plan_that_was_read(casework: ServiceUnderTest) -> Arranged:
    case = await a_planned_family(casework)
    return Arranged(casework.as_("team_manager"), {"family_id": case["family_id"]}, headers=A_VERSION)


async def _a_family_to_claim_for(casework: ServiceUnderTest) -> Arranged:
    case = await a_planned_family(casework)
    await improve(casework, case, "2024-05-01", *NEEDS_2022)
    await close(casework, case, "2024-08-31")
    return Arranged(casework.as_("team_manager"), {"family_id": case["family_id"]})


async def _a_young_person(casework: ServiceUnderTest) -> Arranged:
    accepted = an_accepted_referral(decided_at=OPENED, child_ids=[uuid4()])
    let_referrals_answer(casework, accepted)
    [response] = [each for url, each in casework.answers.items() if url.endswith(str(accepted.referral_id))]
    response["children"][0]["date_of_birth"] = "2008-11-20"
    await casework.deliver(accepted)
    path = {"child_id": str(accepted.child_ids[0]), "year_month": "2026-02"}
    return Arranged(casework.as_("team_manager"), path)


TEAM = "/v1/cases/{case_id}/team-around-the-family"
FAMILY = "/v1/families/{family_id}"
ARRANGEMENTS: dict[str, Arrangement] = {
    f"POST {TEAM}": _a_case,
    f"POST {TEAM}/members": _a_team,
    f"POST {TEAM}/members/{{member_id}}/departure": _a_member,
    f"POST {TEAM}/lead-professional": _who_is_to_lead,
    f"POST {TEAM}/ending": _a_team,
    f"POST {TEAM}/caf": _a_child_to_assess,
    f"PUT {TEAM}/caf/{{assessment_id}}": _an_assessment,
    f"POST {TEAM}/actions": _who_is_to_act,
    f"POST {TEAM}/actions/{{action_id}}/completion": _an_action,
    f"POST {TEAM}/actions/{{action_id}}/cancellation": _an_action,
    f"POST {TEAM}/reviews": _who_came,
    "POST /v1/cases/{case_id}/link-worker-support": _a_case,
    "POST /v1/cases/{case_id}/escalation": _a_case,
    "POST /v1/cases/{case_id}/hand-overs": _a_child_to_hand_over,
    "POST /v1/hand-overs/{hand_over_id}/answer": _a_hand_over,
    "POST /v1/hand-overs/{hand_over_id}/revocation": _a_hand_over,
    f"POST {FAMILY}/star-readings": _a_referred_family,
    f"POST {FAMILY}/thriving-families": _a_referred_family,
    f"POST {FAMILY}/outcome-plan": _an_eligible_family,
    f"PUT {FAMILY}/outcome-plan": _a_plan_that_was_read,
    f"POST {FAMILY}/outcome-plan/reviews": _a_family_with_plan,
    f"POST {FAMILY}/outcome-plan/progress": _a_family_with_plan,
    f"POST {FAMILY}/outcome-claims": _a_family_to_claim_for,
    "PUT /v1/participation/{child_id}/{year_month}": _a_young_person,
}


def test_every_body_has_an_example_and_an_arrangement() -> None:
    assert without_example_in(*WINGS) == []
    assert {example.route for example in examples_in(*WINGS)} == set(ARRANGEMENTS)


@pytest.mark.parametrize("example", examples_in(*WINGS), ids=str)
async def test_an_example_can_be_sent(example: Example, start: StartService, make_sqlite: MakeDatabase) -> None:
    casework = await start("casework", make_sqlite("casework"))
    answer = await send(example, await ARRANGEMENTS[example.route](casework))
    assert answer.is_success, answer.text
