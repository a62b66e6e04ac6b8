"""The few families that dumps are made from fill nearly every table of every service."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from shared.settings import SERVICES
from tests.journeys.running_suite import RunningSuite, running
from tools.dump_databases import dump_sqlite
from tools.small_county import fill


@pytest.mark.timeout(240)
def test_a_dump_of_the_filled_suite_has_rows_in_every_table(tmp_path: Path) -> None:
    suite = RunningSuite(tmp_path / "data")
    with running(suite):
        fill(suite, attended=False)
        suite.stop()
    empty = {f"{service}.{table}" for service in SERVICES for table in _empty_tables(suite, service)}
    # Seals come a little later, nobody has come to a session, no case was open before this
    # version, and no series of sessions clashes.
    assert empty <= {
        "centres.attendances",
        "casework.cases_to_announce",
        *(f"{service}.audit_seals" for service in SERVICES),
    }


def _empty_tables(suite: RunningSuite, service: str) -> list[str]:
    with closing(sqlite3.connect(":memory:")) as restored:
        restored.executescript(dump_sqlite(suite.output.parent / f"{service}.sqlite"))
        names = restored.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        counts = {name: restored.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for (name,) in names}
    return [name for name, count in counts.items() if count == 0]
