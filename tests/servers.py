"""Private PostgreSQL and RabbitMQ servers, which tests may kill without harm to any other on the machine."""

import asyncio
import os
import shutil
import signal
import socket
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

import aio_pika
import asyncpg

from tests.server_process import READY_WITHIN, Missing, ServerProcess, exists, free_port, newest

T = TypeVar("T")


def in_own_loop(work: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """Run it to its end also where the caller is inside a loop already."""
    with ThreadPoolExecutor(max_workers=1) as thread:
        return thread.submit(lambda: asyncio.run(work())).result()


class PostgresServer(ServerProcess):
    """`durable=False` is quicker and loses what it wrote when the machine stops, not when the server is killed."""

    user: str | None = "postgres"
    _stop_signal = signal.SIGINT

    def __init__(self, durable: bool = True) -> None:
        program = newest("usr/lib/postgresql/*/bin", "postgres")
        if program is None:
            raise Missing("PostgreSQL is not installed")
        if os.getuid() == 0 and not exists("postgres"):
            raise Missing("PostgreSQL does not run as root and there is no user postgres")
        self._program = program
        self._durable = durable
        super().__init__()

    def url(self, database: str = "postgres", scheme: str = "postgresql") -> str:
        """Where the database is; `scheme="postgresql+asyncpg"` is SQLAlchemy's way of writing it."""
        return f"{scheme}://postgres@127.0.0.1:{self.port}/{database}"

    def execute(self, statement: str, database: str = "postgres") -> None:
        """Run one statement outside any transaction, such as CREATE DATABASE."""
        execute(self.url(database), statement)

    def _launch(self) -> None:
        data = self.folder / "data"
        if not data.exists():
            self._initialise(data)
        settings = {
            "port": self.port,
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": self.folder,
            "max_connections": 100,
            "fsync": self._durable,
            "synchronous_commit": self._durable,
            "full_page_writes": self._durable,
        }
        options = [option for name, value in settings.items() for option in ("-c", f"{name}={value}")]
        self._spawn(self._program, "-D", data, *options)

    def _initialise(self, data: Path) -> None:
        options = ["--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]
        self._spawn(self._program.with_name("initdb"), "-D", data, *options)
        if self._processes.pop().wait(READY_WITHIN) != 0:
            raise RuntimeError(f"initdb failed:\n{self._output()}")

    def _answers(self) -> bool:
        try:
            self.execute("SELECT 1")
        except (OSError, asyncpg.PostgresError):
            return False
        return True


class RabbitMQServer(ServerProcess):
    """A node of its own: name, cookie, data, ports and port mapper."""

    def __init__(self) -> None:
        program = newest("usr/lib/rabbitmq/lib/rabbitmq_server-*/sbin", "rabbitmq-server")
        if program is None or shutil.which("erl") is None:
            raise Missing("RabbitMQ is not installed")
        self._program = program
        self.user = "rabbitmq" if exists("rabbitmq") else None  # Where there is none it runs as root without demur.
        super().__init__()
        self._node_port, self._mapper_port = free_port(), free_port()
        self._write_configuration()

    @property
    def url(self) -> str:
        return f"amqp://guest:guest@127.0.0.1:{self.port}/"

    def _write_configuration(self) -> None:
        (self.folder / "rabbitmq.conf").write_text(
            f"listeners.tcp.1 = 127.0.0.1:{self.port}\n"
            "log.file.level = warning\n"
            "disk_free_limit.absolute = 50MB\n"
            "raft.wal_max_size_bytes = 67108864\n"
        )
        # How soon a message is offered again to a queue that was missing as its time ran out: three minutes by default.
        (self.folder / "advanced.config").write_text(
            "[{rabbit, [{dead_letter_worker_publisher_confirm_timeout, 500}]}].\n"
        )
        (self.folder / "enabled_plugins").write_text("[].\n")
        (self.folder / "rabbitmq-env.conf").touch()

    def _launch(self) -> None:
        environment = self._settings()
        mapper = shutil.which("epmd")
        if mapper:
            # Started by Erlang it would be a daemon that outlives the tests.
            self._spawn(mapper, "-port", str(self._mapper_port), "-address", "127.0.0.1")
        self._spawn(self._program, "-noinput", **environment)

    def _settings(self) -> dict[str, str]:
        return {
            "RABBITMQ_NODENAME": f"ridgeway-{self.port}@localhost",
            "RABBITMQ_MNESIA_BASE": str(self.folder / "data"),
            "RABBITMQ_LOG_BASE": str(self.folder / "log"),
            "RABBITMQ_CONF_ENV_FILE": str(self.folder / "rabbitmq-env.conf"),
            "RABBITMQ_CONFIG_FILE": str(self.folder / "rabbitmq.conf"),
            "RABBITMQ_ADVANCED_CONFIG_FILE": str(self.folder / "advanced.config"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self.folder / "enabled_plugins"),
            "RABBITMQ_DIST_PORT": str(self._node_port),
            "ERL_EPMD_PORT": str(self._mapper_port),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            # The script then becomes the node instead of waiting beside it, and one signal is enough to end it.
            "RABBITMQ_ALLOW_INPUT": "1",
        }

    def _answers(self) -> bool:
        try:
            # The client logs each connection that is refused, so it dials only when someone listens.
            socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
            in_own_loop(self._connect)
        except (OSError, aio_pika.exceptions.AMQPError):
            return False
        return True

    async def _connect(self) -> None:
        async with asyncio.timeout(5), await aio_pika.connect(self.url) as connection:
            await connection.channel()


def execute(url: str, statement: str) -> None:
    async def once() -> None:
        connection = await asyncpg.connect(url, timeout=5)
        try:
            await connection.execute(statement)
        finally:
            await connection.close()

    in_own_loop(once)
