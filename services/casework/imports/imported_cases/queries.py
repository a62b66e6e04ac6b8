"""Reads around cases that come from an older system."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.casework.cases.cases.models import Case, CaseChild, CaseReferral
from services.casework.imports.files.rules import all_linked
from services.casework.imports.imported_cases.models import ImportedChild
from services.casework.imports.imported_cases.schemas import ImportedFamily, ImportedPerson
from shared.merged_children import former_ids, surviving_ids
from shared.problems import NotFound


async def open_families(session: AsyncSession, family_ids: Collection[UUID]) -> set[UUID]:
    """Those of these families that have an open case; there is one for each.

    Under whichever id: a referral that joined a case brought its family's id to it, and so did a joining of cases.
    """
    links: list[set[UUID]] = []
    open_ids, known, fresh = set[UUID](), set[UUID](), set(family_ids)
    while fresh:
        known |= fresh
        cases = select(Case.id, Case.family_id, Case.status)
        for case in await session.execute(cases.where(or_(Case.id.in_(fresh), Case.family_id.in_(fresh)))):
            links.append({case.id, case.family_id})
            open_ids |= {case.id} if case.status == "open" else set()
        referrals = select(CaseReferral.case_id, CaseReferral.family_id)
        of_fresh = or_(CaseReferral.case_id.in_(fresh), CaseReferral.family_id.in_(fresh))
        links += [set(referral) for referral in await session.execute(referrals.where(of_fresh))]
        fresh = set().union(*links) - known
    linked = all_linked(links)
    return {family_id for family_id in family_ids if not open_ids.isdisjoint(linked.get(family_id, ()))}


async def children_of_open_cases(session: AsyncSession, child_ids: Collection[UUID]) -> set[UUID]:
    """Those of these children that are in an open case under any id of theirs, by the ids that they answer to."""
    known = await former_ids(session, (await surviving_ids(session, child_ids)).values())
    rows = select(CaseChild.child_id).join(Case, Case.id == CaseChild.case_id)
    found = await session.scalars(rows.where(Case.status == "open", CaseChild.child_id.in_(known)))
    return set((await surviving_ids(session, found.all())).values())


async def imported_family(session: AsyncSession, case_id: UUID) -> ImportedFamily:
    """Raises NotFound where the case did not come from an older system."""
    rows = await session.execute(
        select(CaseChild, ImportedChild)
        .join(
            ImportedChild, (ImportedChild.case_id == CaseChild.case_id) & (ImportedChild.child_id == CaseChild.child_id)
        )
        .where(CaseChild.case_id == case_id)
        .order_by(CaseChild.child_id)
    )
    children = [(child, more) for child, more in rows]
    if not children:
        raise NotFound("case", case_id)
    case = await session.get_one(Case, case_id)
    return ImportedFamily(
        case_id=case.id,
        family_id=case.family_id,
        address=children[0][1].address,
        children=[
            ImportedPerson(
                child_id=child.child_id,
                given_name=child.given_name,
                family_name=child.family_name,
                date_of_birth=child.date_of_birth,
                expected_date_of_birth=child.expected_date_of_birth,
                sex=more.sex,
                nhs_number=more.nhs_number,
                upn=more.upn,
                additional_needs=child.additional_needs,
            )
            for child, more in children
        ],
    )
