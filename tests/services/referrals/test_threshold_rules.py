"""Where is the line? The threshold by table and by property."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.referrals.codes import CONCERNS, NEEDS, OUTCOMES
from services.referrals.decisions import rules as decisions
from services.referrals.thresholds import rules
from services.referrals.thresholds.rules import Earlier, Facts, judge

MEDIUM, HIGH = Earlier("assessment", 3), Earlier("strategy_discussion", 4)
CLOSED = Earlier("no_further_action", 3)


def _facts(*concerns: str, needs: tuple[str, ...] = (), **others: Any) -> Facts:
    return Facts(frozenset(concerns), frozenset(needs), **others)


JUDGED = [
    (_facts(), 1, "signposted", None),
    (_facts(partner_risks=("none",)), 1, "signposted", None),
    (_facts("other"), 2, "early_help", "a_concern"),
    (_facts("young_carer", "family_breakdown"), 2, "early_help", "a_concern"),
    (_facts("parental_mental_health"), 2, "early_help", "a_concern"),
    (_facts(needs=("housing",)), 2, "early_help", "a_need"),
    (_facts(earlier=(CLOSED,)), 2, "early_help", "second_referral"),
    (_facts(partner_risks=("none", "low")), 2, "early_help", "partner_sees_low_risk"),
    (_facts("neglect"), 3, "assessment", "neglect"),
    (_facts("emotional_abuse"), 3, "assessment", "emotional_abuse"),
    (_facts("domestic_abuse"), 3, "assessment", "domestic_abuse"),
    (_facts("self_harm"), 3, "assessment", "risk_to_self_or_outside_home"),
    (_facts("radicalisation"), 3, "assessment", "risk_to_self_or_outside_home"),
    (_facts("unaccompanied_asylum_seeker"), 3, "assessment", "unaccompanied"),
    (_facts("parental_mental_health", "parental_substance_use"), 3, "assessment", "parents_troubles_together"),
    (_facts("parental_substance_use", unborn=1), 3, "assessment", "infant_with_a_trouble"),
    (_facts("parental_mental_health", ages=(0,)), 3, "assessment", "infant_with_a_trouble"),
    (_facts("parental_mental_health", ages=(1,)), 2, "early_help", "a_concern"),
    (_facts("disability"), 2, "early_help", "a_concern"),
    (_facts("disability", disabled=1), 3, "assessment", "disabled_child"),
    (_facts("homelessness", ages=(15, 18)), 2, "early_help", "a_concern"),
    (_facts("homelessness", ages=(17,)), 3, "assessment", "homeless_at_16_or_17"),
    (_facts(needs=("school_attendance", "adults_out_of_work")), 3, "thriving_families", "thriving_families_2012"),
    (_facts(needs=("school_attendance", "housing")), 2, "early_help", "a_need"),
    (_facts(needs=("health", "housing", "finance")), 3, "thriving_families", "thriving_families_2022"),
    (_facts(needs=("adults_out_of_work", "children_who_need_help", "housing")), 2, "early_help", "a_need"),
    (_facts("young_carer", needs=("health", "housing", "finance")), 3, "thriving_families", "a_concern"),
    (_facts("neglect", needs=("school_attendance", "adults_out_of_work")), 3, "assessment", "thriving_families_2012"),
    (_facts(earlier=(CLOSED, CLOSED)), 3, "assessment", "third_referral"),
    (_facts("other", earlier=(MEDIUM,)), 3, "assessment", "again_after_a_case"),
    (_facts(partner_risks=("low", "medium")), 3, "assessment", "partner_sees_medium_risk"),
    (_facts(immediate_danger=True), 4, "strategy_discussion", "immediate_danger"),
    (_facts("sexual_abuse"), 4, "strategy_discussion", "sexual_harm"),
    (_facts("sexual_exploitation"), 4, "strategy_discussion", "sexual_harm"),
    (_facts("physical_abuse"), 4, "strategy_discussion", "physical_abuse"),
    (_facts("criminal_exploitation"), 4, "strategy_discussion", "exploitation"),
    (_facts("trafficking"), 4, "strategy_discussion", "exploitation"),
    (_facts("female_genital_mutilation"), 4, "strategy_discussion", "honour_based_harm"),
    (_facts("forced_marriage"), 4, "strategy_discussion", "honour_based_harm"),
    (_facts("radicalisation", "going_missing"), 4, "strategy_discussion", "radicalisation_with_more"),
    (
        _facts("domestic_abuse", "parental_substance_use", unborn=1),
        4,
        "strategy_discussion",
        "infant_with_two_troubles",
    ),
    (_facts("neglect", earlier=(HIGH,)), 4, "strategy_discussion", "harm_after_strategy_discussion"),
    (_facts("young_carer", earlier=(HIGH,)), 3, "assessment", "again_after_a_case"),
    (_facts(partner_risks=("none", "high")), 4, "strategy_discussion", "partner_sees_high_risk"),
]


@pytest.mark.parametrize(
    ("facts", "level", "outcome", "rule"), JUDGED, ids=[str(number) for number in range(len(JUDGED))]
)
def test_where_the_line_is(facts: Facts, level: int, outcome: str, rule: str | None) -> None:
    threshold = judge(facts)
    assert (threshold.level, threshold.suggested_outcome) == (level, outcome)
    assert rule in [each.rule for each in threshold.met] or (rule is None and threshold.met == ())


def test_every_rule_is_met_somewhere_in_the_table_and_has_words() -> None:
    met = {each.rule for facts, *_ in JUDGED for each in judge(facts).met}
    assert met == {rule.id for rule in rules.RULES[rules.RULES_VERSION]}
    judged = judge(_facts("neglect", needs=("health", "housing", "finance"), partner_risks=("high", "high")))
    because = {each.rule: each.because for each in (*judged.met, *judged.not_met)}
    assert because["neglect"] == "Among the concerns: Neglect"
    assert because["thriving_families_2022"].endswith(": Mental or physical health, Housing, Financial stability")
    assert because["partner_sees_high_risk"] == "Partners see a high risk: 2 answers"
    assert because["physical_abuse"] == "Not among the concerns: Physical abuse"


earlier = st.builds(Earlier, st.sampled_from([None, *OUTCOMES]), st.sampled_from([None, 1, 2, 3, 4]))
facts = st.builds(
    Facts,
    concerns=st.frozensets(st.sampled_from(list(CONCERNS))),
    needs=st.frozensets(st.sampled_from(list(NEEDS))),
    immediate_danger=st.booleans(),
    ages=st.lists(st.integers(0, 25), max_size=4).map(tuple),
    unborn=st.integers(0, 2),
    disabled=st.integers(0, 2),
    earlier=st.lists(earlier, max_size=4).map(tuple),
    partner_risks=st.lists(st.sampled_from(["none", "low", "medium", "high"]), max_size=4).map(tuple),
)


@given(facts, st.sampled_from(list(rules.RULES)))
def test_every_rule_stands_on_one_side_and_the_highest_met_leads(known: Facts, version: str) -> None:
    threshold, each = judge(known, version), {rule.id: rule for rule in rules.RULES[version]}
    met, not_met = [because.rule for because in threshold.met], [because.rule for because in threshold.not_met]
    assert sorted(met + not_met) == sorted(each)
    assert threshold.level == max((each[rule].level for rule in met), default=1)
    assert threshold == judge(known, version)
    assert threshold.rules_version == version
    assert decisions.LEVEL_OF[threshold.suggested_outcome] == threshold.level
    assert not decisions.departs(threshold, threshold.suggested_outcome, threshold.level)


@given(facts, st.sampled_from(list(CONCERNS)), st.sampled_from(list(NEEDS)), earlier, st.data())
def test_knowing_of_more_never_lowers_the_level(
    known: Facts, concern: str, need: str, before: Earlier, data: st.DataObject
) -> None:
    ladder = ["none", "low", "medium", "high"]
    raised = tuple(ladder[data.draw(st.integers(ladder.index(risk), 3))] for risk in known.partner_risks)
    more = [
        replace(known, concerns=known.concerns | {concern}),
        replace(known, needs=known.needs | {need}),
        replace(known, immediate_danger=True),
        replace(known, unborn=known.unborn + 1),
        replace(known, disabled=known.disabled + 1),
        replace(known, earlier=(*known.earlier, before)),
        replace(known, partner_risks=raised),
        replace(known, partner_risks=(*known.partner_risks, data.draw(st.sampled_from(ladder)))),
    ]
    assert min(judge(each).level for each in more) >= judge(known).level


SIGNED = [
    (_facts("physical_abuse"), "strategy_discussion", 4, None),
    (_facts("physical_abuse"), "assessment", 4, "below_suggested_level_4"),
    (_facts("physical_abuse"), "assessment", 3, "below_suggested_level_4"),
    (_facts("physical_abuse"), "no_further_action", 1, "below_suggested_level_4"),
    (_facts("physical_abuse"), "transferred", 4, None),
    (_facts("physical_abuse"), "transferred", 3, "below_suggested_level_4"),
    (_facts("neglect"), "no_further_action", 1, None),
    (_facts(earlier=(CLOSED,)), "no_further_action", 1, None),
    (_facts(earlier=(CLOSED, CLOSED)), "no_further_action", 1, "no_further_action_on_third_referral"),
    (_facts(earlier=(CLOSED, CLOSED)), "signposted", 1, None),
]


@pytest.mark.parametrize(("known", "outcome", "level", "because"), SIGNED)
def test_what_a_second_person_signs(known: Facts, outcome: str, level: int, because: str | None) -> None:
    assert decisions.signature_because(judge(known), known, outcome, level) == because


@pytest.mark.parametrize(
    ("outcome", "level", "departs"),
    [
        ("assessment", 3, False),
        ("thriving_families", 3, False),
        ("assessment", 4, True),
        ("early_help", 2, True),
        ("early_help", 3, True),
        ("transferred", 3, True),
        ("strategy_discussion", 4, True),
    ],
)
def test_what_departs_from_level_3(outcome: str, level: int, departs: bool) -> None:
    assert decisions.departs(judge(_facts("neglect")), outcome, level) is departs


@pytest.mark.parametrize(
    ("reason", "enough"),
    [("no", False), ("Inappropriate", False), ("as before", False), ("Father has moved out", True)],
)
def test_a_reason_to_depart_is_more_than_a_word(reason: str, enough: bool) -> None:
    assert decisions.is_reason_to_depart(reason) is enough


@pytest.mark.parametrize(
    ("ages", "minimum", "maximum", "fits"),
    [
        ([10], 0, 11, True),
        ([10], None, None, True),
        ([10], 11, None, False),
        ([10], None, 9, False),
        ([10, 3], 0, 4, True),
        ([10, 15], 11, 14, False),
        ([0], 0, 1, True),
        ([0], 1, 4, False),
        ([], None, None, False),
    ],
)
def test_a_session_fits_the_age_of_any_child(
    ages: list[int], minimum: int | None, maximum: int | None, fits: bool
) -> None:
    assert rules.fits_ages(ages, minimum, maximum) is fits


@pytest.mark.parametrize(
    ("born", "day", "age"),
    [("2016-05-04", "2026-05-03", 9), ("2016-05-04", "2026-05-04", 10), (None, "2026-05-04", 0)],
)
def test_a_child_is_as_old_as_on_the_day_of_the_session(born: str | None, day: str, age: int) -> None:
    assert rules.age_on(date.fromisoformat(born) if born else None, date.fromisoformat(day)) == age
