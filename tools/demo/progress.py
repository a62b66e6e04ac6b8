"""How far the demo is: bars on a terminal, plain lines in a log."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bars

from tools.demo.run import Progress

A_LINE_AFTER = 5.0
"""Seconds in which nothing else was written."""


@contextmanager
def progress_on(output: TextIO) -> Iterator[Progress]:
    if not output.isatty():
        yield _Lines(output)
        return
    columns = (TextColumn("{task.description:>22}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Bars(*columns, console=Console(file=output)) as bars:
        yield _Bar(bars)


class _Bar(Progress):
    """One bar for each kind of thing."""

    def __init__(self, bars: Bars) -> None:
        self._bars = bars
        self._task = bars.add_task("", visible=False)

    def begin(self, what: str, steps: int) -> None:
        self._task = self._bars.add_task(what, total=steps)

    def step(self) -> None:
        self._bars.advance(self._task)


class _Lines(Progress):
    """One line for each kind of thing when it begins, and every few seconds how many of it are done."""

    def __init__(self, output: TextIO) -> None:
        self._output = output
        self._began = self._written = time.monotonic()

    def begin(self, what: str, steps: int) -> None:
        self._what, self._steps, self._done = what, steps, 0
        self._write(f"{what}: {steps}")

    def step(self) -> None:
        self._done += 1
        if time.monotonic() - self._written >= A_LINE_AFTER:
            self._write(f"{self._what}: {self._done} of {self._steps}")

    def _write(self, line: str) -> None:
        self._written = time.monotonic()
        print(f"{self._written - self._began:4.0f} s  {line}", file=self._output, flush=True)
