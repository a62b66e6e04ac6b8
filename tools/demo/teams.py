"""Three areas of workers, and which of them gets which family."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random
from zlib import crc32

from shared.clock import london_day
from tools.demo.county import County, Referral
from tools.demo.names import COMMUNITIES
from tools.demo.situations import OVERRIDE_REASONS

TEAMS = {
    "north": (("Banbury and Bicester", 451000, 233000), ("Witney and West", 434000, 211000)),
    "central": (("Leys and Rose Hill", 454500, 202900), ("Barton and Cowley", 455000, 206500)),
    "south": (("Abingdon and Vale", 446000, 195000), ("Didcot and Wallingford", 455000, 190000)),
}
"""By area: the teams, and about where each works on the National Grid."""

FIRST_SEED = 2015
FIRST_CEILING = 16
"""Children per full-time worker as the suite starts: by it the teams are staffed."""
TO_BE_ALLOCATED = Decimal("0.9")
"""Of the children with an open case; the other families wait."""
STAFFED_TO = Decimal("0.95")
"""How full the workers are on the whole."""
PARTS_OF_FULL_TIME = (("1", 75), ("0.8", 13), ("0.6", 8), ("0.4", 4))
SHARES = tuple(Decimal(share) for share in ("0.6", "0.85", "1", "1", "1", "1"))
ONE_FAMILY_ONLY = "Winifred Hartnoll"
"""A retired social worker of the south who stays with one family: with two hours a week a family of three is over her
ceiling, also where a board has raised the county's to 40."""
HER_AREA, HER_FTE, HER_REASON = "south", Decimal("0.05"), "Has known this family for years and stays for them alone."
OVERRIDES_PER_AREA = 2
OVER_BY_AT_MOST = 3
ROLES = ("area_manager", "team_manager", "practice_supervisor", "social_worker", "family_support_worker")
KINDS = tuple((area, role) for area in TEAMS for role in ROLES)
KEY_WORKERS = ("social_worker", "family_support_worker")
NEEDS_SOCIAL_WORKER = frozenset({"assessment", "strategy_discussion"})
RECENT = timedelta(days=6)
RECENT_THAT_WAIT = 0.6


@dataclass(frozen=True)
class Worker:
    """A member of an area team, as the API takes it."""

    name: str
    role: str
    area: str
    team: str | None
    fte: Decimal
    registration_number: str | None
    subject: str


@dataclass(frozen=True)
class Allocation:
    """Which worker gets the family of a referral, from when; with a manager's reason where the ceiling is passed."""

    referral: Referral
    worker: Worker
    starts_on: date
    override_reason: str | None


class _Names:
    """Names for the workers of one kind in one area, none of them twice; a longer list begins with the shorter one."""

    def __init__(self, seed: int, area: str, role: str) -> None:
        self._random = Random(f"{seed}/names/{area}/{role}")
        initials = "".join(word[0] for word in role.split("_"))
        self._prefix = f"{area}.{initials}" if seed == FIRST_SEED else f"{seed}.{area}.{initials}"
        self._kind = KINDS.index((area, role))
        self._taken: set[str] = set()

    def next(self) -> tuple[str, str]:
        """A name and the subject with which such a person signs in."""
        while True:
            community = self._random.choices(COMMUNITIES, [each.weight + 3 for each in COMMUNITIES])[0]
            given = self._random.choice(community.women * 3 + community.men)
            name = f"{given} {self._random.choice(community.family_names)}"
            own = crc32(name.encode()) % len(KINDS) == self._kind  # so that no other kind has somebody of this name
            if own and name not in self._taken:
                self._taken.add(name)
                return name, f"{self._prefix}.{name.lower().replace(' ', '.')}"


def staff(county: County) -> list[Worker]:
    """As many key workers as the families of each area need, in teams with a supervisor and a manager each."""
    workers: list[Worker] = []
    for area, teams in TEAMS.items():
        names = [team for team, _, _ in teams]
        workers += _leaders(county.seed, "area_manager", area, [None])
        workers += _leaders(county.seed, "team_manager", area, names)
        workers += _leaders(county.seed, "practice_supervisor", area, names)
        accepted = [each for each in county.referrals if each.is_accepted and each.area == area]
        for role in ("social_worker", "family_support_worker"):
            load = sum(len(each.household.children) for each in accepted if _role_for(each) == role)
            workers += _key_workers(county.seed, role, area, load)
    return [*workers, _of_one_family(county.seed)]


