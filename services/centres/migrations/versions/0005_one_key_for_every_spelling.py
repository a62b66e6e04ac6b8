"""Workers are one however their apostrophes, hyphens and accents are typed."""

from collections.abc import Callable

import sqlalchemy as sa
from alembic import op

from services.centres.timetable.rules import worker_key

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

WORKERS = sa.table("activity_workers", sa.column("activity_id", sa.Uuid), sa.column("worker_key"), sa.column("worker"))


def upgrade() -> None:
    _make_keys_anew(worker_key)


def downgrade() -> None:
    _make_keys_anew(_key_before)


def _make_keys_anew(key_of: Callable[[str], str]) -> None:
    """All rows are written again: the keys are the table's key. Who is at one activity in two spellings is there once."""
    rows = op.get_bind().execute(sa.select(WORKERS).order_by(WORKERS.c.activity_id, WORKERS.c.worker_key)).all()
    anew = {(activity_id, key_of(worker)): worker for activity_id, _, worker in reversed(rows)}
    op.execute(WORKERS.delete())
    op.bulk_insert(
        WORKERS, [{"activity_id": at, "worker_key": key, "worker": worker} for (at, key), worker in anew.items()]
    )


def _key_before(name: str) -> str:
    return " ".join(name.split()).casefold()
