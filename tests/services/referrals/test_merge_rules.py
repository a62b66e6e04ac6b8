"""What a merge brings and its reversal puts back, whatever the two records have."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from services.referrals.merges import rules
from services.referrals.merges.rules import Known

EARLIER, LATER = (datetime(2026, month, 1, tzinfo=UTC) for month in (1, 6))
KNOWN = st.builds(
    Known,
    given_name=st.sampled_from(["Ann", "Anne", ""]),
    family_name=st.sampled_from(["Owusu", "Achebe"]),
    date_of_birth=st.sampled_from([None, date(2026, 2, 1), date(2026, 1, 2)]),
    expected_date_of_birth=st.sampled_from([None, date(2026, 2, 20)]),
    sex=st.sampled_from(["F", "U"]),
    ethnicity=st.sampled_from([None, "NOBT", "WBRI", "AIND"]),
    nhs_number=st.sampled_from([None, "9434765919"]),
    upn=st.sampled_from([None, "A801200005001"]),
    upn_unknown_reason=st.sampled_from([None, "UN1"]),
    disabilities=st.sampled_from([[], ["NONE"], ["MOB"], ["HEAR", "MOB"]]),
    additional_needs=st.booleans(),
    former_names=st.just([]),
    former_birth_dates=st.just([]),
    recorded_at=st.sampled_from([EARLIER, LATER]),
).filter(lambda known: not (known.date_of_birth and known.expected_date_of_birth))


@given(one=KNOWN, other=KNOWN)
def test_nothing_that_is_known_is_lost_and_a_reversal_restores_it_exactly(one: Known, other: Known) -> None:
    taken = rules.brought(one, other)
    after = replace(one, **taken)
    for name in ("date_of_birth", "nhs_number", "upn"):
        assert bool(getattr(after, name)) == bool(getattr(one, name) or getattr(other, name))
    assert (
        after.date_of_birth is None or other.date_of_birth is None or after.expected_date_of_birth is None or not taken
    )
    assert after.additional_needs == (one.additional_needs or other.additional_needs)
    assert {*one.disabilities, *other.disabilities} - {"NONE"} == {*after.disabilities} - {"NONE"}
    assert "U" not in (after.sex,) or one.sex == other.sex == "U"
    assert not rules.brought(after, replace(other, recorded_at=one.recorded_at)).keys() & {"nhs_number", "upn", "sex"}
    kept = {name: {"old": getattr(one, name), "new": value} for name, value in taken.items()}
    restored = replace(after, **rules.undone({name: getattr(after, name) for name in kept}, kept))
    assert restored == one


@given(one=KNOWN, other=KNOWN, corrected=st.sampled_from(["date_of_birth", "upn", "given_name"]))
def test_a_reversal_after_a_correction_leaves_nothing_that_contradicts_itself(
    one: Known, other: Known, corrected: str
) -> None:
    one = replace(one, upn_unknown_reason=None if one.upn else one.upn_unknown_reason)
    taken = rules.brought(one, other)
    new = {"date_of_birth": date(2026, 3, 3), "upn": "B2", "given_name": "Corrected"}[corrected]
    cleared: Any = {"date_of_birth": "expected_date_of_birth", "upn": "upn_unknown_reason"}.get(corrected)
    after = replace(one, **{**taken, corrected: new})
    nothing: dict[str, Any] = {cleared: None} if cleared else {}
    after = replace(after, **nothing)
    kept = {name: {"old": getattr(one, name), "new": value} for name, value in taken.items()}
    restored = replace(after, **rules.undone({name: getattr(after, name) for name in kept}, kept))
    assert getattr(restored, corrected) == new
    assert not (restored.date_of_birth and restored.expected_date_of_birth)
    if corrected == "upn":
        assert restored.upn_unknown_reason is None
