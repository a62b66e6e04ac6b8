"""When a birth can be expected, by table."""

from datetime import date

import pytest

from shared.births import is_possible_expected_birth


@pytest.mark.parametrize(
    ("expected", "possible"),
    [("2026-01-18", False), ("2026-01-19", True), ("2026-12-27", True), ("2026-12-28", False)],
)
def test_a_birth_is_expected_within_300_days_or_was_at_most_42_days_ago(expected: str, possible: bool) -> None:
    assert is_possible_expected_birth(date.fromisoformat(expected), date(2026, 3, 2)) is possible
