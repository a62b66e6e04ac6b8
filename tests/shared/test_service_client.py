"""Questions to another service: what its silence means, what its no means, and what goes along with them."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import KeySet

from shared import service_client
from shared.bus.interface import NotNow
from shared.service_client import AnswerRefused, ServiceClient, service_token_of
from shared.settings import Settings
from shared.telemetry import correlation_id, traceparent
from tests.conftest import MakeDatabase
from tests.service_under_test import ServiceUnderTest
from tests.services.referrals.referrals_sent import a_referral

Answer = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


@pytest.fixture(autouse=True)
def _no_ids() -> Iterator[None]:
    """None but those that a test sets."""
    tokens = correlation_id.set(None), traceparent.set(None)
    yield
    correlation_id.reset(tokens[0])
    traceparent.reset(tokens[1])


@asynccontextmanager
async def _asking(answer: Answer) -> AsyncIterator[tuple[ServiceClient, list[str]]]:
    """A client, and what it sent to a port where somebody answers like this."""
    heard: list[str] = []
    conversations: list[asyncio.Task[None]] = []

    def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        conversations.append(asyncio.create_task(converse(reader, writer)))

    async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append((await reader.readuntil(b"\r\n\r\n")).decode())
        await answer(reader, writer)
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    client = ServiceClient({"referrals": f"http://127.0.0.1:{port}"}, lambda: "a-token")
    try:
        yield client, heard
    finally:
        await client.close()
        await asyncio.gather(*conversations)
        server.close()
        await server.wait_closed()


def _with(status: int, body: str = "{}") -> Answer:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = f"HTTP/1.1 {status} -\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n"
        writer.write(f"{head}Connection: close\r\n\r\n{body}".encode())
        await writer.drain()

    return answer


async def _cut_off(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{")
    await writer.drain()


async def _hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Closed without a word."""


async def _say_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read()


async def test_what_it_gets_is_the_answers_json() -> None:
    async with _asking(_with(200, '{"area": "south"}')) as (client, _):
        assert await client.get("referrals", "/v1/referrals/1") == {"area": "south"}


@pytest.mark.parametrize("status", [401, 429, 500, 502, 503, 504])
async def test_an_answer_that_may_be_another_tomorrow_is_not_now(status: int) -> None:
    async with _asking(_with(status)) as (client, _):
        with pytest.raises(NotNow):
            await client.get("referrals", "/v1/referrals/1")


@pytest.mark.parametrize("status", [400, 403, 404, 409, 410, 422])
async def test_a_no_is_a_no(status: int) -> None:
    async with _asking(_with(status)) as (client, _):
        with pytest.raises(AnswerRefused, match=f"referrals answered {status}"):
            await client.get("referrals", "/v1/referrals/1")


@pytest.mark.parametrize("answer", [_cut_off, _hang_up, _say_nothing], ids=["cut off", "hung up", "silent"])
async def test_half_an_answer_or_none_is_not_now(answer: Answer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service_client, "TIMEOUT", httpx.Timeout(0.5))
    async with _asking(answer) as (client, _):
        with pytest.raises(NotNow):
            await client.get("referrals", "/v1/referrals/1")


async def test_where_nobody_listens_it_is_not_now() -> None:
    client = ServiceClient({"referrals": "http://127.0.0.1:1"}, lambda: "a-token")
    with pytest.raises(NotNow):
        await client.get("referrals", "/v1/referrals/1")
    await client.close()


async def test_a_question_carries_the_ids_of_what_it_is_part_of() -> None:
    correlation_id.set("a-request-of-hers")
    traceparent.set(TRACE)
    async with _asking(_with(200)) as (client, heard):
        await client.get("referrals", "/v1/referrals/1")
    lines = heard[0].lower().splitlines()
    assert lines[0] == "get /v1/referrals/1 http/1.1"
    assert "authorization: bearer a-token" in lines
    assert "x-correlation-id: a-request-of-hers" in lines
    assert f"traceparent: {TRACE}" in lines


async def test_a_question_of_nobodys_request_carries_no_ids() -> None:
    async with _asking(_with(200)) as (client, heard):
        await client.get("referrals", "/v1/referrals/1")
    assert "x-correlation-id" not in heard[0].lower()
    assert "traceparent" not in heard[0].lower()


async def test_the_referrals_service_answers_with_our_own_token_under_the_same_correlation_id(
    start: Callable[[str, str], Awaitable[ServiceUnderTest]], make_sqlite: MakeDatabase
) -> None:
    referrals = await start("referrals", make_sqlite("referrals"))
    sent = (await referrals.as_("referrer").post("/referrals", json=a_referral())).json()
    transport = httpx.ASGITransport(app=referrals.app)
    client = ServiceClient({"referrals": "http://referrals"}, service_token_of(referrals.settings), transport)
    whole = await client.get("referrals", f"/v1/referrals/{sent['id']}")
    assert whole["children"][0]["given_name"] == "Barnabas"
    with pytest.raises(AnswerRefused):
        await client.get("referrals", f"/v1/referrals/{sent['family_id']}")
    await client.close()


class TestTheTokenOfABackgroundProcess:
    def test_a_file_is_read_anew_for_every_call(self, tmp_path: Path) -> None:
        file = tmp_path / "token"
        token = service_token_of(Settings(service="casework", SERVICE_TOKEN_FILE=file))
        file.write_text("first\n")
        assert token() == "first"
        file.write_text("second\n")
        assert token() == "second"

    def test_without_either_it_signs_one_of_its_own_and_keeps_it_for_a_while(self, tmp_path: Path) -> None:
        token = service_token_of(Settings(service="casework", DATA_DIR=tmp_path))
        assert token() == token()
        keys = KeySet.import_key_set(json.loads((tmp_path / "keys" / "public.json").read_text()))
        claims = jwt.decode(token(), keys).claims
        assert (claims["sub"], claims["roles"]) == ("casework-background", ["service"])

    def test_with_an_identity_provider_a_file_must_be_named(self) -> None:
        with pytest.raises(SystemExit, match="SERVICE_TOKEN_FILE"):
            service_token_of(Settings(service="casework", ISSUER_URL="https://id.example"))
