"""A family's way through the service: opening its case, joining a referral to it, stepping up and down, closing."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.casework.access import ITSELF
from services.casework.allocations.actions import RegistrationRequired, announce_where_over
from services.casework.allocations.rules import obstacle_to
from services.casework.cases.actions import move_case, one_at_a_time, require_open, settle, step
from services.casework.cases.models import Allocation, Case, CaseChild, CaseReferral
from services.casework.cases.queries import family_ids_of, find_case, former_ids, open_case_of, surviving_ids
from services.casework.cases.rules import CLOSED, PATHWAY_AFTER, WITHOUT_KEY_WORKER
from services.casework.cases.schemas import ReferralAsked, ReferredChild
from services.casework.chronology.actions import note_about_case
from services.casework.early_help.actions import take_up_clocks
from services.casework.early_help.queries import has_lead_professional
from services.casework.fields import past_day
from services.casework.flags.actions import take_over_flags, take_up_reviews
from services.casework.flags.queries import standing_before
from services.casework.hand_overs.actions import take_up_answers
from services.casework.outcome_plans.actions import take_up_review
from services.casework.pathways import queries, rules
from services.casework.pathways.schemas import NewClosure, NewEnding, NewMove, NewReopening, NewStep
from services.casework.restrictions.actions import restrict_alike
from services.casework.timescales.actions import end_all_of_case
from services.casework.transfers.actions import withdraw_offers_of
from services.casework.workers.queries import lock_workers
from shared import audit, outbox
from shared.auth import Actor
from shared.clock import london_day
from shared.contracts.casework import CaseClosed, CaseOpened, CasePathwayChanged, CaseReferralJoined, CaseReopened
from shared.contracts.referrals import ReferralAccepted, ReferralClosed
from shared.problems import InvalidBody, Problem

Decided = ReferralAccepted | ReferralClosed
ON_RECORD = "This does not lie before what is on record for the case already"


class NotALawfulStep(Problem):
    status = 409
    code = "not-a-lawful-step"
    title = "This is no lawful step from the family's pathway: `lawful` names those that are"


class KeyWorkerNeeded(Problem):
    status = 409
    code = "key-worker-needed"
    title = "On this pathway a key worker holds the family: transfer it, or step it down to early help first"


class LeadProfessionalRequired(Problem):
    status = 409
    code = "lead-professional-required"
    title = "The key worker holds the family until a Team Around the Family has a lead professional: name one first"


class CaseNotAllocated(Problem):
    status = 409
    code = "case-not-allocated"
    title = "The family has no key worker"


class CaseNotClosed(Problem):
    status = 409
    code = "case-not-closed"
    title = "This case is open: step it up or down instead"


class FamilyHasOpenCase(Problem):
    status = 409
    code = "family-has-open-case"
    title = "The family has another open case, which goes on: a family has one"


class HeldByKeyWorker(Problem):
    status = 409
    code = "held-by-key-worker"
    title = "A family that has a key worker moves with a transfer to a worker of its new area"


async def open_case(session: AsyncSession, decided: Decided, referral: ReferralAsked) -> None:
    """Open the case of a family that is to have one; where it has an open case, the referral joins that.

    Every referral has a family of its own in the index until its children are matched: the open case is that of any
    family that the decision names, or of any of the children. Of two decisions at one moment the second waits.
    """
    family_ids = {decided.family_id, *decided.joined_family_ids}
    surviving = await surviving_ids(session, [child.child_id for child in referral.children])
    await one_at_a_time(session, {*family_ids, *surviving.values()})
    if await session.scalar(select(CaseReferral.case_id).where(CaseReferral.referral_id == decided.referral_id)):
        return
    child_ids = await former_ids(session, surviving.values())
    case = await open_case_of(session, family_ids, child_ids)
    await restrict_alike(session, decided.family_id, await queries.known_as(session, family_ids, child_ids))
    if case is not None:
        await _join(session, case, decided, referral, child_ids)
    else:
        closed_on = await queries.last_closed_on(session, family_ids, child_ids)
        standing = await standing_before(session, decided.family_id, family_ids, child_ids)
        await take_over_flags(session, await _open(session, decided, referral, closed_on), standing)


async def _open(session: AsyncSession, decided: Decided, referral: ReferralAsked, closed_on: date | None) -> Case:
    """Unallocated, from the day of the decision on; not before the day on which the family's last case was closed."""
    pathway = PATHWAY_AFTER[decided.outcome]
    opened_on = max(london_day(decided.decided_at), closed_on or date.min)
    case = Case(
        referral_id=decided.referral_id,
        family_id=decided.family_id,
        area=None,
        pathway=pathway,
        status="open",
        child_count=0,
        opened_on=opened_on,
        opened_at=decided.decided_at,
    )
    session.add(case)
    await session.flush()
    _put_referral(session, case, decided)
    _add_children(session, case, referral.children, opened_on)
    await step(session, ITSELF, case, pathway, opened_on)
    await move_case(session, ITSELF, case, referral.area, opened_on)
    await settle(session, [case])
    await note_about_case(session, case, "case_opened", decided.decided_at, about_id=case.id)
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


