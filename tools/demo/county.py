"""The whole made-up county as a plan: nothing is sent here, and the same seed on the same day gives the same plan."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from random import Random

from tools.demo import moments
from tools.demo.households import Household, Numbers, make_household
from tools.demo.referrers import Referrer, make_referrer
from tools.demo.situation import Situation
from tools.demo.situations import (
    DECISION_REASONS,
    LEVELS,
    NO_CONSENT_REASONS,
    RATING_REASONS,
    RATINGS,
    SITUATIONS,
)

DECK = {
    "submitted": 6,
    "rated": 5,
    "strategy_discussion": 13,
    "assessment": 31,
    "thriving_families": 21,
    "early_help": 8,
    "signposted": 6,
    "no_further_action": 7,
    "transferred": 3,
}
"""What becomes of each hundred families that are referred."""
ACCEPTED = frozenset({"strategy_discussion", "assessment", "thriving_families"})
MAY_BECOME = {
    "submitted": ("assessment", "thriving_families", "strategy_discussion", "strategy_discussion", "signposted"),
    "rated": ("assessment", "assessment", "thriving_families", "thriving_families", "strategy_discussion"),
}
"""What those that wait for a decision are about."""
REFERRED_AGAIN_AFTER = frozenset({"early_help", "signposted", "no_further_action"})
REFERRED_AGAIN_ONE_IN = 3


@dataclass(frozen=True)
class Rated:
    rating: str
    reason: str
    at: datetime


@dataclass(frozen=True)
class Decided:
    outcome: str
    level: int
    reason: str
    primary_need: str
    at: datetime


@dataclass(frozen=True)
class Referral:
    """A referral and how far it came; `placed_in` is the area that a person gave it where the postcode gave none."""

    key: str
    household: Household
    referrer: Referrer
    situation: Situation
    narrative: str
    immediate_danger: bool
    consent_given: bool
    no_consent_reason: str | None
    received_at: datetime
    placed_in: str | None
    rated: Rated | None
    decided: Decided | None

    @property
    def is_accepted(self) -> bool:
        return self.decided is not None and self.decided.outcome in ACCEPTED

    @property
    def is_again(self) -> bool:
        """Whether the family was referred before."""
        return self.key.endswith("-again")

    @property
    def key_of_other(self) -> str:
        """Of the family's other referral, if there is one."""
        return self.key.removesuffix("-again") if self.is_again else f"{self.key}-again"

    @property
    def area(self) -> str | None:
        return self.placed_in or self.household.address.area


@dataclass(frozen=True)
class County:
    """Every referral of the plan, by the number of the family; a family may be referred twice."""

    seed: int
    families: int
    today: date
    referrals: tuple[Referral, ...]


def make_county(seed: int, families: int, today: date) -> County:
    """Family by family, so that a larger county holds the smaller one of the same seed and day."""
    numbers = Numbers(Random(f"{seed}/numbers"))
    made: list[Referral] = []
    for index in range(families):
        random = Random(f"{seed}/family/{index}")
        made += _make_family(random, numbers, index, fate_of(seed, index), today)
    return County(seed, families, today, _at_different_moments(made))


def fate_of(seed: int, index: int) -> str:
    """Every hundred families are dealt the same deck, each hundred in its own order; the oldest has a case."""
    if index == 0:
        return "thriving_families"
    deck = [fate for fate, count in DECK.items() for _ in range(count)]
    Random(f"{seed}/deck/{index // 100}").shuffle(deck)
    return deck[index % 100]


def _make_family(random: Random, numbers: Numbers, index: int, fate: str, today: date) -> list[Referral]:
    days_ago = moments.OLDEST_DAYS if index == 0 else _days_ago(random, fate)
    waiting = fate in MAY_BECOME
    end = random.choice(MAY_BECOME[fate]) if waiting else fate
    situation = random.choice(SITUATIONS[end])
    on = today - timedelta(days=days_ago)
    away = fate == "transferred" or random.random() < 0.02
    household = make_household(random, numbers, situation.ages, on, away=away)
    first = _make_referral(random, f"{index}", household, situation, fate, end, days_ago, today)
    if index == 0:
        first = replace(first, received_at=moments.at(on, 9, 12))
        first = replace(first, rated=_rating(random, first, end, today))
        return [replace(first, decided=_decision(random, first, end, today))]
    again = fate in REFERRED_AGAIN_AFTER and random.randrange(REFERRED_AGAIN_ONE_IN) == 0
    if not again or situation.ages[0] < 0 or days_ago < 60:
        return [first]
    return [first, _make_second(random, index, household, days_ago, today)]


