"""The joining endpoints: two open cases of one family become one."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from services.casework import access
from services.casework.cases.access_log.actions import record_list_look
from services.casework.cases.cases.queries import case_shown
from services.casework.cases.cases.schemas import CaseShown
from services.casework.lifecycle.joinings import actions, queries
from services.casework.lifecycle.joinings.models import CasesToJoin
from services.casework.lifecycle.joinings.schemas import CasesToJoinQuery, CasesToJoinShown, NewJoining
from shared.merged_children import surviving_ids
from shared.paging import Page, page_of
from shared.web import AccessReason, Session, set_etag, topic_router

router = topic_router("joinings")


@router.get("/cases-to-join")
async def list_cases_to_join(
    query: Annotated[CasesToJoinQuery, Query()],
    actor: access.CanReadCasesToJoin,
    session: Session,
    access_reason: AccessReason = None,
) -> Page[CasesToJoinShown]:
    """Two open cases of one family, because children's records were merged after both were opened; first what waits
    longest.

    Each is on the list until one of the two is joined into the other, or closed, or the merge is reversed. `area` and
    `team` are those of one of them. Where the caller may not see one of the two, neither is there. The look at the list
    is on record with its reason.
    """
    keys = [CasesToJoin.found_at, CasesToJoin.id]
    found, following = await page_of(session, queries.cases_to_join(actor, query), keys, query)
    cases = await queries.cases_of(session, found)
    await record_list_look(session, actor, "cases_to_join", cases, access_reason)
    answers = await surviving_ids(session, [child.child_id for case in cases.values() for child in case.children])
    items = []
    for pair in found:
        both = sorted((cases[pair.case_id], cases[pair.other_id]), key=lambda case: (case.opened_at, case.id))
        items.append(CasesToJoinShown(found_at=pair.found_at, cases=[CaseShown.of(case, answers) for case in both]))
    return Page(items=items, next=following)


@router.post("/cases/{case_id}/joining")
async def join_cases(
    case_id: UUID, sent: NewJoining, actor: access.CanJoinCases, session: Session, response: Response
) -> CaseShown:
    """Join another open case of the same family, `case_id` of the body, into the one in the path, which goes on.

    From today the case in the path has the children of both, and everything that was recorded in the other: contacts,
    actions, flags, what falls due, Teams Around the Family, hand-overs, plans. It is on the higher pathway of the two.
    Its key worker stays; the other's part ends today and stays credited. Where only the other case had a key worker,
    that worker holds the family from now on; where both had a Team Around the Family, the other's ends. Offers of a
    transfer of the other case are withdrawn. A key worker whom the children take over the ceiling is announced. When
    the merge that made them one family is reversed, the other case is open again as it was, and what was recorded since
    stays in this one.

    404 where the caller may not see both. 409 `case-closed` and `other-case-not-open` (only open cases are joined),
    `not-one-family` (merge the records at the front door first), `registration-required` and `worker-not-named` where
    the key worker may not hold the family as it would be (transfer it first), `case-joined`.
    """
    case = await actions.join_cases(session, actor, case_id, sent)
    set_etag(response, case.version)
    return await case_shown(session, case)
