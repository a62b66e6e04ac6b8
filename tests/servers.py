"""Private PostgreSQL and RabbitMQ servers, which tests may kill without harm to any other on the machine."""

import asyncio
import atexit
import contextlib
import os
import pwd
import random
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

import aio_pika
import asyncpg

T = TypeVar("T")

READY_WITHIN = 90.0
"""Seconds that a start may take on a machine that is busy with other tests."""

# The kernel kills a server when the *thread* that started it ends, so one is kept for as long as this process lives.
_spawner = ThreadPoolExecutor(max_workers=1, thread_name_prefix="spawner")


class Missing(Exception):
    """What the server needs is not installed; the text says what."""


def _newest(pattern: str, program: str) -> Path | None:
    """The program in the newest of the Debian folders that match, or else on the PATH."""
    versions = [folder for folder in Path("/").glob(pattern) if (folder / program).exists()]
    on_path = shutil.which(program)
    if versions:
        return max(versions, key=_version) / program
    return Path(on_path).resolve() if on_path else None


def _version(folder: Path) -> list[int]:
    return [int(digits) for digits in "".join(c if c.isdigit() else " " for c in str(folder)).split()]


def _free_port() -> int:
    """A port below the range that outgoing connections get theirs from.

    A client that keeps dialling a dead server on a port of that range would now and then reach itself.
    """
    for port in random.SystemRandom().sample(range(20_000, 32_000), 200):
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise Missing("no free port")


def _in_own_loop(work: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """Run it to its end also where the caller is inside a loop already."""
    with ThreadPoolExecutor(max_workers=1) as thread:
        return thread.submit(lambda: asyncio.run(work())).result()


def _family(pid: int) -> list[int]:
    """The process and all that descend from it, whatever session they are in."""
    children: dict[int, list[int]] = {}
    for status in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            parent = int(status.read_text().rpartition(")")[2].split()[1])
            children.setdefault(parent, []).append(int(status.parent.name))
    family = [pid]
    for member in family:
        family.extend(children.get(member, []))
    return family


class _Server:
    """A server process with its data in a folder of its own."""

    user: str | None = None

    def __init__(self) -> None:
        self.port = _free_port()
        self.folder = Path(tempfile.mkdtemp(prefix="ridgeway-"))
        self._processes: list[subprocess.Popen[bytes]] = []
        # Someone has to own the files: root where there is no such user, and otherwise whoever runs the tests.
        if os.getuid() == 0 and self.user:
            shutil.chown(self.folder, self.user)
        atexit.register(self.remove)

    def start(self) -> None:
        """Start it, the second time on the same port and data, and return when it takes connections."""
        self._launch()
        until = time.monotonic() + READY_WITHIN
        while not self._answers():
            if self._processes[-1].poll() is not None or time.monotonic() > until:
                self.kill()
                raise RuntimeError(f"{type(self).__name__} did not start:\n{self._output()}")
            time.sleep(0.05)

    def stop(self) -> None:
        """Let it end in its own time."""
        for process in reversed(self._processes):
            process.send_signal(self._stop_signal)
            process.wait(READY_WITHIN)
        self._processes.clear()

    def kill(self) -> None:
        """End it and all its children with SIGKILL, as a power cut would."""
        for member in [pid for process in self._processes for pid in _family(process.pid)]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(member, signal.SIGKILL)
        for process in self._processes:
            process.wait()
        self._processes.clear()

    def freeze(self) -> None:
        """Have it keep its connections and answer nothing, as a machine does that swaps or a cable that is cut."""
        for process in self._processes:
            process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        for process in self._processes:
            process.send_signal(signal.SIGCONT)

    def remove(self) -> None:
        """Kill it and delete its data."""
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)
        atexit.unregister(self.remove)

    _stop_signal = signal.SIGTERM

    def _launch(self) -> None:
        raise NotImplementedError

    def _answers(self) -> bool:
        raise NotImplementedError

    def _spawn(self, *command: str | Path, **environment: str) -> None:
        with (self.folder / "output").open("ab") as output:
            start = _spawner.submit(
                subprocess.Popen,
                [*self._as_user(), *map(str, command)],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=self.folder,
                env=self._environment(environment),
                start_new_session=True,
            )
            self._processes.append(start.result())

    def _environment(self, extra: dict[str, str]) -> dict[str, str]:
        # Nothing is inherited but the PATH: settings meant for another server would reach this one.
        return {"PATH": os.environ.get("PATH", os.defpath), "HOME": str(self.folder), "LC_ALL": "C.UTF-8", **extra}

    def _as_user(self) -> list[str]:
        """The command's beginning: never as root, and not to outlive this process however that ends.

        `runuser` would stand between as a parent that itself may be killed; `setpriv` becomes the command.
        """
        setpriv = shutil.which("setpriv")
        command = [setpriv, "--pdeathsig", "KILL"] if setpriv else []
        if os.getuid() != 0 or not self.user:
            return command
        account = pwd.getpwnam(self.user)
        identity = [f"--reuid={account.pw_uid}", f"--regid={account.pw_gid}", "--init-groups"]
        return [*command, *identity] if setpriv else ["runuser", "-u", self.user, "--"]

    def _output(self) -> str:
        return (self.folder / "output").read_text(errors="replace")[-4000:]


class PostgresServer(_Server):
    """`durable=False` is quicker and loses what it wrote when the machine stops, not when the server is killed."""

    user: str | None = "postgres"
    _stop_signal = signal.SIGINT

    def __init__(self, durable: bool = True) -> None:
        program = _newest("usr/lib/postgresql/*/bin", "postgres")
        if program is None:
            raise Missing("PostgreSQL is not installed")
        if os.getuid() == 0 and not _exists("postgres"):
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


class RabbitMQServer(_Server):
    """A node of its own: name, cookie, data, ports and port mapper."""

    def __init__(self) -> None:
        program = _newest("usr/lib/rabbitmq/lib/rabbitmq_server-*/sbin", "rabbitmq-server")
        if program is None or shutil.which("erl") is None:
            raise Missing("RabbitMQ is not installed")
        self._program = program
        self.user = "rabbitmq" if _exists("rabbitmq") else None  # Where there is none it runs as root without demur.
        super().__init__()
        self._node_port, self._mapper_port = _free_port(), _free_port()
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
            _in_own_loop(self._connect)
        except (OSError, aio_pika.exceptions.AMQPError):
            return False
        return True

    async def _connect(self) -> None:
        async with asyncio.timeout(5), await aio_pika.connect(self.url) as connection:
            await connection.channel()


def _exists(user: str) -> bool:
    return any(account.pw_name == user for account in pwd.getpwall())


def execute(url: str, statement: str) -> None:
    async def once() -> None:
        connection = await asyncpg.connect(url, timeout=5)
        try:
            await connection.execute(statement)
        finally:
            await connection.close()

    _in_own_loop(once)
