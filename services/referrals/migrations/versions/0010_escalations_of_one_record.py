"""An escalation keeps which referral opened its early-help record: the two are no re-referral of each other."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("escalated_referrals", sa.Column("opened_by_referral_id", sa.Uuid, nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("escalated_referrals") as escalated_referrals:
        escalated_referrals.drop_column("opened_by_referral_id")
