"""Setting a warning flag on a family, looking at it again, ending it."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import selectinload

from services.casework.access import ITSELF
from services.casework.cases.cases.actions import require_open
from services.casework.cases.cases.models import Case
from services.casework.cases.cases.queries import family_ids_of, find_case, open_case_of
from services.casework.fields import past_day
from services.casework.record.chronology.actions import record_about_case
from services.casework.record.flags import queries
from services.casework.record.flags.models import Flag, FlagReview
from services.casework.record.flags.rules import REVIEWED_WITHIN_MONTHS, may_be_reviewed_on
from services.casework.record.flags.schemas import NewFlag, NewFlagReview
from services.casework.record.timescales.actions import meet, require_reason_late, start
from shared import audit, clock
from shared.auth import Actor
from shared.merged_children import former_ids, surviving_ids
from shared.problems import InvalidBody, Problem

REVIEW = "flag_review"


class FlagStands(Problem):
    status = 409
    code = "flag-stands"
    title = "A flag of this kind stands already: review that one"


class FlagEnded(Problem):
    status = 409
    code = "flag-ended"
    title = "This flag has been ended: set a new one"


async def set_flag(session: AsyncSession, actor: Actor, case_id: UUID, sent: NewFlag) -> Flag:
    """Set a flag on an open case; the case is locked, so that of two alike at one moment the second is refused."""
    case = await find_case(session, actor, case_id, lock=True)
    require_open(case)
    known = await _known_ids(session, case, sent.child_id)
    set_on = past_day("/set_on", sent.set_on, case.opened_on, "A flag is not set before the case was opened")
    _check_next("/review_on", sent.review_on)
    if await queries.standing_alike(session, case.id, sent.kind, known):
        raise FlagStands
    flag = Flag(
        **sent.model_dump(exclude={"set_on"}),
        case=case,
        set_on=set_on,
        set_by=actor.subject,
        recorded_at=clock.now(),
        reviews=[],
    )
    session.add(flag)
    await _start_review(session, flag)
    facts = {"flag": flag.kind, "review_on": flag.review_on.isoformat()}
    await _record_entry(session, flag, "flag_set", set_on, flag.id, facts, flag.text)
    audit.record(session, actor, "flag_set", "case", case.id, flag_id=str(flag.id), **facts)
    return flag


async def review_flag(session: AsyncSession, actor: Actor, flag_id: UUID, sent: NewFlagReview) -> Flag:
    """Look at a flag again: it stands until its next review, or is ended."""
    flag = await queries.find_flag(session, actor, flag_id, lock=True)
    if flag.ended_on:
        raise FlagEnded
    last = max([flag.set_on, *(review.reviewed_on for review in flag.reviews if review.reviewed_on)])
    reviewed_on = past_day("/reviewed_on", sent.reviewed_on, last, "A review follows the one before it")
    if sent.keep != (sent.review_on is not None):
        raise InvalidBody("/review_on", "with-keep", "A flag that stands has a next review, one that is ended has none")
    if sent.review_on:
        _check_next("/review_on", sent.review_on)
    review = flag.reviews[-1]
    require_reason_late(review.due_on, reviewed_on, sent.reason_late)
    review.reviewed_on, review.keep = reviewed_on, sent.keep
    review.reason, review.reviewed_by = sent.reason, actor.subject
    await meet(session, REVIEW, about_id=review.id, met_on=reviewed_on, reason_late=sent.reason_late)
    flag.version += 1
    if sent.review_on:
        flag.review_on = sent.review_on
        await _start_review(session, flag)
    else:
        flag.ended_on = reviewed_on
    kind = "flag_kept" if sent.keep else "flag_ended"
    await _record_entry(session, flag, kind, reviewed_on, review.id, {"flag": flag.kind}, sent.reason)
    audit.record(session, actor, kind, "case", flag.case_id, flag_id=str(flag.id), flag=flag.kind)
    return flag


async def resume_reviews(session: AsyncSession, case: Case) -> None:
    """When a case is opened again, its flags fall due again: their clocks ended when it was closed."""
    standing = select(Flag).where(Flag.case_id == case.id, Flag.ended_on.is_(None))
    for flag in await session.scalars(standing.options(selectinload(Flag.reviews))):
        await _start_clock(session, flag, flag.reviews[-1])


async def take_over_flags(session: AsyncSession, case: Case, standing: Iterable[Flag]) -> None:
    """When a family comes again, the flags that still stand warn in its new case, and fall due there."""
    for flag in standing:
        flag.case_id = case.id
        flag.version += 1
        await _start_clock(session, flag, flag.reviews[-1])
        audit.record(session, ITSELF, "flag_take_over", "case", case.id, flag_id=str(flag.id), flag=flag.kind)


async def take_over_flags_of_child(session: AsyncSession, child_id: UUID) -> None:
    """As above, where it becomes known later that a child of an open case is one that had a case before."""
    known = await former_ids(session, (await surviving_ids(session, [child_id])).values())
    if case := await open_case_of(session, (), known):
        family_ids = await family_ids_of(session, case)
        await take_over_flags(session, case, await queries.standing_before(session, case.family_id, family_ids, known))


async def _start_review(session: AsyncSession, flag: Flag) -> None:
    """The next review; nothing falls due in a closed case."""
    review = FlagReview(number=len(flag.reviews) + 1, due_on=flag.review_on)
    flag.reviews.append(review)
    # Its id is made as it is written, and the flag's with it; the clock, the entry and the audit name them.
    await session.flush()
    if flag.case.status == "open":
        await _start_clock(session, flag, review)


async def _start_clock(session: AsyncSession, flag: Flag, review: FlagReview) -> None:
    await start(
        session,
        flag.case_id,
        REVIEW,
        about_id=review.id,
        started_on=clock.today(),
        due_on=review.due_on,
        child_id=flag.child_id,
    )


async def _known_ids(session: AsyncSession, case: Case, child_id: UUID | None) -> set[UUID | None]:
    """Every id under which the child of this case is known; none alone for the whole family."""
    if child_id is None:
        return {None}
    of_case = await surviving_ids(session, [child.child_id for child in case.children])
    if child_id not in {*of_case, *of_case.values()}:
        raise InvalidBody("/child_id", "unknown", "This case has no such child")
    known = await former_ids(session, (await surviving_ids(session, [child_id])).values())
    return {*known, child_id}


def _check_next(field: str, day: date) -> None:
    if not may_be_reviewed_on(day, clock.today()):
        rule = f"A flag is reviewed after today and within {REVIEWED_WITHIN_MONTHS} months"
        raise InvalidBody(field, "review-day", rule)


async def _record_entry(
    session: AsyncSession, flag: Flag, kind: str, on: date, about_id: UUID, facts: dict[str, str], text: str
) -> None:
    children = [flag.child_id] if flag.child_id else None
    await record_about_case(session, flag.case, kind, on, about_id=about_id, child_ids=children, facts=facts, text=text)
