"""Every event about a referral names the family, so that it can stand in the family's chronology."""

from typing import Any

import pytest

from shared.contracts.referrals import ReferralRated
from tests.service_under_test import ServiceUnderTest
from tests.services.referrals.referrals_sent import a_child, a_decision, answered, rated

OTHER = a_child(given_name="Clementine", date_of_birth="2019-02-03")


@pytest.mark.parametrize("outcome", ["assessment", "signposted"])
async def test_the_events_of_a_referral_name_its_family_and_its_children_by_their_ids(
    referrals: ServiceUnderTest, outcome: str
) -> None:
    sent = await rated(referrals, children=[a_child(), OTHER])
    client = referrals.as_("mash_manager")
    decision = a_decision(outcome=outcome)
    await answered(await client.post(f"/referrals/{sent['id']}/decision", json=decision), 200)
    events: list[Any] = await referrals.events()
    assert len(events) == 3
    assert isinstance(events[1], ReferralRated)
    for event in events:
        assert str(event.family_id) == sent["family_id"]
        assert sorted(map(str, event.child_ids)) == sorted(child["child_id"] for child in sent["children"])
