"""Workers and cases as tests need them."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from services.casework.cases.cases.rules import CaseScope
from shared import clock
from shared.contracts.governance import DecisionMade, Effect
from shared.contracts.referrals import ReferralAccepted
from tests.service_under_test import ServiceUnderTest


async def a_worker(casework: ServiceUnderTest, **changes: Any) -> dict[str, Any]:
    sent = {"name": "Rosalind Achebe", "role": "social_worker", "area": "south", "team": "South 1", "fte": 1}
    sent |= {"registration_number": "SW12345", **changes}
    answer = await casework.as_("administrator").post("/workers", json=sent)
    assert answer.status_code == 201, answer.text
    worker: dict[str, Any] = answer.json()
    return worker


def an_accepted_referral(children: int = 1, **changes: Any) -> ReferralAccepted:
    facts: dict[str, Any] = {
        "referral_id": uuid4(),
        "family_id": uuid4(),
        "child_ids": [uuid4() for _ in range(children)],
        "outcome": "assessment",
        "level": 3,
        "area": "south",
        "district": "E07000180",
        "received_at": clock.now(),
        "decided_at": clock.now(),
    }
    return ReferralAccepted(**{**facts, **changes})


def let_referrals_answer(casework: ServiceUnderTest, accepted: ReferralAccepted) -> None:
    """What the referrals service returns when it is asked about this referral."""
    children = [
        {
            "child_id": str(child_id),
            "given_name": "Barnabas",
            "family_name": "Quillfeather",
            "date_of_birth": "2016-05-04",
            "expected_date_of_birth": None,
        }
        for child_id in accepted.child_ids
    ]
    url = f"http://referrals/v1/referrals/{accepted.referral_id}"
    casework.answers[url] = {"area": accepted.area, "children": children, "narrative": "not needed here"}


async def a_case(casework: ServiceUnderTest, children: int = 1, **changes: Any) -> dict[str, Any]:
    """A case opened by an event, as all are."""
    accepted = an_accepted_referral(children, **changes)
    let_referrals_answer(casework, accepted)
    await casework.deliver(accepted)
    asked = {"referral": str(accepted.referral_id)}
    [case] = (await casework.as_("area_manager").get("/cases", params=asked)).json()["items"]
    found: dict[str, Any] = case
    return found


def a_decision(children: int, *, decided_at: datetime | None = None, decision_id: UUID | None = None) -> DecisionMade:
    return DecisionMade(
        decision_id=decision_id or uuid4(),
        proposal_id=uuid4(),
        meeting_id=uuid4(),
        body="core_group",
        outcome="approved",
        effect=Effect(kind="set_caseload_ceiling", children=children),
        decided_at=decided_at or clock.now(),
        effective_on=clock.today(),
    )


def closed_on_of(scope: CaseScope) -> str | None:
    """The day on which a case was closed that somebody may or may not see, as SQLite keeps it."""
    if scope.days_closed is None:
        return None
    return (clock.today() - timedelta(days=scope.days_closed)).isoformat()
