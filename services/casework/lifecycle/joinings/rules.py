"""Whether two cases are of one family, and on which pathway they go on as one."""

from collections.abc import Set
from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class Known:
    """By what a case is known: the ids of its family, and its children by the ids that they answer to."""

    families: Set[UUID]
    children: Set[UUID]


def are_one_family(one: Known, other: Known) -> bool:
    """Two cases are of one family where they share an id of it, or a child."""
    return bool(one.families & other.families or one.children & other.children)
