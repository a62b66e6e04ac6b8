"""All four services in one process, each under its own path: what `make run` starts."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from importlib import import_module

import httpx
from fastapi import FastAPI
from fastapi.responses import HTMLResponse

from shared import background, problems
from shared.access import Public
from shared.auth import create_keys
from shared.bus.interface import Bus
from shared.migrations import migrate
from shared.seeds import seed
from shared.service_client import ServiceClient, service_token_of
from shared.settings import SERVICES, Settings, settings_of

FRONT_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Ridgeway</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>body{{font:1.1rem/1.5 sans-serif;max-width:40rem;margin:3rem auto;padding:0 1rem}}</style></head>
<body><h1>Ridgeway</h1>
<p>Services for a county's integrated children's services. Each describes its own calls:</p>
<ul>{services}</ul>
<p>A token for development: <code>.venv/bin/python -m services token mash_practitioner</code></p>
</body></html>"""

WHAT_THEY_DO = {
    "referrals": "the front door: referrals, ratings, decisions",
    "casework": "cases, key workers, caseloads",
    "centres": "centres, timetables, bookings",
    "governance": "boards, proposals, decisions that take effect",
}


def create_suite(when_ready: Callable[[], None] = lambda: None) -> FastAPI:
    """The suite as one ASGI application; its lifespan prepares the databases and runs what goes on beside the APIs."""
    apps = {service: import_module(f"services.{service}.app").create_app() for service in SERVICES}

    @asynccontextmanager
    async def lifespan(suite: FastAPI) -> AsyncIterator[None]:
        for service, app in apps.items():
            settings: Settings = app.state.settings
            url = settings.owner_database_url or settings.database()
            await migrate(service, url)
            await seed(service, url)
        tasks = _start_background(suite, apps)
        when_ready()
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            for app in apps.values():
                await app.state.database.close()

    suite = FastAPI(lifespan=lifespan, docs_url=None, redoc_url=None, openapi_url=None)
    suite.state.apps = apps
    problems.install(suite)

    @suite.get("/")
    async def front_page(public: Public) -> HTMLResponse:
        rows = (f'<li><a href="/{name}/docs">{name}</a>: {what}</li>' for name, what in WHAT_THEY_DO.items())
        return HTMLResponse(FRONT_PAGE.format(services="".join(rows)))

    @suite.get("/livez")
    async def livez(public: Public) -> dict[str, str]:
        return {"status": "alive"}

    @suite.get("/readyz")
    async def readyz(public: Public) -> dict[str, str]:
        """All four services are ready; 503 while one of them is not."""
        transport = httpx.ASGITransport(app=suite, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://suite") as client:
            asked = [await client.get(f"/{service}/readyz") for service in SERVICES]
        if any(response.is_error for response in asked):
            raise problems.Unavailable
        return {"status": "ready"}

    for service, app in apps.items():
        suite.mount(f"/{service}", app)
        app.state.client = _client_within(suite)
    return suite


def _start_background(suite: FastAPI, apps: dict[str, FastAPI]) -> list[asyncio.Task[None]]:
    any_settings: Settings = next(iter(apps.values())).state.settings
    bus = background.bus_of(any_settings)
    client = _client_within(suite, service_token_of(any_settings))
    return [asyncio.create_task(_run(service, app, bus, client)) for service, app in apps.items()]


def _client_within(suite: FastAPI, token: Callable[[], str] | None = None) -> ServiceClient:
    """Questions of one service to another stay in this process."""
    transport = httpx.ASGITransport(app=suite, raise_app_exceptions=False)
    return ServiceClient({service: f"http://suite/{service}" for service in SERVICES}, token, transport)


async def _run(service: str, app: FastAPI, bus: Bus, client: ServiceClient) -> None:
    around = import_module(f"services.{service}.background")
    await background.run(service, app.state.database, bus, client, around.REACTIONS, around.TIMERS)


def prepare_keys() -> None:
    """Make the installation's own signing key, unless an identity provider's keys are trusted."""
    settings = settings_of(SERVICES[0])
    if not settings.issuer_url:
        create_keys(settings.keys())
