"""Referrals to the front door, each taken as far as the plan goes."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import Any

from shared import clock
from shared.auth import Role
from shared.clock import london_day
from tools.demo.county import Referral
from tools.demo.households import Address
from tools.demo.moments import OLDEST_DAYS
from tools.demo.run import Run, all_of
from tools.demo.suite_client import DemoStopped, Person, Suite

REFERRALS = "/referrals/v1/referrals"
MASH = (
    Person(Role.MASH_PRACTITIONER, "mash.naomi.arkwell", "Naomi Arkwell"),
    Person(Role.MASH_PRACTITIONER, "mash.tariq.zamindar", "Tariq Zamindar"),
    Person(Role.MASH_PRACTITIONER, "mash.bethan.prosserley", "Bethan Prosserley"),
    Person(Role.MASH_PRACTITIONER, "mash.joseph.asareno", "Joseph Asareno"),
)
MASH_MANAGER = Person(Role.MASH_MANAGER, "mash.manager.ruth.coldwick", "Ruth Coldwick")

SURELY_THE_SAME = 0.9
NAMESAKES = "Alike in name and birthday by chance; the schools know them as two children."
WITHDRAWN_ONE_IN = 5
"""Of those that wait for a rating."""
LEVEL_4 = frozenset({"physical_abuse", "sexual_abuse", "sexual_exploitation", "criminal_exploitation", "trafficking"})
"""Concerns for which the threshold suggests level 4: a decision below it needs a second signature."""

There = dict[datetime, dict[str, Any]]
"""Referrals that the suite has from this county, by the moment of receipt: no two have the same."""


def _clerk(seed: int) -> str:
    """Who enters the cases of the older system; by this subject a later run knows them again."""
    return f"demo.case-load.{seed}"


async def referrals_there(suite: Suite, seed: int) -> There:
    """What an earlier run sent: its sender may follow what became of it."""
    sender = Person(Role.REFERRER, _clerk(seed))
    return {datetime.fromisoformat(item["received_at"]): item async for item in suite.every(REFERRALS, sender)}


def day_of_county(there: Iterable[datetime]) -> date:
    """Today; or the day on which an earlier run began, which its oldest referral shows."""
    oldest = min(there, default=None)
    return clock.today() if oldest is None else london_day(oldest) + timedelta(days=OLDEST_DAYS)


async def send_referrals(run: Run, there: There) -> None:
    referrals = run.county.referrals
    if there and not any(each.received_at in there for each in referrals):
        raise DemoStopped(
            f"A county of seed {run.county.seed} is there already, but not one that this version of the demo makes:"
            " choose another --seed, or start the suite with an empty DATA_DIR."
        )
    run.progress.begin("referrals", len(referrals))

    async def send(referral: Referral) -> None:
        run.statuses[await _bring_to_its_state(run, referral, there.get(referral.received_at))] += 1
        run.progress.step()

    oldest = min(referrals, key=lambda each: each.received_at)
    await send(oldest)  # before any other, since the day of the county is known by it
    await all_of(send, (each for each in referrals if each is not oldest and not each.is_again))
    await all_of(send, (each for each in referrals if each.is_again))


async def _bring_to_its_state(run: Run, referral: Referral, there: dict[str, Any] | None) -> str:
    """Send a referral and take it as far as the plan goes; what is done already is left. Returns its status."""
    (run.found if there else run.made)["referrals"] += 1
    sent = there or await _submit(run, referral)
    status, path = str(sent["status"]), f"{REFERRALS}/{sent['id']}"
    if status == "submitted" and referral.rated:
        status = await _rate(run, path, referral)
    if status == "rated" and referral.decided:
        if referral.is_again:
            await _match(run, path, referral)
        status = await _decide(run, path, referral)
    if status == "submitted" and not referral.rated and sum(referral.key.encode()) % WITHDRAWN_ONE_IN == 0:
        status = await _withdraw(run, path, referral)
    if status == "rated" and not referral.decided and LEVEL_4.intersection(referral.situation.concerns):
        status = await _decide_below_suggestion(run, path, referral)
    return status


async def _submit(run: Run, referral: Referral) -> Any:
    # The referrer's organisation follows what becomes of its referrals once the MASH has confirmed which it is.
    organisation = referral.referrer.organisation if referral.referrer.is_professional else None
    clerk = Person(Role.MASH_PRACTITIONER, _clerk(run.county.seed))
    sent = await run.suite.post(REFERRALS, clerk, body_of(referral), run.key(referral.key, "referral"))
    if organisation:
        body = {"organisation": organisation, "reason": "Rung back at its own number."}
        await run.suite.post(f"{REFERRALS}/{sent['id']}/organisation", clerk, body, run.key(referral.key, "named"))
    return sent


async def _rate(run: Run, path: str, referral: Referral) -> str:
    assert referral.rated
    by = MASH[sum(referral.key.encode()) % len(MASH)]
    rated = referral.rated
    body = {"rating": rated.rating, "reason": rated.reason, "rated_at": rated.at.isoformat()}
    answer = await run.suite.post(f"{path}/rating", by, body, run.key(referral.key, "rating"))
    run.made["ratings"] += 1
    return str(answer["status"])


async def _match(run: Run, path: str, referral: Referral) -> None:
    """Children who were referred before are found in the index, and a person confirms that it is they."""
    found = await run.suite.get(f"{path}/matches", MASH_MANAGER)
    for child in found["items"]:
        likely = [each for each in child["candidates"] if each["score"] >= SURELY_THE_SAME]
        if child["answer"] or not likely:
            continue
        body = {"matched_child_id": likely[0]["child_id"], "reason": "Same name, birthday and home as before."}
        key = run.key(referral.key, "match", child["child_id"])
        await run.suite.post(f"{path}/matches/{child['child_id']}", MASH_MANAGER, body, key)
        run.made["matches"] += 1


async def _decide(run: Run, path: str, referral: Referral) -> str:
    assert referral.decided
    if referral.placed_in:
        placement = {"area": referral.placed_in, "reason": "The family is staying in this area with relatives."}
        await run.suite.post(f"{path}/placement", MASH_MANAGER, placement, run.key(referral.key, "placement"))
    body = {**asdict(referral.decided), "decided_at": referral.decided.at.isoformat()}
    del body["at"]
    if not referral.is_again:
        body["unanswered_matches_reason"] = NAMESAKES
    answer = await run.suite.post(f"{path}/decision", MASH_MANAGER, body, run.key(referral.key, "decision"))
    run.made["decisions"] += 1
    return str(answer["status"])


async def _withdraw(run: Run, path: str, referral: Referral) -> str:
    body = {"reason": "Sent twice: it is the same as one that was made by telephone."}
    answer = await run.suite.post(f"{path}/withdrawal", MASH_MANAGER, body, run.key(referral.key, "withdrawal"))
    return str(answer["status"])


async def _decide_below_suggestion(run: Run, path: str, referral: Referral) -> str:
    """A decision that waits for a second person's signature."""
    body = {
        "outcome": "assessment",
        "level": 3,
        "reason": "The child is safe with a grandparent, and the police take no action.",
        "primary_need": referral.situation.primary_need,
        "unanswered_matches_reason": NAMESAKES,
    }
    answer = await run.suite.post(f"{path}/decision", MASH_MANAGER, body, run.key(referral.key, "unsigned"))
    run.made["decisions"] += 1
    return str(answer["status"])


def body_of(referral: Referral) -> dict[str, Any]:
    """A referral as the API takes it."""
    household = referral.household
    return {
        "referrer": asdict(referral.referrer),
        "address": _address(household.address),
        "children": [{**_plain(asdict(child)), "address": _address(child.address)} for child in household.children],
        "adults": [_plain(asdict(adult)) for adult in household.adults],
        "concerns": list(referral.situation.concerns),
        "needs": list(referral.situation.needs),
        "narrative": referral.narrative,
        "immediate_danger": referral.immediate_danger,
        "consent": {"given": referral.consent_given, "override_reason": referral.no_consent_reason},
        "received_at": referral.received_at.isoformat(),
    }


def _address(address: Address | None) -> dict[str, Any] | None:
    return {"lines": list(address.lines), "postcode": address.postcode} if address else None


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}
