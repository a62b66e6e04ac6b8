"""How long a manager waits for caseloads, for what falls due and for the plans in force, with 10,000, 100,000 and
1,000,000 cases, on PostgreSQL.

    python -m tools.bench_caseloads        on a private server, or on the one that TEST_POSTGRES_URL names

Workers grow with the cases: each holds eight open families, 24 of them are a team, and for each open case there is a
closed one. One open family in eight has a child on a protection plan, and as many had one. The rows are made by the
database itself. Each call goes through the whole service, one after the other.
"""

import asyncio
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from statistics import quantiles
from typing import Any
from uuid import UUID

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

CREATE FUNCTION team_of(worker bigint) RETURNS text LANGUAGE sql IMMUTABLE AS
    $$ SELECT 'Team ' || (worker - 1) % 3 + 3 * ((worker - 1) / 72) $$;

CREATE TEMP TABLE made AS
SELECT n, nth('case', n) AS id, n % 2 = 0 AS is_open, n % 40 = 0 AS waits,
       (ARRAY['north', 'central', 'south'])[1 + (n / 16) % 3] AS area,
       1 + (n / 2) % 4 AS children, 1 + n / 16 AS worker, DATE '{today}' - 400 + (n % 300)::int AS opened_on
FROM generate_series(1, {cases}) AS n;

INSERT INTO workers (id, version, name, role, area, team, team_key, fte, registration_number, recorded_at, joined_on,
                     in_post, children, families)
SELECT nth('worker', w), 1, md5(w::text), 'social_worker', (ARRAY['north', 'central', 'south'])[1 + (w - 1) % 3],
       team_of(w), lower(replace(team_of(w), ' ', '')), 40 + 10 * (w % 7), 'SW' || w, now(), DATE '{today}' - 500,
       true, 0, 0
FROM generate_series(1, {cases} / 16 + 1) AS w;

INSERT INTO posts (worker_id, from_on, until_on, role, area, team, team_key, fte)
SELECT id, joined_on, NULL, role, area, team, team_key, fte FROM workers;

INSERT INTO cases (id, version, referral_id, family_id, opened_on, opened_at, area, team, team_key, pathway, status,
                   closed_on, key_worker_id, child_count, unallocated_since)
SELECT id, 1, nth('referral', n), nth('family', n), opened_on, opened_on, area,
       CASE WHEN is_open AND NOT waits THEN team_of(worker) END,
       CASE WHEN is_open AND NOT waits THEN lower(replace(team_of(worker), ' ', '')) END, 'child_in_need',
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

INSERT INTO case_children (case_id, child_id, given_name, family_name, date_of_birth, additional_needs, joined_on)
SELECT id, nth('child', n * 4 + c), md5(c::text), md5(n::text), opened_on - 300 * c::int, false, opened_on
FROM made, generate_series(1, 4) AS c WHERE c <= children AND (is_open OR n % 16 = 3);

CREATE TEMP TABLE planned AS
SELECT nth('plan', n) AS id, made.id AS case_id, nth('child', n * 4 + 1) AS child_id, is_open, n,
       opened_on + 20 AS began
FROM made WHERE n % 16 IN (2, 3);

INSERT INTO protection_plans (id, case_id, child_id, initial_category, category, started_on, ended_on, lasted_days,
                              end_reason, previous_plans, temporary, recorded_by, recorded_at)
SELECT id, case_id, child_id, category, category, began, CASE WHEN NOT is_open THEN began + 60 END,
       CASE WHEN NOT is_open THEN 60 END, CASE WHEN NOT is_open THEN 'review_conference' END, n / 16 % 4, false,
       'bench', began
FROM (SELECT *, (ARRAY['NEG', 'NEG', 'EMO', 'PHY', 'SAB'])[1 + n / 16 % 5] AS category FROM planned) AS each;

INSERT INTO timescales (id, case_id, child_id, step, about_id, number, started_on, due_on, met_on, ended_on, announced)
SELECT nth(step || turn, n), case_id, child_id, step, id, turn, began, due_on, CASE WHEN turn = 1 THEN due_on END,
       CASE WHEN NOT is_open AND turn = 2 THEN began + 60 END, true
