"""Escalations of early help."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "escalated_referrals",
        sa.Column("escalation_id", sa.Uuid(), nullable=False),
        sa.Column("referral_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["referral_id"], ["referrals.id"], name=op.f("fk_escalated_referrals_referral_id")),
        sa.PrimaryKeyConstraint("escalation_id", name=op.f("pk_escalated_referrals")),
        sa.UniqueConstraint("referral_id", name=op.f("uq_escalated_referrals_referral_id")),
    )


def downgrade() -> None:
    op.drop_table("escalated_referrals")
