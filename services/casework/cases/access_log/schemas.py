"""What callers of the access log endpoint send and get."""

from datetime import datetime

from pydantic import BaseModel

from shared.fields import Subject
from shared.paging import PageQuery


class AccessLogQuery(PageQuery):
    """Which looks and changes."""

    refused: bool | None = None
    subject: Subject | None = None


class Access(BaseModel):
    """Somebody who looked at something of a family's record or changed it, or was refused."""

    id: int
    at: datetime
    subject: str
    name: str | None
    """Of the worker who is joined to the subject, where there is one."""
    roles: list[str]
    action: str
    entity: str
    entity_id: str
    refused: bool
    reason: str | None
    """Why, as given in `Access-Reason` or with the change; null where nothing was given."""
