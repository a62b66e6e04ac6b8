"""Every example of a body that the record and the allocation of families take can be sent as the description has it."""

from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine

from tests.conftest import MakeDatabase, StartService
from tests.examples_of import Arranged, Arrangement, Example, send
from tests.service_under_test import ServiceUnderTest
from tests.services.casework.allocation.transfers_made import body_of, offered
from tests.services.casework.casework_made import a_case, a_worker
from tests.services.casework.examples import examples_in, without_example_in
from tests.services.casework.lifecycle.pathways_made import allocate, step
from tests.services.casework.record.contacts_made import a_visit, recorded

WINGS = ("record", "allocation")
OPENED = datetime(2026, 3, 2, 10, tzinfo=UTC)
DAY = datetime(2026, 3, 12, 16, tzinfo=UTC)
"""The day on which the examples are sent."""
MARIA = "maria.lopez@county.example"


async def _a_case(casework: ServiceUnderTest) -> Arranged:
    case = await a_case(casework, decided_at=OPENED)
    return Arranged(casework.as_("team_manager", sub=MARIA), {"case_id": case["id"]})


async def _a_closed_case(casework: ServiceUnderTest) -> Arranged:
    arranged = await _a_case(casework)
    sent = {"closed_on": "2026-03-11", "reason": "RC7"}
    body_of(await arranged.client.post(f"/cases/{arranged.path['case_id']}/closure", json=sent))
    return arranged


async def _a_case_with_its_child(casework: ServiceUnderTest) -> Arranged:
    case = await _with_children(casework)
    path = {"case_id": case["id"]}
    return Arranged(casework.as_("team_manager", sub=MARIA), path, {"child_id": case["child_ids"][0]})


async def _with_children(casework: ServiceUnderTest) -> dict[str, Any]:
    case = await a_case(casework, decided_at=OPENED)
    whole = body_of(await casework.as_("team_manager").get(f"/cases/{case['id']}"))
    return {**whole, "child_ids": [child["child_id"] for child in whole["children"]]}


async def _a_visit(casework: ServiceUnderTest) -> Arranged:
    case = await _with_children(casework)
    visit = await recorded(casework, case, "visits", a_visit(case))
    body, path = {"child_id": case["child_ids"][0]}, {"contact_id": visit["id"]}
    return Arranged(casework.as_("team_manager", sub=MARIA), path, body, headers={"If-Match": '"1"'})


async def _a_meeting_with_somebody_to_act(casework: ServiceUnderTest) -> Arranged:
    case = await _with_children(casework)
    visit, worker = await recorded(casework, case, "visits", a_visit(case)), await a_worker(casework)
    body = {"owner_worker_id": worker["id"], "child_id": case["child_ids"][0], "contact_id": visit["id"]}
    return Arranged(casework.as_("team_manager", sub=MARIA), {"case_id": case["id"]}, body)


async def _an_action(casework: ServiceUnderTest) -> Arranged:
    arranged = await _a_case(casework)
    sent = {"what": "Ring the school", "agreed_on": "2026-03-10", "due_on": "2026-03-20", "owner": "The school nurse"}
    action = body_of(await arranged.client.post(f"/cases/{arranged.path['case_id']}/actions", json=sent), 201)
    return Arranged(arranged.client, {"action_id": action["id"]})


async def _a_flag(casework: ServiceUnderTest) -> Arranged:
    arranged = await _a_case(casework)
    sent = {"kind": "dog", "text": "It bites", "set_on": "2026-03-03", "review_on": "2026-06-01"}
    flag = body_of(await arranged.client.post(f"/cases/{arranged.path['case_id']}/flags", json=sent), 201)
    return Arranged(arranged.client, {"flag_id": flag["id"]})


async def _a_case_and_a_worker_on_leave(casework: ServiceUnderTest) -> Arranged:
    arranged, worker = await _a_case(casework), await _another_worker(casework)
    leave = {"kind": "annual", "from_on": "2026-03-09", "last_on": "2026-03-13"}
    body_of(await arranged.client.post(f"/workers/{worker['id']}/absences", json=leave), 201)
    return Arranged(arranged.client, arranged.path, {"worker_id": worker["id"]})


