"""A file under way: what is wrong with it, what of it is new, and what is remembered of it."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.casework.imports.files.models import ImportedRow
from services.casework.imports.files.queries import EarlierRow
from services.casework.imports.files.rules import MOST_FAULTS, Fault
from services.casework.imports.files.schemas import ImportWarning, RowCaution
from shared import clock
from shared.auth import Actor
from shared.problems import FieldProblem, Problem, json_pointer

DIFFERS = "This differs from an earlier file: what has been imported is changed here, not by another file"


class FileRefused(Problem):
    status = 422
    code = "file-refused"
    title = "Rows break a rule, so nothing of the file was imported: mend them and send the whole file again"


@dataclass
class Import:
    """One file; all of it is imported or nothing."""

    session: AsyncSession
    actor: Actor
    rows: int = 0
    added: int = 0
    faults: list[Fault] = field(default_factory=list)
    warnings: list[ImportWarning] = field(default_factory=list)
    cautions: list[RowCaution] = field(default_factory=list)
    census_rules: set[str] = field(default_factory=set)
    """Those of the census that the faults break."""
    _remembered: list[dict[str, Any]] = field(default_factory=list)

    def fault(self, number: int, column: str | None, code: str, message: str) -> None:
        self.faults.append(Fault(number, column, code, message))

    def is_known(self, number: int, known: EarlierRow | None, digest: str) -> bool:
        """Whether an earlier file had this row; where it differs from that one, this is a fault."""
        if known and known.digest != digest:
            self.fault(number, None, "differs", DIFFERS)
        return known is not None

    def refuse_if_faulty(self) -> None:
        """Raises FileRefused with every bad row."""
        if not self.faults:
            return
        faults = sorted(self.faults, key=lambda fault: (fault.row, fault.column or ""))
        errors = [
            FieldProblem(
                field=json_pointer(["rows", fault.row, *([fault.column] if fault.column else [])]),
                code=fault.code,
                message=fault.message,
            )
            for fault in faults[:MOST_FAULTS]
        ]
        facts = {"census_rule": ", ".join(sorted(self.census_rules))} if self.census_rules else {}
        bad_rows = len({fault.row for fault in faults})
        raise FileRefused(errors=errors, bad_rows=bad_rows, faults=len(faults), **facts)

    def remember(self, kind: str, reference: str, digest: str, about_id: UUID) -> None:
        """Let a later file find that this row was in this one."""
        self._remembered.append({"kind": kind, "reference": reference, "digest": digest, "about_id": about_id})

    async def write_remembered(self) -> None:
        by = {"imported_by": self.actor.subject, "imported_at": clock.now()}
        if self._remembered:
            await self.session.execute(insert(ImportedRow), [{**row, **by} for row in self._remembered])
