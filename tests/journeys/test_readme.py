"""The commands of the README, run as they stand there."""

import os
import re
import subprocess
from pathlib import Path

import pytest

from tests.journeys.running_suite import ROOT, RunningSuite, running


def _commands() -> str:
    [commands] = re.findall(r"```bash\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    return str(commands)


@pytest.mark.timeout(300)
def test_one_referral_goes_all_the_way_as_in_the_readme(suite: RunningSuite, tmp_path: Path) -> None:
    script = tmp_path / "readme.sh"
    script.write_text(f"set -euo pipefail\n{_commands()}", encoding="utf-8")
    with running(suite):
        done = subprocess.run(
            ["bash", str(script)],
            cwd=ROOT,
            env={**os.environ, **suite.environment},
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
        )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    printed = done.stdout
    assert "area south" in printed
    assert "accepted" in printed
    assert "not-open-to-the-service" in printed
    assert "caseload-ceiling-reached" in printed
    assert '"over_ceiling":true' in printed
    assert printed.count('"kind":"caseload_ceiling_exceeded"') == 1
    assert "In force since 20" in printed
    assert '"children":6,"ceiling":8.0,"over_ceiling":false' in printed.splitlines()[-1]
