"""Indexing families that casework took over from an older system, so that referrals are matched to them."""

from sqlalchemy.ext.asyncio import AsyncSession

from services.referrals.imported_people.schemas import ImportedChild, ImportedFamily
from services.referrals.people.actions import index_family
from services.referrals.people.models import Child, Family
from shared import audit, clock
from shared.auth import Actor, Role
from shared.database import insert_into

ITSELF = Actor(subject="referrals", roles=frozenset({Role.SERVICE}))


async def index_imported_family(session: AsyncSession, told: ImportedFamily) -> None:
    """Add the family and its children under the ids that casework gave them; whoever is there already stays as they
    are: an older system knows nothing better than what was said here since."""
    await session.execute(
        insert_into(session, Family)
        .values(id=told.family_id, recorded_at=clock.now(), address=told.address)
        .on_conflict_do_nothing()
    )
    # In one order, so that two families with a child in common wait for each other and not both for ever.
    for child in sorted(told.children, key=lambda each: each.child_id):
        add = insert_into(session, Child).values(_row(told, child)).on_conflict_do_nothing()
        if await session.scalar(add.returning(Child.id)):
            audit.record(session, ITSELF, "child_import", "child", child.child_id, family_id=str(told.family_id))
    family = await session.get_one(Family, told.family_id)
    await index_family(session, family.id, family.address)


def _row(told: ImportedFamily, child: ImportedChild) -> dict[str, object]:
    return {
        "id": child.child_id,
        "family_id": told.family_id,
        "disabilities": [],
        **child.model_dump(exclude={"child_id"}),
    }
