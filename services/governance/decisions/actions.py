"""What a body does with a proposal at a meeting, and what follows from it."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.governance.access import ITSELF
from services.governance.bodies.queries import is_member, names_of_member, names_of_other_members
from services.governance.decisions import rules
from services.governance.decisions.models import Decision
from services.governance.decisions.queries import ever_in_force, find_decision, wait_for_effect
from services.governance.decisions.schemas import NewDecision
from services.governance.meetings.models import Meeting
from services.governance.meetings.queries import find_meeting
from services.governance.proposals.actions import end_turn, leave_with_body, record_force
from services.governance.proposals.models import Proposal, RouteStep
from services.governance.proposals.queries import find_proposal, whose_turn
from services.governance.proposals.rules import State
from shared import audit, clock, outbox
from shared.auth import Actor, Role
from shared.contracts.governance import DecisionMade
from shared.problems import InvalidBody, NotFound, Problem


class NotAMember(Problem):
    status = 403
    code = "not-a-member"
    title = "A board member records the decisions of the bodies on which they sit"


class MeetingNotYetHeld(Problem):
    status = 409
    code = "meeting-not-yet-held"
    title = "A meeting decides on its day, not before it"


class NotBeforeThisMeeting(Problem):
    status = 409
    code = "not-before-this-meeting"
    title = "The proposal came to this body only after the day of this meeting"


class NotThisBodysDecision(Problem):
    status = 409
    code = "not-this-bodys-decision"
    title = "It is not this body's turn to decide on the proposal"


class AlreadyDecided(Problem):
    status = 409
    code = "already-decided"
    title = "This proposal is already decided"


class OwnProposal(Problem):
    status = 409
    code = "own-proposal"
    title = "Nobody decides on their own proposal: who made it declares an interest, and another records the decision"


class GateNotPassed(Problem):
    status = 409
    code = "gate-not-passed"
    title = "Something must be done before this proposal may be approved"


async def record_decision(session: AsyncSession, actor: Actor, meeting_id: UUID, sent: NewDecision) -> Decision:
    """Record what a body decided: the proposal moves on, comes to its end, or waits for the body's next meeting."""
    meeting = await find_meeting(session, meeting_id)
    await _require_right_to_record(session, actor, meeting)
    proposal = await _proposal_to_decide(session, sent.proposal_id)
    step = await _turn_of_meeting(session, meeting, proposal)
    await _require_no_own_interest(session, actor, meeting, proposal, sent)
    _require_gates(proposal, sent)
    decision = _decision_from(sent, actor, meeting, proposal)
    session.add(decision)
    if sent.outcome == "deferred":
        leave_with_body(proposal, meeting.held_on)
    else:
        await end_turn(session, proposal, step, sent.outcome, meeting.held_on)
    if proposal.state == "approved" and proposal.effect:
        decision.effect, decision.effect_kind = proposal.effect, proposal.effect["kind"]
    _put_on_record(session, actor, decision)
    await outbox.record(session, _made(decision))
    return decision


async def _require_right_to_record(session: AsyncSession, actor: Actor, meeting: Meeting) -> None:
    if actor.has(Role.GOVERNANCE_OFFICER):
        return
    if not await is_member(session, meeting.body_id, actor.subject, meeting.held_on):
        raise NotAMember


async def _proposal_to_decide(session: AsyncSession, proposal_id: UUID) -> Proposal:
    try:
        return await find_proposal(session, proposal_id, lock=True)
    except NotFound as error:
        raise InvalidBody("/proposal_id", "unknown", "There is no such proposal") from error


