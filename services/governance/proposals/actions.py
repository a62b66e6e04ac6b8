"""How a proposal is made and routed, and how it goes on through the bodies."""

from datetime import date, datetime, timedelta
from uuid import uuid4

from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm.attributes import flag_modified

from services.governance.bodies.queries import bodies_by_key, find_body_by_key
from services.governance.meetings.actions import plan_meetings
from services.governance.proposals import rules
from services.governance.proposals.models import Gate, Proposal, RouteStep
from services.governance.proposals.queries import whose_turn
from services.governance.proposals.schemas import NewProposal
from shared import audit, clock, outbox
from shared.auth import Actor
from shared.clock import london_day
from shared.contracts.governance import ProposalRouted, ProposalSubmitted
from shared.problems import InvalidBody, Problem

REFERRED_UP = "The {} referred it up"


class NoHigherBody(Problem):
    status = 409
    code = "no-higher-body"
    title = "There is no body to which this one refers up"


async def submit_proposal(session: AsyncSession, actor: Actor, sent: NewProposal) -> Proposal:
    """Record a proposal and route it by what it is and what it would change."""
    route = rules.route_for(sent.impact.ticks(), sent.effect.kind if sent.effect else None)
    if not route:
        raise InvalidBody("/impact", "nothing-ticked", "Tick the impact, or give an effect: the route follows from it")
    proposal = _proposal_from(sent, actor)
    proposal.route = await _steps(session, route)
    proposal.waits_for_body_id = next(step.body.id for step in proposal.route if step.role == "decides")
    session.add(proposal)
    await session.flush()  # counts the version, which the response's ETag has
    audit.record(session, actor, "proposal_submit", "proposal", proposal.id, kind=proposal.kind, effect=proposal.effect)
    submitted = ProposalSubmitted.model_validate(
        {"proposal_id": proposal.id, "kind": proposal.kind, "effect": proposal.effect}
    )
    await outbox.record(session, submitted)
    await announce_route(session, proposal)
    return proposal


def _proposal_from(sent: NewProposal, actor: Actor) -> Proposal:
    submitted_at = clock.now()
    gates = rules.gates_for(sent.impact.ticks())
    return Proposal(
        id=uuid4(),
        **sent.model_dump(exclude={"impact", "effect"}),
        impact=sent.impact.model_dump(),
        effect=sent.effect and sent.effect.model_dump(exclude_none=True),
        proposed_by=actor.subject,
        proposed_by_name=actor.name and actor.name[:200],
        submitted_at=submitted_at,
        state="routed",
        waits_from=london_day(submitted_at),
        gates=[Gate(gate=gate, required_because=because) for gate, because in sorted(gates.items())],
        decisions=[],
    )


async def _steps(session: AsyncSession, route: list[rules.Step]) -> list[RouteStep]:
    bodies = await bodies_by_key(session, [step.body for step in route])
    for key in sorted(bodies):  # in one order, so that two proposals at one moment never wait for each other
        await plan_meetings(session, bodies[key])
    return [
        RouteStep(position=position, body=bodies[step.body], role=step.role, because=step.because)
        for position, step in enumerate(route)
    ]


async def announce_route(session: AsyncSession, proposal: Proposal) -> None:
    await outbox.record(
        session, ProposalRouted(proposal_id=proposal.id, bodies=[step.body.key for step in proposal.route])
    )


def leave_with_body(proposal: Proposal, held_on: date) -> None:
    """A meeting deferred it: a later one of the same body may take it."""
    proposal.waits_from = held_on + timedelta(days=1)


async def end_turn(session: AsyncSession, proposal: Proposal, step: RouteStep, outcome: str, held_on: date) -> None:
    """A body had its turn: the proposal goes to the next one on its route, or this round is over."""
    step.outcome, step.decided_on = outcome, held_on
    if outcome == "referred_up":
        await _add_higher_body(session, proposal, step)
    if outcome in rules.ENDS_IN:
        proposal.state, proposal.waits_for_body_id = rules.ENDS_IN[outcome], None
    elif following := whose_turn(proposal):
        proposal.waits_for_body_id, proposal.waits_from = following.body.id, held_on
        await plan_meetings(session, following.body)
    else:
        proposal.state, proposal.waits_for_body_id = "approved", None


async def _add_higher_body(session: AsyncSession, proposal: Proposal, step: RouteStep) -> None:
    """Let the next higher body decide instead, unless the route leads there anyway."""
    if (key := rules.NEXT_HIGHER.get(step.body.key)) is None:
        raise NoHigherBody
    later = [each for each in proposal.route if each.position > step.position]
    if any(each.body.key == key for each in later):
        return
    for each in later:
        each.position += 1
    body, because = await find_body_by_key(session, key), REFERRED_UP.format(step.body.name)
    added = RouteStep(position=step.position + 1, body=body, role="decides", because=because)
    proposal.route.insert(proposal.route.index(step) + 1, added)
    await announce_route(session, proposal)


def record_force(proposal: Proposal, state: rules.State, since: datetime | None) -> None:
    """Its effect is in force since then, or a later decision superseded it."""
    proposal.state, proposal.in_force_since = state, since
    flag_modified(proposal, "state")  # the version goes up also where only the end of the decision's force changed
