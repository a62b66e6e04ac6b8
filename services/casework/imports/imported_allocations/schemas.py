"""The columns of a file of allocations."""

from collections.abc import Iterator

from pydantic import Field

from services.casework.imports.files.rules import RowFault
from services.casework.imports.files.schemas import FileRow, ImportedDay, Reference


class AllocationRow(FileRow):
    """A key worker of an imported case, now or earlier."""

    case_reference: Reference = Field(description="Of a case that was imported.")
    worker_reference: Reference = Field(description="Of a worker who was imported, or the id of one here.")
    starts_on: ImportedDay = Field(description="The first day.")
    ended_on: ImportedDay | None = Field(None, description="From when somebody else, or nobody, held the family.")

    @property
    def key(self) -> str:
        return f"{self.starts_on.isoformat()} {self.case_reference}"

    def faults(self) -> Iterator[RowFault]:
        if self.ended_on and self.ended_on <= self.starts_on:
            yield "ended_on", "out-of-order", "An allocation ends on a later day than it starts"
