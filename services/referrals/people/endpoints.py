"""The people endpoints: the search, and restrictions."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.referrals import access
from services.referrals.people import actions, queries
from services.referrals.people.schemas import Candidate, NewRestriction, PeopleSearch, Restriction
from shared import audit
from shared.followed_restrictions import subjects_by_source
from shared.paging import Page
from shared.web import AccessReason, Session, topic_router

router = topic_router("people")


@router.post("/people/search")
async def search_people(
    sent: PeopleSearch, actor: access.CanSearchPeople, session: Session, access_reason: AccessReason = None
) -> Page[Candidate]:
    """Look for a child before making a new record: send what is known, any part of it.

    Names spelt or sounding alike, given and family name exchanged, typing errors, day and month exchanged and former
    addresses are found. The answer has the likeliest first, `limit` of them at most (20; up to 50), each with a `score`
    from 0 to 1 and its reasons; there is no further page: send more instead. Every child that is shown has this look on
    record. 422 where nothing is sent that could be looked for.
    """
    return Page[Candidate](items=await actions.search_people(session, actor, sent, access_reason), next=None)


@router.get("/families/{family_id}/restriction")
async def get_restriction(
    family_id: UUID, actor: access.CanReadRestrictions, session: Session, access_reason: AccessReason = None
) -> Restriction:
    """Who alone may see a family; two empty lists where everyone may whose role allows it.

    Each look is on record. The other services ask under their own permission, when they received that a restriction
    was set or lifted here.
    """
    family = await queries.find_family(session, actor, family_id)
    audit.record(session, actor, "restriction_look", "family", family.id, reason=access_reason)
    return await _shown(session, family.id)


@router.post("/families/{family_id}/restriction")
async def restrict_family(
    family_id: UUID, sent: NewRestriction, actor: access.CanRestrictFamilies, session: Session
) -> Restriction:
    """Restrict a family to named people: for everyone else, whatever the role, it is as if it were not there.

    The list takes the place of the one before; an empty one lifts the restriction that was made here, and what casework
    restricts stays restricted. Whoever restricts is named too (422 `own-subject-missing`), because only they can lift
    it. It covers the families that share a child with this one.
    """
    await actions.restrict_family(session, actor, family_id, sent)
    return await _shown(session, family_id)


async def _shown(session: AsyncSession, family_id: UUID) -> Restriction:
    here = await queries.restricted_to(session, [family_id])
    elsewhere = (await subjects_by_source(session, [family_id]))[family_id]
    casework = sorted(elsewhere.get("casework", ()))
    return Restriction(family_id=family_id, subjects=sorted(here[family_id]), casework_subjects=casework)
