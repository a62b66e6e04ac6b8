"""What callers of the drafts endpoints send and get."""

import json
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, Self
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, create_model
from pydantic_core import PydanticCustomError

from services.referrals import examples
from services.referrals.drafts.models import Draft
from services.referrals.drafts.rules import KEPT_FOR
from services.referrals.referrals.schemas import NewReferral
from shared.web import RequestBody

LARGEST_FIELD = 256 * 1024


def _can_be_kept(value: Any) -> Any:
    """Anything goes in a field that is not sent yet, as far as a database can hold it."""
    try:
        size = len(json.dumps(value, ensure_ascii=False, allow_nan=False).encode())
    except (ValueError, RecursionError) as error:
        raise PydanticCustomError("not_text", "This cannot be kept") from error
    if size > LARGEST_FIELD:
        raise PydanticCustomError("too_large", f"A field of a draft has at most {LARGEST_FIELD} bytes")
    return value


if TYPE_CHECKING:

    class DraftContent(RequestBody):
        """The fields of a referral, as far as they are filled in."""
else:

    class _WithExample(RequestBody):
        model_config = ConfigDict(json_schema_extra={"examples": [examples.DRAFT]})

    DraftContent = create_model(
        "DraftContent",
        __base__=_WithExample,
        __doc__="The fields of a referral, as far as they are filled in: none is needed, and none is checked yet.",
        **{name: (Annotated[Any, AfterValidator(_can_be_kept)], None) for name in NewReferral.model_fields},
    )


class DraftListed(BaseModel):
    """A draft in the list of those that wait to be sent."""

    id: UUID
    created_at: datetime
    changed_at: datetime
    kept_until: datetime

    @classmethod
    def of(cls, draft: Draft) -> Self:
        columns = {name: getattr(draft, name) for name in cls.model_fields if name != "kept_until"}
        return cls(**columns, kept_until=draft.changed_at + KEPT_FOR)


class DraftShown(DraftListed):
    """A draft as it was left."""

    content: dict[str, Any]
    submitted_at: datetime | None
    """When it was sent, by which its content became the referral's."""