def _days_ago(random: Random, fate: str) -> int:
    """What waits came lately; of older cases fewer are still open than of newer ones."""
    if fate == "submitted":
        return random.choice((1, 1, 1, 1, 1, 1, 2, 4))
    if fate == "rated":
        return random.choice((1, 1, 1, 1, 2, 3))
    bend = 1.5 if fate in ACCEPTED else 1.1
    return 4 + int((moments.OLDEST_DAYS - 40) * random.random() ** bend)


def _make_second(random: Random, index: int, household: Household, days_ago: int, today: date) -> Referral:
    """The family is referred again, and this time a case is opened."""
    end = random.choice(("assessment", "thriving_families"))
    eldest = min(child.date_of_birth or today for child in household.children)
    age = (today - eldest).days // 365
    fitting = [each for each in SITUATIONS[end] if each.ages[0] <= age <= each.ages[1] + 1] or list(SITUATIONS[end])
    later = random.randrange(5, days_ago - 20)
    return _make_referral(random, f"{index}-again", household, random.choice(fitting), end, end, later, today)


def _make_referral(
    random: Random,
    key: str,
    household: Household,
    situation: Situation,
    fate: str,
    end: str,
    days_ago: int,
    today: date,
) -> Referral:
    referrer = make_referrer(random, random.choice(situation.sources))
    if referrer.source == "1C":
        carer = household.adults[0]
        referrer = replace(referrer, name=f"{carer.given_name} {carer.family_name}")
    consent = random.random() < (0.25 if situation.urgent else 0.8)
    referral = Referral(
        key=key,
        household=household,
        referrer=referrer,
        situation=situation,
        narrative=_narrative(random, household, situation),
        immediate_danger=situation.urgent and random.random() < 0.4,
        consent_given=consent,
        no_consent_reason=None if consent else random.choice(NO_CONSENT_REASONS),
        received_at=moments.received(random, today, days_ago, referrer.source),
        placed_in=None,
        rated=None,
        decided=None,
    )
    if fate != "submitted":
        referral = replace(referral, rated=_rating(random, referral, end, today))
    if fate in SITUATIONS:
        referral = replace(referral, decided=_decision(random, referral, end, today))
    if referral.is_accepted and referral.household.address.area is None:
        referral = replace(referral, placed_in=random.choice(("north", "central", "south")))
    return referral


def _narrative(random: Random, household: Household, situation: Situation) -> str:
    adults = [adult.given_name for adult in household.adults]
    narrative = random.choice(situation.narratives).format(
        child=household.children[0].given_name or "The baby",
        carer=adults[0],
        other=adults[1] if len(adults) > 1 else "a relative",
        town=household.address.town,
    )
    return narrative.replace(". a relative", ". A relative")


def _rating(random: Random, referral: Referral, end: str, today: date) -> Rated:
    rating = "red" if referral.immediate_danger else random.choice(RATINGS[end])
    at = moments.rated(random, referral.received_at, rating)
    at = moments.by_yesterday(at, referral.received_at, today)
    return Rated(rating, random.choice(RATING_REASONS[rating]), at)


def _decision(random: Random, referral: Referral, end: str, today: date) -> Decided:
    assert referral.rated
    rated = referral.rated
    at = moments.decided(random, referral.received_at, rated.at, rated.rating)
    return Decided(
        outcome=end,
        level=random.choice(LEVELS[end]),
        reason=random.choice(DECISION_REASONS[end]),
        primary_need=referral.situation.primary_need,
        at=moments.by_yesterday(at, rated.at, today),
    )


def _at_different_moments(referrals: list[Referral]) -> tuple[Referral, ...]:
    """No two are received in the same second: by that moment a second run knows what is there already."""
    seen: set[datetime] = set()
    moved = []
    for referral in referrals:
        at = referral.received_at
        while at in seen:
            at -= timedelta(seconds=1)
        seen.add(at)
        moved.append(replace(referral, received_at=at))
    return tuple(moved)
