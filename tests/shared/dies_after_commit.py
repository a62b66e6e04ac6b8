"""A process to be killed: it takes a referral in, prints that once it is committed, and goes no further.

With a bus it publishes the event as well, and stops before it is marked as published.
"""

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

import httpx

from services.referrals.app import create_app
from shared import relay
from shared.auth import Role, mint_token
from shared.bus.embedded import EmbeddedBus
from shared.bus.interface import Message
from shared.settings import Settings
from shared.telemetry import set_up_logging
from tests.services.referrals.referrals_sent import a_referral
from tests.shared.events_made import TAKEN_BY_GOVERNANCE


class StoppingBus(EmbeddedBus):
    """Comes as far as the publishing of a message and never returns from it."""

    async def publish(self, message: Message) -> None:
        await super().publish(message)
        print(message.event_id, flush=True)
        await asyncio.Event().wait()


async def _submit(settings: Settings, app: Any) -> str:
    headers = {"Authorization": f"Bearer {mint_token(settings, Role.REFERRER)}"}
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://service/v1", headers=headers) as client:
        answer = await client.post("/referrals", json=a_referral())
    return str(answer.raise_for_status().json()["id"])


async def main(url: str, keys_dir: Path, bus_file: str | None) -> None:
    set_up_logging()  # to standard error; standard output is for what is printed above
    settings = Settings(service="referrals", database_url=url, KEYS_DIR=keys_dir)
    app = create_app(settings)
    referral_id = await _submit(settings, app)
    if bus_file is None:
        print(referral_id, flush=True)
        await asyncio.Event().wait()
    else:
        await relay.relay(app.state.database, StoppingBus(Path(bus_file), TAKEN_BY_GOVERNANCE))


if __name__ == "__main__":
    arguments = json.loads(sys.argv[1])
    asyncio.run(main(arguments["url"], Path(arguments["keys_dir"]), arguments["bus_file"]))
