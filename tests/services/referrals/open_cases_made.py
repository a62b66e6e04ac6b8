"""Open cases as casework shows them to the front door."""

from typing import Any
from uuid import UUID, uuid4

from tests.service_under_test import ServiceUnderTest


def let_casework_show(
    referrals: ServiceUnderTest, case_id: UUID, family_id: UUID, child_ids: list[UUID], **changes: Any
) -> dict[str, Any]:
    """What casework returns when it is asked how this case stands."""
    standing = {
        "case_id": str(case_id),
        "version": 3,
        "family_id": str(family_id),
        "child_ids": [str(each) for each in child_ids],
        "pathway": "child_in_need",
        "area": "south",
        "is_open": True,
        "since": "2024-02-01",
        "key_worker": {"id": str(uuid4()), "name": "Rosalind Achebe", "version": 1},
        **changes,
    }
    referrals.answers[f"http://casework/v1/cases/{case_id}/standing"] = standing
    return standing
