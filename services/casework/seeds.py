"""What the casework service begins with: data/ceiling.toml."""

import tomllib
from pathlib import Path
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.casework.allocation.ceilings.models import Ceiling
from shared import clock
from shared.seeds import Seeded, add_missing

FILE = Path(__file__).parent / "data" / "ceiling.toml"
FIRST_ID = UUID("1d3b7a52-6c0e-4f86-9a4b-0e5c2f7d8136")
"""So that of two processes which start at once only one adds it."""


async def add_rows(session: AsyncSession, seeded: Seeded) -> None:
    """Add the first ceiling, in force from now, where there is none at all: any that is there was decided since."""
    if await session.scalar(select(Ceiling.id).limit(1)) is not None:
        return
    file = tomllib.loads(FILE.read_text(encoding="utf-8"))
    now = clock.now()
    first = {"decided_at": now, "effective_on": clock.today(), "in_force_since": now}
    await add_missing(session, seeded, Ceiling, "id", [{"id": FIRST_ID, "children": file["children"], **first}])
