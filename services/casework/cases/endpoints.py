"""The cases endpoints; that of one case is in the topic `timescales`, because its answer holds what falls due."""

from typing import Annotated

from fastapi import Query

from services.casework import access, codes
from services.casework.cases import queries
from services.casework.cases.models import Case
from services.casework.cases.schemas import CaseListed, CasesQuery
from shared.access import SignedIn
from shared.paging import Page, page_of
from shared.web import ReadSession, topic_router

router = topic_router("cases")


@router.get("/cases")
async def list_cases(
    query: Annotated[CasesQuery, Query()], actor: access.CanSeeCases, session: ReadSession
) -> Page[CaseListed]:
    """Open cases, the longest open first; `unallocated=true` are the families that wait for a key worker, the longest
    wait first.

    `status=closed` are those that were closed: for managers, because nobody holds them any more.

    `no_contact_for_days=28` are those with whom there has been no contact for that many days, counted from the opening
    of the case where there has been none at all.
    """
    oldest = Case.unallocated_since if query.unallocated else Case.opened_on
    found, following = await page_of(session, queries.cases_listed(actor, query), [oldest, Case.id], query)
    return Page(items=[CaseListed.model_validate(case) for case in found], next=following)


@router.get("/codes")
async def list_codes(actor: SignedIn) -> dict[str, dict[str, str]]:
    """Every list of codes that this service takes, with the meaning of each code."""
    return {name: dict(each) for name, each in codes.ALL.items()}
