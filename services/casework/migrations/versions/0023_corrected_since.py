"""When the front door was asked last about a child that it had corrected."""

import sqlalchemy as sa
from alembic import op

import shared.database

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "corrected_children",
        sa.Column("child_id", sa.Uuid(), nullable=False),
        sa.Column("asked_at", shared.database.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("child_id", name=op.f("pk_corrected_children")),
    )


def downgrade() -> None:
    op.drop_table("corrected_children")
