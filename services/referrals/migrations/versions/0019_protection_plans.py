"""Which children have a child protection plan in force: two records that have one each are not merged."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "plans_of_children",
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("child_id", sa.Uuid(), nullable=False),
        sa.Column("in_force", sa.Boolean(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("plan_id", name=op.f("pk_plans_of_children")),
    )
    op.create_index(op.f("ix_plans_of_children_child_id"), "plans_of_children", ["child_id"])


def downgrade() -> None:
    op.drop_table("plans_of_children")
