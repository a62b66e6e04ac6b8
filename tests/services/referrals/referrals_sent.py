"""Referrals as they are sent, with made-up people."""

from typing import Any

import httpx

from tests.service_under_test import ServiceUnderTest


def a_referral(**changes: Any) -> dict[str, Any]:
    """A referral as a school sends it; `changes` replace its parts."""
    return {
        "referrer": {
            "name": "Amina Osei",
            "role": "Designated safeguarding lead",
            "organisation": "Larkmead School",
            "source": "2A",
            "email": "dsl@larkmead.example",
            "phone": "01235 520141",
        },
        "address": {"lines": ["12 Ock Street"], "postcode": "OX14 1AB"},
        "children": [a_child()],
        "adults": [{"given_name": "Petronella", "family_name": "Quillfeather", "relationship": "mother"}],
        "concerns": ["neglect"],
        "needs": ["school_attendance"],
        "narrative": "Barnabas comes to school hungry.",
        "immediate_danger": False,
        "consent": {"given": True},
        **changes,
    }


def a_child(**changes: Any) -> dict[str, Any]:
    return {
        "given_name": "Barnabas",
        "family_name": "Quillfeather",
        "date_of_birth": "2016-05-04",
        "sex": "M",
        "ethnicity": "WBRI",
        **changes,
    }


def a_decision(**changes: Any) -> dict[str, Any]:
    """Most tests refer the same made-up child more than once, and are about something else than matches."""
    return {
        "outcome": "assessment",
        "level": 3,
        "reason": "Needs an assessment",
        "primary_need": "N1",
        "unanswered_matches_reason": "Another child of that name in another test",
        **changes,
    }


async def submitted(referrals: ServiceUnderTest, **changes: Any) -> dict[str, Any]:
    """The receipt of a referral that the MASH entered."""
    return await answered(await referrals.as_("mash_practitioner").post("/referrals", json=a_referral(**changes)))


async def rated(referrals: ServiceUnderTest, rating: str = "amber", **changes: Any) -> dict[str, Any]:
    """The receipt of a referral that Maria rated."""
    sent = await submitted(referrals, **changes)
    client = referrals.as_("mash_practitioner", sub="maria")
    await answered(await client.post(f"/referrals/{sent['id']}/rating", json={"rating": rating, "reason": "r"}), 200)
    return sent


async def answered(answer: httpx.Response, status: int = 201) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    body: dict[str, Any] = answer.json()
    return body


def fields_of(answer: httpx.Response) -> list[str]:
    """The places that a refusal names."""
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    return [error["field"] for error in answer.json()["errors"]]
