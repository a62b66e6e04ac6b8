"""A crisis has a narrative, and its acknowledgement a text."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

RENAMED = {"words": "narrative", "action": "text"}
WAITING = sa.text("acknowledged_at IS NULL AND announced_at IS NULL")


def _rename_index(before: str, after: str) -> None:
    op.drop_index(before, "crises")
    op.create_index(after, "crises", ["due_at"], postgresql_where=WAITING, sqlite_where=WAITING)


def upgrade() -> None:
    for before, after in RENAMED.items():
        op.execute(f"ALTER TABLE crises RENAME COLUMN {before} TO {after}")
    _rename_index("ix_crises_untold", "ix_crises_unannounced")


def downgrade() -> None:
    _rename_index("ix_crises_unannounced", "ix_crises_untold")
    for before, after in RENAMED.items():
        op.execute(f"ALTER TABLE crises RENAME COLUMN {after} TO {before}")
