"""Recording what casework announces and a re-referral shows."""

from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from services.referrals.thresholds.models import KeyWorker
from shared.contracts.casework import CaseAllocated, CaseTransferred
from shared.contracts.event import Received


async def record_key_worker(
    session: AsyncSession, event: Received[CaseAllocated] | Received[CaseTransferred], since: date
) -> None:
    """Record who holds a family's case, so that a re-referral shows whom the family knows."""
    data = event.data
    known = await session.get(KeyWorker, data.case_id, with_for_update=True)
    if known is None:
        known = KeyWorker(case_id=data.case_id, sequence=0)
        session.add(known)
    if event.sequence > known.sequence:
        known.family_id, known.worker_id = data.family_id, data.worker_id
        known.since, known.sequence = since, event.sequence
