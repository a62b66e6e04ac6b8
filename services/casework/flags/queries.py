"""Reads of flags; who may see a case sees its flags."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import selectinload

from services.casework.cases.models import Case
from services.casework.cases.queries import find_case, surviving_ids, visible_to
from services.casework.flags.models import Flag
from services.casework.flags.schemas import FlagShown, FlagsQuery
from shared.auth import Actor
from shared.problems import NotFound


def flags_of_family(actor: Actor, family_id: UUID, query: FlagsQuery) -> Select[Flag]:
    """The flags of all cases of a family that the actor may see, those of an earlier case too."""
    ended = Flag.ended_on.is_not(None) if query.ended else Flag.ended_on.is_(None)
    cases = select(Case.id).where(Case.family_id == family_id, visible_to(actor))
    return select(Flag).where(Flag.case_id.in_(cases), ended).options(selectinload(Flag.reviews))


async def find_flag(session: AsyncSession, actor: Actor, flag_id: UUID, *, lock: bool = False) -> Flag:
    """The flag with its case, which is locked where the flag is to be changed; raises NotFound as for the case."""
    case_id = await session.scalar(select(Flag.case_id).where(Flag.id == flag_id))
    if case_id is None:
        raise NotFound("flag", flag_id)
    case = await find_case(session, actor, case_id, lock=lock)
    found = select(Flag).where(Flag.id == flag_id, Flag.case_id == case.id)
    loaded = found.options(selectinload(Flag.reviews), selectinload(Flag.case))
    flag = await session.scalar(loaded.execution_options(populate_existing=True))
    assert flag
    return flag


async def standing_alike(session: AsyncSession, case_id: UUID, kind: str, child_ids: Iterable[UUID | None]) -> bool:
    """Whether a flag of this kind about the same child, or about the whole family, stands already."""
    rows = select(Flag.child_id).where(Flag.case_id == case_id, Flag.kind == kind, Flag.ended_on.is_(None))
    return bool(set((await session.scalars(rows)).all()) & set(child_ids))


async def show(session: AsyncSession, flags: Iterable[Flag]) -> list[FlagShown]:
    """Each child under the id that it answers to since its records were merged."""
    told = list(flags)
    ids = await surviving_ids(session, [flag.child_id for flag in told if flag.child_id])
    return [FlagShown.of(flag, ids) for flag in told]
