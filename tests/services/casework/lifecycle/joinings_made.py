"""Two open cases of one family, and their joining, as tests need them."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from shared import clock
from shared.contracts.referrals import ChildMerged, ChildUnmerged
from tests.service_under_test import ServiceUnderTest
from tests.services.casework.casework_made import a_case
from tests.services.casework.lifecycle.pathways_made import done

REASON = "Recorded twice: the school and the surgery mean one family"


def merged(child_id: UUID, into: UUID) -> ChildMerged:
    return ChildMerged(merge_id=uuid4(), surviving_child_id=into, merged_child_id=child_id, merged_at=clock.now())


def unmerged(child_id: UUID, from_: UUID) -> ChildUnmerged:
    return ChildUnmerged(merge_id=uuid4(), surviving_child_id=from_, merged_child_id=child_id, unmerged_at=clock.now())


class TwoCases:
    """Two open cases with two children each, of which one has a record in either."""

    def __init__(self, casework: ServiceUnderTest) -> None:
        self.casework = casework
        self.one, self.two = uuid4(), uuid4()
        """The ids of the child who was recorded twice: in the case that goes on, and in the other."""
        self.sequence = 0

    async def open(self, days: int = 30, **other: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        at = clock.now() - timedelta(days=days)
        self.case = await a_case(self.casework, child_ids=[self.one, uuid4()], decided_at=at)
        self.other = await a_case(self.casework, child_ids=[self.two, uuid4()], **{"decided_at": at, **other})
        return self.case, self.other

    async def merge(self) -> None:
        self.sequence += 1
        await self.casework.deliver(merged(self.two, self.one), sequence=self.sequence)

    async def unmerge(self) -> None:
        self.sequence += 1
        await self.casework.deliver(unmerged(self.two, self.one), sequence=self.sequence)

    async def join(self) -> dict[str, Any]:
        return await join(self.casework, self.case, self.other)


async def join(casework: ServiceUnderTest, case: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    return await done(casework, f"/cases/{case['id']}/joining", case_id=other["id"], reason=REASON)


async def to_join(casework: ServiceUnderTest, role: str = "area_manager", **asked: Any) -> list[set[str]]:
    """The pairs of the list, each as the ids of its cases."""
    answer = await casework.as_(role).get("/cases-to-join", params=asked)
    assert answer.status_code == 200, answer.text
    return [{case["id"] for case in pair["cases"]} for pair in answer.json()["items"]]
