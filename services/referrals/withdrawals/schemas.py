"""What callers of the withdrawal endpoints send."""

from pydantic import ConfigDict

from services.referrals import examples
from shared.fields import Reason
from shared.web import RequestBody


class NewWithdrawal(RequestBody):
    """Why a referral is taken back."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.WITHDRAWAL]})

    reason: Reason


class NewWithdrawalDecision(RequestBody):
    """Whether the MASH accepts that a referral is withdrawn, and why."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.WITHDRAWAL_DECISION]})

    accepted: bool
    reason: Reason
