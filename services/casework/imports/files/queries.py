"""What of an older system is here already."""

from collections.abc import Iterable
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.casework.imports.files.models import ImportedRow


class EarlierRow(NamedTuple):
    """What an earlier file brought under a reference."""

    digest: str
    about_id: UUID


async def imported(session: AsyncSession, kind: str, references: Iterable[str]) -> dict[str, EarlierRow]:
    """Those of these references that an earlier file had."""
    columns = (ImportedRow.reference, ImportedRow.digest, ImportedRow.about_id)
    rows = select(*columns).where(ImportedRow.kind == kind, ImportedRow.reference.in_(set(references)))
    return {reference: EarlierRow(digest, about_id) for reference, digest, about_id in await session.execute(rows)}
