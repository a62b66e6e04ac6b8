"""What callers of the link worker support endpoints send and get."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import ConfigDict, Field

from services.casework import codes
from services.casework.fields import Shown
from shared.codes import CodeOf
from shared.days import Day
from shared.fields import Name, Text
from shared.web import RequestBody


class NewSupport(RequestBody):
    """What the link worker did."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "link_worker": "Ahmed Rahman",
                    "given_on": "2026-02-04",
                    "kind": "advice",
                    "text": "Showed the school how to write down strengths and needs with the family",
                }
            ]
        }
    )

    link_worker: Name
    link_worker_id: UUID | None = None
    """As `GET /referrals/v1/link-workers` has it."""
    given_on: Day | None = None
    kind: Annotated[str, Field(max_length=30), CodeOf("link_worker_support", codes.LINK_WORKER_SUPPORT)]
    text: Text


class SupportShown(Shown):
    """What the link worker did, and when."""

    id: UUID
    link_worker: str
    link_worker_id: UUID | None
    given_on: date
    kind: str
    text: str