def _put_referral(session: AsyncSession, case: Case, decided: Decided) -> None:
    session.add(
        CaseReferral(
            referral_id=decided.referral_id,
            case_id=case.id,
            family_id=decided.family_id,
            outcome=decided.outcome,
            decided_at=decided.decided_at,
        )
    )


def _add_children(session: AsyncSession, case: Case, children: Iterable[ReferredChild], joined_on: date) -> None:
    session.add_all(CaseChild(case_id=case.id, joined_on=joined_on, **child.model_dump()) for child in children)


async def _join(
    session: AsyncSession, case: Case, decided: Decided, referral: ReferralAsked, child_ids: set[UUID]
) -> None:
    """New children join, and the family is stepped up where the referral asks for more; it is never stepped down.

    All of it is dated by the decision, but not before what is on record already. A key worker who may not hold the
    family on the higher pathway holds it no longer: it is on the unallocated list at once.
    """
    day = max(london_day(decided.decided_at), await queries.last_fact_on(session, case.id))
    _put_referral(session, case, decided)
    here = set((await session.scalars(select(CaseChild.child_id).where(CaseChild.case_id == case.id))).all())
    elsewhere = await queries.children_of_other_open_cases(session, case.id, child_ids)
    joined = [child for child in referral.children if child.child_id not in here | elsewhere]
    _add_children(session, case, joined, day)
    children_before = case.child_count
    before, area, up = case.pathway, case.area, rules.pathway_with(case.pathway, PATHWAY_AFTER[decided.outcome])
    made = await step(session, ITSELF, case, up, day) if up else None
    ended = bool(up) and not await _is_lawfully_held(session, case, up or before)
    if ended:
        await _end_allocation(session, case, day, "registration_required")
    if area is None and referral.area:
        await move_case(session, ITSELF, case, referral.area, day)
    await settle(session, [case])
    facts: dict[str, Any] = {"children": len(joined), "outcome": decided.outcome}
    at, told = decided.decided_at, decided.referral_id
    await note_about_case(session, case, "case_referral_joined", at, about_id=told, facts=facts)
    audit.record(session, ITSELF, "case_join_referral", "case", case.id, referral_id=str(told), **facts)
    await outbox.record(
        session,
        CaseReferralJoined(**await _told_of(session, case), referral_id=decided.referral_id, joined_on=day),
    )
    if case.child_count > children_before:
        await announce_where_over(session, case)
    if made:
        await _tell_step(session, ITSELF, case, before, made.id, day, None, "registration_required" if ended else None)


async def _is_lawfully_held(session: AsyncSession, case: Case, pathway: str) -> bool:
    """Whether the family has no key worker, or one who may hold it on this pathway; locks the worker."""
    if case.key_worker_id is None:
        return True
    held_by = (await lock_workers(session, [case.key_worker_id]))[case.key_worker_id]
    return obstacle_to(held_by.role, held_by.registration_number, pathway) is None


