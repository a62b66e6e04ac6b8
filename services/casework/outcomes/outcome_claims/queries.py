"""Reads of claims, and what a claim rests on; whoever asks has been let see the family."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.casework.cases.cases.models import Case
from services.casework.cases.cases.queries import family_ids_before, family_ids_of, is_of, visible_to
from services.casework.outcomes.outcome_claims.models import OutcomeClaim
from services.casework.outcomes.outcome_claims.rules import ClaimObstacle, Outcome, obstacle_to_claim
from services.casework.outcomes.outcome_claims.schemas import ClaimsQuery
from services.casework.outcomes.thriving_families.models import Assessment, OutcomePlan
from services.casework.outcomes.thriving_families.queries import latest_assessment, plan_of, progress_of
from services.casework.outcomes.thriving_families.rules import VERSIONS, Version, improved_since
from shared import clock
from shared.auth import Actor
from shared.merged_children import former_ids, surviving_ids
from shared.paging import page_of


async def claim_of(session: AsyncSession, case: Case) -> OutcomeClaim | None:
    """The claim for this family, also where it was made when the index had the family under another id: one that has a
    child of this case is the same family."""
    surviving = await surviving_ids(session, [each.child_id for each in case.children])
    child_ids = await former_ids(session, surviving.values())
    claims = select(OutcomeClaim).join(Case, Case.id == OutcomeClaim.case_id)
    return (await session.scalars(claims.where(is_of(await family_ids_of(session, case), child_ids)).limit(1))).first()


@dataclass(frozen=True)
class ClaimBasis:
    """Everything that a claim rests on."""

    assessment: Assessment | None
    plan: OutcomePlan | None
    outcome: Outcome

    @property
    def version(self) -> Version:
        """The one that the family was assessed by; a family that was not is refused by every one."""
        return VERSIONS[self.assessment.criteria_version if self.assessment else "2022"]

    @property
    def obstacle(self) -> ClaimObstacle | None:
        """What stands against a claim today."""
        return obstacle_to_claim(self.version, self.outcome, clock.today())


async def basis_of(session: AsyncSession, case: Case) -> ClaimBasis:
    """How far a family is on its way to a claim; `case` is its open one, else the one closed last."""
    family_ids = await family_ids_before(session, case)
    assessment, plan = await latest_assessment(session, family_ids), await plan_of(session, family_ids)
    seen = await progress_of(session, plan) if plan else []
    needs = frozenset(assessment.needs if assessment else ())
    since = {
        need: improved_since((each.seen_on, each.improved) for each in seen if each.need == need) for need in needs
    }
    current = plan and assessment and plan.assessment_id == assessment.id
    outcome = Outcome(
        eligible=bool(assessment and assessment.eligible),
        needs=needs,
        improved={need: day for need, day in since.items() if day},
        closed_on=case.closed_on if case.status == "closed" else None,
        plan="current" if current else "earlier" if plan else "none",
        claimed=await claim_of(session, case) is not None,
    )
    return ClaimBasis(assessment, plan, outcome)


async def claims_page(
    session: AsyncSession, actor: Actor, query: ClaimsQuery
) -> tuple[int, list[OutcomeClaim], str | None]:
    """How many claims there are of families that the actor may see, and a page of them."""
    rows = select(OutcomeClaim).join(Case, Case.id == OutcomeClaim.case_id).where(visible_to(actor))
    if query.area:
        rows = rows.where(OutcomeClaim.area == query.area)
    if query.version:
        rows = rows.where(OutcomeClaim.criteria_version == query.version)
    if query.from_on:
        rows = rows.where(OutcomeClaim.claimed_on >= query.from_on)
    if query.to_on:
        rows = rows.where(OutcomeClaim.claimed_on <= query.to_on)
    count = await session.scalar(select(func.count()).select_from(rows.subquery())) or 0
    found, following = await page_of(session, rows, [OutcomeClaim.claimed_on, OutcomeClaim.id], query)
    return count, found, following
