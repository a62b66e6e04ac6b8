"""Deciding what becomes of a referral, and signing what needs a second person."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from services.referrals.access import THE_SERVICE
from services.referrals.decisions import rules
from services.referrals.decisions.models import Decision, Signature
from services.referrals.decisions.queries import link_worker_for, unsigned_decision
from services.referrals.decisions.schemas import NewDecision, NewSignature
from services.referrals.matches.queries import unanswered_strong_matches
from services.referrals.matches.schemas import UnansweredMatches
from services.referrals.open_cases.queries import has_open_case
from services.referrals.people.queries import families_joined_to
from services.referrals.referrals.actions import (
    StepRefused,
    conclude_referral,
    not_before,
    record_outcome,
    record_step,
    reopen_referral,
    require_step,
)
from services.referrals.referrals.models import Referral
from services.referrals.referrals.queries import find_referral
from services.referrals.referrals.rules import LEAST_LEVEL, STATUS_AFTER, needs_rating_first
from services.referrals.thresholds.queries import Weighed, weigh
from services.referrals.thresholds.schemas import NearbyOffers, rules_shown
from shared import clock, outbox
from shared.auth import Actor
from shared.contracts.referrals import ReferralAccepted, ReferralClosed
from shared.problems import InvalidBody


class ReferralNotRated(StepRefused):
    code = "referral-not-rated"
    title = "A referral is rated before it is decided, unless a child is in immediate danger"


class MatchUnanswered(StepRefused):
    code = "match-unanswered"
    title = "A child of this referral is very likely known already"


class OwnDecision(StepRefused):
    code = "own-decision"
    title = "A second person signs a decision, not the one who made it"


async def decide_referral(
    session: AsyncSession, actor: Actor, referral_id: UUID, sent: NewDecision, nearby: NearbyOffers | None
) -> tuple[Referral, Decision]:
    """Record a person's decision and what the rules suggest; it is in force at once, or with a signature."""
    referral = await find_referral(session, actor, referral_id, lock=True)
    require_step("decide", referral)
    _check(referral, sent)
    decided_at = sent.decided_at or clock.now()
    not_before(decided_at, referral.rated_at or referral.received_at, "/decided_at", "The decision follows the rating")
    unanswered = await unanswered_strong_matches(session, actor, referral)
    if unanswered and sent.unanswered_matches_reason is None:
        raise _match_unanswered(referral, unanswered)
    perhaps = [candidate.child_id for each in unanswered for candidate in each.candidates]
    weighed = await weigh(session, actor, referral, perhaps)
    departs = rules.departs(weighed.threshold, sent.outcome, sent.level)
    _require_reason(sent, weighed, departs)
    decision = _decision_from(sent, actor, weighed, decided_at, departs, nearby)
    if decision.signature_because is None and await _nothing_is_done_on_a_hidden_case(session, referral, sent.outcome):
        decision.signature_because = rules.SECOND_PERSON_SIGNS
    decision.unanswered_matches = [each.model_dump(mode="json") for each in unanswered]
    if sent.outcome == "early_help" and (link_worker := await link_worker_for(session, referral)):
        decision.link_worker = link_worker.model_dump(mode="json")
    session.add(decision)
    _show_with(referral, decision)
    facts: dict[str, Any] = {"outcome": sent.outcome, "level": sent.level, "decision_id": str(decision.id)}
    record_step(session, actor, referral, "decide", decided_at, sent.reason, **facts)
    if decision.signature_because is None:
        await _bring_into_force(session, referral, decision, decided_at)
    return referral, decision


async def _nothing_is_done_on_a_hidden_case(session: AsyncSession, referral: Referral, outcome: str) -> bool:
    """Whether the child, one who may be the same, or the family is open, though who decides may not see it.

    It asks for a signature alone: a longer reason would be asked for in a refusal, and that can be tried out without a
    trace.
    """
    if outcome != "no_further_action":
        return False
    unanswered = await unanswered_strong_matches(session, THE_SERVICE, referral)
    perhaps = [candidate.child_id for each in unanswered for candidate in each.candidates]
    referred = [(referral.id, child_id) for child_id in (*(child.id for child in referral.children), *perhaps)]
    return await has_open_case(session, [(referral.id, referral.family_id)], referred)


def _check(referral: Referral, sent: NewDecision) -> None:
    if needs_rating_first(referral.status, referral.immediate_danger):
        raise ReferralNotRated(referral)
    if sent.level < LEAST_LEVEL.get(sent.outcome, 1):
        least = LEAST_LEVEL[sent.outcome]
        raise InvalidBody("/level", "level-too-low", f"This outcome is for level {least} and above")
    if STATUS_AFTER[sent.outcome] == "accepted" and sent.primary_need is None:
        raise InvalidBody("/primary_need", "missing", "An accepted referral has a primary need", census_rule="8610")


