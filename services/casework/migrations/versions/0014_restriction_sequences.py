"""The table of the last event about who may see a family has the name of what it holds."""

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


def downgrade() -> None:
    _rename(AFTER, BEFORE)
