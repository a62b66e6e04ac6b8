"""The tables of the first release, as they came to be while the service was drafted: all in one step.

The revision is that of the last draft, so that a database of those days is there already (docs/adr/0020).
"""

import sqlalchemy as sa
from alembic import op

from shared.database import Json, UtcDateTime
from shared.migrations import create_shared_tables, drop_shared_tables

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_shared_tables()
    _create_bodies()
    _create_proposals_and_decisions()
    _create_issues()


def _create_bodies() -> None:
    op.create_table(
        "bodies",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("key", sa.String(60), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("remit", sa.Text, nullable=False),
        sa.Column("cadence", sa.String(10), nullable=True),
        sa.Column("weekday", sa.Integer, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_bodies"),
        sa.UniqueConstraint("key", name="uq_bodies_key"),
    )
    op.create_table(
        "members",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("body_id", sa.Uuid, nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("subject", sa.String(255), nullable=False),
        sa.Column("role", sa.String(10), nullable=False),
        sa.Column("from_on", sa.Date, nullable=False),
        sa.ForeignKeyConstraint(["body_id"], ["bodies.id"], name="fk_members_body_id"),
        sa.PrimaryKeyConstraint("id", name="pk_members"),
        sa.UniqueConstraint("body_id", "subject", name="uq_members_body_id_subject"),
    )
    op.create_index("ix_members_subject", "members", ["subject"])
    op.create_table(
        "meetings",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("body_id", sa.Uuid, nullable=False),
        sa.Column("held_on", sa.Date, nullable=False),
        sa.Column("kind", sa.String(15), nullable=False),
        sa.Column("planned_on", sa.Date, nullable=True),
        sa.Column("reason", sa.Text, nullable=True),
        sa.ForeignKeyConstraint(["body_id"], ["bodies.id"], name="fk_meetings_body_id"),
        sa.PrimaryKeyConstraint("id", name="pk_meetings"),
        sa.UniqueConstraint("body_id", "held_on", "kind", name="uq_meetings_body_id_held_on_kind"),
        sa.UniqueConstraint("body_id", "planned_on", name="uq_meetings_body_id_planned_on"),
    )


def _create_proposals_and_decisions() -> None:
    op.create_table(
        "proposals",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("summary", sa.Text, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("workstream", sa.String(60), nullable=True),
        sa.Column("impact", Json, nullable=False),
        sa.Column("effect", Json, nullable=True),
        sa.Column("proposed_by", sa.String(255), nullable=False),
        sa.Column("submitted_at", UtcDateTime, nullable=False),
        sa.Column("state", sa.String(15), nullable=False),
        sa.Column("waits_for_body_id", sa.Uuid, nullable=True),
        sa.Column("waits_from", sa.Date, nullable=False),
        sa.Column("in_force_since", UtcDateTime, nullable=True),
        sa.ForeignKeyConstraint(["waits_for_body_id"], ["bodies.id"], name="fk_proposals_waits_for_body_id"),
        sa.PrimaryKeyConstraint("id", name="pk_proposals"),
    )
    op.create_index("ix_proposals_waits_for_body_id_id", "proposals", ["waits_for_body_id", "id"])
    op.create_table(
        "route_steps",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("proposal_id", sa.Uuid, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("body_id", sa.Uuid, nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("because", sa.Text, nullable=False),
        sa.Column("outcome", sa.String(30), nullable=True),
        sa.Column("decided_on", sa.Date, nullable=True),
        sa.ForeignKeyConstraint(["body_id"], ["bodies.id"], name="fk_route_steps_body_id"),
        sa.ForeignKeyConstraint(["proposal_id"], ["proposals.id"], name="fk_route_steps_proposal_id"),
        sa.PrimaryKeyConstraint("id", name="pk_route_steps"),
    )
    op.create_index("ix_route_steps_proposal_id_position", "route_steps", ["proposal_id", "position"])
    op.create_table(
        "gates",
        sa.Column("proposal_id", sa.Uuid, nullable=False),
        sa.Column("gate", sa.String(30), nullable=False),
        sa.Column("required_because", sa.Text, nullable=False),
        sa.Column("passed_at", UtcDateTime, nullable=True),
        sa.ForeignKeyConstraint(["proposal_id"], ["proposals.id"], name="fk_gates_proposal_id"),
        sa.PrimaryKeyConstraint("proposal_id", "gate", name="pk_gates"),
    )
    op.create_table(
        "decisions",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("proposal_id", sa.Uuid, nullable=False),
        sa.Column("meeting_id", sa.Uuid, nullable=False),
        sa.Column("body_id", sa.Uuid, nullable=False),
        sa.Column("outcome", sa.String(30), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("conditions", sa.Text, nullable=True),
        sa.Column("present", Json, nullable=False),
        sa.Column("declared_interests", Json, nullable=False),
        sa.Column("recorded_by", sa.String(255), nullable=False),
        sa.Column("decided_at", UtcDateTime, nullable=False),
        sa.Column("effective_on", sa.Date, nullable=False),
        sa.Column("effect_kind", sa.String(40), nullable=True),
        sa.Column("effect", Json, nullable=True),
        sa.Column("in_force_since", UtcDateTime, nullable=True),
        sa.Column("in_force_until", UtcDateTime, nullable=True),
        sa.ForeignKeyConstraint(["body_id"], ["bodies.id"], name="fk_decisions_body_id"),
        sa.ForeignKeyConstraint(["meeting_id"], ["meetings.id"], name="fk_decisions_meeting_id"),
        sa.ForeignKeyConstraint(["proposal_id"], ["proposals.id"], name="fk_decisions_proposal_id"),
        sa.PrimaryKeyConstraint("id", name="pk_decisions"),
        sa.UniqueConstraint("meeting_id", "proposal_id", name="uq_decisions_meeting_id_proposal_id"),
    )
    op.create_index("ix_decisions_body_id_decided_at_id", "decisions", ["body_id", "decided_at", "id"])
    op.create_index("ix_decisions_decided_at_id", "decisions", ["decided_at", "id"])
    op.create_index("ix_decisions_effect_kind_in_force_since", "decisions", ["effect_kind", "in_force_since"])
    op.create_index("ix_decisions_proposal_id", "decisions", ["proposal_id"])


def _create_issues() -> None:
    """What meetings are to talk about."""
    op.create_table(
        "issues",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("meeting_id", sa.Uuid, nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("about_id", sa.Uuid, nullable=False),
        sa.Column("facts", Json, nullable=False),
        sa.Column("sequence", sa.Integer, nullable=False),
        sa.Column("occurrences", sa.Integer, nullable=False),
        sa.Column("since", UtcDateTime, nullable=False),
        sa.ForeignKeyConstraint(["meeting_id"], ["meetings.id"], name="fk_issues_meeting_id"),
        sa.PrimaryKeyConstraint("id", name="pk_issues"),
        sa.UniqueConstraint("kind", "about_id", "meeting_id", name="uq_issues_kind_about_id_meeting_id"),
    )
    op.create_index("ix_issues_meeting_id_since_id", "issues", ["meeting_id", "since", "id"])


def downgrade() -> None:
    for table in (
        "issues",
        "decisions",
        "gates",
        "route_steps",
        "proposals",
        "meetings",
        "members",
        "bodies",
    ):
        op.drop_table(table)
    drop_shared_tables()
