"""What the centres service begins with: data/centres.toml."""

import tomllib
from pathlib import Path
from uuid import UUID, uuid5

from sqlalchemy.ext.asyncio import AsyncSession

from services.centres.centres.models import Centre, Room, ServiceModel
from shared.seeds import Seeded, add_missing

FILE = Path(__file__).parent / "data" / "centres.toml"


async def add_rows(session: AsyncSession, seeded: Seeded) -> None:
    """Add the centres, the rooms and the service model that are missing."""
    file = tomllib.loads(FILE.read_text(encoding="utf-8"))
    centres = [{**centre, "id": UUID(centre["id"])} for centre in file["centres"]]
    # The same on every installation, so that a room can be named in a test or a letter.
    rooms = [
        {**room, "id": uuid5(centre["id"], room["name"]), "centre_id": centre["id"]}
        for centre in centres
        for room in file["rooms"]
    ]
    await add_missing(session, seeded, Centre, "id", centres)
    await add_missing(session, seeded, Room, "id", rooms)
    await add_missing(session, seeded, ServiceModel, "id", [{"id": 1, "option": file["service_model"]}])
