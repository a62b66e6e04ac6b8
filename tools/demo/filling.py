"""Sends the made-up county to a suite: each thing once, however often the demo is run."""

from tools.demo.changes import make_changes
from tools.demo.county import make_county
from tools.demo.run import COUNTY_MANAGER, Progress, Run
from tools.demo.send_casework import Ids, allocate_families, cases_opened, send_workers
from tools.demo.send_changes import send_changes
from tools.demo.send_early_help import send_early_help
from tools.demo.send_lives import send_lives
from tools.demo.send_outcomes import send_outcomes
from tools.demo.send_participation import send_participation
from tools.demo.send_posts import send_posts
from tools.demo.send_proposals import send_proposals
from tools.demo.send_protection import send_protection
from tools.demo.send_referrals import day_of_county, referrals_there, send_referrals
from tools.demo.send_timetables import send_timetables
from tools.demo.suite_client import Suite

CASELOADS = "/casework/v1/caseloads"


async def fill(suite: Suite, seed: int, families: int, progress: Progress) -> Run:
    """Make what is missing of the county of this seed; raises DemoStopped where the suite does not play along."""
    there = await referrals_there(suite, seed)
    run = Run(suite, make_county(seed, families, day_of_county(there)), progress)
    await send_referrals(run, there)
    ids = await send_workers(run)
    await _send_casework(run, ids)
    await send_timetables(run, ids)
    await send_proposals(run)
    return run


async def _send_casework(run: Run, ids: Ids) -> None:
    changes = make_changes(run.county)
    await allocate_families(run, ids, changes)
    cases = await cases_opened(run, await referrals_there(run.suite, run.county.seed))
    await send_lives(run, ids, cases, changes)
    await send_protection(run, ids, cases, changes)
    await send_early_help(run, ids, cases)
    await send_outcomes(run, ids, cases, changes)
    await send_changes(run, ids, cases, changes)
    await send_participation(run)
    await send_posts(run, ids)
    eventful = [cases[key] for key in (*changes.steps, *changes.thriving, *cases) if key in cases]
    over = [each async for each in run.suite.every(CASELOADS, COUNTY_MANAGER, by="worker") if each["over_ceiling"]]
    run.over_ceiling = max(over, key=lambda each: (each["children"], each["name"]), default=None)
    run.story = eventful[0]["family_id"] if eventful else None
