"""Events that come in to the referrals service."""

from uuid import UUID

from services.referrals.escalations.actions import refer_escalation
from services.referrals.escalations.schemas import EscalationResponse
from services.referrals.open_cases.actions import keep_plan, keep_standing
from services.referrals.open_cases.schemas import StandingResponse
from services.referrals.people.actions import index_imported_family
from services.referrals.people.schemas import ImportedFamily, RestrictionResponse
from services.referrals.thresholds.actions import record_key_worker
from shared.background import Reactions, Work
from shared.contracts.casework import (
    CaseAllocated,
    CaseChildrenChanged,
    CaseClosed,
    CaseImported,
    CaseJoined,
    CaseOpened,
    CasePathwayChanged,
    CaseReferralJoined,
    CaseReopened,
    CaseStandingChanged,
    CaseTransferred,
    EarlyHelpEscalated,
    FamilyRestricted,
    ProtectionPlanEnded,
    ProtectionPlanStarted,
)
from shared.contracts.event import Received
from shared.followed_restrictions import record_restriction


async def _standing(work: Work, case_id: UUID) -> StandingResponse:
    return StandingResponse.model_validate(await work.client.get("casework", f"/v1/cases/{case_id}/standing"))


async def keep_open_case_when_it_changed(
    event: Received[
        CaseOpened
        | CaseReferralJoined
        | CasePathwayChanged
        | CaseClosed
        | CaseReopened
        | CaseJoined
        | CaseChildrenChanged
        | CaseStandingChanged
    ],
    work: Work,
) -> None:
    """Whatever changed, casework is asked how the case stands now: the event may be late, and names nobody."""
    standing = await _standing(work, event.data.case_id)
    async with work.take() as session:
        await keep_standing(session, standing)


async def record_key_worker_when_case_allocated(event: Received[CaseAllocated], work: Work) -> None:
    standing = await _standing(work, event.data.case_id)
    async with work.take() as session:
        await keep_standing(session, standing)
        await record_key_worker(session, event, event.data.starts_on)


async def record_key_worker_when_case_transferred(event: Received[CaseTransferred], work: Work) -> None:
    """The worker of now; when the case is closed the last one stays known, because a re-referral shows them."""
    standing = await _standing(work, event.data.case_id)
    async with work.take() as session:
        await keep_standing(session, standing)
        await record_key_worker(session, event, event.data.transferred_on)


async def index_family_when_case_imported(event: Received[CaseImported], work: Work) -> None:
    """The event is thin: who the family is, is asked of casework, before the transaction begins."""
    response = await work.client.get("casework", f"/v1/imported-cases/{event.data.case_id}")
    standing = await _standing(work, event.data.case_id)
    async with work.take() as session:
        await keep_standing(session, standing)
        await index_imported_family(session, ImportedFamily.model_validate(response))


async def refer_family_when_early_help_escalated(event: Received[EarlyHelpEscalated], work: Work) -> None:
    """The event is thin: what those around the family are worried about is asked of casework."""
    response = await work.client.get("casework", f"/v1/early-help/escalations/{event.data.escalation_id}")
    async with work.take() as session:
        await refer_escalation(session, EscalationResponse.model_validate(response), event.data.referral_id)


async def keep_restriction_when_family_restricted(event: Received[FamilyRestricted], work: Work) -> None:
    """Casework is asked who alone may see the family: whom its response names, those may from now on."""
    family_id = event.data.family_id
    response = await work.client.get("casework", f"/v1/families/{family_id}/restriction")
    named = RestrictionResponse.model_validate(response).subjects
    async with work.take() as session:
        await record_restriction(session, "casework", family_id, named, event.sequence)


async def keep_plan_when_it_began_or_ended(
    event: Received[ProtectionPlanStarted | ProtectionPlanEnded], work: Work
) -> None:
    """Two records with a protection plan each are not merged, so that it is kept which have one in force."""
    in_force = isinstance(event.data, ProtectionPlanStarted)
    async with work.take() as session:
        await keep_plan(session, event.data.plan_id, event.data.child_ids[0], in_force, event.sequence)


REACTIONS: Reactions = {
    ProtectionPlanStarted: keep_plan_when_it_began_or_ended,
    ProtectionPlanEnded: keep_plan_when_it_began_or_ended,
    FamilyRestricted: keep_restriction_when_family_restricted,
    CaseOpened: keep_open_case_when_it_changed,
    CaseReferralJoined: keep_open_case_when_it_changed,
    CasePathwayChanged: keep_open_case_when_it_changed,
    CaseClosed: keep_open_case_when_it_changed,
    CaseReopened: keep_open_case_when_it_changed,
    CaseJoined: keep_open_case_when_it_changed,
    CaseChildrenChanged: keep_open_case_when_it_changed,
    CaseStandingChanged: keep_open_case_when_it_changed,
    EarlyHelpEscalated: refer_family_when_early_help_escalated,
    CaseAllocated: record_key_worker_when_case_allocated,
    CaseTransferred: record_key_worker_when_case_transferred,
    CaseImported: index_family_when_case_imported,
}