async def _end_allocation(session: AsyncSession, case: Case, on: date, reason: str) -> bool:
    """End what the key worker holds; says whether there was one."""
    held = await session.scalar(select(Allocation).where(Allocation.case_id == case.id, Allocation.ended_on.is_(None)))
    if held is not None:
        held.ended_on, held.end_reason = on, reason
    await withdraw_offers_of(session, case.id)
    return held is not None


async def _told_of(session: AsyncSession, case: Case) -> dict[str, Any]:
    """What every event of a case says."""
    children = select(CaseChild.child_id).where(CaseChild.case_id == case.id).order_by(CaseChild.child_id)
    return {
        "case_id": case.id,
        "family_id": case.family_id,
        "child_ids": (await session.scalars(children)).all(),
        "pathway": case.pathway,
        "area": case.area,
    }


async def _tell_step(
    session: AsyncSession,
    actor: Actor,
    case: Case,
    before: str,
    step_id: UUID,
    from_on: date,
    reason: str | None,
    allocation_ended: str | None,
) -> None:
    """Put a step up or down into the chronology and on record, and announce it."""
    facts = {"pathway_before": before, "pathway": case.pathway, "allocation_ended": allocation_ended}
    kind = f"case_stepped_{rules.direction_of(before, case.pathway)}"
    await note_about_case(session, case, kind, from_on, about_id=step_id, facts=facts, text=reason)
    audit.record(session, actor, kind.replace("stepped", "step"), "case", case.id, **facts)
    told = await _told_of(session, case)
    await outbox.record(session, CasePathwayChanged(**told, pathway_before=before, changed_on=from_on))


async def step_case(session: AsyncSession, actor: Actor, case_id: UUID, sent: NewStep) -> Case:
    """Step a family up or down; one to early help ends the key worker's part where a lead professional takes over."""
    case = await _find_open(session, actor, case_id)
    before = case.pathway
    if rules.direction_of(before, sent.pathway) is None:
        raise NotALawfulStep(pathway=before, lawful=rules.lawful_steps(before))
    ends = sent.pathway in WITHOUT_KEY_WORKER and await has_lead_professional(session, case.id)
    earliest = await (queries.last_fact_on if ends else queries.last_step_on)(session, case.id)
    from_on = past_day("/from_on", sent.from_on, earliest, ON_RECORD)
    await _require_registered(session, case, sent.pathway, from_on)
    made = await step(session, actor, case, sent.pathway, from_on, reason=sent.reason)
    ended = ends and await _end_allocation(session, case, from_on, "stepped_down")
    await settle(session, [case])
    await _tell_step(session, actor, case, before, made.id, from_on, sent.reason, "stepped_down" if ended else None)
    return await queries.case_as_it_is(session, case.id)


async def end_allocation(session: AsyncSession, actor: Actor, case_id: UUID, sent: NewEnding) -> Case:
    """End the key worker's part on early help, where the lead professional who holds the family was named later."""
    case = await _find_open(session, actor, case_id)
    if case.key_worker_id is None:
        raise CaseNotAllocated
    if case.pathway not in WITHOUT_KEY_WORKER:
        raise KeyWorkerNeeded
    if not await has_lead_professional(session, case.id):
        raise LeadProfessionalRequired
    day = past_day("/ended_on", sent.ended_on, await queries.last_fact_on(session, case.id), ON_RECORD)
    former = case.key_worker_id
    await _end_allocation(session, case, day, "stepped_down")
    await settle(session, [case])
    facts = {"worker_id": str(former)}
    about = uuid5(case.id, f"{former} {case.version}")
    await note_about_case(session, case, "case_allocation_ended", day, about_id=about, facts=facts, text=sent.reason)
    audit.record(session, actor, "case_allocation_end", "case", case.id, **facts)
    return await queries.case_as_it_is(session, case.id)


async def _find_open(session: AsyncSession, actor: Actor, case_id: UUID) -> Case:
    case = await find_case(session, actor, case_id, lock=True)
    require_open(case)
    return case


