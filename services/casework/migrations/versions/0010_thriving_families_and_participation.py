"""Thriving families and participation."""

import sqlalchemy as sa
from alembic import op

import shared.database

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "participation",
        sa.Column("child_id", sa.Uuid(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("source", sa.String(length=30), nullable=True),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("recorded_by", sa.String(length=255), nullable=False),
        sa.Column("recorded_at", shared.database.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("child_id", "month", name=op.f("pk_participation")),
    )
    with op.batch_alter_table("participation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_participation_month_child_id"), ["month", "child_id"], unique=False)

    op.create_table(
        "star_readings",
        sa.Column("star_id", sa.Uuid(), nullable=False),
        sa.Column("domain", sa.String(length=40), nullable=False),
        sa.Column("family_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("person", sa.String(length=40), nullable=False),
        sa.Column("read_on", sa.Date(), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.Column("read_by", sa.String(length=255), nullable=False),
        sa.Column("recorded_at", shared.database.UtcDateTime(), nullable=False),
        sa.Column("replaced_at", shared.database.UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_star_readings_case_id")),
        sa.PrimaryKeyConstraint("star_id", "domain", name=op.f("pk_star_readings")),
    )
    with op.batch_alter_table("star_readings", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_star_readings_family_id_read_on_star_id_domain"),
            ["family_id", "read_on", "star_id", "domain"],
            unique=False,
        )
        batch_op.create_index(
            "uq_star_readings_that_hold",
            ["family_id", "person", "domain", "read_on"],
            unique=True,
            postgresql_where=sa.text("replaced_at IS NULL"),
            sqlite_where=sa.text("replaced_at IS NULL"),
        )

    op.create_table(
        "thriving_families_assessments",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("family_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("criteria_version", sa.String(length=4), nullable=False),
        sa.Column("assessed_on", sa.Date(), nullable=False),
        sa.Column("needs", shared.database.Json, nullable=False),
        sa.Column("evidence", shared.database.Json, nullable=False),
        sa.Column("eligible", sa.Boolean(), nullable=False),
        sa.Column("met", shared.database.Json, nullable=False),
        sa.Column("not_met", shared.database.Json, nullable=False),
        sa.Column("not_counted", shared.database.Json, nullable=False),
        sa.Column("because", sa.Text(), nullable=False),
        sa.Column("assessed_by", sa.String(length=255), nullable=False),
        sa.Column("recorded_at", shared.database.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_thriving_families_assessments_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_thriving_families_assessments")),
    )
    with op.batch_alter_table("thriving_families_assessments", schema=None) as batch_op:
        batch_op.create_index(
            "ix_thriving_families_assessments_of_family", ["family_id", "assessed_on", "recorded_at"], unique=False
        )

    op.create_table(
        "outcome_plans",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("family_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("assessment_id", sa.Uuid(), nullable=False),
        sa.Column("agreed_on", sa.Date(), nullable=False),
        sa.Column("goals", shared.database.Json, nullable=False),
        sa.Column("wishes_of_child", sa.Text(), nullable=False),
        sa.Column("wishes_of_family", sa.Text(), nullable=False),
        sa.Column("agreed_by", sa.String(length=255), nullable=False),
        sa.Column("recorded_at", shared.database.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["assessment_id"], ["thriving_families_assessments.id"], name=op.f("fk_outcome_plans_assessment_id")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_outcome_plans_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outcome_plans")),
        sa.UniqueConstraint("case_id", name=op.f("uq_outcome_plans_case_id")),
    )
    with op.batch_alter_table("outcome_plans", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_outcome_plans_family_id_recorded_at"), ["family_id", "recorded_at"], unique=False
        )

    op.create_table(
        "need_progress",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("need", sa.String(length=40), nullable=False),
        sa.Column("seen_on", sa.Date(), nullable=False),
        sa.Column("improved", sa.Boolean(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("recorded_by", sa.String(length=255), nullable=False),
        sa.Column("recorded_at", shared.database.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["plan_id"], ["outcome_plans.id"], name=op.f("fk_need_progress_plan_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_need_progress")),
    )
    with op.batch_alter_table("need_progress", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_need_progress_plan_id_seen_on_recorded_at"),
            ["plan_id", "seen_on", "recorded_at"],
            unique=False,
        )

    op.create_table(
        "outcome_claims",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("family_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("area", sa.String(length=10), nullable=True),
        sa.Column("criteria_version", sa.String(length=4), nullable=False),
        sa.Column("assessment_id", sa.Uuid(), nullable=False),
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("needs", shared.database.Json, nullable=False),
        sa.Column("claimed_on", sa.Date(), nullable=False),
        sa.Column("claimable_from", sa.Date(), nullable=False),
        sa.Column("claimed_by", sa.String(length=255), nullable=False),
        sa.Column("recorded_at", shared.database.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["assessment_id"], ["thriving_families_assessments.id"], name=op.f("fk_outcome_claims_assessment_id")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_outcome_claims_case_id")),
        sa.ForeignKeyConstraint(["plan_id"], ["outcome_plans.id"], name=op.f("fk_outcome_claims_plan_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outcome_claims")),
        sa.UniqueConstraint("family_id", name=op.f("uq_outcome_claims_family_id")),
    )
    with op.batch_alter_table("outcome_claims", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_outcome_claims_claimed_on_id"), ["claimed_on", "id"], unique=False)

    op.create_table(
        "outcome_plan_reviews",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("wishes_of_child", sa.Text(), nullable=False),
        sa.Column("wishes_of_family", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("held_by", sa.String(length=255), nullable=False),
        sa.Column("recorded_at", shared.database.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["plan_id"], ["outcome_plans.id"], name=op.f("fk_outcome_plan_reviews_plan_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outcome_plan_reviews")),
    )
    with op.batch_alter_table("outcome_plan_reviews", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_outcome_plan_reviews_plan_id_held_on_recorded_at"),
            ["plan_id", "held_on", "recorded_at"],
            unique=False,
        )


def downgrade() -> None:
    with op.batch_alter_table("outcome_plan_reviews", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_outcome_plan_reviews_plan_id_held_on_recorded_at"))

    op.drop_table("outcome_plan_reviews")
    with op.batch_alter_table("outcome_claims", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_outcome_claims_claimed_on_id"))

    op.drop_table("outcome_claims")
    with op.batch_alter_table("need_progress", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_need_progress_plan_id_seen_on_recorded_at"))

    op.drop_table("need_progress")
    with op.batch_alter_table("outcome_plans", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_outcome_plans_family_id_recorded_at"))

    op.drop_table("outcome_plans")
    with op.batch_alter_table("thriving_families_assessments", schema=None) as batch_op:
        batch_op.drop_index("ix_thriving_families_assessments_of_family")

    op.drop_table("thriving_families_assessments")
    with op.batch_alter_table("star_readings", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_star_readings_that_hold",
            postgresql_where=sa.text("replaced_at IS NULL"),
            sqlite_where=sa.text("replaced_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_star_readings_family_id_read_on_star_id_domain"))

    op.drop_table("star_readings")
    with op.batch_alter_table("participation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_participation_month_child_id"))

    op.drop_table("participation")
