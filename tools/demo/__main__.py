"""`python -m tools.demo`: fill a running suite with a believable, made-up county."""

import asyncio
import os
import sys
import time
from typing import Annotated

import httpx
import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bars

from shared.settings import SERVICES, Settings, settings_of
from tools.demo.filling import fill
from tools.demo.run import Progress, Run
from tools.demo.suite_client import DemoStopped, Suite

NEXT = """
Three things to look at:

  What waits at the front door, what is due first on top
    curl -s -H "Authorization: Bearer $({token} mash_manager)" '{url}/referrals/v1/referrals?limit=10'

  What key workers hold against the ceiling, and how many families wait
    curl -s -H "Authorization: Bearer $({token} area_manager)" '{url}/casework/v1/caseloads?by=worker&limit=50'

  What happened with one family, newest first: from the front door to the last visit
    curl -s -H "Authorization: Bearer $({token} area_manager)" '{url}/casework/v1/families/{family}/chronology'
"""


class _Bar(Progress):
    """Progress on a terminal, one bar for each kind of thing."""

    def __init__(self, bars: Bars) -> None:
        self._bars = bars
        self._task = bars.add_task("", visible=False)

    def begin(self, what: str, steps: int) -> None:
        self._task = self._bars.add_task(what, total=steps)

    def step(self) -> None:
        self._bars.advance(self._task)


def main(
    seed: Annotated[int, typer.Option(help="the same seed on the same day gives the same county")] = 2015,
    families: Annotated[int, typer.Option(min=1, max=5000)] = 300,
) -> None:
    """Fill a running suite with a made-up county, through its public API. A second run adds only what is missing."""
    settings = settings_of(SERVICES[0])
    url = os.environ.get("RIDGEWAY_URL") or f"http://127.0.0.1:{os.environ.get('PORT', '8000')}"
    if settings.issuer_url:
        raise SystemExit("ISSUER_URL is set: tokens come from that issuer, and this command makes none.")
    began = time.monotonic()
    try:
        run = asyncio.run(_fill(url.rstrip("/"), settings, seed, families))
    except DemoStopped as stopped:
        raise SystemExit(str(stopped)) from None
    _report(run, url, time.monotonic() - began)


async def _fill(url: str, settings: Settings, seed: int, families: int) -> Run:
    columns = (TextColumn("{task.description:>22}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    async with httpx.AsyncClient(base_url=url) as http:
        with Bars(*columns, console=Console(stderr=True)) as bars:
            return await fill(Suite(http, settings), seed, families, _Bar(bars))


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
    given = "".join(f"{name}={os.environ[name]} " for name in ("DATA_DIR", "KEYS_DIR") if name in os.environ)
    print(NEXT.format(url=url, family=run.story, token=f"{given}.venv/bin/python -m services token"))


if __name__ == "__main__":
    typer.run(main)
