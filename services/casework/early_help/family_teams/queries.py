"""Reads of early help, filtered by what the actor may see."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import selectinload

from services.casework.cases.cases import queries as cases
from services.casework.cases.cases.models import Case
from services.casework.cases.restrictions.queries import not_restricted_for
from services.casework.early_help.common_assessments.models import CommonAssessment
from services.casework.early_help.family_teams.models import FamilyTeam, LeadProfessional, TeamMember
from services.casework.early_help.family_teams.rules import CONSENT_WITHDRAWN, PARTNERS
from services.casework.early_help.family_teams.schemas import EarlyHelpQuery
from services.casework.workforce.workers.models import Worker
from shared import clock
from shared.auth import Actor
from shared.merged_children import surviving_ids
from shared.organisations import organisation_key
from shared.problems import InvalidBody, NotFound, Problem

PRESENT_OR_LAST = (FamilyTeam.ended_on.is_not(None), FamilyTeam.number.desc(), FamilyTeam.recorded_at.desc())
"""A case may have the teams of one that was joined into it, each with the number that it had there."""


class NoTeam(Problem):
    status = 404
    code = "no-team-around-the-family"
    title = "This family has no Team Around the Family: start one first"


async def has_lead_professional(session: AsyncSession, case_id: UUID) -> bool:
    """Whether the family has a Team Around the Family with somebody who leads it."""
    leads = select(LeadProfessional.id).join(FamilyTeam, FamilyTeam.id == LeadProfessional.family_team_id)
    present = leads.where(FamilyTeam.case_id == case_id, FamilyTeam.ended_on.is_(None))
    return await session.scalar(present.where(LeadProfessional.until_on.is_(None)).limit(1)) is not None


def _stood_for_by(actor: Actor) -> ColumnElement[bool]:
    """`stands_for` of family_teams/rules.py in SQL, of members who have not left."""
    own = select(Worker.id).where(Worker.subject == actor.subject)
    named = or_(TeamMember.subject == actor.subject, TeamMember.worker_id.in_(own))
    if actor.has(*PARTNERS) and actor.organisation is not None:
        nobody = and_(TeamMember.subject.is_(None), TeamMember.worker_id.is_(None))
        named = or_(named, and_(nobody, TeamMember.organisation_key == organisation_key(actor.organisation)))
    return and_(TeamMember.left_on.is_(None), named)


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """`may_see_team` of family_teams/rules.py in SQL, of the case; held together by
    tests/services/casework/early_help/test_early_help_rules.py."""
    own = select(FamilyTeam.case_id).join(TeamMember, TeamMember.family_team_id == FamilyTeam.id)
    agreed = or_(FamilyTeam.end_reason.is_(None), FamilyTeam.end_reason != CONSENT_WITHDRAWN)
    through_team = Case.id.in_(own.where(_stood_for_by(actor), agreed))
    return or_(cases.visible_to(actor), and_(through_team, not_restricted_for(actor, Case.family_id)))


async def find_case(session: AsyncSession, actor: Actor, case_id: UUID, *, lock: bool = False) -> Case:
    """The case of a team, for our own and for the team's members; raises NotFound where the actor may not see it."""
    return await cases.find_case_where(session, visible_to(actor), case_id, lock=lock)


async def present_member(session: AsyncSession, actor: Actor, case_id: UUID) -> TeamMember | None:
    """Whom the actor stands for in the family's present team, the lead professional first."""
    leads = exists().where(LeadProfessional.member_id == TeamMember.id, LeadProfessional.until_on.is_(None))
    return await session.scalar(
        select(TeamMember)
        .join(FamilyTeam, FamilyTeam.id == TeamMember.family_team_id)
        .where(FamilyTeam.case_id == case_id, FamilyTeam.ended_on.is_(None), _stood_for_by(actor))
        .order_by(leads.desc(), TeamMember.recorded_at, TeamMember.id)
        .limit(1)
    )


async def team_of(session: AsyncSession, case_id: UUID) -> FamilyTeam:
    """The present team of a case, else its last; raises NoTeam where it never had one."""
    team = await session.scalar(
        select(FamilyTeam)
        .where(FamilyTeam.case_id == case_id)
        .order_by(*PRESENT_OR_LAST)
        .limit(1)
        .options(
            *(
                selectinload(each)
                for each in (
                    FamilyTeam.members,
                    FamilyTeam.leads,
                    FamilyTeam.assessments,
                    FamilyTeam.actions,
                    FamilyTeam.reviews,
                )
            )
        )
        .execution_options(populate_existing=True)
    )
    if team is None:
        raise NoTeam
    return team


def find_assessment(team: FamilyTeam, assessment_id: UUID) -> CommonAssessment:
    found = next((each for each in team.assessments if each.id == assessment_id), None)
    if found is None:
        raise NotFound("common_assessment", assessment_id)
    return found


async def present_teams_of(session: AsyncSession, case_ids: Iterable[UUID]) -> dict[UUID, FamilyTeam]:
    """The present team of each of these cases that has one, with its members and its leads."""
    rows = await session.scalars(
        select(FamilyTeam)
        .where(FamilyTeam.case_id.in_(list(case_ids)), FamilyTeam.ended_on.is_(None))
        .options(selectinload(FamilyTeam.members), selectinload(FamilyTeam.leads))
    )
    return {team.case_id: team for team in rows}


def list_for(actor: Actor, query: EarlyHelpQuery) -> Select[Case]:
    """Open cases on early help, and those on another pathway that have a team."""
    present = and_(FamilyTeam.case_id == Case.id, FamilyTeam.ended_on.is_(None))
    rows = select(Case).outerjoin(FamilyTeam, present).where(Case.status == "open", visible_to(actor))
    rows = rows.where(or_(FamilyTeam.id.is_not(None), Case.pathway == "early_help"))
    rows = rows.options(selectinload(Case.key_worker))
    leading = (
        select(LeadProfessional.id)
        .join(TeamMember, TeamMember.id == LeadProfessional.member_id)
        .where(LeadProfessional.family_team_id == FamilyTeam.id, LeadProfessional.until_on.is_(None))
    )
    if query.area:
        rows = rows.where(Case.area == query.area)
    if query.mine:
        rows = rows.where(exists(leading.where(_stood_for_by(actor))))
    if query.lead_organisation:
        key = organisation_key(query.lead_organisation)
        rows = rows.where(exists(leading.where(TeamMember.organisation_key == key)))
    if query.without_lead is not None:
        rows = rows.where(~exists(leading) if query.without_lead else exists(leading))
    if query.review_overdue is not None:
        late = and_(FamilyTeam.id.is_not(None), FamilyTeam.next_review_due_on < clock.today())
        rows = rows.where(late if query.review_overdue else ~late)
    return rows


async def children_of(session: AsyncSession, case: Case, chosen: list[UUID]) -> set[UUID]:
    """The chosen children of the case, or all, under the ids that they answer to."""
    answers = await surviving_ids(session, [*(child.child_id for child in case.children), *chosen])
    known = {answers[child.child_id] for child in case.children}
    for number, each in enumerate(chosen):
        if answers[each] not in known:
            raise InvalidBody(f"/child_ids/{number}", "unknown", "This is no child of the case")
    return {answers[each] for each in chosen} or known
