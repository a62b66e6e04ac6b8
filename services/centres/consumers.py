"""Events that come in to the centres service."""

from services.centres.bookings.actions import note_case, note_merge
from shared.background import Reactions, Work
from shared.contracts.casework import CaseOpened
from shared.contracts.event import Received
from shared.contracts.referrals import ChildMerged, ChildUnmerged


async def note_family_open_when_case_opened(event: Received[CaseOpened], work: Work) -> None:
    """The family may come to targeted sessions from now on."""
    opened = event.data
    async with work.take() as session:
        await note_case(
            session,
            case_id=opened.case_id,
            family_id=opened.family_id,
            child_ids=opened.child_ids,
            is_open=True,
            sequence=event.sequence,
        )


async def follow_child_when_merged(event: Received[ChildMerged], work: Work) -> None:
    """The child answers to the surviving id from now on."""
    merged = event.data
    async with work.take() as session:
        await note_merge(session, merged.merged_child_id, merged.surviving_child_id, event.sequence)


async def go_back_when_child_unmerged(event: Received[ChildUnmerged], work: Work) -> None:
    async with work.take() as session:
        await note_merge(session, event.data.merged_child_id, None, event.sequence)


REACTIONS: Reactions = {
    CaseOpened: note_family_open_when_case_opened,
    ChildMerged: follow_child_when_merged,
    ChildUnmerged: go_back_when_child_unmerged,
}
