"""What callers of the organisation endpoint send."""

from pydantic import ConfigDict

from services.referrals import examples
from shared.fields import Line, Reason
from shared.web import RequestBody


class ConfirmedOrganisation(RequestBody):
    """Which organisation a referral that the MASH entered came from."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.ORGANISATION]})

    organisation: Line
    """As its people's tokens name it."""
    reason: Reason
