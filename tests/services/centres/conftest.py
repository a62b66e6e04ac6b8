from collections.abc import Awaitable, Callable

import pytest

from tests.conftest import MakeDatabase
from tests.service_under_test import ServiceUnderTest


@pytest.fixture
async def centres(
    start: Callable[[str, str], Awaitable[ServiceUnderTest]], make_database: MakeDatabase
) -> ServiceUnderTest:
    """The centres service, once on SQLite and once on PostgreSQL."""
    return await start("centres", make_database("centres"))
