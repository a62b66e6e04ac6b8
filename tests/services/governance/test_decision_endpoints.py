"""Decisions: who may take them, when, and where each outcome leads."""

import asyncio
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from sqlalchemy import update

from services.governance.decisions.models import Decision
from services.governance.meetings.models import Meeting
from services.governance.proposals.models import Gate
from shared import clock
from shared.contracts.governance import DecisionMade, ProposalRouted
from tests.service_under_test import ServiceUnderTest
from tests.services.governance.boards import (
    a_decision,
    a_proposal,
    agenda_of,
    answered,
    body_id_of,
    coming_meetings,
    decide,
    meeting_today,
    proposal_now,
    proposed,
)


def _refusal(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


async def test_the_final_approval_carries_the_effect(governance: ServiceUnderTest) -> None:
    proposal, meeting = await proposed(governance), await meeting_today(governance)
    answer = await decide(governance, meeting, proposal)
    assert answer.status_code == 201
    decision = answer.json()
    assert decision["effect"] == proposal["effect"]
    assert decision["effective_on"] == clock.today().isoformat()
    [event] = await governance.events(DecisionMade)
    assert isinstance(event, DecisionMade)
    assert (str(event.decision_id), str(event.meeting_id)) == (decision["id"], meeting["id"])
    assert event.effect is not None
    assert (event.body, event.effect.children, event.effective_on) == ("core_group", 18, clock.today())
    now = await proposal_now(governance, proposal)
    assert (now["state"], now["in_force_since"]) == ("approved", None)
    assert [each["id"] for each in now["decisions"]] == [decision["id"]]
    assert [item["state"] for item in await agenda_of(governance, meeting)] == ["approved"]


async def test_each_body_decides_in_its_turn_and_only_the_last_has_the_effect(governance: ServiceUnderTest) -> None:
    proposal = await proposed(governance, impact={"for_cabinet": True})
    keys = ["core_group", "directorate_leadership_team", "cabinet"]
    meetings = [await meeting_today(governance, key) for key in keys]
    early = await decide(governance, meetings[2], proposal)
    assert _refusal(early) == (409, "not-this-bodys-decision")
    assert early.json()["body"] == "core_group"
    answers = [await decide(governance, meeting, proposal) for meeting in meetings]
    assert [answer.json()["effect"] is not None for answer in answers] == [False, False, True]
    assert [bool(event.effect) for event in await governance.events(DecisionMade)] == [False, False, True]  # type: ignore[attr-defined]
    assert _refusal(await decide(governance, meetings[0], proposal)) == (409, "already-decided")
    now = await proposal_now(governance, proposal)
    assert [(step["outcome"], step["meeting_on"]) for step in now["route"]] == [
        ("approved", meeting["held_on"]) for meeting in meetings
    ]


async def test_two_who_record_at_one_moment_leave_one_decision(governance: ServiceUnderTest) -> None:
    proposal, meeting = await proposed(governance), await meeting_today(governance)
    outcomes = ("approved", "rejected", "approved", "rejected")
    answers = await asyncio.gather(*(decide(governance, meeting, proposal, outcome=each) for each in outcomes))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]
    assert await governance.count(Decision) == 1
    assert len(await governance.events(DecisionMade)) == 1


async def test_a_meeting_does_not_decide_before_its_day(governance: ServiceUnderTest) -> None:
    proposal = await proposed(governance)
    later = next(each for each in await coming_meetings(governance) if each["held_on"] > clock.today().isoformat())
    assert _refusal(await decide(governance, later, proposal)) == (409, "meeting-not-yet-held")


async def test_a_meeting_does_not_decide_on_what_came_after_it(governance: ServiceUnderTest) -> None:
    proposal, body_id = await proposed(governance), await body_id_of(governance, "core_group")
    async with governance.database.begin() as session:
        held_on = clock.today() - timedelta(days=2)
        past = Meeting(body_id=UUID(body_id), held_on=held_on, kind="extraordinary", reason="r")
        session.add(past)
    answer = await decide(governance, {"id": str(past.id)}, proposal)
    assert _refusal(answer) == (409, "not-before-this-meeting")


