import pytest

from tests.conftest import MakeDatabase, StartService
from tests.service_under_test import ServiceUnderTest


@pytest.fixture
async def casework(start: StartService, make_database: MakeDatabase) -> ServiceUnderTest:
    """The casework service, once on SQLite and once on PostgreSQL."""
    return await start("casework", make_database("casework"))
