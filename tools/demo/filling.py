"""Sends the made-up county to a suite: each thing once, however often the demo is run."""

from tools.demo.county import make_county
from tools.demo.run import Progress, Run
from tools.demo.send_casework import allocate_families, send_workers
from tools.demo.send_proposals import send_proposals
from tools.demo.send_referrals import day_of_county, referrals_there, send_referrals
from tools.demo.send_timetables import send_timetables
from tools.demo.suite_client import Suite


async def fill(suite: Suite, seed: int, families: int, progress: Progress) -> Run:
    """Make what is missing of the county of this seed; raises DemoStopped where the suite does not play along."""
    there = await referrals_there(suite, seed)
    run = Run(suite, make_county(seed, families, day_of_county(there)), progress)
    await send_referrals(run, there)
    ids = await send_workers(run)
    await allocate_families(run, ids)
    await send_timetables(run, ids)
    await send_proposals(run)
    return run
