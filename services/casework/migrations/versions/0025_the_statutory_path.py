"""The statutory path: assessments, enquiries, conferences, protection plans, child in need plans and the court."""

import sqlalchemy as sa
from alembic import op

import shared.database

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "core_groups",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("quorate", sa.Boolean(), nullable=False),
        sa.Column("present", shared.database.Json, nullable=False),
        sa.Column("notes", sa.Text(), nullable=True),
        sa.Column("reason_late", sa.Text(), nullable=True),
        sa.Column("recorded_by", sa.String(length=255), nullable=False),
        sa.Column("recorded_at", shared.database.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_core_groups_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_groups")),
    )
    with op.batch_alter_table("core_groups", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_core_groups_case_id"), ["case_id"], unique=False)

    op.create_table(
        "court_stages",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("stage", sa.String(length=30), nullable=False),
        sa.Column("reached_on", sa.Date(), nullable=False),
        sa.Column("made_order", sa.String(length=40), nullable=True),
        sa.Column("recorded_by", sa.String(length=255), nullable=False),
        sa.Column("recorded_at", shared.database.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_court_stages_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_court_stages")),
    )
    with op.batch_alter_table("court_stages", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_court_stages_case_id"), ["case_id"], unique=False)

    op.create_table(
        "need_plans",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("started_on", sa.Date(), nullable=False),
        sa.Column("goals", shared.database.Json, nullable=False),
        sa.Column("recorded_by", sa.String(length=255), nullable=False),
        sa.Column("recorded_at", shared.database.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_need_plans_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_need_plans")),
    )
    with op.batch_alter_table("need_plans", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_need_plans_case_id"), ["case_id"], unique=False)

    op.create_table(
        "need_reviews",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("outcome", sa.String(length=10), nullable=False),
        sa.Column("notes", sa.Text(), nullable=False),
        sa.Column("reason_late", sa.Text(), nullable=True),
        sa.Column("recorded_by", sa.String(length=255), nullable=False),
        sa.Column("recorded_at", shared.database.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_need_reviews_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_need_reviews")),
    )
    with op.batch_alter_table("need_reviews", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_need_reviews_case_id"), ["case_id"], unique=False)

    op.create_table(
        "protection_plans",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("child_id", sa.Uuid(), nullable=False),
        sa.Column("old_reference", sa.String(length=60), nullable=True),
        sa.Column("initial_category", sa.String(length=3), nullable=False),
        sa.Column("category", sa.String(length=3), nullable=False),
        sa.Column("started_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("lasted_days", sa.Integer(), nullable=True),
        sa.Column("end_reason", sa.String(length=30), nullable=True),
        sa.Column("end_text", sa.Text(), nullable=True),
        sa.Column("previous_plans", sa.Integer(), nullable=False),
        sa.Column("from_authority", sa.String(length=200), nullable=True),
        sa.Column("temporary", sa.Boolean(), nullable=False),
        sa.Column("last_core_group_on", sa.Date(), nullable=True),
        sa.Column("last_review_on", sa.Date(), nullable=True),
        sa.Column("last_visit_on", sa.Date(), nullable=True),
        sa.Column("recorded_by", sa.String(length=255), nullable=False),
        sa.Column("recorded_at", shared.database.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_protection_plans_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_protection_plans")),
        sa.UniqueConstraint("old_reference", name=op.f("uq_protection_plans_old_reference")),
    )
    with op.batch_alter_table("protection_plans", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_protection_plans_case_id"), ["case_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_protection_plans_child_id_started_on"), ["child_id", "started_on"], unique=False
        )
        batch_op.create_index(
            "ix_protection_plans_open_since",
            ["started_on", "id"],
            unique=False,
            postgresql_where=sa.text("ended_on IS NULL"),
            sqlite_where=sa.text("ended_on IS NULL"),
        )
        batch_op.create_index(batch_op.f("ix_protection_plans_started_on_id"), ["started_on", "id"], unique=False)
        batch_op.create_index(
            "uq_protection_plans_open",
            ["child_id"],
            unique=True,
            postgresql_where=sa.text("ended_on IS NULL"),
            sqlite_where=sa.text("ended_on IS NULL"),
        )

    op.create_table(
        "statutory_assessments",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("old_reference", sa.String(length=60), nullable=True),
        sa.Column("started_on", sa.Date(), nullable=False),
        sa.Column("counts_from", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("recorded_by", sa.String(length=255), nullable=False),
        sa.Column("recorded_at", shared.database.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_statutory_assessments_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_statutory_assessments")),
        sa.UniqueConstraint("old_reference", name=op.f("uq_statutory_assessments_old_reference")),
    )
    with op.batch_alter_table("statutory_assessments", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_statutory_assessments_case_id"), ["case_id"], unique=False)

    op.create_table(
        "strategy_discussions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("held_at", shared.database.UtcDateTime(), nullable=False),
        sa.Column("participants", shared.database.Json, nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("recorded_by", sa.String(length=255), nullable=False),
        sa.Column("recorded_at", shared.database.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_strategy_discussions_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_strategy_discussions")),
    )
    with op.batch_alter_table("strategy_discussions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_strategy_discussions_case_id"), ["case_id"], unique=False)

    op.create_table(
        "assessed_children",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("assessment_id", sa.Uuid(), nullable=False),
        sa.Column("child_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["assessment_id"], ["statutory_assessments.id"], name=op.f("fk_assessed_children_assessment_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessed_children")),
    )
    with op.batch_alter_table("assessed_children", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_assessed_children_assessment_id"), ["assessment_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_assessed_children_child_id"), ["child_id"], unique=False)

    op.create_table(
        "assessment_conclusions",
        sa.Column("assessment_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("completed_on", sa.Date(), nullable=False),
        sa.Column("factors", shared.database.Json, nullable=False),
        sa.Column("outcome", sa.String(length=30), nullable=False),
        sa.Column("analysis", sa.Text(), nullable=False),
        sa.Column("wishes_of_child", sa.Text(), nullable=False),
        sa.Column("wishes_of_family", sa.Text(), nullable=False),
        sa.Column("reason_late", sa.Text(), nullable=True),
        sa.Column("completed_by", sa.String(length=255), nullable=False),
        sa.Column("completed_at", shared.database.UtcDateTime(), nullable=False),
        sa.Column("agreed", sa.Boolean(), nullable=True),
        sa.Column("answer_reason", sa.Text(), nullable=True),
        sa.Column("answered_by", sa.String(length=255), nullable=True),
        sa.Column("answered_at", shared.database.UtcDateTime(), nullable=True),
        sa.Column("reopened_reason", sa.Text(), nullable=True),
        sa.Column("reopened_by", sa.String(length=255), nullable=True),
        sa.Column("reopened_at", shared.database.UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["assessment_id"], ["statutory_assessments.id"], name=op.f("fk_assessment_conclusions_assessment_id")
        ),
        sa.PrimaryKeyConstraint("assessment_id", "number", name=op.f("pk_assessment_conclusions")),
    )
    op.create_table(
        "core_group_children",
        sa.Column("core_group_id", sa.Uuid(), nullable=False),
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("child_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["core_group_id"], ["core_groups.id"], name=op.f("fk_core_group_children_core_group_id")
        ),
        sa.ForeignKeyConstraint(["plan_id"], ["protection_plans.id"], name=op.f("fk_core_group_children_plan_id")),
        sa.PrimaryKeyConstraint("core_group_id", "plan_id", name=op.f("pk_core_group_children")),
    )
    with op.batch_alter_table("core_group_children", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_core_group_children_plan_id"), ["plan_id"], unique=False)

    op.create_table(
        "court_stage_children",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("stage_id", sa.Uuid(), nullable=False),
        sa.Column("child_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["stage_id"], ["court_stages.id"], name=op.f("fk_court_stage_children_stage_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_court_stage_children")),
    )
    with op.batch_alter_table("court_stage_children", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_court_stage_children_child_id"), ["child_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_court_stage_children_stage_id"), ["stage_id"], unique=False)

    op.create_table(
        "discussed_children",
        sa.Column("discussion_id", sa.Uuid(), nullable=False),
        sa.Column("child_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["discussion_id"], ["strategy_discussions.id"], name=op.f("fk_discussed_children_discussion_id")
        ),
        sa.PrimaryKeyConstraint("discussion_id", "child_id", name=op.f("pk_discussed_children")),
    )
    op.create_table(
        "enquiries",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("strategy_discussion_id", sa.Uuid(), nullable=True),
        sa.Column("old_reference", sa.String(length=60), nullable=True),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("started_on", sa.Date(), nullable=False),
        sa.Column("counts_from", sa.Date(), nullable=False),
        sa.Column("conference_due_on", sa.Date(), nullable=False),
        sa.Column("completed_on", sa.Date(), nullable=True),
        sa.Column("outcome", sa.String(length=30), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("completed_by", sa.String(length=255), nullable=True),
        sa.Column("recorded_by", sa.String(length=255), nullable=False),
        sa.Column("recorded_at", shared.database.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_enquiries_case_id")),
        sa.ForeignKeyConstraint(
            ["strategy_discussion_id"], ["strategy_discussions.id"], name=op.f("fk_enquiries_strategy_discussion_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enquiries")),
        sa.UniqueConstraint("old_reference", name=op.f("uq_enquiries_old_reference")),
    )
    with op.batch_alter_table("enquiries", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_enquiries_case_id"), ["case_id"], unique=False)

    op.create_table(
        "need_plan_children",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("child_id", sa.Uuid(), nullable=False),
        sa.Column("counts_from", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("end_reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["plan_id"], ["need_plans.id"], name=op.f("fk_need_plan_children_plan_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_need_plan_children")),
    )
    with op.batch_alter_table("need_plan_children", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_need_plan_children_child_id"), ["child_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_need_plan_children_plan_id"), ["plan_id"], unique=False)
        batch_op.create_index(
            "uq_need_plan_children_open",
            ["child_id"],
            unique=True,
            postgresql_where=sa.text("ended_on IS NULL"),
            sqlite_where=sa.text("ended_on IS NULL"),
        )

    op.create_table(
        "conferences",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("enquiry_id", sa.Uuid(), nullable=True),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("chair_name", sa.String(length=100), nullable=False),
        sa.Column("chair_subject", sa.String(length=255), nullable=True),
        sa.Column("present", shared.database.Json, nullable=False),
        sa.Column("quorate", sa.Boolean(), nullable=False),
        sa.Column("inquorate_reason", sa.Text(), nullable=True),
        sa.Column("reports_shared_on", sa.Date(), nullable=True),
        sa.Column("views_of_parents", sa.Text(), nullable=True),
        sa.Column("dissent", sa.Text(), nullable=True),
        sa.Column("reason_late", sa.Text(), nullable=True),
        sa.Column("recorded_by", sa.String(length=255), nullable=False),
        sa.Column("recorded_at", shared.database.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_conferences_case_id")),
        sa.ForeignKeyConstraint(["enquiry_id"], ["enquiries.id"], name=op.f("fk_conferences_enquiry_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conferences")),
    )
    with op.batch_alter_table("conferences", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_conferences_case_id"), ["case_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_conferences_enquiry_id"), ["enquiry_id"], unique=False)

    op.create_table(
        "enquiry_children",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enquiry_id", sa.Uuid(), nullable=False),
        sa.Column("child_id", sa.Uuid(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("conference_held", sa.Boolean(), nullable=False),
        sa.Column("reason_late", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["enquiry_id"], ["enquiries.id"], name=op.f("fk_enquiry_children_enquiry_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enquiry_children")),
    )
    with op.batch_alter_table("enquiry_children", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_enquiry_children_child_id"), ["child_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_enquiry_children_enquiry_id"), ["enquiry_id"], unique=False)
        batch_op.create_index(
            "uq_enquiry_children_open",
            ["child_id"],
            unique=True,
            postgresql_where=sa.text("ended_on IS NULL"),
            sqlite_where=sa.text("ended_on IS NULL"),
        )

    op.create_table(
        "reviewed_children",
        sa.Column("review_id", sa.Uuid(), nullable=False),
        sa.Column("plan_child_id", sa.Uuid(), nullable=False),
        sa.Column("child_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["plan_child_id"], ["need_plan_children.id"], name=op.f("fk_reviewed_children_plan_child_id")
        ),
        sa.ForeignKeyConstraint(["review_id"], ["need_reviews.id"], name=op.f("fk_reviewed_children_review_id")),
        sa.PrimaryKeyConstraint("review_id", "plan_child_id", name=op.f("pk_reviewed_children")),
    )
    with op.batch_alter_table("reviewed_children", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reviewed_children_plan_child_id"), ["plan_child_id"], unique=False)

    op.create_table(
        "conference_children",
        sa.Column("conference_id", sa.Uuid(), nullable=False),
        sa.Column("child_id", sa.Uuid(), nullable=False),
        sa.Column("decision", sa.String(length=10), nullable=False),
        sa.Column("category", sa.String(length=3), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("views_of_child", sa.Text(), nullable=True),
        sa.Column("plan_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["conference_id"], ["conferences.id"], name=op.f("fk_conference_children_conference_id")
        ),
        sa.ForeignKeyConstraint(["plan_id"], ["protection_plans.id"], name=op.f("fk_conference_children_plan_id")),
        sa.PrimaryKeyConstraint("conference_id", "child_id", name=op.f("pk_conference_children")),
    )
    with op.batch_alter_table("conference_children", schema=None) as batch_op:
        batch_op.create_index("ix_conference_children_plan_id", ["plan_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("conference_children", schema=None) as batch_op:
        batch_op.drop_index("ix_conference_children_plan_id")

    op.drop_table("conference_children")
    with op.batch_alter_table("reviewed_children", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_reviewed_children_plan_child_id"))

    op.drop_table("reviewed_children")
    with op.batch_alter_table("enquiry_children", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_enquiry_children_open",
            postgresql_where=sa.text("ended_on IS NULL"),
            sqlite_where=sa.text("ended_on IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_enquiry_children_enquiry_id"))
        batch_op.drop_index(batch_op.f("ix_enquiry_children_child_id"))

    op.drop_table("enquiry_children")
    with op.batch_alter_table("conferences", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_conferences_enquiry_id"))
        batch_op.drop_index(batch_op.f("ix_conferences_case_id"))

    op.drop_table("conferences")
    with op.batch_alter_table("need_plan_children", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_need_plan_children_open",
            postgresql_where=sa.text("ended_on IS NULL"),
            sqlite_where=sa.text("ended_on IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_need_plan_children_plan_id"))
        batch_op.drop_index(batch_op.f("ix_need_plan_children_child_id"))

    op.drop_table("need_plan_children")
    with op.batch_alter_table("enquiries", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_enquiries_case_id"))

    op.drop_table("enquiries")
    op.drop_table("discussed_children")
    with op.batch_alter_table("court_stage_children", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_court_stage_children_stage_id"))
        batch_op.drop_index(batch_op.f("ix_court_stage_children_child_id"))

    op.drop_table("court_stage_children")
    with op.batch_alter_table("core_group_children", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_core_group_children_plan_id"))

    op.drop_table("core_group_children")
    op.drop_table("assessment_conclusions")
    with op.batch_alter_table("assessed_children", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_assessed_children_child_id"))
        batch_op.drop_index(batch_op.f("ix_assessed_children_assessment_id"))

    op.drop_table("assessed_children")
    with op.batch_alter_table("strategy_discussions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_strategy_discussions_case_id"))

    op.drop_table("strategy_discussions")
    with op.batch_alter_table("statutory_assessments", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_statutory_assessments_case_id"))

    op.drop_table("statutory_assessments")
    with op.batch_alter_table("protection_plans", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_protection_plans_open",
            postgresql_where=sa.text("ended_on IS NULL"),
            sqlite_where=sa.text("ended_on IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_protection_plans_started_on_id"))
        batch_op.drop_index(
            "ix_protection_plans_open_since",
            postgresql_where=sa.text("ended_on IS NULL"),
            sqlite_where=sa.text("ended_on IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_protection_plans_child_id_started_on"))
        batch_op.drop_index(batch_op.f("ix_protection_plans_case_id"))

    op.drop_table("protection_plans")
    with op.batch_alter_table("need_reviews", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_need_reviews_case_id"))

    op.drop_table("need_reviews")
    with op.batch_alter_table("need_plans", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_need_plans_case_id"))

    op.drop_table("need_plans")
    with op.batch_alter_table("court_stages", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_court_stages_case_id"))

    op.drop_table("court_stages")
    with op.batch_alter_table("core_groups", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_core_groups_case_id"))

    op.drop_table("core_groups")
