"""What callers of the amendments endpoint send."""

from pydantic import ConfigDict, Field

from services.referrals import examples
from services.referrals.fields import JobTitle, Narrative
from services.referrals.people.schemas import Address, ReferredAdult, ReferredChild
from services.referrals.referrals.schemas import MOST_PEOPLE, Consent
from shared.contracts.concerns import Concerns, Needs
from shared.fields import Email, Name, Phone, Reason
from shared.web import RequestBody


class ReferrerContact(RequestBody):
    """Who to answer instead; what is left out stays as it was."""

    name: Name | None = None
    role: JobTitle | None = None
    email: Email | None = None
    phone: Phone | None = None


class Changes(RequestBody):
    """What is to stand there instead, whole field by whole field; what is left out, or null, stays as it was."""

    referrer: ReferrerContact | None = None
    address: Address | None = None
    concerns: Concerns | None = None
    needs: Needs | None = None
    narrative: Narrative | None = None
    immediate_danger: bool | None = None
    consent: Consent | None = None
    children: list[ReferredChild] = Field(default_factory=list, max_length=MOST_PEOPLE)
    """Children to add: those who were left out before stay."""
    adults: list[ReferredAdult] = Field(default_factory=list, max_length=MOST_PEOPLE)
    """Adults to add."""


class NewAmendment(RequestBody):
    """What is recorded differently from before, and why."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.AMENDMENT]})

    changes: Changes
    reason: Reason
