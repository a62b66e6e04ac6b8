"""Where is the line? From what is known to a level of need and a suggested outcome, in versions."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from dateutil.relativedelta import relativedelta

from services.referrals.codes import CONCERNS, NEEDS
from services.referrals.referrals.rules import years_old
from shared.clock import LONDON, london_day

RULES_VERSION = "2026.1"
"""The rules that are asked today; those of earlier versions stay in `RULES`, as the decisions made by them do."""

RE_REFERRAL_MONTHS = 12
"""An earlier referral of the same child within them, by days in London, makes a re-referral (CIN)."""
COUNTS_FROM_LEVEL = 3
"""What was decided below it, and opened no case, was an enquiry and no referral in law (OX)."""
THIRD_REFERRAL = 2
"""Earlier referrals of which there are two when it is the third."""


@dataclass(frozen=True)
class Earlier:
    """How an earlier referral of the same children, within these months, was decided.

    A decision of long ago may stand on record with one that had no outcome yet; it counts no longer.
    """

    outcome: str | None = None
    level: int | None = None


@dataclass(frozen=True)
class Facts:
    """What the rules look at: codes and counts. What stands in a narrative is for a person to weigh."""

    concerns: frozenset[str] = frozenset()
    needs: frozenset[str] = frozenset()
    immediate_danger: bool = False
    ages: tuple[int, ...] = ()
    """In years, at receipt, of the children who are born."""
    unborn: int = 0
    disabled: int = 0
    """Children with a recorded disability."""
    earlier: tuple[Earlier, ...] = ()
    partner_risks: tuple[str, ...] = ()
    """What partners answered: high, medium, low or none."""
    open_pathways: tuple[str, ...] = ()
    """The pathway of each open case of the children or of their family."""

    def as_kept(self) -> dict[str, Any]:
        """As they stand on record with a decision."""
        return {**asdict(self), "concerns": sorted(self.concerns), "needs": sorted(self.needs)}


Found = Sequence[str]


@dataclass(frozen=True)
class ThresholdRule:
    """One line of the threshold: it is met when it finds something, which it lists."""

    id: str
    level: int
    """The level of need to which it leads, alone."""
    finds: Callable[[Facts], Found]
    met: str
    not_met: str
    family_support: bool = False
    """Leads to Thriving Families where nothing else leads as far."""


@dataclass(frozen=True)
class RuleResult:
    """A rule, and why it is met or not."""

    rule: str
    because: str


@dataclass(frozen=True)
class Threshold:
    """What the rules suggest, with every rule on one side or the other."""

    rules_version: str
    level: int
    suggested_outcome: str
    met: tuple[RuleResult, ...]
    not_met: tuple[RuleResult, ...]


def _recorded(*concerns: str) -> Callable[[Facts], Found]:
    return lambda facts: [CONCERNS[code] for code in concerns if code in facts.concerns]


def _together(at_least: int, *concerns: str) -> Callable[[Facts], Found]:
    return lambda facts: _if_enough(at_least, _recorded(*concerns)(facts))


def _needed(at_least: int, *needs: str) -> Callable[[Facts], Found]:
    return lambda facts: _if_enough(at_least, [NEEDS[code] for code in needs if code in facts.needs])


def _answered(risk: str) -> Callable[[Facts], Found]:
    return lambda facts: _counted(facts.partner_risks.count(risk), "answer", "answers")


def _if_enough(at_least: int, found: Found) -> Found:
    return found if len(found) >= at_least else []


def _counted(count: int, one: str, more: str, at_least: int = 1) -> Found:
    return [f"{count} {one if count == 1 else more}"] if count >= at_least else []


def _immediate_danger(facts: Facts) -> Found:
    return ["the referrer states it"] if facts.immediate_danger else []


def _radicalisation_and_more(facts: Facts) -> Found:
    more = _recorded("going_missing", "criminal_exploitation", "trafficking", "self_harm")(facts)
    return [CONCERNS["radicalisation"], *more] if "radicalisation" in facts.concerns and more else []


def _has_infant(facts: Facts) -> bool:
    return facts.unborn > 0 or 0 in facts.ages


def _infant_with(at_least: int) -> Callable[[Facts], Found]:
    troubles = _together(at_least, "domestic_abuse", "parental_substance_use", "parental_mental_health")
    return lambda facts: troubles(facts) if _has_infant(facts) else []


def _harm_again(facts: Facts) -> Found:
    harm = _recorded("neglect", "emotional_abuse", "domestic_abuse")(facts)
    return harm if any(each.outcome == "strategy_discussion" for each in facts.earlier) else []


def _again_after_a_case(facts: Facts) -> Found:
    cases = sum(each.outcome in ("assessment", "thriving_families", "strategy_discussion") for each in facts.earlier)
    return _counted(cases, "case", "cases") if facts.concerns else []


def _disabled_child(facts: Facts) -> Found:
    return _counted(facts.disabled, "child", "children") if "disability" in facts.concerns else []


def _referred_before(at_least: int) -> Callable[[Facts], Found]:
    return lambda facts: _counted(len(facts.earlier), "earlier one", "earlier ones", at_least)


def _homeless_alone(facts: Facts) -> Found:
    of_age = sum(16 <= age < 18 for age in facts.ages)
    return _counted(of_age, "young person", "young people") if "homelessness" in facts.concerns else []


_OF_2012 = ("school_attendance", "adults_out_of_work", "antisocial_behaviour_or_youth_crime")
_OF_2022 = (
    "school_attendance",
    "early_years",
    "health",
    "substance_use",
    "family_relationships",
    "abuse_or_exploitation",
    "antisocial_behaviour_or_youth_crime",
    "domestic_abuse",
    "housing",
    "finance",
)


def _any_of(id: str, level: int, *concerns: str) -> ThresholdRule:
    words = ", ".join(CONCERNS[code] for code in concerns)
    return ThresholdRule(id, level, _recorded(*concerns), "Among the concerns", f"Not among the concerns: {words}")


def _partner_sees(risk: str, level: int) -> ThresholdRule:
    met, not_met = f"Partners see a {risk} risk", f"No partner sees a {risk} risk"
    return ThresholdRule(f"partner_sees_{risk}_risk", level, _answered(risk), met, not_met)


_RULES_2026_1 = (
    # Level 4: reasonable cause to suspect significant harm (Children Act 1989 s47).
    ThresholdRule(
        "immediate_danger",
        4,
        _immediate_danger,
        "A child is in immediate danger",
        "No danger is stated to be immediate",
    ),
    _any_of("sexual_harm", 4, "sexual_abuse", "sexual_exploitation"),
    _any_of("physical_abuse", 4, "physical_abuse"),
    _any_of("exploitation", 4, "criminal_exploitation", "trafficking"),
    _any_of("honour_based_harm", 4, "female_genital_mutilation", "forced_marriage"),
    ThresholdRule(
        "radicalisation_with_more",
        4,
        _radicalisation_and_more,
        "Radicalisation comes with another risk outside the home or to the self",
        "Radicalisation is not recorded together with another such risk",
    ),
    ThresholdRule(
        "infant_with_two_troubles",
        4,
        _infant_with(2),
        "An unborn child or one under a year lives with several troubles of the adults",
        "No child unborn or under a year lives with two of domestic abuse, substance use and mental illness",
    ),
    ThresholdRule(
        "harm_after_strategy_discussion",
        4,
        _harm_again,
        f"Harm is recorded again within {RE_REFERRAL_MONTHS} months of a strategy discussion",
        f"No harm is recorded again within {RE_REFERRAL_MONTHS} months of a strategy discussion",
    ),
    _partner_sees("high", 4),
    # Level 3: a child in need (s17), or Thriving Families.
    _any_of("neglect", 3, "neglect"),
    _any_of("emotional_abuse", 3, "emotional_abuse"),
    _any_of("domestic_abuse", 3, "domestic_abuse"),
    _any_of("risk_to_self_or_outside_home", 3, "self_harm", "going_missing", "radicalisation"),
    _any_of("unaccompanied", 3, "unaccompanied_asylum_seeker"),
    ThresholdRule(
        "parents_troubles_together",
        3,
        _together(2, "parental_mental_health", "parental_substance_use"),
        "A parent's mental illness and substance use come together",
        "Mental illness and substance use of a parent are not recorded together",
    ),
    ThresholdRule(
        "infant_with_a_trouble",
        3,
        _infant_with(1),
        "An unborn child or one under a year lives with a trouble of the adults",
        "No child unborn or under a year lives with domestic abuse, substance use or mental illness",
    ),
    ThresholdRule(
        "disabled_child",
        3,
        _disabled_child,
        "A disabled child is referred for the disability (s17(10)(c))",
        "No disabled child is referred for the disability",
    ),
    ThresholdRule(
        "homeless_at_16_or_17", 3, _homeless_alone, "A child of 16 or 17 is homeless", "Nobody of 16 or 17 is homeless"
    ),
    ThresholdRule(
        "thriving_families_2012",
        3,
        _needed(2, *_OF_2012),
        "Two of the three criteria of 2012 are met",
        "Fewer than two of the criteria of 2012: school attendance, adults out of work, anti-social behaviour or crime",
        family_support=True,
    ),
    ThresholdRule(
        "thriving_families_2022",
        3,
        _needed(3, *_OF_2022),
        "Three of the ten criteria of 2022 are met",
        "Fewer than three of the ten criteria of 2022 are met",
        family_support=True,
    ),
    ThresholdRule(
        "third_referral",
        3,
        _referred_before(THIRD_REFERRAL),
        f"It is the third referral in {RE_REFERRAL_MONTHS} months, or a later one",
        f"There were fewer than three referrals in {RE_REFERRAL_MONTHS} months",
    ),
    ThresholdRule(
        "again_after_a_case",
        3,
        _again_after_a_case,
        f"A concern is recorded again within {RE_REFERRAL_MONTHS} months of a decision to open a case",
        f"No concern is recorded again within {RE_REFERRAL_MONTHS} months of a decision to open a case",
    ),
    _partner_sees("medium", 3),
    # Level 2: early help.
    ThresholdRule("a_need", 2, _needed(1, *NEEDS), "The family has a need", "No need of the family is recorded"),
    ThresholdRule("a_concern", 2, _recorded(*CONCERNS), "There is a concern", "No concern is recorded by its code"),
    ThresholdRule(
        "second_referral",
        2,
        _referred_before(1),
        f"It is a re-referral within {RE_REFERRAL_MONTHS} months",
        f"It is the first referral in {RE_REFERRAL_MONTHS} months",
    ),
    _partner_sees("low", 2),
)

RULES: dict[str, tuple[ThresholdRule, ...]] = {"2026.1": _RULES_2026_1}

_SUGGESTED = {4: "strategy_discussion", 3: "assessment", 2: "early_help", 1: "signposted"}


def judge(facts: Facts, version: str = RULES_VERSION) -> Threshold:
    """The highest level to which a rule leads; where none is met, level 1."""
    found = [(rule, rule.finds(facts)) for rule in RULES[version]]
    level = max((rule.level for rule, what in found if what), default=1)
    leading = [rule for rule, what in found if what and rule.level == level]
    only_support = bool(leading) and all(rule.family_support for rule in leading)
    return Threshold(
        rules_version=version,
        level=level,
        suggested_outcome="thriving_families" if only_support else _SUGGESTED[level],
        met=tuple(RuleResult(rule.id, f"{rule.met}: {', '.join(what)}") for rule, what in found if what),
        not_met=tuple(RuleResult(rule.id, rule.not_met) for rule, what in found if not what),
    )


def age_at(born: date, received_at: datetime) -> int:
    return years_old(born, london_day(received_at))


def re_referral_since(received_at: datetime) -> datetime:
    """The first instant, in London, of the earliest day of which a referral counts."""
    return _begin_of(london_day(received_at) - relativedelta(months=RE_REFERRAL_MONTHS))


def re_referral_before(received_at: datetime) -> datetime:
    """The calls of one day are taken to be about one incident: what counts came on an earlier day in London."""
    return _begin_of(london_day(received_at))


def _begin_of(day: date) -> datetime:
    return datetime.combine(day, time.min, LONDON)


@dataclass(frozen=True)
class Before:
    """What decides whether a referral of an earlier day makes another one a re-referral."""

    referral_id: UUID
    received_at: datetime
    status: str
    level: int | None
    record: UUID | None = None
    """The early-help record that it opened, or of which it is an escalation."""


def was_a_referral(status: str, level: int | None) -> bool:
    """Accepted, or decided at level 3 and above; what waits, was withdrawn or was decided below it is none in law."""
    return status == "accepted" or (status == "not_accepted" and (level or 0) >= COUNTS_FROM_LEVEL)


def re_referral_of(record: UUID | None, earlier: Iterable[Before]) -> list[UUID]:
    """Which of these referrals count for one that is of this early-help record, if of any; newest first.

    Those of one day are one, and so are the escalations of one record with the referral that opened it: the accepted
    or else the highest of them stands for all.
    """
    counted = [each for each in earlier if was_a_referral(each.status, each.level)]
    weightiest = sorted(counted, key=lambda each: (each.status == "accepted", each.level or 0, each.received_at))
    days, records = set[date](), {record} - {None}
    kept: list[Before] = []
    for each in reversed(weightiest):
        day = london_day(each.received_at)
        if day in days or each.record in records:
            continue
        kept.append(each)
        days.add(day)
        records |= {each.record} - {None}
    return [each.referral_id for each in sorted(kept, key=lambda each: each.received_at, reverse=True)]


def fits_ages(ages: Iterable[int], minimum: int | None, maximum: int | None) -> bool:
    """Whether a session is for any of these ages, in years; whoever is not born yet counts as 0."""
    return any((minimum or 0) <= age and (maximum is None or age <= maximum) for age in ages)


def age_on(born: date | None, day: date) -> int:
    return years_old(born, day) if born else 0