async def test_nobody_decides_on_the_own_proposal(governance: ServiceUnderTest) -> None:
    proposal, meeting = await proposed(governance), await meeting_today(governance)
    members = f"/bodies/{meeting['body_id']}/members"
    member = {"name": "Anita Shah", "subject": "anita", "role": "member", "from": "2026-01-01"}
    await governance.as_("administrator").post(members, json=member)
    for present in (["anita"], ["olga", "ANITA SHAH"]):
        assert _refusal(await decide(governance, meeting, proposal, present=present)) == (409, "own-proposal")
    own = governance.as_("board_member", sub="anita")
    recorded = await own.post(f"/meetings/{meeting['id']}/decisions", json=a_decision(proposal))
    assert _refusal(recorded) == (409, "own-proposal")
    aside = {"present": ["anita", "olga"], "declared_interests": ["anita"]}
    assert (await decide(governance, meeting, proposal, **aside)).status_code == 201


async def test_a_proposer_who_sits_on_no_body_is_known_by_the_name_in_the_token(governance: ServiceUnderTest) -> None:
    client = governance.as_("area_manager", sub="lukasz", name="Łukasz O’Brien")
    proposal = await answered(await client.post("/proposals", json=a_proposal()))
    meeting = await meeting_today(governance)
    for present in (["lukasz"], ["olga", "LUKASZ O'BRIEN"], ["Lukasz\u00a0O\u02bcBrien\u200b"]):
        assert _refusal(await decide(governance, meeting, proposal, present=present)) == (409, "own-proposal")
    member = {"name": "Lukasz O'Brien", "subject": "another", "role": "member", "from": "2026-01-01"}
    await governance.as_("administrator").post(f"/bodies/{meeting['body_id']}/members", json=member)
    # Now it is the name of somebody else who sits there: who is meant is told apart by the subject.
    assert _refusal(await decide(governance, meeting, proposal, present=["lukasz"])) == (409, "own-proposal")
    assert (await decide(governance, meeting, proposal, present=["Lukasz O'Brien"])).status_code == 201


async def test_a_board_member_records_for_the_own_body(governance: ServiceUnderTest) -> None:
    proposal, meeting = await proposed(governance), await meeting_today(governance)
    path = f"/meetings/{meeting['id']}/decisions"
    client = governance.as_("board_member", sub="beatrix")
    assert _refusal(await client.post(path, json=a_decision(proposal))) == (403, "not-a-member")
    tomorrow = (clock.today() + timedelta(days=1)).isoformat()
    for subject, since in (("beatrix", clock.today().isoformat()), ("noel", tomorrow)):
        member = {"name": "Somebody", "subject": subject, "role": "chair", "from": since}
        await governance.as_("administrator").post(f"/bodies/{meeting['body_id']}/members", json=member)
    not_yet = await governance.as_("board_member", sub="noel").post(path, json=a_decision(proposal))
    assert _refusal(not_yet) == (403, "not-a-member")
    assert (await client.post(path, json=a_decision(proposal))).status_code == 201


async def test_an_approval_waits_for_every_gate(governance: ServiceUnderTest) -> None:
    proposal = await proposed(governance, impact={"affects_people": True})
    meeting = await meeting_today(governance)
    refused = await decide(governance, meeting, proposal)
    assert _refusal(refused) == (409, "gate-not-passed")
    assert refused.json()["gates"] == ["impact_assessment"]
    async with governance.database.begin() as session:
        await session.execute(update(Gate).values(passed_at=clock.now()))
    assert (await decide(governance, meeting, proposal)).status_code == 201


async def test_a_closed_gate_does_not_hinder_a_rejection(governance: ServiceUnderTest) -> None:
    proposal = await proposed(governance, impact={"affects_people": True})
    answer = await decide(governance, await meeting_today(governance), proposal, outcome="rejected")
    assert answer.json()["proposal"]["state"] == "rejected"
    assert answer.json()["effect"] is None


async def test_what_is_deferred_waits_for_the_bodys_next_meeting(governance: ServiceUnderTest) -> None:
    proposal, meeting = await proposed(governance), await meeting_today(governance)
    assert (await decide(governance, meeting, proposal, outcome="deferred")).json()["proposal"]["state"] == "routed"
    assert _refusal(await decide(governance, meeting, proposal)) == (409, "already-decided")
    following = next(each for each in await coming_meetings(governance) if each["held_on"] > meeting["held_on"])
    [step] = (await proposal_now(governance, proposal))["route"]
    assert (step["meeting_on"], step["outcome"]) == (following["held_on"], None)
    assert [item["proposal_id"] for item in await agenda_of(governance, following)] == [proposal["id"]]


