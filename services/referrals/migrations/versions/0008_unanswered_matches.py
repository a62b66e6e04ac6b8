"""A decision keeps which strong matches were unanswered, and why it was taken all the same."""

import sqlalchemy as sa
from alembic import op

from shared.database import Json

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("decisions", sa.Column("unanswered_matches", Json, nullable=False, server_default="[]"))
    with op.batch_alter_table("decisions") as decisions:
        decisions.alter_column("unanswered_matches", server_default=None)
        decisions.add_column(sa.Column("unanswered_matches_reason", sa.Text, nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("decisions") as decisions:
        decisions.drop_column("unanswered_matches_reason")
        decisions.drop_column("unanswered_matches")
