"""Events that come in to the casework service."""

from services.casework.cases.actions import note_merge
from services.casework.cases.schemas import ReferralAsked
from services.casework.ceilings.actions import apply_ceiling
from services.casework.pathways.actions import open_case
from shared.background import Reactions, Work
from shared.contracts.event import Received
from shared.contracts.governance import DecisionMade
from shared.contracts.referrals import ChildMerged, ChildUnmerged, ReferralAccepted

APPROVED = ("approved", "approved_with_conditions")


async def open_case_when_referral_accepted(event: Received[ReferralAccepted], work: Work) -> None:
    """The event is thin: who the children are is asked of the referrals service, before the transaction begins."""
    answer = await work.client.get("referrals", f"/v1/referrals/{event.data.referral_id}")
    async with work.take() as session:
        await open_case(session, event.data, ReferralAsked.model_validate(answer))


async def apply_ceiling_when_decision_made(event: Received[DecisionMade], work: Work) -> None:
    async with work.take() as session:
        effect = event.data.effect
        if effect and effect.kind == "set_caseload_ceiling" and effect.children and event.data.outcome in APPROVED:
            await apply_ceiling(session, event.data, effect.children)


async def follow_child_when_merged(event: Received[ChildMerged], work: Work) -> None:
    """The child answers to the surviving id from now on."""
    merged = event.data
    async with work.take() as session:
        await note_merge(session, merged.merged_child_id, merged.surviving_child_id, event.sequence)


async def go_back_when_child_unmerged(event: Received[ChildUnmerged], work: Work) -> None:
    async with work.take() as session:
        await note_merge(session, event.data.merged_child_id, None, event.sequence)


REACTIONS: Reactions = {
    ReferralAccepted: open_case_when_referral_accepted,
    ChildMerged: follow_child_when_merged,
    ChildUnmerged: go_back_when_child_unmerged,
    DecisionMade: apply_ceiling_when_decision_made,
}
