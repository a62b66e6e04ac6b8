"""The front door of the governance service."""

from fastapi import FastAPI

from services.governance.agendas.endpoints import router as agendas
from services.governance.bodies.endpoints import router as bodies
from services.governance.codes import router as codes
from services.governance.decisions.endpoints import router as decisions
from services.governance.meetings.endpoints import router as meetings
from services.governance.proposals.endpoints import router as proposals
from shared.settings import Settings, settings_of
from shared.web import create_service

DESCRIPTION = "The boards: what must be decided, by whom and when, what came of it, and since when it is in force."


def create_app(settings: Settings | None = None) -> FastAPI:
    routers = [bodies, meetings, proposals, agendas, decisions, codes]
    return create_service("governance", "governance", DESCRIPTION, routers, settings or settings_of("governance"))
