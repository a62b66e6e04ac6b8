"""Which families were shown by name in a list that somebody looked at."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "listed_cases",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("audit_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_listed_cases_case_id")),
        sa.PrimaryKeyConstraint("case_id", "audit_id", name=op.f("pk_listed_cases")),
    )


def downgrade() -> None:
    op.drop_table("listed_cases")
