"""The decisions endpoints: a named person decides, a second one signs, and all of it can be explained later."""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query, Response

from services.referrals import access
from services.referrals.decisions import actions, queries, rules
from services.referrals.decisions.models import Decision
from services.referrals.decisions.schemas import DecidedReferral, DecisionShown, NewDecision, NewSignature
from services.referrals.referrals.queries import find_referral
from services.referrals.referrals.schemas import WholeReferral
from services.referrals.thresholds.queries import offers_near
from services.referrals.thresholds.schemas import NearbyOffers
from shared import audit
from shared.paging import Page, PageQuery, page_of
from shared.web import AccessReason, OtherServices, OwnDatabase, Session, set_etag, topic_router

router = topic_router("decisions")


@dataclass(frozen=True)
class DecisionWithOffers:
    """A decision as it was sent, and what is on near the family."""

    referral_id: UUID
    decision: NewDecision
    nearby: NearbyOffers | None


async def _with_offers(
    referral_id: UUID,
    sent: NewDecision,
    actor: access.CanDecideReferrals,
    database: OwnDatabase,
    services: OtherServices,
) -> DecisionWithOffers:
    """The centres service is asked before the transaction of the decision begins, and only where no case opens."""
    if sent.outcome not in rules.OFFERED_WITH:
        return DecisionWithOffers(referral_id, sent, None)
    async with database.read() as session:
        referral = await find_referral(session, actor, referral_id)
    return DecisionWithOffers(referral_id, sent, await offers_near(services, referral))


@router.post("/referrals/{referral_id}/decision")
async def decide_referral(
    sent: Annotated[DecisionWithOffers, Depends(_with_offers)],
    actor: access.CanDecideReferrals,
    session: Session,
    response: Response,
) -> DecidedReferral:
    """Decide what becomes of a referral. `strategy_discussion`, `assessment` and `thriving_families` open a case,
    and need a `primary_need` (422, `census_rule` 8610).

    What the rules suggest at this moment is kept with the decision. One that departs from it, in its level or by an
    outcome that answers another level, needs a reason of two words and ten characters or more: else 422
    `reason-too-short` naming `/reason`; so does no further action on a child or family open to the Family Support
    Service. Below a suggested level 4, for no further action on an open child or family, and on a third referral of the
    same children in 12 months, the status is `awaiting_sign_off` and nothing is announced until a second person signs.
    `signature_because` gives the cause; `second_person_signs` asks for the signature and gives none.
    With early help, signposting and no further action come the `offers` of the nearest centre for the ages of the
    children; where the centres service is away the decision goes through and `offers_available` is false. 409
    `referral-not-rated` before the rating, unless a child is in immediate danger; 409 `referral-already-decided` the
    second time.

    409 `match-unanswered` while a child of the referral has a strong match (a score of 0.9 or more) that nobody has
    answered: `matches` names the children by id, each with its `candidates` by id and score. Answer them at
    `/referrals/{referral_id}/matches/{child_id}`, or send `unanswered_matches_reason`, which stays on record with the
    decision and with the matches of that moment.
    """
    referral, decision = await actions.decide_referral(session, actor, sent.referral_id, sent.decision, sent.nearby)
    set_etag(response, referral.version)
    return DecidedReferral.of(referral, decision)


@router.post("/referrals/{referral_id}/decision/sign-off")
async def sign_decision(
    referral_id: UUID, sent: NewSignature, actor: access.CanSignDecisions, session: Session, response: Response
) -> WholeReferral:
    """Sign a decision that awaits a second person, or do not agree: then it is to be decided anew.

    With the signature the decision is in force and its clock ends; one that was not agreed stays on record. 409
    `own-decision` for the person who decided, `step-not-possible` where nothing awaits a signature,
    `referral-already-decided` where another signature came first. 422 naming `/signed_at` before the decision.
    """
    referral = await actions.sign_decision(session, actor, referral_id, sent)
    set_etag(response, referral.version)
    return WholeReferral.model_validate(referral)


@router.get("/referrals/{referral_id}/decisions")
async def list_decisions(
    referral_id: UUID,
    query: Annotated[PageQuery, Query()],
    actor: access.CanReadDecisions,
    session: Session,
    access_reason: AccessReason = None,
) -> Page[DecisionShown]:
    """Every decision on a referral as it was made, oldest first, those that were not agreed among them.

    Each with the facts, the version of the rules, what was met and what was not, as they were then; rules and facts of
    today change none of it. Open cases that are restricted to others are left out, of the facts as well; where none is
    left, the code of the signature is `second_person_signs`. The look is on record with its reason.
    """
    referral = await find_referral(session, actor, referral_id)
    audit.record(session, actor, "decisions_look", "referral", referral.id, reason=access_reason)
    rows = queries.decisions_of(referral.id)
    found, following = await page_of(session, rows, [Decision.recorded_at, Decision.id], query)
    visible = await queries.visible_cases_of(session, actor, found)
    return Page(items=[DecisionShown.of(row, visible) for row in found], next=following)
