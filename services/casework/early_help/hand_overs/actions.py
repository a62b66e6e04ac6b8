"""Offering children to other services, taking their answers, and taking an offer back."""

from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from services.casework.access import ALLOCATORS
from services.casework.cases.cases import queries as cases
from services.casework.cases.cases.actions import require_open
from services.casework.cases.cases.models import Case
from services.casework.early_help.hand_overs.models import HandOver
from services.casework.early_help.hand_overs.queries import find_hand_over
from services.casework.early_help.hand_overs.rules import answer_due_on, service_of
from services.casework.early_help.hand_overs.schemas import HandOverAnswer, HandOverRevocation, NewHandOver
from services.casework.fields import past_day
from services.casework.record.chronology.actions import record_about_case
from services.casework.record.timescales import actions as timescales
from services.casework.workforce.workers.models import Worker
from shared import audit, clock
from shared.auth import Actor
from shared.merged_children import former_ids, surviving_ids
from shared.problems import InvalidBody, Problem, RoleMissing


class HandOverOpen(Problem):
    status = 409
    code = "hand-over-open"
    title = "This child is offered to this service already: wait for the answer, or take the offer back"


class HandOverAnswered(Problem):
    status = 409
    code = "hand-over-answered"
    title = "This hand-over is answered or taken back already: offer the child anew"


async def offer_children(session: AsyncSession, actor: Actor, case_id: UUID, sent: NewHandOver) -> list[HandOver]:
    """Offer children of a case to a service: one hand-over for each, which falls due to be answered."""
    case = await cases.find_case(session, actor, case_id, lock=True)
    require_open(case)
    offered_on = past_day("/offered_on", sent.offered_on, case.opened_on, "The case was not open then")
    child_ids = await _children_of(session, case, sent.child_ids)
    known = await former_ids(session, (await surviving_ids(session, child_ids)).values())
    waiting = select(HandOver.id).where(HandOver.status == "offered", HandOver.service == sent.service)
    if await session.scalar(waiting.where(HandOver.child_id.in_(known)).limit(1)):
        raise HandOverOpen
    name = await session.scalar(select(Worker.name).where(Worker.subject == actor.subject)) or actor.name
    made = [
        HandOver(
            case=case,
            child_id=child_id,
            service=sent.service,
            status="offered",
            reason=sent.reason,
            text=sent.text,
            offered_on=offered_on,
            offered_by=actor.subject,
            offered_by_name=name,
            offered_at=clock.now(),
            answer_due_on=answer_due_on(offered_on),
        )
        for child_id in child_ids
    ]
    session.add_all(made)
    try:
        await session.flush()  # Here, where the unique index may refuse it, and for the ids.
    except IntegrityError as error:  # a child of two cases, offered from both at one moment
        raise HandOverOpen from error
    for each in made:
        await _start_clock(session, each)
        await _record(session, actor, each, "hand_over_offered", offered_on, sent.text)
    return made


async def _start_clock(session: AsyncSession, hand_over: HandOver) -> None:
    await timescales.start(
        session,
        hand_over.case_id,
        "hand_over_answer",
        about_id=hand_over.id,
        started_on=hand_over.offered_on,
        due_on=hand_over.answer_due_on,
        child_id=hand_over.child_id,
    )


async def resume_answers(session: AsyncSession, case: Case) -> None:
    """When a case is opened again, the answers that it waits for fall due again: their clocks ended with it."""
    waiting = select(HandOver).where(HandOver.case_id == case.id, HandOver.status == "offered")
    for each in await session.scalars(waiting.order_by(HandOver.id)):
        await _start_clock(session, each)


async def _children_of(session: AsyncSession, case: Case, chosen: list[UUID]) -> list[UUID]:
    """The chosen children, each once, under the ids of the case's own records, which a reversed merge leaves."""
    answers = await surviving_ids(session, [*(child.child_id for child in case.children), *chosen])
    records = {answers[child.child_id]: child.child_id for child in reversed(case.children)}
    records |= {child.child_id: child.child_id for child in case.children if answers[child.child_id] == child.child_id}
    for number, each in enumerate(chosen):
        if answers[each] not in records:
            raise InvalidBody(f"/child_ids/{number}", "unknown", "This is no child of the case")
    return sorted({records[answers[each]] for each in chosen})


async def answer_hand_over(session: AsyncSession, actor: Actor, hand_over_id: UUID, sent: HandOverAnswer) -> HandOver:
    """Record the answer of the service, once; a manager of ours may write down one that came otherwise.

    The case goes on as it is: what becomes of it is for its key worker to decide.
    """
    hand_over = await find_hand_over(session, actor, hand_over_id, lock=True)
    own = service_of(actor) == hand_over.service
    if not own and not actor.has(*ALLOCATORS):
        raise RoleMissing
    _require_waiting(hand_over)
    rule = "The answer follows the offer"
    hand_over.answered_on = past_day("/answered_on", sent.answered_on, hand_over.offered_on, rule)
    hand_over.status = "accepted" if sent.accepted else "refused"
    hand_over.answered_by_name, hand_over.answered_by_role = sent.by.name, sent.by.role
    hand_over.answer_reason, hand_over.named_worker = sent.reason, sent.worker
    hand_over.answer_recorded_by, hand_over.answer_recorded_at = actor.subject, clock.now()
    hand_over.recorded_for_them = not own
    await timescales.meet(session, "hand_over_answer", about_id=hand_over.id, met_on=hand_over.answered_on)
    kind = f"hand_over_{hand_over.status}"
    await _record(session, actor, hand_over, kind, hand_over.answered_on, sent.reason)
    return hand_over


async def revoke_hand_over(
    session: AsyncSession, actor: Actor, hand_over_id: UUID, sent: HandOverRevocation
) -> HandOver:
    """Take an offer back while it waits for its answer."""
    hand_over = await find_hand_over(session, actor, hand_over_id, lock=True)
    _require_waiting(hand_over)
    hand_over.status, hand_over.revocation_reason = "revoked", sent.reason
    hand_over.revoked_on, hand_over.revoked_by = clock.today(), actor.subject
    await timescales.end(session, "hand_over_answer", about_id=hand_over.id, ended_on=clock.today())
    await _record(session, actor, hand_over, "hand_over_revoked", hand_over.revoked_on, sent.reason)
    return hand_over


def _require_waiting(hand_over: HandOver) -> None:
    if hand_over.status != "offered":
        raise HandOverAnswered(f"Its status is {hand_over.status}.", present_status=hand_over.status)


async def _record(
    session: AsyncSession, actor: Actor, hand_over: HandOver, kind: str, on: date, text: str | None
) -> None:
    facts = {"service": hand_over.service, "reason": hand_over.reason}
    children = [hand_over.child_id]
    await record_about_case(
        session, hand_over.case, kind, on, about_id=hand_over.id, child_ids=children, facts=facts, text=text
    )
    ids = {"hand_over_id": str(hand_over.id), "case_id": str(hand_over.case_id), "service": hand_over.service}
    audit.record(session, actor, kind, "child", hand_over.child_id, **ids)
