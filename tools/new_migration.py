"""`make migration service=referrals name="what changes"`: a draft from the difference between models and migrations."""

import asyncio
import sys
import tempfile
from pathlib import Path

from alembic import command
from sqlalchemy import Connection

from shared.database import Database
from shared.migrations import ROOT, config_of, migrate


async def main(service: str, message: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite+aiosqlite:///{folder}/draft.sqlite"
        versions = ROOT / "services" / service / "migrations" / "versions"
        last = max((int(path.name[:4]) for path in versions.glob("[0-9]*.py")), default=0)
        number = f"{last + 1:04}"
        if number != "0001":
            await migrate(service, url)
        database = Database(url)
        async with database.engine.begin() as connection:
            await connection.run_sync(_draft, service, message, number)
        await database.close()


def _draft(connection: Connection, service: str, message: str, number: str) -> None:
    name = "_".join(message.lower().split())
    config = config_of(service, connection)
    config.attributes["first_draft"] = number == "0001"  # the shared tables come from one function, not from a draft
    made = command.revision(config, message, autogenerate=True, rev_id=number)
    path = Path(made.path)  # type: ignore[union-attr]
    path.rename(path.with_name(f"{number}_{name}.py"))
    print(path.with_name(f"{number}_{name}.py"))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2]))
