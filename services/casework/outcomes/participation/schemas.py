"""What callers of the participation endpoints send and get."""

import re
from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, WithJsonSchema
from pydantic_core import PydanticCustomError

from services.casework import codes
from services.casework.cases.cases.schemas import KeyWorker
from shared import clock
from shared.codes import CodeOf
from shared.days import PastDay
from shared.paging import PageQuery
from shared.places import Area
from shared.web import RequestBody

_YEAR_MONTH = re.compile(r"20\d\d-(0[1-9]|1[0-2])")


def _first_day(sent: Any) -> Any:
    if isinstance(sent, date):
        return sent
    if not (isinstance(sent, str) and _YEAR_MONTH.fullmatch(sent) and sent.isascii()):
        raise PydanticCustomError("year_month", "A month is written like 2026-11")
    month = date.fromisoformat(f"{sent}-01")
    if month > clock.today():
        raise PydanticCustomError("in_the_future", "This month is still to come")
    return month


Month = Annotated[
    date,
    BeforeValidator(_first_day),
    PlainSerializer(lambda day: day.strftime("%Y-%m"), return_type=str, when_used="json"),
    WithJsonSchema({"type": "string", "pattern": r"^\d{4}-\d{2}$", "examples": ["2026-11"]}),
]
"""A month as its first day; `2026-11` to callers."""

ParticipationStatus = Annotated[str, Field(max_length=20), CodeOf("participation", codes.PARTICIPATION)]

StatusInMonth = Literal["education", "employment", "training", "not_participating", "not_known", "not_asked"]


class ParticipationAnswer(RequestBody):
    """What a young person does in a month, who answered, and when they were asked: today, or an earlier day."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"status": "education", "source": "school_or_college", "asked_on": "2026-02-24"}]
        }
    )

    status: ParticipationStatus
    source: Annotated[str, CodeOf("participation_sources", codes.PARTICIPATION_SOURCES)] | None = None
    asked_on: PastDay | None = None


class ParticipationAnswerShown(BaseModel):
    """The answer for a young person and a month."""

    model_config = ConfigDict(from_attributes=True)

    child_id: UUID
    month: Month
    status: StatusInMonth
    source: str | None
    asked_on: date
    recorded_by: str
    recorded_at: datetime


class MonthQuery(PageQuery):
    """Which month, by default this one, and where."""

    month: Month | None = None
    area: Area | None = None


class ParticipationQuery(MonthQuery):
    """Which young people in the list; the summary is over all."""

    status: StatusInMonth | None = None


class ParticipationSummary(BaseModel):
    """Over everything asked for, not over the page; the four numbers below `young_people` add up to it.

    `not_known` were asked about without an answer; about `not_asked` nobody has asked for this month.
    """

    month: Month
    young_people: int
    participating: int
    not_participating: int
    not_known: int
    not_asked: int
    by_status: dict[str, int]


class YoungPerson(BaseModel):
    """A young person in the list of a month: no names."""

    child_id: UUID
    case_id: UUID
    status: StatusInMonth
    asked_on: date | None


class ParticipationInMonth(BaseModel):
    """The numbers of a month, and a page of the young people behind them."""

    summary: ParticipationSummary
    items: list[YoungPerson]
    next: str | None


class KnownBefore(BaseModel):
    """What was known last."""

    month: Month
    status: StatusInMonth


class YoungPersonToAsk(YoungPerson):
    """Somebody to ask about, with the name, the key worker, and what was known last, in an earlier month."""

    given_name: str
    family_name: str
    family_id: UUID
    area: Area | None
    key_worker: KeyWorker | None
    known_before: KnownBefore | None
