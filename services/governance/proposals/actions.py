"""What people do with proposals: they make them, and a route is found."""

from sqlalchemy.ext.asyncio import AsyncSession

from services.governance.bodies.actions import plan_meetings
from services.governance.bodies.queries import bodies_by_key
from services.governance.proposals import rules
from services.governance.proposals.models import Gate, Proposal, RouteStep
from services.governance.proposals.schemas import NewProposal
from shared import audit, clock, outbox
from shared.auth import Actor
from shared.clock import london_day
from shared.contracts.governance import ProposalRouted, ProposalSubmitted
from shared.problems import InvalidBody


async def submit_proposal(session: AsyncSession, actor: Actor, sent: NewProposal) -> Proposal:
    """Record a proposal and route it by what it is and what it would change."""
    route = rules.route_for(sent.impact.ticks(), sent.effect.kind if sent.effect else None)
    if not route:
        raise InvalidBody("/impact", "nothing-ticked", "Say what the impact is, or give an effect: it finds the route")
    proposal = _proposal_from(sent, actor)
    proposal.route = await _steps(session, route)
    proposal.waits_for_body_id = next(step.body.id for step in proposal.route if step.role == "decides")
    session.add(proposal)
    await session.flush()
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
        **sent.model_dump(exclude={"impact", "effect"}),
        impact=sent.impact.model_dump(),
        effect=sent.effect and sent.effect.model_dump(exclude_none=True),
        proposed_by=actor.subject,
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
