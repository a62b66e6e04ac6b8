import pytest

from tests.conftest import MakeDatabase, StartService
from tests.service_under_test import ServiceUnderTest


@pytest.fixture
async def referrals(start: StartService, make_database: MakeDatabase) -> ServiceUnderTest:
    """The referrals service, once on SQLite and once on PostgreSQL."""
    return await start("referrals", make_database("referrals"))
