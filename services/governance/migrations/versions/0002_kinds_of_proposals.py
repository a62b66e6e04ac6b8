"""The kind of a proposal may be as long as the API takes it."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("proposals") as proposals:
        proposals.alter_column("kind", existing_type=sa.String(20), type_=sa.String(40), existing_nullable=False)


def downgrade() -> None:
    with op.batch_alter_table("proposals") as proposals:
        proposals.alter_column(
            "kind",
            existing_type=sa.String(40),
            type_=sa.String(20),
            existing_nullable=False,
            postgresql_using="left(kind, 20)",
        )
