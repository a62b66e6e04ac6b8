"""What the other services announce of a family, as its chronology takes it."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from shared import clock
from shared.contracts.centres import AttendanceRecorded, CrisisAcknowledged, CrisisRaised, CrisisUnanswered
from shared.contracts.event import Event
from shared.contracts.governance import IssueTabled
from shared.contracts.referrals import (
    ReferralAccepted,
    ReferralClosed,
    ReferralDecisionOverdue,
    ReferralRated,
    ReferralSubmitted,
)
from tests.service_under_test import ServiceUnderTest


def ago(days: float) -> datetime:
    return clock.now() - timedelta(days=days)


def submitted(accepted: ReferralAccepted, **changes: Any) -> ReferralSubmitted:
    fields = {**_of(accepted), "source": "2A", "district": None, "immediate_danger": False, "received_at": ago(9)}
    fields |= {"referral_id": accepted.referral_id, "area": "south", "rating_due_at": ago(8), "decision_due_at": ago(6)}
    return ReferralSubmitted.model_validate(fields | changes)


def rated(accepted: ReferralAccepted, **changes: Any) -> ReferralRated:
    fields = {**_of(accepted), "referral_id": accepted.referral_id, "rating": "red", "rated_at": ago(8)}
    return ReferralRated.model_validate(fields | {"decision_due_at": ago(7.5)} | changes)


def overdue(accepted: ReferralAccepted) -> ReferralDecisionOverdue:
    fields = {**_of(accepted), "referral_id": accepted.referral_id, "area": "south", "rating": "red"}
    return ReferralDecisionOverdue.model_validate(fields | {"decision_due_at": ago(7.5), "immediate_danger": False})


def closed(accepted: ReferralAccepted, **changes: Any) -> ReferralClosed:
    fields = {**_of(accepted), "referral_id": accepted.referral_id, "outcome": "signposted", "level": 2, "area": None}
    return ReferralClosed.model_validate(fields | {"decided_at": ago(5)} | changes)


def attendance(family_id: UUID, child_ids: list[UUID], **changes: Any) -> AttendanceRecorded:
    fields: dict[str, Any] = {
        "attendance_id": uuid4(),
        "session_id": uuid4(),
        "centre_id": uuid4(),
        "family_id": family_id,
    }
    fields |= {"child_ids": child_ids, "attended": True, "audience": "targeted", "starts_at": ago(3)}
    return AttendanceRecorded.model_validate(fields | changes)


def crisis(accepted: ReferralAccepted, **changes: Any) -> CrisisRaised:
    fields: dict[str, Any] = {
        "crisis_id": uuid4(),
        **_of(accepted),
        "area": "south",
        "raised_at": ago(2),
        "due_at": ago(2),
    }
    return CrisisRaised.model_validate(fields | changes)


def unanswered(raised: CrisisRaised) -> CrisisUnanswered:
    return CrisisUnanswered.model_validate(raised.model_dump(exclude={"raised_at"}))


def acknowledged(raised: CrisisRaised) -> CrisisAcknowledged:
    fields = raised.model_dump(exclude={"raised_at", "due_at"})
    return CrisisAcknowledged.model_validate(fields | {"acknowledged_at": ago(1.9), "in_time": False})


def tabled(accepted: ReferralAccepted, **changes: Any) -> IssueTabled:
    fields: dict[str, Any] = {
        "issue_id": uuid4(),
        "kind": "decision_overdue",
        "about_id": accepted.referral_id,
        "body": "core_group",
    }
    fields |= {"meeting_id": uuid4(), "meeting_on": "2026-03-04", **_of(accepted)}
    return IssueTabled.model_validate(fields | changes)


def _of(accepted: ReferralAccepted) -> dict[str, Any]:
    return {"family_id": accepted.family_id, "child_ids": accepted.child_ids}


def all_four(accepted: ReferralAccepted) -> list[Event]:
    """The story of a family as referrals, centres and governance announce it; casework opens the case in between."""
    raised = crisis(accepted)
    return [
        submitted(accepted),
        rated(accepted),
        overdue(accepted),
        accepted,
        attendance(accepted.family_id, accepted.child_ids[:1]),
        raised,
        unanswered(raised),
        acknowledged(raised),
        tabled(accepted),
    ]


async def chronology_of_child(
    casework: ServiceUnderTest, child_id: UUID, role: str = "area_manager", **claims: Any
) -> list[dict[str, Any]]:
    answer = await casework.as_(role, **claims).get(f"/children/{child_id}/chronology")
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


async def chronology_of_family(casework: ServiceUnderTest, family_id: UUID, **query: Any) -> list[dict[str, Any]]:
    answer = await casework.as_("area_manager").get(f"/families/{family_id}/chronology", params=query)
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items
