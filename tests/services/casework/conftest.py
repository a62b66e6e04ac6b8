from collections.abc import Awaitable, Callable

import pytest

from tests.conftest import MakeDatabase
from tests.service_under_test import ServiceUnderTest


@pytest.fixture
async def casework(
    start: Callable[[str, str], Awaitable[ServiceUnderTest]], make_database: MakeDatabase
) -> ServiceUnderTest:
    """The casework service, once on SQLite and once on PostgreSQL."""
    return await start("casework", make_database("casework"))
