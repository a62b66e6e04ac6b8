"""What one run of the demo carries along: the suite, the county, and what was made so far."""

import asyncio
from collections import Counter
from collections.abc import Callable, Coroutine, Iterable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from shared.auth import Role
from tools.demo.county import County
from tools.demo.suite_client import DemoStopped, Person, Suite

T = TypeVar("T")

AT_ONCE = 8
"""How many requests are under way at a time."""

ADMINISTRATOR = Person(Role.ADMINISTRATOR, "demo.administrator", "Administrator of the demo")
COUNTY_MANAGER = Person(Role.AREA_MANAGER, "programme.gareth.overbury-lane", "Gareth Overbury-Lane")
"""A manager of no one area: sees the whole county."""


class Progress:
    """Shows what is going on: bars on a terminal, lines in a log, nothing in a test."""

    def begin(self, what: str, steps: int) -> None:
        """So many steps of one kind follow."""

    def step(self) -> None:
        """One of them is done."""


@dataclass
class Run:
    """One run of the demo against one suite."""

    suite: Suite
    county: County
    progress: Progress
    made: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    statuses: Counter[str] = field(default_factory=Counter)
    """Of the referrals, as they are now."""
    story: str | None = None
    """The id of a family whose chronology has many entries."""
    over_ceiling: dict[str, Any] | None = None
    """The caseload with the most children of those over the ceiling."""
    notes: list[str] = field(default_factory=list)

    def key(self, *parts: str) -> str:
        """The `Idempotency-Key` of one thing of this county."""
        return "/".join(("demo", str(self.county.seed), *parts))


async def all_of(send: Callable[[T], Coroutine[Any, Any, None]], each_of: Iterable[T]) -> None:
    """A few at once, each to its end before another begins; the first failure ends the rest and is raised."""
    slots = asyncio.Semaphore(AT_ONCE)

    async def in_slot(each: T) -> None:
        async with slots:
            await send(each)

    try:
        async with asyncio.TaskGroup() as group:
            for each in each_of:
                group.create_task(in_slot(each))
    except* DemoStopped as stopped:
        raise stopped.exceptions[0] from None
