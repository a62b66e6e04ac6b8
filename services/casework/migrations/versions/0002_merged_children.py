"""Children whose records were merged."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "merged_children",
        sa.Column("child_id", sa.Uuid(), nullable=False),
        sa.Column("surviving_child_id", sa.Uuid(), nullable=True),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("child_id", name=op.f("pk_merged_children")),
    )
    op.create_index(op.f("ix_merged_children_surviving_child_id"), "merged_children", ["surviving_child_id"])


def downgrade() -> None:
    op.drop_table("merged_children")