async def _another_worker(casework: ServiceUnderTest) -> dict[str, Any]:
    return await a_worker(casework, name="Bea", subject="bea", joined_on="2026-01-05")


async def _a_key_worker(casework: ServiceUnderTest, **changes: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    case = await a_case(casework, decided_at=OPENED, **changes)
    return case, await allocate(casework, case, joined_on="2026-01-05")


async def _a_key_worker_and_a_lead_professional(casework: ServiceUnderTest) -> Arranged:
    case, _ = await _a_key_worker(casework, outcome="thriving_families")
    await step(casework, case, "early_help", from_on="2026-03-05")
    client = casework.as_("team_manager", sub=MARIA)
    member = {"name": "Ann Teacher", "role": "Head of year", "organisation": "Larkmead School", "lead": True}
    team = {"members": [member], "consent": {"given_by": "Mother", "given_on": "2026-03-05"}}
    made = await client.post(f"/cases/{case['id']}/team-around-the-family", json=team)
    assert made.is_success, made.text
    return Arranged(client, {"case_id": case["id"]})


async def _a_key_worker_and_another(casework: ServiceUnderTest) -> Arranged:
    case, _ = await _a_key_worker(casework)
    other = await _another_worker(casework)
    return Arranged(casework.as_("area_manager", sub=MARIA), {"case_id": case["id"]}, {"worker_id": other["id"]})


async def _an_offer(casework: ServiceUnderTest) -> Arranged:
    case, _ = await _a_key_worker(casework)
    offer = await offered(casework, case, await _another_worker(casework))
    return Arranged(casework.as_("area_manager", sub=MARIA), {"transfer_id": offer["id"]})


async def _a_caseload(casework: ServiceUnderTest) -> Arranged:
    _, worker = await _a_key_worker(casework)
    await _another_worker(casework)
    return Arranged(casework.as_("area_manager", sub=MARIA), {"worker_id": worker["id"]})


ARRANGEMENTS: dict[str, Arrangement] = {
    "POST /v1/cases/{case_id}/visits": _a_case_with_its_child,
    "POST /v1/cases/{case_id}/calls": _a_case,
    "POST /v1/cases/{case_id}/meetings": _a_case,
    "POST /v1/cases/{case_id}/notes": _a_case,
    "POST /v1/cases/{case_id}/supervisions": _a_case,
    "POST /v1/cases/{case_id}/oversights": _a_case,
    "POST /v1/cases/{case_id}/closing-summary": _a_closed_case,
    "PUT /v1/contacts/{contact_id}": _a_visit,
    "POST /v1/cases/{case_id}/actions": _a_meeting_with_somebody_to_act,
    "POST /v1/actions/{action_id}/completion": _an_action,
    "POST /v1/actions/{action_id}/cancellation": _an_action,
    "POST /v1/actions/{action_id}/due-day": _an_action,
    "POST /v1/cases/{case_id}/flags": _a_case,
    "POST /v1/flags/{flag_id}/review": _a_flag,
    "POST /v1/cases/{case_id}/allocation": _a_case_and_a_worker_on_leave,
    "POST /v1/cases/{case_id}/allocation/ending": _a_key_worker_and_a_lead_professional,
    "POST /v1/cases/{case_id}/move": _a_case,
    "POST /v1/cases/{case_id}/transfers": _a_key_worker_and_another,
    "POST /v1/transfers/{transfer_id}/acceptance": _an_offer,
    "POST /v1/transfers/{transfer_id}/rejection": _an_offer,
    "POST /v1/transfers/{transfer_id}/revocation": _an_offer,
    "POST /v1/workers/{worker_id}/caseload-transfer": _a_caseload,
}


def test_every_body_has_an_example_and_an_arrangement() -> None:
    assert without_example_in(*WINGS) == []
    assert {example.route for example in examples_in(*WINGS)} == set(ARRANGEMENTS)


@pytest.mark.parametrize("example", examples_in(*WINGS), ids=str)
async def test_an_example_can_be_sent(example: Example, start: StartService, make_sqlite: MakeDatabase) -> None:
    with time_machine.travel(DAY, tick=True):
        casework = await start("casework", make_sqlite("casework"))
        answer = await send(example, await ARRANGEMENTS[example.route](casework))
    assert answer.is_success, answer.text
