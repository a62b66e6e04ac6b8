"""An event that always fails ends as a dead letter, and can be listed, read and replayed from the command line."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from shared import background
from shared.bus.embedded import EmbeddedBus
from shared.bus.interface import Bus
from shared.bus.rabbitmq import RabbitMQBus
from shared.contracts.casework import CaseOpened
from shared.contracts.event import Received
from shared.contracts.registry import SUBSCRIPTIONS
from shared.outbox import record
from shared.service_client import ServiceClient
from tests.conftest import MakeDatabase, StartService
from tests.eventually import eventually
from tests.service_under_test import ServiceUnderTest
from tests.services.casework.casework_made import an_accepted_referral

ROOT = Path(__file__).parents[2]
SOON = (timedelta(milliseconds=50),) * 3


def _command(environment: dict[str, str], *words: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "services", "dead-letters", *words],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


@asynccontextmanager
async def _running(casework: ServiceUnderTest, bus: Bus, reaction: background.Reaction) -> AsyncIterator[None]:
    client = ServiceClient({}, lambda: "")
    reactions: background.Reactions = {CaseOpened: reaction}
    going = asyncio.create_task(background.run("centres", casework.database, bus, client, reactions, ()))
    try:
        yield
    finally:
        going.cancel()
        with suppress(asyncio.CancelledError):
            await going
        await bus.close()


async def _fail_and_replay(service: ServiceUnderTest, make_bus: Any, environment: dict[str, str]) -> None:
    accepted = an_accepted_referral()
    opened = CaseOpened(
        case_id=accepted.referral_id,
        referral_id=accepted.referral_id,
        family_id=accepted.family_id,
        child_ids=accepted.child_ids,
        pathway="child_in_need",
        area="south",
        opened_on=accepted.decided_at.date(),
    )
    attempts, taken = list[str](), list[str]()

    async def fail(event: Received[CaseOpened], work: background.Work) -> None:
        attempts.append(event.id)
        raise ZeroDivisionError("Barnabas")

    async def succeed(event: Received[CaseOpened], work: background.Work) -> None:
        async with work.take():
            taken.append(event.id)

    async with _running(service, make_bus(), fail):
        async with service.database.begin() as session:
            await record(session, opened)
        # Commands wait their turn: each is a process of its own on a busy machine.
        listed = await eventually(lambda: asyncio.to_thread(_command, environment, "list", "centres"), within=60)
    event_id = attempts[0]
    assert attempts == [event_id] * 4
    columns = listed.strip().split("\t")
    assert columns[:4] == ["centres", event_id, "casework.case.opened.v1", "4"]
    assert columns[5] == "ZeroDivisionError"
    assert "Barnabas" not in listed
    shown = json.loads(_command(environment, "show", "centres", event_id))
    assert shown["data"]["case_id"] == str(opened.case_id)
    assert "queued again" in _command(environment, "replay", "centres", event_id)
    async with _running(service, make_bus(), succeed):
        await eventually(lambda: taken == [event_id])
    assert _command(environment, "list", "centres") == ""


@pytest.mark.timeout(240)
async def test_on_the_embedded_bus(start: StartService, make_sqlite: MakeDatabase, tmp_path: Path) -> None:
    service = await start("centres", make_sqlite("centres"))
    environment = {"DATA_DIR": str(tmp_path)}
    await _fail_and_replay(service, lambda: EmbeddedBus(tmp_path / "bus.sqlite", SUBSCRIPTIONS, SOON), environment)


@pytest.mark.timeout(240)
@pytest.mark.rabbitmq
async def test_on_rabbitmq(
    start: StartService, make_sqlite: MakeDatabase, tmp_path: Path, mortal_rabbitmq: Any
) -> None:
    service = await start("centres", make_sqlite("centres"))
    url = mortal_rabbitmq.url
    environment = {"DATA_DIR": str(tmp_path), "BROKER_URL": url}
    await _fail_and_replay(service, lambda: RabbitMQBus(url, SUBSCRIPTIONS, SOON), environment)
