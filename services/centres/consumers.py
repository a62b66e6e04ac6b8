"""Events that come in to the centres service."""

from services.centres.attendance.actions import counting_once
from services.centres.bookings.actions import record_case
from services.centres.bookings.rules import is_open_on
from services.centres.bookings.schemas import RestrictionResponse
from shared.background import Reactions, Work
from shared.contracts import casework, referrals
from shared.contracts.casework import (
    CaseChildrenChanged,
    CaseClosed,
    CaseImported,
    CaseJoined,
    CaseOpened,
    CasePathwayChanged,
    CaseReferralJoined,
    CaseReopened,
)
from shared.contracts.event import Received
from shared.contracts.referrals import ChildMerged, ChildUnmerged
from shared.followed_restrictions import record_restriction
from shared.merged_children import record_merge


async def record_family_when_case_changed(
    event: Received[
        CaseOpened | CaseReferralJoined | CasePathwayChanged | CaseReopened | CaseChildrenChanged | CaseImported
    ],
    work: Work,
) -> None:
    """The family may come to targeted sessions while its case is on a pathway of the Family Support Service."""
    case = event.data
    came_as = case.joined_family_id if isinstance(case, CaseReferralJoined) else None
    ids = {case.family_id, *case.child_ids} | ({came_as} if came_as else set())
    async with work.take() as session, counting_once(session, ids):
        await record_case(
            session,
            case_id=case.case_id,
            family_id=case.family_id,
            child_ids=case.child_ids,
            is_open=is_open_on(case.pathway),
            sequence=event.sequence,
            joined_family_id=came_as,
        )


async def record_family_when_case_ended(event: Received[CaseClosed | CaseJoined], work: Work) -> None:
    """Of a case that was joined into another, the children may come as children of that one."""
    closed = event.data
    async with work.take() as session, counting_once(session, {closed.family_id, *closed.child_ids}):
        await record_case(
            session,
            case_id=closed.case_id,
            family_id=closed.family_id,
            child_ids=closed.child_ids,
            is_open=False,
            sequence=event.sequence,
        )


async def follow_child_when_merged(event: Received[ChildMerged], work: Work) -> None:
    """The child answers to the surviving id from now on; what was booked and recorded under both counts once."""
    merged = event.data
    ids = {merged.merged_child_id, merged.surviving_child_id}
    async with work.take() as session, counting_once(session, ids):
        await record_merge(session, merged.merged_child_id, merged.surviving_child_id, event.sequence)


async def go_back_when_child_unmerged(event: Received[ChildUnmerged], work: Work) -> None:
    """What was booked and recorded under either id counts for itself again."""
    unmerged = event.data
    ids = {unmerged.merged_child_id, unmerged.surviving_child_id}
    async with work.take() as session, counting_once(session, ids):
        await record_merge(session, unmerged.merged_child_id, None, event.sequence)


async def keep_restriction_when_family_restricted(
    event: Received[referrals.FamilyRestricted | casework.FamilyRestricted], work: Work
) -> None:
    """The service that restricts is asked who alone may see the family; both may restrict it, each for itself."""
    family_id, source = event.data.family_id, event.data.publisher()
    response = await work.client.get(source, f"/v1/families/{family_id}/restriction")
    named = RestrictionResponse.model_validate(response).subjects
    async with work.take() as session:
        await record_restriction(session, source, family_id, named, event.sequence)


REACTIONS: Reactions = {
    referrals.FamilyRestricted: keep_restriction_when_family_restricted,
    casework.FamilyRestricted: keep_restriction_when_family_restricted,
    CaseOpened: record_family_when_case_changed,
    CaseReferralJoined: record_family_when_case_changed,
    CasePathwayChanged: record_family_when_case_changed,
    CaseReopened: record_family_when_case_changed,
    CaseImported: record_family_when_case_changed,
    CaseChildrenChanged: record_family_when_case_changed,
    CaseClosed: record_family_when_case_ended,
    CaseJoined: record_family_when_case_ended,
    ChildMerged: follow_child_when_merged,
    ChildUnmerged: go_back_when_child_unmerged,
}
