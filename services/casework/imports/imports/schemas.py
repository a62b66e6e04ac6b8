"""What an import answers."""

from typing import Literal

from pydantic import BaseModel

from services.casework.imports.files.schemas import FileRow, ImportWarning
from services.casework.imports.imported_allocations.schemas import AllocationRow
from services.casework.imports.imported_cases.schemas import CaseRow
from services.casework.imports.imported_workers.schemas import WorkerRow

Kind = Literal["workers", "cases", "allocations"]

ROWS: dict[Kind, type[FileRow]] = {"workers": WorkerRow, "cases": CaseRow, "allocations": AllocationRow}


class ImportDone(BaseModel):
    """What became of the rows of a file."""

    kind: Kind
    rows: int
    added: int
    already_there: int
    """Rows that an earlier file told before, word for word."""
    warnings: list[ImportWarning]
