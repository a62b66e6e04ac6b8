"""One installation for all tests of this folder: brought up before the first, removed after the last."""

import os
import subprocess
from collections.abc import Iterator

import pytest

from tests.compose.installation import Installation


@pytest.fixture(scope="session")
def installation(request: pytest.FixtureRequest) -> Iterator[Installation]:
    if subprocess.run(["docker", "info"], capture_output=True, check=False).returncode:
        if os.environ.get("REQUIRE_SERVERS") == "1":
            pytest.fail("REQUIRE_SERVERS=1, but no Docker engine answers")
        pytest.skip("no Docker engine answers")
    there = Installation()
    try:
        there.up()
        yield there
        if request.session.testsfailed:
            print(there.what_happened())
    except AssertionError:
        print(there.what_happened())
        raise
    finally:
        there.remove()
