"""Which children of referrals are open to the Family Support Service, filtered by what the actor may see."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.referrals.open_cases.models import OpenCase, OpenCaseChild
from services.referrals.open_cases.schemas import OpenCaseShown
from services.referrals.people.models import Child
from services.referrals.people.queries import all_records, not_restricted_for
from shared.auth import Actor


async def open_cases_of(
    session: AsyncSession, actor: Actor, referred: Sequence[tuple[UUID, UUID]]
) -> dict[UUID, list[OpenCaseShown]]:
    """For each referral the open cases of its children, under any id that a child has in the index.

    `referred` has the referral and the child of each. A handful of questions for a whole page. A case is left out where
    its family, or that of any of its children, is restricted to others.
    """
    records = await all_records(session, [child_id for _, child_id in referred])
    cases = await _open_cases_of_children(session, actor, {each for ids in records.values() for each in ids})
    shown = defaultdict[UUID, dict[UUID, OpenCaseShown]](dict)
    for referral_id, child_id in referred:
        for record in records[child_id]:
            shown[referral_id] |= {case.case_id: case for case in cases[record]}
    return {
        referral_id: sorted(shown[referral_id].values(), key=lambda case: (case.since, case.case_id))
        for referral_id, _ in referred
    }


async def _open_cases_of_children(
    session: AsyncSession, actor: Actor, child_ids: Iterable[UUID]
) -> dict[UUID, list[OpenCaseShown]]:
    of_case = select(OpenCaseChild.child_id).join(Child, Child.id == OpenCaseChild.child_id)
    hidden = of_case.where(OpenCaseChild.case_id == OpenCase.case_id, ~not_restricted_for(actor, Child.family_id))
    rows = (
        select(OpenCaseChild.child_id, OpenCase)
        .join(OpenCase, OpenCase.case_id == OpenCaseChild.case_id)
        .where(
            OpenCaseChild.child_id.in_(set(child_ids)),
            OpenCase.is_open,
            not_restricted_for(actor, OpenCase.family_id),
            ~exists(hidden.correlate(OpenCase)),
        )
    )
    found = defaultdict[UUID, list[OpenCaseShown]](list)
    for child_id, case in await session.execute(rows):
        found[child_id].append(OpenCaseShown.of(case))
    return found
