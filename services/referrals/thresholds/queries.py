"""What is known of a referral's children, and what is on near them."""

import asyncio
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from pydantic import ValidationError
from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.referrals.escalations.models import EscalatedReferral
from services.referrals.information_requests.queries import Answer, answers_for
from services.referrals.open_cases.queries import open_cases_of
from services.referrals.open_cases.schemas import OpenCaseShown
from services.referrals.people.models import Child
from services.referrals.people.queries import records_of, surviving_ids
from services.referrals.referrals.models import Referral, ReferralChild
from services.referrals.referrals.rules import DECIDED
from services.referrals.thresholds.models import KeyWorker
from services.referrals.thresholds.rules import (
    Before,
    Earlier,
    Facts,
    Threshold,
    age_at,
    age_on,
    fits_ages,
    judge,
    re_referral_before,
    re_referral_of,
    re_referral_since,
)
from services.referrals.thresholds.schemas import (
    NearbyOffers,
    NearestCentreResponse,
    Offer,
    SessionResponse,
    TimetableResponse,
)
from shared import clock
from shared.auth import Actor
from shared.bus.interface import NotNow
from shared.clock import london_day
from shared.service_client import AnswerRefused, ServiceClient

OFFERS_AT_MOST = 10
OFFERED_WITHIN = timedelta(days=28)
OFFERED = ("open", "partner")
"""Audiences to whom nobody need be open to the service (§51, §52)."""
CENTRES_ANSWER_WITHIN = 1.0
"""Seconds for all questions together: a decision does not wait for a timetable."""
EARLIER_AT_MOST = 50


@dataclass(frozen=True)
class Weighed:
    """A referral against the threshold, with what the rules went by."""

    referral: Referral
    facts: Facts
    threshold: Threshold
    previous: list[Referral]
    answers: list[Answer]
    open_cases: list[OpenCaseShown]


async def weigh(session: AsyncSession, actor: Actor, referral: Referral, perhaps: Iterable[UUID] = ()) -> Weighed:
    """What the rules in force suggest for a referral that the caller may see, its children loaded.

    `perhaps` are children who may be those of the referral: nobody has answered yet, and their open cases, or those of
    their families, count too.
    """
    previous = await previous_referrals(session, referral)
    answers = await answers_for(session, referral.id)
    referred = [(referral.id, child_id) for child_id in (*(child.id for child in referral.children), *perhaps)]
    open_cases = (await open_cases_of(session, actor, [(referral.id, referral.family_id)], referred))[referral.id]
    facts = _facts_of(referral, previous, answers, open_cases)
    return Weighed(referral, facts, judge(facts), previous, answers, open_cases)


def _facts_of(
    referral: Referral, previous: Iterable[Referral], answers: Iterable[Answer], open_cases: Iterable[OpenCaseShown]
) -> Facts:
    children = referral.children
    return Facts(
        concerns=frozenset(referral.concerns),
        needs=frozenset(referral.needs),
        immediate_danger=referral.immediate_danger,
        ages=tuple(sorted(age_at(each.date_of_birth, referral.received_at) for each in children if each.date_of_birth)),
        unborn=sum(each.date_of_birth is None for each in children),
        disabled=sum(bool(set(each.disabilities) - {"NONE"}) for each in children),
        earlier=tuple(Earlier(each.outcome, each.level) for each in previous),
        partner_risks=tuple(sorted(each.risk for each in answers)),
        open_pathways=tuple(sorted(each.pathway for each in open_cases)),
    )


async def previous_referrals(session: AsyncSession, referral: Referral) -> list[Referral]:
    """Those of the same children that make this one a re-referral, newest first, in whichever area they were made."""
    same = await _same_children(session, referral.children)
    of_them = select(ReferralChild.referral_id).where(ReferralChild.child_id.in_(same))
    rows = await session.scalars(
        select(Referral)
        .where(Referral.id.in_(of_them), Referral.id != referral.id, Referral.status.in_(DECIDED))
        .where(Referral.received_at >= re_referral_since(referral.received_at))
        .where(Referral.received_at < re_referral_before(referral.received_at))
        .order_by(Referral.received_at.desc(), Referral.id.desc())
        .limit(EARLIER_AT_MOST)
    )
    found = {each.id: each for each in rows.all()}
    records = await _early_help_records(session, [referral.id, *found])
    earlier = [
        Before(each.id, each.received_at, each.status, each.level, records.get(each.id)) for each in found.values()
    ]
    return [found[referral_id] for referral_id in re_referral_of(records.get(referral.id), earlier)]


