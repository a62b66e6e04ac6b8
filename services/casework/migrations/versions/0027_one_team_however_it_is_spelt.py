"""A team is one however it is spelt; the cases of a team are found by an index."""

import sqlalchemy as sa
from alembic import op

from shared.migrations import make_keys_anew
from shared.organisations import organisation_key

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

OF_A_TEAM = ("workers", "posts", "cases")
INDEX, COLUMNS = "ix_cases_team_key_status_opened_on_id", ["team_key", "status", "opened_on", "id"]


def upgrade() -> None:
    for table in OF_A_TEAM:
        op.add_column(table, sa.Column("team_key", sa.String(400), nullable=True))
        make_keys_anew(table, "team", "team_key", organisation_key)
    op.create_index(INDEX, "cases", COLUMNS)


def downgrade() -> None:
    op.drop_index(INDEX, "cases")
    for table in OF_A_TEAM:
        with op.batch_alter_table(table) as altered:
            altered.drop_column("team_key")
