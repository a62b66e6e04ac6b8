"""The thresholds endpoint: where the line is, for one referral, and why."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.referrals import access
from services.referrals.referrals.queries import find_referral
from services.referrals.thresholds import queries
from services.referrals.thresholds.queries import Weighed
from services.referrals.thresholds.schemas import ExplainedThreshold, PartnerAnswer, PreviousReferral, rules_shown
from shared import audit
from shared.web import AccessReason, OtherServices, OwnDatabase, topic_router

router = topic_router("thresholds")


@router.get("/referrals/{referral_id}/threshold")
async def explain_threshold(
    referral_id: UUID,
    actor: access.CanReadThresholds,
    database: OwnDatabase,
    services: OtherServices,
    access_reason: AccessReason = None,
) -> ExplainedThreshold:
    """What the rules suggest for a referral, and why: every rule stands in `met` or in `not_met`.

    An earlier referral counts where it was accepted or decided at level 3 and above, on an earlier day in London; those
    of one day are one, and the escalations of one early-help record are one with the referral that opened it.
    The rules go by codes and counts (concerns, needs, danger, ages, disabilities, partners' answers, and the same
    children's referrals in the 12 months before); the narrative is for a person to weigh. Below the threshold (level 1
    or 2) `offers` are the open and partner sessions of the next 28 days at the nearest centre
    that are for the age of any child, ten at most;
    `offers_available` is false where the centres service does not answer within a second or the postcode is not known.
    `open_cases` are those of the children, or of their family, that are open now: whatever is decided, their key worker
    is to know of it.
    The look is on record with its reason.
    """
    async with database.begin() as session:
        weighed = await queries.weigh(session, actor, await find_referral(session, actor, referral_id))
        explained = await _explain(session, weighed)
        audit.record(session, actor, "threshold_look", "referral", referral_id, reason=access_reason)
    if weighed.threshold.level > 2:
        return explained
    nearby = await queries.offers_near(services, weighed.referral)
    return explained.model_copy(update=dict(nearby))


async def _explain(session: AsyncSession, weighed: Weighed) -> ExplainedThreshold:
    families = [each.family_id for each in (weighed.referral, *weighed.previous)]
    workers = await queries.key_workers_of(session, families)
    latest = max(workers.values(), key=lambda worker: worker.since, default=None)
    met, not_met = rules_shown(weighed.threshold)
    return ExplainedThreshold(
        rules_version=weighed.threshold.rules_version,
        level=weighed.threshold.level,
        suggested_outcome=weighed.threshold.suggested_outcome,
        met=met,
        not_met=not_met,
        re_referral=bool(weighed.previous),
        previous_referrals=[PreviousReferral.of(each, workers.get(each.family_id)) for each in weighed.previous],
        previous_worker_id=latest and latest.worker_id,
        partner_answers=[PartnerAnswer.model_validate(each) for each in weighed.answers],
        open_cases=weighed.open_cases,
        offers=[],
        offers_available=None,
    )
