"""Escalations of early help, as casework announces them and as it answers about them."""

from typing import Any
from uuid import UUID, uuid4

from shared import clock
from shared.contracts.casework import EarlyHelpEscalated
from tests.service_under_test import ServiceUnderTest

SCHOOL = "Larkmead School"


def an_escalation(first: dict[str, Any], **changes: Any) -> EarlyHelpEscalated:
    data: dict[str, Any] = {
        "escalation_id": uuid4(),
        "case_id": uuid4(),
        "referral_id": UUID(first["id"]),
        "family_id": UUID(first["family_id"]),
        "child_ids": [UUID(each["child_id"]) for each in first["children"]],
        "immediate_danger": False,
        "escalated_at": clock.now(),
    }
    return EarlyHelpEscalated(**{**data, **changes})


def let_casework_answer(referrals: ServiceUnderTest, event: EarlyHelpEscalated, **changes: Any) -> None:
    """What casework returns about this escalation."""
    data = event.model_dump(mode="json")
    by = {"name": "Amina Osei", "role": "Pastoral lead", "organisation": SCHOOL}
    answer = {
        "id": data["escalation_id"],
        **{name: data[name] for name in ("case_id", "family_id", "child_ids", "immediate_danger", "escalated_at")},
        "area": "north",
        "concerns": ["neglect"],
        "narrative": "A bruise, and nobody at home.",
        "consent": {"given": False, "override_reason": "Danger"},
        "escalated_by": {**by, "partner_organisation": SCHOOL, "subject": "amina"},
        "referral_id": None,
    }
    referrals.answers[f"http://casework/v1/early-help/escalations/{event.escalation_id}"] = {**answer, **changes}
