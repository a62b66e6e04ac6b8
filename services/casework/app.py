"""The front door of the casework service: the topics of its wings, in the order in which wings may import."""

from fastapi import FastAPI

from services.casework.allocation.allocations.endpoints import router as allocations
from services.casework.allocation.caseload_transfers.endpoints import router as caseload_transfers
from services.casework.allocation.caseloads.endpoints import router as caseloads
from services.casework.allocation.ceilings.endpoints import router as ceilings
from services.casework.allocation.me.endpoints import router as me
from services.casework.allocation.moves.endpoints import router as moves
from services.casework.allocation.transfers.endpoints import router as transfers
from services.casework.cases.access_log.endpoints import router as access_log
from services.casework.cases.cases.endpoints import router as cases
from services.casework.cases.restrictions.endpoints import router as restrictions
from services.casework.codes import router as codes
from services.casework.early_help.common_assessments.endpoints import router as common_assessments
from services.casework.early_help.escalations.endpoints import router as escalations
from services.casework.early_help.family_teams.endpoints import router as family_teams
from services.casework.early_help.hand_overs.endpoints import router as hand_overs
from services.casework.early_help.link_worker_support.endpoints import router as link_worker_support
from services.casework.early_help.team_actions.endpoints import router as team_actions
from services.casework.early_help.team_reviews.endpoints import router as team_reviews
from services.casework.imports.imported_cases.endpoints import router as imported_cases
from services.casework.imports.imports.endpoints import router as imports
from services.casework.lifecycle.closures.endpoints import router as closures
from services.casework.lifecycle.history.endpoints import router as history
from services.casework.lifecycle.joinings.endpoints import router as joinings
from services.casework.lifecycle.pathways.endpoints import router as pathways
from services.casework.outcomes.ageing_out.endpoints import router as ageing_out
from services.casework.outcomes.outcome_claims.endpoints import router as outcome_claims
from services.casework.outcomes.participation.endpoints import router as participation
from services.casework.outcomes.stars.endpoints import router as stars
from services.casework.outcomes.thriving_families.endpoints import router as thriving_families
from services.casework.protection.assessments.endpoints import router as assessments
from services.casework.protection.conferences.endpoints import router as conferences
from services.casework.protection.core_groups.endpoints import router as core_groups
from services.casework.protection.court_stages.endpoints import router as court_stages
from services.casework.protection.enquiries.endpoints import router as enquiries
from services.casework.protection.need_plans.endpoints import router as need_plans
from services.casework.protection.overview.endpoints import router as protection
from services.casework.protection.protection_plans.endpoints import router as protection_plans
from services.casework.protection.strategy_discussions.endpoints import router as strategy_discussions
from services.casework.record.case_actions.endpoints import router as case_actions
from services.casework.record.chronology.endpoints import router as chronology
from services.casework.record.contacts.endpoints import router as contacts
from services.casework.record.flags.endpoints import router as flags
from services.casework.record.timescales.endpoints import router as timescales
from services.casework.settings import read_after_closure
from services.casework.workforce.absences.endpoints import router as absences
from services.casework.workforce.teams.endpoints import router as teams
from services.casework.workforce.workers.endpoints import router as workers
from shared.settings import Settings, settings_of
from shared.web import create_service

DESCRIPTION = "The Family Support Service: a family's case, its one key worker, and caseloads small enough to help."


def create_app(settings: Settings | None = None) -> FastAPI:
    read_after_closure()  # a value that cannot be is refused at the start, not at the first look at a case
    routers = [
        # workforce
        workers,
        absences,
        teams,
        # cases
        cases,
        restrictions,
        access_log,
        # record
        timescales,
        chronology,
        contacts,
        case_actions,
        flags,
        # allocation
        ceilings,
        allocations,
        moves,
        transfers,
        caseload_transfers,
        caseloads,
        me,
        # early_help
        family_teams,
        common_assessments,
        team_actions,
        team_reviews,
        link_worker_support,
        escalations,
        hand_overs,
        # outcomes
        stars,
        thriving_families,
        outcome_claims,
        participation,
        ageing_out,
        # protection
        assessments,
        strategy_discussions,
        enquiries,
        conferences,
        protection_plans,
        core_groups,
        need_plans,
        court_stages,
        protection,
        # lifecycle
        pathways,
        closures,
        joinings,
        history,
        # imports
        imports,
        imported_cases,
        codes,
    ]
    return create_service("casework", "casework", DESCRIPTION, routers, settings or settings_of("casework"))
