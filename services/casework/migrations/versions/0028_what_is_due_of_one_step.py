"""What falls due of one step, such as visits, is found by an index, however much else is due."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

INDEX, COLUMNS = "ix_timescales_step_not_done", ["step", "due_on", "id"]
NOT_DONE = sa.text("met_on IS NULL AND ended_on IS NULL")


def upgrade() -> None:
    op.create_index(INDEX, "timescales", COLUMNS, postgresql_where=NOT_DONE, sqlite_where=NOT_DONE)


def downgrade() -> None:
    op.drop_index(INDEX, "timescales")
