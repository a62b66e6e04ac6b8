"""A naive recount of caseloads from the tables of facts alone: nothing that follows from them is read."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.casework.allocation.allocations.models import Allocation
from services.casework.allocation.ceilings.models import Ceiling
from services.casework.allocation.moves.models import CaseMove
from services.casework.cases.cases.models import CaseChild
from services.casework.lifecycle.pathways.models import PathwayStep
from services.casework.record.timescales.models import Timescale
from services.casework.workforce.workers.models import Post
from shared.clock import london_day
from shared.merged_children import MergedChild


@dataclass
class Facts:
    """Every fact of the database, as it was written down."""

    steps: dict[UUID, list[PathwayStep]]
    moves: dict[UUID, list[CaseMove]]
    allocations: dict[UUID, list[Allocation]]
    children: dict[UUID, list[CaseChild]]
    merged: dict[UUID, UUID]
    posts: list[Post]
    ceilings: list[Ceiling]
    timescales: dict[UUID, list[Timescale]]


async def facts_of(session: AsyncSession) -> Facts:
    def by_case(rows: Any) -> dict[UUID, list[Any]]:
        found: dict[UUID, list[Any]] = defaultdict(list)
        for row in rows:
            found[row.case_id].append(row)
        return found

    steps = await session.scalars(select(PathwayStep).order_by(PathwayStep.from_on, PathwayStep.number))
    moves = await session.scalars(select(CaseMove).order_by(CaseMove.from_on, CaseMove.number))
    merges = await session.scalars(select(MergedChild).where(MergedChild.surviving_child_id.is_not(None)))
    return Facts(
        by_case(steps),
        by_case(moves),
        by_case(await session.scalars(select(Allocation))),
        by_case(await session.scalars(select(CaseChild))),
        {row.child_id: row.surviving_child_id for row in merges if row.surviving_child_id},
        list(await session.scalars(select(Post))),
        list(await session.scalars(select(Ceiling))),
        by_case(await session.scalars(select(Timescale))),
    )


@dataclass
class Held:
    """What somebody, or several together, hold."""

    workers: int = 0
    fte: Decimal = Decimal(0)
    children: int = 0
    families: int = 0
    overdue: int = 0

    def __iadd__(self, more: "Held") -> "Held":
        for name, value in vars(more).items():
            setattr(self, name, getattr(self, name) + value)
        return self


@dataclass
class Recount:
    """The caseloads at the end of a day."""

    ceiling: int
    workers: dict[UUID, Held] = field(default_factory=dict)
    places: dict[UUID, tuple[str, str | None]] = field(default_factory=dict)
    county: Held = field(default_factory=Held)
    """Counted from the cases, whoever holds them."""
    waiting: Counter[str] = field(default_factory=Counter)
    """Families by area, "" where it is not known."""


def _holds(from_on: date, until_on: date | None, day: date) -> bool:
    return from_on <= day and (until_on is None or day < until_on)


def _children_on(facts: Facts, case_id: UUID, day: date) -> int:
    known = set()
    for child in facts.children[case_id]:
        if child.joined_on <= day:
            answers, passed = child.child_id, set()
            while answers in facts.merged and answers not in passed:
                passed.add(answers)
                answers = facts.merged[answers]
            known.add(answers)
    return len(known)


def _overdue_on(facts: Facts, case_id: UUID, day: date) -> int:
    late = [each for each in facts.timescales[case_id] if each.due_on < day]
    return sum(
        (each.met_on is None or each.met_on > day) and (each.ended_on is None or each.ended_on > day) for each in late
    )


def recount(facts: Facts, day: date) -> Recount:
    decided = sorted(facts.ceilings, key=lambda each: (each.effective_on, each.decided_at))
    applied = [each for each in decided if each.in_force_since and london_day(each.in_force_since) <= day]
    found = Recount(ceiling=(applied or decided[:1])[-1].children)
    for post in facts.posts:
        if _holds(post.from_on, post.until_on, day) and post.role in ("social_worker", "family_support_worker"):
            assert post.worker_id not in found.workers, "a worker has one post"
            found.workers[post.worker_id] = Held(1, post.fte)
            found.places[post.worker_id] = (post.area, post.team)
    for worker in found.workers.values():
        found.county += worker
    for case_id, steps in facts.steps.items():
        pathway = ([step.pathway for step in steps if step.from_on <= day] or ["closed"])[-1]
        if pathway == "closed":
            continue
        area = ([move.area for move in facts.moves[case_id] if move.from_on <= day] or [None])[-1]
        holders = [each.worker_id for each in facts.allocations[case_id] if _holds(each.starts_on, each.ended_on, day)]
        assert len(holders) <= 1, "one key worker per family"
        if holders:
            held = Held(0, Decimal(0), _children_on(facts, case_id, day), 1, _overdue_on(facts, case_id, day))
            assert holders[0] in found.workers, "who holds families is in post"
            found.workers[holders[0]] += held
            found.county += held
        elif pathway != "early_help":
            found.waiting[area or ""] += 1
    return found


def amounts_of(item: dict[str, Any]) -> dict[str, Any]:
    names = ("workers", "fte", "children", "families", "overdue", "ceiling", "utilisation", "over_ceiling")
    return {name: item[name] for name in names}


def expected(held: Held, ceiling: int) -> dict[str, Any]:
    own = ceiling * held.fte
    return {
        "workers": held.workers,
        "fte": float(held.fte),
        "children": held.children,
        "families": held.families,
        "overdue": held.overdue,
        "ceiling": float(own),
        "utilisation": float((held.children / own).quantize(Decimal("0.0001"))) if own else 0,
        "over_ceiling": held.children > own,
    }


def summed(found: Recount, keys: dict[UUID, Any]) -> dict[Any, Held]:
    groups: dict[Any, Held] = {}
    for worker_id, key in keys.items():
        group = groups.setdefault(key, Held())
        group += found.workers[worker_id]
    return groups


def summary_of(found: Recount, chosen: list[UUID], waiting: int) -> dict[str, Any]:
    loads = [found.workers[worker_id].children for worker_id in chosen]
    mean = (Decimal(sum(loads)) / len(loads)).quantize(Decimal("0.01")) if loads else 0
    return {
        "workers": len(loads),
        "children": sum(loads),
        "families": sum(found.workers[worker_id].families for worker_id in chosen),
        "mean": float(mean),
        "minimum": min(loads, default=0),
        "maximum": max(loads, default=0),
        "distribution": [{"children": many, "workers": loads.count(many)} for many in sorted(set(loads))],
        "unallocated": waiting,
    }
