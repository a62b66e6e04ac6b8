"""What callers of the merges endpoints send and get."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from services.referrals import examples
from shared.fields import Reason
from shared.web import RequestBody


class NewMerge(RequestBody):
    """Two records that are of one child."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.MERGE]})

    surviving_child_id: UUID
    merged_child_id: UUID
    reason: Reason
    recorded_twice: bool = False
    """A manager of the MASH confirms that one child was recorded twice: two who were named together, who are known as
    siblings, or who look like twins, may then be merged."""


class NewReversal(RequestBody):
    """Why a merge was wrong."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.REVERSAL]})

    reason: Reason


class MergeShown(BaseModel):
    """A merge, and its reversal where there was one."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    surviving_child_id: UUID
    merged_child_id: UUID
    reason: str
    merged_by: str
    merged_at: datetime
    reversal_reason: str | None
    reversed_by: str | None
    reversed_at: datetime | None
