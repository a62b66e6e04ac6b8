"""Contacts, and what somebody is to do by a day."""

import sqlalchemy as sa
from alembic import op

import shared.database

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

OF_TIMESCALES = {
    "ix_timescales_not_done": "met_on IS NULL AND ended_on IS NULL",
    "ix_timescales_not_told": "met_on IS NULL AND ended_on IS NULL AND NOT announced",
    "ix_timescales_met_late": "met_on > due_on",
}


def _told() -> list[sa.Column[object]]:
    return [
        sa.Column("happened_at", shared.database.UtcDateTime(), nullable=False),
        sa.Column("time_known", sa.Boolean(), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("purpose", sa.String(length=40), nullable=True),
        sa.Column("place", sa.String(length=20), nullable=True),
        sa.Column("with_family", sa.Boolean(), nullable=False),
        sa.Column("no_reply", sa.Boolean(), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("entered_in_error", sa.Boolean(), nullable=False),
        sa.Column("recorded_by", sa.String(length=255), nullable=False),
        sa.Column("recorded_at", shared.database.UtcDateTime(), nullable=False),
    ]


def upgrade() -> None:
    op.create_table(
        "contacts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("worker_id", sa.Uuid(), nullable=True),
        sa.Column("counts", sa.Boolean(), nullable=False),
        *_told(),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_contacts_case_id")),
        sa.ForeignKeyConstraint(["worker_id"], ["workers.id"], name=op.f("fk_contacts_worker_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contacts")),
    )
    for columns in (["case_id", "happened_at", "id"], ["case_id", "counts", "happened_on"]):
        op.create_index(op.f(f"ix_contacts_{'_'.join(columns)}"), "contacts", columns)
    op.create_table(
        "contact_children",
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("child_id", sa.Uuid(), nullable=False),
        sa.Column("seen", sa.Boolean(), nullable=True),
        sa.Column("seen_alone", sa.Boolean(), nullable=True),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_contact_children_contact_id")),
        sa.PrimaryKeyConstraint("contact_id", "child_id", name=op.f("pk_contact_children")),
    )
    op.create_table(
        "contact_versions",
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("children", shared.database.Json, nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        *_told(),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_contact_versions_contact_id")),
        sa.PrimaryKeyConstraint("contact_id", "number", name=op.f("pk_contact_versions")),
    )
    op.create_table(
        "case_actions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("child_id", sa.Uuid(), nullable=True),
        sa.Column("contact_id", sa.Uuid(), nullable=True),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("owner_worker_id", sa.Uuid(), nullable=True),
        sa.Column("owner", sa.String(length=200), nullable=True),
        sa.Column("agreed_by", sa.String(length=255), nullable=False),
        sa.Column("recorded_at", shared.database.UtcDateTime(), nullable=False),
        sa.Column("done_by", sa.String(length=255), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("cancelled_by", sa.String(length=255), nullable=True),
        sa.Column("cancelled_because", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_actions_case_id")),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_case_actions_contact_id")),
        sa.ForeignKeyConstraint(["owner_worker_id"], ["workers.id"], name=op.f("fk_case_actions_owner_worker_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_actions")),
    )
    op.create_index(op.f("ix_case_actions_case_id"), "case_actions", ["case_id"])
    op.create_index(op.f("ix_case_actions_owner_worker_id"), "case_actions", ["owner_worker_id"])
    for name, where in OF_TIMESCALES.items():
        op.create_index(
            name, "timescales", ["due_on", "id"], postgresql_where=sa.text(where), sqlite_where=sa.text(where)
        )


def downgrade() -> None:
    for name in OF_TIMESCALES:
        op.drop_index(name, table_name="timescales")
    for table in ("case_actions", "contact_versions", "contact_children", "contacts"):
        op.drop_table(table)
