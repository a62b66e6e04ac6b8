"""`make run` on a laptop: what it shows, and what it prints when something is wrong."""

import shutil
import socket
import subprocess
import sys
from pathlib import Path

import httpx

from shared.settings import SERVICES
from tests.journeys.running_suite import ROOT, RunningSuite, running

TOO_OLD = f"""#!/bin/sh
exec {sys.executable} -c 'import sys; sys.version_info = (3, 9, 2); sys.version = "3.9.2 (old)"; exec(sys.argv[1])' "$2"
"""


def test_the_front_page_links_to_each_services_documentation(tmp_path: Path) -> None:
    suite = RunningSuite(tmp_path / "data")
    with running(suite):
        page = httpx.get(suite.url).text
        for service in SERVICES:
            assert f'href="/{service}/docs"' in page
            assert httpx.get(f"{suite.url}/{service}/docs").status_code == 200
        assert f"{suite.url}/" in suite.output.read_text()


def test_the_same_files_serve_again_after_a_stop(tmp_path: Path) -> None:
    suite = RunningSuite(tmp_path / "data")
    with running(suite):
        manager = suite.as_("team_manager")
        worker = {"name": "Rosalind Achebe", "role": "social_worker", "area": "south"}
        made = manager.post("/casework/v1/workers", worker)
        suite.stop()
        suite.start()
        assert [each["id"] for each in manager.get("/casework/v1/workers")["items"]] == [made["id"]]


def test_a_taken_port_is_named_in_one_line(tmp_path: Path) -> None:
    suite = RunningSuite(tmp_path / "data")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", suite.port))
        taken.listen()
        done = subprocess.run(
            [sys.executable, "-m", "services"],
            cwd=ROOT,
            env=suite.environment,
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 1
    assert f"Port {suite.port} cannot be used" in done.stderr
    assert "PORT=8001 make run" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_python_that_is_too_old_is_named(tmp_path: Path) -> None:
    for name in ("Makefile", "pyproject.toml", "uv.lock"):
        shutil.copy(ROOT / name, tmp_path)
    python = tmp_path / "python-too-old"
    python.write_text(TOO_OLD, encoding="utf-8")
    python.chmod(0o755)
    done = subprocess.run(
        ["make", "setup", f"PYTHON={python}"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode != 0
    assert "Ridgeway needs Python 3.11 or newer" in done.stderr
    assert "is 3.9.2" in done.stderr
    assert not (tmp_path / ".venv").exists()
