"""What key workers do with the families that they hold, over the last weeks: a plan, from which nothing is sent."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from shared.clock import london_day
from tools.demo import life_words as words
from tools.demo import moments
from tools.demo.county import County, Referral
from tools.demo.teams import start_of

LOOKS_BACK = timedelta(days=40)
"""How far back visits go: those before it stayed with the older system."""
SEEN_OFTEN = {"strategy_discussion": 11, "assessment": 23, "thriving_families": 26}
"""About how many days lie between two visits."""
AT_MOST = {"strategy_discussion": 3, "assessment": 2, "thriving_families": 1}
PURPOSES = {"strategy_discussion": "child_protection_visit", "assessment": "child_in_need_visit"}
YOUNG = timedelta(days=4 * 365)
LEFT_ALONE_ONE_IN = 16
"""Families whom nobody has seen since they were allocated: every list of last contacts has some."""


@dataclass(frozen=True)
class Contact:
    """A contact as it is written down, by the key worker unless it is a supervision."""

    kind: str
    at: datetime
    text: str
    purpose: str | None = None
    place: str | None = None
    no_reply: bool = False
    with_family: bool | None = None


@dataclass(frozen=True)
class Action:
    """What somebody is to do; without an owner, the key worker is to do it."""

    what: str
    owner: str | None
    agreed_on: date
    due_on: date
    done_on: date | None
    reason_late: str | None


@dataclass(frozen=True)
class Flag:
    """A warning flag of the family."""

    kind: str
    words: str
    set_on: date
    review_on: date


@dataclass(frozen=True)
class Life:
    """What happened with one family; `contacts` end with a visit or a meeting at which it was met."""

    contacts: tuple[Contact, ...]
    actions: tuple[Action, ...]
    flag: Flag | None

    @property
    def last_contact_on(self) -> date:
        return london_day(self.contacts[-1].at)


def make_life(county: County, referral: Referral, until: date) -> Life | None:
    """Of a family with a key worker until that day; None where nobody has met it yet."""
    random = Random(f"{county.seed}/life/{referral.key}")
    start, end = start_of(county, referral), min(until, county.today - timedelta(days=1))
    if random.randrange(LEFT_ALONE_ONE_IN) == 0:
        return None
    met = _met_on(random, referral, max(start, end - LOOKS_BACK), end)
    if not met:
        return None
    texts = random.sample(_texts(referral, met[0]), len(met))
    contacts = [_met(random, referral, day, text) for day, text in zip(met, texts, strict=True)]
    contacts += _between(random, referral, met[0], met[-1])
    in_order = tuple(sorted(contacts, key=lambda each: each.at))
    return Life(in_order, _actions(random, county, referral, met[0]), _flag(random, county, referral, met[-1]))


def _met_on(random: Random, referral: Referral, first: date, last: date) -> list[date]:
    """The working days on which the family is met, oldest first."""
    assert referral.decided
    gap, days = SEEN_OFTEN[referral.decided.outcome], list[date]()
    day = last - timedelta(days=random.randrange(gap))
    while len(days) < AT_MOST[referral.decided.outcome] and (met := moments.working_day(day)) >= first:
        days.append(met)
        day = met - timedelta(days=max(3, gap + random.randrange(-4, 5)))
    if not days and moments.working_day(last) == last and last >= first:
        days.append(last)
    return sorted(days)


def _texts(referral: Referral, day: date) -> tuple[str, ...]:
    assert referral.decided
    if not _born(referral, day):
        return words.UNBORN
    young = all(
        child.date_of_birth is None or child.date_of_birth > day - YOUNG for child in referral.household.children
    )
    return words.VISITS_TO_THE_YOUNG if young else words.VISITS[referral.decided.outcome]


def _met(random: Random, referral: Referral, day: date, text: str) -> Contact:
    assert referral.decided
    at = moments.at(day, random.randrange(9, 18), random.choice((0, 10, 15, 30, 40, 45)))
    if text in words.UNBORN:
        return Contact("meeting", at, _filled_in(text, referral), "planning", "partner")
    purpose = PURPOSES.get(referral.decided.outcome) or random.choice(
        ("family_support", "family_support", "direct_work")
    )
    return Contact("visit", at, _filled_in(text, referral), purpose, "home")


def _between(random: Random, referral: Referral, first: date, last: date) -> list[Contact]:
    """Now and then a visit to a closed door, a call, a note or a supervision, before the family was met last."""
    contacts: list[Contact] = []
    days = (last - first).days
    if days < 2:
        return contacts
    kind = random.choices(("no_reply", "call", "school", "note", "supervision", None), (9, 12, 6, 9, 8, 56))[0]
    day = moments.working_day(first + timedelta(days=random.randrange(1, days)))
    at = moments.at(max(day, first), 18, random.randrange(50))
    if kind == "no_reply":
        contacts.append(Contact("visit", at, _pick(random, words.NO_REPLY, referral), "other", "home", no_reply=True))
    elif kind == "call":
        contacts.append(Contact("call", at, _pick(random, words.CALLS, referral), "information"))
    elif kind == "school":
        text = _pick(random, words.CALLS_WITH_PROFESSIONALS, referral)
        contacts.append(Contact("call", at, text, "information", with_family=False))
    elif kind:
        texts = words.NOTES if kind == "note" else words.SUPERVISIONS
        contacts.append(Contact(kind, at, _pick(random, texts, referral)))
    return contacts


def _actions(random: Random, county: County, referral: Referral, agreed_on: date) -> tuple[Action, ...]:
    if random.random() >= 0.25:
        return ()
    what, owner = random.choice(words.ACTIONS)
    due_on = max(agreed_on, county.today + timedelta(days=random.choice((-16, -9, -6, -3, 4, 9, 14, 23))))
    done_on, reason_late = None, None
    if due_on < county.today and random.random() < 0.5:
        late = random.random() < 0.25 and due_on < county.today - timedelta(days=2)
        done_on = due_on + timedelta(days=1) if late else max(agreed_on, due_on - timedelta(days=1))
        reason_late = words.LATE if late else None
    return (Action(_filled_in(what, referral), owner, agreed_on, due_on, done_on, reason_late),)


def _flag(random: Random, county: County, referral: Referral, set_on: date) -> Flag | None:
    if random.random() >= 0.07 or not _born(referral, set_on):
        return None
    kind, text = random.choice(words.FLAGS)
    review_on = county.today + timedelta(days=random.choice((5, 30, 60, 90)))
    return Flag(kind, _filled_in(text, referral), set_on, review_on)


def _born(referral: Referral, day: date) -> bool:
    return any(child.date_of_birth and child.date_of_birth <= day for child in referral.household.children)


def _pick(random: Random, texts: tuple[str, ...], referral: Referral) -> str:
    return _filled_in(random.choice(texts), referral)


def _filled_in(text: str, referral: Referral) -> str:
    household = referral.household
    text = text.format(child=household.children[0].given_name or "the baby", carer=household.adults[0].given_name)
    return text[0].upper() + text[1:]
