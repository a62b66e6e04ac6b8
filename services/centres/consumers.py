"""Events that come in to the centres service."""

from services.centres.bookings.actions import note_case
from services.centres.bookings.rules import is_open_on
from shared.background import Reactions, Work
from shared.contracts.casework import (
    CaseClosed,
    CaseImported,
    CaseOpened,
    CasePathwayChanged,
    CaseReferralJoined,
    CaseReopened,
)
from shared.contracts.event import Received
from shared.contracts.referrals import ChildMerged, ChildUnmerged
from shared.merged_children import record_merge


async def note_family_when_case_told(
    event: Received[CaseOpened | CaseReferralJoined | CasePathwayChanged | CaseReopened | CaseImported], work: Work
) -> None:
    """The family may come to targeted sessions while its case is on a pathway of the Family Support Service."""
    told = event.data
    async with work.take() as session:
        await note_case(
            session,
            case_id=told.case_id,
            family_id=told.family_id,
            child_ids=told.child_ids,
            is_open=is_open_on(told.pathway),
            sequence=event.sequence,
        )


async def note_family_when_case_closed(event: Received[CaseClosed], work: Work) -> None:
    closed = event.data
    async with work.take() as session:
        await note_case(
            session,
            case_id=closed.case_id,
            family_id=closed.family_id,
            child_ids=closed.child_ids,
            is_open=False,
            sequence=event.sequence,
        )


async def follow_child_when_merged(event: Received[ChildMerged], work: Work) -> None:
    """The child answers to the surviving id from now on."""
    merged = event.data
    async with work.take() as session:
        await record_merge(session, merged.merged_child_id, merged.surviving_child_id, event.sequence)


async def go_back_when_child_unmerged(event: Received[ChildUnmerged], work: Work) -> None:
    async with work.take() as session:
        await record_merge(session, event.data.merged_child_id, None, event.sequence)


REACTIONS: Reactions = {
    CaseOpened: note_family_when_case_told,
    CaseReferralJoined: note_family_when_case_told,
    CasePathwayChanged: note_family_when_case_told,
    CaseReopened: note_family_when_case_told,
    CaseImported: note_family_when_case_told,
    CaseClosed: note_family_when_case_closed,
    ChildMerged: follow_child_when_merged,
    ChildUnmerged: go_back_when_child_unmerged,
}