def _of_one_family(seed: int) -> Worker:
    first_name = ONE_FAMILY_ONLY.partition(" ")[0].lower()
    subject = f"{HER_AREA}.sw.{first_name}" if seed == FIRST_SEED else f"{seed}.{HER_AREA}.sw.{first_name}"
    registration, team = _registration(Random(f"{seed}/{subject}")), TEAMS[HER_AREA][0][0]
    return Worker(ONE_FAMILY_ONLY, "social_worker", HER_AREA, team, HER_FTE, registration, subject)


def _leaders(seed: int, role: str, area: str, teams: Sequence[str | None]) -> list[Worker]:
    names, random = _Names(seed, area, role), Random(f"{seed}/posts/{area}/{role}")
    return [_worker(names, role, area, team, Decimal(1), _registration(random)) for team in teams]


def _key_workers(seed: int, role: str, area: str, load: int) -> list[Worker]:
    names, random = _Names(seed, area, role), Random(f"{seed}/posts/{area}/{role}")
    needed = load * TO_BE_ALLOCATED / STAFFED_TO / FIRST_CEILING
    parts, weights = [part for part, _ in PARTS_OF_FULL_TIME], [weight for _, weight in PARTS_OF_FULL_TIME]
    hired: list[Worker] = []
    while sum((each.fte for each in hired), Decimal(0)) < needed - Decimal("0.3") or not hired:
        fte = Decimal(random.choices(parts, weights)[0])
        registration = _registration(random) if role == "social_worker" else None
        team = TEAMS[area][len(hired) % len(TEAMS[area])][0]
        hired.append(_worker(names, role, area, team, fte, registration))
    return hired


def _worker(
    names: _Names, role: str, area: str, team: str | None, fte: Decimal, registration_number: str | None
) -> Worker:
    name, subject = names.next()
    return Worker(name, role, area, team, fte, registration_number, subject)


def _registration(random: Random) -> str:
    return f"SW{random.randrange(900_000, 1_000_000)}"


def _role_for(referral: Referral) -> str:
    assert referral.decided
    return "social_worker" if referral.decided.outcome in NEEDS_SOCIAL_WORKER else "family_support_worker"


class _Caseloads:
    """What each worker holds while the families are shared out."""

    def __init__(self, workers: Iterable[Worker], seed: int, per_full_time: int) -> None:
        self.children = {worker: 0 for worker in workers if worker.role in KEY_WORKERS}
        self._ceilings = {worker: per_full_time * worker.fte for worker in self.children}
        # Some are new in post or come back from leave: they are given fewer families than the ceiling allows.
        self._shares = {each: Random(f"{seed}/share/{each.subject}").choice(SHARES) for each in self.children}

    def room_of(self, worker: Worker) -> Decimal:
        return self._ceilings[worker] * self._shares[worker] - self.children[worker]

    def fits(self, worker: Worker, children: int) -> bool:
        return self.over_by(worker, children) <= 0

    def over_by(self, worker: Worker, children: int) -> Decimal:
        return self.children[worker] + children - self._ceilings[worker]


