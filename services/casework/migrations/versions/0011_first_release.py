"""The tables of the first release, as they came to be while the service was drafted: all in one step.

The revision is that of the last draft, so that a database of those days is there already (docs/adr/0020).
"""

import sqlalchemy as sa
from alembic import op

from shared.database import Hundredths, Json, UtcDateTime
from shared.migrations import create_shared_tables, drop_shared_tables

revision = "0011"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_shared_tables()
    _create_workers_and_ceilings()
    _create_cases()
    _create_allocations_and_counts()
    _create_restrictions()
    _create_record()
    _create_early_help()
    _create_outcomes()
    _create_imports()


def _create_workers_and_ceilings() -> None:
    op.create_table(
        "workers",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("role", sa.String(30), nullable=False),
        sa.Column("area", sa.String(10), nullable=False),
        sa.Column("team", sa.String(60), nullable=True),
        sa.Column("fte", Hundredths, nullable=False),
        sa.Column("registration_number", sa.String(20), nullable=True),
        sa.Column("subject", sa.String(255), nullable=True),
        sa.Column("recorded_at", UtcDateTime, nullable=False),
        sa.Column("joined_on", sa.Date, nullable=False),
        sa.Column("leaves_on", sa.Date, nullable=True),
        sa.Column("in_post", sa.Boolean, nullable=False),
        sa.Column("next_change_on", sa.Date, nullable=True),
        sa.Column("children", sa.Integer, nullable=False),
        sa.Column("families", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_workers"),
        sa.UniqueConstraint("subject", name="uq_workers_subject"),
    )
    op.create_index("ix_workers_area_name_id", "workers", ["area", "name", "id"])
    op.create_index("ix_workers_name_id", "workers", ["name", "id"])
    op.create_index("ix_workers_next_change_on", "workers", ["next_change_on"])
    op.create_table(
        "posts",
        sa.Column("worker_id", sa.Uuid, nullable=False),
        sa.Column("from_on", sa.Date, nullable=False),
        sa.Column("until_on", sa.Date, nullable=True),
        sa.Column("role", sa.String(30), nullable=False),
        sa.Column("area", sa.String(10), nullable=False),
        sa.Column("team", sa.String(60), nullable=True),
        sa.Column("fte", Hundredths, nullable=False),
        sa.ForeignKeyConstraint(["worker_id"], ["workers.id"], name="fk_posts_worker_id"),
        sa.PrimaryKeyConstraint("worker_id", "from_on", name="pk_posts"),
    )
    op.create_index("ix_posts_area_from_on", "posts", ["area", "from_on"])
    op.create_table(
        "absences",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("worker_id", sa.Uuid, nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("from_on", sa.Date, nullable=False),
        sa.Column("last_on", sa.Date, nullable=True),
        sa.Column("recorded_by", sa.String(255), nullable=False),
        sa.Column("recorded_at", UtcDateTime, nullable=False),
        sa.ForeignKeyConstraint(["worker_id"], ["workers.id"], name="fk_absences_worker_id"),
        sa.PrimaryKeyConstraint("id", name="pk_absences"),
    )
    op.create_index("ix_absences_worker_id_from_on_id", "absences", ["worker_id", "from_on", "id"])
    op.create_table(
        "ceilings",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("children", sa.Integer, nullable=False),
        sa.Column("decision_id", sa.Uuid, nullable=True),
        sa.Column("proposal_id", sa.Uuid, nullable=True),
        sa.Column("decided_at", UtcDateTime, nullable=False),
        sa.Column("effective_on", sa.Date, nullable=False),
        sa.Column("in_force_since", UtcDateTime, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_ceilings"),
        sa.UniqueConstraint("decision_id", name="uq_ceilings_decision_id"),
    )


def _create_cases() -> None:
    op.create_table(
        "cases",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("referral_id", sa.Uuid, nullable=False),
        sa.Column("family_id", sa.Uuid, nullable=False),
        sa.Column("old_reference", sa.String(60), nullable=True),
        sa.Column("opened_on", sa.Date, nullable=False),
        sa.Column("opened_at", UtcDateTime, nullable=False),
        sa.Column("area", sa.String(10), nullable=True),
        sa.Column("team", sa.String(60), nullable=True),
        sa.Column("pathway", sa.String(20), nullable=False),
        sa.Column("status", sa.String(10), nullable=False),
        sa.Column("closed_on", sa.Date, nullable=True),
        sa.Column("key_worker_id", sa.Uuid, nullable=True),
        sa.Column("child_count", sa.Integer, nullable=False),
        sa.Column("unallocated_since", sa.Date, nullable=True),
        sa.Column("last_contact_on", sa.Date, nullable=True),
        sa.ForeignKeyConstraint(["key_worker_id"], ["workers.id"], name="fk_cases_key_worker_id"),
        sa.PrimaryKeyConstraint("id", name="pk_cases"),
        sa.UniqueConstraint("old_reference", name="uq_cases_old_reference"),
        sa.UniqueConstraint("referral_id", name="uq_cases_referral_id"),
    )
    op.create_index("ix_cases_area_status_opened_on_id", "cases", ["area", "status", "opened_on", "id"])
    op.create_index("ix_cases_family_id", "cases", ["family_id"])
    op.create_index("ix_cases_key_worker_id_status", "cases", ["key_worker_id", "status"])
    op.create_index("ix_cases_status_opened_on_id", "cases", ["status", "opened_on", "id"])
    op.create_index("ix_cases_unallocated_since", "cases", ["unallocated_since"])
    op.create_index(
        "uq_cases_open_family_id",
        "cases",
        ["family_id"],
        unique=True,
        postgresql_where=sa.text("status = 'open'"),
        sqlite_where=sa.text("status = 'open'"),
    )
    op.create_table(
        "case_children",
        sa.Column("case_id", sa.Uuid, nullable=False),
        sa.Column("child_id", sa.Uuid, nullable=False),
        sa.Column("given_name", sa.String(100), nullable=False),
        sa.Column("family_name", sa.String(100), nullable=False),
        sa.Column("date_of_birth", sa.Date, nullable=True),
        sa.Column("expected_date_of_birth", sa.Date, nullable=True),
        sa.Column("additional_needs", sa.Boolean, nullable=False),
        sa.Column("joined_on", sa.Date, nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_case_children_case_id"),
        sa.PrimaryKeyConstraint("case_id", "child_id", name="pk_case_children"),
    )
    op.create_index("ix_case_children_child_id", "case_children", ["child_id"])
    op.create_index("ix_case_children_date_of_birth", "case_children", ["date_of_birth"])
    op.create_table(
        "case_referrals",
        sa.Column("referral_id", sa.Uuid, nullable=False),
        sa.Column("case_id", sa.Uuid, nullable=False),
        sa.Column("family_id", sa.Uuid, nullable=False),
        sa.Column("outcome", sa.String(30), nullable=False),
        sa.Column("decided_at", UtcDateTime, nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_case_referrals_case_id"),
        sa.PrimaryKeyConstraint("referral_id", name="pk_case_referrals"),
    )
    op.create_index("ix_case_referrals_case_id", "case_referrals", ["case_id"])
    op.create_index("ix_case_referrals_family_id", "case_referrals", ["family_id"])
    op.create_table(
        "pathway_steps",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("case_id", sa.Uuid, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("pathway", sa.String(20), nullable=False),
        sa.Column("from_on", sa.Date, nullable=False),
        sa.Column("reason", sa.Text, nullable=True),
        sa.Column("closure", sa.String(3), nullable=True),
        sa.Column("recorded_by", sa.String(255), nullable=False),
        sa.Column("recorded_at", UtcDateTime, nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_pathway_steps_case_id"),
        sa.PrimaryKeyConstraint("id", name="pk_pathway_steps"),
    )
    op.create_index("ix_pathway_steps_case_id", "pathway_steps", ["case_id"])
    op.create_table(
        "case_moves",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("case_id", sa.Uuid, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("area", sa.String(10), nullable=True),
        sa.Column("from_on", sa.Date, nullable=False),
        sa.Column("recorded_by", sa.String(255), nullable=False),
        sa.Column("recorded_at", UtcDateTime, nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_case_moves_case_id"),
        sa.PrimaryKeyConstraint("id", name="pk_case_moves"),
    )
    op.create_index("ix_case_moves_case_id", "case_moves", ["case_id"])
    op.create_table(
        "merged_children",
        sa.Column("child_id", sa.Uuid, nullable=False),
        sa.Column("surviving_child_id", sa.Uuid, nullable=True),
        sa.Column("sequence", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("child_id", name="pk_merged_children"),
    )
    op.create_index("ix_merged_children_surviving_child_id", "merged_children", ["surviving_child_id"])


def _create_allocations_and_counts() -> None:
    """Who holds a family, and the counts that follow from it."""
    op.create_table(
        "allocations",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("case_id", sa.Uuid, nullable=False),
        sa.Column("worker_id", sa.Uuid, nullable=False),
        sa.Column("starts_on", sa.Date, nullable=False),
        sa.Column("ended_on", sa.Date, nullable=True),
        sa.Column("end_reason", sa.String(30), nullable=True),
        sa.Column("children", sa.Integer, nullable=False),
        sa.Column("ceiling", Hundredths, nullable=False),
        sa.Column("override_reason", sa.Text, nullable=True),
        sa.Column("allocated_by", sa.String(255), nullable=False),
        sa.Column("allocated_at", UtcDateTime, nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_allocations_case_id"),
        sa.ForeignKeyConstraint(["worker_id"], ["workers.id"], name="fk_allocations_worker_id"),
        sa.PrimaryKeyConstraint("id", name="pk_allocations"),
    )
    op.create_index("ix_allocations_case_id", "allocations", ["case_id"])
    op.create_index("ix_allocations_starts_on", "allocations", ["starts_on"])
    op.create_index("ix_allocations_worker_id", "allocations", ["worker_id"])
    op.create_index(
        "uq_allocations_open_case_id",
        "allocations",
        ["case_id"],
        unique=True,
        postgresql_where=sa.text("ended_on IS NULL"),
        sqlite_where=sa.text("ended_on IS NULL"),
    )
    op.create_table(
        "transfers",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("case_id", sa.Uuid, nullable=False),
        sa.Column("from_worker_id", sa.Uuid, nullable=False),
        sa.Column("to_worker_id", sa.Uuid, nullable=False),
        sa.Column("area", sa.String(10), nullable=True),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("status", sa.String(10), nullable=False),
        sa.Column("offered_by", sa.String(255), nullable=False),
        sa.Column("offered_at", UtcDateTime, nullable=False),
        sa.Column("answered_by", sa.String(255), nullable=True),
        sa.Column("answered_at", UtcDateTime, nullable=True),
        sa.Column("answer_reason", sa.Text, nullable=True),
        sa.Column("transferred_on", sa.Date, nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_transfers_case_id"),
        sa.ForeignKeyConstraint(["from_worker_id"], ["workers.id"], name="fk_transfers_from_worker_id"),
        sa.ForeignKeyConstraint(["to_worker_id"], ["workers.id"], name="fk_transfers_to_worker_id"),
        sa.PrimaryKeyConstraint("id", name="pk_transfers"),
    )
    op.create_index("ix_transfers_case_id_offered_at_id", "transfers", ["case_id", "offered_at", "id"])
    op.create_index("ix_transfers_from_worker_id_offered_at_id", "transfers", ["from_worker_id", "offered_at", "id"])
    op.create_index("ix_transfers_status_offered_at_id", "transfers", ["status", "offered_at", "id"])
    op.create_index("ix_transfers_to_worker_id_offered_at_id", "transfers", ["to_worker_id", "offered_at", "id"])
    op.create_index(
        "uq_transfers_open_case_id",
        "transfers",
        ["case_id"],
        unique=True,
        postgresql_where=sa.text("status = 'offered'"),
        sqlite_where=sa.text("status = 'offered'"),
    )
    op.create_table(
        "holdings",
        sa.Column("case_id", sa.Uuid, nullable=False),
        sa.Column("from_on", sa.Date, nullable=False),
        sa.Column("until_on", sa.Date, nullable=True),
        sa.Column("area", sa.String(10), nullable=True),
        sa.Column("pathway", sa.String(20), nullable=False),
        sa.Column("key_worker_id", sa.Uuid, nullable=True),
        sa.Column("children", sa.Integer, nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_holdings_case_id"),
        sa.ForeignKeyConstraint(["key_worker_id"], ["workers.id"], name="fk_holdings_key_worker_id"),
        sa.PrimaryKeyConstraint("case_id", "from_on", name="pk_holdings"),
    )
    op.create_index("ix_holdings_from_on_until_on", "holdings", ["from_on", "until_on"])
    op.create_index("ix_holdings_key_worker_id_from_on", "holdings", ["key_worker_id", "from_on"])
    op.create_table(
        "workers_holding",
        sa.Column("area", sa.String(10), nullable=False),
        sa.Column("children", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("workers", sa.Integer, nullable=False),
        sa.Column("families", sa.Integer, nullable=False),
        sa.Column("fte", Hundredths, nullable=False),
        sa.PrimaryKeyConstraint("area", "children", name="pk_workers_holding"),
    )
    op.create_table(
        "unallocated_counts",
        sa.Column("area", sa.String(10), nullable=False),
        sa.Column("families", sa.Integer, nullable=False),
        sa.Column("children", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("area", name="pk_unallocated_counts"),
    )


def _create_restrictions() -> None:
    op.create_table(
        "family_restrictions",
        sa.Column("family_id", sa.Uuid, nullable=False),
        sa.Column("source", sa.String(10), nullable=False),
        sa.Column("subject", sa.String(255), nullable=False),
        sa.PrimaryKeyConstraint("family_id", "source", "subject", name="pk_family_restrictions"),
    )
    op.create_table(
        "restrictions_told",
        sa.Column("family_id", sa.Uuid, nullable=False),
        sa.Column("sequence", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("family_id", name="pk_restrictions_told"),
    )


def _create_record() -> None:
    op.create_table(
        "contacts",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("case_id", sa.Uuid, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("worker_id", sa.Uuid, nullable=True),
        sa.Column("recorded_by", sa.String(255), nullable=False),
        sa.Column("recorded_at", UtcDateTime, nullable=False),
        sa.Column("counts", sa.Boolean, nullable=False),
        sa.Column("happened_at", UtcDateTime, nullable=False),
        sa.Column("time_known", sa.Boolean, nullable=False),
        sa.Column("happened_on", sa.Date, nullable=False),
        sa.Column("purpose", sa.String(40), nullable=True),
        sa.Column("place", sa.String(20), nullable=True),
        sa.Column("with_family", sa.Boolean, nullable=False),
        sa.Column("no_reply", sa.Boolean, nullable=False),
        sa.Column("text", sa.Text, nullable=True),
        sa.Column("entered_in_error", sa.Boolean, nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_contacts_case_id"),
        sa.ForeignKeyConstraint(["worker_id"], ["workers.id"], name="fk_contacts_worker_id"),
        sa.PrimaryKeyConstraint("id", name="pk_contacts"),
    )
    op.create_index("ix_contacts_case_id_counts_happened_on", "contacts", ["case_id", "counts", "happened_on"])
    op.create_index("ix_contacts_case_id_happened_at_id", "contacts", ["case_id", "happened_at", "id"])
    op.create_table(
        "contact_children",
        sa.Column("contact_id", sa.Uuid, nullable=False),
        sa.Column("child_id", sa.Uuid, nullable=False),
        sa.Column("seen", sa.Boolean, nullable=True),
        sa.Column("seen_alone", sa.Boolean, nullable=True),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name="fk_contact_children_contact_id"),
        sa.PrimaryKeyConstraint("contact_id", "child_id", name="pk_contact_children"),
    )
    op.create_table(
        "contact_versions",
        sa.Column("contact_id", sa.Uuid, nullable=False),
        sa.Column("number", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("children", Json, nullable=False),
        sa.Column("reason", sa.Text, nullable=True),
        sa.Column("recorded_by", sa.String(255), nullable=False),
        sa.Column("recorded_at", UtcDateTime, nullable=False),
        sa.Column("happened_at", UtcDateTime, nullable=False),
        sa.Column("time_known", sa.Boolean, nullable=False),
        sa.Column("happened_on", sa.Date, nullable=False),
        sa.Column("purpose", sa.String(40), nullable=True),
        sa.Column("place", sa.String(20), nullable=True),
        sa.Column("with_family", sa.Boolean, nullable=False),
        sa.Column("no_reply", sa.Boolean, nullable=False),
        sa.Column("text", sa.Text, nullable=True),
        sa.Column("entered_in_error", sa.Boolean, nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name="fk_contact_versions_contact_id"),
        sa.PrimaryKeyConstraint("contact_id", "number", name="pk_contact_versions"),
    )
    op.create_table(
        "case_actions",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("case_id", sa.Uuid, nullable=False),
        sa.Column("child_id", sa.Uuid, nullable=True),
        sa.Column("contact_id", sa.Uuid, nullable=True),
        sa.Column("what", sa.Text, nullable=False),
        sa.Column("owner_worker_id", sa.Uuid, nullable=True),
        sa.Column("owner", sa.String(200), nullable=True),
        sa.Column("agreed_by", sa.String(255), nullable=False),
        sa.Column("recorded_at", UtcDateTime, nullable=False),
        sa.Column("done_by", sa.String(255), nullable=True),
        sa.Column("note", sa.Text, nullable=True),
        sa.Column("cancelled_by", sa.String(255), nullable=True),
        sa.Column("cancelled_because", sa.Text, nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_case_actions_case_id"),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name="fk_case_actions_contact_id"),
        sa.ForeignKeyConstraint(["owner_worker_id"], ["workers.id"], name="fk_case_actions_owner_worker_id"),
        sa.PrimaryKeyConstraint("id", name="pk_case_actions"),
    )
    op.create_index("ix_case_actions_case_id", "case_actions", ["case_id"])
    op.create_index("ix_case_actions_owner_worker_id", "case_actions", ["owner_worker_id"])
    op.create_table(
        "flags",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("case_id", sa.Uuid, nullable=False),
        sa.Column("child_id", sa.Uuid, nullable=True),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("words", sa.Text, nullable=False),
        sa.Column("set_on", sa.Date, nullable=False),
        sa.Column("set_by", sa.String(255), nullable=False),
        sa.Column("recorded_at", UtcDateTime, nullable=False),
        sa.Column("review_on", sa.Date, nullable=False),
        sa.Column("ended_on", sa.Date, nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_flags_case_id"),
        sa.PrimaryKeyConstraint("id", name="pk_flags"),
    )
    op.create_index("ix_flags_case_id_review_on_id", "flags", ["case_id", "review_on", "id"])
    op.create_table(
        "flag_reviews",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("flag_id", sa.Uuid, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("due_on", sa.Date, nullable=False),
        sa.Column("reviewed_on", sa.Date, nullable=True),
        sa.Column("keep", sa.Boolean, nullable=True),
        sa.Column("reason", sa.Text, nullable=True),
        sa.Column("reviewed_by", sa.String(255), nullable=True),
        sa.ForeignKeyConstraint(["flag_id"], ["flags.id"], name="fk_flag_reviews_flag_id"),
        sa.PrimaryKeyConstraint("id", name="pk_flag_reviews"),
    )
    op.create_index("uq_flag_reviews_flag_id_number", "flag_reviews", ["flag_id", "number"], unique=True)
    op.create_table(
        "timescales",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("case_id", sa.Uuid, nullable=False),
        sa.Column("child_id", sa.Uuid, nullable=True),
        sa.Column("step", sa.String(40), nullable=False),
        sa.Column("about_id", sa.Uuid, nullable=False),
        sa.Column("started_on", sa.Date, nullable=False),
        sa.Column("due_on", sa.Date, nullable=False),
        sa.Column("met_on", sa.Date, nullable=True),
        sa.Column("ended_on", sa.Date, nullable=True),
        sa.Column("reason_late", sa.Text, nullable=True),
        sa.Column("announced", sa.Boolean, nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_timescales_case_id"),
        sa.PrimaryKeyConstraint("id", name="pk_timescales"),
    )
    op.create_index("ix_timescales_case_id_met_on_due_on", "timescales", ["case_id", "met_on", "due_on"])
    op.create_index("ix_timescales_due_on_id", "timescales", ["due_on", "id"])
    op.create_index(
        "ix_timescales_met_late",
        "timescales",
        ["due_on", "id"],
        postgresql_where=sa.text("met_on > due_on"),
        sqlite_where=sa.text("met_on > due_on"),
    )
    op.create_index(
        "ix_timescales_not_done",
        "timescales",
        ["due_on", "id"],
        postgresql_where=sa.text("met_on IS NULL AND ended_on IS NULL"),
        sqlite_where=sa.text("met_on IS NULL AND ended_on IS NULL"),
    )
    op.create_index(
        "ix_timescales_not_told",
        "timescales",
        ["due_on", "id"],
        postgresql_where=sa.text("met_on IS NULL AND ended_on IS NULL AND NOT announced"),
        sqlite_where=sa.text("met_on IS NULL AND ended_on IS NULL AND NOT announced"),
    )
    op.create_index("uq_timescales_about_id_step", "timescales", ["about_id", "step"], unique=True)
    op.create_table(
        "chronology_entries",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("recorded_at", UtcDateTime, nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("source", sa.String(20), nullable=False),
        sa.Column("about_id", sa.Uuid, nullable=False),
        sa.Column("family_id", sa.Uuid, nullable=False),
        sa.Column("case_id", sa.Uuid, nullable=True),
        sa.Column("referral_id", sa.Uuid, nullable=True),
        sa.Column("facts", Json, nullable=False),
        sa.Column("text", sa.Text, nullable=True),
        sa.Column("sequence", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_chronology_entries"),
    )
    op.create_index("ix_chronology_entries_family_id_at_id", "chronology_entries", ["family_id", "at", "id"])
    op.create_index("uq_chronology_entries_kind_about_id", "chronology_entries", ["kind", "about_id"], unique=True)
    op.create_table(
        "chronology_children",
        sa.Column("entry_id", sa.Uuid, nullable=False),
        sa.Column("child_id", sa.Uuid, nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.ForeignKeyConstraint(["entry_id"], ["chronology_entries.id"], name="fk_chronology_children_entry_id"),
        sa.PrimaryKeyConstraint("entry_id", "child_id", name="pk_chronology_children"),
    )
    op.create_index(
        "ix_chronology_children_child_id_at_entry_id", "chronology_children", ["child_id", "at", "entry_id"]
    )


def _create_early_help() -> None:
    op.create_table(
        "family_teams",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("case_id", sa.Uuid, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("started_on", sa.Date, nullable=False),
        sa.Column("consented_on", sa.Date, nullable=False),
        sa.Column("consented_by", sa.String(200), nullable=False),
        sa.Column("next_review_due_on", sa.Date, nullable=False),
        sa.Column("review_clock_id", sa.Uuid, nullable=False),
        sa.Column("ended_on", sa.Date, nullable=True),
        sa.Column("end_reason", sa.String(20), nullable=True),
        sa.Column("end_words", sa.Text, nullable=True),
        sa.Column("recorded_by", sa.String(255), nullable=False),
        sa.Column("recorded_at", UtcDateTime, nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_family_teams_case_id"),
        sa.PrimaryKeyConstraint("id", name="pk_family_teams"),
    )
    op.create_index("ix_family_teams_case_id", "family_teams", ["case_id"])
    op.create_index("ix_family_teams_next_review_due_on", "family_teams", ["next_review_due_on"])
    op.create_index(
        "uq_family_teams_open_case_id",
        "family_teams",
        ["case_id"],
        unique=True,
        postgresql_where=sa.text("ended_on IS NULL"),
        sqlite_where=sa.text("ended_on IS NULL"),
    )
    op.create_table(
        "family_team_members",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("family_team_id", sa.Uuid, nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("role", sa.String(100), nullable=False),
        sa.Column("organisation", sa.String(200), nullable=False),
        sa.Column("organisation_key", sa.String(400), nullable=False),
        sa.Column("email", sa.String(254), nullable=True),
        sa.Column("phone", sa.String(30), nullable=True),
        sa.Column("worker_id", sa.Uuid, nullable=True),
        sa.Column("subject", sa.String(255), nullable=True),
        sa.Column("joined_on", sa.Date, nullable=False),
        sa.Column("left_on", sa.Date, nullable=True),
        sa.Column("recorded_by", sa.String(255), nullable=False),
        sa.Column("recorded_at", UtcDateTime, nullable=False),
        sa.ForeignKeyConstraint(["family_team_id"], ["family_teams.id"], name="fk_family_team_members_family_team_id"),
        sa.ForeignKeyConstraint(["worker_id"], ["workers.id"], name="fk_family_team_members_worker_id"),
        sa.PrimaryKeyConstraint("id", name="pk_family_team_members"),
    )
    op.create_index("ix_family_team_members_family_team_id", "family_team_members", ["family_team_id"])
    op.create_index("ix_family_team_members_organisation_key", "family_team_members", ["organisation_key"])
    op.create_index("ix_family_team_members_subject", "family_team_members", ["subject"])
    op.create_index("ix_family_team_members_worker_id", "family_team_members", ["worker_id"])
    op.create_table(
        "lead_professionals",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("family_team_id", sa.Uuid, nullable=False),
        sa.Column("member_id", sa.Uuid, nullable=False),
        sa.Column("from_on", sa.Date, nullable=False),
        sa.Column("until_on", sa.Date, nullable=True),
        sa.Column("reason", sa.Text, nullable=True),
        sa.Column("recorded_by", sa.String(255), nullable=False),
        sa.Column("recorded_at", UtcDateTime, nullable=False),
        sa.ForeignKeyConstraint(["family_team_id"], ["family_teams.id"], name="fk_lead_professionals_family_team_id"),
        sa.ForeignKeyConstraint(["member_id"], ["family_team_members.id"], name="fk_lead_professionals_member_id"),
        sa.PrimaryKeyConstraint("id", name="pk_lead_professionals"),
    )
    op.create_index("ix_lead_professionals_family_team_id", "lead_professionals", ["family_team_id"])
    op.create_index("ix_lead_professionals_member_id", "lead_professionals", ["member_id"])
    op.create_index(
        "uq_lead_professionals_present_family_team_id",
        "lead_professionals",
        ["family_team_id"],
        unique=True,
        postgresql_where=sa.text("until_on IS NULL"),
        sqlite_where=sa.text("until_on IS NULL"),
    )
    op.create_table(
        "common_assessments",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("family_team_id", sa.Uuid, nullable=False),
        sa.Column("child_ids", Json, nullable=False),
        sa.Column("started_on", sa.Date, nullable=False),
        sa.Column("completed_on", sa.Date, nullable=True),
        sa.Column("domains", Json, nullable=False),
        sa.Column("wishes", Json, nullable=True),
        sa.Column("recorded_by", sa.String(255), nullable=False),
        sa.Column("recorded_at", UtcDateTime, nullable=False),
        sa.ForeignKeyConstraint(["family_team_id"], ["family_teams.id"], name="fk_common_assessments_family_team_id"),
        sa.PrimaryKeyConstraint("id", name="pk_common_assessments"),
    )
    op.create_index("ix_common_assessments_family_team_id", "common_assessments", ["family_team_id"])
    op.create_table(
        "family_team_actions",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("family_team_id", sa.Uuid, nullable=False),
        sa.Column("owner_id", sa.Uuid, nullable=False),
        sa.Column("words", sa.Text, nullable=False),
        sa.Column("agreed_on", sa.Date, nullable=False),
        sa.Column("due_on", sa.Date, nullable=False),
        sa.Column("done_on", sa.Date, nullable=True),
        sa.Column("cancelled_on", sa.Date, nullable=True),
        sa.Column("outcome", sa.Text, nullable=True),
        sa.Column("recorded_by", sa.String(255), nullable=False),
        sa.Column("recorded_at", UtcDateTime, nullable=False),
        sa.ForeignKeyConstraint(["family_team_id"], ["family_teams.id"], name="fk_family_team_actions_family_team_id"),
        sa.ForeignKeyConstraint(["owner_id"], ["family_team_members.id"], name="fk_family_team_actions_owner_id"),
        sa.PrimaryKeyConstraint("id", name="pk_family_team_actions"),
    )
    op.create_index("ix_family_team_actions_family_team_id", "family_team_actions", ["family_team_id"])
    op.create_table(
        "family_team_reviews",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("family_team_id", sa.Uuid, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("held_on", sa.Date, nullable=False),
        sa.Column("due_on", sa.Date, nullable=False),
        sa.Column("attended", Json, nullable=False),
        sa.Column("family_attended", sa.Boolean, nullable=False),
        sa.Column("wishes", Json, nullable=False),
        sa.Column("summary", sa.Text, nullable=False),
        sa.Column("outcome", sa.String(10), nullable=False),
        sa.Column("reason_late", sa.Text, nullable=True),
        sa.Column("recorded_by", sa.String(255), nullable=False),
        sa.Column("recorded_at", UtcDateTime, nullable=False),
        sa.ForeignKeyConstraint(["family_team_id"], ["family_teams.id"], name="fk_family_team_reviews_family_team_id"),
        sa.PrimaryKeyConstraint("id", name="pk_family_team_reviews"),
    )
    op.create_index("ix_family_team_reviews_family_team_id", "family_team_reviews", ["family_team_id"])
    op.create_table(
        "link_worker_supports",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("case_id", sa.Uuid, nullable=False),
        sa.Column("link_worker_id", sa.Uuid, nullable=True),
        sa.Column("link_worker", sa.String(100), nullable=False),
        sa.Column("given_on", sa.Date, nullable=False),
        sa.Column("kind", sa.String(30), nullable=False),
        sa.Column("words", sa.Text, nullable=False),
        sa.Column("recorded_by", sa.String(255), nullable=False),
        sa.Column("recorded_at", UtcDateTime, nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_link_worker_supports_case_id"),
        sa.PrimaryKeyConstraint("id", name="pk_link_worker_supports"),
    )
    op.create_index(
        "ix_link_worker_supports_case_id_given_on_id", "link_worker_supports", ["case_id", "given_on", "id"]
    )
    op.create_table(
        "early_help_escalations",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("case_id", sa.Uuid, nullable=False),
        sa.Column("child_ids", Json, nullable=False),
        sa.Column("concerns", Json, nullable=False),
        sa.Column("narrative", sa.Text, nullable=False),
        sa.Column("immediate_danger", sa.Boolean, nullable=False),
        sa.Column("consent", Json, nullable=True),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("role", sa.String(100), nullable=False),
        sa.Column("organisation", sa.String(200), nullable=False),
        sa.Column("partner_organisation", sa.String(200), nullable=True),
        sa.Column("escalated_by", sa.String(255), nullable=False),
        sa.Column("escalated_at", UtcDateTime, nullable=False),
        sa.Column("referral_id", sa.Uuid, nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_early_help_escalations_case_id"),
        sa.PrimaryKeyConstraint("id", name="pk_early_help_escalations"),
    )
    op.create_index(
        "ix_early_help_escalations_case_id_escalated_at_id", "early_help_escalations", ["case_id", "escalated_at", "id"]
    )
    op.create_table(
        "hand_overs",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("case_id", sa.Uuid, nullable=False),
        sa.Column("child_id", sa.Uuid, nullable=False),
        sa.Column("service", sa.String(20), nullable=False),
        sa.Column("status", sa.String(10), nullable=False),
        sa.Column("reason", sa.String(30), nullable=False),
        sa.Column("words", sa.Text, nullable=False),
        sa.Column("offered_on", sa.Date, nullable=False),
        sa.Column("offered_by", sa.String(255), nullable=False),
        sa.Column("offered_by_name", sa.String(255), nullable=True),
        sa.Column("offered_at", UtcDateTime, nullable=False),
        sa.Column("answer_due_on", sa.Date, nullable=False),
        sa.Column("answered_on", sa.Date, nullable=True),
        sa.Column("answered_by_name", sa.String(100), nullable=True),
        sa.Column("answered_by_role", sa.String(100), nullable=True),
        sa.Column("answer_reason", sa.Text, nullable=True),
        sa.Column("named_worker", sa.String(100), nullable=True),
        sa.Column("answer_recorded_by", sa.String(255), nullable=True),
        sa.Column("answer_recorded_at", UtcDateTime, nullable=True),
        sa.Column("recorded_for_them", sa.Boolean, nullable=False),
        sa.Column("revoked_on", sa.Date, nullable=True),
        sa.Column("revoked_by", sa.String(255), nullable=True),
        sa.Column("revocation_reason", sa.Text, nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_hand_overs_case_id"),
        sa.PrimaryKeyConstraint("id", name="pk_hand_overs"),
    )
    op.create_index("ix_hand_overs_case_id", "hand_overs", ["case_id"])
    op.create_index(
        "ix_hand_overs_service_status_answer_due_on_id", "hand_overs", ["service", "status", "answer_due_on", "id"]
    )
    op.create_index("ix_hand_overs_status_answer_due_on_id", "hand_overs", ["status", "answer_due_on", "id"])
    op.create_index(
        "uq_hand_overs_open_child_id_service",
        "hand_overs",
        ["child_id", "service"],
        unique=True,
        postgresql_where=sa.text("status = 'offered'"),
        sqlite_where=sa.text("status = 'offered'"),
    )


def _create_outcomes() -> None:
    op.create_table(
        "star_readings",
        sa.Column("star_id", sa.Uuid, nullable=False),
        sa.Column("domain", sa.String(40), nullable=False),
        sa.Column("family_id", sa.Uuid, nullable=False),
        sa.Column("case_id", sa.Uuid, nullable=False),
        sa.Column("person", sa.String(40), nullable=False),
        sa.Column("read_on", sa.Date, nullable=False),
        sa.Column("value", sa.Integer, nullable=False),
        sa.Column("read_by", sa.String(255), nullable=False),
        sa.Column("recorded_at", UtcDateTime, nullable=False),
        sa.Column("replaced_at", UtcDateTime, nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_star_readings_case_id"),
        sa.PrimaryKeyConstraint("star_id", "domain", name="pk_star_readings"),
    )
    op.create_index(
        "ix_star_readings_family_id_read_on_star_id_domain",
        "star_readings",
        ["family_id", "read_on", "star_id", "domain"],
    )
    op.create_index(
        "uq_star_readings_that_hold",
        "star_readings",
        ["family_id", "person", "domain", "read_on"],
        unique=True,
        postgresql_where=sa.text("replaced_at IS NULL"),
        sqlite_where=sa.text("replaced_at IS NULL"),
    )
    op.create_table(
        "thriving_families_assessments",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("family_id", sa.Uuid, nullable=False),
        sa.Column("case_id", sa.Uuid, nullable=False),
        sa.Column("criteria_version", sa.String(4), nullable=False),
        sa.Column("assessed_on", sa.Date, nullable=False),
        sa.Column("needs", Json, nullable=False),
        sa.Column("evidence", Json, nullable=False),
        sa.Column("eligible", sa.Boolean, nullable=False),
        sa.Column("met", Json, nullable=False),
        sa.Column("not_met", Json, nullable=False),
        sa.Column("not_counted", Json, nullable=False),
        sa.Column("because", sa.Text, nullable=False),
        sa.Column("assessed_by", sa.String(255), nullable=False),
        sa.Column("recorded_at", UtcDateTime, nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_thriving_families_assessments_case_id"),
        sa.PrimaryKeyConstraint("id", name="pk_thriving_families_assessments"),
    )
    op.create_index(
        "ix_thriving_families_assessments_of_family",
        "thriving_families_assessments",
        ["family_id", "assessed_on", "recorded_at"],
    )
    op.create_table(
        "outcome_plans",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("family_id", sa.Uuid, nullable=False),
        sa.Column("case_id", sa.Uuid, nullable=False),
        sa.Column("assessment_id", sa.Uuid, nullable=False),
        sa.Column("agreed_on", sa.Date, nullable=False),
        sa.Column("goals", Json, nullable=False),
        sa.Column("wishes_of_child", sa.Text, nullable=False),
        sa.Column("wishes_of_family", sa.Text, nullable=False),
        sa.Column("agreed_by", sa.String(255), nullable=False),
        sa.Column("recorded_at", UtcDateTime, nullable=False),
        sa.ForeignKeyConstraint(
            ["assessment_id"], ["thriving_families_assessments.id"], name="fk_outcome_plans_assessment_id"
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_outcome_plans_case_id"),
        sa.PrimaryKeyConstraint("id", name="pk_outcome_plans"),
        sa.UniqueConstraint("case_id", name="uq_outcome_plans_case_id"),
    )
    op.create_index("ix_outcome_plans_family_id_recorded_at", "outcome_plans", ["family_id", "recorded_at"])
    op.create_table(
        "outcome_plan_reviews",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("plan_id", sa.Uuid, nullable=False),
        sa.Column("held_on", sa.Date, nullable=False),
        sa.Column("wishes_of_child", sa.Text, nullable=False),
        sa.Column("wishes_of_family", sa.Text, nullable=False),
        sa.Column("summary", sa.Text, nullable=False),
        sa.Column("held_by", sa.String(255), nullable=False),
        sa.Column("recorded_at", UtcDateTime, nullable=False),
        sa.ForeignKeyConstraint(["plan_id"], ["outcome_plans.id"], name="fk_outcome_plan_reviews_plan_id"),
        sa.PrimaryKeyConstraint("id", name="pk_outcome_plan_reviews"),
    )
    op.create_index(
        "ix_outcome_plan_reviews_plan_id_held_on_recorded_at",
        "outcome_plan_reviews",
        ["plan_id", "held_on", "recorded_at"],
    )
    op.create_table(
        "need_progress",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("plan_id", sa.Uuid, nullable=False),
        sa.Column("need", sa.String(40), nullable=False),
        sa.Column("seen_on", sa.Date, nullable=False),
        sa.Column("improved", sa.Boolean, nullable=False),
        sa.Column("evidence", sa.Text, nullable=False),
        sa.Column("recorded_by", sa.String(255), nullable=False),
        sa.Column("recorded_at", UtcDateTime, nullable=False),
        sa.ForeignKeyConstraint(["plan_id"], ["outcome_plans.id"], name="fk_need_progress_plan_id"),
        sa.PrimaryKeyConstraint("id", name="pk_need_progress"),
    )
    op.create_index(
        "ix_need_progress_plan_id_seen_on_recorded_at", "need_progress", ["plan_id", "seen_on", "recorded_at"]
    )
    op.create_table(
        "outcome_claims",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("family_id", sa.Uuid, nullable=False),
        sa.Column("case_id", sa.Uuid, nullable=False),
        sa.Column("area", sa.String(10), nullable=True),
        sa.Column("criteria_version", sa.String(4), nullable=False),
        sa.Column("assessment_id", sa.Uuid, nullable=False),
        sa.Column("plan_id", sa.Uuid, nullable=False),
        sa.Column("needs", Json, nullable=False),
        sa.Column("claimed_on", sa.Date, nullable=False),
        sa.Column("claimable_from", sa.Date, nullable=False),
        sa.Column("claimed_by", sa.String(255), nullable=False),
        sa.Column("recorded_at", UtcDateTime, nullable=False),
        sa.ForeignKeyConstraint(
            ["assessment_id"], ["thriving_families_assessments.id"], name="fk_outcome_claims_assessment_id"
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_outcome_claims_case_id"),
        sa.ForeignKeyConstraint(["plan_id"], ["outcome_plans.id"], name="fk_outcome_claims_plan_id"),
        sa.PrimaryKeyConstraint("id", name="pk_outcome_claims"),
        sa.UniqueConstraint("family_id", name="uq_outcome_claims_family_id"),
    )
    op.create_index("ix_outcome_claims_claimed_on_id", "outcome_claims", ["claimed_on", "id"])
    op.create_table(
        "participation",
        sa.Column("child_id", sa.Uuid, nullable=False),
        sa.Column("month", sa.Date, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("source", sa.String(30), nullable=True),
        sa.Column("asked_on", sa.Date, nullable=False),
        sa.Column("recorded_by", sa.String(255), nullable=False),
        sa.Column("recorded_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("child_id", "month", name="pk_participation"),
    )
    op.create_index("ix_participation_month_child_id", "participation", ["month", "child_id"])


def _create_imports() -> None:
    op.create_table(
        "imported_rows",
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("reference", sa.String(130), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("about_id", sa.Uuid, nullable=False),
        sa.Column("imported_by", sa.String(255), nullable=False),
        sa.Column("imported_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("kind", "reference", name="pk_imported_rows"),
    )
    op.create_table(
        "imported_children",
        sa.Column("case_id", sa.Uuid, nullable=False),
        sa.Column("child_id", sa.Uuid, nullable=False),
        sa.Column("sex", sa.String(1), nullable=False),
        sa.Column("nhs_number", sa.String(10), nullable=True),
        sa.Column("upn", sa.String(13), nullable=True),
        sa.Column("address", Json, nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_imported_children_case_id"),
        sa.PrimaryKeyConstraint("case_id", "child_id", name="pk_imported_children"),
    )


def downgrade() -> None:
    for table in (
        "imported_children",
        "imported_rows",
        "participation",
        "outcome_claims",
        "need_progress",
        "outcome_plan_reviews",
        "outcome_plans",
        "thriving_families_assessments",
        "star_readings",
        "hand_overs",
        "early_help_escalations",
        "link_worker_supports",
        "family_team_reviews",
        "family_team_actions",
        "common_assessments",
        "lead_professionals",
        "family_team_members",
        "family_teams",
        "chronology_children",
        "chronology_entries",
        "timescales",
        "flag_reviews",
        "flags",
        "case_actions",
        "contact_versions",
        "contact_children",
        "contacts",
        "restrictions_told",
        "family_restrictions",
        "unallocated_counts",
        "workers_holding",
        "holdings",
        "transfers",
        "allocations",
        "merged_children",
        "case_moves",
        "pathway_steps",
        "case_referrals",
        "case_children",
        "cases",
        "ceilings",
        "absences",
        "posts",
        "workers",
    ):
        op.drop_table(table)
    drop_shared_tables()
