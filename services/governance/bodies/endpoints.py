"""The bodies endpoints: who decides and advises, and who sits on them."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from services.governance import access
from services.governance.bodies import actions, queries
from services.governance.bodies.models import Body
from services.governance.bodies.schemas import BodyDetails, MemberDetails, NewMember
from shared.paging import Page, PageQuery, page_of
from shared.web import ReadSession, Session, topic_router

router = topic_router("bodies")


@router.get("/bodies")
async def list_bodies(
    query: Annotated[PageQuery, Query()], actor: access.CanReadGovernance, session: ReadSession
) -> Page[BodyDetails]:
    """Every body that decides, advises or is reported to, in the order of their keys."""
    found, following = await page_of(session, queries.all_bodies(), [Body.key], query)
    return Page[BodyDetails](items=[BodyDetails.model_validate(body) for body in found], next=following)


@router.post("/bodies/{body_id}/members", status_code=201)
async def appoint_member(
    body_id: UUID, sent: NewMember, actor: access.CanAppointMembers, session: Session
) -> MemberDetails:
    """Put somebody on a body, from today or from the day `from`.

    409 `already-a-member` where a person with this `subject` already sits on it.
    """
    return MemberDetails.of(await actions.appoint_member(session, actor, body_id, sent))
