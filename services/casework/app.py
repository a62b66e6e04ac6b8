"""The front door of the casework service."""

from fastapi import FastAPI

from services.casework.ageing_out.endpoints import router as ageing_out
from services.casework.allocations.endpoints import router as allocations
from services.casework.case_actions.endpoints import router as case_actions
from services.casework.caseloads.endpoints import router as caseloads
from services.casework.cases.endpoints import router as cases
from services.casework.ceilings.endpoints import router as ceilings
from services.casework.chronology.endpoints import router as chronology
from services.casework.contacts.endpoints import router as contacts
from services.casework.early_help.endpoints import router as early_help
from services.casework.early_help_plans.endpoints import router as early_help_plans
from services.casework.escalations.endpoints import router as escalations
from services.casework.flags.endpoints import router as flags
from services.casework.hand_overs.endpoints import router as hand_overs
from services.casework.imports.endpoints import router as imports
from services.casework.outcome_plans.endpoints import router as outcome_plans
from services.casework.participation.endpoints import router as participation
from services.casework.pathways.endpoints import router as pathways
from services.casework.posts.endpoints import router as posts
from services.casework.restrictions.endpoints import router as restrictions
from services.casework.stars.endpoints import router as stars
from services.casework.thriving_families.endpoints import router as thriving_families
from services.casework.timescales.endpoints import router as timescales
from services.casework.transfers.endpoints import router as transfers
from services.casework.trends.endpoints import router as trends
from services.casework.workers.endpoints import router as workers
from shared.settings import Settings, settings_of
from shared.web import create_service

DESCRIPTION = "The Family Support Service: a family's case, its one key worker, and caseloads small enough to help."


def create_app(settings: Settings | None = None) -> FastAPI:
    routers = [
        workers,
        ceilings,
        cases,
        timescales,
        chronology,
        allocations,
        posts,
        caseloads,
        trends,
        contacts,
        case_actions,
        flags,
        restrictions,
        early_help,
        early_help_plans,
        escalations,
        hand_overs,
        stars,
        thriving_families,
        outcome_plans,
        participation,
        ageing_out,
        transfers,
        pathways,
        imports,
    ]
    return create_service("casework", "casework", DESCRIPTION, routers, settings or settings_of("casework"))