FROM planned, (VALUES ('core_group', 42), ('review_conference', 90), ('protection_visit', 14)) AS series (step, every),
     generate_series(1, 2) AS turn,
     LATERAL (SELECT CASE WHEN turn = 2 AND is_open THEN DATE '{today}' - 10 + (n / 16 % (every + 10))::int
                          ELSE began + every END AS due_on) AS at;

INSERT INTO contacts (id, version, case_id, kind, worker_id, recorded_by, recorded_at, counts, happened_at, time_known,
                      happened_on, purpose, place, with_family, no_reply, entered_in_error)
SELECT nth('visit' || v, n), 1, case_id, 'visit', NULL, 'bench', began, true, began + 10 * v, false, began + 10 * v,
       'child_protection_visit', 'home', true, false, false
FROM planned, generate_series(1, 3) AS v;

INSERT INTO contact_children (contact_id, child_id, seen, seen_alone)
SELECT nth('visit' || v, n), child_id, v <> 2, v = 1 FROM planned, generate_series(1, 3) AS v;

INSERT INTO merged_children (child_id, surviving_child_id, sequence)
SELECT nth('merged', m), nth('child', m * 8 + 1), 1 FROM generate_series(1, LEAST({cases} / 20, 5000)) AS m;

INSERT INTO family_restrictions (family_id, source, subject)
SELECT nth('family', f * 2000), 'referrals', 'somebody' FROM generate_series(1, {cases} / 2000) AS f;

UPDATE workers SET families = held.families, children = held.children
FROM (SELECT key_worker_id, count(*) AS families, sum(child_count) AS children
      FROM cases WHERE status = 'open' GROUP BY key_worker_id) AS held
WHERE held.key_worker_id = workers.id;

INSERT INTO workers_holding (area, children, workers, families, fte)
SELECT area, children, count(*), sum(families), sum(fte) FROM workers GROUP BY area, children;

