"""A visit has of a child that was not seen why."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("contact_children", sa.Column("not_seen_reason", sa.Text, nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("contact_children") as contact_children:
        contact_children.drop_column("not_seen_reason")
