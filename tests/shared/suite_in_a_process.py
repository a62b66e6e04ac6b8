"""The whole suite as `make run` starts it, in a process of its own with what it writes in a file."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import httpx

from shared.auth import Role, mint_token
from shared.settings import Settings
from tests.server_process import free_port
from tests.shared.command_line import ROOT, environment_of

READY_WITHIN = 90.0


class RunningSuite:
    def __init__(self, folder: Path, port: int) -> None:
        self._folder = folder
        self.url = f"http://127.0.0.1:{port}"

    def client(self, role: Role) -> httpx.Client:
        token = mint_token(Settings(service="referrals", DATA_DIR=self._folder / "data"), role)
        return httpx.Client(base_url=self.url, headers={"Authorization": f"Bearer {token}"}, timeout=60)

    def written(self) -> str:
        """All that it has put out so far."""
        return (self._folder / "output").read_text(encoding="utf-8")

    def change(self, file: str, *statements: str) -> None:
        """Change one of its files behind its back."""
        with closing(sqlite3.connect(self._folder / "data" / file, timeout=30)) as connection, connection:
            for statement in statements:
                connection.execute(statement)

    @contextmanager
    def locked(self, file: str) -> Iterator[None]:
        """Keep one of its files from being written to."""
        with closing(sqlite3.connect(self._folder / "data" / file, timeout=30, isolation_level=None)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            yield

    def rows(self, file: str, query: str) -> list[bytes]:
        with closing(sqlite3.connect(self._folder / "data" / file, timeout=30)) as connection:
            return [row[0] for row in connection.execute(query)]


@contextmanager
def running_suite(folder: Path) -> Iterator[RunningSuite]:
    port = free_port()
    environment = environment_of(folder / "data", PORT=str(port))
    with (folder / "output").open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "services"], cwd=ROOT, env=environment, stdout=output, stderr=output
        )
    try:
        suite = RunningSuite(folder, port)
        _wait_for(process, suite)
        yield suite
    finally:
        os.kill(process.pid, signal.SIGTERM)
        process.wait(30)


def _wait_for(process: subprocess.Popen[bytes], suite: RunningSuite) -> None:
    until = time.monotonic() + READY_WITHIN
    while True:
        try:
            httpx.get(f"{suite.url}/referrals/livez").raise_for_status()
        except httpx.HTTPError:
            if process.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"the suite did not start:\n{suite.written()}") from None
            time.sleep(0.1)
        else:
            return
