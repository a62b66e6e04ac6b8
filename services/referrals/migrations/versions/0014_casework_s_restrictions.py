"""Families that casework restricts; those restricted here before centres followed are announced again, by a timer."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "followed_restrictions",
        sa.Column("family_id", sa.Uuid, nullable=False),
        sa.Column("source", sa.String(10), nullable=False),
        sa.Column("subject", sa.String(255), nullable=False),
        sa.PrimaryKeyConstraint("family_id", "source", "subject", name="pk_followed_restrictions"),
    )
    op.create_table(
        "followed_sequences",
        sa.Column("family_id", sa.Uuid, nullable=False),
        sa.Column("source", sa.String(10), nullable=False),
        sa.Column("sequence", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("family_id", "source", name="pk_followed_sequences"),
    )
    op.add_column("family_restrictions", sa.Column("announced_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("family_restrictions", "announced_at")
    op.drop_table("followed_sequences")
    op.drop_table("followed_restrictions")
