"""A child is found by the birth dates that it had before a correction or a merge, too."""

import sqlalchemy as sa
from alembic import op

from shared.database import Json

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

CHILDREN = sa.table(
    "children",
    sa.column("id", sa.Uuid),
    sa.column("former_birth_dates", Json),
    sa.column("keys_version", sa.Integer),
)
CORRECTIONS = sa.table("child_corrections", sa.column("child_id", sa.Uuid), sa.column("number"), sa.column("old", Json))
MERGES = sa.table(
    "merges",
    sa.column("surviving_child_id", sa.Uuid),
    sa.column("brought", Json),
    sa.column("merged_at"),
    sa.column("reversed_at"),
)


def upgrade() -> None:
    op.add_column("children", sa.Column("former_birth_dates", Json, nullable=True))
    op.execute("UPDATE children SET former_birth_dates = '[]'")
    with op.batch_alter_table("children") as children:
        children.alter_column("former_birth_dates", existing_type=Json, nullable=False)
    for child_id, days in _days_before().items():
        # A child without keys of today's rules gets them anew, these days among them.
        values = {"former_birth_dates": list(dict.fromkeys(days)), "keys_version": 0}
        op.execute(CHILDREN.update().where(CHILDREN.c.id == child_id).values(values))


def _days_before() -> dict[object, list[str]]:
    """By child the birth dates that corrections, and merges that were not reversed, replaced."""
    found: dict[object, list[str]] = {}
    corrections = sa.select(CORRECTIONS.c.child_id, CORRECTIONS.c.old).order_by(CORRECTIONS.c.number)
    for child_id, old in op.get_bind().execute(corrections):
        if old.get("date_of_birth"):
            found.setdefault(child_id, []).append(old["date_of_birth"])
    merges = sa.select(MERGES.c.surviving_child_id, MERGES.c.brought).where(MERGES.c.reversed_at.is_(None))
    for child_id, brought in op.get_bind().execute(merges.order_by(MERGES.c.merged_at)):
        if day := brought.get("date_of_birth", {}).get("old"):
            found.setdefault(child_id, []).append(day)
    return found


def downgrade() -> None:
    with op.batch_alter_table("children") as children:
        children.drop_column("former_birth_dates")
