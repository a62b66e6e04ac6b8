"""A withdrawn referral in the family's chronology, on SQLite and on PostgreSQL."""

from uuid import uuid4

from shared.contracts.referrals import ReferralWithdrawn
from tests.service_under_test import ServiceUnderTest
from tests.services.casework.casework_made import an_accepted_referral, let_referrals_answer
from tests.services.casework.record.chronology_made import ago, chronology_of_family


async def test_a_withdrawn_referral_is_in_the_story_once_however_often_it_is_received(
    casework: ServiceUnderTest,
) -> None:
    accepted = an_accepted_referral()
    let_referrals_answer(casework, accepted)
    await casework.deliver(accepted)
    withdrawn = ReferralWithdrawn(
        referral_id=uuid4(),
        family_id=accepted.family_id,
        child_ids=accepted.child_ids,
        area=accepted.area,
        rating="red",
        immediate_danger=False,
        withdrawn_at=ago(1),
    )
    for event_id in ("one", "one", "another"):
        await casework.deliver(withdrawn, sequence=3, event_id=event_id)
    story = await chronology_of_family(casework, accepted.family_id)
    [entry] = [each for each in story if each["kind"] == "referral_withdrawn"]
    assert (entry["title"], entry["source"]) == ("The referral was withdrawn", "referrals")
    assert entry["facts"]["rating"] == "red"
    assert entry["link"] == f"/referrals/v1/referrals/{withdrawn.referral_id}"
