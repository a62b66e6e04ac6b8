"""What the threshold goes by that others announce."""

from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from services.referrals.thresholds.models import KeyWorker
from shared.contracts.casework import CaseAllocated, CaseTransferred
from shared.contracts.event import Received


async def note_key_worker(
    session: AsyncSession, event: Received[CaseAllocated] | Received[CaseTransferred], since: date
) -> None:
    """Remember who holds a family's case, so that a re-referral shows whom the family knows."""
    told = event.data
    known = await session.get(KeyWorker, told.case_id, with_for_update=True)
    if known is None:
        known = KeyWorker(case_id=told.case_id, sequence=0)
        session.add(known)
    if event.sequence > known.sequence:
        known.family_id, known.worker_id = told.family_id, told.worker_id
        known.since, known.sequence = since, event.sequence
