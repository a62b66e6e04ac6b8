"""Reads of centres; all of them are public."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import selectinload

from services.centres.centres.models import Centre
from shared.places import Place
from shared.problems import NotFound

NEAREST_SHOWN = 3


def all_centres() -> Select[Centre]:
    return select(Centre).options(selectinload(Centre.rooms))


async def find_centre(session: AsyncSession, centre_id: UUID) -> Centre:
    """The centre with its rooms; raises NotFound."""
    centre = await session.scalar(all_centres().where(Centre.id == centre_id))
    if centre is None:
        raise NotFound("centre", centre_id)
    return centre


async def nearest_centres(session: AsyncSession, place: Place) -> Sequence[tuple[Centre, int]]:
    """The nearest centres with their distance in whole metres as the crow flies, nearest first."""
    measured = [
        (centre, round(place.metres_to(centre.easting, centre.northing)))
        for centre in await session.scalars(all_centres())
    ]
    return sorted(measured, key=lambda pair: (pair[1], pair[0].name))[:NEAREST_SHOWN]
