"""What somebody types in another terminal, without the variables that the suite was started with, finds that suite."""

import os
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from shared.running_suites import REMEMBERED, WITH_PASSWORDS
from tests.journeys.running_suite import ROOT, RunningSuite, running

SETTINGS = {"PORT", "DATA_DIR", *REMEMBERED, *WITH_PASSWORDS}


@pytest.fixture
def here(tmp_path: Path) -> dict[str, str]:
    """Where no suite runs but the test's."""
    return {"RUNNING_DIR": str(tmp_path / "running")}


def _typed(*arguments: str, **settings: str) -> "subprocess.CompletedProcess[str]":
    environment = {name: value for name, value in os.environ.items() if name not in SETTINGS}
    return subprocess.run(
        [sys.executable, "-m", "services", *arguments],
        cwd=ROOT,
        env={**environment, **settings},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def _is_taken(suite: RunningSuite, token: str) -> bool:
    answer = httpx.get(f"{suite.url}/referrals/v1/codes", headers={"Authorization": f"Bearer {token}"})
    return answer.status_code == 200


@pytest.mark.timeout(300)
def test_a_token_is_of_the_suite_that_runs(tmp_path: Path, here: dict[str, str]) -> None:
    one, other = (RunningSuite(tmp_path / name, here) for name in ("one", "other"))
    with running(one):
        made = _typed("token", "referrer", **here)
        assert made.returncode == 0
        assert made.stdout.count("\n") == 1
        assert _is_taken(one, made.stdout.strip())
        assert _typed("address", **here).stdout == f"{one.url}\n"
        assert _typed("seed", "centres", **here).stdout == "centres: nothing was missing\n"

        with running(other):
            unclear = _typed("token", "referrer", **here)
            assert (unclear.returncode, unclear.stdout) == (1, "")
            assert "2 suites are running here" in unclear.stderr
            assert {f"PORT={suite.port} " in unclear.stderr for suite in (one, other)} == {True}
            assert "Traceback" not in unclear.stderr
            for settings in ({"PORT": str(other.port)}, {"DATA_DIR": str(tmp_path / "other")}):
                token = _typed("token", "referrer", **here, **settings).stdout.strip()
                assert _is_taken(other, token)
                assert not _is_taken(one, token)
            other.kill()  # as with kill -9: its file stays, and is found to be of nobody
            assert _is_taken(one, _typed("token", "referrer", **here).stdout.strip())
    nobody = _typed("address", **here)
    assert (nobody.returncode, nobody.stdout) == (1, "")
    assert "make run" in nobody.stderr


@pytest.mark.timeout(300)
def test_what_the_suite_keeps_on_a_server_is_not_looked_for_in_files(tmp_path: Path, here: dict[str, str]) -> None:
    """The password in such a setting is written nowhere, so that the command has to be given it."""
    url = f"sqlite+aiosqlite:///{tmp_path}/elsewhere.sqlite"
    suite = RunningSuite(tmp_path / "data", {"REFERRALS_DATABASE_URL": url, **here})
    with running(suite):
        [file] = Path(here["RUNNING_DIR"]).iterdir()
        assert "elsewhere" not in file.read_text(encoding="utf-8")
        refused = _typed("audit", "verify", "referrals", **here)
        assert (refused.returncode, refused.stdout) == (1, "")
        assert f"The suite at {suite.url} was started with REFERRALS_DATABASE_URL" in refused.stderr
        assert _typed("audit", "verify", "casework", **here).returncode == 0
        assert _typed("audit", "verify", "referrals", REFERRALS_DATABASE_URL=url, **here).returncode == 0
        assert _typed("dead-letters", "list", **here).returncode == 0
