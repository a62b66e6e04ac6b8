"""Restrictions."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "restrictions_told",
        sa.Column("family_id", sa.Uuid(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("family_id", name=op.f("pk_restrictions_told")),
    )


def downgrade() -> None:
    op.drop_table("restrictions_told")
