"""Decisions as they were made."""

import sqlalchemy as sa
from alembic import op

import shared.database

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "decisions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("referral_id", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", shared.database.UtcDateTime(), nullable=False),
        sa.Column("outcome", sa.String(length=30), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("primary_need", sa.String(length=2), nullable=True),
        sa.Column("decided_at", shared.database.UtcDateTime(), nullable=False),
        sa.Column("decided_by", sa.String(length=255), nullable=False),
        sa.Column("rules_version", sa.String(length=20), nullable=False),
        sa.Column("facts", shared.database.Json, nullable=False),
        sa.Column("suggested_level", sa.Integer(), nullable=False),
        sa.Column("suggested_outcome", sa.String(length=30), nullable=False),
        sa.Column("met", shared.database.Json, nullable=False),
        sa.Column("not_met", shared.database.Json, nullable=False),
        sa.Column("departs", sa.Boolean(), nullable=False),
        sa.Column("offers", shared.database.Json, nullable=False),
        sa.Column("offers_available", sa.Boolean(), nullable=True),
        sa.Column("link_worker", shared.database.Json, nullable=True),
        sa.Column("signature_because", sa.String(length=40), nullable=True),
        sa.ForeignKeyConstraint(["referral_id"], ["referrals.id"], name=op.f("fk_decisions_referral_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decisions")),
    )
    with op.batch_alter_table("decisions", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_decisions_referral_id_recorded_at_id"), ["referral_id", "recorded_at", "id"], unique=False
        )

    op.create_table(
        "decision_signatures",
        sa.Column("decision_id", sa.Uuid(), nullable=False),
        sa.Column("agreed", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("signed_at", shared.database.UtcDateTime(), nullable=False),
        sa.Column("signed_by", sa.String(length=255), nullable=False),
        sa.Column("recorded_at", shared.database.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["decision_id"], ["decisions.id"], name=op.f("fk_decision_signatures_decision_id")),
        sa.PrimaryKeyConstraint("decision_id", name=op.f("pk_decision_signatures")),
    )
    op.create_table(
        "key_workers",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("family_id", sa.Uuid(), nullable=False),
        sa.Column("worker_id", sa.Uuid(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_key_workers")),
    )
    with op.batch_alter_table("key_workers", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_key_workers_family_id"), ["family_id"], unique=False)

    with op.batch_alter_table("referrals", schema=None) as batch_op:
        batch_op.add_column(sa.Column("link_worker", shared.database.Json, nullable=True))


def downgrade() -> None:
    # Made anew, as SQLite otherwise would, the table could not be dropped while others point to it.
    with op.batch_alter_table("referrals", schema=None, recreate="never") as batch_op:
        batch_op.drop_column("link_worker")

    with op.batch_alter_table("key_workers", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_key_workers_family_id"))

    op.drop_table("key_workers")
    op.drop_table("decision_signatures")
    with op.batch_alter_table("decisions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_decisions_referral_id_recorded_at_id"))

    op.drop_table("decisions")