def _require_reason(sent: NewDecision, weighed: Weighed, departs: bool) -> None:
    if rules.is_reason_to_depart(sent.reason):
        return
    if rules.leaves_alone_what_is_open(weighed.facts, sent.outcome):
        rule = "No further action on a child or family open to the service needs a reason of more than a word"
        raise InvalidBody("/reason", "reason-too-short", rule)
    if departs:
        rule = "A decision that departs from the suggestion needs a reason of more than a word"
        raise InvalidBody("/reason", "reason-too-short", rule)


def _match_unanswered(referral: Referral, unanswered: Sequence[UnansweredMatches]) -> MatchUnanswered:
    return MatchUnanswered(
        referral,
        "Answer each match first, or give unanswered_matches_reason with the decision.",
        matches=[each.model_dump(mode="json") for each in unanswered],
    )


def _decision_from(
    sent: NewDecision,
    actor: Actor,
    weighed: Weighed,
    decided_at: datetime,
    departs: bool,
    nearby: NearbyOffers | None,
) -> Decision:
    met, not_met = rules_shown(weighed.threshold)
    return Decision(
        id=uuid4(),
        referral_id=weighed.referral.id,
        recorded_at=clock.now(),
        outcome=sent.outcome,
        level=sent.level,
        reason=sent.reason,
        primary_need=sent.primary_need,
        unanswered_matches_reason=sent.unanswered_matches_reason,
        open_cases=[each.model_dump(mode="json") for each in weighed.open_cases],
        decided_at=decided_at,
        decided_by=actor.subject,
        rules_version=weighed.threshold.rules_version,
        facts=weighed.facts.as_kept(),
        suggested_level=weighed.threshold.level,
        suggested_outcome=weighed.threshold.suggested_outcome,
        met=[each.model_dump() for each in met],
        not_met=[each.model_dump() for each in not_met],
        departs=departs,
        offers=[each.model_dump(mode="json") for each in nearby.offers] if nearby else [],
        offers_available=nearby and nearby.offers_available,
        signature_because=rules.signature_because(weighed.threshold, weighed.facts, sent.outcome, sent.level),
    )


def _show_with(referral: Referral, decision: Decision) -> None:
    record_outcome(
        referral,
        outcome=decision.outcome,
        level=decision.level,
        reason=decision.reason,
        primary_need=decision.primary_need,
        decided_by=decision.decided_by,
        link_worker=decision.link_worker,
    )


async def _bring_into_force(session: AsyncSession, referral: Referral, decision: Decision, at: datetime) -> None:
    """From here on the referral is decided, and others receive it."""
    conclude_referral(referral, decision.outcome, at)
    joined = (await families_joined_to(session, [referral.family_id]))[referral.family_id]
    await outbox.record(session, _decided(referral, sorted(joined - {referral.family_id})))


def _decided(referral: Referral, joined_family_ids: list[UUID]) -> ReferralAccepted | ReferralClosed:
    data: dict[str, Any] = {
        "referral_id": referral.id,
        "family_id": referral.family_id,
        "joined_family_ids": joined_family_ids,
        "child_ids": [child.id for child in referral.children],
        "outcome": referral.outcome,
        "level": referral.level,
        "area": referral.area,
        "decided_at": referral.decided_at,
    }
    if referral.status != "accepted":
        return ReferralClosed(**data)
    return ReferralAccepted(
        **data,
        district=referral.district,
        received_at=referral.received_at,
    )


async def sign_decision(session: AsyncSession, actor: Actor, referral_id: UUID, sent: NewSignature) -> Referral:
    """A second person agrees, and the decision is in force; or does not, and it is to be decided anew."""
    referral = await find_referral(session, actor, referral_id, lock=True)
    require_step("sign_off", referral)
    decision = await unsigned_decision(session, referral.id)
    if decision.decided_by == actor.subject:
        raise OwnDecision(referral)
    signed_at = sent.signed_at or clock.now()
    not_before(signed_at, decision.decided_at, "/signed_at", "The signature follows the decision")
    session.add(_signature_from(sent, actor, decision, signed_at))
    facts: dict[str, Any] = {"agreed": sent.agreed, "decision_id": str(decision.id)}
    record_step(session, actor, referral, "sign_off", signed_at, sent.reason, **facts)
    if sent.agreed:
        await _bring_into_force(session, referral, decision, signed_at)
    else:
        reopen_referral(referral)
    return referral


def _signature_from(sent: NewSignature, actor: Actor, decision: Decision, signed_at: datetime) -> Signature:
    return Signature(
        decision_id=decision.id,
        agreed=sent.agreed,
        reason=sent.reason,
        signed_at=signed_at,
        signed_by=actor.subject,
        recorded_at=clock.now(),
    )
