"""The allocation endpoints."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Response
from sqlalchemy import select

from services.casework import access
from services.casework.allocation.allocations import actions, queries
from services.casework.allocation.allocations.rules import COUNTED_FOR, changes_of
from services.casework.allocation.allocations.schemas import (
    AllocationEnding,
    AllocationMade,
    FamilyChanges,
    KeyWorkerChanges,
    KeyWorkerChangesQuery,
    KeyWorkerPeriod,
    KeyWorkersOfFamily,
    NewAllocation,
    Suggestions,
    SuggestionShown,
    SuggestionsQuery,
)
from services.casework.allocation.ceilings.rules import fits
from services.casework.cases.cases.queries import case_shown, family_ids_before, find_case, find_family_case
from services.casework.cases.cases.schemas import CaseShown
from services.casework.lifecycle.pathways import actions as pathways
from shared import audit, clock
from shared.paging import page_of
from shared.web import AccessReason, ReadSession, Session, set_etag, topic_router

router = topic_router("allocations")


@router.post("/cases/{case_id}/allocation", status_code=201)
async def allocate_case(
    case_id: UUID, sent: NewAllocation, actor: access.CanAllocateFamilies, session: Session
) -> AllocationMade:
    """Make a worker the key worker of a family.

    The children of all the worker's families are held against the ceiling in force times the worker's FTE. Over it:
    409 `caseload-ceiling-reached` without an `override_reason`, 403 `override-needs-manager` with one from anybody but
    a manager; an override is announced. So it is with 409 `worker-on-leave` and `worker-leaving`, which are not
    announced. 409 `registration-required` where the pathway needs a registered social worker, `worker-not-in-post`,
    `worker-not-named` where the record is restricted and does not name the worker, `case-already-allocated` where the
    family has a key worker. `starts_on` is today or, at the earliest, the day from which the family has been without a
    key worker, and not before the worker joined.
    """
    made = await actions.allocate_case(session, actor, case_id, sent)
    return AllocationMade(
        id=made.id,
        case_id=made.case_id,
        worker_id=made.worker_id,
        starts_on=made.starts_on,
        children=made.children,
        ceiling=made.ceiling,
        over_ceiling=not fits(made.children, made.ceiling),
    )


@router.get("/cases/{case_id}/allocation-suggestions")
async def suggest_key_workers(
    case_id: UUID,
    query: Annotated[SuggestionsQuery, Query()],
    actor: access.CanReadSuggestions,
    session: Session,
    access_reason: AccessReason = None,
) -> Suggestions:
    """Up to 10 workers for a family, the best first, and whoever knew it, each with the reasons for the rank.

    In this order: nothing stands against them, they have room under the ceiling (by FTE), they work in the family's
    area, they were its key worker or that of one of its children (the latest first), fewest changes for the children,
    most room. Who is not in post, leaves or lacks the registration that the pathway needs is left out unless they knew
    the family; `obstacles` are then the reasons against them. Without `area` they are workers of the caller's own area
    and team in the area of the family, whom the caller may allocate; with it, all of that area, to whom a transfer may
    be offered. The present key worker is not among them; the look is on record.
    """
    case = await find_case(session, actor, case_id)
    audit.record(session, actor, "allocation_suggestions_look", "case", case.id, reason=access_reason)
    suggested = await queries.suggestions_for(session, actor, case, query.area)
    return Suggestions(items=[SuggestionShown.of(made) for made in suggested])


@router.get("/families/{family_id}/key-workers")
async def list_key_workers_of_family(
    family_id: UUID, actor: access.CanReadCases, session: Session, access_reason: AccessReason = None
) -> KeyWorkersOfFamily:
    """Who was key worker of a family from when until before when, in order, over all of its cases; some dozen at most.

    `changes` counts another worker after one before, also within a day; each time stays credited to its worker. The
    look is on record.
    """
    case = await find_family_case(session, actor, family_id)
    audit.record(session, actor, "key_workers_look", "family", case.family_id, reason=access_reason)
    held = await queries.held_by(session, await family_ids_before(session, case))
    workers = await queries.workers_of(session, held)
    return KeyWorkersOfFamily(
        family_id=case.family_id,
        changes=changes_of(each.worker_id for each in held),
        items=[KeyWorkerPeriod.of(each, workers[each.worker_id]) for each in held],
    )


@router.get("/key-worker-changes")
async def list_key_worker_changes(
    query: Annotated[KeyWorkerChangesQuery, Query()], actor: access.CanReadKeyWorkerChanges, session: ReadSession
) -> KeyWorkerChanges:
    """Families that got another key worker on or after `since` (by default 365 days ago), most changes first.

    Of the families that the caller may see, those whose case is in `area`. `summary` is over every family that had a
    key worker in that time, not over the page; `distribution` is how many families had so many changes.
    """
    since = query.since or clock.today() - COUNTED_FOR
    counted = queries.families_counted(actor, since, query.area)
    changed = select(counted).where(counted.changes > 0)
    found, following = await page_of(session, changed, [counted.changes, counted.family_id], query, descending=True)
    return KeyWorkerChanges(
        items=[FamilyChanges(family_id=each.family_id, changes=each.changes) for each in found],
        next=following,
        summary=await queries.summarise_changes(session, actor, since, query.area),
    )


@router.post("/cases/{case_id}/allocation/ending")
async def end_allocation(
    case_id: UUID, sent: AllocationEnding, actor: access.CanEndAllocations, session: Session, response: Response
) -> CaseShown:
    """End the key worker's part in a family on early help, whose lead professional was named after the step down.

    409 `lead-professional-required`, `key-worker-needed` on every other pathway, `case-not-allocated`, `case-closed`.
    """
    case = await pathways.end_allocation(session, actor, case_id, sent)
    set_etag(response, case.version)
    return await case_shown(session, case)
