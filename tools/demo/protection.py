"""The way of families through the law, over the months since their referral: a plan, from which nothing is sent."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from shared.clock import london_day
from shared.working_days import add_working_days
from tools.demo import life_words as words
from tools.demo import moments
from tools.demo.changes import Changes
from tools.demo.county import County, Referral, fate_of
from tools.demo.lives import LOOKS_BACK
from tools.demo.teams import start_of

CATEGORIES = [
    *("NEG", "EMO", "NEG", "NEG", "EMO", "NEG", "PHY", "NEG"),
    *("EMO", "NEG", "NEG", "EMO", "SAB", "NEG", "NEG"),
]
CATEGORIES += ["EMO", "NEG", "NEG", "PHY", "EMO", "NEG", "NEG", "PHY", "EMO", "NEG"]
"""Of 25 families whose children have a plan, 14 for neglect: 56 % (R§16-20)."""
WITHOUT_CONFERENCE = ("substantiated_no_conference", "not_substantiated")
NO_CONFERENCE_ONE_IN = 5
PREVIOUS_PLAN_ONE_IN = 5
CONFERENCE_AFTER = (11, 12, 13, 14, 15, 15, 18)
"""Working days after the strategy discussion: the last is late."""
IN_TIME = 15
FIRST_CORE_GROUP_AFTER = 8
CORE_GROUP_EVERY = (38, 40, 42, 42, 42, 49)
"""Days: the last is late."""
FIRST_REVIEW_AFTER, REVIEWED_EVERY = timedelta(days=84), timedelta(days=175)
ENDS_AT_REVIEW = (0.2, 0.6, 1.0)
"""How likely the first review ends the plan, the second, and every later one."""
BACK_AFTER = timedelta(days=60)
COMES_BACK = 0.4
VISITED_EVERY = 12
VISIT_MISSED_ONE_IN, NO_REPLY_ONE_IN = 8, 12
ASSESSED_IN = (18, 24, 29, 33, 38, 41, 44, 44, 52)
"""Working days: the last is late."""
ASSESSED_WITHIN = 45
ASSESSED_BEFORE_A_CHANGE = 15
FACTORS = {
    "neglect": "16A",
    "emotional_abuse": "17A",
    "physical_abuse": "18C",
    "sexual_abuse": "19C",
    "domestic_abuse": "3B",
    "parental_substance_use": "2B",
    "parental_mental_health": "4B",
    "child_mental_health": "4A",
    "self_harm": "15A",
    "going_missing": "10A",
    "sexual_exploitation": "11A",
    "criminal_exploitation": "24A",
    "disability": "6A",
    "unaccompanied_asylum_seeker": "9A",
}
"""By the concern of the referral what the assessment found, in the codes of the census; else 20, other."""
ADULT = timedelta(days=18 * 365 + 4)
FIRST_NEED_REVIEW_AFTER, NEED_REVIEWED_EVERY = (22, 25, 26, 28, 28, 36), timedelta(days=85)
"""Days: the last is late."""
OVER_AFTER = timedelta(days=260)
"""So long a child in need plan goes on at most."""


@dataclass(frozen=True)
class Step:
    """A step of the law or a visit on a day, and what is written down of it."""

    kind: str
    on: date
    facts: dict[str, Any] = field(default_factory=dict)


def make_paths(county: County, changes: Changes) -> dict[str, list[Step]]:
    """By the key of the referral, the steps of each family in the order of their days; the assessment stands last.

    A larger county has the smaller one's families on the same way.
    """
    paths: dict[str, list[Step]] = {}
    dealt = _categories(county)
    yesterday = county.today - timedelta(days=1)
    for referral in county.referrals:
        if not referral.is_accepted or not referral.decided or referral.decided.outcome == "thriving_families":
            continue
        random = Random(f"{county.seed}/protection/{referral.key}")
        assessment = list(_assessment(random, county, changes, referral))
        steps: list[Step] = []
        if referral.decided.outcome == "strategy_discussion":
            discussed_at = moments.in_office_hours(referral.decided.at + timedelta(hours=random.randrange(2, 7)))
            category = dealt.get(referral.key) or random.choice(CATEGORIES)
            enquiry = referral.key not in changes.steps and not _has_adult(referral, county.today)
            steps = list(_path_of_protection(random, discussed_at, category, yesterday, enquiry=enquiry))
        elif len(assessment) > 1 and not changes.has(referral.key):
            steps = list(_need_plan(random, add_working_days(assessment[1].on, 1), yesterday))
        happened = sorted((step for step in steps if step.on <= yesterday), key=lambda step: step.on)
        paths[referral.key] = [*happened, *assessment]
    return {key: steps for key, steps in paths.items() if steps}


def _has_adult(referral: Referral, today: date) -> bool:
    """Whether one of the children is of age by now."""
    return any(each.date_of_birth and each.date_of_birth + ADULT <= today for each in referral.household.children)


def _categories(county: County) -> dict[str, str]:
    """To the families of a strategy discussion in the order of their numbers, so that any first of them agree."""
    keys = [str(index) for index in range(county.families) if fate_of(county.seed, index) == "strategy_discussion"]
    return {key: CATEGORIES[place % len(CATEGORIES)] for place, key in enumerate(keys)}


def _path_of_protection(
    random: Random, at: datetime, category: str, yesterday: date, *, enquiry: bool, second: bool = False
) -> Iterator[Step]:
    """From the strategy discussion on; steps of days to come are left out by the caller."""
    discussed_on = london_day(at)
    yield _discussion(random, at, "section_47" if enquiry else "no_further_action")
    if not enquiry:
        return
    yield Step("enquiry", discussed_on, {"kind": random.choice(("joint", "joint", "single"))})
    completed_on = add_working_days(discussed_on, random.choice((6, 7, 8, 9)))
    if not second and random.randrange(NO_CONFERENCE_ONE_IN) == 0:
        outcome = random.choice(WITHOUT_CONFERENCE)
        yield Step("enquiry_completion", completed_on, {"outcome": outcome, "reason": words.ENQUIRY_FOUND[outcome]})
        if outcome == "substantiated_no_conference":
            yield from _need_plan(random, add_working_days(completed_on, 3), yesterday)
        return
    found = {"outcome": "conference", "reason": words.ENQUIRY_FOUND["conference"]}
    yield Step("enquiry_completion", completed_on, found)
    after = random.choice(CONFERENCE_AFTER)
    late = {"reason_late": words.CONFERENCE_LATE} if after > IN_TIME else {}
    previous = 1 if not second and random.randrange(PREVIOUS_PLAN_ONE_IN) == 0 else 0
    facts = {"kind": "initial", "category": category, "previous_plans": previous, **late}
    began = add_working_days(discussed_on, after)
    yield Step("conference", began, facts)
    yield from _under_the_plan(random, began, category, yesterday)


def _discussion(random: Random, at: datetime, outcome: str) -> Step:
    reason = random.choice(words.DISCUSSED) if outcome == "section_47" else words.DISCUSSED_ONLY
    return Step("discussion", at.date(), {"held_at": at.isoformat(), "outcome": outcome, "reason": reason})


def _under_the_plan(random: Random, began: date, category: str, yesterday: date) -> Iterator[Step]:
    """Reviews until one ends the plan; core groups and visits between; after the end support goes on, or a second plan
    follows."""
    reviews = list(_reviews(random, began, category, yesterday))
    yield from reviews
    ended = reviews and reviews[-1].facts["decision"] == "end"
    until = reviews[-1].on if ended else yesterday
    yield from _core_groups(random, began, until)
    yield from _visits(random, began, min(until, yesterday - LOOKS_BACK))
    if not ended:
        return
    again_on = add_working_days(until + BACK_AFTER, 1)
    if random.random() < COMES_BACK and again_on < yesterday - FIRST_REVIEW_AFTER:
        yield from _need_plan(random, add_working_days(until, 1), again_on, ends=False)
        yield from _path_of_protection(random, moments.at(again_on, 10), category, yesterday, enquiry=True, second=True)
    else:
        yield from _need_plan(random, add_working_days(until, 1), yesterday)


def _reviews(random: Random, began: date, category: str, yesterday: date) -> Iterator[Step]:
    day = moments.working_day(began + FIRST_REVIEW_AFTER)
    number = 0
    while day <= yesterday:
        ends = random.random() < ENDS_AT_REVIEW[min(number, 2)]
        other = {"NEG": "EMO", "EMO": "NEG"}.get(category)
        changed = {"category": other} if not ends and other and random.random() < 0.15 else {}
        decided = {"decision": "end", "reason": words.PLAN_ENDS} if ends else {"decision": "continue"}
        yield Step("conference", day, {"kind": "review", **decided, **changed})
        if ends:
            return
        number, day = number + 1, moments.working_day(day + REVIEWED_EVERY)


def _core_groups(random: Random, began: date, until: date) -> Iterator[Step]:
    day = add_working_days(began, FIRST_CORE_GROUP_AFTER)
    last = day
    while day < until:
        late = {"reason_late": words.CORE_GROUP_LATE} if (day - last).days > max(CORE_GROUP_EVERY[:-1]) else {}
        yield Step(
            "core_group", day, {"quorate": random.random() < 0.9, "notes": random.choice(words.CORE_GROUPS), **late}
        )
        last, day = day, moments.working_day(day + timedelta(days=random.choice(CORE_GROUP_EVERY)))


def _visits(random: Random, began: date, until: date) -> Iterator[Step]:
    """Those before the last weeks, which are among the contacts of the family's life; now and then one is missed."""
    day = add_working_days(began, 4)
    while day <= until:
        if random.randrange(VISIT_MISSED_ONE_IN):
            no_reply = random.randrange(NO_REPLY_ONE_IN) == 0
            text = random.choice(words.NO_REPLY if no_reply else words.PROTECTION_VISITS)
            at = moments.at(day, random.randrange(9, 18), random.choice((0, 10, 20, 30, 45)))
            yield Step("visit", day, {"at": at, "text": text, "no_reply": no_reply})
        day = moments.working_day(day + timedelta(days=VISITED_EVERY + random.choice((-1, 0, 0, 1))))