INSERT INTO unallocated_counts (area, families, children)
SELECT area, count(*), sum(child_count) FROM cases WHERE unallocated_since IS NOT NULL GROUP BY area;
"""

SMALL = ("workers_holding", "unallocated_counts", "ceilings", "absences", "merged_children", "family_restrictions")
"""They do not grow with the cases, or slowly: of merged records and restricted families there are a few thousand."""

COUNTED = ("workers", "timescales", "protection_plans", "contacts")

READ_DAILY = {
    "caseloads of an area": "/caseloads?by=worker&area=south",
    "due in an area": "/timescales?within_days=7&area=south",
    "due in a team": "/timescales?within_days=7&team=Team 2",
    "due of a worker": "/timescales?within_days=7&worker={worker}",
    "visits due in an area": "/timescales?within_days=7&area=south&step=protection_visit",
    "plans of an area": "/protection-plans?area=south",
    "plans of a team": "/protection-plans?team=Team 2",
    "plans of a worker": "/protection-plans?worker={worker}",
    "neglect for half a year": "/protection-plans?area=south&category=NEG&longer_than_days=180",
}
"""`worker` holds a family with a plan in the area."""

FOR_INFORMATION = {
    "caseloads by area": "/caseloads?by=area",
    "caseloads of an area 200 days ago": "/caseloads?by=worker&area=south&as_at={day}",
    "trend of 12 weeks": "/caseloads/trend?area=south",
    "figures of plans": "/protection-plans/figures?area=south",
}

A_WORKER = """
SELECT key_worker_id FROM cases JOIN protection_plans ON case_id = cases.id AND ended_on IS NULL
WHERE cases.area = 'south' AND key_worker_id IS NOT NULL ORDER BY cases.id LIMIT 1
"""


@dataclass(frozen=True)
class Measured:
    """Of one call: its p95 in milliseconds, and which whole tables it reads that are not small."""

    p95: float
    whole_tables: list[str]


async def fill(url: str, cases: int) -> UUID:
    """Returns a worker whose lists are read."""
    connection = await asyncpg.connect(url)
    await connection.execute("SET synchronous_commit = off")
    await connection.execute(FILL.format(cases=cases, today=clock.today()))
    await connection.execute("VACUUM ANALYZE")
    counts = {table: await connection.fetchval(f"SELECT count(*) FROM {table}") for table in COUNTED}
    worker: UUID = await connection.fetchval(A_WORKER)
    await connection.close()
    print(f"{cases:,} cases, " + ", ".join(f"{count:,} {table}" for table, count in counts.items()))
    return worker


async def milliseconds_of(client: httpx.AsyncClient, path: str, calls: int) -> list[float]:
    taken = []
    for number in range(calls + min(calls, WARM_UP)):
        began = time.perf_counter()
        (await client.get(path)).raise_for_status()
        if number >= min(calls, WARM_UP):  # the first ones fill connections and caches
            taken.append((time.perf_counter() - began) * 1000)
    return taken


async def whole_tables_read(service: ServiceUnderTest, client: httpx.AsyncClient, path: str) -> list[str]:
    """The plan of each statement of a call, with what it reads a whole table of, apart from the small ones."""
    sent: list[tuple[str, Any]] = []

    def note(connection: Any, cursor: Any, statement: str, parameters: Any, *rest: Any) -> None:
        if statement.lstrip().upper().startswith("SELECT"):
            sent.append((statement, parameters))

    engine = service.database.engine
    event.listen(engine.sync_engine, "before_cursor_execute", note)
    (await client.get(path)).raise_for_status()
    event.remove(engine.sync_engine, "before_cursor_execute", note)
    read = []
    async with engine.connect() as connection:
        for statement, parameters in sent:
            explained = await connection.exec_driver_sql(f"EXPLAIN (ANALYZE, COSTS OFF) {statement}", parameters)
            lines = [line.strip(" ->") for line in explained.scalars()]
            scans = [line.split(" (actual")[0] for line in lines if "Scan" in line]
            print(f"    {lines[-1].removeprefix('Execution Time: '):>10}  {'; '.join(scans)}")
            read += [scan for scan in scans if scan.startswith(("Seq", "Parallel Seq")) and not _is_small(scan)]
    return read


def _is_small(scan: str) -> bool:
    return scan.split(" on ")[1].split()[0] in SMALL


async def measure(service: ServiceUnderTest, client: httpx.AsyncClient, name: str, path: str) -> Measured:
    page = (await client.get(path)).raise_for_status().json()
    if not page["items"]:
        sys.exit(f"{name}: the page is empty, so that nothing is measured")
    taken = await milliseconds_of(client, path, CALLS)
    p50, p95 = quantiles(taken, n=20)[9], quantiles(taken, n=20)[18]
    print(f"  {name}, {len(page['items'])} items: p50 {p50:.1f} ms, p95 {p95:.1f} ms; its statements:")
    return Measured(p95, await whole_tables_read(service, client, path))


async def bench(url: str, cases: int, folder: Path) -> dict[str, Measured]:
    await migrate("casework", url)
    await seed("casework", url)
    named = {"worker": await fill(url.replace("+asyncpg", ""), cases), "day": clock.today() - timedelta(days=200)}
    async with (
        start_service("casework", url, folder / "keys", folder) as service,
        service.as_("area_manager", area="south") as client,
    ):
        measured = {
            name: await measure(service, client, name, path.format(**named)) for name, path in READ_DAILY.items()
        }
        for name, path in FOR_INFORMATION.items():
            taken = sorted(await milliseconds_of(client, path.format(**named), 5))
            print(f"  for information, {name}: {taken[2]:.0f} ms")
    return measured


async def main() -> int:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))
    with tempfile.TemporaryDirectory() as folder, server() as postgres:
        create_keys(Path(folder) / "keys")
        by_size = []
        for cases in SIZES:
            async with database(postgres) as url:
                by_size.append(await bench(url, cases, Path(folder)))
    reached = True
    for name in READ_DAILY:
        p95 = [measured[name].p95 for measured in by_size]
        whole_tables, growth = by_size[-1][name].whole_tables, p95[-1] / p95[0]
        reached = reached and growth < ALLOWED_GROWTH and not whole_tables
        print(f"{name}: p95 " + ", ".join(f"{ms:.1f}" for ms in p95) + f" ms: {growth:.2f} times; ", end="")
        print(f"whole tables read: {', '.join(whole_tables) or 'none'}")
    print(f"Asked for: less than {ALLOWED_GROWTH} times, from indexes: {'reached' if reached else 'NOT reached'}")
    return 0 if reached else 1


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
