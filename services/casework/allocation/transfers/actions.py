"""Moving a family from one key worker to another: offered and answered, or at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.casework.allocation.allocations import rules as allocations
from services.casework.allocation.allocations.actions import (
    OBSTACLES,
    Fit,
    add_allocation,
    announce_over_ceiling,
    end_holding,
    require_fit,
)
from services.casework.allocation.allocations.models import Allocation
from services.casework.allocation.allocations.queries import candidates_from, current_allocations, family_of
from services.casework.allocation.moves.actions import record_move
from services.casework.allocation.moves.queries import last_move_on
from services.casework.allocation.transfers import queries, rules
from services.casework.allocation.transfers.models import Transfer
from services.casework.allocation.transfers.schemas import NewTransfer, TransferAcceptance, TransferRefusal
from services.casework.cases.cases.actions import require_open
from services.casework.cases.cases.models import Case
from services.casework.cases.cases.queries import find_case
from services.casework.cases.holdings.actions import settle
from services.casework.fields import past_day
from services.casework.record.chronology.actions import record_about_case
from services.casework.workforce.workers.actions import ensure_in_post_by
from services.casework.workforce.workers.models import Worker
from services.casework.workforce.workers.queries import lock_workers
from services.casework.workforce.workers.rules import Scope
from shared import audit, clock, outbox
from shared.auth import Actor
from shared.clock import london_day
from shared.contracts.casework import CaseTransferred
from shared.problems import InvalidBody, Problem


class CaseNotAllocated(Problem):
    status = 409
    code = "case-not-allocated"
    title = "This family has no key worker: allocate it first"


class TransferOffered(Problem):
    status = 409
    code = "transfer-offered"
    title = "This family is offered to somebody already: that offer is answered or revoked first"


class TransferAnswered(Problem):
    status = 409
    code = "transfer-answered"
    title = "This offer is not open any more"


class ReceivingSideAnswers(Problem):
    status = 403
    code = "receiving-side-answers"
    title = "Only the new key worker, or who allocates for that area and team, accepts or rejects"


class GivingSideRevokes(Problem):
    status = 403
    code = "giving-side-revokes"
    title = "Only who offered it, or allocates for the present key worker's area and team, revokes: reject it instead"


@dataclass(frozen=True)
class Move:
    """A family that goes from one worker, both of whose rows are locked with the case, to another."""

    case: Case
    transfer: Transfer
    ended: Allocation
    worker: Worker
    fit: Fit


async def offer_transfer(session: AsyncSession, actor: Actor, case_id: UUID, sent: NewTransfer) -> Transfer:
    """Offer a family to another key worker; or move it at once, where the actor allocates for that worker too."""
    case = await find_case(session, actor, case_id, lock=True)
    require_open(case)
    if case.key_worker_id is None:
        raise CaseNotAllocated
    if sent.worker_id == case.key_worker_id:
        raise InvalidBody("/worker_id", "same-worker", "This is the family's key worker already")
    workers = await lock_workers(session, [case.key_worker_id, sent.worker_id])
    if sent.worker_id not in workers:
        raise InvalidBody("/worker_id", "unknown", "There is no such worker")
    worker = workers[sent.worker_id]
    if sent.at_once:
        await withdraw_offers_of(session, case.id)
    elif await session.scalar(select(Transfer.id).where(Transfer.case_id == case.id, Transfer.status == "offered")):
        raise TransferOffered
    await _require_possible(session, case, worker)
    giving = workers[case.key_worker_id]
    transfer = add_offer(session, actor, case, giving, worker, sent.area or worker.area, sent.reason)
    # Its id and its version are made as it is written; the audit and the response show them.
    await session.flush()
    audit.record(session, actor, "transfer_offer", "case", case.id, transfer_id=str(transfer.id))
    if sent.at_once:
        _require_receiving(actor, transfer)
        await _accept(session, actor, transfer, sent.starts_on, sent.override_reason, None)
    return transfer


def add_offer(
    session: AsyncSession, actor: Actor, case: Case, giving: Worker, receiving: Worker, area: str | None, reason: str
) -> Transfer:
    """An offer of a family that lives in this area once it is accepted; the caller has asked whether it is possible."""
    transfer = Transfer(
        case=case,
        from_worker=giving,
        to_worker=receiving,
        area=area,
        reason=reason,
        status="offered",
        offered_by=actor.subject,
        offered_at=clock.now(),
    )
    session.add(transfer)
    return transfer


async def accept_transfer(session: AsyncSession, actor: Actor, transfer_id: UUID, sent: TransferAcceptance) -> Transfer:
    """Take a family over: from a day on the new worker holds it and the former one does not."""
    transfer = await _lock_offer(session, actor, transfer_id)
    _require_receiving(actor, transfer)
    await _accept(session, actor, transfer, sent.starts_on, sent.override_reason, london_day(transfer.offered_at))
    return transfer


async def reject_transfer(session: AsyncSession, actor: Actor, transfer_id: UUID, sent: TransferRefusal) -> Transfer:
    transfer = await _lock_offer(session, actor, transfer_id)
    _require_receiving(actor, transfer)
    return await _answer(session, actor, transfer, "reject", sent.reason)


async def revoke_transfer(session: AsyncSession, actor: Actor, transfer_id: UUID, sent: TransferRefusal) -> Transfer:
    transfer = await _lock_offer(session, actor, transfer_id)
    if not rules.may_revoke(actor, _side(transfer.from_worker), transfer.offered_by):
        raise GivingSideRevokes
    return await _answer(session, actor, transfer, "revoke", sent.reason)


async def end_allocation_of(session: AsyncSession, case: Case, on: date, reason: str) -> bool:
    """End what the key worker holds; returns whether there was one."""
    held = (await current_allocations(session, [case.id])).get(case.id)
    if held is not None:
        end_holding(held, on, reason)
    await withdraw_offers_of(session, case.id)
    return held is not None


async def withdraw_offers_of(session: AsyncSession, case_id: UUID) -> None:
    """End what is offered and not answered of a case, as it is closed, stepped down or has another key worker."""
    # Past the mapper, which therefore does not count the version.
    offered = update(Transfer).where(Transfer.case_id == case_id, Transfer.status == "offered")
    await session.execute(
        offered.values(status="withdrawn", answered_at=clock.now(), version=Transfer.version + 1),
        execution_options={"synchronize_session": "fetch"},
    )


async def _accept(
    session: AsyncSession,
    actor: Actor,
    transfer: Transfer,
    starts_on: date | None,
    override_reason: str | None,
    offered_on: date | None,
) -> None:
    case, worker = transfer.case, transfer.to_worker
    fit = await require_fit(session, actor, case, worker, override_reason)
    ended = (await current_allocations(session, [case.id]))[case.id]
    follows = [ended.starts_on, offered_on or ended.starts_on]
    if transfer.area != case.area:
        follows.append(await last_move_on(session, case.id))
    rule = "A key worker does not start before the former one did, the offer was made or the family moved last"
    starts_on = past_day("/starts_on", starts_on, max(follows), rule)
    await move_families(session, actor, starts_on, [Move(case, transfer, ended, worker, fit)])


async def move_families(session: AsyncSession, actor: Actor, starts_on: date, moves: Sequence[Move]) -> None:
    """Move families from a day on: what the former worker did stays as it is, only their time ends."""
    areas_before = {move.case.id: move.case.area for move in moves}
    for move in moves:
        await ensure_in_post_by(session, move.worker, starts_on)
        end_holding(move.ended, starts_on, "transferred")
    # A case has one allocation that has not ended: the former one ends before the next is written.
    await session.flush()
    for move in moves:
        add_allocation(session, actor, move.case, move.worker, starts_on, move.fit)
    for move in moves:
        if move.transfer.area != move.case.area:
            await record_move(session, actor, move.case, move.transfer.area, starts_on)
    await settle(session, [move.case for move in moves])
    for move in moves:
        move.transfer.transferred_on = starts_on
        await _answer(session, actor, move.transfer, "accept", None)
        await _announce(session, move, starts_on, areas_before[move.case.id])
        if move.fit.over:
            await announce_over_ceiling(session, move.case, move.worker, move.fit.children, move.fit.ceiling)


async def _announce(session: AsyncSession, move: Move, starts_on: date, area_before: str | None) -> None:
    case, transfer = move.case, move.transfer
    facts = {"worker_id_before": str(transfer.from_worker_id), "worker_id": str(transfer.to_worker_id)}
    await record_about_case(
        session, case, "case_transferred", starts_on, about_id=transfer.id, facts=facts, text=transfer.reason
    )
    await outbox.record(
        session,
        CaseTransferred.model_validate(
            {
                "case_id": case.id,
                "family_id": case.family_id,
                "worker_id_before": transfer.from_worker_id,
                "worker_id": transfer.to_worker_id,
                "area_before": area_before,
                "area": case.area,
                "children": case.child_count,
                "transferred_on": starts_on,
            }
        ),
    )


async def _require_possible(session: AsyncSession, case: Case, worker: Worker) -> None:
    """Raises what no acceptance could pass."""
    [candidate] = await candidates_from(session, None, [worker])
    for obstacle in allocations.obstacles_to(candidate, await family_of(session, case, {}, [worker])):
        if obstacle not in allocations.FOR_A_MANAGER:
            raise OBSTACLES[obstacle]


async def _lock_offer(session: AsyncSession, actor: Actor, transfer_id: UUID) -> Transfer:
    """An open offer with its case and both workers, locked in the order in which everybody locks them."""
    seen = await queries.find_transfer(session, actor, transfer_id)
    await session.execute(select(Case.id).where(Case.id == seen.case_id).with_for_update())
    await lock_workers(session, [seen.from_worker_id, seen.to_worker_id])
    transfer = await queries.find_transfer(session, actor, transfer_id, lock=True)
    if transfer.status != "offered" or transfer.case.key_worker_id != transfer.from_worker_id:
        raise TransferAnswered(present_status=transfer.status)
    return transfer


async def _answer(
    session: AsyncSession, actor: Actor, transfer: Transfer, answer: rules.Answer, reason: str | None
) -> Transfer:
    transfer.status, transfer.answer_reason = rules.STATUS_AFTER[answer], reason
    transfer.answered_by, transfer.answered_at = actor.subject, clock.now()
    # Its new version is made as it is written; the response shows it.
    await session.flush()
    audit.record(session, actor, f"transfer_{answer}", "case", transfer.case_id, transfer_id=str(transfer.id))
    return transfer


def _require_receiving(actor: Actor, transfer: Transfer) -> None:
    if not rules.is_of_side(actor, _side(transfer.to_worker)):
        raise ReceivingSideAnswers


def _side(worker: Worker) -> rules.Side:
    return rules.Side(Scope(worker.area, worker.team), worker.subject)
