"""What of an older system is here already."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.casework.imports.files.models import ImportedRow


async def imported(session: AsyncSession, kind: str, references: Iterable[str]) -> dict[str, ImportedRow]:
    """Those of these references that an earlier file had."""
    rows = select(ImportedRow).where(ImportedRow.kind == kind, ImportedRow.reference.in_(set(references)))
    return {row.reference: row for row in await session.scalars(rows)}
