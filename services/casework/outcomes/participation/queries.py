"""Young people of a month, each once, with what is known of them; all in the database, however many there are."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import CTE, ColumnElement, Select, and_, case, exists, func, literal, or_, select, union_all
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased, selectinload

from services.casework.cases.cases.models import Case, CaseChild
from services.casework.cases.cases.queries import visible_to
from services.casework.cases.holdings.models import Holding
from services.casework.outcomes.participation.models import Participation
from services.casework.outcomes.participation.rules import PARTICIPATING, born_for, counted_on
from services.casework.outcomes.participation.schemas import MonthQuery, ParticipationSummary
from shared import clock
from shared.auth import Actor
from shared.merged_children import MergedChild, former_ids, surviving_ids

NOT_KNOWN, NOT_ASKED, EVERYBODY = "not_known", "not_asked", "everybody"


def _answers_to() -> CTE:
    """For each record that was merged the id that the child answers to now, along any chain of merges."""
    merged, further, last = MergedChild, aliased(MergedChild), aliased(MergedChild)
    chain = (
        select(merged.child_id.label("child_id"), merged.surviving_child_id.label("answers_to"))
        .where(merged.surviving_child_id.is_not(None))
        .cte("chain_of_merges", recursive=True)
    )
    chain = chain.union(
        select(chain.c.child_id, further.surviving_child_id)
        .join(further, further.child_id == chain.c.answers_to)
        .where(further.surviving_child_id.is_not(None))
    )
    goes_on = exists().where(last.child_id == chain.c.answers_to, last.surviving_child_id.is_not(None))
    return select(chain.c.child_id, chain.c.answers_to).where(~goes_on).cte("answers_to")


def _people(actor: Actor, month: date, area: str | None, answers_to: CTE) -> CTE:
    """One row for each young person who is asked about in a month: the record of them that stands for all.

    They are those of cases that were open on the last day of the month, or are today while it runs. A child of two
    families, or with two records, is one; one record with the age for it is enough.
    """
    day, born = counted_on(month, clock.today()), born_for(month)
    person = func.coalesce(answers_to.c.answers_to, CaseChild.child_id)
    old_enough_for_needs = and_(CaseChild.additional_needs, CaseChild.date_of_birth > born.after_with_needs)
    own_record_first = (case((CaseChild.child_id == person, 0), else_=1), CaseChild.case_id, CaseChild.child_id)
    records = (
        select(
            person.label("person"),
            CaseChild.case_id,
            CaseChild.child_id,
            Holding.area,
            func.row_number().over(partition_by=person, order_by=own_record_first).label("place"),
        )
        .join(Case, Case.id == CaseChild.case_id)
        .join(Holding, Holding.case_id == Case.id)
        .outerjoin(answers_to, answers_to.c.child_id == CaseChild.child_id)
        .where(
            visible_to(actor),
            Holding.from_on <= day,
            or_(Holding.until_on.is_(None), Holding.until_on > day),
            CaseChild.joined_on <= day,
            CaseChild.date_of_birth <= born.up_to,
            or_(CaseChild.date_of_birth > born.after, old_enough_for_needs),
        )
    )
    if area:
        records = records.where(Holding.area == area)
    found = records.cte("records")
    return (
        select(found.c.person, found.c.case_id, found.c.child_id, found.c.area).where(found.c.place == 1).cte("people")
    )


def _answered(month: date, answers_to: CTE) -> CTE:
    """The answer of a month for each young person; of answers under several ids of theirs the newest."""
    person = func.coalesce(answers_to.c.answers_to, Participation.child_id)
    newest_first = (Participation.recorded_at.desc(), Participation.child_id)
    answers = (
        select(
            person.label("person"),
            Participation.status,
            Participation.asked_on,
            func.row_number().over(partition_by=person, order_by=newest_first).label("place"),
        )
        .outerjoin(answers_to, answers_to.c.child_id == Participation.child_id)
        .where(Participation.month == month)
        .cte("answers")
    )
    newest = select(answers.c.person, answers.c.status, answers.c.asked_on).where(answers.c.place == 1)
    return newest.cte("newest_answers")


class InMonth:
    """The young people of a month whom an actor may see, with what is known of each."""

    def __init__(self, actor: Actor, query: MonthQuery) -> None:
        self.month = query.month or clock.today().replace(day=1)
        answers_to = _answers_to()
        self._people = _people(actor, self.month, query.area, answers_to)
        self._answered = _answered(self.month, answers_to)

    def records(self, status: str | None = None) -> Select[CaseChild]:
        """The record that stands for each young person, of those with a status where it is given."""
        stands = and_(CaseChild.case_id == self._people.c.case_id, CaseChild.child_id == self._people.c.child_id)
        rows = select(CaseChild).join(self._people, stands)
        answered = self._answered.c
        if status == NOT_ASKED:
            return rows.where(self._people.c.person.not_in(select(answered.person)))
        if status:
            return rows.where(self._people.c.person.in_(select(answered.person).where(answered.status == status)))
        return rows

    def to_ask(self) -> Select[CaseChild]:
        """The records of those of whom nothing is known."""
        known = select(self._answered.c.person).where(self._answered.c.status != NOT_KNOWN)
        return self.records().where(self._people.c.person.not_in(known))

    async def summary(self, session: AsyncSession) -> ParticipationSummary:
        """Asked in one statement, so that the numbers are of one moment."""
        status, everybody = self._answered.c.status, select(self._people.c.person)
        of_them = self._answered.c.person.in_(everybody)
        answered = select(status.label("status"), func.count().label("people")).where(of_them).group_by(status)
        counted = await session.execute(
            union_all(select(literal(EVERYBODY), func.count()).select_from(self._people), answered)
        )
        found = {str(status): int(people) for status, people in counted}
        young_people = found.pop(EVERYBODY)
        if not_asked := young_people - sum(found.values()):
            found[NOT_ASKED] = not_asked
        return ParticipationSummary(
            month=self.month,
            young_people=young_people,
            participating=sum(count for status, count in found.items() if status in PARTICIPATING),
            not_participating=found.get("not_participating", 0),
            not_known=found.get(NOT_KNOWN, 0),
            not_asked=found.get(NOT_ASKED, 0),
            by_status=dict(sorted(found.items())),
        )


async def answer_for(
    session: AsyncSession, child_ids: Collection[UUID], month: date, *, lock: bool = False
) -> Participation | None:
    """The answer for a child and a month; of several, under several ids, the newest."""
    found = (
        select(Participation)
        .where(Participation.child_id.in_(child_ids), Participation.month == month)
        .order_by(Participation.recorded_at.desc(), Participation.child_id)
    )
    if lock:
        found = found.with_for_update().execution_options(populate_existing=True)
    return (await session.scalars(found)).first()


def answers_of(child_ids: Collection[UUID]) -> Select[Participation]:
    """One answer for each month of a child."""
    newer = aliased(Participation)
    later = or_(
        newer.recorded_at > Participation.recorded_at,
        and_(newer.recorded_at == Participation.recorded_at, newer.child_id < Participation.child_id),
    )
    replaced = exists().where(newer.child_id.in_(child_ids), newer.month == Participation.month, later)
    return select(Participation).where(Participation.child_id.in_(child_ids), ~replaced)


async def people_of(session: AsyncSession, records: Sequence[CaseChild]) -> Mapping[UUID, UUID]:
    """For each of these records the id that the young person answers to."""
    return await surviving_ids(session, [record.child_id for record in records])


async def answers_in(session: AsyncSession, people: Collection[UUID], month: date) -> dict[UUID, Participation]:
    """What is known of these young people in a month, by the id that each answers to."""
    return await _by_person(session, people, Participation.month == month)


async def known_before(session: AsyncSession, people: Collection[UUID], month: date) -> dict[UUID, Participation]:
    """What was known last of these young people, in an earlier month."""
    earlier = aliased(Participation)
    last = select(func.max(earlier.month)).where(
        earlier.child_id == Participation.child_id, earlier.month < month, earlier.status != NOT_KNOWN
    )
    return await _by_person(session, people, Participation.month == last.scalar_subquery())


async def _by_person(
    session: AsyncSession, people: Collection[UUID], which: ColumnElement[bool]
) -> dict[UUID, Participation]:
    known = await former_ids(session, people)
    answers = await surviving_ids(session, known)
    rows = select(Participation).where(Participation.child_id.in_(known), which)
    oldest_first = rows.order_by(Participation.month, Participation.recorded_at, Participation.child_id.desc())
    return {answers[row.child_id]: row for row in await session.scalars(oldest_first)}


async def cases_of(session: AsyncSession, records: Sequence[CaseChild]) -> dict[UUID, Case]:
    """The cases of these records with their key workers; the records are those that the actor may see."""
    ids = {record.case_id for record in records}
    rows = select(Case).where(Case.id.in_(ids)).options(selectinload(Case.key_worker))
    return {found.id: found for found in await session.scalars(rows)}


async def born(session: AsyncSession, child_ids: Collection[UUID]) -> list[tuple[date, bool]]:
    """Each birth date that is known of a child, with whether there are additional needs."""
    rows = select(CaseChild.date_of_birth, CaseChild.additional_needs).where(CaseChild.child_id.in_(child_ids))
    return [(day, needs) for day, needs in await session.execute(rows) if day]
