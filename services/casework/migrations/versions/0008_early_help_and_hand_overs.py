"""Early help and hand overs."""

import sqlalchemy as sa
from alembic import op

import shared.database

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "early_help_escalations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("child_ids", shared.database.Json, nullable=False),
        sa.Column("concerns", shared.database.Json, nullable=False),
        sa.Column("narrative", sa.Text(), nullable=False),
        sa.Column("immediate_danger", sa.Boolean(), nullable=False),
        sa.Column("consent", shared.database.Json, nullable=True),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("role", sa.String(length=100), nullable=False),
        sa.Column("organisation", sa.String(length=200), nullable=False),
        sa.Column("partner_organisation", sa.String(length=200), nullable=True),
        sa.Column("escalated_by", sa.String(length=255), nullable=False),
        sa.Column("escalated_at", shared.database.UtcDateTime(), nullable=False),
        sa.Column("referral_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_early_help_escalations_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_early_help_escalations")),
    )
    with op.batch_alter_table("early_help_escalations", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_early_help_escalations_case_id_escalated_at_id"),
            ["case_id", "escalated_at", "id"],
            unique=False,
        )

    op.create_table(
        "family_teams",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("started_on", sa.Date(), nullable=False),
        sa.Column("consented_on", sa.Date(), nullable=False),
        sa.Column("consented_by", sa.String(length=200), nullable=False),
        sa.Column("next_review_due_on", sa.Date(), nullable=False),
        sa.Column("review_clock_id", sa.Uuid(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("end_reason", sa.String(length=20), nullable=True),
        sa.Column("end_words", sa.Text(), nullable=True),
        sa.Column("recorded_by", sa.String(length=255), nullable=False),
        sa.Column("recorded_at", shared.database.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_family_teams_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_family_teams")),
    )
    with op.batch_alter_table("family_teams", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_family_teams_case_id"), ["case_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_family_teams_next_review_due_on"), ["next_review_due_on"], unique=False)
        batch_op.create_index(
            "uq_family_teams_open_case_id",
            ["case_id"],
            unique=True,
            postgresql_where=sa.text("ended_on IS NULL"),
            sqlite_where=sa.text("ended_on IS NULL"),
        )

    op.create_table(
        "hand_overs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("child_id", sa.Uuid(), nullable=False),
        sa.Column("service", sa.String(length=20), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=30), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("offered_on", sa.Date(), nullable=False),
        sa.Column("offered_by", sa.String(length=255), nullable=False),
        sa.Column("offered_by_name", sa.String(length=255), nullable=True),
        sa.Column("offered_at", shared.database.UtcDateTime(), nullable=False),
        sa.Column("answer_due_on", sa.Date(), nullable=False),
        sa.Column("answered_on", sa.Date(), nullable=True),
        sa.Column("answered_by_name", sa.String(length=100), nullable=True),
        sa.Column("answered_by_role", sa.String(length=100), nullable=True),
        sa.Column("answer_reason", sa.Text(), nullable=True),
        sa.Column("named_worker", sa.String(length=100), nullable=True),
        sa.Column("answer_recorded_by", sa.String(length=255), nullable=True),
        sa.Column("answer_recorded_at", shared.database.UtcDateTime(), nullable=True),
        sa.Column("recorded_for_them", sa.Boolean(), nullable=False),
        sa.Column("revoked_on", sa.Date(), nullable=True),
        sa.Column("revoked_by", sa.String(length=255), nullable=True),
        sa.Column("revocation_reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_hand_overs_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hand_overs")),
    )
    with op.batch_alter_table("hand_overs", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_hand_overs_case_id"), ["case_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_hand_overs_service_status_answer_due_on_id"),
            ["service", "status", "answer_due_on", "id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_hand_overs_status_answer_due_on_id"), ["status", "answer_due_on", "id"], unique=False
        )
        batch_op.create_index(
            "uq_hand_overs_open_child_id_service",
            ["child_id", "service"],
            unique=True,
            postgresql_where=sa.text("status = 'offered'"),
            sqlite_where=sa.text("status = 'offered'"),
        )

    op.create_table(
        "link_worker_supports",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("link_worker_id", sa.Uuid(), nullable=True),
        sa.Column("link_worker", sa.String(length=100), nullable=False),
        sa.Column("given_on", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("recorded_by", sa.String(length=255), nullable=False),
        sa.Column("recorded_at", shared.database.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_link_worker_supports_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_link_worker_supports")),
    )
    with op.batch_alter_table("link_worker_supports", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_link_worker_supports_case_id_given_on_id"), ["case_id", "given_on", "id"], unique=False
        )

    op.create_table(
        "common_assessments",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("family_team_id", sa.Uuid(), nullable=False),
        sa.Column("child_ids", shared.database.Json, nullable=False),
        sa.Column("started_on", sa.Date(), nullable=False),
        sa.Column("completed_on", sa.Date(), nullable=True),
        sa.Column("domains", shared.database.Json, nullable=False),
        sa.Column("wishes", shared.database.Json, nullable=True),
        sa.Column("recorded_by", sa.String(length=255), nullable=False),
        sa.Column("recorded_at", shared.database.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["family_team_id"], ["family_teams.id"], name=op.f("fk_common_assessments_family_team_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_common_assessments")),
    )
    with op.batch_alter_table("common_assessments", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_common_assessments_family_team_id"), ["family_team_id"], unique=False)

    op.create_table(
        "family_team_members",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("family_team_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("role", sa.String(length=100), nullable=False),
        sa.Column("organisation", sa.String(length=200), nullable=False),
        sa.Column("organisation_key", sa.String(length=400), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("phone", sa.String(length=30), nullable=True),
        sa.Column("worker_id", sa.Uuid(), nullable=True),
        sa.Column("subject", sa.String(length=255), nullable=True),
        sa.Column("joined_on", sa.Date(), nullable=False),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.Column("recorded_by", sa.String(length=255), nullable=False),
        sa.Column("recorded_at", shared.database.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["family_team_id"], ["family_teams.id"], name=op.f("fk_family_team_members_family_team_id")
        ),
        sa.ForeignKeyConstraint(["worker_id"], ["workers.id"], name=op.f("fk_family_team_members_worker_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_family_team_members")),
    )
    with op.batch_alter_table("family_team_members", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_family_team_members_family_team_id"), ["family_team_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_family_team_members_organisation_key"), ["organisation_key"], unique=False)
        batch_op.create_index(batch_op.f("ix_family_team_members_subject"), ["subject"], unique=False)
        batch_op.create_index(batch_op.f("ix_family_team_members_worker_id"), ["worker_id"], unique=False)

    op.create_table(
        "family_team_reviews",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("family_team_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("attended", shared.database.Json, nullable=False),
        sa.Column("family_attended", sa.Boolean(), nullable=False),
        sa.Column("wishes", shared.database.Json, nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("outcome", sa.String(length=10), nullable=False),
        sa.Column("reason_late", sa.Text(), nullable=True),
        sa.Column("recorded_by", sa.String(length=255), nullable=False),
        sa.Column("recorded_at", shared.database.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["family_team_id"], ["family_teams.id"], name=op.f("fk_family_team_reviews_family_team_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_family_team_reviews")),
    )
    with op.batch_alter_table("family_team_reviews", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_family_team_reviews_family_team_id"), ["family_team_id"], unique=False)

    op.create_table(
        "family_team_actions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("family_team_id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("agreed_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("cancelled_on", sa.Date(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("recorded_by", sa.String(length=255), nullable=False),
        sa.Column("recorded_at", shared.database.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["family_team_id"], ["family_teams.id"], name=op.f("fk_family_team_actions_family_team_id")
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["family_team_members.id"], name=op.f("fk_family_team_actions_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_family_team_actions")),
    )
    with op.batch_alter_table("family_team_actions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_family_team_actions_family_team_id"), ["family_team_id"], unique=False)

    op.create_table(
        "lead_professionals",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("family_team_id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("recorded_by", sa.String(length=255), nullable=False),
        sa.Column("recorded_at", shared.database.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["family_team_id"], ["family_teams.id"], name=op.f("fk_lead_professionals_family_team_id")
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["family_team_members.id"], name=op.f("fk_lead_professionals_member_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lead_professionals")),
    )
    with op.batch_alter_table("lead_professionals", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_lead_professionals_family_team_id"), ["family_team_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_lead_professionals_member_id"), ["member_id"], unique=False)
        batch_op.create_index(
            "uq_lead_professionals_present_family_team_id",
            ["family_team_id"],
            unique=True,
            postgresql_where=sa.text("until_on IS NULL"),
            sqlite_where=sa.text("until_on IS NULL"),
        )


def downgrade() -> None:
    with op.batch_alter_table("lead_professionals", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_lead_professionals_present_family_team_id",
            postgresql_where=sa.text("until_on IS NULL"),
            sqlite_where=sa.text("until_on IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_lead_professionals_member_id"))
        batch_op.drop_index(batch_op.f("ix_lead_professionals_family_team_id"))

    op.drop_table("lead_professionals")
    with op.batch_alter_table("family_team_actions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_family_team_actions_family_team_id"))

    op.drop_table("family_team_actions")
    with op.batch_alter_table("family_team_reviews", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_family_team_reviews_family_team_id"))

    op.drop_table("family_team_reviews")
    with op.batch_alter_table("family_team_members", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_family_team_members_worker_id"))
        batch_op.drop_index(batch_op.f("ix_family_team_members_subject"))
        batch_op.drop_index(batch_op.f("ix_family_team_members_organisation_key"))
        batch_op.drop_index(batch_op.f("ix_family_team_members_family_team_id"))

    op.drop_table("family_team_members")
    with op.batch_alter_table("common_assessments", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_common_assessments_family_team_id"))

    op.drop_table("common_assessments")
    with op.batch_alter_table("link_worker_supports", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_link_worker_supports_case_id_given_on_id"))

    op.drop_table("link_worker_supports")
    with op.batch_alter_table("hand_overs", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_hand_overs_open_child_id_service",
            postgresql_where=sa.text("status = 'offered'"),
            sqlite_where=sa.text("status = 'offered'"),
        )
        batch_op.drop_index(batch_op.f("ix_hand_overs_status_answer_due_on_id"))
        batch_op.drop_index(batch_op.f("ix_hand_overs_service_status_answer_due_on_id"))
        batch_op.drop_index(batch_op.f("ix_hand_overs_case_id"))

    op.drop_table("hand_overs")
    with op.batch_alter_table("family_teams", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_family_teams_open_case_id",
            postgresql_where=sa.text("ended_on IS NULL"),
            sqlite_where=sa.text("ended_on IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_family_teams_next_review_due_on"))
        batch_op.drop_index(batch_op.f("ix_family_teams_case_id"))

    op.drop_table("family_teams")
    with op.batch_alter_table("early_help_escalations", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_early_help_escalations_case_id_escalated_at_id"))

    op.drop_table("early_help_escalations")
