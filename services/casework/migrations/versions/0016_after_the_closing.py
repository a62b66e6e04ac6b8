"""Who held a closed case to its end, and the other days that actions were moved to."""

import sqlalchemy as sa
from alembic import op

from shared.database import UtcDateTime

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

LAST_WORKER = """
    UPDATE cases SET last_key_worker_id = CASE WHEN status = 'open' THEN key_worker_id ELSE (
        SELECT allocations.worker_id FROM allocations
        WHERE allocations.case_id = cases.id AND allocations.ended_on = cases.closed_on
        ORDER BY allocations.starts_on DESC, allocations.allocated_at DESC LIMIT 1) END
"""


def upgrade() -> None:
    op.create_table(
        "case_action_moves",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("action_id", sa.Uuid(), nullable=False),
        sa.Column("due_before", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("moved_by", sa.String(length=255), nullable=False),
        sa.Column("moved_at", UtcDateTime, nullable=False),
        sa.ForeignKeyConstraint(["action_id"], ["case_actions.id"], name=op.f("fk_case_action_moves_action_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_action_moves")),
    )
    op.create_index(op.f("ix_case_action_moves_action_id"), "case_action_moves", ["action_id"])
    op.add_column("cases", sa.Column("last_key_worker_id", sa.Uuid(), nullable=True))
    op.execute(LAST_WORKER)
    op.create_index(op.f("ix_cases_last_key_worker_id_closed_on"), "cases", ["last_key_worker_id", "closed_on"])


def downgrade() -> None:
    op.drop_index(op.f("ix_cases_last_key_worker_id_closed_on"), "cases")
    op.drop_column("cases", "last_key_worker_id")
    op.drop_index(op.f("ix_case_action_moves_action_id"), "case_action_moves")
    op.drop_table("case_action_moves")