async def _require_registered(session: AsyncSession, case: Case, pathway: str, from_on: date) -> None:
    """Whoever holds the family from that day on may hold it on this pathway."""
    held_by = await lock_workers(session, await queries.holders_since(session, case.id, from_on))
    obstacles = {obstacle_to(each.role, each.registration_number, pathway) for each in held_by.values()}
    if "registration-required" in obstacles:
        raise RegistrationRequired("Transfer the family to a registered social worker first")


async def close_case(session: AsyncSession, actor: Actor, case_id: UUID, sent: NewClosure) -> Case:
    """Close a family's case: nobody holds it any more, and nothing of it falls due."""
    case = await _find_open(session, actor, case_id)
    earliest = max(await queries.last_fact_on(session, case.id), case.last_contact_on or date.min)
    past_day("/closed_on", sent.closed_on, earliest, ON_RECORD)
    told = await _told_of(session, case)
    made = await step(session, actor, case, CLOSED, sent.closed_on, reason=sent.note, closure=sent.reason)
    await _end_allocation(session, case, sent.closed_on, "closed")
    await end_all_of_case(session, case.id, sent.closed_on)
    await settle(session, [case])
    facts: dict[str, Any] = {"closure": sent.reason, "pathway": told["pathway"]}
    await note_about_case(session, case, "case_closed", sent.closed_on, about_id=made.id, facts=facts, text=sent.note)
    audit.record(session, actor, "case_close", "case", case.id, **facts)
    await outbox.record(session, CaseClosed(**told, closure=sent.reason, closed_on=sent.closed_on))
    return await queries.case_as_it_is(session, case.id)


async def reopen_case(session: AsyncSession, actor: Actor, case_id: UUID, sent: NewReopening) -> Case:
    """Open a closed case again, on the pathway that it had or on one that is a lawful step from it."""
    case = await find_case(session, actor, case_id)
    family_ids = await family_ids_of(session, case)
    answers = await surviving_ids(session, [child.child_id for child in case.children])
    await one_at_a_time(session, {*family_ids, *answers.values()})
    case = await find_case(session, actor, case_id, lock=True)
    if case.status == "open":
        raise CaseNotClosed
    child_ids = await former_ids(session, answers.values())
    if await queries.other_open_case(session, case.id, family_ids, child_ids):
        raise FamilyHasOpenCase
    before = await queries.last_pathway(session, case.id)
    lawful = rules.lawful_reopenings(before)
    if sent.pathway not in lawful:
        raise NotALawfulStep(pathway=before, lawful=lawful)
    past_day("/reopened_on", sent.reopened_on, await queries.last_fact_on(session, case.id), ON_RECORD)
    made = await step(session, actor, case, sent.pathway, sent.reopened_on, reason=sent.reason)
    await settle(session, [case])
    for take_up in (take_up_reviews, take_up_clocks, take_up_answers, take_up_review):
        await take_up(session, case)
    facts = {"pathway": sent.pathway}
    await note_about_case(
        session, case, "case_reopened", sent.reopened_on, about_id=made.id, facts=facts, text=sent.reason
    )
    audit.record(session, actor, "case_reopen", "case", case.id, **facts)
    await outbox.record(session, CaseReopened(**await _told_of(session, case), reopened_on=sent.reopened_on))
    return await queries.case_as_it_is(session, case.id)


async def place_case(session: AsyncSession, actor: Actor, case_id: UUID, sent: NewMove) -> Case:
    """Say where a family that nobody holds lives now; one that has a key worker moves with a transfer."""
    case = await _find_open(session, actor, case_id)
    if case.key_worker_id:
        raise HeldByKeyWorker
    past_day("/moved_on", sent.moved_on, await queries.last_move_on(session, case.id), ON_RECORD)
    if sent.area == case.area:
        raise InvalidBody("/area", "unchanged", "The family lives in this area already")
    facts = {"area_before": case.area, "area": sent.area.value}
    move = await move_case(session, actor, case, sent.area, sent.moved_on)
    await settle(session, [case])
    await note_about_case(session, case, "case_moved", sent.moved_on, about_id=move.id, facts=facts, text=sent.reason)
    audit.record(session, actor, "case_move", "case", case.id, **facts)
    return await queries.case_as_it_is(session, case.id)
