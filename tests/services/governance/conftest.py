from collections.abc import Awaitable, Callable

import pytest

from tests.conftest import MakeDatabase
from tests.service_under_test import ServiceUnderTest


@pytest.fixture
async def governance(
    start: Callable[[str, str], Awaitable[ServiceUnderTest]], make_database: MakeDatabase
) -> ServiceUnderTest:
    """The governance service, once on SQLite and once on PostgreSQL."""
    return await start("governance", make_database("governance"))
