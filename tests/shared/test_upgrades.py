"""Databases as older versions left them, with rows in them, are brought to the newest revision and go on being read."""

import gzip
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import inspect, select, text

from services.centres.timetable.rules import worker_key
from services.referrals.referrals.models import Referral, ReferralChange
from shared import clock
from shared.database import Database
from shared.migrations import check, migrate
from shared.organisations import organisation_key
from shared.seeds import Seeded, seed
from shared.settings import SERVICES
from tests.conftest import MakeEmpty, StartService
from tests.servers import execute
from tests.service_under_test import ServiceUnderTest

OLDER = sorted(each for each in (Path(__file__).parents[1] / "fixtures" / "databases").iterdir() if each.is_dir())
FIRST_RELEASE = next(each for each in OLDER if each.name == "first_release")
RENAMED: dict[str, dict[str, str]] = {"casework": {"restrictions_told": "restriction_sequences"}}
"""By service: tables that a migration since gave another name."""

READER = {
    "referrals": "mash_manager",
    "casework": "area_manager",
    "centres": "team_manager",
    "governance": "area_manager",
}
READ: dict[str, list[tuple[str, ...]]] = {
    "referrals": [
        ("/referrals", "/referrals/{id}", "/referrals/{id}/changes", "/referrals/{id}/decisions"),
        ("/information-requests?status=answered", "/information-requests/{id}"),
        ("/consultations", "/consultations/{id}"),
        ("/link-workers", "/link-workers/{id}"),
    ],
    "casework": [
        ("/cases", "/cases/{id}", "/cases/{id}/history", "/families/{family_id}/chronology"),
        ("/cases", "/families/{family_id}/thriving-families", "/families/{family_id}/star-readings"),
        ("/workers", "/workers/{id}", "/workers/{id}/posts"),
        ("/caseloads?by=worker",),
        ("/actions", "/actions/{id}"),
        ("/transfers", "/transfers/{id}"),
        ("/hand-overs", "/hand-overs/{id}"),
        (
            "/early-help?lead_organisation=Larkmead%20School",
            "/cases/{case_id}/team-around-the-family",
            "/cases/{case_id}/escalations",
        ),
        ("/timescales", "/cases/{case_id}/contacts", "/cases/{case_id}/flags"),
        ("/outcome-claims",),
    ],
    "centres": [("/crises", "/crises/{id}"), ("/centres", "/centres/{id}/timetable")],
    "governance": [
        ("/decisions", "/proposals/{proposal[id]}", "/meetings/{meeting[id]}/agenda"),
        ("/bodies", "/bodies/{id}/meetings"),
    ],
}
"""By service: lists that are not empty, each with what its first record leads to."""


def _dump(folder: Path, service: str, kind: str) -> str:
    [path] = (folder / kind).glob(f"{service}.sql*")
    content = path.read_bytes()
    return (gzip.decompress(content) if path.suffix == ".gz" else content).decode()


def _restore(folder: Path, service: str, url: str) -> None:
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(url.removeprefix("sqlite+aiosqlite:///"))) as connection:
            connection.executescript(_dump(folder, service, "sqlite"))
    else:
        execute(url.replace("+asyncpg", ""), _dump(folder, service, "postgres"))


async def _counts(url: str) -> dict[str, int]:
    """How many rows each table has."""
    database = Database(url)
    async with database.engine.connect() as connection:
        names = await connection.run_sync(lambda bound: inspect(bound).get_table_names())
        counts = {
            name: (await connection.execute(text(f'SELECT count(*) FROM "{name}"'))).scalar_one() for name in names
        }
    await database.close()
    return counts


def _lost(service: str, before: dict[str, int], after: dict[str, int]) -> dict[str, tuple[int, int | None]]:
    """The tables with fewer rows than before, or none of that name."""
    renamed = RENAMED.get(service, {})
    now = {name: after.get(renamed.get(name, name)) for name in before}
    return {name: (before[name], count) for name, count in now.items() if count is None or count < before[name]}


