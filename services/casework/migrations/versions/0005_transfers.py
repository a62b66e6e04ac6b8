"""Transfers."""

import sqlalchemy as sa
from alembic import op

import shared.database

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "transfers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("from_worker_id", sa.Uuid(), nullable=False),
        sa.Column("to_worker_id", sa.Uuid(), nullable=False),
        sa.Column("area", sa.String(length=10), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("offered_by", sa.String(length=255), nullable=False),
        sa.Column("offered_at", shared.database.UtcDateTime(), nullable=False),
        sa.Column("answered_by", sa.String(length=255), nullable=True),
        sa.Column("answered_at", shared.database.UtcDateTime(), nullable=True),
        sa.Column("answer_reason", sa.Text(), nullable=True),
        sa.Column("transferred_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_transfers_case_id")),
        sa.ForeignKeyConstraint(["from_worker_id"], ["workers.id"], name=op.f("fk_transfers_from_worker_id")),
        sa.ForeignKeyConstraint(["to_worker_id"], ["workers.id"], name=op.f("fk_transfers_to_worker_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transfers")),
    )
    with op.batch_alter_table("transfers", schema=None) as batch_op:
        for first in ("case_id", "from_worker_id", "to_worker_id", "status"):
            columns = [first, "offered_at", "id"]
            batch_op.create_index(batch_op.f(f"ix_transfers_{'_'.join(columns)}"), columns, unique=False)
        batch_op.create_index(
            "uq_transfers_open_case_id",
            ["case_id"],
            unique=True,
            postgresql_where=sa.text("status = 'offered'"),
            sqlite_where=sa.text("status = 'offered'"),
        )
    with op.batch_alter_table("allocations", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_allocations_starts_on"), ["starts_on"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("allocations", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_allocations_starts_on"))
    op.drop_table("transfers")
