"""What callers of the ceiling endpoint get."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict


class CeilingInForce(BaseModel):
    """The caseload ceiling per full-time worker, in children, and the decision that made it."""

    model_config = ConfigDict(from_attributes=True)

    children: int
    decision_id: UUID | None
    proposal_id: UUID | None
    in_force_since: datetime
