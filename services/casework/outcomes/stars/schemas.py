"""What callers of the star endpoints send and get."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from services.casework import codes
from services.casework.fields import KeysOf
from services.casework.outcomes.stars.models import StarReading
from services.casework.outcomes.stars.rules import Movement, Reading
from shared.codes import CodeOf
from shared.days import PastDay
from shared.paging import PageQuery
from shared.web import RequestBody

StarDomain = Annotated[str, Field(max_length=40), CodeOf("star_domains", codes.STAR_DOMAINS)]

Score = Annotated[int, Field(ge=1, le=10, strict=True)]


class StarPerson(RequestBody):
    """Whose reading: a child of the family by id, or an adult by what they are to the children, numbered if need be."""

    child_id: UUID | None = None
    adult: Annotated[str, Field(max_length=20), CodeOf("adults", codes.ADULTS)] | None = None
    number: int = Field(1, ge=1, le=9)

    @model_validator(mode="after")
    def _one_of_them(self) -> Self:
        if (self.child_id is None) == (self.adult is None):
            raise PydanticCustomError("child_or_adult", "A person is either a child, by id, or an adult, by code")
        return self

    @property
    def key(self) -> str:
        if self.child_id:
            return str(self.child_id)
        return f"{self.adult}:{self.number}" if self.number > 1 else f"{self.adult}"

    @classmethod
    def of(cls, key: str) -> Self:
        adult, _, number = key.partition(":")
        if adult in codes.ADULTS:
            return cls(adult=adult, number=int(number or 1))
        return cls(child_id=UUID(key))


def _person(key: str) -> str:
    try:
        return StarPerson.of(key).key
    except ValueError as error:
        raise PydanticCustomError("person", "A child's id, or an adult's code such as mother or mother:2") from error


class NewStar(RequestBody):
    """Where one person stands on a day, from 1 to 10, in one domain or more."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"person": {"adult": "mother"}, "read_on": "2026-02-18", "readings": {"wellbeing": 4, "safety": 6}}
            ]
        }
    )

    person: StarPerson
    read_on: PastDay | None = None
    readings: Annotated[dict[str, Score], Field(min_length=1), KeysOf("star_domains", codes.STAR_DOMAINS)]


class StarMade(BaseModel):
    """A star as it was read; `replaced` are the domains in which an earlier reading for that day no longer holds."""

    id: UUID
    person: StarPerson
    read_on: date
    readings: dict[str, int]
    replaced: list[str]


class StarsQuery(PageQuery):
    """Which readings: of one person, in one domain; also those that were replaced."""

    person: Annotated[str, Field(max_length=40), AfterValidator(_person)] | None = None
    domain: StarDomain | None = None
    with_replaced: bool = False


class StarReadingShown(BaseModel):
    """Where a person stood in a domain on a day; `replaced_at` where it was read again for that day."""

    star_id: UUID
    person: StarPerson
    domain: str
    read_on: date
    value: int
    read_by: str
    recorded_at: datetime
    replaced_at: datetime | None

    @classmethod
    def of(cls, row: StarReading, person: StarPerson) -> Self:
        return cls(
            star_id=row.star_id,
            person=person,
            domain=row.domain,
            read_on=row.read_on,
            value=row.value,
            read_by=row.read_by,
            recorded_at=row.recorded_at,
            replaced_at=row.replaced_at,
        )


class ReadingOn(BaseModel):
    """A day and a value from 1 to 10."""

    read_on: date
    value: int

    @classmethod
    def of(cls, reading: Reading) -> Self:
        return cls(read_on=reading.read_on, value=reading.value)


class MovementShown(BaseModel):
    """How far a person has moved in a domain: `change` is the latest reading less the first; `readings` counts days."""

    person: StarPerson
    domain: str
    first: ReadingOn
    latest: ReadingOn
    change: int
    readings: int

    @classmethod
    def each(cls, movements: Iterable[Movement]) -> list[Self]:
        return [
            cls(
                person=StarPerson.of(movement.person),
                domain=movement.domain,
                first=ReadingOn.of(movement.first),
                latest=ReadingOn.of(movement.latest),
                change=movement.change,
                readings=movement.readings,
            )
            for movement in movements
        ]


class StarProgress(BaseModel):
    """Every person and domain of a family."""

    items: list[MovementShown]
