"""The suite as a process of its own, which a test may kill."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from shared.auth import Role, mint_token
from shared.settings import SERVICES, Settings

ROOT = Path(__file__).parents[2]
STARTS_WITHIN = 60.0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class RunningSuite:
    """`python -m services` on a free port; `settings` are environment variables on top of the test's own."""

    def __init__(self, data_dir: Path, settings: Mapping[str, str] | None = None) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        own = {"PORT": str(self.port), "DATA_DIR": str(data_dir), "RUNNING_DIR": str(data_dir / "running")}
        self.environment = {**os.environ, **own, **(settings or {})}
        self.output = data_dir / "output.txt"
        self._callers: list[Caller] = []
        data_dir.mkdir(exist_ok=True)

    def start(self) -> None:
        with self.output.open("ab") as output:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "services"],
                cwd=ROOT,
                env=self.environment,
                stdout=output,
                stderr=output,
            )
        until = time.monotonic() + STARTS_WITHIN
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > until:
                self.kill()
                raise AssertionError(self.output.read_text()[-3000:])
            time.sleep(0.05)

    def _answers(self) -> bool:
        try:
            return httpx.get(self.url, timeout=2).status_code == 200
        except httpx.HTTPError:
            return False

    def kill(self) -> None:
        """As a power cut does: nothing is finished, nothing is closed."""
        self._process.kill()
        self._process.wait()

    def stop(self) -> None:
        self._process.send_signal(signal.SIGTERM)
        self._process.wait(timeout=20)

    def token(self, role: str, **claims: Any) -> str:
        """As `python -m services token` makes it, without the second that it takes to start."""
        settings = Settings(service=SERVICES[0], DATA_DIR=self.output.parent)
        who = claims.pop("subject", None) or ":".join((role, *claims.values()))
        return mint_token(settings, Role(role), sub=who, **claims)

    def as_(self, role: str, **claims: str) -> "Caller":
        caller = Caller(self.url, self.token(role, **claims))
        self._callers.append(caller)
        return caller

    def end(self) -> None:
        self.kill()
        for caller in self._callers:
            caller.close()


class Caller:
    """Somebody with a role, who calls the suite from outside."""

    def __init__(self, url: str, token: str) -> None:
        self._http = httpx.Client(base_url=url, headers={"Authorization": f"Bearer {token}"}, timeout=30)

    def close(self) -> None:
        self._http.close()

    def get(self, path: str, **query: str) -> Any:
        return self._http.get(path, params=query).raise_for_status().json()

    def post(self, path: str, body: Mapping[str, Any], key: str | None = None) -> Any:
        headers = {"Idempotency-Key": key} if key else {}
        return self._http.post(path, json=body, headers=headers).raise_for_status().json()

    def post_csv(self, path: str, file: bytes) -> Any:
        answer = self._http.post(path, content=file, headers={"Content-Type": "text/csv"})
        return answer.raise_for_status().json()

    def status_of_post(self, path: str, body: Mapping[str, Any]) -> int:
        return self._http.post(path, json=body).status_code


@contextmanager
def running(suite: RunningSuite) -> Iterator[RunningSuite]:
    suite.start()
    try:
        yield suite
    finally:
        suite.end()
