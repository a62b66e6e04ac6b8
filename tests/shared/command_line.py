"""`python -m services …` in a process of its own, as an operator runs it."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def environment_of(data_dir: Path, **settings: str) -> dict[str, str]:
    """Nothing of this process's settings: those of a developer's shell would reach the service."""
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "DATA_DIR": str(data_dir),
        "RUNNING_DIR": str(data_dir),
        **settings,
    }


def start_command(*arguments: str, data_dir: Path, **settings: str) -> subprocess.Popen[str]:
    """Start it; the caller waits for its end or kills it."""
    return subprocess.Popen(
        [sys.executable, "-m", "services", *arguments],
        cwd=ROOT,
        env=environment_of(data_dir, **settings),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


async def run_command(*arguments: str, data_dir: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run it to its end, and give its status, output and errors."""

    def to_the_end() -> subprocess.CompletedProcess[str]:
        with start_command(*arguments, data_dir=data_dir, **settings) as process:
            output, errors = process.communicate(timeout=60)
        return subprocess.CompletedProcess(process.args, process.returncode, output, errors)

    return await asyncio.to_thread(to_the_end)
