"""Reads of section 47 enquiries, filtered by what the actor may see."""

from collections.abc import Collection, Iterable, Sequence
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import selectinload

from services.casework.cases.cases.models import Case
from services.casework.cases.cases.queries import visible_to
from services.casework.protection.enquiries.models import Enquiry, EnquiryChild
from shared.auth import Actor
from shared.merged_children import former_ids, surviving_ids
from shared.problems import NotFound


def whole() -> Select[Enquiry]:
    return select(Enquiry).options(selectinload(Enquiry.children))


async def find_enquiry(session: AsyncSession, actor: Actor, enquiry_id: UUID) -> Enquiry:
    """The enquiry with its children, read anew; raises NotFound where its case is not seen."""
    rows = whole().join(Case, Case.id == Enquiry.case_id).where(Enquiry.id == enquiry_id, visible_to(actor))
    found = await session.scalar(rows.execution_options(populate_existing=True))
    if found is None:
        raise NotFound("section_47_enquiry", enquiry_id)
    return found


async def open_enquiry_of(session: AsyncSession, child_ids: Collection[UUID]) -> UUID | None:
    """An enquiry that goes on about one of these children, under any id that the child has or had."""
    known = await former_ids(session, (await surviving_ids(session, child_ids)).values())
    rows = select(EnquiryChild.enquiry_id).where(EnquiryChild.child_id.in_(known), EnquiryChild.ended_on.is_(None))
    found: UUID | None = await session.scalar(rows.limit(1))
    return found


async def open_enquiries_in(session: AsyncSession, case_id: UUID) -> Sequence[Enquiry]:
    still = select(EnquiryChild.enquiry_id).where(EnquiryChild.ended_on.is_(None))
    rows = whole().where(Enquiry.case_id == case_id, Enquiry.id.in_(still)).order_by(Enquiry.started_on, Enquiry.id)
    return (await session.scalars(rows)).all()


async def children_now(session: AsyncSession, rows: Iterable[Enquiry]) -> dict[UUID, UUID]:
    """For each child of these enquiries the id that it answers to."""
    return await surviving_ids(session, {child.child_id for row in rows for child in row.children})
