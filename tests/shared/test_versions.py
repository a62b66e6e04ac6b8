"""Two people change one row at one moment: the first is kept, and the second gets the 412 of a stale `If-Match`."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI, Request, Response
from sqlalchemy import MetaData
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from shared.access import Public
from shared.auth import Role, mint_token
from shared.database import NAMING, TYPES, Database
from shared.settings import Settings
from shared.web import (
    IfMatch,
    OwnDatabase,
    RequestBody,
    Session,
    create_service,
    require_version,
    set_etag,
    topic_router,
)
from tests.conftest import MakeDatabase

router = topic_router("entries")


class _Table(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = TYPES


class Entry(_Table):
    __tablename__ = "entries"

    id: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class NewText(RequestBody):
    text: str


async def _both_have_read(request: Request) -> None:
    """Waits for the other writer; on SQLite they come in turn, and the second reads what the first wrote."""
    if not request.app.state.database.is_sqlite:
        await request.app.state.both_have_read.wait()


@router.put("/flushed")
async def put_flushed(public: Public, session: Session, request: Request, if_match: IfMatch, body: NewText) -> str:
    entry = await session.get_one(Entry, 1)
    require_version(if_match, entry.version)
    await _both_have_read(request)
    entry.text = body.text
    await session.flush()
    return entry.text


@router.put("/committed")
async def put_committed(public: Public, session: Session, request: Request, if_match: IfMatch, body: NewText) -> str:
    entry = await session.get_one(Entry, 1)
    require_version(if_match, entry.version)
    await _both_have_read(request)
    entry.text = body.text
    return entry.text


@router.put("/own-transaction")
async def put_in_own_transaction(
    public: Public, own: OwnDatabase, request: Request, if_match: IfMatch, body: NewText, response: Response
) -> str:
    async with own.begin() as session:
        entry = await session.get_one(Entry, 1)
        require_version(if_match, entry.version)
        await _both_have_read(request)
        entry.text = body.text
    set_etag(response, entry.version)
    return entry.text


@router.post("/appended")
async def append(public: Public, session: Session, request: Request, body: NewText) -> str:
    entry = await session.get_one(Entry, 1)
    await _both_have_read(request)
    entry.text += body.text
    return entry.text


@pytest.fixture
async def app(make_database: MakeDatabase, keys_dir: Path, tmp_path: Path) -> AsyncIterator[FastAPI]:
    settings = Settings(
        service="referrals", database_url=make_database("referrals"), DATA_DIR=tmp_path, KEYS_DIR=keys_dir
    )
    app = create_service("referrals", "Entries", "A service with one entry.", [router], settings)
    database: Database = app.state.database
    async with database.engine.begin() as connection:
        await connection.run_sync(_Table.metadata.create_all)
    async with database.begin() as session:
        session.add(Entry(id=1, text="at first"))
    app.state.both_have_read = asyncio.Barrier(2)
    yield app
    await database.close()


def _client(app: FastAPI) -> httpx.AsyncClient:
    token = mint_token(app.state.settings, Role.REFERRER)
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    return httpx.AsyncClient(
        transport=transport, base_url="http://service/v1", headers={"Authorization": f"Bearer {token}"}
    )


async def _entry(app: FastAPI) -> Entry:
    async with app.state.database.read() as session:
        entry: Entry = await session.get_one(Entry, 1)
        return entry


@pytest.mark.parametrize("path", ["/flushed", "/committed", "/own-transaction"])
async def test_the_second_of_two_writers_gets_412_and_changes_nothing(app: FastAPI, path: str) -> None:
    client = _client(app)
    answers = await asyncio.gather(
        *(client.put(path, json={"text": text}, headers={"If-Match": '"1"'}) for text in ("one", "two"))
    )
    assert sorted(answer.status_code for answer in answers) == [200, 412]
    [kept], [refused] = ([each for each in answers if each.status_code == status] for status in (200, 412))
    assert refused.headers["Content-Type"] == "application/problem+json"
    assert refused.json()["code"] == "version-changed"
    entry = await _entry(app)
    assert (entry.text, entry.version) == (kept.json(), 2)


async def test_a_stale_if_match_is_the_same_problem(app: FastAPI) -> None:
    refused = await _client(app).put("/own-transaction", json={"text": "late"}, headers={"If-Match": '"0"'})
    assert (refused.status_code, refused.json()["code"]) == (412, "version-changed")


IF_MATCH = {
    '"1"': 200,
    "*": 200,
    ' "1" ': 200,
    '"7", "1"': 200,
    '"7","1", W/"9"': 200,
    ',"1",': 200,
    '"a,b", "1"': 200,
    '"7"': 412,
    '"7", "8"': 412,
    'W/"1"': 412,
    '"11"': 412,
    '"1,"': 412,
    "1": 400,
    "": 400,
    "*, *": 400,
    '"1': 400,
    '"1" "2"': 400,
    "'1'": 400,
}


@pytest.mark.parametrize(("sent", "status"), IF_MATCH.items(), ids=IF_MATCH.keys())
async def test_if_match_is_read_as_in_rfc_9110(app: FastAPI, sent: str, status: int) -> None:
    app.state.both_have_read = asyncio.Barrier(1)  # there is no other writer
    answer = await _client(app).put("/own-transaction", json={"text": "kept"}, headers={"If-Match": sent})
    assert answer.status_code == status, answer.text
    assert status == 200 or answer.json()["code"] in ("version-changed", "if-match-unreadable")
    assert (await _entry(app)).version == (2 if status == 200 else 1)


@pytest.mark.postgres
@pytest.mark.parametrize("database_kind", ["postgres"], indirect=True)
async def test_of_two_requests_with_one_key_the_loser_of_the_row_gets_the_winners_answer(app: FastAPI) -> None:
    client = _client(app)
    answers = await asyncio.gather(
        *(client.post("/appended", json={"text": "; more"}, headers={"Idempotency-Key": "one"}) for _ in range(2))
    )
    assert [answer.status_code for answer in answers] == [200, 200]
    assert [answer.json() for answer in answers] == ["at first; more"] * 2
    assert sorted("Idempotency-Replayed" in answer.headers for answer in answers) == [False, True]
