"""Proposals: made, routed, and shown with their way through the bodies."""

from typing import Any

import pytest

from services.governance.proposals.models import Proposal
from shared.contracts.governance import ProposalRouted, ProposalSubmitted
from shared.outbox import OutboxRow
from tests.service_under_test import ServiceUnderTest
from tests.services.governance.boards import (
    a_proposal,
    agenda_of,
    coming_meetings,
    meeting_today,
    proposal_now,
    proposed,
)


async def test_a_ceiling_is_before_the_core_group_at_its_next_meeting(governance: ServiceUnderTest) -> None:
    proposal = await proposed(governance)
    [step] = proposal["route"]
    first, second = (await coming_meetings(governance))[:2]
    assert (step["body"], step["role"], step["meeting_on"]) == ("core_group", "decides", first["held_on"])
    assert step["because"] == "The caseload ceiling is a detail of the service"
    assert (proposal["state"], proposal["gates"], proposal["in_force_since"]) == ("routed", [], None)
    [item] = await agenda_of(governance, first)
    assert (item["kind"], item["proposal_id"]) == ("proposal", proposal["id"])
    assert await agenda_of(governance, second) == []


async def test_a_proposal_is_announced_with_its_route(governance: ServiceUnderTest) -> None:
    proposal = await proposed(governance, impact={"for_cabinet": True})
    [submitted], [routed] = await governance.events(ProposalSubmitted), await governance.events(ProposalRouted)
    assert isinstance(submitted, ProposalSubmitted)
    assert isinstance(routed, ProposalRouted)
    assert str(submitted.proposal_id) == str(routed.proposal_id) == proposal["id"]
    assert submitted.effect is not None
    assert submitted.effect.children == 18
    assert routed.bodies == ["core_group", "directorate_leadership_team", "cabinet"]


async def test_one_that_is_called_for_today_takes_what_is_waiting(governance: ServiceUnderTest) -> None:
    proposal = await proposed(governance)
    meeting = await meeting_today(governance)
    assert [item["proposal_id"] for item in await agenda_of(governance, meeting)] == [proposal["id"]]
    [step] = (await proposal_now(governance, proposal))["route"]
    assert step["meeting_on"] == meeting["held_on"]


async def test_the_meetings_of_a_route_follow_each_other(governance: ServiceUnderTest) -> None:
    ticked = {"wider_or_fundamental": True, "for_county_management_team": True}
    proposal = await proposed(governance, impact=ticked, effect=None)
    board, leadership, outside = proposal["route"]
    assert board["meeting_on"] <= leadership["meeting_on"]
    assert outside["meeting_on"] is None  # when the County Council Management Team meets is not known here
    [first, *_] = await coming_meetings(governance, "directorate_leadership_team")
    assert await agenda_of(governance, first) == []  # it is not its turn


async def test_gates_are_shown_with_the_reason(governance: ServiceUnderTest) -> None:
    ticked = {"closes_or_moves_centre": True, "affects_people": True}
    proposal = await proposed(governance, impact=ticked, effect=None, kind="property")
    gates = {gate["gate"]: gate for gate in proposal["gates"]}
    assert gates.keys() == {"public_consultation", "four_considerations", "impact_assessment"}
    assert "s5D" in gates["public_consultation"]["required_because"]
    assert not any(gate["passed"] for gate in gates.values())


async def test_a_proposal_has_an_etag_and_is_the_same_when_read(governance: ServiceUnderTest) -> None:
    client = governance.as_("team_manager", sub="tom")
    made = await client.post("/proposals", json=a_proposal(workstream="hr"))
    read = await client.get(f"/proposals/{made.json()['id']}")
    assert read.json() == made.json()
    assert read.headers["ETag"] == made.headers["ETag"] == '"1"'
    assert made.json()["proposed_by"] == "tom"


async def test_the_longest_texts_of_a_proposal_are_kept_whole(governance: ServiceUnderTest) -> None:
    longest = {"title": "t" * 200, "summary": "s" * 50_000, "kind": "k" * 40, "workstream": "w" * 60}
    proposal = await proposal_now(governance, await proposed(governance, **longest))
    assert {name: proposal[name] for name in longest} == longest


BAD_PROPOSALS: list[tuple[dict[str, Any], str]] = [
    ({"effect": None}, "/impact"),
    ({"effect": None, "impact": {"affects_people": False}}, "/impact"),
    ({"impact": {"fun": True}}, "/impact/fun"),
    ({"kind": "staffing!"}, "/kind"),
    ({"title": ""}, "/title"),
    ({"title": "x" * 201}, "/title"),
    ({"workstream": "x" * 61}, "/workstream"),
    ({"effect": {"kind": "adopt_service_model", "option": 2}}, "/effect/kind"),
    ({"effect": {"kind": "open_centre"}}, "/effect/kind"),
    ({"effect": {"kind": "set_caseload_ceiling"}}, "/effect/children"),
    ({"effect": {"kind": "set_caseload_ceiling", "children": 0}}, "/effect/children"),
    ({"effect": {"kind": "set_caseload_ceiling", "children": 101}}, "/effect/children"),
    ({"colour": "red"}, "/colour"),
]


@pytest.mark.parametrize(("change", "field"), BAD_PROPOSALS)
async def test_a_bad_proposal_names_the_field_and_stores_nothing(
    governance: ServiceUnderTest, change: dict[str, Any], field: str
) -> None:
    answer = await governance.as_("area_manager").post("/proposals", json=a_proposal(**change))
    assert answer.status_code == 422
    assert field in [error["field"] for error in answer.json()["errors"]]
    assert [await governance.count(table) for table in (Proposal, OutboxRow)] == [0, 0]
