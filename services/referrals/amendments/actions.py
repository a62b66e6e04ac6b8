"""What is said differently later, taken back, or answered."""

from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.referrals.access import MASH
from services.referrals.amendments.schemas import Changes, NewAcknowledgement, NewAmendment, NewWithdrawal
from services.referrals.people.actions import index_family
from services.referrals.people.models import Adult, Child
from services.referrals.referrals import rules
from services.referrals.referrals.actions import (
    ReferralAlreadyDecided,
    check_births,
    child_from,
    not_before,
    put_on_record,
    require_step,
    set_decision_due,
    whereabouts,
)
from services.referrals.referrals.models import Referral
from services.referrals.referrals.queries import find_referral
from services.referrals.referrals.schemas import MOST_PEOPLE
from shared import clock
from shared.auth import Actor
from shared.problems import InvalidBody, Problem

AMENDED = (
    *("referrer", "address", "postcode_status", "area", "district", "concerns", "needs", "narrative"),
    *("immediate_danger", "consent"),
)
"""What an amendment may change."""


class ReferralAlreadyAcknowledged(Problem):
    status = 409
    code = "referral-already-acknowledged"
    title = "The referrer of this referral is told already"


async def amend_referral(session: AsyncSession, actor: Actor, referral_id: UUID, sent: NewAmendment) -> Referral:
    """Say something differently, or add people; the change log keeps what stood there before."""
    referral = await find_referral(session, actor, referral_id, lock=True)
    require_step("amend", referral)
    _check_amendment(actor, referral, sent.changes)
    before = _as_said(referral)
    _change_what_is_said(referral, sent.changes)
    added = await _add_people(session, referral, sent.changes)
    now = _as_said(referral)
    changed = sorted(name for name in now if now[name] != before[name])
    if not (changed or added):
        raise InvalidBody("/changes", "nothing-changed", "All of this is said already")
    if added or "address" in changed:
        await index_family(session, referral.family_id, referral.address)
    said = {"old": {name: before[name] for name in changed}, "new": {name: now[name] for name in changed}}
    put_on_record(session, actor, referral, "amend", clock.now(), sent.reason, said=said, changed=changed, added=added)
    return referral


def _check_amendment(actor: Actor, referral: Referral, changes: Changes) -> None:
    if changes.immediate_danger is False and referral.immediate_danger and not actor.has(*MASH):
        raise InvalidBody("/changes/immediate_danger", "mash-only", "Only the MASH takes back immediate danger")
    if changes.children and referral.status not in rules.UNDECIDED:
        # The case is opened, or not, for the children that were told of: another child is another referral.
        raise ReferralAlreadyDecided(f"Its status is {referral.status}.", present_status=referral.status)
    for name in ("children", "adults"):
        if len(getattr(referral, name)) + len(getattr(changes, name)) > MOST_PEOPLE:
            raise InvalidBody(f"/changes/{name}", "too-many", f"A referral has at most {MOST_PEOPLE} {name}")
    check_births(changes.children, clock.today(), "/changes/children")


def _as_said(referral: Referral) -> dict[str, Any]:
    return {
        **{name: getattr(referral, name) for name in AMENDED},
        "decision_due_at": referral.decision_due_at.isoformat(),
    }


def _change_what_is_said(referral: Referral, changes: Changes) -> None:
    if changes.referrer:
        referral.referrer = {**referral.referrer, **changes.referrer.model_dump(exclude_none=True)}
    if changes.address:
        where = whereabouts(changes.address)
        # A postcode that tells no area takes away none: somebody may have placed the referral.
        for name, value in where.items():
            setattr(referral, name, referral.area if name == "area" and value is None else value)
    for name in ("concerns", "needs"):
        if (codes := getattr(changes, name)) is not None:
            setattr(referral, name, sorted(set(codes)))
    if changes.narrative is not None:
        referral.narrative = changes.narrative
    if changes.consent:
        referral.consent = changes.consent.model_dump()
    if changes.immediate_danger is not None:
        _set_danger(referral, changes.immediate_danger)
    if not (referral.narrative or referral.concerns or referral.needs):
        raise InvalidBody("/changes", "nothing-said", "Say what the concern is: a code or a narrative")


def _set_danger(referral: Referral, danger: bool) -> None:
    """Danger that is told of later is decided as soon as if it had been told of at first; no due time becomes later."""
    raised = danger and not referral.immediate_danger
    referral.immediate_danger, referral.queue_rank = danger, 0 if danger else 1
    if raised and referral.status in rules.UNDECIDED:
        at_once = rules.decision_due_by(referral.received_at, None, immediate_danger=True)
        set_decision_due(referral, min(referral.decision_due_at, at_once))


async def _add_people(session: AsyncSession, referral: Referral, changes: Changes) -> list[str]:
    """Add children and adults to the family; returns the ids of the children and adults."""
    children: list[Child] = [child_from(child, referral.family_id) for child in changes.children]
    adults = [Adult(family_id=referral.family_id, **adult.model_dump()) for adult in changes.adults]
    referral.children.extend(children)
    session.add_all(adults)
    await session.flush()
    await session.refresh(referral, ["children", "adults"])
    return [*(str(child.id) for child in children), *(str(adult.id) for adult in adults)]


async def withdraw_referral(session: AsyncSession, actor: Actor, referral_id: UUID, sent: NewWithdrawal) -> Referral:
    """Take a referral back before it is decided."""
    referral = await find_referral(session, actor, referral_id, lock=True)
    require_step("withdraw", referral)
    referral.status = "withdrawn"
    put_on_record(session, actor, referral, "withdraw", clock.now(), sent.reason)
    return referral


async def acknowledge_referral(
    session: AsyncSession, actor: Actor, referral_id: UUID, sent: NewAcknowledgement
) -> Referral:
    """Record that the referrer was told that the referral came."""
    referral = await find_referral(session, actor, referral_id, lock=True)
    require_step("acknowledge", referral)
    if referral.acknowledged_at:
        raise ReferralAlreadyAcknowledged(f"Its status is {referral.status}.", present_status=referral.status)
    at = sent.acknowledged_at or clock.now()
    not_before(at, referral.received_at, "/acknowledged_at", "The acknowledgement follows the receipt")
    referral.acknowledged_at, referral.acknowledged_by = at, actor.subject
    put_on_record(session, actor, referral, "acknowledge", at, sent.note, method=sent.method)
    return referral
