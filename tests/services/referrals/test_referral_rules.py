"""The rules of the front door, by table and by property."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.referrals.information_requests import rules as requests
from services.referrals.referrals import rules
from services.referrals.thresholds import rules as thresholds


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("received", "rating", "danger", "due"),
    [
        ("2026-01-05T09:00", None, False, "2026-01-08T17:00"),
        ("2026-01-05T09:00", None, True, "2026-01-05T13:00"),
        ("2026-01-05T09:00", "red", False, "2026-01-05T13:00"),
        ("2026-01-05T09:00", "amber", True, "2026-01-05T13:00"),
        ("2026-01-05T09:00", "green", True, "2026-01-05T13:00"),
        ("2026-01-09T18:00", "amber", False, "2026-01-12T17:00"),  # a Friday evening
        ("2026-04-02T16:00", "amber", False, "2026-04-07T16:00"),  # over Easter and into summer time
        ("2026-06-30T23:30", "amber", False, "2026-07-02T16:00"),  # already July in London
        ("2025-12-24T12:00", "green", False, "2025-12-31T17:00"),
        ("2026-03-28T23:00", "red", False, "2026-03-29T03:00"),  # four hours elapsed, whatever the clocks do
    ],
)
def test_decision_due_by(received: str, rating: rules.Rating | None, danger: bool, due: str) -> None:
    assert rules.decision_due_by(_at(received), rating, danger) == _at(due)


RECEIVED = st.datetimes(datetime(2020, 1, 1), datetime(2027, 12, 1), timezones=st.just(UTC))


@given(received_at=RECEIVED, asked_after=st.timedeltas(timedelta(), timedelta(days=9)))
def test_no_rating_gives_more_time_than_immediate_danger_does(received_at: datetime, asked_after: timedelta) -> None:
    ratings: list[rules.Rating | None] = [None, "red", "amber", "green"]
    at_once = received_at + rules.RED_DECIDED_WITHIN
    asked_at = received_at + asked_after
    for rating in ratings:
        assert rules.decision_due_by(received_at, rating, True) == at_once
        assert rules.decision_due_by(received_at, rating, False) >= at_once
        answer_due = requests.answer_due_by(asked_at, rating, True, asked_at + timedelta(days=30))
        assert answer_due == asked_at + requests.RED_ANSWERED_WITHIN


@pytest.mark.parametrize(
    ("received", "due"), [("2026-01-05T09:00", "2026-01-06T17:00"), ("2026-07-03T09:00", "2026-07-06T16:00")]
)
def test_rating_due_by(received: str, due: str) -> None:
    assert rules.rating_due_by(_at(received)) == _at(due)


@pytest.mark.parametrize(
    ("born", "possible"),
    [("2026-01-05", True), ("2026-01-06", False), ("2000-01-06", True), ("2000-01-05", False)],
)
def test_is_possible_birth(born: str, possible: bool) -> None:
    assert rules.is_possible_birth(date.fromisoformat(born), date(2026, 1, 5)) is possible


@pytest.mark.parametrize(
    ("born", "on", "age"),
    [
        ("2008-02-29", "2026-02-28", 17),
        ("2008-02-29", "2026-03-01", 18),
        ("2008-02-29", "2028-02-28", 19),
        ("2008-02-29", "2028-02-29", 20),
        ("2008-03-01", "2026-02-28", 17),
        ("2008-02-28", "2026-02-28", 18),
        ("2026-03-01", "2026-02-28", 0),
    ],
)
def test_who_was_born_on_29_february_completes_a_year_on_1_march(born: str, on: str, age: int) -> None:
    days = date.fromisoformat(born), date.fromisoformat(on)
    assert rules.years_old(*days) == age
    assert thresholds.age_on(*days) == age
    assert thresholds.age_at(days[0], datetime.combine(days[1], time(12), UTC)) == age


@pytest.mark.parametrize(
    ("rating", "danger", "alone"),
    [
        (None, False, True),
        ("green", False, True),
        ("amber", False, False),
        ("red", False, False),
        (None, True, False),
        ("green", True, False),
        ("red", True, False),
    ],
)
def test_what_a_referrer_may_withdraw_alone(rating: str | None, danger: bool, alone: bool) -> None:
    assert rules.may_be_withdrawn_by_referrer(rating, danger) is alone


@dataclass(frozen=True)
class _Child:
    date_of_birth: date | None = None
    additional_needs: bool = False
    nhs_number: str | None = None
    upn: str | None = None


@pytest.mark.parametrize(
    ("born", "needs", "past"),
    [
        ("2006-01-05", False, True),
        ("2006-01-06", False, False),
        ("2000-01-06", False, True),
        ("2006-01-05", True, False),
        ("2016-05-04", False, False),
        (None, False, False),
    ],
)
def test_past_which_age_additional_needs_are_asked_for(born: str | None, needs: bool, past: bool) -> None:
    child = _Child(date.fromisoformat(born) if born else None, needs)
    assert rules.is_past_age_without_needs(child, date(2026, 1, 5)) is past


@pytest.mark.parametrize(
    ("children", "found"),
    [
        ([], None),
        ([_Child(), _Child()], None),
        ([_Child(nhs_number="1", upn="2"), _Child(nhs_number="2", upn="1")], None),
        ([_Child(nhs_number="1"), _Child(), _Child(nhs_number="1")], (2, "nhs_number")),
        ([_Child(upn="1"), _Child(upn="1", nhs_number="3")], (1, "upn")),
    ],
)
def test_which_child_has_the_number_of_another(children: list[_Child], found: tuple[int, str] | None) -> None:
    assert rules.number_twice(children) == found
