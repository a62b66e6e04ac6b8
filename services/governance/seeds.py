"""What the governance service begins with: data/bodies.toml."""

import tomllib
from pathlib import Path
from typing import get_args
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.governance.bodies.models import Body
from services.governance.bodies.rules import Cadence
from shared.seeds import Seeded, add_missing

FILE = Path(__file__).parent / "data" / "bodies.toml"
NO_CADENCE = {"cadence": None, "weekday": None}


async def add_rows(session: AsyncSession, seeded: Seeded) -> None:
    """Add the bodies that are missing."""
    file = tomllib.loads(FILE.read_text(encoding="utf-8"))
    for body in file["bodies"]:
        if body.get("cadence", "weekly") not in get_args(Cadence):
            raise ValueError(
                f"{FILE.name}: the cadence of {body['key']} is {' or '.join(get_args(Cadence))}, or left out"
            )
    bodies = [{**NO_CADENCE, **body, "id": UUID(body["id"])} for body in file["bodies"]]
    await add_missing(session, seeded, Body, "key", bodies)
