"""The tables of the first release, as they came to be while the service was drafted: all in one step.

The revision is that of the last draft, so that a database of those days is there already (docs/adr/0020).
"""

import sqlalchemy as sa
from alembic import op

from shared.database import Json, UtcDateTime
from shared.migrations import create_shared_tables, drop_shared_tables

revision = "0003"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_shared_tables()
    _create_centres()
    _create_timetable()
    _create_families_and_bookings()
    _create_crises()


def _create_centres() -> None:
    op.create_table(
        "centres",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("area", sa.String(10), nullable=False),
        sa.Column("district", sa.String(9), nullable=False),
        sa.Column("postcode", sa.String(8), nullable=False),
        sa.Column("easting", sa.Integer, nullable=False),
        sa.Column("northing", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_centres"),
        sa.UniqueConstraint("name", name="uq_centres_name"),
    )
    op.create_table(
        "rooms",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("centre_id", sa.Uuid, nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("capacity", sa.Integer, nullable=False),
        sa.Column("confidential", sa.Boolean, nullable=False),
        sa.ForeignKeyConstraint(["centre_id"], ["centres.id"], name="fk_rooms_centre_id"),
        sa.PrimaryKeyConstraint("id", name="pk_rooms"),
    )
    op.create_index("ix_rooms_centre_id", "rooms", ["centre_id"])
    op.create_table(
        "service_model",
        sa.Column("id", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("option", sa.Integer, nullable=False),
        sa.CheckConstraint("id = 1", name="ck_service_model_one_row"),
        sa.PrimaryKeyConstraint("id", name="pk_service_model"),
    )


def _create_timetable() -> None:
    op.create_table(
        "activities",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("centre_id", sa.Uuid, nullable=False),
        sa.Column("room_id", sa.Uuid, nullable=False),
        sa.Column("title", sa.String(100), nullable=False),
        sa.Column("audience", sa.String(10), nullable=False),
        sa.Column("provider", sa.String(100), nullable=False),
        sa.Column("recurrence", sa.String(200), nullable=True),
        sa.Column("starts_at", sa.DateTime, nullable=False),
        sa.Column("minutes", sa.Integer, nullable=False),
        sa.Column("capacity", sa.Integer, nullable=False),
        sa.Column("minimum_age", sa.Integer, nullable=True),
        sa.Column("maximum_age", sa.Integer, nullable=True),
        sa.Column("scheduled_at", UtcDateTime, nullable=False),
        sa.Column("scheduled_by", sa.String(255), nullable=False),
        sa.ForeignKeyConstraint(["centre_id"], ["centres.id"], name="fk_activities_centre_id"),
        sa.ForeignKeyConstraint(["room_id"], ["rooms.id"], name="fk_activities_room_id"),
        sa.PrimaryKeyConstraint("id", name="pk_activities"),
    )
    op.create_table(
        "activity_workers",
        sa.Column("activity_id", sa.Uuid, nullable=False),
        sa.Column("worker_key", sa.String(180), nullable=False),
        sa.Column("worker", sa.String(60), nullable=False),
        sa.ForeignKeyConstraint(["activity_id"], ["activities.id"], name="fk_activity_workers_activity_id"),
        sa.PrimaryKeyConstraint("activity_id", "worker_key", name="pk_activity_workers"),
    )
    op.create_index("ix_activity_workers_worker_key", "activity_workers", ["worker_key"])
    op.create_table(
        "sessions",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("activity_id", sa.Uuid, nullable=False),
        sa.Column("centre_id", sa.Uuid, nullable=False),
        sa.Column("room_id", sa.Uuid, nullable=False),
        sa.Column("starts_at", UtcDateTime, nullable=False),
        sa.Column("ends_at", UtcDateTime, nullable=False),
        sa.Column("capacity", sa.Integer, nullable=False),
        sa.Column("places_taken", sa.Integer, nullable=False),
        sa.ForeignKeyConstraint(["activity_id"], ["activities.id"], name="fk_sessions_activity_id"),
        sa.ForeignKeyConstraint(["centre_id"], ["centres.id"], name="fk_sessions_centre_id"),
        sa.ForeignKeyConstraint(["room_id"], ["rooms.id"], name="fk_sessions_room_id"),
        sa.PrimaryKeyConstraint("id", name="pk_sessions"),
    )
    op.create_index("ix_sessions_activity_id", "sessions", ["activity_id"])
    op.create_index("ix_sessions_centre_id_starts_at_id", "sessions", ["centre_id", "starts_at", "id"])
    op.create_index("ix_sessions_room_id_starts_at", "sessions", ["room_id", "starts_at"])


def _create_families_and_bookings() -> None:
    op.create_table(
        "family_cases",
        sa.Column("case_id", sa.Uuid, nullable=False),
        sa.Column("family_id", sa.Uuid, nullable=False),
        sa.Column("child_ids", Json, nullable=False),
        sa.Column("is_open", sa.Boolean, nullable=False),
        sa.Column("sequence", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("case_id", name="pk_family_cases"),
    )
    op.create_index("ix_family_cases_family_id", "family_cases", ["family_id"])
    op.create_table(
        "merged_children",
        sa.Column("child_id", sa.Uuid, nullable=False),
        sa.Column("surviving_child_id", sa.Uuid, nullable=True),
        sa.Column("sequence", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("child_id", name="pk_merged_children"),
    )
    op.create_index("ix_merged_children_surviving_child_id", "merged_children", ["surviving_child_id"])
    op.create_table(
        "bookings",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("session_id", sa.Uuid, nullable=False),
        sa.Column("family_id", sa.Uuid, nullable=False),
        sa.Column("child_id", sa.Uuid, nullable=True),
        sa.Column("status", sa.String(10), nullable=False),
        sa.Column("booked_at", UtcDateTime, nullable=False),
        sa.Column("booked_by", sa.String(255), nullable=False),
        sa.ForeignKeyConstraint(["session_id"], ["sessions.id"], name="fk_bookings_session_id"),
        sa.PrimaryKeyConstraint("id", name="pk_bookings"),
    )
    op.create_index("ix_bookings_session_id_family_id", "bookings", ["session_id", "family_id"])
    op.create_table(
        "attendances",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("session_id", sa.Uuid, nullable=False),
        sa.Column("family_id", sa.Uuid, nullable=False),
        sa.Column("child_ids", Json, nullable=False),
        sa.Column("attended", sa.Boolean, nullable=False),
        sa.Column("recorded_at", UtcDateTime, nullable=False),
        sa.Column("recorded_by", sa.String(255), nullable=False),
        sa.ForeignKeyConstraint(["session_id"], ["sessions.id"], name="fk_attendances_session_id"),
        sa.PrimaryKeyConstraint("id", name="pk_attendances"),
        sa.UniqueConstraint("session_id", "family_id", name="uq_attendances_session_id_family_id"),
    )


def _create_crises() -> None:
    op.create_table(
        "crises",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("family_id", sa.Uuid, nullable=True),
        sa.Column("child_ids", Json, nullable=False),
        sa.Column("words", sa.Text, nullable=False),
        sa.Column("callback", sa.String(30), nullable=True),
        sa.Column("postcode", sa.String(10), nullable=True),
        sa.Column("area", sa.String(10), nullable=True),
        sa.Column("raised_at", UtcDateTime, nullable=False),
        sa.Column("raised_by", sa.String(255), nullable=False),
        sa.Column("due_at", UtcDateTime, nullable=False),
        sa.Column("announced_at", UtcDateTime, nullable=True),
        sa.Column("acknowledged_at", UtcDateTime, nullable=True),
        sa.Column("acknowledged_by", sa.String(255), nullable=True),
        sa.Column("action", sa.Text, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_crises"),
    )
    op.create_index("ix_crises_acknowledged_at_raised_at_id", "crises", ["acknowledged_at", "raised_at", "id"])
    op.create_index("ix_crises_raised_at_id", "crises", ["raised_at", "id"])
    op.create_index(
        "ix_crises_untold",
        "crises",
        ["due_at"],
        postgresql_where=sa.text("acknowledged_at IS NULL AND announced_at IS NULL"),
        sqlite_where=sa.text("acknowledged_at IS NULL AND announced_at IS NULL"),
    )


def downgrade() -> None:
    for table in (
        "crises",
        "attendances",
        "bookings",
        "merged_children",
        "family_cases",
        "sessions",
        "activity_workers",
        "activities",
        "service_model",
        "rooms",
        "centres",
    ):
        op.drop_table(table)
    drop_shared_tables()