async def _early_help_records(session: AsyncSession, referral_ids: Collection[UUID]) -> dict[UUID, UUID]:
    """The early-help record of each of these referrals that is an escalation of one, or opened one that escalated."""
    one_of = or_(
        EscalatedReferral.referral_id.in_(referral_ids), EscalatedReferral.opened_by_referral_id.in_(referral_ids)
    )
    rows = (await session.scalars(select(EscalatedReferral).where(one_of))).all()
    opened = {row.opened_by_referral_id: row.case_id for row in rows if row.opened_by_referral_id}
    return opened | {row.referral_id: row.case_id for row in rows}


async def _same_children(session: AsyncSession, children: Iterable[Child]) -> set[UUID]:
    """Every record of these children in the index, merged ones too."""
    surviving = await surviving_ids(session, [child.id for child in children])
    return {record.id for child_id in set(surviving.values()) for record in await records_of(session, child_id)}


async def key_workers_of(session: AsyncSession, family_ids: Iterable[UUID]) -> dict[UUID, KeyWorker]:
    """The last worker of each family that has had one."""
    rows = await session.scalars(
        select(KeyWorker)
        .where(KeyWorker.family_id.in_(set(family_ids)))
        .order_by(KeyWorker.since, KeyWorker.sequence, KeyWorker.case_id)
    )
    return {row.family_id: row for row in rows.all()}


def postcode_of(referral: Referral) -> str | None:
    """The family's postcode, where it is one of the county's."""
    return referral.address["postcode"] if referral.address and referral.postcode_status == "in_county" else None


async def offers_near(client: ServiceClient, referral: Referral) -> NearbyOffers:
    """What the nearest centre has on for the ages of the children; no transaction may be open meanwhile.

    Where the centres service is away, slow or answers with something else, no decision waits for it.
    """
    postcode = postcode_of(referral)
    if postcode is None:
        return NearbyOffers(offers=[], offers_available=False)
    births = [child.date_of_birth for child in referral.children]
    try:
        async with asyncio.timeout(CENTRES_ANSWER_WITHIN):
            return NearbyOffers(offers=await _ask_for_offers(client, postcode, births), offers_available=True)
    except (TimeoutError, NotNow, AnswerRefused, ValidationError):
        return NearbyOffers(offers=[], offers_available=False)


async def _ask_for_offers(client: ServiceClient, postcode: str, births: Sequence[date | None]) -> list[Offer]:
    response = await client.get("centres", "/v1/centres/nearest", {"postcode": postcode})
    nearest = NearestCentreResponse.model_validate(response)
    today, offers, following = clock.today(), list[Offer](), ""
    until = today + OFFERED_WITHIN - timedelta(days=1)
    days = {"from": today.isoformat(), "to": until.isoformat(), "limit": "200"}
    while len(offers) < OFFERS_AT_MOST:
        asked = {**days, "after": following} if following else days
        response = await client.get("centres", f"/v1/centres/{nearest.centre.id}/timetable", asked)
        page = TimetableResponse.model_validate(response)
        offers += _offers_on(page, nearest, births)
        if page.next is None:
            break
        following = page.next
    return offers[:OFFERS_AT_MOST]


def _offers_on(page: TimetableResponse, nearest: NearestCentreResponse, births: Sequence[date | None]) -> list[Offer]:
    return [
        Offer(
            session_id=each.id,
            centre=nearest.centre.name,
            distance_metres=nearest.distance_metres,
            **each.model_dump(exclude={"id"}),
        )
        for each in page.items
        if each.audience in OFFERED and each.starts_at > clock.now() and _fits(each, births)
    ]


def _fits(session: SessionResponse, births: Sequence[date | None]) -> bool:
    """A child who has a birthday before the session is of the age of that day."""
    ages = [age_on(born, london_day(session.starts_at)) for born in births]
    return fits_ages(ages, session.minimum_age, session.maximum_age)