async def _turn_of_meeting(session: AsyncSession, meeting: Meeting, proposal: Proposal) -> RouteStep:
    """The step on the route that this meeting may decide; raises the reason why it may not."""
    if not rules.has_begun(meeting.held_on, clock.today()):
        raise MeetingNotYetHeld(held_on=meeting.held_on.isoformat())
    here = select(Decision.outcome).where(Decision.proposal_id == proposal.id, Decision.meeting_id == meeting.id)
    outcome_here = await session.scalar(here)
    step = whose_turn(proposal)
    if proposal.waits_for_body_id is None or step is None or outcome_here == "deferred":
        raise AlreadyDecided(present_state=proposal.state)
    if step.body_id != meeting.body_id:
        raise NotThisBodysDecision(f"It is before the {step.body.name}.", body=step.body.key)
    if not rules.was_before_the_meeting(proposal.waits_from, meeting.held_on):
        raise NotBeforeThisMeeting(waits_from=proposal.waits_from.isoformat())
    return step


async def _require_no_own_interest(
    session: AsyncSession, actor: Actor, meeting: Meeting, proposal: Proposal, sent: NewDecision
) -> None:
    as_member = await names_of_member(session, proposal.proposed_by)
    of_others = await names_of_other_members(session, meeting.body_id, proposal.proposed_by)
    names = rules.names_for(proposal.proposed_by, proposal.proposed_by_name, as_member, of_others)
    records_own = actor.has(Role.BOARD_MEMBER) and actor.subject == proposal.proposed_by
    if records_own or rules.sits_undeclared(names, sent.present, sent.declared_interests):
        raise OwnProposal


def _require_gates(proposal: Proposal, sent: NewDecision) -> None:
    closed = [gate.gate for gate in proposal.gates if gate.passed_at is None]
    if closed and sent.outcome in rules.APPROVALS:
        raise GateNotPassed(f"Not passed: {', '.join(closed)}.", gates=closed)


def _decision_from(sent: NewDecision, actor: Actor, meeting: Meeting, proposal: Proposal) -> Decision:
    return Decision(
        **sent.model_dump(exclude={"effective_on"}),
        id=uuid4(),
        proposal=proposal,
        meeting=meeting,
        body=meeting.body,
        recorded_by=actor.subject,
        decided_at=clock.now(),
        effective_on=sent.effective_on or clock.today(),
    )


def _put_on_record(session: AsyncSession, actor: Actor, decision: Decision) -> None:
    facts: dict[str, Any] = {
        "proposal_id": str(decision.proposal.id),
        "meeting_id": str(decision.meeting.id),
        "body": decision.body.key,
        "outcome": decision.outcome,
        "effect": decision.effect,
    }
    audit.record(session, actor, "decision_record", "decision", decision.id, **facts)


def _made(decision: Decision) -> DecisionMade:
    return DecisionMade.model_validate(
        {
            "decision_id": decision.id,
            "proposal_id": decision.proposal.id,
            "meeting_id": decision.meeting.id,
            "body": decision.body.key,
            "outcome": decision.outcome,
            "effect": decision.effect,
            "decided_at": decision.decided_at,
            "effective_on": decision.effective_on,
        }
    )


async def record_in_force(session: AsyncSession, decision_id: UUID, since: datetime) -> None:
    """The service concerned applied a decision; of several on the same thing the latest decision is in force."""
    effect_kind = (await find_decision(session, decision_id)).effect_kind
    assert effect_kind, "only a decision with an effect is applied"
    await wait_for_effect(session, effect_kind)
    decision = await find_decision(session, decision_id)
    if decision.in_force_since is None:
        decision.in_force_since = since
    applied = await ever_in_force(session, effect_kind)
    for each, following in zip(applied, [*applied[1:], None], strict=True):
        _set_force(each, following.in_force_since if following else None)
    audit.record(session, ITSELF, "decision_in_force", "decision", decision.id, since=since.isoformat())


def _set_force(decision: Decision, until: datetime | None) -> None:
    state: State = "superseded" if until else "in_force"
    if until and decision.in_force_since:  # one whose event came late was overtaken as it came
        until = max(until, decision.in_force_since)
    if decision.proposal.state != state or decision.in_force_until != until:
        decision.in_force_until = until
        record_force(decision.proposal, state, decision.in_force_since)
