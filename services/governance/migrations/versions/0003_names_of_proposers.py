"""A proposal keeps its proposer's name, under which minutes may list them as present."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("proposals", sa.Column("proposed_by_name", sa.String(200), nullable=True))


def downgrade() -> None:
    op.drop_column("proposals", "proposed_by_name")
