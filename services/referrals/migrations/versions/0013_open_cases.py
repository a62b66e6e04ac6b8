"""Which children are open to the Family Support Service, as casework has it."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "open_cases",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("family_id", sa.Uuid(), nullable=False),
        sa.Column("pathway", sa.String(length=20), nullable=False),
        sa.Column("area", sa.String(length=10), nullable=True),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("key_worker_id", sa.Uuid(), nullable=True),
        sa.Column("key_worker_name", sa.String(length=100), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("key_worker_revision", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_open_cases")),
    )
    op.create_table(
        "open_case_children",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("child_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["open_cases.case_id"], name=op.f("fk_open_case_children_case_id")),
        sa.PrimaryKeyConstraint("case_id", "child_id", name=op.f("pk_open_case_children")),
    )
    with op.batch_alter_table("open_case_children", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_open_case_children_child_id"), ["child_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("open_case_children", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_open_case_children_child_id"))

    op.drop_table("open_case_children")
    op.drop_table("open_cases")
