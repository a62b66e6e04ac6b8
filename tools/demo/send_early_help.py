"""Teams Around the Family: a school's lead professional, and those who help."""

from datetime import date, timedelta
from random import Random
from typing import Any

from tools.demo import life_words as words
from tools.demo.county import Referral
from tools.demo.names import COMMUNITIES
from tools.demo.referrers import SCHOOLS
from tools.demo.run import COUNTY_MANAGER, Run, all_of
from tools.demo.send_casework import CASES, Cases, Ids, outcome_of, person_of
from tools.demo.suite_client import Person

WITHOUT_TEAM_ONE_IN = 5
LONGEST_AGO = 100
"""Days; with a first review after eight weeks, so that of those without one some are overdue."""
REVIEWED_AFTER = timedelta(days=54)


async def send_early_help(run: Run, ids: Ids, cases: Cases) -> None:
    """A Team Around the Family for most on early help; some wait for somebody who leads."""
    early_help = run.suite.every("/casework/v1/early-help", COUNTY_MANAGER)
    there = {each["case_id"] async for each in early_help if each["started_on"]}
    wanted = [each for each in run.county.referrals if _is_to_have_team(run, cases, each)]
    run.found["Teams Around the Family"] += sum(cases[each.key]["id"] in there for each in wanted)
    missing = [each for each in wanted if cases[each.key]["id"] not in there]
    run.progress.begin("early help", len(missing))

    async def send(referral: Referral) -> None:
        case = cases[referral.key]
        by = next(each for each in ids if each.role == "practice_supervisor" and each.area == case["area"])
        ago = Random(f"{run.county.seed}/team-since/{referral.key}").randrange(8, LONGEST_AGO)
        after_opening = date.fromisoformat(case["opened_on"]) + timedelta(days=6)
        started_on = max(after_opening, run.county.today - timedelta(days=ago))
        await start_team(run, person_of(by), referral, case, started_on)
        run.progress.step()

    await all_of(send, missing)


def _is_to_have_team(run: Run, cases: Cases, referral: Referral) -> bool:
    case = cases.get(referral.key)
    if outcome_of(referral) != "early_help" or not case or case["pathway"] != "early_help" or not case["area"]:
        return False
    alone = Random(f"{run.county.seed}/team/{referral.key}").randrange(WITHOUT_TEAM_ONE_IN) == 0
    return not alone and date.fromisoformat(case["opened_on"]) < run.county.today - timedelta(days=7)


async def start_team(run: Run, by: Person, referral: Referral, case: dict[str, Any], started_on: date) -> None:
    """The school leads; where eight weeks have passed, most have held their review."""
    random = Random(f"{run.county.seed}/team-of/{referral.key}")
    school = referral.referrer.organisation if referral.referrer.source == "2A" else random.choice(SCHOOLS)
    body = {
        "started_on": str(started_on),
        "consent": {"given_by": referral.household.adults[0].relationship, "given_on": str(started_on)},
        "members": [
            {"name": _name(random), "role": "Pastoral lead", "organisation": school, "lead": True},
            {"name": _name(random), "role": "School nurse", "organisation": "School Health Nursing Service"},
        ],
    }
    path, key = f"{CASES}/{case['id']}/team-around-the-family", run.key(referral.key, "team")
    team = await run.suite.post(path, by, body, key)
    run.made["Teams Around the Family"] += 1
    reviewed_on = started_on + REVIEWED_AFTER
    if reviewed_on < run.county.today and random.random() < 0.7:
        child, family = random.choice(words.WISHES)
        review = {
            "held_on": str(reviewed_on),
            "attended": [each["id"] for each in team["members"]],
            "family_attended": True,
            "wishes": {"child": child, "family": family},
            "notes": "Mornings go better; the nurse sees the youngest again. The team goes on.",
            "outcome": "continue",
        }
        await run.suite.post(f"{path}/reviews", by, review, f"{key}/review")


def _name(random: Random) -> str:
    community = random.choice(COMMUNITIES)
    return f"{random.choice(community.women)} {random.choice(community.family_names)}"
