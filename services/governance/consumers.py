"""Events that come in to the governance service, one function each."""

from services.governance.agendas import actions as agendas
from services.governance.decisions import actions as decisions
from shared.background import Reactions, Work
from shared.contracts.casework import CaseloadCeilingExceeded, CeilingChanged, TimescaleMissed
from shared.contracts.centres import CrisisUnanswered
from shared.contracts.event import Received
from shared.contracts.referrals import ReferralDecisionOverdue


async def put_ceiling_exceeded_on_next_core_group_agenda(event: Received[CaseloadCeilingExceeded], work: Work) -> None:
    """A worker over the ceiling is one item on the next agenda, whatever the number of families allocated till then."""
    async with work.take() as session:
        await agendas.raise_ceiling_exceeded(session, event)


async def put_overdue_decision_on_next_core_group_agenda(event: Received[ReferralDecisionOverdue], work: Work) -> None:
    """A referral whose decision is overdue is one item on the next agenda, however many of its due times passed."""
    async with work.take() as session:
        await agendas.raise_decision_overdue(session, event)


async def put_unanswered_crisis_on_next_core_group_agenda(event: Received[CrisisUnanswered], work: Work) -> None:
    """A family's crisis that nobody acknowledged is one item on the next agenda."""
    async with work.take() as session:
        await agendas.raise_crisis_unanswered(session, event)


async def put_steps_missed_too_often_on_next_core_group_agenda(event: Received[TimescaleMissed], work: Work) -> None:
    """A step of which too many are missed in an area is one item on the next agenda, however many more are missed."""
    async with work.take() as session:
        await agendas.raise_timescales_missed(session, event)


async def record_in_force_when_ceiling_changed(event: Received[CeilingChanged], work: Work) -> None:
    """The decision and its proposal show since when the ceiling is in force."""
    async with work.take() as session:
        await decisions.record_in_force(session, event.data.decision_id, event.data.in_force_since)


REACTIONS: Reactions = {
    CaseloadCeilingExceeded: put_ceiling_exceeded_on_next_core_group_agenda,
    ReferralDecisionOverdue: put_overdue_decision_on_next_core_group_agenda,
    CrisisUnanswered: put_unanswered_crisis_on_next_core_group_agenda,
    TimescaleMissed: put_steps_missed_too_often_on_next_core_group_agenda,
    CeilingChanged: record_in_force_when_ceiling_changed,
}
