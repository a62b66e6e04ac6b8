"""What people do at the front door, and every change to a referral that another topic brings about."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.referrals.access import MASH, require_own_organisation
from services.referrals.people.actions import add_adults, add_children, add_family, index_family
from services.referrals.people.models import Child
from services.referrals.people.schemas import Address, ReferredAdult, ReferredChild
from services.referrals.referrals import rules
from services.referrals.referrals.models import Referral, ReferralChange, ReferralChild
from services.referrals.referrals.queries import find_referral, overdue_unannounced
from services.referrals.referrals.schemas import (
    NewAcknowledgement,
    NewPlacement,
    NewRating,
    NewReferral,
    ReferralContent,
)
from shared import audit, clock, outbox
from shared.auth import Actor
from shared.births import UNBORN_EXPECTED_WITHIN, UNBORN_LATE_BY, is_possible_expected_birth
from shared.clock import london_day
from shared.contracts.referrals import (
    ReferralDecisionOverdue,
    ReferralRated,
    ReferralSubmitted,
)
from shared.organisations import organisation_key
from shared.places import find_place, tidy_postcode
from shared.problems import InvalidBody, Problem

ANNOUNCED_AT_ONCE = 100


class StepRefused(Problem):
    """A step that the referral may not take now; `lawful` has those that it may, each with its call."""

    status = 409

    def __init__(self, referral: Referral, detail: str | None = None, **facts: Any) -> None:
        steps = rules.lawful_steps(referral)
        lawful = [{"step": step, "call": rules.CALLS[step].format(referral_id=referral.id)} for step in steps]
        next_step = "`lawful` has what may be done now." if lawful else "What is new is another referral."
        words = detail or f"Its status is {referral.status}. {next_step}"
        super().__init__(words, present_status=referral.status, lawful=lawful, **facts)


class ReferralAlreadyDecided(StepRefused):
    code = "referral-already-decided"
    title = "This referral is already decided"


class ReferralAlreadyAcknowledged(StepRefused):
    code = "referral-already-acknowledged"
    title = "This referral is already acknowledged to its referrer"


class NumberTwice(InvalidBody):
    """The census takes one record of a child and year, by its numbers (1520)."""

    def __init__(self, field: str) -> None:
        super().__init__(field, "number-twice", "Another child of this referral has this number")
        self.facts = {"census_rule": "1520"}


class StepNotPossible(StepRefused):
    code = "step-not-possible"
    title = "This step is not possible in the referral's present status"


async def submit_referral(session: AsyncSession, actor: Actor, sent: NewReferral) -> tuple[Referral, list[Child]]:
    """Record a referral with its family; the postcode places it and the clocks start at receipt."""
    require_own_organisation(actor, sent.referrer.organisation, "/referrer/organisation")
    recorded_at = clock.now()
    received_at = _receipt(actor, sent, recorded_at)
    family = await add_family(session, recorded_at)
    children = add_children(session, family.id, sent.children)
    add_adults(session, family.id, sent.adults)
    referral = new_referral(sent, actor, family.id, received_at, recorded_at)
    await index_family(session, family.id, referral.address)
    child_ids = [child.id for child in children]
    await record_referral(session, actor, referral, child_ids)
    return referral, children


async def record_referral(
    session: AsyncSession, actor: Actor, referral: Referral, child_ids: list[UUID], escalation_id: UUID | None = None
) -> None:
    """Record a new referral of these children, who are in the index, and announce it."""
    session.add(referral)
    # The rows of its children and of the change log name it, and no relationship orders them.
    await session.flush()
    session.add_all(ReferralChild(referral_id=referral.id, child_id=child_id) for child_id in child_ids)
    record_step(session, actor, referral, "submit", referral.received_at)
    await outbox.record(session, _submitted(referral, child_ids, escalation_id))


def _receipt(actor: Actor, sent: NewReferral, recorded_at: datetime) -> datetime:
    if sent.received_at and not actor.has(*MASH):
        raise InvalidBody("/received_at", "mash-only", "Only the MASH enters what was received earlier")
    received_at = sent.received_at or recorded_at
    check_births(sent.children, london_day(received_at), "/children")
    check_numbers(sent.children, "/children")
    return received_at


def check_births(children: Sequence[ReferredChild], on: date, place: str) -> None:
    for number, child in enumerate(children):
        if child.date_of_birth and not rules.is_possible_birth(child.date_of_birth, on):
            rule = f"A child of the service is born by the day of receipt and at most {rules.OLDEST_CHILD} years old"
            raise InvalidBody(f"{place}/{number}/date_of_birth", "impossible-date", rule)
        expected = child.expected_date_of_birth
        if expected and not is_possible_expected_birth(expected, on):
            within, late_by = UNBORN_EXPECTED_WITHIN.days, UNBORN_LATE_BY.days
            rule = f"A birth is expected within {within} days of receipt, or was at most {late_by} days before"
            raise InvalidBody(f"{place}/{number}/expected_date_of_birth", "impossible-date", rule)


def check_numbers(children: Sequence[ReferredChild], place: str, known: Sequence[Child] = ()) -> None:
    """Raises NumberTwice where two children have one number; `known` are of the referral already."""
    if found := rules.number_twice([*known, *children]):
        place_in_all, name = found
        raise NumberTwice(f"{place}/{place_in_all - len(known)}/{name}")


def whereabouts(address: Address) -> dict[str, Any]:
    """The address and what follows from its postcode, as the columns of a referral."""
    postcode = tidy_postcode(address.postcode) if address.postcode else None
    place = find_place(postcode) if postcode else None
    return {
        "address": {**address.model_dump(), "postcode": postcode},
        "postcode_status": "in_county" if place else "not_found" if postcode else "none",
        "area": place and place.area.value,
        "district": place and place.district,
    }


def new_referral(
    sent: ReferralContent,
    actor: Actor,
    family_id: UUID,
    received_at: datetime,
    recorded_at: datetime,
    *,
    area: str | None = None,
) -> Referral:
    """A referral for `record_referral`; `area` is for one whose postcode gives none."""
    where = whereabouts(sent.address)
    decision_due_at = rules.decision_due_by(received_at, None, sent.immediate_danger)
    rating_due_at = rules.rating_due_by(received_at)
    return Referral(
        **{**where, "area": where["area"] or area},
        reference=_new_reference(),
        status="submitted",
        family_id=family_id,
        submitted_by=actor.subject,
        # What the MASH enters is followed by the organisation that it confirms, and never by its own.
        organisation=(followed_by := None if actor.has(*MASH) else actor.organisation),
        organisation_key=organisation_key(followed_by) if followed_by else None,
        referrer=sent.referrer.model_dump(),
        source=sent.referrer.source,
        concerns=sorted(set(sent.concerns)),
        needs=sorted(set(sent.needs)),
        narrative=sent.narrative,
        immediate_danger=sent.immediate_danger,
        consent=sent.consent and sent.consent.model_dump(),
        received_at=received_at,
        recorded_at=recorded_at,
        rating_due_at=rating_due_at,
        decision_due_at=decision_due_at,
        queue_rank=0 if sent.immediate_danger else 1,
        next_due_at=min(rating_due_at, decision_due_at),
    )


def _new_reference() -> str:
    """`RW-7K3M-9QXD`: easy to read out; 28 to the power of 8 of them, and the database refuses a second."""
    letters = "".join(secrets.choice(rules.REFERENCE_LETTERS) for _ in range(8))
    return f"RW-{letters[:4]}-{letters[4:]}"


def _submitted(referral: Referral, child_ids: list[UUID], escalation_id: UUID | None) -> ReferralSubmitted:
    return ReferralSubmitted(
        referral_id=referral.id,
        family_id=referral.family_id,
        child_ids=child_ids,
        source=referral.source,
        area=referral.area,
        district=referral.district,
        immediate_danger=referral.immediate_danger,
        received_at=referral.received_at,
        rating_due_at=referral.rating_due_at,
        decision_due_at=referral.decision_due_at,
        escalation_id=escalation_id,
    )


async def rate_referral(session: AsyncSession, actor: Actor, referral_id: UUID, sent: NewRating) -> Referral:
    """Rate a referral; the decision's clock is set anew from its receipt."""
    referral = await find_referral(session, actor, referral_id, lock=True)
    require_step("rate", referral)
    rated_at = sent.rated_at or clock.now()
    not_before(rated_at, referral.received_at, "/rated_at", "The rating follows the receipt")
    referral.status = "rated"
    referral.rating, referral.rating_reason = sent.rating, sent.reason
    referral.rated_at, referral.rated_by = rated_at, actor.subject
    referral.first_rated_at = referral.first_rated_at or rated_at
    _set_decision_due(referral, rules.decision_due_by(referral.received_at, sent.rating, referral.immediate_danger))
    record_step(session, actor, referral, "rate", rated_at, sent.reason, rating=sent.rating)
    await outbox.record(
        session,
        ReferralRated(
            referral_id=referral.id,
            rating=sent.rating,
            rated_at=rated_at,
            decision_due_at=referral.decision_due_at,
            family_id=referral.family_id,
            child_ids=[child.id for child in referral.children],
        ),
    )
    return referral


