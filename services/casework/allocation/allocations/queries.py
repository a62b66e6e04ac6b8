"""Who is suggested for a family, who held it before, and from which day on it may be given to somebody."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import Integer, Select, and_, func, or_, select, tuple_, type_coerce
from sqlalchemy import case as choose
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from services.casework.allocation.allocations.models import Allocation, FamilyCounted
from services.casework.allocation.allocations.rules import Candidate, Family, Suggestion, free_since, ranked
from services.casework.allocation.allocations.schemas import ChangesSummary
from services.casework.allocation.ceilings.queries import ceiling_in_force
from services.casework.allocation.ceilings.rules import ceiling_of
from services.casework.cases.cases.models import Case, CaseChild
from services.casework.cases.cases.queries import family_ids_before, is_of, visible_to
from services.casework.cases.holdings.models import Holding
from services.casework.cases.restrictions.models import FamilyRestriction
from services.casework.cases.restrictions.queries import not_restricted_for
from services.casework.workforce.absences.queries import absent_until
from services.casework.workforce.workers.models import Worker
from services.casework.workforce.workers.queries import visible_to as workers_visible_to
from services.casework.workforce.workers.rules import KEY_WORKER_ROLES, NEEDS_REGISTRATION, Scope, may_see_worker
from shared import clock
from shared.auth import Actor
from shared.merged_children import former_ids, surviving_ids
from shared.places import Area

CONSIDERED = 50
"""Workers with most room whom one question ranks."""

KNEW = 20
"""Former key workers, the latest, who are considered wherever they work."""

SUGGESTED = 10
"""Workers whom one answer shows, besides those who knew the family."""


async def suggestions_for(session: AsyncSession, actor: Actor, case: Case, area: Area | None) -> list[Suggestion]:
    """The best workers for a family, and those who knew it wherever they are, ranked.

    Without an area those whom the actor may allocate; with one, all of that area, to whom a transfer may be offered.
    """
    knew = await who_knew(session, actor, case)
    rows = select(Worker) if area else select(Worker).where(workers_visible_to(actor))
    fit = await fit_workers(session, rows, area or case.area, registered=case.pathway in NEEDS_REGISTRATION)
    former = await session.scalars(select(Worker).where(Worker.id.in_(knew)))
    found = {worker.id: worker for worker in (*fit, *former) if worker.id != case.key_worker_id}
    family = await family_of(session, case, knew, found.values())
    suggested = ranked(family, await candidates_from(session, None if area else actor, found.values()))
    return [made for place, made in enumerate(suggested) if place < SUGGESTED or made.knew_until]


async def fit_workers(
    session: AsyncSession, rows: Select[Worker], area: str | None, *, registered: bool
) -> Sequence[Worker]:
    """Those of these workers who may be key worker and stay, those with most room first; narrowed in SQL."""
    per_full_time = (await ceiling_in_force(session)).children
    room = type_coerce(Worker.fte, Integer) * per_full_time - Worker.children * 100
    rows = rows.where(Worker.in_post, Worker.leaves_on.is_(None), Worker.role.in_(KEY_WORKER_ROLES))
    if area:
        rows = rows.where(Worker.area == area)
    if registered:
        rows = rows.where(Worker.role == "social_worker", Worker.registration_number.is_not(None))
    return (await session.scalars(rows.order_by(room.desc(), Worker.name, Worker.id).limit(CONSIDERED))).all()


async def candidates_from(session: AsyncSession, actor: Actor | None, workers: Iterable[Worker]) -> list[Candidate]:
    """These workers as the rules rank them; with an actor, whoever is outside of the actor's scope is marked so."""
    per_full_time = (await ceiling_in_force(session)).children
    known = list(workers)
    absent = await absent_until(session, [worker.id for worker in known], clock.today())
    return [
        Candidate(
            worker_id=worker.id,
            name=worker.name,
            role=worker.role,
            registration_number=worker.registration_number,
            area=worker.area,
            team=worker.team,
            fte=worker.fte,
            children=worker.children,
            ceiling=ceiling_of(per_full_time, worker.fte),
            in_post=worker.in_post,
            leaves_on=worker.leaves_on,
            on_leave=worker.id in absent,
            on_leave_until=absent.get(worker.id),
            in_scope=actor is None or may_see_worker(actor, Scope(worker.area, worker.team)),
        )
        for worker in known
    ]


async def family_of(
    session: AsyncSession, case: Case, knew_until: Mapping[UUID, date], workers: Iterable[Worker]
) -> Family:
    """What decides who is fit for the family of a case, among these workers."""
    return Family(
        pathway=case.pathway,
        area=case.area,
        children=case.child_count,
        held_by=[held.worker_id for held in await held_by(session, await family_ids_before(session, case))],
        knew_until=knew_until,
        kept_out=await _kept_out(session, case.family_id, workers),
    )


async def held_by(session: AsyncSession, family_ids: Collection[UUID]) -> Sequence[Allocation]:
    """Every time that somebody was key worker of a family, over all of its cases and ids, in order."""
    rows = (
        select(Allocation)
        .join(Case, Case.id == Allocation.case_id)
        .where(Case.family_id.in_(family_ids))
        .order_by(Allocation.starts_on, Allocation.allocated_at, Allocation.id)
    )
    return (await session.scalars(rows)).all()


