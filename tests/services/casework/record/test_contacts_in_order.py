"""Where a contact without a time stands in the chronology, on SQLite and on PostgreSQL."""

from datetime import datetime
from typing import Any

import time_machine

from shared.clock import LONDON
from tests.service_under_test import ServiceUnderTest
from tests.services.casework.casework_made import a_case
from tests.services.casework.lifecycle.pathways_made import done

BEFORE = ("referral_accepted", "case_opened", "referral_submitted")


def _at(instant: str) -> time_machine.travel:
    return time_machine.travel(datetime.fromisoformat(instant).replace(tzinfo=LONDON), tick=True)


async def _story(casework: ServiceUnderTest, case: dict[str, Any]) -> list[str]:
    """The kinds of its entries, oldest first."""
    items = (await casework.as_("team_manager").get(f"/families/{case['family_id']}/chronology")).json()["items"]
    return [each["kind"] for each in reversed(items) if each["kind"] not in BEFORE]


async def test_a_contact_without_a_time_stands_where_it_was_recorded_that_day(casework: ServiceUnderTest) -> None:
    with _at("2026-03-02T09:00"):
        case = await a_case(casework)
    path = f"/cases/{case['id']}"
    with _at("2026-03-10T09:30"):
        note = await done(casework, f"{path}/notes", happened_on="2026-03-10", text="The school rang")
        assert note["happened_at"] is None
    with _at("2026-03-10T10:00"):
        await done(casework, f"{path}/calls", happened_at="2026-03-10T09:50:00Z", text="Rang back")
    with _at("2026-03-10T17:00"):
        await done(casework, f"{path}/meetings", happened_on="2026-03-10", text="At the school")
        sent = {"happened_on": "2026-03-10", "text": "The school rang twice", "reason": "Left out"}
        client = casework.as_("team_manager")
        amended = await client.put(f"/contacts/{note['id']}", json=sent, headers={"If-Match": '"1"'})
        assert amended.status_code == 200, amended.text
        assert await _story(casework, case) == ["contact_note", "contact_call", "contact_meeting"]


async def test_a_note_of_the_day_of_the_closing_comes_after_it(casework: ServiceUnderTest) -> None:
    with _at("2026-03-02T09:00"):
        case = await a_case(casework)
    path = f"/cases/{case['id']}"
    with _at("2026-03-10T15:00"):
        await done(casework, f"{path}/closure", closed_on="2026-03-10", reason="RC7")
    with _at("2026-03-12T09:00"):
        await done(casework, f"{path}/notes", happened_on="2026-03-10", text="The mother rang after the letter")
        await done(casework, f"{path}/calls", happened_on="2026-03-10", text="Before the closing")
        await done(casework, f"{path}/closing-summary", happened_on="2026-03-10", text="Ella is well")
        story = ["contact_call", "case_closed", "contact_note", "contact_closing_summary"]
        assert await _story(casework, case) == story