async def place_referral(session: AsyncSession, actor: Actor, referral_id: UUID, sent: NewPlacement) -> Referral:
    """Give a referral its area, while it is undecided: afterwards it is casework that moves a case."""
    referral = await find_referral(session, actor, referral_id, lock=True)
    require_step("place", referral)
    referral.area = sent.area.value
    record_step(session, actor, referral, "place", clock.now(), sent.reason, area=sent.area.value)
    return referral


async def acknowledge_referral(
    session: AsyncSession, actor: Actor, referral_id: UUID, sent: NewAcknowledgement
) -> Referral:
    """Record that the referrer was informed that the referral came."""
    referral = await find_referral(session, actor, referral_id, lock=True)
    require_step("acknowledge", referral)
    if referral.acknowledged_at:
        raise ReferralAlreadyAcknowledged(referral)
    at = sent.acknowledged_at or clock.now()
    not_before(at, referral.received_at, "/acknowledged_at", "The acknowledgement follows the receipt")
    referral.acknowledged_at, referral.acknowledged_by = at, actor.subject
    content = {"text": sent.text} if sent.text else {}
    record_step(session, actor, referral, "acknowledge", at, content=content, method=sent.method)
    return referral


def change_content(referral: Referral, values: Mapping[str, Any]) -> None:
    """Put these values in the place of those that stand there.

    Danger that becomes known later is decided as soon as if it had been known at first; no due time becomes later.
    """
    became_dangerous = values.get("immediate_danger", False) and not referral.immediate_danger
    for name, value in values.items():
        setattr(referral, name, value)
    referral.queue_rank = 0 if referral.immediate_danger else 1
    if became_dangerous and referral.status in rules.UNDECIDED:
        at_once = rules.decision_due_by(referral.received_at, None, immediate_danger=True)
        _set_decision_due(referral, min(referral.decision_due_at, at_once))


