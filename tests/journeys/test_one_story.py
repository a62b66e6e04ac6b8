"""A family's way through all four services, read afterwards as one story."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from services.centres.timetable.models import TimetableSession
from shared import clock
from shared.database import Database
from tests.eventually import eventually
from tests.journeys.running_suite import Caller, RunningSuite, running
from tests.journeys.walked import a_targeted_session, agenda_of_core_group, case_of, is_booked
from tests.services.referrals.referrals_sent import a_child, a_decision, a_referral

STORY = [
    ("centres", "crisis_raised"),
    ("centres", "session_attendance"),
    ("casework", "case_allocated"),
    ("casework", "case_opened"),
    ("referrals", "referral_accepted"),
    ("referrals", "referral_rated"),
    ("governance", "issue_tabled"),
    ("referrals", "referral_decision_overdue"),
    ("referrals", "referral_submitted"),
]


@pytest.mark.timeout(180)
async def test_one_child_has_one_story_from_four_services(suite: RunningSuite) -> None:
    with running(suite):
        mash, manager = suite.as_("mash_manager"), suite.as_("area_manager")
        referral = _referred_ten_days_ago(mash)
        suite.kill()
        suite.start()  # its timers look at once for what is overdue
        await eventually(lambda: _is_on_agenda(manager, referral["id"]), within=60)
        mash.post(f"/referrals/v1/referrals/{referral['id']}/rating", {"rating": "red", "reason": "r"})
        mash.post(f"/referrals/v1/referrals/{referral['id']}/decision", a_decision())
        case = await eventually(lambda: case_of(manager, referral["family_id"]), within=60)
        worker = {"name": "Rosalind Achebe", "role": "social_worker", "area": "south", "registration_number": "SW12345"}
        chosen = manager.post("/casework/v1/workers", worker)
        manager.post(f"/casework/v1/cases/{case['id']}/allocation", {"worker_id": chosen["id"]})
        coordinator = suite.as_("centre_coordinator")
        session_id = a_targeted_session(coordinator)
        await eventually(lambda: is_booked(coordinator, session_id, referral["family_id"]), within=60)
        await _begin(suite)
        child_id = referral["children"][0]["child_id"]
        came = {"family_id": referral["family_id"], "attended": True, "child_ids": [child_id]}
        coordinator.post(f"/centres/v1/sessions/{session_id}/attendance", {"families": [came]})
        crisis = {"narrative": "They were thrown out", "family_id": referral["family_id"], "child_ids": [child_id]}
        coordinator.post("/centres/v1/crises", crisis)
        path = f"/casework/v1/children/{child_id}/chronology"
        story = await eventually(lambda: _whole(manager.get(path)["items"]), within=60)
        assert [(entry["source"], entry["kind"]) for entry in story] == STORY
        assert manager.get(f"/casework/v1/families/{referral['family_id']}/chronology")["items"] == story
        assert {entry["source"] for entry in story} == {"referrals", "casework", "centres", "governance"}


def _referred_ten_days_ago(mash: Caller) -> Any:
    received_at = (clock.now() - timedelta(days=10)).isoformat()
    sent = a_referral(received_at=received_at, children=[a_child()])
    return mash.post("/referrals/v1/referrals", sent)


def _is_on_agenda(manager: Caller, referral_id: str) -> bool:
    return any(item.get("referral_id") == referral_id for item in agenda_of_core_group(manager))


async def _begin(suite: RunningSuite) -> None:
    """The day of the session has come."""
    url = suite.environment.get("CENTRES_DATABASE_URL") or f"sqlite+aiosqlite:///{suite.output.parent}/centres.sqlite"
    database = Database(url)
    async with database.begin() as session:
        await session.execute(update(TimetableSession).values(starts_at=clock.now()))
    await database.close()


def _whole(story: list[Any]) -> list[Any] | None:
    return story if len(story) >= len(STORY) else None
