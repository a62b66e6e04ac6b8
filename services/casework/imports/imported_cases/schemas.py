"""The columns of a file of open cases, and what the index of people gets."""

from collections.abc import Iterator
from datetime import date
from functools import cached_property
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from services.casework.imports.files.rules import RowFault, digest_of
from services.casework.imports.files.schemas import FileRow, ImportedDay, Reference
from services.casework.imports.imported_cases.rules import OLDEST_CHILD, birth_faults, child_in_case
from shared import clock
from shared.contracts.casework import Pathway
from shared.days import Day
from shared.fields import Name
from shared.identifiers import NhsNumber, Upn
from shared.places import Area


class CaseRow(FileRow):
    """A child of an open case: a case has as many rows as children, the same in the columns that are the family's."""

    case_reference: Reference = Field(description="What the older system calls the case.")
    family_reference: Reference | None = Field(None, description="The family; where empty, the case is the family.")
    pathway: Pathway = Field(description="On which the family is now; a code of `pathways`.")
    opened_on: ImportedDay = Field(description="Since when the family is open to the service.")
    area: Area | None = Field(None, description="Where empty, that of the postcode.")
    address: Annotated[str, Field(max_length=200)] | None = Field(None, description="Without the postcode.")
    postcode: Annotated[str, Field(max_length=40)] | None = Field(None, description="One out of the county is kept.")
    child_reference: Reference = Field(description="What the older system calls the child, in whatever case.")
    given_name: Name = Field(description="Of the child.")
    family_name: Name = Field(description="Of the child.")
    date_of_birth: Day | None = Field(None, description="Of a child who is born.")
    expected_date_of_birth: Day | None = Field(None, description="Of an unborn child.")
    sex: Literal["F", "M", "U"] = Field("U", description="F, M, or U for unknown and of an unborn child.")
    nhs_number: NhsNumber | None = Field(None, description="Ten digits; the check digit is checked.")
    upn: Upn | None = Field(None, description="Unique pupil number; the check letter is checked.")
    additional_needs: bool = Field(False, description=f"yes or no: the service is for them to {OLDEST_CHILD}.")
    joined_on: ImportedDay | None = Field(None, description="When the child joined the case; where empty, opened_on.")

    def faults(self) -> Iterator[RowFault]:
        today = clock.today()
        if self.joined_on and self.joined_on < self.opened_on:
            yield "joined_on", "out-of-order", "A child does not join a case before it is opened"
        if self.date_of_birth and self.date_of_birth > today:
            yield "date_of_birth", "in-the-future", "A date of birth must not be in the future"
        joined_on = self.joined_on or self.opened_on
        yield from birth_faults(self.date_of_birth, self.expected_date_of_birth, joined_on, today)

    @property
    def key(self) -> str:
        return child_in_case(self.case_reference, self.child_reference)

    @property
    def family(self) -> str:
        """A key of the family that no reference of a case can be mistaken for."""
        return f"family:{self.family_reference}" if self.family_reference else f"case:{self.case_reference}"

    @cached_property
    def of_case(self) -> str:
        return digest_of(self.model_dump(include=CASE_COLUMNS))

    @cached_property
    def of_person(self) -> str:
        return digest_of(self.model_dump(include=PERSON_COLUMNS))


CASE_COLUMNS = {"family_reference", "pathway", "opened_on", "area", "address", "postcode"}

PERSON_COLUMNS = {"given_name", "family_name", "date_of_birth", "expected_date_of_birth", "sex", "nhs_number", "upn"}


class ImportedPerson(BaseModel):
    """A child of an imported case, as the index of people takes it."""

    child_id: UUID
    given_name: str
    family_name: str
    date_of_birth: date | None
    expected_date_of_birth: date | None
    sex: str
    nhs_number: str | None
    upn: str | None
    additional_needs: bool


class ImportedFamily(BaseModel):
    """Who the family of an imported case is."""

    case_id: UUID
    family_id: UUID
    address: dict[str, Any]
    children: list[ImportedPerson]
