"""A referral shows the open case of its family, which is found by the family's id."""

from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(op.f("ix_open_cases_family_id"), "open_cases", ["family_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_open_cases_family_id"), table_name="open_cases")