async def test_what_is_referred_up_goes_to_the_next_higher_body(governance: ServiceUnderTest) -> None:
    proposal = await proposed(governance)
    for key, following in (("core_group", "programme_board"), ("programme_board", "directorate_leadership_team")):
        answer = await decide(governance, await meeting_today(governance, key), proposal, outcome="referred_up")
        assert answer.status_code == 201, answer.text
        step = (await proposal_now(governance, proposal))["route"][-1]
        assert (step["body"], step["outcome"]) == (following, None)
        assert step["because"].endswith("referred it up")
    top = await meeting_today(governance, "directorate_leadership_team")
    assert _refusal(await decide(governance, top, proposal, outcome="referred_up")) == (409, "no-higher-body")
    assert (await decide(governance, top, proposal)).json()["effect"] == proposal["effect"]
    assert len(await governance.events(ProposalRouted)) == 3


async def test_referring_up_keeps_the_rest_of_the_route(governance: ServiceUnderTest) -> None:
    proposal = await proposed(governance, impact={"for_cabinet": True})
    await decide(governance, await meeting_today(governance), proposal, outcome="referred_up")
    board = await meeting_today(governance, "programme_board")
    await decide(governance, board, proposal, outcome="referred_up")  # the leadership team is on the route anyway
    route = [step["body"] for step in (await proposal_now(governance, proposal))["route"]]
    assert route == ["core_group", "programme_board", "directorate_leadership_team", "cabinet"]


@pytest.mark.parametrize("outcome", ["rejected", "referred_back"])
async def test_some_outcomes_end_the_round(governance: ServiceUnderTest, outcome: str) -> None:
    proposal, meeting = await proposed(governance), await meeting_today(governance)
    assert (await decide(governance, meeting, proposal, outcome=outcome)).json()["proposal"]["state"] == outcome
    assert _refusal(await decide(governance, meeting, proposal)) == (409, "already-decided")
    [event] = await governance.events(DecisionMade)
    assert isinstance(event, DecisionMade)
    assert event.effect is None


BAD_DECISIONS: list[tuple[dict[str, Any], str]] = [
    ({"outcome": "approved_with_conditions"}, "/conditions"),
    ({"outcome": "perhaps"}, "/outcome"),
    ({"reason": ""}, "/reason"),
    ({"proposal_id": str(uuid4())}, "/proposal_id"),
    ({"effective_on": "2020-01-01"}, "/effective_on"),
    ({"present": ["x" * 256]}, "/present/0"),
    ({"votes": 3}, "/votes"),
]


@pytest.mark.parametrize(("change", "field"), BAD_DECISIONS)
async def test_a_bad_decision_names_the_field(governance: ServiceUnderTest, change: dict[str, Any], field: str) -> None:
    proposal, meeting = await proposed(governance), await meeting_today(governance)
    answer = await decide(governance, meeting, proposal, **change)
    assert (answer.status_code, [error["field"] for error in answer.json()["errors"]]) == (422, [field])
    assert await governance.count(Decision) == 0


async def test_conditions_and_a_later_day_are_on_record(governance: ServiceUnderTest) -> None:
    proposal, meeting = await proposed(governance), await meeting_today(governance)
    day = (clock.today() + timedelta(days=10)).isoformat()
    changes = {"outcome": "approved_with_conditions", "conditions": "Reviewed in May", "effective_on": day}
    decision = (await decide(governance, meeting, proposal, **changes)).json()
    assert (decision["conditions"], decision["effective_on"]) == ("Reviewed in May", day)
    [event] = await governance.events(DecisionMade)
    assert isinstance(event, DecisionMade)
    assert event.effective_on == date.fromisoformat(day)


async def test_decisions_are_listed_newest_first_and_by_body(governance: ServiceUnderTest) -> None:
    made = []
    for key, ticked in (("core_group", {}), ("programme_board", {"wider_or_fundamental": True})):
        proposal = await proposed(governance, impact=ticked)
        made.append((await decide(governance, await meeting_today(governance, key), proposal)).json())
    client = governance.as_("performance_analyst")
    first = (await client.get("/decisions", params={"limit": 1})).json()
    second = (await client.get("/decisions", params={"limit": 1, "after": first["next"]})).json()
    assert first["items"] + second["items"] == [made[1], made[0]]
    of_board = (await client.get("/decisions", params={"body": "programme_board"})).json()["items"]
    assert of_board == [made[1]]
    assert (await client.get("/decisions", params={"body": "nobody"})).status_code == 422
