"""Proposals to the boards, and what the Core Group decided on some of them."""

from dataclasses import asdict
from typing import Any

from shared import clock
from shared.auth import Role
from tools.demo.proposals import PROPOSALS, Proposal
from tools.demo.run import COUNTY_MANAGER, Run
from tools.demo.suite_client import Person

BODIES = "/governance/v1/bodies"
MEETINGS = "/governance/v1/meetings"
OFFICER = Person(Role.GOVERNANCE_OFFICER, "governance.officer.priya.sundarval", "Priya Sundarval")
PRESENT = ("Martha Quainton (chair)", "Samuel Adeyemika", "Claire Tidmarsh")
WHERE_PROPOSALS_WAIT = ("core_group", "programme_board", "directorate_leadership_team")
MEETINGS_LOOKED_AT = 3


async def send_proposals(run: Run) -> None:
    """What the boards know by its title already is not proposed again."""
    bodies = {item["key"]: str(item["id"]) async for item in run.suite.every(BODIES, OFFICER)}
    there = await _titles_there(run, bodies)
    run.progress.begin("proposals", len(PROPOSALS))
    for proposal in PROPOSALS:
        if proposal.title in there:
            run.found["proposals"] += 1
        else:
            await _propose(run, proposal, bodies["core_group"])
            run.made["proposals"] += 1
        run.progress.step()


async def _titles_there(run: Run, bodies: dict[str, str]) -> set[str]:
    """Of what is decided on, and of what stands on the next agendas."""
    decisions = run.suite.every("/governance/v1/decisions", OFFICER)
    titles = {str(item["proposal"]["title"]) async for item in decisions}
    for body in WHERE_PROPOSALS_WAIT:
        meetings = await run.suite.get(f"{BODIES}/{bodies[body]}/meetings", OFFICER, limit=MEETINGS_LOOKED_AT)
        for meeting in meetings["items"]:
            agenda = run.suite.every(f"{MEETINGS}/{meeting['id']}/agenda", OFFICER)
            titles |= {str(item["title"]) async for item in agenda if item["kind"] == "proposal"}
    return titles


async def _propose(run: Run, proposal: Proposal, core_group: str) -> None:
    body: dict[str, Any] = {
        "title": proposal.title,
        "summary": proposal.summary,
        "kind": proposal.kind,
        "workstream": proposal.workstream,
        "impact": dict.fromkeys(proposal.impact, True),
        "effect": proposal.effect,
    }
    key = run.key("proposal", proposal.key)
    made = await run.suite.post("/governance/v1/proposals", COUNTY_MANAGER, body, key)
    if proposal.decision:
        decision = {"proposal_id": made["id"], **asdict(proposal.decision), "present": PRESENT}
        meeting = await _meeting_today(run, core_group)
        await run.suite.post(f"{MEETINGS}/{meeting}/decisions", OFFICER, decision, f"{key}/decision")


async def _meeting_today(run: Run, body: str) -> str:
    """The body's meeting of today; where it has none, an extraordinary one is called."""
    path, today = f"{BODIES}/{body}/meetings", str(clock.today())
    planned = await run.suite.get(path, OFFICER, limit=1)
    for meeting in planned["items"]:
        if meeting["held_on"] == today:
            return str(meeting["id"])
    call = {"held_on": today, "reason": "Matters that should not wait for the ordinary meeting."}
    return str((await run.suite.post(path, OFFICER, call, run.key("meeting", today)))["id"])
