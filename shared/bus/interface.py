"""What a bus promises; `tests/shared/bus_behaviour.py` holds both kinds to it."""

from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

RETRY_AFTER = (timedelta(seconds=10), timedelta(minutes=1), timedelta(minutes=10))
"""A delivery that fails is tried again after each of these in turn; then it is a dead letter."""

Subscriptions = Mapping[str, Collection[str]]
"""For each consumer, the event types that it takes."""


@dataclass(frozen=True)
class Message:
    """One event on its way. `body` is the CloudEvents envelope, byte for byte as the outbox holds it."""

    event_id: str
    type: str
    body: bytes


Deliver = Callable[[Message], Awaitable[None]]
"""Returns when the message is dealt with; an exception means that it is to be tried again."""


class NotNow(Exception):
    """Another part of the suite does not answer: nothing is wrong with the message.

    It is retried on the last step of the ladder for as long as it takes and never becomes a dead letter.
    """


@dataclass(frozen=True)
class DeadLetter:
    """A message that failed every time; `error` names the kind of failure and never its text."""

    consumer: str
    message: Message
    attempts: int
    failed_at: datetime
    error: str


class Bus(Protocol):
    async def start(self) -> None:
        """Open what is needed to publish, unless it is open; every subscriber's queue exists once this returns."""

    async def close(self) -> None: ...

    async def publish(self, message: Message) -> None:
        """Return once the bus holds the message for every subscriber of its type; raise if that is not certain."""

    async def subscribe(self, consumer: str, deliver: Deliver) -> None:
        """Deliver what is queued for this consumer, at least once each, until cancelled."""

    async def dead_letters(self, consumer: str, limit: int = 200) -> list[DeadLetter]:
        """The oldest dead letters of this consumer, left where they are."""

    async def replay(self, consumer: str, event_id: str) -> bool:
        """Queue the dead letter for this consumer again with a fresh ladder; False when there is none such."""


def next_attempt_after(
    failures: int, error: BaseException, ladder: tuple[timedelta, ...] = RETRY_AFTER
) -> timedelta | None:
    """How long to wait after the nth failure (counted from 1); None when it is a dead letter."""
    if failures <= len(ladder):
        return ladder[failures - 1]
    return ladder[-1] if isinstance(error, NotNow) else None
