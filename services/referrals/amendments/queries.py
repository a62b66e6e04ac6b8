"""Reads of the change log."""

from uuid import UUID

from sqlalchemy import Select, select

from services.referrals.referrals.models import ReferralChange


def changes_of(referral_id: UUID) -> Select[ReferralChange]:
    return select(ReferralChange).where(ReferralChange.referral_id == referral_id)
