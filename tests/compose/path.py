"""The steps of a family's path, each taken from outside, through the gateway."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import httpx

from tests.compose.installation import Installation
from tests.eventually import eventually

PROMPTLY = 3.0
"""Seconds within which a referral is taken in, whatever is down elsewhere."""
AFTER_RETRIES = 180.0
"""Seconds for the first two steps of the ladder of retries, 10 s and 1 min, with some to spare."""
LONDON = ZoneInfo("Europe/London")

Thing = dict[str, Any]
_days_ahead = count(1)


@dataclass
class Outside:
    """People with their tokens in front of the gateway."""

    installation: Installation
    http: httpx.AsyncClient

    async def ask(self, role: str, method: str, path: str, body: Thing | None = None, **headers: str) -> httpx.Response:
        headers["Authorization"] = f"Bearer {self.installation.token(role)}"
        return await self.http.request(method, path, json=body, headers=headers)

    async def get(self, role: str, path: str) -> Any:
        answer = await self.ask(role, "GET", path)
        assert answer.status_code == 200, f"{path}: {answer.status_code} {answer.text}"
        return answer.json()

    async def post(self, role: str, path: str, body: Thing) -> Any:
        answer = await self.ask(role, "POST", path, body)
        assert answer.status_code == 201, f"{path}: {answer.status_code} {answer.text}"
        return answer.json()

    async def refused(self, role: str, path: str, body: Thing) -> tuple[int, str]:
        """The status and the code of the problem with which a POST is refused."""
        answer = await self.ask(role, "POST", path, body)
        assert answer.headers["Content-Type"] == "application/problem+json", answer.text
        return answer.status_code, answer.json()["code"]

    # The front door.

    async def make_referral(self) -> Thing:
        """A school refers a family with one child; sent twice with one key, it is one referral."""
        key = str(uuid4())
        first = await self.ask("referrer", "POST", "/referrals/v1/referrals", a_referral(), **{"Idempotency-Key": key})
        assert first.status_code == 201, first.text
        assert first.elapsed.total_seconds() < PROMPTLY
        again = await self.ask("referrer", "POST", "/referrals/v1/referrals", a_referral(), **{"Idempotency-Key": key})
        assert (again.status_code, again.json()) == (201, first.json())
        made: Thing = first.json()
        return made

    async def rate(self, referral: Thing) -> None:
        body = {"rating": "amber", "reason": "Neglect, no immediate danger"}
        rated = await self.ask("mash_practitioner", "POST", f"/referrals/v1/referrals/{referral['id']}/rating", body)
        assert rated.is_success, rated.text

    async def accept(self, referral: Thing) -> None:
        """The MASH decides on an assessment, promptly."""
        body = {"outcome": "assessment", "level": 3, "reason": "Needs an assessment", "primary_need": "N1"}
        body["unanswered_matches_reason"] = "Every run refers a child of this name"
        decided = await self.ask("mash_manager", "POST", f"/referrals/v1/referrals/{referral['id']}/decision", body)
        assert decided.is_success, decided.text
        assert decided.elapsed.total_seconds() < PROMPTLY
        assert (await self.get("mash_practitioner", f"/referrals/v1/referrals/{referral['id']}"))[
            "status"
        ] == "accepted"

    async def accepted_referral(self) -> Thing:
        referral = await self.make_referral()
        await self.rate(referral)
        await self.accept(referral)
        return referral

    # Casework.

    async def case_of(self, referral: Thing) -> Thing | None:
        """The case that waits for a key worker; None while there is none, or casework does not answer."""
        answer = await self.ask("team_manager", "GET", "/casework/v1/cases?unallocated=true&limit=200")
        if answer.status_code != 200:
            return None
        return next((case for case in answer.json()["items"] if case["referral_id"] == referral["id"]), None)

    async def opened_case(self, referral: Thing, within: float = 30.0) -> Thing:
        case = await eventually(lambda: self.case_of(referral), within)
        assert (case["area"], case["family_id"]) == (referral["area"], referral["family_id"])
        return case

    async def take_on_worker(self, area: str, fte: float) -> Thing:
        worker: Thing = await self.post(
            "team_manager",
            "/casework/v1/workers",
            {
                "name": "Rosalind Achterberg",
                "role": "social_worker",
                "area": area,
                "team": f"{area}-1",
                "fte": fte,
                "registration_number": f"SW{uuid4().int % 1_000_000:06}",
            },
        )
        return worker

    async def allocate(self, case: Thing, worker: Thing, **more: str) -> Thing:
        made: Thing = await self.post("team_manager", f"/casework/v1/cases/{case['id']}/allocation", to(worker, **more))
        return made

    async def caseload_of(self, worker: Thing) -> Thing:
        caseloads = await self.get("team_manager", f"/casework/v1/caseloads?by=worker&area={worker['area']}&limit=200")
        return next(each for each in caseloads["items"] if each["worker_id"] == worker["id"])

    # Centres.

    async def schedule_session(self, postcode: str) -> Thing:
        """A targeted session at the centre nearest to the family, on a day that no other has."""
        centre = (await self.get("referrer", f"/centres/v1/centres/nearest?postcode={postcode}"))["centre"]
        day = datetime.now(LONDON).date() + timedelta(days=next(_days_ahead))
        activity = await self.post(
            "centre_coordinator",
            "/centres/v1/activities",
            {
                "centre_id": centre["id"],
                "room_id": centre["rooms"][0]["id"],
                "title": "Stay and play",
                "audience": "targeted",
                "provider": "council",
                "starts_at": f"{day}T10:00:00",
                "minutes": 90,
                "capacity": 8,
            },
        )
        session: Thing = activity["sessions"][0]
        return session

    async def book(self, session: Thing, family_id: str) -> httpx.Response:
        return await self.ask(
            "social_worker", "POST", f"/centres/v1/sessions/{session['id']}/bookings", {"family_id": family_id}
        )

    async def booking_accepted(self, session: Thing, family_id: str, within: float = 30.0) -> None:
        """Centres learn from an event that the family is open, so the first answers may be refusals."""

        async def is_accepted() -> bool:
            answer = await self.book(session, family_id)
            assert answer.status_code in (201, 403), answer.text
            return answer.status_code == 201

        await eventually(is_accepted, within)

    # Governance.

    async def agenda_of_next_core_group(self) -> list[Thing]:
        body = await self._core_group()
        meetings = (await self.get("governance_officer", f"/governance/v1/bodies/{body['id']}/meetings"))["items"]
        path = f"/governance/v1/meetings/{meetings[0]['id']}/agenda"
        items: list[Thing] = (await self.get("governance_officer", path))["items"]
        return items

    async def decide_ceiling(self, children: int) -> Thing:
        """The Core Group, called together for today, approves a new caseload ceiling."""
        body = await self._core_group()
        today = datetime.now(LONDON).date().isoformat()
        meeting = await self.post(
            "governance_officer",
            f"/governance/v1/bodies/{body['id']}/meetings",
            {"held_on": today, "reason": "The ceiling does not fit the work"},
        )
        proposal: Thing = await self.post(
            "area_manager",
            "/governance/v1/proposals",
            {
                "title": "A higher ceiling",
                "summary": "For a month",
                "kind": "staffing",
                "impact": {"service_detail": True},
                "effect": {"kind": "set_caseload_ceiling", "children": children},
            },
        )
        assert [(step["body"], step["role"]) for step in proposal["route"]] == [("core_group", "decides")]
        await self.post(
            "governance_officer",
            f"/governance/v1/meetings/{meeting['id']}/decisions",
            {"proposal_id": proposal["id"], "outcome": "approved", "reason": "For a month", "present": ["The chair"]},
        )
        return proposal

    async def is_in_force(self, proposal: Thing) -> bool:
        shown = await self.get("governance_officer", f"/governance/v1/proposals/{proposal['id']}")
        return bool(shown["state"] == "in_force")

    async def _core_group(self) -> Thing:
        bodies = (await self.get("governance_officer", "/governance/v1/bodies?limit=200"))["items"]
        return next(body for body in bodies if body["key"] == "core_group")


@asynccontextmanager
async def outside(installation: Installation) -> AsyncIterator[Outside]:
    async with httpx.AsyncClient(base_url=installation.url, timeout=30) as http:
        yield Outside(installation, http)


POSTCODE = "OX14 1AB"


def a_referral() -> Thing:
    return {
        "referrer": {
            "name": "Amina Osei",
            "role": "Designated safeguarding lead",
            "organisation": "Larkmead School",
            "source": "2A",
            "email": "dsl@larkmead.example",
        },
        "address": {"lines": ["12 Ock Street"], "postcode": POSTCODE},
        "children": [
            {"given_name": "Barnabas", "family_name": "Quillfeather", "date_of_birth": "2016-05-04", "sex": "M"}
        ],
        "concerns": ["neglect"],
        "narrative": "Barnabas comes to school hungry.",
        "consent": {"given": True},
    }


def to(worker: Thing, **more: str) -> Thing:
    return {"worker_id": worker["id"], **more}
