"""What is recorded differently later."""

from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.referrals.access import MASH
from services.referrals.amendments.schemas import Changes, NewAmendment
from services.referrals.people.actions import index_family
from services.referrals.referrals import rules
from services.referrals.referrals.actions import (
    ReferralAlreadyDecided,
    add_people,
    change_content,
    check_births,
    check_numbers,
    record_step,
    require_step,
    whereabouts,
)
from services.referrals.referrals.models import Referral
from services.referrals.referrals.queries import find_referral
from services.referrals.referrals.schemas import MOST_PEOPLE
from shared import clock
from shared.auth import Actor
from shared.problems import InvalidBody

AMENDED = (
    *("referrer", "address", "postcode_status", "area", "district", "concerns", "needs", "narrative"),
    *("immediate_danger", "consent"),
)
"""What an amendment may change."""


async def amend_referral(session: AsyncSession, actor: Actor, referral_id: UUID, sent: NewAmendment) -> Referral:
    """Replace what is recorded, or add people; the change log keeps what stood there before."""
    referral = await find_referral(session, actor, referral_id, lock=True)
    require_step("amend", referral)
    _check_amendment(actor, referral, sent.changes)
    before = _as_recorded(referral)
    change_content(referral, _new_values(referral, sent.changes))
    if not (referral.narrative or referral.concerns or referral.needs):
        raise InvalidBody("/changes", "no-concern", "State what the concern is: by a code or in the narrative")
    added: list[str] = []
    if sent.changes.children or sent.changes.adults:
        added = await add_people(session, referral, sent.changes.children, sent.changes.adults)
    now = _as_recorded(referral)
    changed = sorted(name for name in now if now[name] != before[name])
    if not (changed or added):
        raise InvalidBody("/changes", "nothing-changed", "All of this is recorded already")
    if added or "address" in changed:
        await index_family(session, referral.family_id, referral.address)
    content = {"old": {name: before[name] for name in changed}, "new": {name: now[name] for name in changed}}
    facts: dict[str, Any] = {"changed": changed, "added": added}
    record_step(session, actor, referral, "amend", clock.now(), sent.reason, content=content, **facts)
    return referral


def _check_amendment(actor: Actor, referral: Referral, changes: Changes) -> None:
    if changes.immediate_danger is False and referral.immediate_danger and not actor.has(*MASH):
        raise InvalidBody("/changes/immediate_danger", "mash-only", "Only the MASH takes back immediate danger")
    if changes.children and referral.status not in rules.UNDECIDED:
        # The case is opened, or not, for the children of the decision: another child is another referral.
        raise ReferralAlreadyDecided(referral)
    for name in ("children", "adults"):
        if len(getattr(referral, name)) + len(getattr(changes, name)) > MOST_PEOPLE:
            raise InvalidBody(f"/changes/{name}", "too-many", f"A referral has at most {MOST_PEOPLE} {name}")
    check_births(changes.children, clock.today(), "/changes/children")
    check_numbers(changes.children, "/changes/children", referral.children)


def _as_recorded(referral: Referral) -> dict[str, Any]:
    return {
        **{name: getattr(referral, name) for name in AMENDED},
        "decision_due_at": referral.decision_due_at.isoformat(),
    }


def _new_values(referral: Referral, changes: Changes) -> dict[str, Any]:
    """The columns that an amendment gives a value."""
    values: dict[str, Any] = {}
    if changes.referrer:
        values["referrer"] = {**referral.referrer, **changes.referrer.model_dump(exclude_none=True)}
    if changes.address:
        values |= whereabouts(changes.address)
        # A postcode that gives no area takes away none: somebody may have placed the referral.
        values["area"] = values["area"] or referral.area
    for name in ("concerns", "needs"):
        if (codes := getattr(changes, name)) is not None:
            values[name] = sorted(set(codes))
    if changes.narrative is not None:
        values["narrative"] = changes.narrative
    if changes.consent:
        values["consent"] = changes.consent.model_dump()
    if changes.immediate_danger is not None:
        values["immediate_danger"] = changes.immediate_danger
    return values
