"""What every event is: a fact in the past, thin, in a CloudEvents 1.0 envelope."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Generic, Literal, TypeVar
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field


class Event(BaseModel):
    """Ids, codes, counts and times; never a name, a birth date, an address or what somebody wrote.

    A published event only grows: fields are added, with a default. What would break a reader is a new type, `.v2`.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    TYPE: ClassVar[str]
    SUBJECT: ClassVar[str]
    """The field that holds the id of the thing that the event is about."""

    @property
    def subject(self) -> UUID:
        value: UUID = getattr(self, self.SUBJECT)
        return value

    @classmethod
    def publisher(cls) -> str:
        return cls.TYPE.split(".", 1)[0]


class Envelope(BaseModel):
    """CloudEvents 1.0 in structured JSON, with the extensions `sequence`, `correlationid` and `traceparent`."""

    model_config = ConfigDict(frozen=True, extra="ignore", strict=False)

    specversion: Literal["1.0"] = "1.0"
    id: str = Field(min_length=1)
    source: str = Field(min_length=1)
    type: str = Field(min_length=1)
    subject: str
    time: AwareDatetime
    datacontenttype: Literal["application/json"] = "application/json"
    sequence: int = Field(ge=1)
    """Counts the events about one subject: an event with a lower number than one already seen is an older fact."""
    correlationid: str | None = None
    traceparent: str | None = None
    data: dict[str, Any]


E = TypeVar("E", bound=Event)


@dataclass(frozen=True)
class Received(Generic[E]):
    """An event as a consumer gets it."""

    id: str
    time: datetime
    sequence: int
    data: E
