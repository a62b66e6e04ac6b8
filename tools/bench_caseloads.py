"""How long a manager waits for the caseloads of an area, on PostgreSQL, with 10,000, 100,000 and 1,000,000 cases.

    python -m tools.bench_caseloads        on a private server, or on the one that TEST_POSTGRES_URL names

Workers grow with the cases: each holds eight open families, and for each open case there is a closed one. The rows are
made by the database itself. Each call goes through the whole service, one after the other.
"""

import asyncio
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from statistics import quantiles
from typing import Any

import asyncpg
import httpx
import structlog
from sqlalchemy import event

from shared import clock
from shared.auth import create_keys
from shared.migrations import migrate
from shared.seeds import seed
from tests.service_under_test import ServiceUnderTest, start_service
from tools.bench_people import database, server

SIZES = (10_000, 100_000, 1_000_000)
CALLS, WARM_UP = 300, 30
ALLOWED_GROWTH = 1.5
"""Between the first size and the last: the p95 grows by less than half in all."""

FILL = """
CREATE FUNCTION nth(kind text, n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE AS
    $$ SELECT md5(kind || n)::uuid $$;

CREATE TEMP TABLE made AS
SELECT n, nth('case', n) AS id, n % 2 = 0 AS is_open, n % 40 = 0 AS waits,
       (ARRAY['north', 'central', 'south'])[1 + (n / 16) % 3] AS area,
       1 + (n / 2) % 4 AS children, 1 + n / 16 AS worker, DATE '{today}' - 400 + (n % 300)::int AS opened_on
FROM generate_series(1, {cases}) AS n;

INSERT INTO workers (id, version, name, role, area, team, fte, registration_number, recorded_at, joined_on, in_post,
                     children, families)
SELECT nth('worker', w), 1, md5(w::text), 'social_worker', (ARRAY['north', 'central', 'south'])[1 + (w - 1) % 3],
       'Team ' || w % 30, 40 + 10 * (w % 7), 'SW' || w, now(), DATE '{today}' - 500, true, 0, 0
FROM generate_series(1, {cases} / 16 + 1) AS w;

INSERT INTO posts (worker_id, from_on, until_on, role, area, team, fte)
SELECT id, joined_on, NULL, role, area, team, fte FROM workers;

INSERT INTO cases (id, version, referral_id, family_id, opened_on, opened_at, area, team, pathway, status, closed_on,
                   key_worker_id, child_count, unallocated_since)
SELECT id, 1, nth('referral', n), nth('family', n), opened_on, opened_on, area,
       CASE WHEN is_open AND NOT waits THEN 'Team ' || worker % 30 END, 'child_in_need',
       CASE WHEN is_open THEN 'open' ELSE 'closed' END, CASE WHEN NOT is_open THEN opened_on + 90 END,
       CASE WHEN is_open AND NOT waits THEN nth('worker', worker) END, children,
       CASE WHEN is_open AND waits THEN opened_on END
FROM made;

INSERT INTO pathway_steps (id, case_id, number, pathway, from_on, recorded_by, recorded_at)
SELECT nth('step', n), id, 1, 'child_in_need', opened_on, 'bench', opened_on FROM made
UNION ALL SELECT nth('closure', n), id, 2, 'closed', opened_on + 90, 'bench', opened_on FROM made WHERE NOT is_open;

INSERT INTO allocations (id, case_id, worker_id, starts_on, ended_on, children, ceiling, allocated_by, allocated_at)
SELECT nth('allocation', n), id, nth('worker', worker), opened_on, CASE WHEN NOT is_open THEN opened_on + 90 END,
       children, 1600, 'bench', opened_on
FROM made WHERE NOT waits;

INSERT INTO holdings (case_id, from_on, until_on, area, pathway, key_worker_id, children)
SELECT id, opened_on, CASE WHEN NOT is_open THEN opened_on + 90 END, area, 'child_in_need',
       CASE WHEN NOT waits THEN nth('worker', worker) END, children
FROM made;

INSERT INTO timescales (id, case_id, step, about_id, number, started_on, due_on, met_on, ended_on, announced)
SELECT nth('due', n * 2 + d), id, 'action', nth('about', n * 2 + d), 1, opened_on, opened_on + 100 * d,
       CASE WHEN (n + d) % 5 > 0 THEN opened_on + 100 * d END, CASE WHEN NOT is_open THEN opened_on + 90 END,
       true
FROM made, generate_series(1, 2) AS d;

UPDATE workers SET families = held.families, children = held.children
FROM (SELECT key_worker_id, count(*) AS families, sum(child_count) AS children
      FROM cases WHERE status = 'open' GROUP BY key_worker_id) AS held
WHERE held.key_worker_id = workers.id;

INSERT INTO workers_holding (area, children, workers, families, fte)
SELECT area, children, count(*), sum(families), sum(fte) FROM workers GROUP BY area, children;

INSERT INTO unallocated_counts (area, families, children)
SELECT area, count(*), sum(child_count) FROM cases WHERE unallocated_since IS NOT NULL GROUP BY area;
"""

