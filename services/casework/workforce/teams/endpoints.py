"""The teams endpoint."""

from services.casework import access
from services.casework.workforce.teams import queries
from services.casework.workforce.teams.schemas import AreaTeam, Teams
from shared.web import ReadSession, topic_router

router = topic_router("teams")


@router.get("/teams")
async def list_teams(actor: access.CanReadWorkers, session: ReadSession) -> Teams:
    """The teams by area, with the number and the FTE of the people in post; a county has a few dozen."""
    return Teams(items=[AreaTeam.model_validate(row) for row in await queries.teams(session, actor)])
