"""Reads of actions, filtered by what the actor may see."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, CompoundSelect, Select, and_, or_, select, union
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased, selectinload

from services.casework.cases.cases import queries as cases
from services.casework.cases.cases.models import Case
from services.casework.cases.cases.rules import WHOLE_TEAM
from services.casework.cases.restrictions.queries import not_restricted_for
from services.casework.record.case_actions.models import STEP, CaseAction
from services.casework.record.case_actions.schemas import ActionsQuery
from services.casework.record.timescales.models import Timescale
from services.casework.record.timescales.queries import chosen
from services.casework.workforce.workers.models import Worker
from shared.auth import Actor
from shared.merged_children import surviving_ids
from shared.problems import NotFound

SHOWN = [selectinload(each) for each in (CaseAction.timescale, CaseAction.owner_worker, CaseAction.moves)]


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """`may_see_action` of `record/case_actions/rules.py` in SQL, with `Case` joined.

    `tests/services/casework/record/test_actions.py` holds the two together.
    """
    own = CaseAction.owner_worker_id.in_(select(Worker.id).where(Worker.subject == actor.subject))
    return or_(cases.visible_to(actor), and_(own, not_restricted_for(actor, Case.family_id)))


async def find_action(session: AsyncSession, actor: Actor, action_id: UUID, *, lock: bool = False) -> CaseAction:
    """Raises NotFound where the actor neither may see the case nor is to do it."""
    found = (
        select(CaseAction)
        .join(Case, Case.id == CaseAction.case_id)
        .where(CaseAction.id == action_id, visible_to(actor))
        .options(*SHOWN)
        .execution_options(populate_existing=True)
    )
    action: CaseAction | None = await session.scalar(found.with_for_update(of=CaseAction) if lock else found)
    if action is None:
        raise NotFound("action", action_id)
    return action


def list_for(actor: Actor, query: ActionsQuery) -> Select[Timescale]:
    """The timescales of actions that an actor may see."""
    rows = chosen(query).join(CaseAction, CaseAction.id == Timescale.about_id).where(Timescale.step == STEP)
    rows = rows.where(visible_to(actor))
    if not actor.has(*WHOLE_TEAM):
        rows = rows.where(CaseAction.id.in_(_of_own_families_or_own(actor)))
    return rows.where(CaseAction.owner_worker_id == query.owner) if query.owner else rows


def _of_own_families_or_own(actor: Actor) -> CompoundSelect[UUID]:
    """Few, found by index: of "visible as the one or as the other" PostgreSQL would look at every open action."""
    action, me = aliased(CaseAction), select(Worker.id).where(Worker.subject == actor.subject)
    held = select(action.id).join(Case, Case.id == action.case_id).where(Case.key_worker_id.in_(me))
    return union(held, select(action.id).where(action.owner_worker_id.in_(me)))


def list_of(case_id: UUID) -> Select[Timescale]:
    """Those of the actions of a case, whatever became of them; whoever asks has been let see the case."""
    return select(Timescale).where(Timescale.case_id == case_id, Timescale.step == STEP)


async def actions_about(session: AsyncSession, timescales: Sequence[Timescale]) -> list[CaseAction]:
    """The actions of these timescales, in their order."""
    rows = await session.scalars(
        select(CaseAction).where(CaseAction.id.in_([each.about_id for each in timescales])).options(*SHOWN)
    )
    found = {action.id: action for action in rows}
    return [found[each.about_id] for each in timescales]


async def lapsed_with(session: AsyncSession, case_id: UUID) -> Sequence[CaseAction]:
    """What was not done when the case was closed, and nobody has taken up since."""
    lapsed = (
        select(CaseAction)
        .join(CaseAction.timescale)
        .where(CaseAction.case_id == case_id, CaseAction.cancelled_by.is_(None))
        .where(Timescale.met_on.is_(None), Timescale.ended_on.is_not(None))
        .order_by(Timescale.due_on, CaseAction.id)
    )
    return (await session.scalars(lapsed.options(*SHOWN))).all()


async def children_now(session: AsyncSession, actions: Iterable[CaseAction]) -> dict[UUID, UUID]:
    """For each child of these actions the id that it answers to."""
    return await surviving_ids(session, {action.child_id for action in actions if action.child_id})
