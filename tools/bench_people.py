"""How long a search for people takes, on PostgreSQL, in an index of 20,000 and of 200,000 generated children.

    python -m tools.bench_people        on a private server, or on the one that TEST_POSTGRES_URL names

Each search goes through the whole service (token, search, weighing, audit, commit), one after the other.
"""

import asyncio
import json
import os
import random
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import quantiles
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import structlog
from sqlalchemy import text
from sqlalchemy.dialects import postgresql

from services.referrals.people.queries import keyed
from services.referrals.people.rules import KEYS_VERSION, Description, keys_of
from shared.auth import create_keys
from shared.migrations import migrate
from shared.places import all_places
from tests.server_fixtures import ConfiguredPostgres
from tests.servers import PostgresServer
from tests.service_under_test import ServiceUnderTest, start_service

SIZES = (20_000, 200_000)
SEARCHES = 400
P95_MILLISECONDS = 50
SYLLABLES = [one + other for one in "bdfghjklmnprstvw" for other in "aeiou"]
Made = tuple[UUID, Description]


def names(chance: random.Random, count: int) -> list[str]:
    """Names of two to four syllables."""
    return ["".join(chance.choices(SYLLABLES, k=chance.randint(2, 4))).capitalize() for _ in range(count)]


def children(chance: random.Random, count: int) -> Iterator[Made]:
    """Children of 26 years, at the county's postcodes; some names are very frequent, as in life."""
    given, family = names(chance, 1_500), names(chance, 12_000)
    weights = [[1 / rank for rank in range(5, len(each) + 5)] for each in (given, family)]
    places = all_places()
    for one, other in zip(
        chance.choices(given, weights[0], k=count), chance.choices(family, weights[1], k=count), strict=True
    ):
        born = date(2000, 1, 1) + timedelta(days=chance.randrange(9_500))
        street = f"{chance.randint(1, 120)} {chance.choice(family)} Street"
        yield uuid4(), Description(one, other, born, lines=street, postcode=chance.choice(places).postcode)


async def fill(url: str, made: list[Made]) -> None:
    connection = await asyncpg.connect(url)
    await connection.set_type_codec(
        "jsonb",
        schema="pg_catalog",
        encoder=lambda value: b"\x01" + json.dumps(value).encode(),
        decoder=lambda sent: json.loads(sent[1:]),
        format="binary",
    )
    columns = (
        "id version family_id given_name family_name date_of_birth sex disabilities additional_needs keys_version"
        " former_names former_birth_dates recorded_at"
    )
    now = datetime.now(UTC)
    homes = [(child_id, now, {"lines": [each.lines], "postcode": each.postcode}) for child_id, each in made]
    the_rest: tuple[Any, ...] = ("U", [], False, KEYS_VERSION, [], [], now)
    rows: list[Any] = [
        (child_id, 1, child_id, each.given_name, each.family_name, each.date_of_birth, *the_rest)
        for child_id, each in made
    ]
    keys = [(key, child_id) for child_id, each in made for key in keys_of(each)]
    await _copy(connection, "families", ["id", "recorded_at", "address"], homes)
    await _copy(connection, "children", columns.split(), rows)
    await _copy(connection, "child_keys", ["key", "child_id"], keys)
    await connection.execute("VACUUM ANALYZE")
    await connection.close()
    print(f"{len(made):,} children, {len(keys):,} keys")


async def _copy(connection: Any, table: str, columns: list[str], rows: list[Any]) -> None:
    await connection.copy_records_to_table(table, records=rows, columns=columns)


def a_search_for(chance: random.Random, known: Description) -> dict[str, Any]:
    """A search as somebody at a telephone types it."""
    born = known.date_of_birth or date(2000, 1, 1)
    slip = chance.randrange(1, len(known.family_name))
    typed = known.family_name[:slip] + known.family_name[slip + 1 :]
    exchanged = born.replace(month=born.day, day=born.month) if born.day <= 12 else born
    return chance.choice(
        [
            {"given_name": known.given_name, "family_name": typed, "date_of_birth": str(born)},
            {"given_name": known.family_name, "family_name": known.given_name, "date_of_birth": str(exchanged)},
            {"given_name": known.given_name, "family_name": known.family_name, "birth_year": born.year},
            {"given_name": known.given_name, "family_name": known.family_name},
            {"family_name": known.family_name, "address": {"lines": [known.lines], "postcode": known.postcode}},
            {"family_name": known.family_name},
        ]
    )


