"""Waiting for what comes about by itself."""

import asyncio
import inspect
import time
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar, overload

T = TypeVar("T")


@overload
async def eventually(condition: Callable[[], Awaitable[T | None]], within: float = ...) -> T: ...
@overload
async def eventually(condition: Callable[[], T | None], within: float = ...) -> T: ...
async def eventually(condition: Callable[[], Any], within: float = 20.0) -> Any:
    """Return what the condition gives once that is true; fail when it is not within so many seconds.

    The time is generous because it is only ever spent by a test that fails.
    """
    until = time.monotonic() + within
    while True:
        outcome = condition()
        found = await outcome if inspect.isawaitable(outcome) else outcome
        if found:
            return found
        if time.monotonic() > until:
            raise AssertionError(f"still not so after {within} s: {found!r}")
        await asyncio.sleep(0.02)
