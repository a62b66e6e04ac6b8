"""The tables of the first release, as they came to be while the service was drafted: all in one step.

The revision is that of the last draft, so that a database of those days is there already (docs/adr/0020).
"""

import sqlalchemy as sa
from alembic import op

from shared.database import Json, UtcDateTime
from shared.migrations import create_shared_tables, drop_shared_tables

revision = "0006"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_shared_tables()
    _create_families()
    _create_referrals()
    _create_merges()
    _create_questions_to_others()
    _create_decisions()
    _create_what_casework_announces()


def _create_families() -> None:
    op.create_table(
        "families",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("recorded_at", UtcDateTime, nullable=False),
        sa.Column("address", Json, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_families"),
    )
    op.create_table(
        "children",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("version", sa.Integer, nullable=False, server_default="1"),
        sa.Column("family_id", sa.Uuid, nullable=False),
        sa.Column("given_name", sa.String(100), nullable=False),
        sa.Column("family_name", sa.String(100), nullable=False),
        sa.Column("date_of_birth", sa.Date, nullable=True),
        sa.Column("expected_date_of_birth", sa.Date, nullable=True),
        sa.Column("sex", sa.String(1), nullable=False),
        sa.Column("ethnicity", sa.String(4), nullable=True),
        sa.Column("nhs_number", sa.String(10), nullable=True),
        sa.Column("upn", sa.String(13), nullable=True),
        sa.Column("upn_unknown_reason", sa.String(3), nullable=True),
        sa.Column("disabilities", Json, nullable=False),
        sa.Column("additional_needs", sa.Boolean, nullable=False),
        sa.Column("address", Json, nullable=True),
        sa.Column("merged_into_id", sa.Uuid, nullable=True),
        sa.Column("keys_version", sa.Integer, nullable=False, server_default="0"),
        sa.ForeignKeyConstraint(["family_id"], ["families.id"], name="fk_children_family_id"),
        sa.PrimaryKeyConstraint("id", name="pk_children"),
    )
    op.create_index("ix_children_family_id", "children", ["family_id"])
    op.create_index("ix_children_keys_version", "children", ["keys_version"])
    op.create_index("ix_children_merged_into_id", "children", ["merged_into_id"])
    op.create_index("ix_children_nhs_number", "children", ["nhs_number"])
    op.create_index("ix_children_upn", "children", ["upn"])
    op.create_table(
        "child_keys",
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("child_id", sa.Uuid, nullable=False),
        sa.ForeignKeyConstraint(["child_id"], ["children.id"], name="fk_child_keys_child_id"),
        sa.PrimaryKeyConstraint("key", "child_id", name="pk_child_keys"),
    )
    op.create_index("ix_child_keys_child_id", "child_keys", ["child_id"])
    op.create_table(
        "adults",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("family_id", sa.Uuid, nullable=False),
        sa.Column("given_name", sa.String(100), nullable=False),
        sa.Column("family_name", sa.String(100), nullable=False),
        sa.Column("date_of_birth", sa.Date, nullable=True),
        sa.Column("relationship", sa.String(60), nullable=True),
        sa.ForeignKeyConstraint(["family_id"], ["families.id"], name="fk_adults_family_id"),
        sa.PrimaryKeyConstraint("id", name="pk_adults"),
    )
    op.create_index("ix_adults_family_id", "adults", ["family_id"])
    op.create_table(
        "family_restrictions",
        sa.Column("family_id", sa.Uuid, nullable=False),
        sa.Column("subject", sa.String(255), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("set_by", sa.String(255), nullable=False),
        sa.Column("set_at", UtcDateTime, nullable=False),
        sa.ForeignKeyConstraint(["family_id"], ["families.id"], name="fk_family_restrictions_family_id"),
        sa.PrimaryKeyConstraint("family_id", "subject", name="pk_family_restrictions"),
    )


def _create_referrals() -> None:
    op.create_table(
        "referral_drafts",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("subject", sa.String(255), nullable=False),
        sa.Column("content", Json, nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("changed_at", UtcDateTime, nullable=False),
        sa.Column("submitted_at", UtcDateTime, nullable=True),
        sa.Column("receipt", Json, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_referral_drafts"),
    )
    op.create_index("ix_referral_drafts_changed_at", "referral_drafts", ["changed_at"])
    op.create_index("ix_referral_drafts_subject_changed_at_id", "referral_drafts", ["subject", "changed_at", "id"])
    op.create_table(
        "referrals",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("reference", sa.String(12), nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("family_id", sa.Uuid, nullable=False),
        sa.Column("submitted_by", sa.String(255), nullable=False),
        sa.Column("organisation", sa.String(200), nullable=True),
        sa.Column("referrer", Json, nullable=False),
        sa.Column("source", sa.String(2), nullable=False),
        sa.Column("address", Json, nullable=True),
        sa.Column("postcode_status", sa.String(10), nullable=False),
        sa.Column("area", sa.String(10), nullable=True),
        sa.Column("district", sa.String(9), nullable=True),
        sa.Column("concerns", Json, nullable=False),
        sa.Column("needs", Json, nullable=False),
        sa.Column("narrative", sa.Text, nullable=False),
        sa.Column("immediate_danger", sa.Boolean, nullable=False),
        sa.Column("consent", Json, nullable=True),
        sa.Column("received_at", UtcDateTime, nullable=False),
        sa.Column("recorded_at", UtcDateTime, nullable=False),
        sa.Column("rating_due_at", UtcDateTime, nullable=False),
        sa.Column("decision_due_at", UtcDateTime, nullable=False),
        sa.Column("queue_rank", sa.Integer, nullable=False),
        sa.Column("next_due_at", UtcDateTime, nullable=False),
        sa.Column("overdue_announced_at", UtcDateTime, nullable=True),
        sa.Column("acknowledged_at", UtcDateTime, nullable=True),
        sa.Column("acknowledged_by", sa.String(255), nullable=True),
        sa.Column("rating", sa.String(5), nullable=True),
        sa.Column("rating_reason", sa.Text, nullable=True),
        sa.Column("rated_at", UtcDateTime, nullable=True),
        sa.Column("rated_by", sa.String(255), nullable=True),
        sa.Column("first_rated_at", UtcDateTime, nullable=True),
        sa.Column("outcome", sa.String(30), nullable=True),
        sa.Column("level", sa.Integer, nullable=True),
        sa.Column("decision_reason", sa.Text, nullable=True),
        sa.Column("primary_need", sa.String(2), nullable=True),
        sa.Column("decided_at", UtcDateTime, nullable=True),
        sa.Column("decided_by", sa.String(255), nullable=True),
        sa.Column("link_worker", Json, nullable=True),
        sa.ForeignKeyConstraint(["family_id"], ["families.id"], name="fk_referrals_family_id"),
        sa.PrimaryKeyConstraint("id", name="pk_referrals"),
        sa.UniqueConstraint("reference", name="uq_referrals_reference"),
    )
    op.create_index("ix_referrals_family_id", "referrals", ["family_id"])
    op.create_index("ix_referrals_organisation_id", "referrals", ["organisation", "id"])
    op.create_index("ix_referrals_received_at", "referrals", ["received_at"])
    op.create_index(
        "ix_referrals_status_queue_rank_next_due_at_id", "referrals", ["status", "queue_rank", "next_due_at", "id"]
    )
    op.create_index("ix_referrals_submitted_by_id", "referrals", ["submitted_by", "id"])
    op.create_table(
        "referral_children",
        sa.Column("referral_id", sa.Uuid, nullable=False),
        sa.Column("child_id", sa.Uuid, nullable=False),
        sa.ForeignKeyConstraint(["child_id"], ["children.id"], name="fk_referral_children_child_id"),
        sa.ForeignKeyConstraint(["referral_id"], ["referrals.id"], name="fk_referral_children_referral_id"),
        sa.PrimaryKeyConstraint("referral_id", "child_id", name="pk_referral_children"),
    )
    op.create_index("ix_referral_children_child_id", "referral_children", ["child_id"])
    op.create_table(
        "referral_changes",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("referral_id", sa.Uuid, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("step", sa.String(20), nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("by", sa.String(255), nullable=False),
        sa.Column("reason", sa.Text, nullable=True),
        sa.Column("values", Json, nullable=False),
        sa.ForeignKeyConstraint(["referral_id"], ["referrals.id"], name="fk_referral_changes_referral_id"),
        sa.PrimaryKeyConstraint("id", name="pk_referral_changes"),
        sa.UniqueConstraint("referral_id", "number", name="uq_referral_changes_referral_id_number"),
    )


def _create_merges() -> None:
    """Which children are one child, and who answered that."""
    op.create_table(
        "merges",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("surviving_child_id", sa.Uuid, nullable=False),
        sa.Column("merged_child_id", sa.Uuid, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("merged_by", sa.String(255), nullable=False),
        sa.Column("merged_at", UtcDateTime, nullable=False),
        sa.Column("reversal_reason", sa.Text, nullable=True),
        sa.Column("reversed_by", sa.String(255), nullable=True),
        sa.Column("reversed_at", UtcDateTime, nullable=True),
        sa.ForeignKeyConstraint(["merged_child_id"], ["children.id"], name="fk_merges_merged_child_id"),
        sa.ForeignKeyConstraint(["surviving_child_id"], ["children.id"], name="fk_merges_surviving_child_id"),
        sa.PrimaryKeyConstraint("id", name="pk_merges"),
    )
    op.create_index("ix_merges_surviving_child_id", "merges", ["surviving_child_id"])
    op.create_index(
        "uq_merges_in_force_merged_child_id",
        "merges",
        ["merged_child_id"],
        unique=True,
        postgresql_where=sa.text("reversed_at IS NULL"),
        sqlite_where=sa.text("reversed_at IS NULL"),
    )
    op.create_table(
        "match_answers",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("referral_id", sa.Uuid, nullable=False),
        sa.Column("child_id", sa.Uuid, nullable=False),
        sa.Column("matched_child_id", sa.Uuid, nullable=True),
        sa.Column("merge_id", sa.Uuid, nullable=True),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("answered_by", sa.String(255), nullable=False),
        sa.Column("answered_at", UtcDateTime, nullable=False),
        sa.ForeignKeyConstraint(["child_id"], ["children.id"], name="fk_match_answers_child_id"),
        sa.ForeignKeyConstraint(["matched_child_id"], ["children.id"], name="fk_match_answers_matched_child_id"),
        sa.ForeignKeyConstraint(["merge_id"], ["merges.id"], name="fk_match_answers_merge_id"),
        sa.ForeignKeyConstraint(["referral_id"], ["referrals.id"], name="fk_match_answers_referral_id"),
        sa.PrimaryKeyConstraint("id", name="pk_match_answers"),
    )
    op.create_index("ix_match_answers_referral_id_child_id", "match_answers", ["referral_id", "child_id"])


def _create_questions_to_others() -> None:
    """What partners are asked, what referrers ask, and who is a school's link worker."""
    op.create_table(
        "information_requests",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("referral_id", sa.Uuid, nullable=False),
        sa.Column("partner", sa.String(200), nullable=False),
        sa.Column("partner_key", sa.String(400), nullable=False),
        sa.Column("lawful_basis", sa.String(30), nullable=False),
        sa.Column("override_reason", sa.Text, nullable=True),
        sa.Column("questions", Json, nullable=False),
        sa.Column("asked_at", UtcDateTime, nullable=False),
        sa.Column("asked_by", sa.String(255), nullable=False),
        sa.Column("due_at", UtcDateTime, nullable=False),
        sa.Column("risk", sa.String(6), nullable=True),
        sa.Column("summary", sa.Text, nullable=True),
        sa.Column("answered_at", UtcDateTime, nullable=True),
        sa.Column("answered_by", sa.String(255), nullable=True),
        sa.Column("recorded_by_mash", sa.Boolean, nullable=False),
        sa.Column("chase_due_at", UtcDateTime, nullable=True),
        sa.Column("chased_count", sa.Integer, nullable=False),
        sa.Column("last_chased_at", UtcDateTime, nullable=True),
        sa.ForeignKeyConstraint(["referral_id"], ["referrals.id"], name="fk_information_requests_referral_id"),
        sa.PrimaryKeyConstraint("id", name="pk_information_requests"),
    )
    op.create_index("ix_information_requests_chase_due_at", "information_requests", ["chase_due_at"])
    op.create_index("ix_information_requests_due_at_id", "information_requests", ["due_at", "id"])
    op.create_index(
        "ix_information_requests_partner_key_due_at_id", "information_requests", ["partner_key", "due_at", "id"]
    )
    op.create_index("ix_information_requests_referral_id", "information_requests", ["referral_id"])
    op.create_table(
        "consultations",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("organisation", sa.String(200), nullable=False),
        sa.Column("role", sa.String(100), nullable=False),
        sa.Column("concerns", Json, nullable=False),
        sa.Column("question", sa.Text, nullable=False),
        sa.Column("asked_at", UtcDateTime, nullable=False),
        sa.Column("asked_by", sa.String(255), nullable=False),
        sa.Column("advice", sa.Text, nullable=True),
        sa.Column("refer", sa.Boolean, nullable=True),
        sa.Column("advised_at", UtcDateTime, nullable=True),
        sa.Column("advised_by", sa.String(255), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_consultations"),
    )
    op.create_index("ix_consultations_asked_at_id", "consultations", ["asked_at", "id"])
    op.create_index("ix_consultations_asked_by_asked_at_id", "consultations", ["asked_by", "asked_at", "id"])
    op.create_table(
        "link_workers",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("area", sa.String(10), nullable=False),
        sa.Column("email", sa.String(254), nullable=True),
        sa.Column("phone", sa.String(30), nullable=True),
        sa.Column("subject", sa.String(255), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_link_workers"),
    )
    op.create_index("ix_link_workers_name_id", "link_workers", ["name", "id"])
    op.create_table(
        "linked_organisations",
        sa.Column("organisation_key", sa.String(400), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("link_worker_id", sa.Uuid, nullable=False),
        sa.ForeignKeyConstraint(["link_worker_id"], ["link_workers.id"], name="fk_linked_organisations_link_worker_id"),
        sa.PrimaryKeyConstraint("organisation_key", name="pk_linked_organisations"),
    )
    op.create_index("ix_linked_organisations_link_worker_id", "linked_organisations", ["link_worker_id"])


def _create_decisions() -> None:
    op.create_table(
        "decisions",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("referral_id", sa.Uuid, nullable=False),
        sa.Column("recorded_at", UtcDateTime, nullable=False),
        sa.Column("outcome", sa.String(30), nullable=False),
        sa.Column("level", sa.Integer, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("primary_need", sa.String(2), nullable=True),
        sa.Column("decided_at", UtcDateTime, nullable=False),
        sa.Column("decided_by", sa.String(255), nullable=False),
        sa.Column("rules_version", sa.String(20), nullable=False),
        sa.Column("facts", Json, nullable=False),
        sa.Column("suggested_level", sa.Integer, nullable=False),
        sa.Column("suggested_outcome", sa.String(30), nullable=False),
        sa.Column("met", Json, nullable=False),
        sa.Column("not_met", Json, nullable=False),
        sa.Column("departs", sa.Boolean, nullable=False),
        sa.Column("offers", Json, nullable=False),
        sa.Column("offers_available", sa.Boolean, nullable=True),
        sa.Column("link_worker", Json, nullable=True),
        sa.Column("signature_because", sa.String(40), nullable=True),
        sa.ForeignKeyConstraint(["referral_id"], ["referrals.id"], name="fk_decisions_referral_id"),
        sa.PrimaryKeyConstraint("id", name="pk_decisions"),
    )
    op.create_index("ix_decisions_referral_id_recorded_at_id", "decisions", ["referral_id", "recorded_at", "id"])
    op.create_table(
        "decision_signatures",
        sa.Column("decision_id", sa.Uuid, nullable=False),
        sa.Column("agreed", sa.Boolean, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("signed_at", UtcDateTime, nullable=False),
        sa.Column("signed_by", sa.String(255), nullable=False),
        sa.Column("recorded_at", UtcDateTime, nullable=False),
        sa.ForeignKeyConstraint(["decision_id"], ["decisions.id"], name="fk_decision_signatures_decision_id"),
        sa.PrimaryKeyConstraint("decision_id", name="pk_decision_signatures"),
    )


def _create_what_casework_announces() -> None:
    """What is kept of casework's events."""
    op.create_table(
        "key_workers",
        sa.Column("case_id", sa.Uuid, nullable=False),
        sa.Column("family_id", sa.Uuid, nullable=False),
        sa.Column("worker_id", sa.Uuid, nullable=False),
        sa.Column("since", sa.Date, nullable=False),
        sa.Column("sequence", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("case_id", name="pk_key_workers"),
    )
    op.create_index("ix_key_workers_family_id", "key_workers", ["family_id"])
    op.create_table(
        "escalated_referrals",
        sa.Column("escalation_id", sa.Uuid, nullable=False),
        sa.Column("referral_id", sa.Uuid, nullable=False),
        sa.Column("case_id", sa.Uuid, nullable=False),
        sa.ForeignKeyConstraint(["referral_id"], ["referrals.id"], name="fk_escalated_referrals_referral_id"),
        sa.PrimaryKeyConstraint("escalation_id", name="pk_escalated_referrals"),
        sa.UniqueConstraint("referral_id", name="uq_escalated_referrals_referral_id"),
    )


def downgrade() -> None:
    for table in (
        "escalated_referrals",
        "key_workers",
        "decision_signatures",
        "decisions",
        "linked_organisations",
        "link_workers",
        "consultations",
        "information_requests",
        "match_answers",
        "merges",
        "referral_changes",
        "referral_children",
        "referrals",
        "referral_drafts",
        "family_restrictions",
        "adults",
        "child_keys",
        "children",
        "families",
    ):
        op.drop_table(table)
    drop_shared_tables()
