"""Intake: drafts, amendments, acknowledgements."""

import sqlalchemy as sa
from alembic import op

import shared.database

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "referral_drafts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(length=255), nullable=False),
        sa.Column("content", shared.database.Json, nullable=False),
        sa.Column("created_at", shared.database.UtcDateTime(), nullable=False),
        sa.Column("changed_at", shared.database.UtcDateTime(), nullable=False),
        sa.Column("submitted_at", shared.database.UtcDateTime(), nullable=True),
        sa.Column("receipt", shared.database.Json, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_referral_drafts")),
    )
    with op.batch_alter_table("referral_drafts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_referral_drafts_changed_at"), ["changed_at"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_referral_drafts_subject_changed_at_id"), ["subject", "changed_at", "id"], unique=False
        )

    with op.batch_alter_table("referrals", schema=None) as batch_op:
        batch_op.add_column(sa.Column("overdue_announced_at", shared.database.UtcDateTime(), nullable=True))
        batch_op.add_column(sa.Column("acknowledged_at", shared.database.UtcDateTime(), nullable=True))
        batch_op.add_column(sa.Column("acknowledged_by", sa.String(length=255), nullable=True))
        batch_op.add_column(sa.Column("first_rated_at", shared.database.UtcDateTime(), nullable=True))
        batch_op.create_index(batch_op.f("ix_referrals_received_at"), ["received_at"], unique=False)

    with op.batch_alter_table("referral_changes", schema=None) as batch_op:
        batch_op.add_column(sa.Column("number", sa.Integer(), nullable=False, server_default="0"))
    # The ratings before the last one are in the change log, and so is the order of the steps, as far as it was kept.
    op.execute(
        "UPDATE referrals SET first_rated_at = (SELECT min(c.at) FROM referral_changes c"
        " WHERE c.referral_id = referrals.id AND c.step = 'rate')"
    )
    op.execute(
        "UPDATE referral_changes SET number = (SELECT count(*) FROM referral_changes c"
        " WHERE c.referral_id = referral_changes.referral_id AND (c.at < referral_changes.at"
        " OR (c.at = referral_changes.at AND c.id <= referral_changes.id)))"
    )
    with op.batch_alter_table("referral_changes", schema=None) as batch_op:
        batch_op.alter_column("number", existing_type=sa.Integer(), existing_nullable=False, server_default=None)
        batch_op.create_unique_constraint(
            batch_op.f("uq_referral_changes_referral_id_number"), ["referral_id", "number"]
        )
        batch_op.drop_index(batch_op.f("ix_referral_changes_referral_id"))


def downgrade() -> None:
    with op.batch_alter_table("referral_changes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_referral_changes_referral_id"), ["referral_id"], unique=False)
        batch_op.drop_constraint(batch_op.f("uq_referral_changes_referral_id_number"), type_="unique")
        batch_op.drop_column("number")

    # Made anew, as SQLite otherwise would, the table could not be dropped while others point to it.
    with op.batch_alter_table("referrals", schema=None, recreate="never") as batch_op:
        batch_op.drop_index(batch_op.f("ix_referrals_received_at"))
        batch_op.drop_column("first_rated_at")
        batch_op.drop_column("acknowledged_by")
        batch_op.drop_column("acknowledged_at")
        batch_op.drop_column("overdue_announced_at")

    with op.batch_alter_table("referral_drafts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_referral_drafts_subject_changed_at_id"))
        batch_op.drop_index(batch_op.f("ix_referral_drafts_changed_at"))

    op.drop_table("referral_drafts")
