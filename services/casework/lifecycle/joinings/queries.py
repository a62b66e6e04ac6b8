"""Reads for joining cases: which are of one family, and what moves."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, CompoundSelect, Select, Table, or_, select, union
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute, selectinload

from services.casework.allocation.transfers.models import Transfer
from services.casework.cases.cases.models import Case, CaseChild, CaseReferral
from services.casework.cases.cases.queries import of_same_family, visible_to
from services.casework.early_help.escalations.models import Escalation
from services.casework.early_help.family_teams.models import FamilyTeam
from services.casework.early_help.hand_overs.models import HandOver
from services.casework.early_help.link_worker_support.models import LinkWorkerSupport
from services.casework.early_help.team_actions.models import TeamAction
from services.casework.early_help.team_reviews.models import TeamReview
from services.casework.lifecycle.joinings.models import CaseJoining, CasesToJoin, JoinedChild, JoinedRow
from services.casework.lifecycle.joinings.rules import Known
from services.casework.lifecycle.joinings.schemas import CasesToJoinQuery
from services.casework.outcomes.outcome_claims.models import OutcomeClaim
from services.casework.outcomes.stars.models import StarReading
from services.casework.outcomes.thriving_families.models import Assessment, OutcomePlan, OutcomePlanReview
from services.casework.protection.assessments.models import AssessedChild, StatutoryAssessment
from services.casework.protection.conferences.models import Conference
from services.casework.protection.core_groups.models import CoreGroup
from services.casework.protection.court_stages.models import CourtStage, CourtStageChild
from services.casework.protection.enquiries.models import Enquiry, EnquiryChild
from services.casework.protection.need_plans.models import NeedPlan, NeedPlanChild, NeedReview
from services.casework.protection.protection_plans.models import ProtectionPlan
from services.casework.protection.strategy_discussions.models import StrategyDiscussion
from services.casework.record.case_actions.models import CaseAction
from services.casework.record.chronology.models import ChronologyEntry
from services.casework.record.contacts.models import Contact
from services.casework.record.flags.models import Flag, FlagReview
from services.casework.record.timescales.models import Timescale
from services.casework.workforce.workers.rules import team_key
from shared.auth import Actor
from shared.merged_children import surviving_ids

MOVED: Sequence[InstrumentedAttribute[UUID]] = (
    CaseReferral.referral_id,
    ChronologyEntry.id,
    Contact.id,
    CaseAction.id,
    Flag.id,
    Timescale.id,
    Transfer.id,
    FamilyTeam.id,
    LinkWorkerSupport.id,
    Escalation.id,
    HandOver.id,
    StarReading.star_id,
    Assessment.id,
    OutcomePlan.id,
    OutcomeClaim.id,
    StatutoryAssessment.id,
    StrategyDiscussion.id,
    Enquiry.id,
    Conference.id,
    ProtectionPlan.id,
    CoreGroup.id,
    NeedPlan.id,
    NeedReview.id,
    CourtStage.id,
)
"""The rows that go with a case into the one that it is joined into, each by the column that names it in `JoinedRow`."""

STAYS = frozenset(
    {
        "case_children",
        "pathway_steps",
        "case_moves",
        "allocations",
        "holdings",
        "imported_children",
        "listed_cases",
        "cases_to_join",
        "cases_to_announce",
        "case_joinings",
    }
)
"""Tables of a case whose rows stay: how it stood on which day, who looked at it, and what this topic keeps.

