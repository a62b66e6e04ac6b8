"""What every change of a case asks first, and the rows of a case, its children and its referrals."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import delete, func, insert, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.casework.cases.cases.models import Case, CaseChild, CaseReferral, CaseToAnnounce, CorrectedChild
from services.casework.cases.cases.queries import event_fields_of, find_case, received_on
from services.casework.cases.cases.rules import is_adult, is_before_pregnancy
from services.casework.fields import past_day
from services.casework.workforce.workers.models import Worker
from shared import outbox
from shared.auth import Actor
from shared.contracts.casework import CaseStandingChanged, Pathway
from shared.contracts.referrals import ReferralAccepted, ReferralClosed
from shared.database import insert_into
from shared.problems import InvalidBody, Problem

ANNOUNCED_AT_ONCE = 200


class CaseClosed(Problem):
    status = 409
    code = "case-closed"
    title = "This case is closed: reopen it first; what is new about the family is a referral"


class CaseWasJoined(Problem):
    status = 409
    code = "case-joined"
    title = "This case was joined into another one of the family, `joined_into_id`: go on in that one"


def require_not_joined(case: Case) -> None:
    if case.joined_into_id:
        raise CaseWasJoined(joined_into_id=str(case.joined_into_id))


def require_open(case: Case) -> None:
    require_not_joined(case)
    if case.status != "open":
        raise CaseClosed


async def find_open_case(session: AsyncSession, actor: Actor, case_id: UUID) -> Case:
    """An open case, locked; raises NotFound where the actor may not see it, CaseClosed where it is closed."""
    case = await find_case(session, actor, case_id, lock=True)
    require_open(case)
    return case


async def day_of_step(
    session: AsyncSession,
    case: Case,
    children: Iterable[CaseChild],
    place: str,
    sent: date | None,
    *,
    census_rule: str,
) -> date:
    """The day of a step of the law about these children: the one that was sent, else today.

    Raises InvalidBody for one in the future, before the referral (`census_rule`), or more than 40 weeks before a birth.
    """
    rule = "No step is earlier than the day on which the referral was received"
    day = past_day(place, sent, await received_on(session, case), rule, census_rule=census_rule)
    for child in children:
        require_pregnancy(child, day, place)
    return day


def require_pregnancy(child: CaseChild, day: date, place: str) -> None:
    """Raises InvalidBody for a day more than 40 weeks before the birth."""
    if is_before_pregnancy(day, child.date_of_birth or child.expected_date_of_birth):
        rule = "No step is earlier than 40 weeks before a child is born"
        raise InvalidBody(place, "before-birth", rule, census_rule="8606")


def require_under_18(child: CaseChild, day: date, place: str) -> None:
    """Raises InvalidBody where the child is an adult on that day, whom other law protects."""
    if is_adult(day, child.date_of_birth):
        rule = "On that day this person is 18 or older, and section 47 is about children (Children Act 1989, s105)"
        raise InvalidBody(place, "adult", rule)


def those_under_18(children: Sequence[CaseChild], day: date, *, named: bool) -> Sequence[CaseChild]:
    """Of all the children of a case, where none was named, those who are no adults on that day.

    Raises InvalidBody where an adult was named, or all of them are adults.
    """
    minors = [child for child in children if not is_adult(day, child.date_of_birth)]
    if minors and not named:
        return minors
    for number, child in enumerate(children):
        require_under_18(child, day, f"/children/{number}" if named else "/children")
    return children


async def one_at_a_time(session: AsyncSession) -> None:
    """One at a time opens, reopens, joins or imports cases, or merges or corrects children: which family and which
    child it is, is asked after this.

    One lock for all of them, taken before any row. SQLite has one writer as it is.
    """
    if session.get_bind().dialect.name == "postgresql":
        await session.execute(select(func.pg_advisory_xact_lock(func.hashtext("families"))))


def new_case(
    session: AsyncSession,
    *,
    referral_id: UUID,
    family_id: UUID,
    pathway: Pathway,
    opened_on: date,
    opened_at: datetime,
    case_id: UUID | None = None,
    old_reference: str | None = None,
) -> Case:
    """The row of a case; its children, its first step and its area are facts of their own, and are settled."""
    case = Case(
        id=case_id or uuid4(),
        referral_id=referral_id,
        family_id=family_id,
        old_reference=old_reference,
        area=None,
        pathway=pathway,
        status="open",
        child_count=0,
        opened_on=opened_on,
        opened_at=opened_at,
    )
    session.add(case)
    return case


def write_standing(
    case: Case,
    *,
    pathway: str,
    area: str | None,
    child_count: int,
    key_worker_id: UUID | None,
    last_key_worker_id: UUID | None,
    closed_on: date | None,
    unallocated_since: date | None,
) -> None:
    """Write how a case stands now into its row; an open one where it was not closed. A new version of the case."""
    ended = "joined" if case.joined_into_id else "closed"
    case.status = "open" if closed_on is None else ended
    case.pathway, case.area, case.child_count = pathway, area, child_count
    case.key_worker_id, case.closed_on, case.unallocated_since = key_worker_id, closed_on, unallocated_since
    case.last_key_worker_id = last_key_worker_id
    case.version = (case.version or 0) + 1


async def announce_standing(session: AsyncSession, case: Case) -> None:
    """Let the front door ask anew how a case stands, where no event of its own announces what changed."""
    await outbox.record(session, CaseStandingChanged(**await event_fields_of(session, case)))


async def announce_cases_from_before(session: AsyncSession) -> int:
    """Announce some of the cases that were open before the front door asked how cases stand; returns how many."""
    waiting = select(CaseToAnnounce.case_id).order_by(CaseToAnnounce.case_id).limit(ANNOUNCED_AT_ONCE)
    case_ids = (await session.scalars(waiting)).all()
    for case in await session.scalars(select(Case).where(Case.id.in_(case_ids)).order_by(Case.id)):
        await announce_standing(session, case)
    await session.execute(delete(CaseToAnnounce).where(CaseToAnnounce.case_id.in_(case_ids)))
    return len(case_ids)


def follow_team(case: Case, key_worker: Worker | None) -> None:
    """A case is with the team of its key worker, and with none while nobody holds it."""
    team = key_worker.team if key_worker else None
    if case.team != team:
        case.team = team
        case.version += 1


def set_last_contact(case: Case, day: date | None) -> None:
    """Not only later: an amendment may find that the last contact was earlier, or that there was none."""
    if case.last_contact_on != day:
        case.last_contact_on = day
        case.version += 1


def add_referral(session: AsyncSession, case: Case, decided: ReferralAccepted | ReferralClosed) -> None:
    session.add(
        CaseReferral(
            referral_id=decided.referral_id,
            case_id=case.id,
            family_id=decided.family_id,
            outcome=decided.outcome,
            decided_at=decided.decided_at,
            received_at=decided.received_at if isinstance(decided, ReferralAccepted) else None,
        )
    )


async def correct_child(session: AsyncSession, child_id: UUID, asked_at: datetime, **child: Any) -> None:
    """What the front door knows of a child stands in every case of it, closed ones too; an older response changes
    nothing. The cases are locked first, as everywhere; of a case that opens at the same moment the second sees what the
    first did."""
    await one_at_a_time(session)
    asked = insert_into(session, CorrectedChild).values(child_id=child_id, asked_at=asked_at)
    newer = CorrectedChild.asked_at < asked_at
    await session.execute(
        asked.on_conflict_do_update(index_elements=["child_id"], set_={"asked_at": asked_at}, where=newer)
    )
    of_child = select(CaseChild.case_id).where(CaseChild.child_id == child_id)
    cases = select(Case).where(Case.id.in_(of_child)).order_by(Case.id).with_for_update()
    by_id = {case.id: case for case in await session.scalars(cases.execution_options(populate_existing=True))}
    older = or_(CaseChild.asked_at.is_(None), CaseChild.asked_at < asked_at)
    for row in await session.scalars(select(CaseChild).where(CaseChild.child_id == child_id, older)):
        for name, value in child.items():
            setattr(row, name, value)
        row.asked_at = asked_at
        by_id[row.case_id].version += 1


async def add_children(session: AsyncSession, children: Sequence[Mapping[str, Any]]) -> None:
    """Each has the columns of `CaseChild`, of a case that is written already; `settle` counts them."""
    if children:
        await session.execute(insert(CaseChild).execution_options(render_nulls=True), children)
