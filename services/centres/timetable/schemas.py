"""What callers of the timetable endpoints send and get."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, NaiveDatetime, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from services.centres.timetable import rules
from services.centres.timetable.models import Activity, SessionNotMade, TimetableSession
from services.centres.timetable.rules import Audience
from shared.days import EARLIEST
from shared.paging import PageQuery
from shared.web import RequestBody


def _fit_for_the_public(text: str) -> str:
    if rules.looks_personal(text):
        raise PydanticCustomError("personal", "The timetable is public: nobody's name, number or address goes into it")
    return text


def _whole_minute(wall_clock: datetime) -> datetime:
    if wall_clock.second or wall_clock.microsecond:
        raise PydanticCustomError("whole_minute", "A session starts on a whole minute")
    return wall_clock


PublicText = Annotated[str, Field(min_length=1, max_length=100), AfterValidator(_fit_for_the_public)]
Age = Annotated[int, Field(ge=0, le=120)]
TimetableDay = Annotated[date, Field(ge=EARLIEST, le=date(2100, 1, 1))]


class NewActivity(RequestBody):
    """An activity and when it recurs."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "centre_id": "9a1a65ca-212e-4606-8ce0-4056a004b7bb",
                    "room_id": "a5cae324-5793-5a39-8a08-c839c96a14ce",
                    "title": "Cooking together",
                    "audience": "targeted",
                    "provider": "council",
                    "recurrence": "FREQ=WEEKLY;BYDAY=TU;COUNT=10",
                    "starts_at": "2026-09-22T10:00:00",
                    "minutes": 90,
                    "capacity": 8,
                    "minimum_age": 5,
                    "maximum_age": 11,
                    "staff": ["Marjorie Appleford"],
                }
            ]
        }
    )

    centre_id: UUID
    room_id: UUID
    title: PublicText
    """Shown to everybody: what happens, never who comes or why."""
    audience: Audience
    provider: PublicText
    """`council`, or the partner whose session it is."""
    recurrence: Annotated[str, Field(max_length=200)] | None = None
    """An RFC 5545 recurrence rule, such as `FREQ=WEEKLY;BYDAY=TU`; none: once."""
    starts_at: Annotated[NaiveDatetime, AfterValidator(_whole_minute)]
    """Wall clock in Europe/London, without an offset."""
    minutes: int = Field(ge=1, le=720)
    capacity: int = Field(ge=1, le=1000)
    """Places; no more than the room holds."""
    minimum_age: Age | None = None
    maximum_age: Age | None = None
    staff: list[Annotated[str, Field(min_length=1, max_length=60)]] = Field(default_factory=list, max_length=20)
    """Workers' ids, or the names of a partner's staff; never shown."""

    @field_validator("maximum_age")
    @classmethod
    def _not_under_the_minimum(cls, maximum: int | None, info: ValidationInfo) -> int | None:
        minimum = info.data.get("minimum_age")
        if maximum is not None and minimum is not None and maximum < minimum:
            raise PydanticCustomError("under_the_minimum", "The maximum age must not be under the minimum age")
        return maximum


class ScheduledSession(BaseModel):
    """One meeting of an activity."""

    id: UUID
    starts_at: datetime
    ends_at: datetime
    room_id: UUID
    capacity: int
    places_taken: int
    over_by: int
    """How many more have a place than there are; more than 0 only after a merge of records was reversed."""
    caution: str | None
    """In words for the coordinator, why a session is over its places and what follows; else null."""

    @classmethod
    def of(cls, session: TimetableSession) -> Self:
        columns = {name: getattr(session, name) for name in cls.model_fields if name not in ("over_by", "caution")}
        places = session.capacity, session.places_taken
        return cls(**columns, over_by=rules.over_by(*places), caution=rules.caution_on(*places))


class ScheduledActivity(BaseModel):
    """An activity with the sessions that were put into the timetable."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    centre_id: UUID
    room_id: UUID
    title: str
    audience: Audience
    provider: str
    recurrence: str | None
    starts_at: NaiveDatetime
    """Wall clock in Europe/London."""
    minutes: int
    capacity: int
    minimum_age: int | None
    maximum_age: int | None
    sessions: list[ScheduledSession]
    goes_on: bool
    """Whether the series has more sessions than are made yet: they follow by themselves, 26 weeks ahead."""
    sessions_made_until: date | None
    """The last day for which the sessions of a series that goes on are made; null where all are."""

    @classmethod
    def of(cls, activity: Activity, sessions: Sequence[TimetableSession]) -> Self:
        return cls(**_shown(activity, sessions))


class NotMade(BaseModel):
    """A session that was not made; it is tried again every day, until its time."""

    model_config = ConfigDict(from_attributes=True)

    starts_at: datetime
    code: Literal["room-clash", "staff-clash", "open-sessions-not-provided"]


class ActivityAhead(ScheduledActivity):
    """An activity with its next sessions, at most 200, and those that could not be made."""

    not_made: list[NotMade]

    @classmethod
    def ahead(
        cls, activity: Activity, sessions: Sequence[TimetableSession], not_made: Sequence[SessionNotMade]
    ) -> Self:
        return cls(**_shown(activity, sessions), not_made=[NotMade.model_validate(each) for each in not_made])


def _shown(activity: Activity, sessions: Sequence[TimetableSession]) -> dict[str, Any]:
    made = ("sessions", "goes_on", "sessions_made_until")
    own = {name: getattr(activity, name) for name in ScheduledActivity.model_fields if name not in made}
    until = activity.made_until
    return {
        **own,
        "sessions": [ScheduledSession.of(session) for session in sessions],
        "goes_on": until is not None,
        "sessions_made_until": until and until.date(),
    }


class TimetableQuery(PageQuery):
    """Which days: those from `from` to `to`, else from today for some weeks."""

    first: TimetableDay | None = Field(None, alias="from")
    last: TimetableDay | None = Field(None, alias="to")


class PublicSession(BaseModel):
    """A session in the public timetable."""

    id: UUID
    activity_id: UUID
    title: str
    audience: Audience
    provider: str
    starts_at: datetime
    ends_at: datetime
    minutes: int
    room_id: UUID
    minimum_age: int | None
    maximum_age: int | None
    places: int
    places_left: int

    @classmethod
    def of(cls, session: TimetableSession) -> Self:
        activity = session.activity
        return cls(
            id=session.id,
            activity_id=activity.id,
            title=activity.title,
            audience=activity.audience,
            provider=activity.provider,
            starts_at=session.starts_at,
            ends_at=session.ends_at,
            minutes=activity.minutes,
            room_id=session.room_id,
            minimum_age=activity.minimum_age,
            maximum_age=activity.maximum_age,
            places=session.capacity,
            places_left=max(0, session.capacity - session.places_taken),
        )
