"""Reads of contacts, filtered by what the actor may see."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload, selectinload

from services.casework.cases.cases.models import Case
from services.casework.cases.cases.queries import visible_to
from services.casework.record.contacts.models import Contact, ContactChild
from services.casework.record.contacts.rules import MET_BY_VISITS
from services.casework.record.contacts.schemas import ContactsQuery
from services.casework.record.timescales.models import Timescale
from shared.auth import Actor
from shared.merged_children import former_ids, surviving_ids
from shared.problems import NotFound


async def find_contact(session: AsyncSession, actor: Actor, contact_id: UUID) -> Contact:
    """The contact with its versions, read anew; raises NotFound where the actor may not see its case."""
    found = (
        select(Contact)
        .join(Case, Case.id == Contact.case_id)
        .where(Contact.id == contact_id, visible_to(actor))
        .options(selectinload(Contact.children), selectinload(Contact.versions), joinedload(Contact.worker))
        .execution_options(populate_existing=True)
    )
    contact: Contact | None = await session.scalar(found)
    if contact is None:
        raise NotFound("contact", contact_id)
    return contact


async def contacts_of(session: AsyncSession, case_id: UUID, query: ContactsQuery) -> Select[Contact]:
    """The contacts of a case; whoever asks has been let see the case."""
    rows = select(Contact).where(Contact.case_id == case_id)
    rows = rows.options(selectinload(Contact.children), joinedload(Contact.worker))
    if query.kind:
        rows = rows.where(Contact.kind == query.kind)
    if query.worker:
        rows = rows.where(Contact.worker_id == query.worker)
    if query.child:
        known = await former_ids(session, (await surviving_ids(session, [query.child])).values())
        about = select(ContactChild.contact_id).where(
            ContactChild.contact_id == Contact.id, ContactChild.child_id.in_(known)
        )
        rows = rows.where(about.exists())
    return rows


async def children_now(session: AsyncSession, contacts: Iterable[Contact]) -> dict[UUID, UUID]:
    """For each child of the last versions of these contacts the id that it answers to."""
    return await surviving_ids(session, {child.child_id for each in contacts for child in each.children})


async def children_ever(session: AsyncSession, contact: Contact) -> dict[UUID, UUID]:
    """For each child of any version of a contact the id that it answers to."""
    child_ids = {UUID(child["child_id"]) for version in contact.versions for child in version.children}
    return await surviving_ids(session, child_ids)


@dataclass(frozen=True)
class VisitSeries:
    """Visits that fall due again and again for one child, from a day on."""

    case_id: UUID
    step: str
    about_id: UUID
    child_id: UUID
    started_on: date
    ended_on: date | None


async def visit_series_in(session: AsyncSession, case_id: UUID) -> list[VisitSeries]:
    """What falls due of visits in a case; each began with its first turn."""
    began, ended = func.min(Timescale.started_on), func.max(Timescale.ended_on)
    rows = select(Timescale.step, Timescale.about_id, Timescale.child_id, began.label("began"), ended.label("ended"))
    rows = rows.where(Timescale.case_id == case_id, Timescale.step.in_(MET_BY_VISITS))
    found = await session.execute(rows.group_by(Timescale.step, Timescale.about_id, Timescale.child_id))
    return [VisitSeries(case_id, row.step, row.about_id, row.child_id, row.began, row.ended) for row in found]


async def days_seen(session: AsyncSession, series: VisitSeries) -> Sequence[date]:
    """The days on which the child was seen at a visit for that purpose, by any of its ids, each once."""
    known = await former_ids(session, (await surviving_ids(session, [series.child_id])).values())
    rows = select(Contact.happened_on).join(ContactChild, ContactChild.contact_id == Contact.id)
    rows = rows.where(
        Contact.case_id == series.case_id,
        Contact.kind == "visit",
        Contact.purpose == MET_BY_VISITS[series.step],
        Contact.entered_in_error.is_(False),
        Contact.happened_on >= series.started_on,
        ContactChild.child_id.in_(known),
        ContactChild.seen.is_(True),
    )
    if series.ended_on:
        rows = rows.where(Contact.happened_on <= series.ended_on)
    return (await session.scalars(rows.distinct().order_by(Contact.happened_on))).all()


async def last_contact_on(session: AsyncSession, case_id: UUID) -> date | None:
    """The day of the last contact that counts as one with the family."""
    last = select(func.max(Contact.happened_on)).where(Contact.case_id == case_id, Contact.counts)
    day: date | None = await session.scalar(last)
    return day
