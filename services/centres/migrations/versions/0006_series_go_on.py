"""A series without an end goes on: to where its sessions are made, and those that could not be."""

import sqlalchemy as sa
from alembic import op

import shared.database
from shared.clock import LONDON

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

ACTIVITIES = sa.table(
    "activities", sa.column("id", sa.Uuid), sa.column("recurrence"), sa.column("made_until", sa.DateTime)
)
SESSIONS = sa.table("sessions", sa.column("activity_id", sa.Uuid), sa.column("starts_at", shared.database.UtcDateTime))


def upgrade() -> None:
    op.create_table(
        "sessions_not_made",
        sa.Column("activity_id", sa.Uuid(), nullable=False),
        sa.Column("starts_at", shared.database.UtcDateTime(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("tried_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["activity_id"], ["activities.id"], name=op.f("fk_sessions_not_made_activity_id")),
        sa.PrimaryKeyConstraint("activity_id", "starts_at", name=op.f("pk_sessions_not_made")),
    )
    with op.batch_alter_table("sessions_not_made", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sessions_not_made_tried_on"), ["tried_on"], unique=False)

    with op.batch_alter_table("activities", schema=None) as batch_op:
        batch_op.add_column(sa.Column("made_until", sa.DateTime(), nullable=True))
        batch_op.create_index(batch_op.f("ix_activities_made_until"), ["made_until"], unique=False)
    _follow_on_from_the_last_session()


def downgrade() -> None:
    with op.batch_alter_table("activities", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_activities_made_until"))
        batch_op.drop_column("made_until")

    with op.batch_alter_table("sessions_not_made", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sessions_not_made_tried_on"))

    op.drop_table("sessions_not_made")


def _follow_on_from_the_last_session() -> None:
    """Where the series has no more sessions the timer finds none, and is done with it."""
    last = (
        sa.select(SESSIONS.c.activity_id, sa.func.max(SESSIONS.c.starts_at))
        .join(ACTIVITIES, ACTIVITIES.c.id == SESSIONS.c.activity_id)
        .where(ACTIVITIES.c.recurrence.is_not(None))
        .group_by(SESSIONS.c.activity_id)
    )
    for activity_id, starts_at in op.get_bind().execute(last).all():
        wall_clock = starts_at.astimezone(LONDON).replace(tzinfo=None)
        op.execute(sa.update(ACTIVITIES).where(ACTIVITIES.c.id == activity_id).values(made_until=wall_clock))
