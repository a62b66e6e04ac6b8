"""What is done with bodies: members are appointed."""

from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from services.governance.bodies.models import Member
from services.governance.bodies.queries import find_body, sits_on, wait_for_body
from services.governance.bodies.schemas import NewMember
from shared import audit
from shared.auth import Actor
from shared.problems import Problem


class AlreadyAMember(Problem):
    status = 409
    code = "already-a-member"
    title = "This person already sits on this body"


async def appoint_member(session: AsyncSession, actor: Actor, body_id: UUID, sent: NewMember) -> Member:
    """Put somebody on a body."""
    body = await find_body(session, body_id)
    await wait_for_body(session, body)
    if await sits_on(session, body.id, sent.subject):
        raise AlreadyAMember
    member = Member(id=uuid4(), body_id=body.id, **sent.model_dump())
    session.add(member)
    audit.record(session, actor, "member_appoint", "member", member.id, body=body.key, role=sent.role)
    return member
