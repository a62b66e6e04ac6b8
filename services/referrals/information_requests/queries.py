"""Reads of information requests, each filtered by what the actor may see."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Select, false, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import selectinload

from services.referrals.access import MASH
from services.referrals.information_requests.models import InformationRequest
from services.referrals.information_requests.schemas import RequestFilter
from services.referrals.referrals import queries as referrals
from services.referrals.referrals.models import Referral
from services.referrals.referrals.rules import UNDECIDED
from shared import clock
from shared.auth import Actor, Role
from shared.organisations import organisation_key
from shared.problems import NotFound


class Answer(NamedTuple):
    """A partner's own view of the risk: a fact for the threshold."""

    partner: str
    risk: str
    answered_at: datetime


async def answers_for(session: AsyncSession, referral_id: UUID) -> list[Answer]:
    """What partners answered about a referral that the caller may see, oldest first."""
    rows = await session.execute(
        select(InformationRequest.partner, InformationRequest.risk, InformationRequest.answered_at)
        .where(InformationRequest.referral_id == referral_id, InformationRequest.answered_at.is_not(None))
        .order_by(InformationRequest.answered_at, InformationRequest.id)
    )
    return [Answer(partner, risk, at) for partner, risk, at in rows.all() if risk and at]


def _to_partner_of(actor: Actor) -> ColumnElement[bool]:
    if not actor.has(Role.PARTNER) or actor.organisation is None:
        return false()
    return InformationRequest.partner_key == organisation_key(actor.organisation)


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """`may_see_request` of `information_requests/rules.py` in SQL, with `Referral` joined.

    `tests/services/referrals/test_visibility.py` holds the two together.
    """
    own = _to_partner_of(actor)
    if actor.has(*MASH):
        return or_(referrals.visible_to(actor), own)
    return own


def _requests_for(actor: Actor) -> Select[InformationRequest]:
    return (
        select(InformationRequest)
        .join(Referral, Referral.id == InformationRequest.referral_id)
        .where(visible_to(actor))
        .options(
            selectinload(InformationRequest.referral).selectinload(Referral.children),
            selectinload(InformationRequest.former_answers),
        )
    )


async def find_request(
    session: AsyncSession, actor: Actor, request_id: UUID, *, lock: bool = False
) -> InformationRequest:
    """Raises NotFound where the actor may not see it."""
    found = _requests_for(actor).where(InformationRequest.id == request_id)
    request = await session.scalar(found.with_for_update(of=InformationRequest) if lock else found)
    if request is None:
        raise NotFound("information_request", request_id)
    return request


def list_for(actor: Actor, status: RequestFilter | None) -> Select[InformationRequest]:
    """Those that an actor may see; by default those that wait for an answer."""
    rows = _requests_for(actor)
    if status == "answered":
        return rows.where(InformationRequest.answered_at.is_not(None))
    rows = rows.where(InformationRequest.answered_at.is_(None))
    if status == "lapsed":
        return rows.where(Referral.status.not_in(UNDECIDED))
    rows = rows.where(Referral.status.in_(UNDECIDED))
    return rows.where(InformationRequest.due_at < clock.now()) if status == "late" else rows


def list_of(actor: Actor, referral_id: UUID) -> Select[InformationRequest]:
    return _requests_for(actor).where(InformationRequest.referral_id == referral_id)
