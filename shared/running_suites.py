"""Where suites of this checkout run, so that a command in another terminal finds the one that is meant.

A running suite keeps a file of its own in `.running/` beside `shared/`, locked as long as it lives: the lock ends with
the process, however that ends, so that a file without a lock is of a suite that is gone. RUNNING_DIR is another folder
for it: the suites of a test run there, and nobody's command finds them.
"""

import fcntl
import json
import os
import secrets
import sys
from collections.abc import Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TextIO

from shared.settings import SERVICES

FOLDER = Path(os.environ.get("RUNNING_DIR") or Path(__file__).parent.parent / ".running")
REMEMBERED = ("KEYS_DIR", "ISSUER_URL", "AUDIENCE", "SECRETS_DIR")
"""Settings that a command has to share with the suite, and that hold no password."""
WITH_PASSWORDS = ("BROKER_URL", *(f"{service.upper()}_DATABASE_URL" for service in SERVICES))


class WhichSuite(SystemExit):
    """Several suites run: whoever typed the command has to name the one that is meant."""


class SettingMissing(SystemExit):
    """The running suite was given a password that this command was not."""


@dataclass(frozen=True)
class RunningSuite:
    port: int
    data_dir: str
    settings: dict[str, str] = field(default_factory=dict)
    with_passwords: list[str] = field(default_factory=list)
    """The names of those settings that hold a password: their values are not written down."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@contextmanager
def announced(port: int, data_dir: Path, environment: Mapping[str, str] = os.environ) -> Iterator[None]:
    """Other commands find this suite as long as the block lasts."""
    folders = ("KEYS_DIR", "SECRETS_DIR")
    settings = {name: environment[name] for name in REMEMBERED if name in environment}
    settings |= {name: str(Path(settings[name]).resolve()) for name in folders if name in settings}
    passwords = [name for name in WITH_PASSWORDS if name in environment]
    try:
        file, path = _written(RunningSuite(port, str(data_dir.resolve()), settings, passwords))
    except OSError as error:
        print(f"{FOLDER}: {error.strerror}. Other commands need PORT and DATA_DIR to find this suite.", file=sys.stderr)
        yield
        return
    with file:
        yield
        path.unlink(missing_ok=True)


def _written(suite: RunningSuite) -> tuple[TextIO, Path]:
    """The suite's file, open and locked; it is locked before it gets its name, so that no reader finds it unlocked."""
    FOLDER.mkdir(exist_ok=True)
    draft = FOLDER / f".{secrets.token_hex(8)}"
    file = draft.open("w", encoding="utf-8")
    fcntl.flock(file, fcntl.LOCK_EX)
    json.dump(asdict(suite), file)
    file.flush()
    return file, draft.rename(draft.with_name(f"{draft.name.removeprefix('.')}.json"))


def running_suites() -> list[RunningSuite]:
    """Those that live, by port; the files of others are removed."""
    suites = [suite for path in FOLDER.glob("*.json") if (suite := _read(path))]
    return sorted(suites, key=lambda suite: suite.port)


def _read(path: Path) -> RunningSuite | None:
    try:
        with path.open(encoding="utf-8") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return RunningSuite(**json.load(file))
            path.unlink(missing_ok=True)
    except FileNotFoundError:
        pass  # it ended between our looking and our reading
    return None


def find_suite(environment: Mapping[str, str] = os.environ) -> RunningSuite | None:
    """The one suite that runs, or that runs at this PORT or in this DATA_DIR; raises WhichSuite where there are more.

    Whoever names the folder of the keys means an installation, and no suite in a terminal.
    """
    if "KEYS_DIR" in environment or "SECRETS_DIR" in environment:
        return None
    suites = running_suites()
    if port := environment.get("PORT"):
        suites = [suite for suite in suites if str(suite.port) == port]
    if data_dir := environment.get("DATA_DIR"):
        suites = [suite for suite in suites if suite.data_dir == str(Path(data_dir).resolve())]
    if len(suites) > 1:
        lines = "".join(f"\n  PORT={suite.port}  (its files are in {suite.data_dir})" for suite in suites)
        raise WhichSuite(f"{len(suites)} suites are running here. Put one of these before the command:{lines}")
    return suites[0] if suites else None


def use_settings_of_running_suite(
    needs: tuple[str, ...] = (), environment: MutableMapping[str, str] = os.environ
) -> RunningSuite | None:
    """Take over what the running suite was started with; what this command was given itself stands.

    Raises WhichSuite, and SettingMissing where it was started with one of `needs` and this command was not.
    """
    suite = find_suite(environment)
    if suite is None:
        return None
    for name in needs:
        if name in suite.with_passwords and name not in environment:
            raise SettingMissing(f"The suite at {suite.url} was started with {name}: give it to this command, too.")
    for name, value in {"DATA_DIR": suite.data_dir, **suite.settings}.items():
        environment.setdefault(name, value)
    return suite