async def search_times(
    service: ServiceUnderTest, made: list[Made], chance: random.Random
) -> tuple[list[float], list[float], int]:
    """Milliseconds of each search, those of our processor in it, and how many answered the child that was meant."""
    milliseconds: list[float] = []
    busy: list[float] = []
    found = 0
    async with service.as_("mash_practitioner") as client:
        for number in range(SEARCHES + 20):
            child_id, known = chance.choice(made)
            began, worked = time.perf_counter(), time.process_time()
            answer = await client.post("/people/search", json=a_search_for(chance, known))
            if number >= 20:  # the first ones fill connections and caches
                milliseconds.append((time.perf_counter() - began) * 1000)
                busy.append((time.process_time() - worked) * 1000)
                found += str(child_id) in answer.raise_for_status().text
    return milliseconds, busy, found


async def show_plan(service: ServiceUnderTest, known: Description) -> None:
    dialect: Any = postgresql
    statement = keyed(known).compile(dialect=dialect.dialect(), compile_kwargs={"literal_binds": True})
    async with service.database.read() as session:
        plan = (
            await session.execute(text(f"EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF) {statement}".replace(":", r"\:")))
        ).scalars()
        lines = list(plan)
    scans = [line for line in lines if "Scan" in line]
    only = sum("Index Only Scan" in scan for scan in scans)
    print(f"  plan: {len(scans)} scans, {only} of them index only; {lines[-1]}")
    if any("Seq Scan" in scan for scan in scans):
        sys.exit("The search reads a whole table")


async def bench(url: str, count: int, folder: Path) -> float:
    chance = random.Random(931)
    made = list(children(chance, count))
    await migrate("referrals", url)
    await fill(url.replace("+asyncpg", ""), made)
    async with start_service("referrals", url, folder / "keys", folder) as service:
        milliseconds, busy, found = await search_times(service, made, chance)
        await show_plan(service, made[0][1])
    p50, p95 = quantiles(milliseconds, n=20)[9], quantiles(milliseconds, n=20)[18]
    print(f"  of that in this process: p95 {quantiles(busy, n=20)[18]:.1f} ms; the rest is the database and waiting")
    print(f"  p50 {p50:.1f} ms, p95 {p95:.1f} ms; {found / len(milliseconds):.0%} had the child among the first 20")
    return p95


@contextmanager
def server() -> Iterator[ConfiguredPostgres | PostgresServer]:
    if configured := os.environ.get("TEST_POSTGRES_URL"):
        yield ConfiguredPostgres(configured)
        return
    private = PostgresServer(durable=False)
    try:
        private.start()
        yield private
    finally:
        private.remove()


@asynccontextmanager
async def database(postgres: ConfiguredPostgres | PostgresServer) -> AsyncIterator[str]:
    name = f"bench_{uuid4().hex}"
    postgres.execute(f"CREATE DATABASE {name}")
    try:
        yield postgres.url(name, "postgresql+asyncpg")
    finally:
        postgres.execute(f"DROP DATABASE {name} WITH (FORCE)")


async def main() -> int:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))
    with tempfile.TemporaryDirectory() as folder, server() as postgres:
        create_keys(Path(folder) / "keys")
        p95 = []
        for count in SIZES:
            async with database(postgres) as url:
                p95.append(await bench(url, count, Path(folder)))
    growth = p95[1] / p95[0]
    print(f"Ten times the children: {growth:.2f} times the p95")
    reached = p95[1] < P95_MILLISECONDS and growth < SIZES[1] / SIZES[0]
    print(f"Asked for: p95 below {P95_MILLISECONDS} ms at {SIZES[1]:,}: {'reached' if reached else 'NOT reached'}")
    return 0 if reached else 1


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