async def current_allocations(session: AsyncSession, case_ids: Collection[UUID]) -> dict[UUID, Allocation]:
    """By case, who holds it now; a case without a key worker is left out."""
    rows = select(Allocation).where(Allocation.case_id.in_(case_ids), Allocation.ended_on.is_(None))
    return {held.case_id: held for held in await session.scalars(rows)}


async def workers_of(session: AsyncSession, held: Iterable[Allocation]) -> dict[UUID, Worker]:
    ids = {each.worker_id for each in held}
    return {worker.id: worker for worker in await session.scalars(select(Worker).where(Worker.id.in_(ids)))}


async def who_knew(session: AsyncSession, actor: Actor, case: Case) -> dict[UUID, date]:
    """Until when each worker was key worker of this family, or of a child of it elsewhere; the latest few.

    Nothing is shown of another family that is restricted from the actor.
    """
    children = await session.scalars(select(CaseChild.child_id).where(CaseChild.case_id == case.id))
    known = await former_ids(session, (await surviving_ids(session, children)).values())
    until = func.max(func.coalesce(Allocation.ended_on, clock.today()))
    rows = (
        select(Allocation.worker_id, until)
        .join(Case, Case.id == Allocation.case_id)
        .where(is_of([case.family_id], known), not_restricted_for(actor, Case.family_id))
        .group_by(Allocation.worker_id)
        .order_by(until.desc(), Allocation.worker_id)
        .limit(KNEW)
    )
    return {row[0]: row[1] for row in await session.execute(rows)}


async def _kept_out(session: AsyncSession, family_id: UUID, workers: Iterable[Worker]) -> frozenset[UUID]:
    """Those of these workers whom a service that restricts the family does not name."""
    rows = await session.execute(
        select(FamilyRestriction.source, FamilyRestriction.subject).where(FamilyRestriction.family_id == family_id)
    )
    named: dict[str, set[str | None]] = {}
    for source, subject in rows:
        named.setdefault(source, set()).add(subject)
    return frozenset(
        worker.id for worker in workers if not all(worker.subject in subjects for subjects in named.values())
    )


async def earliest_start(session: AsyncSession, case: Case) -> date:
    """The first day of the time, up to now, in which the case is open without a key worker."""
    rows = select(Holding).where(Holding.case_id == case.id).order_by(Holding.from_on)
    stretches = [(each.from_on, each.until_on, each.key_worker_id) for each in await session.scalars(rows)]
    return free_since(stretches) or clock.today()


def families_counted(actor: Actor, since: date, area: Area | None) -> type[FamilyCounted]:
    """Each family with a key worker on or after a day, with the changes from that day on: `rules.changes_of` in SQL.

    Counted from what began in that time or was not ended before it, never from all that ever was.
    """
    before, of_family = aliased(Allocation), aliased(Case)
    order = (Allocation.starts_on, Allocation.allocated_at, Allocation.id)
    last = (
        select(before.worker_id)
        .join(of_family, of_family.id == before.case_id)
        .where(
            of_family.family_id == Case.family_id,
            tuple_(before.starts_on, before.allocated_at, before.id) < tuple_(*order),
        )
        .order_by(before.starts_on.desc(), before.allocated_at.desc(), before.id.desc())
        .limit(1)
        .correlate(Case, Allocation)
        .scalar_subquery()
    )
    held = (
        select(Case.family_id, choose((and_(Allocation.starts_on >= since, last != Allocation.worker_id), 1), else_=0))
        .join(Case, Case.id == Allocation.case_id)
        .where(visible_to(actor), or_(Allocation.ended_on.is_(None), Allocation.ended_on > since))
    )
    each = (held.where(Case.area == area) if area else held).subquery()
    family_id, changed = each.c
    counted = select(family_id.label("family_id"), func.sum(changed).label("changes")).group_by(family_id).subquery()
    return aliased(FamilyCounted, counted, adapt_on_names=True)


async def summarise_changes(session: AsyncSession, actor: Actor, since: date, area: Area | None) -> ChangesSummary:
    """How many families had how many changes."""
    counted = families_counted(actor, since, area)
    rows = await session.execute(
        select(counted.changes, func.count()).group_by(counted.changes).order_by(counted.changes)
    )
    distribution = {int(changes): families for changes, families in rows}
    families = sum(distribution.values())
    changes = sum(number * times for number, times in distribution.items())
    mean = Decimal(changes) / families if families else Decimal(0)
    return ChangesSummary(
        since=since,
        families=families,
        changes=changes,
        mean=mean.quantize(Decimal("0.01")),
        distribution=distribution,
    )


async def holders_since(session: AsyncSession, case_id: UUID, day: date) -> set[UUID]:
    """Who held a case on any day from this one on."""
    rows = select(Allocation.worker_id).where(
        Allocation.case_id == case_id, or_(Allocation.ended_on.is_(None), Allocation.ended_on > day)
    )
    return set((await session.scalars(rows)).all())


async def held_until(session: AsyncSession, worker_id: UUID) -> date | None:
    """The day on which this worker's last family had another key worker or was closed."""
    ended: date | None = await session.scalar(
        select(func.max(Allocation.ended_on)).where(Allocation.worker_id == worker_id)
    )
    return ended


async def first_held_on(session: AsyncSession, worker_id: UUID) -> date | None:
    """The day from which this worker held the first family."""
    first: date | None = await session.scalar(
        select(func.min(Allocation.starts_on)).where(Allocation.worker_id == worker_id)
    )
    return first
