"""A decision keeps the open cases that it was made with."""

import sqlalchemy as sa
from alembic import op

from shared.database import Json

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("decisions", sa.Column("open_cases", Json, nullable=False, server_default="[]"))
    with op.batch_alter_table("decisions") as decisions:
        decisions.alter_column("open_cases", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("decisions") as decisions:
        decisions.drop_column("open_cases")
