"""Children in the index, each by a referral of their own, and what the front door's calls answer about them."""

from typing import Any

import httpx

from tests.service_under_test import ServiceUnderTest
from tests.services.referrals.referrals_sent import a_child, a_referral

MOVED = {"lines": ["1 Broad Walk"], "postcode": "OX26 6JU"}


async def referred(referrals: ServiceUnderTest, *children: dict[str, Any], **changes: Any) -> tuple[str, list[str]]:
    """A referral's id and its children's."""
    sent = a_referral(children=[a_child(**child) for child in children or ({},)], **changes)
    answer = await referrals.as_("referrer", organisation="Larkmead School").post("/referrals", json=sent)
    assert answer.status_code == 201, answer.text
    return answer.json()["id"], [child["child_id"] for child in answer.json()["children"]]


async def search(referrals: ServiceUnderTest, role: str = "mash_practitioner", **asked: Any) -> list[dict[str, Any]]:
    answer = await referrals.as_(role, sub=role).post("/people/search", json=asked)
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


async def merge(referrals: ServiceUnderTest, surviving: str, merged: str, **claims: str) -> httpx.Response:
    sent = {"surviving_child_id": surviving, "merged_child_id": merged, "reason": "The school confirms it"}
    return await referrals.as_("mash_manager", **claims).post("/merges", json=sent)


async def shown_child(referrals: ServiceUnderTest, child_id: str, role: str = "mash_manager") -> httpx.Response:
    return await referrals.as_(role, sub=role).get(f"/children/{child_id}", headers={"Access-Reason": "matching"})