`tests/services/casework/lifecycle/test_joinings.py` holds that every table of a case is in one of the two.
"""


def cases_to_join(actor: Actor, query: CasesToJoinQuery) -> Select[CasesToJoin]:
    """Those of which the actor may see both cases: where one is kept from the actor, the two are not there."""
    seen = select(Case.id).where(Case.status == "open", visible_to(actor))
    rows = select(CasesToJoin).where(CasesToJoin.case_id.in_(seen), CasesToJoin.other_id.in_(seen))
    for column, value in ((Case.area, query.area), (Case.team_key, team_key(query.team))):
        if value:
            of_these = select(Case.id).where(column == value)
            rows = rows.where(or_(CasesToJoin.case_id.in_(of_these), CasesToJoin.other_id.in_(of_these)))
    return rows


async def cases_of(session: AsyncSession, pairs: Iterable[CasesToJoin]) -> dict[UUID, Case]:
    """The cases of these pairs with what is shown of them."""
    ids = {case_id for pair in pairs for case_id in (pair.case_id, pair.other_id)}
    shown = (selectinload(Case.children), selectinload(Case.key_worker))
    return {case.id: case for case in await session.scalars(select(Case).where(Case.id.in_(ids)).options(*shown))}


async def other_open_cases(session: AsyncSession, case: Case) -> set[UUID]:
    """The open cases of the same family."""
    same = await of_same_family(session, case)
    rows = select(Case.id).where(Case.status == "open", Case.id != case.id, same)
    return set((await session.scalars(rows)).all())


async def linked_by_joinings(session: AsyncSession, case_ids: Iterable[UUID]) -> set[UUID]:
    """These cases with those that they were joined into, or that were joined into them, also by way of others."""
    found, fresh = set[UUID](), set(case_ids)
    while fresh:
        found |= fresh
        rows = await session.execute(
            select(Case.id, Case.joined_into_id).where(
                Case.joined_into_id.is_not(None), or_(Case.id.in_(fresh), Case.joined_into_id.in_(fresh))
            )
        )
        fresh = {each for row in rows for each in row if each} - found
    return found


async def joinings_in_force(session: AsyncSession, case_ids: Collection[UUID]) -> Sequence[CaseJoining]:
    """Those by which one of these cases was joined into another, the latest first."""
    rows = select(CaseJoining).where(CaseJoining.case_id.in_(case_ids), CaseJoining.reversed_at.is_(None))
    return (await session.scalars(rows.order_by(CaseJoining.joined_at.desc(), CaseJoining.id))).all()


async def path_of(session: AsyncSession, joining: CaseJoining) -> list[CaseJoining]:
    """This joining and those by which the case that it led to was joined on, to the one that is open or closed now."""
    path = [joining]
    while following := await session.scalar(
        select(CaseJoining).where(CaseJoining.case_id == path[-1].into_case_id, CaseJoining.reversed_at.is_(None))
    ):
        path.append(following)
    return path


async def known_by(session: AsyncSession, joining: CaseJoining) -> tuple[Known, Known]:
    """By what the joined case is known, and by what the other is known without it."""
    moved = select(JoinedRow.row_id).where(
        JoinedRow.joining_id == joining.id, JoinedRow.kind == CaseReferral.__tablename__
    )
    came = select(JoinedChild.child_id).where(JoinedChild.joining_id == joining.id, JoinedChild.left_on.is_(None))
    own, other = joining.case_id, joining.into_case_id
    return (
        await _known(session, own, CaseReferral.referral_id.in_(moved), CaseChild.case_id == own),
        await _known(
            session,
            other,
            CaseReferral.referral_id.not_in(moved) & (CaseReferral.case_id == other),
            CaseChild.child_id.not_in(came) & (CaseChild.case_id == other),
        ),
    )


async def _known(
    session: AsyncSession, case_id: UUID, referrals: ColumnElement[bool], children: ColumnElement[bool]
) -> Known:
    own = select(Case.family_id).where(Case.id == case_id)
    families = await session.scalars(union(own, select(CaseReferral.family_id).where(referrals)))
    found = await session.scalars(select(CaseChild.child_id).where(children))
    return Known(set(families.all()), set((await surviving_ids(session, found.all())).values()))


def things_with_clocks(case_id: UUID) -> CompoundSelect[UUID]:
    """What a clock of this case may be about: the clock goes where that goes."""
    teams = select(FamilyTeam.id).where(FamilyTeam.case_id == case_id)
    plans = select(OutcomePlan.id).where(OutcomePlan.case_id == case_id)
    return union(
        select(CaseAction.id).where(CaseAction.case_id == case_id),
        select(FlagReview.id).join(Flag, Flag.id == FlagReview.flag_id).where(Flag.case_id == case_id),
        select(HandOver.id).where(HandOver.case_id == case_id),
        teams,
        select(TeamReview.id).where(TeamReview.family_team_id.in_(teams)),
        select(TeamAction.id).where(TeamAction.family_team_id.in_(teams)),
        plans,
        select(OutcomePlanReview.id).where(OutcomePlanReview.plan_id.in_(plans)),
        select(CaseReferral.referral_id).where(CaseReferral.case_id == case_id),
        *_under_the_law(case_id),
    )


def _under_the_law(case_id: UUID) -> list[Select[UUID]]:
    """Of each child what has a clock: a plan itself, or the child's part in what is about several."""
    parts: Sequence[tuple[InstrumentedAttribute[UUID], Any]] = (
        (AssessedChild.id, AssessedChild.assessment_id == StatutoryAssessment.id),
        (EnquiryChild.id, EnquiryChild.enquiry_id == Enquiry.id),
        (NeedPlanChild.id, NeedPlanChild.plan_id == NeedPlan.id),
        (CourtStageChild.id, CourtStageChild.stage_id == CourtStage.id),
    )
    wholes: Sequence[Any] = (StatutoryAssessment, Enquiry, NeedPlan, CourtStage)
    return [
        select(ProtectionPlan.id).where(ProtectionPlan.case_id == case_id),
        *(
            select(part).join(whole, on).where(whole.case_id == case_id)
            for (part, on), whole in zip(parts, wholes, strict=True)
        ),
    ]


def moved_tables() -> list[tuple[Table, ColumnElement[UUID]]]:
    """Each table of `MOVED` with the column that names its rows: of the tables themselves, past the mappers, which
    would count a version of rows that nobody changed."""
    return [(key.class_.__table__, key.class_.__table__.c[key.key]) for key in MOVED]


async def is_family_open(session: AsyncSession, case: Case) -> bool:
    """Whether another case under the very id of this one's family is open: there is one at a time."""
    rows = select(Case.id).where(Case.family_id == case.family_id, Case.status == "open", Case.id != case.id)
    return await session.scalar(rows.limit(1)) is not None


def columns_of(child: CaseChild) -> Mapping[str, Any]:
    """What another case takes of a child."""
    own = {"case_id", "joined_on"}
    return {each.key: getattr(child, each.key) for each in CaseChild.__table__.columns if each.key not in own}
