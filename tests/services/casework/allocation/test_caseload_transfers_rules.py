"""Who gets which family of a worker, by property."""

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from services.casework.allocation.allocations.rules import Candidate, Family, obstacles_to
from services.casework.allocation.caseload_transfers.rules import assign
from tests.services.casework.allocation.families_made import CANDIDATES, FAMILIES


@given(
    families=st.dictionaries(st.integers(1, 99).map(lambda number: UUID(int=number)), FAMILIES, max_size=6),
    candidates=CANDIDATES,
    over=st.booleans(),
)
def test_families_are_assigned_without_passing_a_ceiling_or_an_obstacle(
    families: dict[UUID, Family], candidates: list[Candidate], over: bool
) -> None:
    plan = assign(families, candidates, over_ceiling=over)
    assert sorted(each.case_id for each in plan) == sorted(families)
    assert assign(dict(reversed(families.items())), candidates[::-1], over_ceiling=over) == plan
    held = {each.worker_id: each.children for each in candidates}
    for each in plan:
        if each.placed:
            assert each.best
            assert not each.best.obstacles
            held[each.best.candidate.worker_id] += each.family.children
            assert held[each.best.candidate.worker_id] == each.best.would_hold
            assert over or each.best.would_hold <= each.best.candidate.ceiling
        else:
            # Nobody without an obstacle had room at that moment, or, over the ceiling, there was nobody at all.
            free = [who for who in candidates if not obstacles_to(who, each.family)]
            assert not [who for who in free if over or held[who.worker_id] + each.family.children <= who.ceiling]
