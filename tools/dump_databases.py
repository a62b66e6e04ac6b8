"""`python -m tools.dump_databases NAME`: the databases of a suite in use, as SQL, for the test of upgrades.

A suite is started twice, on SQLite and on a PostgreSQL server of its own, and the same few families are sent to it
through its API (tools/small_county.py). What it then holds goes to tests/fixtures/databases/NAME/, as
sqlite/SERVICE.sql and postgres/SERVICE.sql, with `.gz` where it is large.
"""

import gzip
import re
import sqlite3
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import typer

from shared.migrations import ROOT
from shared.settings import SERVICES
from tests.journeys.running_suite import RunningSuite, running
from tests.server_process import newest
from tests.servers import PostgresServer
from tools.small_county import fill

FIXTURES = ROOT / "tests" / "fixtures" / "databases"
PLAIN_UP_TO = 100_000
"""Bytes; a longer dump is compressed."""
SETTLES_WITHIN = 8.0
"""Seconds: what was recorded has then been published and received, and the audit is sealed."""
OF_THE_PROGRAM = re.compile(r"^(--.*|\\(un)?restrict .*|SET (?!search_path|check_function_bodies).*)?\n", re.MULTILINE)
"""Lines of pg_dump that name its version, that only psql reads, or that an older server does not know."""


@contextmanager
def _suite_filled(settings: dict[str, str]) -> Iterator[Path]:
    """The folder of a suite that was filled and stopped."""
    with tempfile.TemporaryDirectory() as folder:
        suite = RunningSuite(Path(folder) / "data", settings)
        with running(suite):
            fill(suite)
            time.sleep(SETTLES_WITHIN)
            suite.stop()
        yield suite.output.parent


def dump_sqlite(path: Path) -> str:
    with closing(sqlite3.connect(path)) as connection:
        return "\n".join(connection.iterdump()) + "\n"


def dump_postgres(url: str) -> str:
    program = newest("usr/lib/postgresql/*/bin", "pg_dump")
    if program is None:
        raise SystemExit("pg_dump is not installed")
    options = ["--inserts", "--no-owner", "--no-privileges"]
    dumped = subprocess.run([program, *options, url], check=True, capture_output=True, text=True).stdout
    return OF_THE_PROGRAM.sub("", dumped)


def _write(folder: Path, service: str, dump: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    content = dump.encode()
    if len(content) > PLAIN_UP_TO:
        (folder / f"{service}.sql.gz").write_bytes(gzip.compress(content, mtime=0))
    else:
        (folder / f"{service}.sql").write_bytes(content)


def main(name: str) -> None:
    """Dump them into a new folder of this name, on a machine that has PostgreSQL; it takes some three minutes."""
    folder = FIXTURES / name
    if folder.exists():
        raise SystemExit(f"{folder} is there already: it is what an older version left, and stays")
    with _suite_filled({}) as data:
        for service in SERVICES:
            _write(folder / "sqlite", service, dump_sqlite(data / f"{service}.sqlite"))
    server = PostgresServer(durable=False)
    server.start()
    try:
        settings = {}
        for service in SERVICES:
            server.execute(f"CREATE DATABASE {service}")
            settings[f"{service.upper()}_DATABASE_URL"] = server.url(service, "postgresql+asyncpg")
        with _suite_filled(settings):
            for service in SERVICES:
                _write(folder / "postgres", service, dump_postgres(server.url(service)))
    finally:
        server.remove()
    for each in sorted(folder.glob("*/*")):
        print(f"{each.stat().st_size:>8,}  {each.relative_to(ROOT)}")


if __name__ == "__main__":
    typer.run(main)
