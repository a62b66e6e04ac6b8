"""The early help endpoints: the Team Around the Family, who is of it and who leads it."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Response
from sqlalchemy.ext.asyncio import AsyncSession

from services.casework import access
from services.casework.cases.access_log.actions import record_list_look
from services.casework.cases.cases.models import Case
from services.casework.cases.cases.queries import children_named
from services.casework.early_help.family_teams import actions, queries
from services.casework.early_help.family_teams.models import FamilyTeam
from services.casework.early_help.family_teams.schemas import (
    EarlyHelpListed,
    EarlyHelpQuery,
    NewDeparture,
    NewLead,
    NewMember,
    NewTeam,
    TeamEnding,
    TeamShown,
)
from shared import audit
from shared.merged_children import surviving_ids
from shared.paging import Page, page_of
from shared.web import AccessReason, Session, set_etag, topic_router

router = topic_router("family teams")


async def _shown(session: AsyncSession, response: Response, case: Case, team: FamilyTeam) -> TeamShown:
    set_etag(response, team.version)
    return TeamShown.of(case, team, await surviving_ids(session, [child.child_id for child in case.children]))


@router.get("/early-help")
async def list_early_help(
    query: Annotated[EarlyHelpQuery, Query()],
    actor: access.CanReadEarlyHelp,
    session: Session,
    access_reason: AccessReason = None,
) -> Page[EarlyHelpListed]:
    """Families on early help, and others with a Team Around the Family, the longest open first.

    `without_lead=true` are those that nobody leads; `review_overdue=true` those whose review was due before today;
    `mine=true` those that the caller leads. A partner, and a link worker, gets those of whose team they are.
    The look at the list, which names the children, is on record.
    """
    found, following = await page_of(session, queries.list_for(actor, query), [Case.opened_on, Case.id], query)
    teams = await queries.present_teams_of(session, [case.id for case in found])
    named = await children_named(session, queries.visible_to(actor), [case.id for case in found])
    await record_list_look(session, actor, "early_help", named, access_reason)
    items = [EarlyHelpListed.of(case, teams.get(case.id), named.get(case.id, [])) for case in found]
    return Page(items=items, next=following)


@router.post("/cases/{case_id}/team-around-the-family", status_code=201)
async def start_team(
    case_id: UUID, sent: NewTeam, actor: access.CanArrangeTeams, session: Session, response: Response
) -> TeamShown:
    """Start a Team Around the Family with the family's consent; its first review is due 8 weeks later.

    One member at most is the lead professional, who may be a school's. Whoever is named sees the team's record, and
    nothing else of the case. 409 `team-exists`, `case-closed`; 422 where a day is in the future or before what it
    follows.
    """
    return await _shown(session, response, *await actions.start_team(session, actor, case_id, sent))


@router.get("/cases/{case_id}/team-around-the-family")
async def get_team(
    case_id: UUID,
    actor: access.CanReadEarlyHelp,
    session: Session,
    response: Response,
    access_reason: AccessReason = None,
) -> TeamShown:
    """The present team of a case, else its last, with everything that it wrote; the look is on record.

    404 `no-team-around-the-family` where the case never had one.
    """
    case = await queries.find_case(session, actor, case_id)
    team = await queries.team_of(session, case.id)
    audit.record(session, actor, "early_help_look", "case", case.id, reason=access_reason)
    return await _shown(session, response, case, team)


@router.post("/cases/{case_id}/team-around-the-family/members", status_code=201)
async def add_member(
    case_id: UUID, sent: NewMember, actor: access.CanArrangeTeams, session: Session, response: Response
) -> TeamShown:
    """Name somebody who is of the team from now on, and sees its record; 409 `team-ended`, `case-closed`."""
    return await _shown(session, response, *await actions.add_member(session, actor, case_id, sent))


@router.post("/cases/{case_id}/team-around-the-family/members/{member_id}/departure")
async def let_member_go(
    case_id: UUID,
    member_id: UUID,
    sent: NewDeparture,
    actor: access.CanArrangeTeams,
    session: Session,
    response: Response,
) -> TeamShown:
    """A member leaves the team and sees its record no longer; 409 `leads-the-team` for the lead professional."""
    return await _shown(session, response, *await actions.let_member_go(session, actor, case_id, member_id, sent))


@router.post("/cases/{case_id}/team-around-the-family/lead-professional", status_code=201)
async def name_lead(
    case_id: UUID, sent: NewLead, actor: access.CanArrangeTeams, session: Session, response: Response
) -> TeamShown:
    """Make a present member the lead professional from a day on, instead of the one before: then with a reason.

    409 `leads-already`; 422 where `from_on` is in the future, before the member joined, or before the last change.
    """
    return await _shown(session, response, *await actions.name_lead(session, actor, case_id, sent))


@router.post("/cases/{case_id}/team-around-the-family/ending")
async def end_team(
    case_id: UUID, sent: TeamEnding, actor: access.CanArrangeTeams, session: Session, response: Response
) -> TeamShown:
    """End the team without a review, for example because the family does not agree to it any more.

    Nothing of it falls due from then on. The case stays open: step it up or close it by its own calls.
    """
    return await _shown(session, response, *await actions.end_team(session, actor, case_id, sent))
