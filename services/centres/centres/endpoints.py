"""The centres endpoints: where the centres are."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from services.centres.centres import queries
from services.centres.centres.models import Centre
from services.centres.centres.schemas import CentreAtDistance, NearestCentre, Postcode, PublicCentre
from shared.access import Public
from shared.paging import Page, PageQuery, page_of
from shared.places import find_place
from shared.problems import InvalidBody
from shared.web import ReadSession, set_etag, topic_router

router = topic_router("centres")


@router.get("/centres")
async def list_centres(
    query: Annotated[PageQuery, Query()], public: Public, session: ReadSession
) -> Page[PublicCentre]:
    """The Children and Family Centres by name, each with its rooms."""
    found, following = await page_of(session, queries.all_centres(), [Centre.name, Centre.id], query)
    return Page[PublicCentre](items=[PublicCentre.model_validate(centre) for centre in found], next=following)


@router.get("/centres/nearest")
async def find_nearest_centre(postcode: Postcode, public: Public, session: ReadSession) -> NearestCentre:
    """The centre nearest to an Oxfordshire postcode, and the next ones in order; metres as the crow flies.

    422 naming `/postcode` where the postcode is not one of the county's.
    """
    place = find_place(postcode)
    if place is None:
        raise InvalidBody("/postcode", "unknown-postcode", "This is not a postcode of Oxfordshire")
    nearest = [
        CentreAtDistance(centre=PublicCentre.model_validate(centre), distance_metres=metres)
        for centre, metres in await queries.nearest_centres(session, place)
    ]
    return NearestCentre(centre=nearest[0].centre, distance_metres=nearest[0].distance_metres, nearest=nearest)


@router.get("/centres/{centre_id}")
async def get_centre(centre_id: UUID, public: Public, session: ReadSession, response: Response) -> PublicCentre:
    """One centre with its rooms."""
    centre = await queries.find_centre(session, centre_id)
    set_etag(response, centre.version)
    return PublicCentre.model_validate(centre)
