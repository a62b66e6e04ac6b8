"""The index of the timescales whose missed day is not announced yet has the name of its condition."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

BEFORE, AFTER = "ix_timescales_not_told", "ix_timescales_not_announced"


def _rename(before: str, after: str) -> None:
    # SQLite cannot rename an index.
    condition = sa.text("met_on IS NULL AND ended_on IS NULL AND NOT announced")
    op.drop_index(before, "timescales")
    op.create_index(after, "timescales", ["due_on", "id"], postgresql_where=condition, sqlite_where=condition)


def upgrade() -> None:
    _rename(BEFORE, AFTER)


def downgrade() -> None:
    _rename(AFTER, BEFORE)
