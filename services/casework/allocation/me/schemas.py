"""What a caller learns about themselves."""

from uuid import UUID

from pydantic import BaseModel

from services.casework.allocation.caseloads.schemas import Caseload


class Me(BaseModel):
    """Who is calling, as the token and the workers have it."""

    subject: str
    roles: list[str]
    area: str | None
    """The area that the roles are for, as the token states; where it states none, the worker's own."""
    team: str | None
    worker_id: UUID | None
    """Null where no worker is joined to the subject: a manager does that, with `PUT /v1/workers/{id}`."""
    name: str | None
    """The worker's, else the token's."""
    caseload: Caseload | None
    """What the caller holds; null for all but key workers in post."""
