"""Every example of a body in the governance service's description is sent, and taken."""

import pytest
import time_machine

from tests.examples_of import Arranged, Arrangement, Example, examples_of, send, without_example
from tests.service_under_test import ServiceUnderTest
from tests.services.governance.boards import body_id_of, meeting_today, proposed

DAY = "2026-09-10T08:00:00Z"
"""A Thursday before the days that the examples name."""


async def _an_officer_and_a_body(governance: ServiceUnderTest) -> Arranged:
    path = {"body_id": await body_id_of(governance, "core_group")}
    return Arranged(governance.as_("governance_officer"), path=path)


async def _a_manager(governance: ServiceUnderTest) -> Arranged:
    return Arranged(governance.as_("area_manager"))


async def _an_officer_and_a_meeting_with_a_proposal(governance: ServiceUnderTest) -> Arranged:
    proposal, meeting = await proposed(governance), await meeting_today(governance)
    officer = governance.as_("governance_officer")
    return Arranged(officer, path={"meeting_id": meeting["id"]}, body={"proposal_id": proposal["id"]})


ARRANGEMENTS: dict[str, Arrangement] = {
    "POST /v1/bodies/{body_id}/meetings": _an_officer_and_a_body,
    "POST /v1/bodies/{body_id}/members": _an_officer_and_a_body,
    "POST /v1/proposals": _a_manager,
    "POST /v1/meetings/{meeting_id}/decisions": _an_officer_and_a_meeting_with_a_proposal,
}


def test_every_body_has_an_example_and_an_arrangement() -> None:
    assert without_example("governance") == []
    assert {example.route for example in examples_of("governance")} == set(ARRANGEMENTS)


@pytest.mark.parametrize("example", examples_of("governance"), ids=str)
async def test_an_example_can_be_sent(governance: ServiceUnderTest, example: Example) -> None:
    with time_machine.travel(DAY, tick=True):
        answer = await send(example, await ARRANGEMENTS[example.route](governance))
    assert answer.is_success, answer.text
