"""Events as tests need them: made up, and recorded without a service around."""

from typing import Any
from uuid import uuid4

from shared import clock, outbox
from shared.bus.interface import Message
from shared.contracts.event import Envelope
from shared.contracts.referrals import ReferralSubmitted
from shared.database import Database

TAKEN_BY_GOVERNANCE = {"governance": (ReferralSubmitted.TYPE,)}
"""Subscriptions of which the event below has one; in the registry it has none."""


def a_submitted_referral(**changes: Any) -> ReferralSubmitted:
    now = clock.now()
    usual = {
        "referral_id": uuid4(),
        "family_id": uuid4(),
        "child_ids": [uuid4()],
        "source": "2A",
        "area": "south",
        "district": "E07000180",
        "immediate_danger": False,
        "received_at": now,
        "rating_due_at": now,
        "decision_due_at": now,
    }
    return ReferralSubmitted.model_validate({**usual, **changes})


async def record_one(database: Database, **changes: Any) -> ReferralSubmitted:
    """Record an event in a transaction of its own, and give it."""
    event = a_submitted_referral(**changes)
    async with database.begin() as session:
        await outbox.record(session, event)
    return event


def subject_of(message: Message) -> str:
    return Envelope.model_validate_json(message.body).subject
