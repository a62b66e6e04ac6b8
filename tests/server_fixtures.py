"""Fixtures that start a server when the first test asks for it; `pytest_plugins` in conftest.py registers them."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar
from urllib.parse import urlsplit, urlunsplit

import pytest

from tests.server_process import Missing
from tests.servers import PostgresServer, RabbitMQServer, execute

Server = TypeVar("Server", PostgresServer, RabbitMQServer)


class ConfiguredPostgres:
    """The server that TEST_POSTGRES_URL names, for machines without the programs."""

    def __init__(self, url: str) -> None:
        self._parts = urlsplit(url)

    def url(self, database: str = "", scheme: str = "postgresql") -> str:
        path = f"/{database}" if database else self._parts.path
        return urlunsplit(self._parts._replace(scheme=scheme, path=path))

    def execute(self, statement: str, database: str = "") -> None:
        execute(self.url(database), statement)


class ConfiguredRabbitMQ:
    """The server that TEST_RABBITMQ_URL names, for machines without the programs."""

    def __init__(self, url: str) -> None:
        self.url = url


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer | ConfiguredPostgres]:
    """One for the whole run of a worker: a test makes databases of its own in it and leaves it running."""
    if configured := os.environ.get("TEST_POSTGRES_URL"):
        yield ConfiguredPostgres(configured)
        return
    with _running(lambda: PostgresServer(durable=False)) as server:
        yield server


@pytest.fixture(scope="session")
def rabbitmq_server() -> Iterator[RabbitMQServer | ConfiguredRabbitMQ]:
    """One for the whole run of a worker: a test names an exchange of its own in it and leaves it running."""
    if configured := os.environ.get("TEST_RABBITMQ_URL"):
        yield ConfiguredRabbitMQ(configured)
        return
    with _running(RabbitMQServer) as server:
        yield server


@pytest.fixture
def mortal_postgres() -> Iterator[PostgresServer]:
    """One for this test alone, which may stop, kill and start it."""
    with _running(PostgresServer) as server:
        yield server


@pytest.fixture
def mortal_rabbitmq() -> Iterator[RabbitMQServer]:
    """One for this test alone, which may stop, kill and start it."""
    with _running(RabbitMQServer) as server:
        yield server


@contextmanager
def _running(create: Callable[[], Server]) -> Iterator[Server]:
    try:
        server = create()
    except Missing as missing:
        if os.environ.get("REQUIRE_SERVERS") == "1":
            pytest.fail(f"REQUIRE_SERVERS=1, but: {missing}")
        pytest.skip(f"{missing}; install it, or name another server in TEST_POSTGRES_URL or TEST_RABBITMQ_URL")
    try:
        server.start()
        yield server
    finally:
        server.remove()