KEYS: dict[str, list[tuple[str, str, str, Callable[[str], str]]]] = {
    "referrals": [
        ("referrals", "organisation", "organisation_key", organisation_key),
        ("information_requests", "partner", "partner_key", organisation_key),
        ("linked_organisations", "name", "organisation_key", organisation_key),
    ],
    "casework": [("family_team_members", "organisation", "organisation_key", organisation_key)],
    "centres": [("activity_workers", "worker", "worker_key", worker_key)],
}
"""By service: tables with a key that is made from a name, the two columns, and how."""


async def _wrong_keys(service: str, url: str) -> list[tuple[str, str, str]]:
    """Keys that are not those of today's rules, by which nothing would be found."""
    database = Database(url)
    wrong = []
    async with database.engine.connect() as connection:
        for table, name, key, key_of in KEYS.get(service, []):
            rows = await connection.execute(text(f'SELECT "{name}", "{key}" FROM "{table}" WHERE "{name}" IS NOT NULL'))
            wrong += [(table, *row) for row in rows if row[1] != key_of(row[0])]
    await database.close()
    return wrong


async def _look(service: ServiceUnderTest) -> None:
    async with service.as_(READER[service.name]) as client:
        for path, *of_first in READ[service.name]:
            listed = await client.get(path)
            assert listed.status_code == 200, listed.text
            first = next(iter(listed.json()["items"]), None)
            assert first, path
            for each in of_first:
                found = await client.get(each.format(**first))
                assert found.status_code == 200, (each, found.text)


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize("folder", OLDER, ids=lambda folder: folder.name)
async def test_a_database_in_use_is_brought_up_to_date_and_read(
    folder: Path, service: str, make_empty: MakeEmpty, start: StartService
) -> None:
    url = make_empty()
    _restore(folder, service, url)
    before = await _counts(url)
    await migrate(service, url)
    await check(service, url)
    assert _lost(service, before, await _counts(url)) == {}
    assert await _wrong_keys(service, url) == []
    assert await seed(service, url) == Seeded()
    await _look(await start(service, url))


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize("folder", OLDER, ids=lambda folder: folder.name)
async def test_every_step_back_bears_rows_too(folder: Path, service: str, make_empty: MakeEmpty) -> None:
    url = make_empty()
    _restore(folder, service, url)
    await migrate(service, url)
    await migrate(service, url, "base")
    assert list(await _counts(url)) == ["alembic_version"]


async def test_what_was_written_about_an_acknowledgement_is_read_where_it_is_written_now(
    make_empty: MakeEmpty, start: StartService
) -> None:
    url = make_empty()
    _restore(FIRST_RELEASE, "referrals", url)
    database = Database(url)
    async with database.begin() as session:
        referral_id = await session.scalar(select(Referral.id).order_by(Referral.recorded_at).limit(1))
        written: dict[str, Any] = {"step": "acknowledge", "reason": "Spoke to the lead", "values": {"method": "email"}}
        session.add(ReferralChange(referral_id=referral_id, number=99, at=clock.now(), by="maria", **written))
    await database.close()
    await migrate("referrals", url)
    async with (await start("referrals", url)).as_("mash_manager") as client:
        changes = (await client.get(f"/referrals/{referral_id}/changes")).json()["items"]
    assert (changes[-1]["number"], changes[-1]["reason"]) == (99, None)
    assert changes[-1]["values"] == {"method": "email", "text": "Spoke to the lead"}


@pytest.mark.parametrize("folder", OLDER, ids=lambda folder: folder.name)
def test_a_dump_has_rows_in_every_table(folder: Path) -> None:
    for service in SERVICES:
        with closing(sqlite3.connect(":memory:")) as connection:
            connection.executescript(_dump(folder, service, "sqlite"))
            assert list(_empty_tables(connection)) == [], service


def _empty_tables(connection: sqlite3.Connection) -> Iterator[Any]:
    for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
        if connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] == 0:
            yield name
