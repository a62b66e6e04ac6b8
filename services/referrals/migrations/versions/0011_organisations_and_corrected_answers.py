"""Who confirmed the organisation of a referral that came by telephone; answers that were corrected since."""

import sqlalchemy as sa
from alembic import op

from shared.database import UtcDateTime

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("referrals", sa.Column("organisation_confirmed_by", sa.String(255), nullable=True))
    op.create_table(
        "former_answers",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("request_id", sa.Uuid, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("risk", sa.String(6), nullable=False),
        sa.Column("summary", sa.Text, nullable=False),
        sa.Column("answered_at", UtcDateTime, nullable=False),
        sa.Column("answered_by", sa.String(255), nullable=False),
        sa.Column("replaced_at", UtcDateTime, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(["request_id"], ["information_requests.id"], name="fk_former_answers_request_id"),
        sa.PrimaryKeyConstraint("id", name="pk_former_answers"),
        sa.UniqueConstraint("request_id", "number", name="uq_former_answers_request_id_number"),
    )


def downgrade() -> None:
    op.drop_table("former_answers")
    with op.batch_alter_table("referrals") as referrals:
        referrals.drop_column("organisation_confirmed_by")
