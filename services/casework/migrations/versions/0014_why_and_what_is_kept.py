"""Why a team's action was cancelled is no longer in its text; the last event about a restriction has a table named for it."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

BEFORE, AFTER = "restrictions_told", "restriction_sequences"


def _rename(before: str, after: str) -> None:
    # A new table and not a renamed one: SQLite cannot rename the key's constraint.
    op.create_table(
        after,
        sa.Column("family_id", sa.Uuid, nullable=False),
        sa.Column("sequence", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("family_id", name=f"pk_{after}"),
    )
    op.execute(f"INSERT INTO {after} (family_id, sequence) SELECT family_id, sequence FROM {before}")
    op.drop_table(before)


def upgrade() -> None:
    _rename(BEFORE, AFTER)
    op.add_column("family_team_actions", sa.Column("cancellation_reason", sa.Text, nullable=True))
    op.execute("UPDATE family_team_actions SET cancellation_reason = text, text = NULL WHERE cancelled_on IS NOT NULL")


def downgrade() -> None:
    op.execute("UPDATE family_team_actions SET text = cancellation_reason WHERE cancelled_on IS NOT NULL")
    op.drop_column("family_team_actions", "cancellation_reason")
    _rename(AFTER, BEFORE)
