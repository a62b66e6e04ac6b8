"""What several journeys do on their way: a session to book, the case that opened, the next agenda of the Core Group."""

from datetime import timedelta
from typing import Any

from shared import clock
from tests.journeys.running_suite import Caller


def case_of(manager: Caller, family_id: str) -> Any:
    """The family's open case, once there is one."""
    cases = manager.get("/casework/v1/cases", limit="200")["items"]
    return next((case for case in cases if case["family_id"] == family_id), None)


def a_targeted_session(coordinator: Caller) -> str:
    """The id of one a week from now."""
    centre = coordinator.get("/centres/v1/centres/nearest", postcode="OX14 1AB")["centre"]
    activity = {
        **{"centre_id": centre["id"], "room_id": centre["rooms"][0]["id"], "title": "Cooking together"},
        **{"audience": "targeted", "provider": "council", "minutes": 60, "capacity": 8},
        "starts_at": f"{clock.today() + timedelta(days=7)}T10:00:00",
    }
    return str(coordinator.post("/centres/v1/activities", activity)["sessions"][0]["id"])


def is_booked(coordinator: Caller, session_id: str, family_id: str) -> bool:
    """Whether the session takes the family, which is to be open to the service by then."""
    path = f"/centres/v1/sessions/{session_id}/bookings"
    return coordinator.status_of_post(path, {"family_id": family_id}) == 201


def agenda_of_core_group(manager: Caller) -> list[dict[str, Any]]:
    """Of its next meeting."""
    bodies = manager.get("/governance/v1/bodies", limit="200")["items"]
    [core_group] = [body for body in bodies if body["key"] == "core_group"]
    [meeting] = manager.get(f"/governance/v1/bodies/{core_group['id']}/meetings", limit="1")["items"]
    items: list[dict[str, Any]] = manager.get(f"/governance/v1/meetings/{meeting['id']}/agenda")["items"]
    return items
