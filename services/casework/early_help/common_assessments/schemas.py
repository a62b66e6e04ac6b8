"""What callers of the endpoints of a Common Assessment Framework send and get."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from pydantic import ConfigDict, Field

from services.casework.fields import Shown
from shared.days import Day
from shared.fields import Text
from shared.web import RequestBody


class CafShown(Shown):
    """A Common Assessment Framework."""

    id: UUID
    child_ids: list[UUID]
    started_on: date
    completed_on: date | None
    domains: dict[str, Any]
    wishes: dict[str, Any] | None


class Wishes(RequestBody):
    """What child and family want, in their own words as far as possible (R§29, R§37)."""

    child: Text
    family: Text


class Domain(RequestBody):
    """Strengths and needs in one domain."""

    strengths: Text
    needs: Text


class Domains(RequestBody):
    """The three domains; an assessment is complete when each is written."""

    development: Domain | None = None
    parents_and_carers: Domain | None = None
    family_and_environment: Domain | None = None


class CafWritten(RequestBody):
    """A Common Assessment Framework as far as it is written; `completed_on` completes it, and it stays as it is."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "started_on": "2026-02-09",
                    "child_ids": ["0c5d7a52-4e37-4d0c-8f5d-6f1f1b8a2c02"],
                    "domains": {
                        "development": {
                            "strengths": "Reads above his age and is well liked at school",
                            "needs": "Is often tired and misses the first lessons",
                        },
                        "parents_and_carers": {
                            "strengths": "The mother seeks help early",
                            "needs": "She works nights, and nobody brings the children to school",
                        },
                        "family_and_environment": {
                            "strengths": "The grandmother lives in the same street",
                            "needs": "The flat is damp, and two children share a bed",
                        },
                    },
                    "wishes": {
                        "child": "I want to go to football again",
                        "family": "We want to sleep through the night",
                    },
                    "completed_on": "2026-02-23",
                }
            ]
        }
    )

    started_on: Day
    child_ids: Annotated[list[UUID], Field(max_length=30)] = Field(default_factory=list)
    """Of whom; none: of all children of the case."""
    domains: Domains = Field(default_factory=Domains)
    wishes: Wishes | None = None
    completed_on: Day | None = None
