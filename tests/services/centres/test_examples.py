"""Every example of a body in the centres service's description is sent, and taken."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import time_machine
from sqlalchemy import update

from services.centres.timetable.models import TimetableSession
from shared import clock
from tests.examples_of import Arranged, Arrangement, Example, examples_of, send, without_example
from tests.service_under_test import ServiceUnderTest
from tests.services.centres.centres_made import a_case_opened, session_of

DAY = "2026-09-10T08:00:00Z"
"""A day before those that the examples name."""
EXAMPLES: dict[str, Any] = {example.route: example.body for example in examples_of("centres")}
BOOKING = "POST /v1/sessions/{session_id}/bookings"
ATTENDANCE = "POST /v1/sessions/{session_id}/attendance"


async def _a_coordinator(centres: ServiceUnderTest) -> Arranged:
    return Arranged(centres.as_("centre_coordinator", area="north"))


async def _a_key_worker_of_the_family(centres: ServiceUnderTest) -> Arranged:
    family = EXAMPLES[BOOKING]
    await centres.deliver(a_case_opened(family_id=UUID(family["family_id"]), child_ids=[UUID(family["child_id"])]))
    return Arranged(centres.as_("family_support_worker"), path={"session_id": await session_of(centres)})


async def _a_coordinator_after_a_session(centres: ServiceUnderTest) -> Arranged:
    came, stayed_away = EXAMPLES[ATTENDANCE]["families"]
    await centres.deliver(
        a_case_opened(family_id=UUID(came["family_id"]), child_ids=[UUID(each) for each in came["child_ids"]])
    )
    await centres.deliver(a_case_opened(family_id=UUID(stayed_away["family_id"])))
    session_id = await session_of(centres)
    booking = {"family_id": stayed_away["family_id"]}
    booked = await centres.as_("social_worker").post(f"/sessions/{session_id}/bookings", json=booking)
    assert booked.status_code == 201, booked.text
    async with centres.database.begin() as session:
        an_hour_ago = clock.now() - timedelta(hours=1)
        await session.execute(update(TimetableSession).values(starts_at=an_hour_ago, ends_at=clock.now()))
    return Arranged(centres.as_("centre_coordinator", area="north"), path={"session_id": session_id})


async def _anybody(centres: ServiceUnderTest) -> Arranged:
    return Arranged(centres.as_("referrer"))


async def _a_duty_worker_and_a_crisis(centres: ServiceUnderTest) -> Arranged:
    raised = await centres.as_("referrer").post("/crises", json=EXAMPLES["POST /v1/crises"])
    return Arranged(centres.as_("social_worker", area="south"), path={"crisis_id": raised.json()["id"]})


ARRANGEMENTS: dict[str, Arrangement] = {
    "POST /v1/activities": _a_coordinator,
    BOOKING: _a_key_worker_of_the_family,
    ATTENDANCE: _a_coordinator_after_a_session,
    "POST /v1/crises": _anybody,
    "POST /v1/crises/{crisis_id}/acknowledgement": _a_duty_worker_and_a_crisis,
}


def test_every_body_has_an_example_and_an_arrangement() -> None:
    assert without_example("centres") == []
    assert set(EXAMPLES) == set(ARRANGEMENTS)


@pytest.mark.parametrize("example", examples_of("centres"), ids=str)
async def test_an_example_can_be_sent(centres: ServiceUnderTest, example: Example) -> None:
    with time_machine.travel(DAY, tick=True):
        answer = await send(example, await ARRANGEMENTS[example.route](centres))
    assert answer.is_success, answer.text
