"""What becomes of a few families: closed, stepped up or down, transferred, handed over. A plan, dealt by the seed."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from tools.demo import moments
from tools.demo.county import County, Referral, fate_of
from tools.demo.teams import start_of

HELD_FOR = timedelta(days=60)
"""So long a family has had its key worker before something changes."""
STEPPED_TO = {
    "assessment": ("child_protection", "early_help", "thriving_families"),
    "strategy_discussion": ("child_in_need", "court"),
    "thriving_families": ("early_help",),
}
"""By what was decided at the front door, of each hundred families one to each of these pathways."""
CLOSED = 2
ANSWERS = ("accepted", None, "rejected", "at_once")
"""To the offers of a transfer, in turn; None: it waits. `at_once` is one within the area, of some days ago."""
TRANSFERRED = 2
TRANSFERRED_AGO = timedelta(days=10)
THRIVING = 6
OLD_ENOUGH_TO_OFFEND = 12 * 366
HANDED_OVER_ONE_IN = 5
"""Of those with a disabled child, or with a young person who offends."""


@dataclass(frozen=True)
class Step:
    """A step to a pathway, from a day on."""

    pathway: str
    from_on: date


@dataclass(frozen=True)
class HandOver:
    """A child, by name, to another service."""

    service: str
    given_name: str


@dataclass(frozen=True)
class Changes:
    """By the key of the referral; a family is in one of them at most."""

    closed_on: dict[str, date] = field(default_factory=dict)
    steps: dict[str, Step] = field(default_factory=dict)
    transfers: dict[str, str | None] = field(default_factory=dict)
    thriving: list[str] = field(default_factory=list)
    hand_overs: dict[str, HandOver] = field(default_factory=dict)

    def held_until(self, key: str, today: date) -> date:
        """Until when the key worker who had the family first may have met it."""
        if key in self.closed_on:
            return self.closed_on[key]
        if self.transfers.get(key) == "at_once":
            return today - TRANSFERRED_AGO
        step = self.steps.get(key)
        return step.from_on if step and step.pathway == "early_help" else today

    def has(self, key: str) -> bool:
        return any(key in those for those in (self.closed_on, self.steps, self.transfers, self.thriving))


def make_changes(county: County) -> Changes:
    """Every hundred families are dealt alike, as their fates are: in a larger county the smaller one fares the same."""
    changes = Changes()
    old = county.today - HELD_FOR
    referrals = {each.key: each for each in county.referrals if each.is_accepted and start_of(county, each) <= old}
    for hundred in range((county.families + 99) // 100):
        for fate, pathways in STEPPED_TO.items():
            _deal(county, changes, hundred, fate, pathways, referrals)
    for key, referral in referrals.items():
        offer = _hand_over(referral, county.today)
        dealt = Random(f"{county.seed}/hand-over/{key}").randrange(HANDED_OVER_ONE_IN) == 0
        if offer and dealt and not referral.is_again and not changes.has(key):
            changes.hand_overs[key] = offer
    return changes


def _deal(
    county: County, changes: Changes, hundred: int, fate: str, pathways: tuple[str, ...], referrals: dict[str, Referral]
) -> None:
    """To all hundred families, whether they are in the county or not; what is dealt to those that are not is lost."""
    random = Random(f"{county.seed}/changes/{hundred}/{fate}")
    keys = [str(index) for index in range(hundred * 100, hundred * 100 + 100) if fate_of(county.seed, index) == fate]
    random.shuffle(keys)
    ago = {key: timedelta(days=random.randrange(4, 26)) for key in keys}
    dealt = iter(keys)
    for pathway in pathways:
        if (key := next(dealt)) in referrals:
            changes.steps[key] = Step(pathway, moments.working_day(county.today - ago[key]))
    if fate == "strategy_discussion":
        return
    for _ in range(CLOSED):
        if (key := next(dealt)) in referrals:
            changes.closed_on[key] = moments.working_day(county.today - ago[key])
    answers = ANSWERS[TRANSFERRED:] if fate == "thriving_families" else ANSWERS
    for turn in range(TRANSFERRED):
        if (key := next(dealt)) in referrals:
            changes.transfers[key] = answers[turn]
    if fate == "thriving_families":
        changes.thriving.extend(key for key in list(dealt)[:THRIVING] if key in referrals)


def _hand_over(referral: Referral, today: date) -> HandOver | None:
    for child in referral.household.children:
        if child.disabilities:
            return HandOver("disabled_children", child.given_name)
    eldest = referral.household.children[0]
    offends = "antisocial_behaviour_or_youth_crime" in referral.situation.needs
    if offends and eldest.date_of_birth and (today - eldest.date_of_birth).days > OLD_ENOUGH_TO_OFFEND:
        return HandOver("youth_offending", eldest.given_name)
    return None
