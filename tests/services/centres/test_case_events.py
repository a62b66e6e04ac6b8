"""Which families may come to targeted sessions follows from casework's events, in whatever order they come."""

from itertools import permutations
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.centres.bookings.queries import children_open
from services.centres.bookings.rules import is_open_on
from shared import clock
from shared.contracts.casework import (
    CaseClosed,
    CaseImported,
    CaseOpened,
    CasePathwayChanged,
    CaseReferralJoined,
    CaseReopened,
    Pathway,
)
from shared.contracts.event import Event
from tests.service_under_test import ServiceUnderTest

ELDER, YOUNGER = uuid4(), uuid4()


def _event_of(event: type[Event], pathway: Pathway, *child_ids: UUID, **more: Any) -> Event:
    """One of casework's events; the test adds of which case."""
    about: dict[str, Any] = {"case_id": uuid4(), "family_id": uuid4(), "area": "north"}
    about["child_ids"] = child_ids or (ELDER,)
    days = ("opened_on", "joined_on", "changed_on", "closed_on", "reopened_on")
    dated = {name: clock.today() for name in days if name in event.model_fields}
    return event(**about, pathway=pathway, **dated, **more)


OPENED = _event_of(CaseOpened, "thriving_families", referral_id=uuid4())
JOINED = _event_of(CaseReferralJoined, "child_in_need", ELDER, YOUNGER, referral_id=uuid4())
STEPPED_DOWN = _event_of(CasePathwayChanged, "early_help", ELDER, YOUNGER, pathway_before="child_in_need")
STEPPED_UP = _event_of(CasePathwayChanged, "child_in_need", ELDER, YOUNGER, pathway_before="early_help")
CLOSED = _event_of(CaseClosed, "child_in_need", closure="RC7")
REOPENED = _event_of(CaseReopened, "thriving_families")


@given(st.sampled_from(["thriving_families", "child_in_need", "child_protection", "court", "early_help"]))
def test_a_family_is_open_to_the_service_unless_a_lead_professional_holds_it(pathway: str) -> None:
    assert is_open_on(pathway) == (pathway != "early_help")


async def _open(centres: ServiceUnderTest, family_id: UUID) -> frozenset[UUID] | None:
    async with centres.database.read() as session:
        return await children_open(session, family_id)


@pytest.mark.parametrize(
    ("events", "children"),
    [
        ([OPENED], {ELDER}),
        ([_event_of(CaseImported, "child_in_need")], {ELDER}),
        ([_event_of(CaseOpened, "early_help", referral_id=uuid4())], None),
        ([OPENED, JOINED], {ELDER, YOUNGER}),
        ([OPENED, JOINED, STEPPED_DOWN], None),
        ([OPENED, STEPPED_DOWN, STEPPED_UP], {ELDER, YOUNGER}),
        ([OPENED, CLOSED], None),
        ([OPENED, CLOSED, REOPENED], {ELDER}),
    ],
    ids=["opened", "imported", "early help", "joined", "stepped down", "stepped up", "closed", "reopened"],
)
async def test_what_was_told_last_holds_in_whatever_order_it_comes(
    centres: ServiceUnderTest, events: list[Event], children: set[UUID] | None
) -> None:
    for order in permutations(enumerate(events, start=1)):
        one = {"case_id": uuid4(), "family_id": uuid4()}
        for number, event in order:
            await centres.deliver(event.model_copy(update=one), sequence=number)
        assert await _open(centres, one["family_id"]) == children
