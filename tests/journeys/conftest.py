from pathlib import Path
from uuid import uuid4

import pytest

from shared.settings import SERVICES
from tests.journeys.running_suite import RunningSuite


@pytest.fixture(params=["embedded", pytest.param("servers", marks=[pytest.mark.postgres, pytest.mark.rabbitmq])])
def suite(request: pytest.FixtureRequest, tmp_path: Path) -> RunningSuite:
    """A suite with nothing in it, not yet started: on SQLite and the embedded bus, or on PostgreSQL and RabbitMQ."""
    if request.param == "embedded":
        return RunningSuite(tmp_path / "data")
    create, rabbitmq = request.getfixturevalue("create_postgres"), request.getfixturevalue("rabbitmq_server")
    settings = {"BROKER_URL": rabbitmq.url}
    for service in SERVICES:
        settings[f"{service.upper()}_DATABASE_URL"] = create(f"{service}_{uuid4().hex}")
    return RunningSuite(tmp_path / "data", settings)