async def add_people(
    session: AsyncSession, referral: Referral, children: Sequence[ReferredChild], adults: Sequence[ReferredAdult]
) -> list[str]:
    """Add children and adults to the family and to the referral; returns their ids."""
    added_children = add_children(session, referral.family_id, children)
    added_adults = add_adults(session, referral.family_id, adults)
    referral.children.extend(added_children)
    added = [*(child.id for child in added_children), *(adult.id for adult in added_adults)]
    # To refresh forgets what is not written yet.
    await session.flush()
    await session.refresh(referral, ["children", "adults"])
    return [str(each) for each in added]


def record_outcome(
    referral: Referral,
    *,
    outcome: str,
    level: int,
    reason: str,
    primary_need: str | None,
    decided_by: str,
    link_worker: dict[str, Any] | None,
) -> None:
    """Show a decision with its referral, where it waits for a signature until `conclude_referral`."""
    referral.status = "awaiting_sign_off"
    referral.outcome, referral.level, referral.decision_reason = outcome, level, reason
    referral.primary_need, referral.decided_by, referral.link_worker = primary_need, decided_by, link_worker


def conclude_referral(referral: Referral, outcome: str, at: datetime) -> None:
    """From here on the referral is decided."""
    referral.status, referral.decided_at = rules.STATUS_AFTER[outcome], at


