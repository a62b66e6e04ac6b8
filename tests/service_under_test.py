"""One service around a real, migrated database, called as its callers call it."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
from fastapi import FastAPI
from sqlalchemy import func, select

from shared import background, clock
from shared.auth import Role, mint_token
from shared.bus.interface import Message
from shared.contracts.event import Envelope, Event
from shared.contracts.registry import EVENTS
from shared.database import Database
from shared.outbox import OutboxRow
from shared.service_client import ServiceClient
from shared.settings import Settings


@dataclass
class ServiceUnderTest:
    name: str
    app: FastAPI
    database: Database
    settings: Settings
    answers: dict[str, Any] = field(default_factory=dict)
    """What the other services answer in this test, by URL; anything else is 503, as when they are down."""

    def as_(self, role: str, **claims: Any) -> httpx.AsyncClient:
        """A client of somebody with this role; `sub`, `area`, `team`, `organisation` and `name` as in their token."""
        token = mint_token(self.settings, Role(role), **claims)
        return self.client({"Authorization": f"Bearer {token}"})

    def client(self, headers: Mapping[str, str] | None = None) -> httpx.AsyncClient:
        transport = httpx.ASGITransport(app=self.app, raise_app_exceptions=False)
        return httpx.AsyncClient(transport=transport, base_url="http://service/v1", headers=headers)

    async def deliver(self, event: Event, *, sequence: int = 1, event_id: str | None = None) -> None:
        """Give an event to its reaction, once, as the bus would; what the reaction raises is raised."""
        envelope = Envelope(
            id=event_id or str(uuid4()),
            source=f"/{event.publisher()}",
            type=event.TYPE,
            subject=str(event.subject),
            time=clock.now(),
            sequence=sequence,
            data=event.model_dump(mode="json"),
        )
        message = Message(envelope.id, event.TYPE, envelope.model_dump_json(exclude_none=True).encode())
        reactions: background.Reactions = import_module(f"services.{self.name}.consumers").REACTIONS
        client = ServiceClient(
            {service: f"http://{service}" for service in ("referrals", "casework", "centres", "governance")},
            lambda: "a-service-token",
            httpx.MockTransport(self._answer),
        )
        work = background.Work(self.database, client, message)
        await background.react(message, type(event), reactions[type(event)], work)

    def _answer(self, request: httpx.Request) -> httpx.Response:
        if (answer := self.answers.get(str(request.url))) is None:
            return httpx.Response(503)
        return httpx.Response(200, json=answer)

    async def events(self, kind: type[Event] | None = None) -> list[Event]:
        """What stands in the outbox, oldest first."""
        envelopes = [Envelope.model_validate_json(body) for body in await self.envelopes()]
        recorded = [EVENTS[envelope.type].model_validate(envelope.data) for envelope in envelopes]
        return [event for event in recorded if kind is None or isinstance(event, kind)]

    async def envelopes(self) -> list[bytes]:
        async with self.database.read() as session:
            return list((await session.scalars(select(OutboxRow.envelope).order_by(OutboxRow.id))).all())

    async def count(self, table: Any) -> int:
        async with self.database.read() as session:
            return (await session.scalar(select(func.count()).select_from(table))) or 0


@asynccontextmanager
async def start_service(service: str, url: str, keys_dir: Path, data_dir: Path) -> AsyncIterator[ServiceUnderTest]:
    settings = Settings(service=service, database_url=url, DATA_DIR=data_dir, KEYS_DIR=keys_dir)
    app = import_module(f"services.{service}.app").create_app(settings)
    try:
        yield ServiceUnderTest(service, app, app.state.database, settings)
    finally:
        await app.state.database.close()