def _need_plan(random: Random, started_on: date, until: date, *, ends: bool = True) -> Iterator[Step]:
    if started_on > until:
        return
    yield Step("need_plan", started_on, {"goals": random.sample(words.GOALS, 2)})
    day = moments.working_day(started_on + timedelta(days=random.choice(FIRST_NEED_REVIEW_AFTER)))
    while day < until:
        last = ends and day > started_on + OVER_AFTER
        notes = words.NEED_PLAN_ENDS if last else random.choice(words.NEED_REVIEWS)
        yield Step("need_review", day, {"outcome": "end" if last else "continue", "notes": notes})
        if last:
            return
        day = moments.working_day(day + NEED_REVIEWED_EVERY)


def _assessment(random: Random, county: County, changes: Changes, referral: Referral) -> Iterator[Step]:
    """Started the day after the key worker began, and answered by the supervisor some days after its conclusion."""
    assert referral.decided
    yesterday = county.today - timedelta(days=1)
    started_on = add_working_days(start_of(county, referral), 1)
    if started_on > yesterday:
        return
    yield Step("assessment", started_on)
    takes = ASSESSED_BEFORE_A_CHANGE if changes.has(referral.key) else random.choice(ASSESSED_IN)
    received_on = london_day(referral.received_at)
    completed_on = max(add_working_days(received_on, takes), started_on)
    if completed_on > yesterday:
        return
    late = {"reason_late": words.LATE} if completed_on > add_working_days(received_on, ASSESSED_WITHIN) else {}
    child, family = random.choice(words.WISHES)
    outcome = "strategy_discussion" if referral.decided.outcome == "strategy_discussion" else "child_in_need_plan"
    facts = {
        "outcome": outcome,
        "factors": sorted({FACTORS.get(concern, "20") for concern in referral.situation.concerns}),
        "analysis": random.choice(words.ANALYSES),
        "wishes": {"child": child, "family": family},
        **late,
    }
    yield Step("assessment_completion", completed_on, facts)
    if add_working_days(completed_on, 3) <= yesterday:
        yield Step("assessment_authorisation", add_working_days(completed_on, 3))
