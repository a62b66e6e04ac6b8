"""Importing a file of an older system, all of it or nothing."""

from collections.abc import Awaitable, Callable

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.casework.imports.files.actions import Import
from services.casework.imports.imported_allocations.actions import import_allocations
from services.casework.imports.imported_cases.actions import import_cases
from services.casework.imports.imported_protection.actions import (
    import_assessments,
    import_protection_plans,
    import_section_47_enquiries,
)
from services.casework.imports.imported_workers.actions import import_workers
from services.casework.imports.imports.schemas import ImportDone, ImportKind
from shared import audit
from shared.auth import Actor

ONE_AT_A_TIME = "imports"


async def import_file(session: AsyncSession, actor: Actor, kind: ImportKind, text: str, *, keep: bool) -> ImportDone:
    """Import a file, or, where it is not to be kept, undo it at the end: what it would do is then exactly what it did.

    Imports wait for one another, so that of two that bring the same rows the second finds those of the first.
    """
    if session.get_bind().dialect.name == "postgresql":
        await session.execute(select(func.pg_advisory_xact_lock(func.hashtext(ONE_AT_A_TIME))))
    work = Import(session, actor)
    attempt = await session.begin_nested()
    await IMPORTS[kind](work, text)
    await work.write_remembered()
    if keep:
        await attempt.commit()
        audit.record(session, actor, "file_import", "import", kind, rows=work.rows, added=work.added)
    else:
        await attempt.rollback()
    return ImportDone(
        kind=kind,
        rows=work.rows,
        added=work.added,
        already_there=work.rows - work.added,
        warnings=work.warnings,
        cautions=work.cautions,
    )


IMPORTS: dict[ImportKind, Callable[[Import, str], Awaitable[None]]] = {
    "workers": import_workers,
    "cases": import_cases,
    "allocations": import_allocations,
    "protection_plans": import_protection_plans,
    "assessments": import_assessments,
    "section_47_enquiries": import_section_47_enquiries,
}
