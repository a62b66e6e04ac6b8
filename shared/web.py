"""What every service's web side has in common: one way to make the app, the session of a request, ETags, health."""

import re
import secrets
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, TypeVar

import structlog
from fastapi import APIRouter, Depends, FastAPI, Header, Request, Response
from fastapi.openapi.docs import get_swagger_ui_html
from fastapi.responses import HTMLResponse
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from pydantic import BaseModel, ConfigDict, model_validator
from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm.exc import StaleDataError
from starlette.exceptions import HTTPException
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared import audit, clock, idempotency, problems
from shared.access import Public
from shared.auth import token_check
from shared.database import Database
from shared.names import is_blank
from shared.outbox import OutboxRow
from shared.problems import NotFound, Problem
from shared.request_text import is_file
from shared.service_client import ServiceClient
from shared.settings import Settings
from shared.telemetry import correlation_id, new_traceparent, traceparent, where_raised

LARGEST_BODY = 1 << 20
LARGEST_FILE = 4 << 20
"""Room for 10,000 rows of some 400 characters."""
TOO_LARGE = f"A body has at most {LARGEST_BODY >> 20} MiB."
TOO_LARGE_A_FILE = (
    f"A file has at most {LARGEST_FILE >> 20} MiB: send it in parts, each with the heading, and what belongs together,"
    " such as the children of a case, in one part."
)
_CORRELATION_ID = re.compile(r"[0-9a-fA-F-]{8,64}")
"""Hexadecimal, as tracers make them: nothing that could be a name."""
_TRACEPARENT = re.compile(r"00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}")

log = structlog.get_logger()


class RequestBody(BaseModel):
    """What a caller sends: an unknown field is refused rather than lost."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    @model_validator(mode="before")
    @classmethod
    def _blank_is_empty(cls, sent: Any) -> Any:
        """A text in which there is nothing to be seen is treated as an empty one; what is within is a body of its own.

        Whitespace alone is left to `str_strip_whitespace`, which does not know of characters without width.
        """
        return {name: _emptied(value) for name, value in sent.items()} if isinstance(sent, dict) else sent


Sent = TypeVar("Sent", bound=RequestBody)


def keep_left_out(sent: Sent, present: Mapping[str, Any]) -> Sent:
    """What a PUT was sent with, and as it stands what it leaves out: only what is sent changes anything.

    `present` has the fields that a caller may leave out. A field is emptied by sending null.
    """
    kept = {name: value for name, value in present.items() if name not in sent.model_fields_set}
    return sent.model_copy(update=kept)


def _emptied(value: Any) -> Any:
    if isinstance(value, str):
        return "" if is_blank(value) else value
    if isinstance(value, list):
        return [_emptied(each) if isinstance(each, str) else each for each in value]
    if isinstance(value, dict):
        return {name: _emptied(each) if isinstance(each, str) else each for name, each in value.items()}
    return value


async def _session(request: Request) -> AsyncIterator[AsyncSession]:
    database: Database = request.app.state.database
    async with database.begin() as session:
        request.state.session = session
        yield session


async def _read_session(request: Request) -> AsyncIterator[AsyncSession]:
    database: Database = request.app.state.database
    async with database.read() as session:
        yield session


# scope="function": the commit happens before the answer goes out, so that one that fails is never announced as done.
Session = Annotated[AsyncSession, Depends(_session, scope="function")]
ReadSession = Annotated[AsyncSession, Depends(_read_session, scope="function")]


def _own_database(request: Request) -> Database:
    database: Database = request.app.state.database
    return database


def _other_services(request: Request) -> ServiceClient:
    client: ServiceClient = request.app.state.client
    return client


# For what asks another service: no transaction may be open meanwhile, so it begins its own, before or after.
OwnDatabase = Annotated[Database, Depends(_own_database)]
OtherServices = Annotated[ServiceClient, Depends(_other_services)]
AccessReason = Annotated[str | None, Header(max_length=200, description="Why this person's record is opened.")]


class PreconditionRequired(Problem):
    status = 428
    code = "if-match-required"
    title = "Send the ETag of the version that you are changing as If-Match"


class VersionChanged(Problem):
    status = 412
    code = "version-changed"
    title = "Somebody changed this since you read it: read it again"


def set_etag(response: Response, version: int) -> None:
    response.headers["ETag"] = f'"{version}"'


def _version_to_change(if_match: Annotated[str | None, Header(max_length=40)] = None) -> str:
    if if_match is None:
        raise PreconditionRequired
    return if_match.strip()


IfMatch = Annotated[str, Depends(_version_to_change)]


def require_version(if_match: str, version: int) -> None:
    """Raises VersionChanged where the caller has read another version than this one."""
    if if_match not in ("*", f'"{version}"'):
        raise VersionChanged


async def _answer_version_changed(request: Request, stale: Exception) -> Response:
    """A row whose `version_id_col` moved on between its reading and its writing, at a flush or at the commit."""
    assert isinstance(stale, StaleDataError)
    return problems.answer_problem(VersionChanged())


class _Observed:
    """Around every request: ids that tie it to its events, a log line, metrics, an answer to what nobody foresaw."""

    def __init__(self, app: ASGIApp, service: str, registry: CollectorRegistry) -> None:
        self._app = app
        self._service = service
        labels = ("method", "route", "status")
        self._seconds = Histogram("http_request_seconds", "Time to answer", labels, registry=registry)
        self._failures = Counter("http_failures_total", "Answers of 500 and more", ("route",), registry=registry)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        headers = {name.decode("latin1"): value.decode("latin1") for name, value in scope["headers"]}
        given, trace = headers.get("x-correlation-id", ""), headers.get("traceparent", "")
        correlation = given if _CORRELATION_ID.fullmatch(given) else secrets.token_hex(8)
        correlation_id.set(correlation)
        traceparent.set(trace if _TRACEPARENT.fullmatch(trace) else new_traceparent())
        of_file = is_file(headers.get("content-type", ""))
        began, status, received = time.perf_counter(), 0, 0

        async def receive_limited() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > (LARGEST_FILE if of_file else LARGEST_BODY):
                raise HTTPException(413, TOO_LARGE_A_FILE if of_file else TOO_LARGE)
            return message

        async def send_observed(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [
                    *message["headers"],
                    (b"x-correlation-id", correlation.encode()),
                    (b"cache-control", b"no-store"),
                    (b"x-content-type-options", b"nosniff"),
                ]
            await send(message)

        try:
            await self._app(scope, receive_limited, send_observed)
        except Exception as error:
            # The text of an exception may quote a row or a request, so only its kind and place are logged.
            log.error("request_failed", service=self._service, error=type(error).__name__, where=where_raised(error))
            if status:
                raise ConnectionAbortedError("failed after the answer had begun") from None
            await _unforeseen(error)(scope, receive, send_observed)
        finally:
            self._observe(scope, status, time.perf_counter() - began)

    def _observe(self, scope: Scope, status: int, seconds: float) -> None:
        route = getattr(scope.get("route"), "path", "unknown")
        self._seconds.labels(scope["method"], route, str(status)).observe(seconds)
        if status >= 500:
            self._failures.labels(route).inc()
        if route not in ("/livez", "/readyz", "/metrics"):
            log.info(
                "request",
                service=self._service,
                method=scope["method"],
                route=route,
                status=status,
                milliseconds=round(seconds * 1000),
            )


def _unforeseen(error: Exception) -> Response:
    if problems.database_is_away(error):
        return problems.answer_problem(problems.Unavailable())
    return problems.answer(500, "internal-error", "Something went wrong here, and nothing was changed")


async def _answer_not_found(request: Request, missing: Exception) -> Response:
    """A thing that is not there or not for this caller's eyes; the look is on record in a transaction of its own."""
    assert isinstance(missing, NotFound)
    actor = getattr(request.state, "actor", None)
    if missing.entity and actor:
        async with request.app.state.database.begin() as session:
            audit.record(session, actor, "look_refused", missing.entity, missing.entity_id)
    return problems.answer_problem(missing)


