"""The flags endpoints: what whoever works with a family must know."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Response
from sqlalchemy import Select

from services.casework import access
from services.casework.cases.cases.queries import find_case, find_family_case
from services.casework.record.flags import actions, queries
from services.casework.record.flags.models import Flag
from services.casework.record.flags.schemas import FlagShown, FlagsQuery, NewFlag, NewFlagReview
from shared import audit
from shared.paging import Page, page_of
from shared.web import AccessReason, Session, set_etag, topic_router

router = topic_router("flags")


async def _answer(session: Session, flag: Flag, response: Response) -> FlagShown:
    set_etag(response, flag.version)
    [shown] = await queries.show(session, [flag])
    return shown


@router.post("/cases/{case_id}/flags", status_code=201)
async def set_flag(
    case_id: UUID, sent: NewFlag, actor: access.CanSetFlags, session: Session, response: Response
) -> FlagShown:
    """Set a warning flag on a family, or with `child_id` on one child; `kind` is a code of `flags`.

    `review_on` is after today and within 12 months: the review then falls due among the timescales, as `flag_review`.
    `set_on` is today where it is left out. 409 `flag-stands` where one of this kind stands already, `case-closed`.
    """
    return await _answer(session, await actions.set_flag(session, actor, case_id, sent), response)


@router.get("/cases/{case_id}/flags")
async def list_flags_of_case(
    case_id: UUID,
    query: Annotated[FlagsQuery, Query()],
    actor: access.CanReadFlags,
    session: Session,
    access_reason: AccessReason = None,
) -> Page[FlagShown]:
    """The flags that stand, the next review first; with `ended=true` those that were ended. The look is on record."""
    case = await find_case(session, actor, case_id)
    audit.record(session, actor, "flags_look", "case", case.id, reason=access_reason)
    return await _page(session, queries.flags_of_case(case.id, query), query)


@router.get("/families/{family_id}/flags")
async def list_flags_of_family(
    family_id: UUID,
    query: Annotated[FlagsQuery, Query()],
    actor: access.CanReadFlags,
    session: Session,
    access_reason: AccessReason = None,
) -> Page[FlagShown]:
    """As of a case, with those of earlier cases of the family or of its children. The look is on record."""
    case = await find_family_case(session, actor, family_id)
    audit.record(session, actor, "flags_look", "family", family_id, reason=access_reason)
    return await _page(session, await queries.flags_of_family(session, actor, case, query), query)


async def _page(session: Session, rows: Select[Flag], query: FlagsQuery) -> Page[FlagShown]:
    found, following = await page_of(session, rows, [Flag.review_on, Flag.id], query)
    return Page(items=await queries.show(session, found), next=following)


@router.get("/flags/{flag_id}")
async def get_flag(
    flag_id: UUID, actor: access.CanReadFlags, session: Session, response: Response, access_reason: AccessReason = None
) -> FlagShown:
    """One flag with its reviews; the look is on record."""
    flag = await queries.find_flag(session, actor, flag_id)
    audit.record(session, actor, "flags_look", "case", flag.case_id, reason=access_reason)
    return await _answer(session, flag, response)


@router.post("/flags/{flag_id}/review")
async def review_flag(
    flag_id: UUID, sent: NewFlagReview, actor: access.CanReviewFlags, session: Session, response: Response
) -> FlagShown:
    """Look at a flag again. With `keep` it stands until `review_on`, after today and within 12 months; without, it is
    ended and stays on record.

    `reviewed_on` is today where it is left out, never in the future nor before the last review; after the due day
    `reason_late` is needed. 409 `flag-ended`.
    """
    return await _answer(session, await actions.review_flag(session, actor, flag_id, sent), response)
