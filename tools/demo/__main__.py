"""`python -m tools.demo`: fill a running suite with a believable, made-up county."""

import asyncio
import os
import sys
import time
from typing import Annotated

import httpx
import typer

from shared.running_suites import use_settings_of_running_suite
from shared.settings import SERVICES, Settings, settings_of
from tools.demo.filling import fill
from tools.demo.progress import progress_on
from tools.demo.run import Run
from tools.demo.suite_client import DemoStopped, Suite

QUEUE = "What waits at the front door, what is due first on top"
CASELOADS = "What key workers hold against the ceiling, and how many families wait"
OVER = "The families of {name}: {children} children, where the ceiling is {ceiling:g}, by a manager's decision"
STORY = "What happened with one family, newest first: from the front door to the last visit"


def main(
    seed: Annotated[int, typer.Option(help="the same seed on the same day gives the same county")] = 2015,
    families: Annotated[int, typer.Option(min=1, max=5000)] = 300,
) -> None:
    """Fill a running suite with a made-up county, through its public API. A second run adds only what is missing."""
    url = _address()
    settings = settings_of(SERVICES[0])
    if settings.issuer_url:
        raise SystemExit("ISSUER_URL is set: tokens come from that issuer, and this command makes none.")
    began = time.monotonic()
    try:
        run = asyncio.run(_fill(url.rstrip("/"), settings, seed, families))
    except DemoStopped as stopped:
        raise SystemExit(str(stopped)) from None
    _report(run, url, time.monotonic() - began)


def _address() -> str:
    """Of the suite: as the environment gives it, else where one is running."""
    if given := os.environ.get("RIDGEWAY_URL"):
        return given
    suite = use_settings_of_running_suite()
    return suite.url if suite else f"http://127.0.0.1:{os.environ.get('PORT', '8000')}"


async def _fill(url: str, settings: Settings, seed: int, families: int) -> Run:
    async with httpx.AsyncClient(base_url=url) as http:
        with progress_on(sys.stderr) as progress:
            return await fill(Suite(http, settings), seed, families, progress)


def _report(run: Run, url: str, seconds: float) -> None:
    new = {what: count for what, count in run.made.items() if count}
    if new:
        print(f"Made in {seconds:.0f} s: " + ", ".join(f"{count} {what}" for what, count in new.items()) + ".")
    else:
        print(f"Nothing to do: the county of seed {run.county.seed} ({run.county.today}) is all there.")
    found = {what: count for what, count in run.found.items() if count}
    if new and found:
        print("There already: " + ", ".join(f"{count} {what}" for what, count in found.items()) + ".")
    print("Referrals: " + ", ".join(f"{count} {status}" for status, count in run.statuses.most_common()) + ".")
    for note in run.notes:
        print(note, file=sys.stderr)
    _show_next(run, url)


def _show_next(run: Run, url: str) -> None:
    given = "".join(f"{name}={os.environ[name]} " for name in ("DATA_DIR", "KEYS_DIR") if name in os.environ)
    to_see = [
        (QUEUE, "mash_manager", "/referrals/v1/referrals?limit=10"),
        (CASELOADS, "area_manager", "/casework/v1/caseloads?by=worker&limit=50"),
    ]
    if over := run.over_ceiling:
        to_see.append((OVER.format(**over), "area_manager", f"/casework/v1/cases?worker={over['worker_id']}"))
    if run.story:
        to_see.append((STORY, "area_manager", f"/casework/v1/families/{run.story}/chronology"))
    print("\nTo look at next:")
    for what, role, path in to_see:
        token = f"$({given}.venv/bin/python -m services token {role})"
        print(f"\n  {what}\n    curl -s -H \"Authorization: Bearer {token}\" '{url}{path}'")


if __name__ == "__main__":
    typer.run(main)
