"""Reads of flags; who may see a case sees its flags."""

from collections.abc import Collection, Iterable, Sequence
from uuid import UUID

from sqlalchemy import Select, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import selectinload

from services.casework.cases.cases.models import Case
from services.casework.cases.cases.queries import family_ids_of, find_case, is_of, visible_to
from services.casework.cases.cases.rules import CLOSED
from services.casework.cases.restrictions.models import FamilyRestriction
from services.casework.cases.restrictions.queries import not_restricted_for
from services.casework.record.flags.models import Flag
from services.casework.record.flags.schemas import FlagShown, FlagsQuery
from shared.auth import Actor
from shared.merged_children import former_ids, surviving_ids
from shared.problems import NotFound


def flags_of_case(case_id: UUID, query: FlagsQuery) -> Select[Flag]:
    """The flags of a case; whoever asks has been let see it."""
    ended = Flag.ended_on.is_not(None) if query.ended else Flag.ended_on.is_(None)
    return select(Flag).where(Flag.case_id == case_id, ended).options(selectinload(Flag.reviews))


async def flags_of_family(session: AsyncSession, actor: Actor, case: Case, query: FlagsQuery) -> Select[Flag]:
    """The flags of a family whose case the actor was let see, under each of its ids, with those of its children's
    earlier cases: who works with a family now must know of them, whoever held it then."""
    answers = await surviving_ids(session, [child.child_id for child in case.children])
    known = await former_ids(session, answers.values())
    cases = select(Case.id).where(
        is_of(await family_ids_of(session, case), known),
        or_(Case.status == CLOSED, visible_to(actor)),
        not_restricted_for(actor, Case.family_id),
    )
    ended = Flag.ended_on.is_not(None) if query.ended else Flag.ended_on.is_(None)
    return select(Flag).where(Flag.case_id.in_(cases), ended).options(selectinload(Flag.reviews))


async def standing_before(
    session: AsyncSession, family_id: UUID, family_ids: Collection[UUID], child_ids: Collection[UUID]
) -> Sequence[Flag]:
    """The flags that still stand in closed cases of a family, or about these children; those cases are locked.

    Those of a restricted record stay there, unless `family_id`, where they would go, is restricted as well.
    """
    stands = (Flag.ended_on.is_(None), or_(Flag.child_id.is_(None), Flag.child_id.in_(child_ids)))
    alike = select(FamilyRestriction.source).where(FamilyRestriction.family_id == family_id)
    betrayed = select(FamilyRestriction.family_id).where(FamilyRestriction.source.not_in(alike))
    closed = select(Case.id).where(
        Case.status == CLOSED,
        is_of(family_ids, child_ids),
        Case.id.in_(select(Flag.case_id).where(*stands)),
        Case.family_id.not_in(betrayed),
    )
    cases = (await session.scalars(closed.order_by(Case.id).with_for_update())).all()
    rows = select(Flag).where(Flag.case_id.in_(cases), *stands).order_by(Flag.id)
    return (await session.scalars(rows.options(selectinload(Flag.reviews)))).all()


async def find_flag(session: AsyncSession, actor: Actor, flag_id: UUID, *, lock: bool = False) -> Flag:
    """The flag with its case, which is locked where the flag is to be changed; raises NotFound as for the case."""
    case_id = await session.scalar(select(Flag.case_id).where(Flag.id == flag_id))
    if case_id is None:
        raise NotFound("flag", flag_id)
    case = await find_case(session, actor, case_id, lock=lock)
    found = select(Flag).where(Flag.id == flag_id, Flag.case_id == case.id)
    loaded = found.options(selectinload(Flag.reviews), selectinload(Flag.case))
    flag = await session.scalar(loaded.execution_options(populate_existing=True))
    if flag is None:  # it went to the family's new case in between
        raise NotFound("flag", flag_id)
    return flag


async def standing_alike(session: AsyncSession, case_id: UUID, kind: str, child_ids: Iterable[UUID | None]) -> bool:
    """Whether a flag of this kind about the same child, or about the whole family, stands already."""
    rows = select(Flag.child_id).where(Flag.case_id == case_id, Flag.kind == kind, Flag.ended_on.is_(None))
    return bool(set((await session.scalars(rows)).all()) & set(child_ids))


async def show(session: AsyncSession, flags: Iterable[Flag]) -> list[FlagShown]:
    """Each child under the id that it answers to since its records were merged."""
    found = list(flags)
    ids = await surviving_ids(session, [flag.child_id for flag in found if flag.child_id])
    return [FlagShown.of(flag, ids) for flag in found]
