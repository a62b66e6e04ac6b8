"""Whom a restriction names."""

from uuid import UUID

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute, aliased

from services.casework.cases.restrictions.models import FamilyRestriction
from shared.auth import Actor


def not_restricted_for(actor: Actor, family_id: InstrumentedAttribute[UUID]) -> ColumnElement[bool]:
    """Whether every service that restricts the family names the actor; also where none does."""
    restricts, names = aliased(FamilyRestriction), aliased(FamilyRestriction)
    named = select(names.subject).where(
        names.family_id == restricts.family_id, names.source == restricts.source, names.subject == actor.subject
    )
    unnamed = select(restricts.subject).where(restricts.family_id == family_id, ~exists(named.correlate_except(names)))
    return ~exists(unnamed.correlate_except(restricts))


async def subjects_named(session: AsyncSession, family_id: UUID) -> dict[str, list[str]]:
    """Whom each service names that restricts the family, in order; none for one that does not."""
    rows = select(FamilyRestriction).where(FamilyRestriction.family_id == family_id)
    named: dict[str, list[str]] = {"casework": [], "referrals": []}
    for row in await session.scalars(rows.order_by(FamilyRestriction.subject)):
        named[row.source].append(row.subject)
    return named
