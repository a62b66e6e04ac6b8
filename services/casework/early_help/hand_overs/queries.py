"""Reads of hand-overs, filtered by what the actor may see."""

from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, false, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import selectinload

from services.casework.cases.cases import queries as cases
from services.casework.cases.cases.models import Case
from services.casework.cases.restrictions.queries import not_restricted_for
from services.casework.early_help.hand_overs.models import HandOver
from services.casework.early_help.hand_overs.rules import service_of
from services.casework.early_help.hand_overs.schemas import HandOversQuery, Remaining
from shared import clock
from shared.auth import Actor
from shared.merged_children import surviving_ids
from shared.problems import NotFound


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """`may_see_hand_over` of hand_overs/rules.py in SQL, with `Case` joined; held together by
    tests/services/casework/early_help/test_early_help_rules.py."""
    service = service_of(actor)
    asked = HandOver.service == service if service else false()
    return or_(cases.visible_to(actor), and_(asked, not_restricted_for(actor, Case.family_id)))


async def find_hand_over(session: AsyncSession, actor: Actor, hand_over_id: UUID, *, lock: bool = False) -> HandOver:
    """With its case and the case's children; raises NotFound where the actor may not see it."""
    seen = (
        select(HandOver).join(Case, Case.id == HandOver.case_id).where(HandOver.id == hand_over_id, visible_to(actor))
    )
    if lock:
        # The case first, as everywhere: then what its hand-overs are cannot change.
        case_id = await session.scalar(seen.with_only_columns(Case.id))
        await session.execute(select(Case.id).where(Case.id == case_id).with_for_update())
    found = await session.scalar(
        seen.options(selectinload(HandOver.case).selectinload(Case.children)).execution_options(populate_existing=True)
    )
    if found is None:
        raise NotFound("hand_over", hand_over_id)
    return found


def list_for(actor: Actor, query: HandOversQuery) -> Select[HandOver]:
    rows = select(HandOver).join(Case, Case.id == HandOver.case_id).where(visible_to(actor))
    rows = rows.where(HandOver.status == query.status)
    if query.service:
        rows = rows.where(HandOver.service == query.service)
    if query.case_id:
        rows = rows.where(HandOver.case_id == query.case_id)
    if query.overdue is not None:
        late = and_(HandOver.status == "offered", HandOver.answer_due_on < clock.today())
        rows = rows.where(late if query.overdue else ~late)
    return rows


async def remaining_for(session: AsyncSession, actor: Actor, hand_over: HandOver) -> Remaining | None:
    """What remains with us; None for the service that was asked."""
    if service_of(actor) is not None:
        return None
    taken = await session.scalars(
        select(HandOver.child_id).where(HandOver.case_id == hand_over.case_id, HandOver.status == "accepted")
    )
    children = [child.child_id for child in hand_over.case.children]
    gone = set(taken.all())
    answers = await surviving_ids(session, [*children, *gone])
    left = {answers[child_id] for child_id in children} - {answers[child_id] for child_id in gone}
    return Remaining.model_validate({"case_status": hand_over.case.status, "children": len(left)})
