"""Which earlier referrals make another one a re-referral: by table, by property, and through the API."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from services.referrals.thresholds import rules
from services.referrals.thresholds.rules import Before
from shared.clock import london_day
from shared.contracts.referrals import ReferralSubmitted
from tests.service_under_test import ServiceUnderTest
from tests.services.referrals.escalations_made import an_escalation, let_casework_answer
from tests.services.referrals.referrals_sent import a_decision, answered, rated

NOW = datetime(2026, 7, 1, 9, tzinfo=UTC)


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("received", "since", "before"),
    [
        ("2026-01-05T09:00", "2025-01-05T00:00", "2026-01-05T00:00"),
        ("2026-06-30T22:59", "2025-06-29T23:00", "2026-06-29T23:00"),
        ("2026-06-30T23:30", "2025-06-30T23:00", "2026-06-30T23:00"),  # already July in London
        ("2024-02-29T12:00", "2023-02-28T00:00", "2024-02-29T00:00"),
    ],
)
def test_the_months_begin_and_end_with_days_in_london(received: str, since: str, before: str) -> None:
    assert rules.re_referral_since(_at(received)) == _at(since)
    assert rules.re_referral_before(_at(received)) == _at(before)


@pytest.mark.parametrize(
    ("status", "level", "counts"),
    [
        ("accepted", 3, True),
        ("accepted", 4, True),
        ("not_accepted", 4, True),
        ("not_accepted", 3, True),
        ("not_accepted", 2, False),
        ("not_accepted", 1, False),
        ("awaiting_sign_off", 4, False),
        ("rated", None, False),
        ("submitted", None, False),
        ("withdrawn", None, False),
    ],
)
def test_what_was_a_referral(status: str, level: int | None, counts: bool) -> None:
    assert rules.was_a_referral(status, level) is counts


ONE, TWO, THREE = (UUID(int=number) for number in (1, 2, 3))
RECORD, OTHER = (UUID(int=number) for number in (8, 9))


def _before(
    number: UUID, received: str, status: str = "accepted", level: int = 3, record: UUID | None = None
) -> Before:
    return Before(number, _at(received), status, level, record)


@pytest.mark.parametrize(
    ("record", "earlier", "counted"),
    [
        (None, [], []),
        (None, [_before(ONE, "2026-03-02T09:00"), _before(TWO, "2026-04-02T09:00")], [TWO, ONE]),
        (None, [_before(ONE, "2026-03-02T09:00"), _before(TWO, "2026-03-02T15:00")], [TWO]),
        (None, [_before(ONE, "2026-03-02T09:00"), _before(TWO, "2026-03-02T15:00", "not_accepted", 4)], [ONE]),
        (None, [_before(ONE, "2026-06-01T22:30"), _before(TWO, "2026-06-01T23:30")], [TWO, ONE]),
        (None, [_before(ONE, "2026-06-01T23:30"), _before(TWO, "2026-06-02T22:30")], [TWO]),
        (None, [_before(ONE, "2026-03-02T09:00", "not_accepted", 2)], []),
        (RECORD, [_before(ONE, "2026-03-02T09:00", "not_accepted", 3, RECORD)], []),
        (RECORD, [_before(ONE, "2026-03-02T09:00", "not_accepted", 3, OTHER)], [ONE]),
        (
            None,
            [
                _before(ONE, "2026-03-02T09:00", "not_accepted", 3, RECORD),
                _before(TWO, "2026-04-02T09:00", "not_accepted", 3, RECORD),
                _before(THREE, "2026-05-02T09:00"),
            ],
            [THREE, TWO],
        ),
    ],
)
def test_which_of_the_earlier_ones_count(record: UUID | None, earlier: list[Before], counted: list[UUID]) -> None:
    assert rules.re_referral_of(record, earlier) == counted
    assert rules.re_referral_of(record, reversed(earlier)) == counted


EARLIER = st.lists(
    st.builds(
        Before,
        referral_id=st.uuids(),
        received_at=st.datetimes(datetime(2026, 3, 25), datetime(2026, 4, 2), timezones=st.just(UTC)),
        status=st.sampled_from(["accepted", "not_accepted", "rated", "withdrawn"]),
        level=st.sampled_from([1, 2, 3, 4]),
        record=st.sampled_from([None, RECORD, OTHER]),
    ),
    max_size=8,
    unique_by=lambda each: each.referral_id,
)


@given(record=st.sampled_from([None, RECORD]), earlier=EARLIER)
def test_no_day_and_no_record_counts_twice(record: UUID | None, earlier: list[Before]) -> None:
    known = {each.referral_id: each for each in earlier}
    counted = [known[referral_id] for referral_id in rules.re_referral_of(record, earlier)]
    assert all(rules.was_a_referral(each.status, each.level) for each in counted)
    days = [london_day(each.received_at) for each in counted]
    records = [each.record for each in counted if each.record]
    assert len(set(days)) == len(days)
    assert len(set(records)) == len(records)
    assert record not in records
    assert counted == sorted(counted, key=lambda each: each.received_at, reverse=True)


async def _referred(referrals: ServiceUnderTest, at: datetime, **decision: Any) -> dict[str, Any]:
    """A referral that came then, decided where a decision is given; its children are those of every other."""
    sent = await rated(referrals, received_at=at.isoformat())
    if decision:
        path = f"/referrals/{sent['id']}/decision"
        body = a_decision(reason="As all of us saw it", **decision)
        await answered(await referrals.as_("mash_manager").post(path, json=body), 200)
    return sent


async def _join(referrals: ServiceUnderTest, known: dict[str, Any], *others: dict[str, Any]) -> None:
    for sent in others:
        path = f"/referrals/{sent['id']}/matches/{sent['children'][0]['child_id']}"
        body = {"matched_child_id": known["children"][0]["child_id"], "reason": "The same boy"}
        assert (await referrals.as_("mash_practitioner").post(path, json=body)).is_success


async def _previous(referrals: ServiceUnderTest, referral_id: Any) -> list[str]:
    shown = await answered(await referrals.as_("mash_manager").get(f"/referrals/{referral_id}/threshold"), 200)
    previous = [each["referral_id"] for each in shown["previous_referrals"]]
    assert shown["re_referral"] is bool(previous)
    assert ("third_referral" in [each["rule"] for each in shown["met"]]) is (len(previous) >= 2)
    return previous


async def test_only_what_was_a_referral_on_another_day_of_the_year_makes_a_re_referral(
    referrals: ServiceUnderTest,
) -> None:
    with time_machine.travel(NOW, tick=True):
        last_day = datetime(2025, 6, 30, 23, 5, tzinfo=UTC)
        counting = await _referred(referrals, last_day, outcome="no_further_action", level=3)
        others = [
            await _referred(referrals, last_day - timedelta(minutes=10), outcome="no_further_action", level=3),
            await _referred(referrals, NOW - timedelta(days=100), outcome="early_help", level=2),
            await _referred(referrals, NOW - timedelta(days=90)),
            *[await _referred(referrals, NOW - timedelta(hours=hours), outcome="assessment") for hours in (1, 2)],
        ]
        again = await _referred(referrals, NOW)
        await _join(referrals, counting, *others, again)
        assert await _previous(referrals, again["id"]) == [counting["id"]]


async def test_three_calls_of_one_afternoon_are_one_referral_for_the_next(referrals: ServiceUnderTest) -> None:
    with time_machine.travel(NOW, tick=True):
        afternoon = NOW - timedelta(days=50)
        calls = [
            await _referred(referrals, afternoon + timedelta(minutes=minutes), outcome="no_further_action", level=3)
            for minutes in (0, 20, 40)
        ]
        again = await _referred(referrals, NOW)
        await _join(referrals, calls[0], *calls[1:], again)
        assert await _previous(referrals, calls[2]["id"]) == []
        assert await _previous(referrals, again["id"]) == [calls[2]["id"]]
        closing = a_decision(outcome="no_further_action", level=3, reason="Supported by the school")
        path = f"/referrals/{again['id']}/decision"
        decided = await answered(await referrals.as_("mash_manager").post(path, json=closing), 200)
        assert (decided["status"], decided["signature_because"]) == ("not_accepted", None)


async def test_the_escalations_of_one_record_are_no_re_referrals_of_each_other(referrals: ServiceUnderTest) -> None:
    with time_machine.travel(NOW, tick=True):
        opening = await _referred(referrals, NOW - timedelta(days=60), outcome="early_help", level=3)
        case_id, escalated = uuid4(), []
        for days in (40, 20, 5):
            at = NOW - timedelta(days=days)
            event = an_escalation(opening, case_id=case_id, escalated_at=at)
            let_casework_answer(referrals, event)
            await referrals.deliver(event)
            submitted = (await referrals.events(ReferralSubmitted))[-1]
            assert isinstance(submitted, ReferralSubmitted)
            escalated.append(str(submitted.referral_id))
            mash, path = referrals.as_("mash_manager"), f"/referrals/{submitted.referral_id}"
            await answered(await mash.post(f"{path}/rating", json={"rating": "amber", "reason": "r"}), 200)
            closing = a_decision(outcome="no_further_action", level=3, reason="The team goes on with it")
            assert (await mash.post(f"{path}/decision", json=closing)).json()["status"] == "not_accepted"
        assert [await _previous(referrals, each) for each in escalated] == [[], [], []]
        again = await _referred(referrals, NOW)
        await _join(referrals, opening, again)
        assert await _previous(referrals, again["id"]) == [escalated[-1]]
