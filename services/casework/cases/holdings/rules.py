"""How a case stood on which day."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.casework.cases.cases.rules import CLOSED, WITHOUT_KEY_WORKER


@dataclass(frozen=True)
class Standing:
    """How a case stands on a day: what caseloads are counted from."""

    area: str | None
    pathway: str
    key_worker_id: UUID | None
    children: int

    @property
    def waits(self) -> bool:
        """Whether the family needs a key worker and has none."""
        return self.key_worker_id is None and self.pathway not in WITHOUT_KEY_WORKER


@dataclass(frozen=True)
class Stretch:
    """Days on which a case stood unchanged, from a day until before another; none: until further notice."""

    from_on: date
    until_on: date | None
    standing: Standing


@dataclass(frozen=True)
class Held:
    """A worker held the family from a day until before another."""

    worker_id: UUID
    from_on: date
    until_on: date | None


Dated = Sequence[tuple[date, str | None]]
"""What held from which day on, oldest first; of two on one day the later in the list."""


@dataclass(frozen=True)
class ChildStay:
    """A child was in the case from a day until before another, because a joining of cases was reversed."""

    child_id: UUID
    from_on: date
    until_on: date


@dataclass(frozen=True)
class History:
    """The facts of one case; `children` are the days on which each joined, by the id that the child answers to."""

    pathways: Dated
    areas: Dated
    held: Sequence[Held]
    children: Mapping[UUID, date]
    left: Sequence[ChildStay] = ()


def standing_on(history: History, day: date) -> Standing | None:
    """How a case stood at the end of a day; None while it was closed, or not yet open."""
    pathway = _on(history.pathways, day)
    if pathway is None or pathway == CLOSED:
        return None
    holding = [held for held in history.held if held.from_on <= day and (held.until_on is None or day < held.until_on)]
    joined = {child for child, joined_on in history.children.items() if joined_on <= day}
    joined |= {stay.child_id for stay in history.left if stay.from_on <= day < stay.until_on}
    return Standing(
        area=_on(history.areas, day),
        pathway=pathway,
        key_worker_id=holding[-1].worker_id if holding else None,
        children=len(joined),
    )


def stretches_of(history: History) -> list[Stretch]:
    """The whole story of a case as stretches that neither overlap nor repeat the one before; gaps are when it was
    closed."""
    days = sorted(_days_of_change(history))
    stretches: list[Stretch] = []
    for day, following in zip(days, [*days[1:], None], strict=True):
        standing = standing_on(history, day)
        if standing is None:
            continue
        last = stretches[-1] if stretches else None
        if last and last.until_on == day and last.standing == standing:
            stretches[-1] = Stretch(last.from_on, following, standing)
        else:
            stretches.append(Stretch(day, following, standing))
    return stretches


def _days_of_change(history: History) -> set[date]:
    ends = {held.until_on for held in history.held if held.until_on}
    begins = {held.from_on for held in history.held}
    dated = {day for day, _ in (*history.pathways, *history.areas)}
    stays = {day for stay in history.left for day in (stay.from_on, stay.until_on)}
    return ends | begins | dated | stays | set(history.children.values())


def _on(dated: Dated, day: date) -> str | None:
    found = [value for from_on, value in dated if from_on <= day]
    return found[-1] if found else None


def waits_since(stretches: Sequence[Stretch]) -> date | None:
    """The first day of the wait that still goes on; None where nobody waits."""
    since: date | None = None
    following: date | None = None
    for stretch in reversed(stretches):
        if stretch.until_on != following or not stretch.standing.waits:
            break
        since = following = stretch.from_on
    return since


def joined_first(children: Iterable[tuple[UUID, date]]) -> dict[UUID, date]:
    """Two records of one child are one child, from the day on which the first joined."""
    first: dict[UUID, date] = {}
    for child_id, joined_on in children:
        first[child_id] = min(joined_on, first.get(child_id, joined_on))
    return first


def held_to(history: History, closed_on: date | None) -> UUID | None:
    """Who held the family until its case was closed on that day; None where nobody did any more."""
    last = history.held[-1] if history.held else None
    return last.worker_id if last and last.until_on == closed_on else None
