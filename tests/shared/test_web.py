"""What every service's web side has in common."""

import re
import time
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from services.suite import create_suite
from shared.migrations import migrate
from shared.settings import SERVICES
from tests.conftest import MakeDatabase, StartService
from tests.eventually import eventually
from tests.server_process import free_port
from tests.servers import PostgresServer
from tests.services.referrals.referrals_sent import a_referral


@pytest.mark.parametrize("service", SERVICES)
async def test_the_documentation_works_offline(start: StartService, make_sqlite: MakeDatabase, service: str) -> None:
    running = await start(service, make_sqlite(service))
    client = httpx.AsyncClient(transport=httpx.ASGITransport(app=running.app), base_url="http://service")
    page = (await client.get("/docs")).text
    wanted = re.findall(r'(?:src|href|url:?)\s*[=:]\s*[\'"]([^\'"]+)', page)
    assert len(wanted) >= 3
    for address in wanted:
        assert address.startswith("/"), f"{address} is fetched from elsewhere"
        assert (await client.get(address)).status_code == 200


@pytest.mark.parametrize("path", ["/livez", "/readyz", "/metrics"])
async def test_health_and_metrics_need_no_token(start: StartService, make_sqlite: MakeDatabase, path: str) -> None:
    running = await start("referrals", make_sqlite("referrals"))
    client = httpx.AsyncClient(transport=httpx.ASGITransport(app=running.app), base_url="http://service")
    assert (await client.get(path)).status_code == 200


async def test_the_suite_is_alive_without_a_database_and_ready_with_all_of_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    assert await _health_of_the_suite() == [200, 200]
    monkeypatch.setenv("CENTRES_DATABASE_URL", f"postgresql+asyncpg://nobody@127.0.0.1:{free_port()}/nothing")
    assert await _health_of_the_suite() == [200, 503]


async def _health_of_the_suite() -> list[int]:
    suite = create_suite()
    transport = httpx.ASGITransport(app=suite, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://suite") as client:
        statuses = [(await client.get(path)).status_code for path in ("/livez", "/readyz")]
    for app in suite.state.apps.values():
        await app.state.database.close()
    return statuses


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/nowhere", 404, "not-found"),
        ("DELETE", "/referrals", 405, "method-not-allowed"),
        ("GET", "/referrals", 401, "not-authenticated"),
        ("GET", "/referrals/not-a-uuid", 401, "not-authenticated"),
    ],
)
async def test_every_error_is_problem_details(
    start: StartService, make_sqlite: MakeDatabase, method: str, path: str, status: int, code: str
) -> None:
    referrals = await start("referrals", make_sqlite("referrals"))
    answer = await referrals.client().request(method, path)
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert (answer.status_code, problem["status"], problem["code"]) == (status, status, code)
    assert problem["type"] == f"urn:ridgeway:problem:{code}"
    assert problem["title"]


async def test_a_bad_body_is_no_better_without_a_content_length(start: StartService, make_sqlite: MakeDatabase) -> None:
    referrals = await start("referrals", make_sqlite("referrals"))

    async def endless() -> AsyncIterator[bytes]:
        for _ in range(2000):
            yield b"a" * 1024

    headers = {"Content-Type": "application/json"}
    answer = await referrals.as_("referrer").post("/referrals", content=endless(), headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (413, "content-too-large")


async def test_deeply_nested_json_is_a_bad_request(start: StartService, make_sqlite: MakeDatabase) -> None:
    referrals = await start("referrals", make_sqlite("referrals"))
    headers = {"Content-Type": "application/json"}
    body = "[" * 100_000
    answer = await referrals.as_("referrer").post("/referrals", content=body, headers=headers)
    assert answer.status_code in (400, 422)
    assert answer.headers["content-type"] == "application/problem+json"


async def test_a_given_correlation_id_is_answered_and_a_bad_one_is_replaced(
    start: StartService, make_sqlite: MakeDatabase
) -> None:
    referrals = await start("referrals", make_sqlite("referrals"))
    client = referrals.as_("mash_manager")
    good = await client.get("/referrals", headers={"X-Correlation-Id": "0123456789abcdef"})
    assert good.headers["X-Correlation-Id"] == "0123456789abcdef"
    bad = await client.get("/referrals", headers={"X-Correlation-Id": "Barnabas Quillfeather"})
    assert re.fullmatch(r"[0-9a-f]{16}", bad.headers["X-Correlation-Id"])


@pytest.mark.postgres
async def test_with_the_database_away_the_answer_is_503_and_then_all_is_well(
    start: StartService, mortal_postgres: PostgresServer
) -> None:
    url = mortal_postgres.url("postgres", "postgresql+asyncpg")
    await migrate("referrals", url)
    referrals = await start("referrals", url)
    client = referrals.as_("referrer")
    headers = {"Idempotency-Key": "again-and-again"}
    assert (await client.post("/referrals", json=a_referral())).status_code == 201
    mortal_postgres.kill()
    began = time.monotonic()
    answer = await client.post("/referrals", json=a_referral(), headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
    assert answer.headers["Retry-After"]
    assert time.monotonic() - began < 15
    mortal_postgres.start()

    async def accepted() -> bool:
        return (await client.post("/referrals", json=a_referral(), headers=headers)).status_code == 201

    await eventually(accepted)
