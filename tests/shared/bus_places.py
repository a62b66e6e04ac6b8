"""What the tests of a bus need: where it keeps its messages, who takes them, a process that dies."""

import asyncio
import contextlib
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Protocol
from uuid import uuid4

from shared.bus.embedded import EmbeddedBus
from shared.bus.interface import RETRY_AFTER, Bus, Deliver, Message, Subscriptions
from shared.bus.rabbitmq import RabbitMQBus

ACCEPTED, BOOKED, UNHEARD = "referrals.referral.accepted.v1", "centres.session.booked.v1", "centres.door.closed.v1"
SUBSCRIPTIONS: Subscriptions = {"casework": {ACCEPTED}, "governance": {ACCEPTED, BOOKED}}
SHORT = (timedelta(seconds=0.1), timedelta(seconds=0.2))
ROOT = Path(__file__).parents[2]


class Place(Protocol):
    """Where messages are kept while no bus is running. Every bus made of it finds those of the others."""

    def bus(self, retry_after: tuple[timedelta, ...] = RETRY_AFTER) -> Bus: ...

    def address(self) -> dict[str, str]:
        """What another process needs to make such a bus."""


class EmbeddedPlace:
    def __init__(self, path: str) -> None:
        self.path = path

    def bus(self, retry_after: tuple[timedelta, ...] = RETRY_AFTER) -> EmbeddedBus:
        return EmbeddedBus(Path(self.path), SUBSCRIPTIONS, retry_after)

    def address(self) -> dict[str, str]:
        return {"path": self.path}


class RabbitMQPlace:
    """An exchange of its own; the names of its queues begin with it."""

    def __init__(self, url: str, exchange: str) -> None:
        self.url, self.exchange = url, exchange

    def bus(self, retry_after: tuple[timedelta, ...] = RETRY_AFTER) -> RabbitMQBus:
        return RabbitMQBus(self.url, SUBSCRIPTIONS, retry_after, exchange=self.exchange)

    def address(self) -> dict[str, str]:
        return {"url": self.url, "exchange": self.exchange}


def message(type: str = ACCEPTED) -> Message:
    """A body that is not valid UTF-8: a bus carries bytes and reads nothing into them."""
    event_id = str(uuid4())
    return Message(event_id, type, json.dumps({"id": event_id, "type": type}).encode() + b"\xff\x00")


class Received(list[Message]):
    """Takes every delivery and keeps it."""

    async def deliver(self, message: Message) -> None:
        self.append(message)

    @property
    def ids(self) -> set[str]:
        return {message.event_id for message in self}


class Failing(Received):
    """Keeps every delivery and fails it, as long as there are errors left."""

    def __init__(self, *errors: Exception) -> None:
        super().__init__()
        self.errors = list(errors)

    async def deliver(self, message: Message) -> None:
        self.append(message)
        if self.errors:
            raise self.errors.pop(0)


def always(error: Exception) -> Deliver:
    async def deliver(message: Message) -> None:
        raise error

    return deliver


@contextlib.asynccontextmanager
async def running(bus: Bus) -> AsyncIterator[Bus]:
    await bus.start()
    try:
        yield bus
    finally:
        await bus.close()


@contextlib.asynccontextmanager
async def consuming(bus: Bus, consumer: str, deliver: Deliver) -> AsyncIterator[None]:
    subscription = asyncio.create_task(bus.subscribe(consumer, deliver))
    try:
        yield
    finally:
        subscription.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await subscription


async def begin_and_die(place: Place, expecting: str) -> None:
    """Have another process begin with a delivery, and kill it in the middle."""
    command = [sys.executable, "-m", "tests.shared.bus_places", json.dumps(place.address())]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    child = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE, cwd=ROOT, env=environment)
    try:
        assert child.stdout is not None
        async with asyncio.timeout(30):
            assert (await child.stdout.readline()).decode().strip() == expecting
    finally:
        child.send_signal(signal.SIGKILL)
        await child.wait()


async def _begin_and_wait(address: dict[str, str]) -> None:
    """The other process: print which delivery has begun and never end it."""
    place: Place = EmbeddedPlace(**address) if "path" in address else RabbitMQPlace(**address)

    async def deliver(message: Message) -> None:
        print(message.event_id, flush=True)
        await asyncio.Event().wait()

    async with running(place.bus()) as bus:
        await bus.subscribe("casework", deliver)


if __name__ == "__main__":
    asyncio.run(_begin_and_wait(json.loads(sys.argv[1])))
