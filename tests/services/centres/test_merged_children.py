"""Places at sessions for a child whose records were merged, on SQLite and on PostgreSQL."""

from uuid import UUID, uuid4

from shared import clock
from shared.contracts.referrals import ChildMerged, ChildUnmerged
from tests.service_under_test import ServiceUnderTest
from tests.services.centres.centres_made import in_days, open_family, session_of


async def _book(centres: ServiceUnderTest, session_id: str, family_id: UUID, child_id: UUID) -> tuple[int, str]:
    sent = {"family_id": str(family_id), "child_id": str(child_id)}
    answer = await centres.as_("social_worker").post(f"/sessions/{session_id}/bookings", json=sent)
    return answer.status_code, answer.json().get("code", "")


async def test_a_child_may_come_under_the_surviving_id_once_and_no_longer_after_a_reversal(
    centres: ServiceUnderTest,
) -> None:
    session_id = await session_of(centres)
    family_id, child_id = await open_family(centres)
    known = uuid4()
    merge = {"merge_id": uuid4(), "surviving_child_id": known, "merged_child_id": child_id}
    assert await _book(centres, session_id, family_id, known) == (403, "not-open-to-the-service")
    await centres.deliver(ChildMerged(**merge, merged_at=clock.now()), sequence=1)
    assert await _book(centres, session_id, family_id, known) == (201, "")
    assert await _book(centres, session_id, family_id, child_id) == (409, "already-booked")
    await centres.deliver(ChildUnmerged(**merge, unmerged_at=clock.now()), sequence=2)
    await centres.deliver(ChildMerged(**merge, merged_at=clock.now()), sequence=1)  # the older fact, once more and late
    other_session = await session_of(centres, starts_at=in_days(8))
    assert await _book(centres, other_session, family_id, known) == (403, "not-open-to-the-service")
    assert await _book(centres, other_session, family_id, child_id) == (201, "")
