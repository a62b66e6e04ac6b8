"""A referral shows the referrer's request to withdraw it, and what the MASH decided."""

import sqlalchemy as sa
from alembic import op

from shared.database import Json

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("referrals", sa.Column("withdrawal_request", Json, nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("referrals") as referrals:
        referrals.drop_column("withdrawal_request")