SMALL = ("workers_holding", "unallocated_counts", "ceilings", "absences")
READ_DAILY = "/caseloads?by=worker&area=south"


async def fill(url: str, cases: int) -> None:
    connection = await asyncpg.connect(url)
    await connection.execute("SET synchronous_commit = off")
    await connection.execute(FILL.format(cases=cases, today=clock.today()))
    await connection.execute("VACUUM ANALYZE")
    workers = await connection.fetchval("SELECT count(*) FROM workers")
    await connection.close()
    print(f"{cases:,} cases, {workers:,} key workers")


async def milliseconds_of(client: httpx.AsyncClient, path: str, calls: int) -> list[float]:
    taken = []
    for number in range(calls + min(calls, WARM_UP)):
        began = time.perf_counter()
        (await client.get(path)).raise_for_status()
        if number >= min(calls, WARM_UP):  # the first ones fill connections and caches
            taken.append((time.perf_counter() - began) * 1000)
    return taken


async def whole_tables_read(service: ServiceUnderTest, client: httpx.AsyncClient) -> list[str]:
    """The plan of each statement of a call, with what it reads a whole table of, apart from the small ones."""
    sent: list[tuple[str, Any]] = []

    def note(connection: Any, cursor: Any, statement: str, parameters: Any, *rest: Any) -> None:
        sent.append((statement, parameters))

    engine = service.database.engine
    event.listen(engine.sync_engine, "before_cursor_execute", note)
    (await client.get(READ_DAILY)).raise_for_status()
    event.remove(engine.sync_engine, "before_cursor_execute", note)
    read = []
    async with engine.connect() as connection:
        for statement, parameters in sent:
            explained = await connection.exec_driver_sql(f"EXPLAIN (ANALYZE, COSTS OFF) {statement}", parameters)
            lines = [line.strip(" ->") for line in explained.scalars()]
            scans = [line.split(" (actual")[0] for line in lines if "Scan" in line]
            print(f"    {lines[-1].removeprefix('Execution Time: '):>10}  {'; '.join(scans)}")
            read += [scan for scan in scans if scan.startswith(("Seq", "Parallel Seq"))]
    return read


async def bench(url: str, cases: int, folder: Path) -> tuple[float, list[str]]:
    await migrate("casework", url)
    await seed("casework", url)
    await fill(url.replace("+asyncpg", ""), cases)
    async with (
        start_service("casework", url, folder / "keys", folder) as service,
        service.as_("area_manager", area="south") as client,
    ):
        taken = await milliseconds_of(client, READ_DAILY, CALLS)
        p50, p95 = quantiles(taken, n=20)[9], quantiles(taken, n=20)[18]
        print(f"  by=worker&area=: p50 {p50:.1f} ms, p95 {p95:.1f} ms; its statements:")
        read = await whole_tables_read(service, client)
        day = clock.today() - timedelta(days=200)
        others = {
            "by=area": "/caseloads?by=area",
            "by=worker&area=&as_at=": f"{READ_DAILY}&as_at={day}",
            "trend of 12 weeks": "/caseloads/trend?area=south",
        }
        for name, path in others.items():
            print(f"  for information, {name}: {sorted(await milliseconds_of(client, path, 5))[2]:.0f} ms")
    return p95, read


async def main() -> int:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))
    with tempfile.TemporaryDirectory() as folder, server() as postgres:
        create_keys(Path(folder) / "keys")
        p95 = []
        for cases in SIZES:
            async with database(postgres) as url:
                each, read = await bench(url, cases, Path(folder))
                p95.append(each)
    print("p95 of by=worker&area=: " + ", ".join(f"{ms:.1f} ms" for ms in p95))
    growth = p95[-1] / p95[0]
    big = [scan for scan in read if not scan.endswith(SMALL)]
    reached = growth < ALLOWED_GROWTH and not big
    print(f"A hundred times the cases: {growth:.2f} times the p95; whole tables read: {big or 'none'}")
    print(f"Asked for: less than {ALLOWED_GROWTH} times, from indexes: {'reached' if reached else 'NOT reached'}")
    return 0 if reached else 1


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