def reopen_referral(referral: Referral) -> None:
    """It is to be decided anew; with immediate danger the decision may have been made before any rating."""
    referral.status = "rated" if referral.rating else "submitted"
    referral.outcome = referral.level = referral.decision_reason = None
    referral.primary_need = referral.decided_by = referral.link_worker = None


def set_organisation(referral: Referral, organisation: str, by: str) -> None:
    """From here on the people of this organisation follow the referral."""
    referral.organisation, referral.organisation_key = organisation, organisation_key(organisation)
    referral.organisation_confirmed_by = by


def record_withdrawal_request(referral: Referral, request: dict[str, Any]) -> None:
    """Show a request to withdraw a referral with it, or what was decided on it."""
    referral.withdrawal_request = request


def end_by_withdrawal(referral: Referral) -> None:
    """From here on the referral is taken back, and nobody decides it."""
    referral.status = "withdrawn"


def _set_decision_due(referral: Referral, due_at: datetime) -> None:
    referral.decision_due_at = due_at
    referral.next_due_at = due_at if referral.rating else min(referral.rating_due_at, due_at)
    if referral.overdue_announced_at and due_at > referral.overdue_announced_at:
        referral.overdue_announced_at = None


async def announce_overdue_decisions(session: AsyncSession) -> int:
    """Announce each referral that still waits after its decision was due, once for that due time; returns how many."""
    late = await session.scalars(overdue_unannounced(clock.now()).limit(ANNOUNCED_AT_ONCE))
    referrals = late.all()
    for referral in referrals:
        referral.overdue_announced_at = clock.now()
        await outbox.record(
            session,
            ReferralDecisionOverdue(
                referral_id=referral.id,
                area=referral.area,
                rating=referral.rating,
                decision_due_at=referral.decision_due_at,
                immediate_danger=referral.immediate_danger,
                family_id=referral.family_id,
                child_ids=[child.id for child in referral.children],
            ),
        )
    return len(referrals)


def require_step(step: rules.Step, referral: Referral) -> None:
    if rules.may_step(step, referral.status):
        return
    problem = ReferralAlreadyDecided if referral.decided_at else StepNotPossible
    raise problem(referral)


def not_before(instant: datetime, earlier: datetime, field: str, rule: str) -> None:
    if instant < earlier:
        raise InvalidBody(field, "out-of-order", rule)


def record_step(
    session: AsyncSession,
    actor: Actor,
    referral: Referral,
    step: str,
    at: datetime,
    reason: str | None = None,
    *,
    content: Mapping[str, Any] | None = None,
    **values: Any,
) -> None:
    """Record a step in the change log of the referral, and in the audit; `content` is for the change log alone."""
    if step != "submit":
        referral.version += 1
    session.add(
        ReferralChange(
            referral_id=referral.id,
            number=referral.version,
            step=step,
            at=at,
            by=actor.subject,
            reason=reason,
            values={**values, **(content or {})},
        )
    )
    audit.record(session, actor, f"referral_{step}", "referral", referral.id, **values)
