"""A server as a child of the tests: on ports and data of its own, and never outliving them."""

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
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

READY_WITHIN = 90.0
"""Seconds that a start may take on a machine that is busy with other tests."""

# The kernel kills a server when the *thread* that started it ends, so one is kept for as long as this process lives.
_spawner = ThreadPoolExecutor(max_workers=1, thread_name_prefix="spawner")


class Missing(Exception):
    """What the server needs is not installed; the text is what."""


def exists(user: str) -> bool:
    return any(account.pw_name == user for account in pwd.getpwall())


def newest(pattern: str, program: str) -> Path | None:
    """The program in the newest of the Debian folders that match, or else on the PATH."""
    versions = [folder for folder in Path("/").glob(pattern) if (folder / program).exists()]
    on_path = shutil.which(program)
    if versions:
        return max(versions, key=_version) / program
    return Path(on_path).resolve() if on_path else None


def _version(folder: Path) -> list[int]:
    return [int(digits) for digits in "".join(c if c.isdigit() else " " for c in str(folder)).split()]


def free_port() -> int:
    """A port below the range that outgoing connections get theirs from.

    A client that keeps dialling a dead server on a port of that range would now and then reach itself.
    """
    for port in random.SystemRandom().sample(range(20_000, 32_000), 200):
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise Missing("no free port")


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


def _is_alive(pid: int) -> bool:
    """Whether it still holds anything: what is only waiting for its parent to hear of its end does not."""
    try:
        return Path("/proc", str(pid), "stat").read_text().rpartition(")")[2].split()[0] not in ("Z", "X")
    except OSError:
        return False


def _sweep() -> None:
    """Delete the data that earlier runs left behind because they were killed themselves."""
    for folder in Path(tempfile.gettempdir()).glob("ridgeway-*-*"):
        owner = folder.name.split("-")[1]
        if owner.isdigit() and not Path("/proc", owner).exists():
            _delete(folder)


def _delete(folder: Path) -> None:
    """In a process of its own: a thousand databases take longer to delete than a test may last on a busy disk."""
    subprocess.run(["setsid", "--fork", "rm", "-rf", "--", str(folder)], check=True)


class ServerProcess:
    """A server process with its data in a folder of its own."""

    user: str | None = None

    def __init__(self) -> None:
        self.port = free_port()
        _sweep()
        self.folder = Path(tempfile.mkdtemp(prefix=f"ridgeway-{os.getpid()}-"))
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
        """End it and all its children with SIGKILL, as a power cut would; return when none of them is left."""
        self.freeze()  # so that none is born while the others are counted
        family = [pid for process in self._processes for pid in _family(process.pid)]
        for member in family:
            with contextlib.suppress(ProcessLookupError):
                os.kill(member, signal.SIGKILL)
        for process in self._processes:
            process.wait()
        self._processes.clear()
        until = time.monotonic() + READY_WITHIN
        while any(_is_alive(member) for member in family) and time.monotonic() < until:
            time.sleep(0.01)

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
        _delete(self.folder)
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
