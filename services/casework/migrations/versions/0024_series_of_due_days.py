"""What falls due again and again has a row for each turn, and a case knows when its referrals were received."""

import sqlalchemy as sa
from alembic import op

from shared.database import UtcDateTime

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("case_referrals", sa.Column("received_at", UtcDateTime, nullable=True))
    with op.batch_alter_table("timescales") as timescales:
        timescales.add_column(sa.Column("number", sa.Integer, nullable=False, server_default="1"))
    with op.batch_alter_table("timescales") as timescales:
        timescales.alter_column("number", server_default=None)
    op.drop_index("uq_timescales_about_id_step", "timescales")
    op.create_index("uq_timescales_about_id_step_number", "timescales", ["about_id", "step", "number"], unique=True)


def downgrade() -> None:
    op.execute("DELETE FROM timescales WHERE number > 1")
    op.drop_index("uq_timescales_about_id_step_number", "timescales")
    op.create_index("uq_timescales_about_id_step", "timescales", ["about_id", "step"], unique=True)
    with op.batch_alter_table("timescales") as timescales:
        timescales.drop_column("number")
    with op.batch_alter_table("case_referrals") as case_referrals:
        case_referrals.drop_column("received_at")
