"""Fixtures for every test: migrated databases on both kinds of server, services around them, and tokens."""

import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, settings

from shared.auth import create_keys
from shared.migrations import migrate
from shared.seeds import seed
from tests.servers import in_own_loop
from tests.service_under_test import ServiceUnderTest, start_service

pytest_plugins = ["tests.server_fixtures"]
pytest.register_assert_rewrite("tests.shared.bus_behaviour")

settings.register_profile(
    "ridgeway", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
settings.load_profile("ridgeway")

MakeDatabase = Callable[[str], str]
MakeEmpty = Callable[[], str]
StartService = Callable[[str, str], Awaitable[ServiceUnderTest]]


@pytest.fixture(scope="session")
def keys_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("keys")
    create_keys(folder)
    return folder


async def _migrated_and_seeded(service: str, url: str) -> None:
    await migrate(service, url)
    await seed(service, url)


@pytest.fixture(scope="session")
def sqlite_templates(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """One migrated file per service, to be copied."""
    folder = tmp_path_factory.mktemp("templates")

    def template(service: str) -> Path:
        path = folder / f"{service}.sqlite"
        if not path.exists():
            in_own_loop(lambda: _migrated_and_seeded(service, f"sqlite+aiosqlite:///{path}"))
        return path

    return template


@pytest.fixture(scope="session")
def postgres_templates() -> set[str]:
    """The services that have a migrated template database on this worker's server."""
    return set()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database_kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def make_sqlite(sqlite_templates: Callable[[str], Path], tmp_path: Path) -> MakeDatabase:
    """Give a service's URL of a fresh, migrated SQLite file."""

    def make(service: str) -> str:
        path = tmp_path / f"{service}.{uuid4().hex[:8]}.sqlite"
        shutil.copyfile(sqlite_templates(service), path)
        return f"sqlite+aiosqlite:///{path}"

    return make


@pytest.fixture
def create_postgres(request: pytest.FixtureRequest) -> Iterator[Callable[..., str]]:
    """Create a database on the worker's server and give its URL; it is dropped after the test.

    Thousands of them left behind are gigabytes for the disk to write, and a busy disk stops every test for seconds.
    """
    server, created = request.getfixturevalue("postgres_server"), list[str]()

    def create(name: str, like: str = "template1") -> str:
        server.execute(f"CREATE DATABASE {name} TEMPLATE {like}")
        created.append(name)
        return str(server.url(name, "postgresql+asyncpg"))

    yield create
    for name in created:
        server.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def make_database(database_kind: str, make_sqlite: MakeDatabase, request: pytest.FixtureRequest) -> MakeDatabase:
    """Give a service's URL of a fresh, migrated database: the test runs once on SQLite and once on PostgreSQL."""
    if database_kind == "sqlite":
        return make_sqlite
    server, create = request.getfixturevalue("postgres_server"), request.getfixturevalue("create_postgres")
    templates: set[str] = request.getfixturevalue("postgres_templates")

    def make(service: str) -> str:
        template = f"template_{service}"
        if service not in templates:
            server.execute(f"CREATE DATABASE {template}")
            in_own_loop(lambda: _migrated_and_seeded(service, server.url(template, "postgresql+asyncpg")))
            templates.add(service)
        return str(create(f"{service}_{uuid4().hex}", like=template))

    return make


@pytest.fixture
def make_empty(database_kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> MakeEmpty:
    """Give the URL of a database that has nothing in it."""
    if database_kind == "sqlite":
        return lambda: f"sqlite+aiosqlite:///{tmp_path}/{uuid4().hex}.sqlite"
    create = request.getfixturevalue("create_postgres")
    return lambda: str(create(f"empty_{uuid4().hex}"))


@pytest.fixture
async def start(keys_dir: Path, tmp_path: Path) -> AsyncIterator[StartService]:
    """Start a service's app on a database of that URL; it is closed after the test."""
    async with AsyncExitStack() as stack:

        async def start(service: str, url: str) -> ServiceUnderTest:
            return await stack.enter_async_context(start_service(service, url, keys_dir, tmp_path))

        yield start
