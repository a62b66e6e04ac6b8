"""Information requests, consultations and link workers."""

import sqlalchemy as sa
from alembic import op

import shared.database

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "information_requests",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("referral_id", sa.Uuid(), nullable=False),
        sa.Column("partner", sa.String(length=200), nullable=False),
        sa.Column("partner_key", sa.String(length=400), nullable=False),
        sa.Column("lawful_basis", sa.String(length=30), nullable=False),
        sa.Column("override_reason", sa.Text(), nullable=True),
        sa.Column("questions", shared.database.Json, nullable=False),
        sa.Column("asked_at", shared.database.UtcDateTime(), nullable=False),
        sa.Column("asked_by", sa.String(length=255), nullable=False),
        sa.Column("due_at", shared.database.UtcDateTime(), nullable=False),
        sa.Column("risk", sa.String(length=6), nullable=True),
        sa.Column("summary", sa.Text(), nullable=True),
        sa.Column("answered_at", shared.database.UtcDateTime(), nullable=True),
        sa.Column("answered_by", sa.String(length=255), nullable=True),
        sa.Column("recorded_by_mash", sa.Boolean(), nullable=False),
        sa.Column("chase_due_at", shared.database.UtcDateTime(), nullable=True),
        sa.Column("chased_count", sa.Integer(), nullable=False),
        sa.Column("last_chased_at", shared.database.UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["referral_id"], ["referrals.id"], name=op.f("fk_information_requests_referral_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_information_requests")),
    )
    with op.batch_alter_table("information_requests", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_information_requests_referral_id"), ["referral_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_information_requests_partner_key_due_at_id"), ["partner_key", "due_at", "id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_information_requests_due_at_id"), ["due_at", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_information_requests_chase_due_at"), ["chase_due_at"], unique=False)

    op.create_table(
        "consultations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("organisation", sa.String(length=200), nullable=False),
        sa.Column("role", sa.String(length=100), nullable=False),
        sa.Column("concerns", shared.database.Json, nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("asked_at", shared.database.UtcDateTime(), nullable=False),
        sa.Column("asked_by", sa.String(length=255), nullable=False),
        sa.Column("advice", sa.Text(), nullable=True),
        sa.Column("refer", sa.Boolean(), nullable=True),
        sa.Column("advised_at", shared.database.UtcDateTime(), nullable=True),
        sa.Column("advised_by", sa.String(length=255), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consultations")),
    )
    with op.batch_alter_table("consultations", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_consultations_asked_at_id"), ["asked_at", "id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_consultations_asked_by_asked_at_id"), ["asked_by", "asked_at", "id"], unique=False
        )

    op.create_table(
        "link_workers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("area", sa.String(length=10), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("phone", sa.String(length=30), nullable=True),
        sa.Column("subject", sa.String(length=255), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_link_workers")),
    )
    with op.batch_alter_table("link_workers", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_link_workers_name_id"), ["name", "id"], unique=False)

    op.create_table(
        "linked_organisations",
        sa.Column("organisation_key", sa.String(length=400), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("link_worker_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["link_worker_id"], ["link_workers.id"], name=op.f("fk_linked_organisations_link_worker_id")
        ),
        sa.PrimaryKeyConstraint("organisation_key", name=op.f("pk_linked_organisations")),
    )
    with op.batch_alter_table("linked_organisations", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_linked_organisations_link_worker_id"), ["link_worker_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("linked_organisations", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_linked_organisations_link_worker_id"))

    op.drop_table("linked_organisations")
    with op.batch_alter_table("link_workers", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_link_workers_name_id"))

    op.drop_table("link_workers")
    with op.batch_alter_table("consultations", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_consultations_asked_by_asked_at_id"))
        batch_op.drop_index(batch_op.f("ix_consultations_asked_at_id"))

    op.drop_table("consultations")
    with op.batch_alter_table("information_requests", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_information_requests_chase_due_at"))
        batch_op.drop_index(batch_op.f("ix_information_requests_due_at_id"))
        batch_op.drop_index(batch_op.f("ix_information_requests_partner_key_due_at_id"))
        batch_op.drop_index(batch_op.f("ix_information_requests_referral_id"))

    op.drop_table("information_requests")
