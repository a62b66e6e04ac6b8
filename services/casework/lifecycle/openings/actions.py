"""Opening a family's case when the front door decides, or joining the referral to the open one."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.casework.access import ITSELF
from services.casework.allocation.allocations.actions import announce_where_over
from services.casework.allocation.moves.actions import add_first_moves, record_move
from services.casework.allocation.transfers.actions import end_allocation_of
from services.casework.cases.cases.actions import add_children, add_referral, new_case, one_at_a_time
from services.casework.cases.cases.models import Case, CaseChild, CaseReferral
from services.casework.cases.cases.queries import event_fields_of, open_case_of, was_corrected_since
from services.casework.cases.holdings.actions import settle
from services.casework.cases.holdings.queries import last_fact_on
from services.casework.cases.restrictions.actions import restrict_alike
from services.casework.lifecycle.openings import queries
from services.casework.lifecycle.openings.rules import PATHWAY_AFTER
from services.casework.lifecycle.openings.schemas import ChildOfReferral, ReferralResponse
from services.casework.lifecycle.pathways import rules
from services.casework.lifecycle.pathways.actions import add_first_steps, add_step, announce_step, is_lawfully_held
from services.casework.record.chronology.actions import record_about_case
from services.casework.record.flags.actions import take_over_flags
from services.casework.record.flags.queries import standing_before
from services.casework.record.timescales import actions as timescales
from services.casework.record.timescales.rules import due_on as due_on_of
from services.casework.record.timescales.rules import due_on_after
from shared import audit, outbox
from shared.clock import london_day
from shared.contracts.casework import CaseOpened, CaseReferralJoined
from shared.contracts.referrals import ReferralAccepted, ReferralClosed
from shared.merged_children import former_ids, surviving_ids

Decided = ReferralAccepted | ReferralClosed


class CorrectedSince(Exception):
    """A child of the referral was corrected after the front door was asked about it: it is asked anew."""


async def open_case(session: AsyncSession, decided: Decided, referral: ReferralResponse) -> None:
    """Open the case of a family that is to have one; where it has an open case, the referral joins that.

    Every referral has a family of its own in the index until its children are matched: the open case is that of any
    family that the decision names, or of any of the children. Of two decisions at one moment the second waits.
    """
    family_ids = {decided.family_id, *decided.joined_family_ids}
    await one_at_a_time(session)
    if await session.scalar(select(CaseReferral.case_id).where(CaseReferral.referral_id == decided.referral_id)):
        return
    if await was_corrected_since(session, [child.child_id for child in referral.children], referral.asked_at):
        raise CorrectedSince
    surviving = await surviving_ids(session, [child.child_id for child in referral.children])
    child_ids = await former_ids(session, surviving.values())
    case = await open_case_of(session, family_ids, child_ids)
    await restrict_alike(session, decided.family_id, await queries.known_as(session, family_ids, child_ids))
    if case is not None:
        await _join(session, case, decided, referral, child_ids)
    else:
        closed_on = await queries.last_closed_on(session, family_ids, child_ids)
        standing = await standing_before(session, decided.family_id, family_ids, child_ids)
        await take_over_flags(session, await _open(session, decided, referral, closed_on), standing)


async def _open(session: AsyncSession, decided: Decided, referral: ReferralResponse, closed_on: date | None) -> Case:
    """Unallocated, from the day of the decision on; not before the day on which the family's last case was closed."""
    pathway = PATHWAY_AFTER[decided.outcome]
    opened_on = max(london_day(decided.decided_at), closed_on or date.min)
    case = new_case(
        session,
        referral_id=decided.referral_id,
        family_id=decided.family_id,
        pathway=pathway,
        opened_on=opened_on,
        opened_at=decided.decided_at,
    )
    await session.flush()  # first: its referrals, steps and moves name the case by its key alone
    add_referral(session, case, decided)
    await _start_clock(session, case, decided)
    await add_children(session, _joining(case, opened_on, referral, referral.children))
    await add_first_steps(session, ITSELF, [case])
    await add_first_moves(session, ITSELF, [(case, referral.area)])
    await settle(session, [case])
    await record_about_case(session, case, "case_opened", decided.decided_at, about_id=case.id)
    await outbox.record(
        session,
        CaseOpened(
            case_id=case.id,
            referral_id=case.referral_id,
            family_id=case.family_id,
            child_ids=[child.child_id for child in referral.children],
            pathway=pathway,
            area=referral.area,
            opened_on=opened_on,
        ),
    )
    return case


def _joining(
    case: Case, joined_on: date, referral: ReferralResponse, children: Iterable[ChildOfReferral]
) -> list[dict[str, Any]]:
    joining = {"case_id": case.id, "joined_on": joined_on, "asked_at": referral.asked_at}
    return [{**joining, **child.model_dump(exclude={"merged_into_id"})} for child in children]


async def _join(
    session: AsyncSession, case: Case, decided: Decided, referral: ReferralResponse, child_ids: set[UUID]
) -> None:
    """New children join, and the family is stepped up where the referral asks for more; it is never stepped down.

    All of it is dated by the decision, but not before what is on record already. A key worker who may not hold the
    family on the higher pathway holds it no longer: it is on the unallocated list at once.
    """
    day = max(london_day(decided.decided_at), await last_fact_on(session, case.id))
    add_referral(session, case, decided)
    await _start_clock(session, case, decided)
    here = set((await session.scalars(select(CaseChild.child_id).where(CaseChild.case_id == case.id))).all())
    elsewhere = await queries.children_of_other_open_cases(session, case.id, child_ids)
    joined = [child for child in referral.children if child.child_id not in here | elsewhere]
    await add_children(session, _joining(case, day, referral, joined))
    children_before = case.child_count
    before, area, up = case.pathway, case.area, rules.pathway_with(case.pathway, PATHWAY_AFTER[decided.outcome])
    made = await add_step(session, ITSELF, case, up, day) if up else None
    ended = bool(up) and not await is_lawfully_held(session, case, up or before)
    if ended:
        await end_allocation_of(session, case, day, "registration_required")
    if area is None and referral.area:
        await record_move(session, ITSELF, case, referral.area, day)
    await settle(session, [case])
    facts: dict[str, Any] = {"children": len(joined), "outcome": decided.outcome}
    await record_about_case(
        session, case, "case_referral_joined", decided.decided_at, about_id=decided.referral_id, facts=facts
    )
    audit.record(session, ITSELF, "case_join_referral", "case", case.id, referral_id=str(decided.referral_id), **facts)
    await outbox.record(
        session,
        CaseReferralJoined(
            **await event_fields_of(session, case),
            referral_id=decided.referral_id,
            joined_on=day,
            joined_family_id=decided.family_id,
        ),
    )
    if case.child_count > children_before:
        await announce_where_over(session, case)
    if made:
        await announce_step(
            session, ITSELF, case, before, made.id, day, None, "registration_required" if ended else None
        )


async def _start_clock(session: AsyncSession, case: Case, decided: Decided) -> None:
    """What the front door asked for falls due of the whole family, until it is begun."""
    if decided.outcome == "strategy_discussion":
        started_on, due_on = london_day(decided.decided_at), due_on_after("strategy_discussion", decided.decided_at)
    elif isinstance(decided, ReferralAccepted) and decided.outcome == "assessment":
        started_on = london_day(decided.received_at)
        due_on = due_on_of("assessment", started_on)
    else:
        return
    await timescales.start(
        session, case.id, decided.outcome, about_id=decided.referral_id, started_on=started_on, due_on=due_on
    )
