"""The front door of the casework service."""

from fastapi import FastAPI

from services.casework.allocations.endpoints import router as allocations
from services.casework.cases.endpoints import router as cases
from services.casework.ceilings.endpoints import router as ceilings
from services.casework.workers.endpoints import router as workers
from shared.settings import Settings, settings_of
from shared.web import create_service

DESCRIPTION = "The Family Support Service: a family's case, its one key worker, and caseloads small enough to help."


def create_app(settings: Settings | None = None) -> FastAPI:
    routers = [workers, cases, allocations, ceilings]
    return create_service("casework", "casework", DESCRIPTION, routers, settings or settings_of("casework"))