def share_out(
    county: County, workers: Sequence[Worker], per_full_time: int, held: Mapping[str, Worker | None]
) -> list[Allocation]:
    """Families to workers, the longest waiting first, within the ceiling; then a few over it; some are left waiting.

    A ceiling above the first one changes nothing: the teams are staffed for that. `held` are the families that have a
    key worker already, by the key of the referral.
    """
    per_full_time = min(per_full_time, FIRST_CEILING)
    caseloads = _Caseloads(workers, county.seed, per_full_time)
    accepted = sorted((each for each in county.referrals if each.is_accepted), key=_decided_at)
    for referral in accepted:
        if worker := held.get(referral.key):
            caseloads.children[worker] += len(referral.household.children)
    made: list[Allocation] = []
    waiting: list[Referral] = []
    for referral in accepted:
        if referral.key in held:
            continue
        random = Random(f"{county.seed}/allocation/{referral.key}")
        just_decided = county.today - london_day(_decided_at(referral)) < RECENT and random.random() < RECENT_THAT_WAIT
        if just_decided or (worker := _choose(caseloads, referral)) is None:
            waiting.append(referral)
            continue
        caseloads.children[worker] += len(referral.household.children)
        made.append(Allocation(referral, worker, start_of(county, referral), None))
    over = _over_the_ceiling(county, caseloads, waiting)
    found = {allocation.referral.key for allocation in over}
    left = [each for each in waiting if each.key not in found]
    return [*made, *over, *_for_one_family(county, caseloads, left)]


def _for_one_family(county: County, caseloads: _Caseloads, waiting: list[Referral]) -> list[Allocation]:
    """The largest family of those who still wait in her area, unless she holds one."""
    [her] = [worker for worker in caseloads.children if worker.name == ONE_FAMILY_ONLY]
    families = [each for each in waiting if each.area == HER_AREA]
    if caseloads.children[her] or not families:
        return []
    largest = max(families, key=lambda each: (len(each.household.children), each.key))
    return [Allocation(largest, her, start_of(county, largest), HER_REASON)]


def _decided_at(referral: Referral) -> datetime:
    assert referral.decided
    return referral.decided.at


def _choose(caseloads: _Caseloads, referral: Referral) -> Worker | None:
    """Of those whom the family fits: of the nearest team before others, then who has most room."""
    children, role = len(referral.household.children), _role_for(referral)
    fitting = [
        worker
        for worker in caseloads.children
        if worker.area == referral.area and worker.role == role and caseloads.fits(worker, children)
    ]
    near = _nearest_team(referral)
    roomy = [worker for worker in fitting if caseloads.room_of(worker) >= children]
    return max(
        roomy or fitting, key=lambda worker: (worker.team == near, caseloads.room_of(worker), worker.name), default=None
    )


def _nearest_team(referral: Referral) -> str:
    assert referral.area
    home = referral.household.address
    return min(TEAMS[referral.area], key=lambda team: (team[1] - home.easting) ** 2 + (team[2] - home.northing) ** 2)[0]


def _over_the_ceiling(county: County, caseloads: _Caseloads, waiting: list[Referral]) -> list[Allocation]:
    """The families at most risk of those who wait, a few in each area: a manager finds somebody."""
    made: list[Allocation] = []
    over = Counter(worker.area for worker in caseloads.children if caseloads.over_by(worker, 0) > 0)
    for referral in sorted(waiting, key=lambda each: each.decided is None or -each.decided.level):
        worker = _choose_over_the_ceiling(caseloads, referral)
        if worker is None or over[worker.area] >= OVERRIDES_PER_AREA:
            continue
        caseloads.children[worker] += len(referral.household.children)
        over[worker.area] += 1
        reason = Random(f"{county.seed}/override/{referral.key}").choice(OVERRIDE_REASONS)
        made.append(Allocation(referral, worker, start_of(county, referral), reason))
    return made


def _choose_over_the_ceiling(caseloads: _Caseloads, referral: Referral) -> Worker | None:
    """Somebody full-time whom the family takes over the ceiling, and not by much."""
    children, role = len(referral.household.children), _role_for(referral)
    able = [
        worker
        for worker in caseloads.children
        if worker.area == referral.area
        and worker.role == role
        and worker.fte == 1
        and caseloads.over_by(worker, 0) <= 0 < caseloads.over_by(worker, children) <= OVER_BY_AT_MOST
    ]
    return min(able, key=lambda each: (caseloads.over_by(each, children), each.name), default=None)


def start_of(county: County, referral: Referral) -> date:
    """When the family's key worker begins: a few days after the decision, and not in the future."""
    random = Random(f"{county.seed}/start/{referral.key}")
    opened_on = london_day(_decided_at(referral))
    return min(county.today, opened_on + timedelta(days=random.choice((0, 1, 1, 2, 3, 4, 6, 9))))