def create_service(
    service: str, title: str, description: str, routers: Sequence[APIRouter], settings: Settings
) -> FastAPI:
    """The web side of one service, with `/v1`, `/docs`, `/openapi.json`, `/livez`, `/readyz` and `/metrics`."""
    app = FastAPI(
        title=f"Ridgeway {title}",
        description=description,
        version="1",
        docs_url=None,
        redoc_url=None,
        separate_input_output_schemas=False,
        responses={"default": {"model": problems.ProblemDetails, "description": "Problem details (RFC 9457)."}},
    )
    app.state.service = service
    app.state.settings = settings
    app.state.database = Database(settings.database())
    app.state.client = ServiceClient(settings.service_urls())
    app.state.token_check = token_check(settings)
    registry = CollectorRegistry()
    problems.install(app)
    app.add_exception_handler(NotFound, _answer_not_found)
    app.add_exception_handler(StaleDataError, _answer_version_changed)
    idempotency.install(app)
    for router in routers:
        app.include_router(router, prefix="/v1")
    _add_health(app, registry)
    _add_docs(app)
    app.add_middleware(_Observed, service=service, registry=registry)
    return app


def topic_router(tag: str) -> APIRouter:
    """The routes of one topic; every route of the suite is made through one of these."""
    return APIRouter(tags=[tag], route_class=idempotency.Route)


def _add_health(app: FastAPI, registry: CollectorRegistry) -> None:
    waiting = Gauge("outbox_waiting", "Events that are recorded and not yet published", registry=registry)
    oldest = Gauge("outbox_oldest_seconds", "Age of the oldest of them", registry=registry)

    @app.get("/livez", include_in_schema=False)
    async def livez(public: Public) -> dict[str, str]:
        return {"status": "alive"}

    @app.get("/readyz", include_in_schema=False)
    async def readyz(public: Public, session: ReadSession) -> dict[str, str]:
        await session.execute(text("SELECT 1"))
        return {"status": "ready"}

    @app.get("/metrics", include_in_schema=False)
    async def metrics(public: Public, session: ReadSession) -> Response:
        unpublished = select(func.count(), func.min(OutboxRow.recorded_at)).where(OutboxRow.published_at.is_(None))
        count, since = (await session.execute(unpublished)).one()
        waiting.set(count)
        oldest.set((clock.now() - since).total_seconds() if since else 0)
        return Response(generate_latest(registry), media_type="text/plain; version=0.0.4")


def _add_docs(app: FastAPI) -> None:
    app.mount("/static", StaticFiles(directory=Path(__file__).parent / "static"), name="static")

    @app.get("/docs", include_in_schema=False)
    async def docs(request: Request, public: Public) -> HTMLResponse:
        root = request.scope.get("root_path", "").rstrip("/")
        return get_swagger_ui_html(
            openapi_url=f"{root}/openapi.json",
            title=app.title,
            swagger_js_url=f"{root}/static/swagger-ui/swagger-ui-bundle.js",
            swagger_css_url=f"{root}/static/swagger-ui/swagger-ui.css",
            swagger_favicon_url=f"{root}/static/swagger-ui/favicon-32x32.png",
        )
