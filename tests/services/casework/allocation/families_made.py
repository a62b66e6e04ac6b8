"""Families and workers of every kind, for what is to hold of all of them."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from hypothesis import strategies as st

from services.casework.allocation.allocations.rules import Candidate, Family
from services.casework.workforce.workers.rules import NEEDS_REGISTRATION

AREAS = st.sampled_from(["north", "central", "south"])
PATHWAYS = st.sampled_from(["early_help", "thriving_families", *sorted(NEEDS_REGISTRATION)])
IDS = st.integers(1, 9).map(lambda number: UUID(int=number))
CANDIDATES = st.lists(
    st.builds(
        Candidate,
        worker_id=IDS,
        name=st.sampled_from(["Ann", "Ben"]),
        role=st.sampled_from(["social_worker", "family_support_worker", "team_manager"]),
        registration_number=st.none() | st.just("SW1"),
        area=AREAS,
        team=st.none(),
        fte=st.just(Decimal(1)),
        children=st.integers(0, 17),
        ceiling=st.sampled_from([Decimal(16), Decimal("9.60"), Decimal("1.60")]),
        in_post=st.booleans(),
        leaves_on=st.none() | st.just(date(2026, 3, 1)),
        on_leave=st.booleans(),
        on_leave_until=st.none(),
        in_scope=st.booleans(),
    ),
    max_size=6,
    unique_by=lambda each: each.worker_id,
)
FAMILIES = st.builds(
    Family,
    pathway=PATHWAYS,
    area=st.none() | AREAS,
    children=st.integers(0, 6),
    held_by=st.lists(IDS, max_size=3),
    knew_until=st.dictionaries(IDS, st.dates(date(2026, 1, 1), date(2026, 1, 3)), max_size=3),
    kept_out=st.frozensets(IDS, max_size=2),
)
