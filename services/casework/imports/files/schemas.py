"""What the rows of every imported file have in common."""

from collections.abc import Iterator, Sequence
from datetime import date
from functools import cached_property
from typing import Annotated, Any, Generic, Literal, TypeVar
from uuid import UUID

from pydantic import AfterValidator, BaseModel, Field, ValidationError
from pydantic_core import PydanticCustomError

from services.casework.imports.files.rules import EARLIEST_OPENING, Fault, RowFault, digest_of, read_table
from services.casework.workforce.workers.schemas import Number
from shared import clock
from shared.days import Day
from shared.problems import field_problems
from shared.web import RequestBody

Reference = Annotated[str, Field(min_length=1, max_length=60)]


class FileRow(RequestBody):
    """A row of a file; its fields are the columns."""

    def faults(self) -> Iterator[RowFault]:
        """What is wrong with the row by itself."""
        yield from ()

    @cached_property
    def digest(self) -> str:
        return digest_of(self.model_dump())


F = TypeVar("F", bound=FileRow)


class Numbered(BaseModel, Generic[F]):
    """A row and its number in the file, where the heading is row 1."""

    number: int
    row: F


def read_rows(text: str, kind: type[F]) -> tuple[list[Numbered[F]], list[Fault]]:
    """The rows that can be understood, and what is wrong with every other."""
    columns = columns_of(kind)
    needed = [column.column for column in columns if column.needed]
    table, faults = read_table(text, [column.column for column in columns], needed)
    rows: list[Numbered[F]] = []
    for cells in table:
        try:
            row = kind.model_validate(cells.by_column)
        except ValidationError as error:
            faults += _faults_of(cells.number, error)
            continue
        found = [Fault(cells.number, *fault) for fault in row.faults()]
        faults += found
        if not found:
            rows.append(Numbered.model_construct(number=cells.number, row=row))
    return rows, faults


def _faults_of(number: int, error: ValidationError) -> Iterator[Fault]:
    errors: Sequence[Any] = error.errors(include_input=False, include_url=False)
    for problem in field_problems({**each, "loc": ("body", *each["loc"])} for each in errors):
        column = problem.field.lstrip("/") or None
        if problem.code.startswith("date-"):  # 30/03/2026, as spreadsheets write it by default
            yield Fault(number, column, "iso-8601", "This is a day of the calendar, written as 2026-03-30")
        else:
            yield Fault(number, column, problem.code, problem.message)


class Column(BaseModel):
    """A column of a file."""

    column: str
    needed: bool
    meaning: str


def columns_of(kind: type[FileRow]) -> list[Column]:
    return [
        Column(column=name, needed=column.is_required(), meaning=column.description or "")
        for name, column in kind.model_fields.items()
    ]


def _since_the_act(day: date) -> date:
    if day > clock.today():
        raise PydanticCustomError("in_the_future", "This must not be in the future")
    if day < EARLIEST_OPENING:
        raise PydanticCustomError("too_long_ago", "This must not be before the Children Act 1989")
    return day


ImportedDay = Annotated[Day, AfterValidator(_since_the_act)]


class ImportWarning(BaseModel):
    """Something true that somebody should look at: a worker who came with more children than the ceiling allows."""

    code: Literal["over-ceiling"]
    worker_id: UUID
    children: int
    ceiling: Number


class RowCaution(BaseModel):
    """A row that is taken as it is, and that a person should look at; its place is named as that of a fault."""

    field: str
    code: Literal["past_age_without_additional_needs"]
    message: str
