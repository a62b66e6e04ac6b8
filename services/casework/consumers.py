"""Events that come in to the casework service."""

from typing import Any
from uuid import UUID

from services.casework.allocation.allocations.actions import announce_where_over
from services.casework.allocation.ceilings.actions import apply_ceiling
from services.casework.cases.cases.actions import correct_child
from services.casework.cases.restrictions.actions import record_front_door_restriction
from services.casework.cases.restrictions.schemas import RestrictionResponse
from services.casework.early_help.escalations.actions import record_referral
from services.casework.lifecycle.merges.actions import record_merge
from services.casework.lifecycle.openings.actions import open_case
from services.casework.lifecycle.openings.schemas import ReferralResponse, ReferredChild
from services.casework.record.chronology.actions import record_event
from services.casework.record.flags.actions import take_over_flags_of_child
from shared import clock
from shared.background import Reactions, Work
from shared.contracts.centres import AttendanceRecorded, CrisisAcknowledged, CrisisRaised, CrisisUnanswered
from shared.contracts.event import Received
from shared.contracts.governance import DecisionMade, IssueTabled
from shared.contracts.referrals import (
    ChildCorrected,
    ChildMerged,
    ChildUnmerged,
    FamilyRestricted,
    ReferralAccepted,
    ReferralClosed,
    ReferralDecisionOverdue,
    ReferralRated,
    ReferralSubmitted,
    ReferralWithdrawn,
)

APPROVED = ("approved", "approved_with_conditions")

EARLY_HELP = "early_help"


async def open_case_when_referral_accepted(event: Received[ReferralAccepted], work: Work) -> None:
    """The event is thin: before the transaction begins, the referrals service is asked who the children are."""
    referral = await _referral(work, event.data.referral_id)
    async with work.take() as session:
        await record_event(session, event)
        await open_case(session, event.data, referral)


async def _referral(work: Work, referral_id: UUID) -> ReferralResponse:
    """A referral, each child of it as the record has it that speaks for the child, under the id in the referral."""
    asked_at = clock.now()
    response = await work.client.get("referrals", f"/v1/referrals/{referral_id}")
    referral = ReferralResponse.model_validate({**response, "asked_at": asked_at})
    for number, child in enumerate(referral.children):
        if child.merged_into_id:
            speaks = await work.client.get("referrals", f"/v1/children/{child.child_id}")
            known = ReferredChild.model_validate(speaks).model_dump(exclude={"child_id"})
            referral.children[number] = child.model_copy(update=known)
    return referral


async def open_early_help_when_referral_closed(event: Received[ReferralClosed], work: Work) -> None:
    """No case of the Family Support Service is opened; with the outcome early help, a record for its lead professional.

    Only then is the referrals service asked who the children are.
    """
    referral = await _referral(work, event.data.referral_id) if event.data.outcome == EARLY_HELP else None
    async with work.take() as session:
        await record_event(session, event)
        if referral is not None:
            await open_case(session, event.data, referral)


async def keep_restriction_when_family_restricted(event: Received[FamilyRestricted], work: Work) -> None:
    """The referrals service is asked who alone may see the family: whom its response names, those may from now on."""
    response = await work.client.get("referrals", f"/v1/families/{event.data.family_id}/restriction")
    async with work.take() as session:
        await record_front_door_restriction(session, event, RestrictionResponse.model_validate(response))


async def apply_ceiling_when_decision_made(event: Received[DecisionMade], work: Work) -> None:
    async with work.take() as session:
        effect = event.data.effect
        if effect and effect.kind == "set_caseload_ceiling" and effect.children and event.data.outcome in APPROVED:
            await apply_ceiling(session, event.data, effect.children)


async def follow_child_when_merged(event: Received[ChildMerged], work: Work) -> None:
    """The child answers to the surviving id from now on, and its flags from before warn in its open case."""
    merged = event.data
    async with work.take() as session:
        await record_merge(session, merged.merged_child_id, merged.surviving_child_id, event.sequence)
        await take_over_flags_of_child(session, merged.surviving_child_id)


async def go_back_when_child_unmerged(event: Received[ChildUnmerged], work: Work) -> None:
    """The child answers to its own id again; a key worker who thereby passes the ceiling is announced."""
    async with work.take() as session:
        for grown in await record_merge(session, event.data.merged_child_id, None, event.sequence):
            await announce_where_over(session, grown)


async def follow_child_when_corrected(event: Received[ChildCorrected], work: Work) -> None:
    """The event is thin: before the transaction begins, the referrals service is asked what it knows under this id.

    The response is the record that speaks for the child: of one that was merged, another's.
    """
    asked_at = clock.now()
    response = await work.client.get("referrals", f"/v1/children/{event.data.child_id}")
    known = ReferredChild.model_validate(response).model_dump(exclude={"child_id"})
    async with work.take() as session:
        await record_event(session, event)
        await correct_child(session, event.data.child_id, asked_at, **known)


async def answer_escalation_when_referral_submitted(event: Received[ReferralSubmitted], work: Work) -> None:
    """A new referral is in the family's story; one that was made of an escalation of early help is shown there."""
    async with work.take() as session:
        await record_event(session, event)
        if event.data.escalation_id:
            await record_referral(session, event.data.escalation_id, event.data.referral_id)


async def put_into_chronology_when_received(event: Received[Any], work: Work) -> None:
    """What happened to a family elsewhere is part of its story, whether or not it has a case yet."""
    async with work.take() as session:
        await record_event(session, event)


REACTIONS: Reactions = {
    ReferralSubmitted: answer_escalation_when_referral_submitted,
    ReferralRated: put_into_chronology_when_received,
    ReferralClosed: open_early_help_when_referral_closed,
    ReferralWithdrawn: put_into_chronology_when_received,
    FamilyRestricted: keep_restriction_when_family_restricted,
    ReferralDecisionOverdue: put_into_chronology_when_received,
    AttendanceRecorded: put_into_chronology_when_received,
    CrisisRaised: put_into_chronology_when_received,
    CrisisUnanswered: put_into_chronology_when_received,
    CrisisAcknowledged: put_into_chronology_when_received,
    IssueTabled: put_into_chronology_when_received,
    ReferralAccepted: open_case_when_referral_accepted,
    ChildCorrected: follow_child_when_corrected,
    ChildMerged: follow_child_when_merged,
    ChildUnmerged: go_back_when_child_unmerged,
    DecisionMade: apply_ceiling_when_decision_made,
}
