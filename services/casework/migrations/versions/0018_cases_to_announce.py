"""The cases that are open are announced to the front door, which asks how each stands."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "cases_to_announce",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_cases_to_announce_case_id")),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_cases_to_announce")),
    )
    op.execute("INSERT INTO cases_to_announce (case_id) SELECT id FROM cases WHERE status = 'open'")


def downgrade() -> None:
    op.drop_table("cases_to_announce")
