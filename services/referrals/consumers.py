"""Events that come in to the referrals service."""

from services.referrals.thresholds.actions import note_key_worker
from shared.background import Reactions, Work
from shared.contracts.casework import CaseAllocated
from shared.contracts.event import Received


async def note_key_worker_when_case_allocated(event: Received[CaseAllocated], work: Work) -> None:
    async with work.take() as session:
        await note_key_worker(session, event)


REACTIONS: Reactions = {CaseAllocated: note_key_worker_when_case_allocated}
