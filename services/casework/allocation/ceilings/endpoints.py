"""The ceiling endpoint."""

from fastapi import Response

from services.casework import access
from services.casework.allocation.ceilings.queries import ceiling_in_force
from services.casework.allocation.ceilings.schemas import CeilingInForce
from shared.web import ReadSession, topic_router

router = topic_router("ceilings")


@router.get("/ceiling")
async def get_ceiling(actor: access.CanReadCeiling, session: ReadSession, response: Response) -> CeilingInForce:
    """The caseload ceiling in force, in children per full-time worker, and the decision behind it, if any."""
    ceiling = await ceiling_in_force(session)
    response.headers["ETag"] = f'"{ceiling.id}"'
    return CeilingInForce.model_validate(ceiling)
