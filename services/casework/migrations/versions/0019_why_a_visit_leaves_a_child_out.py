"""A visit that does not name every child of the case gives the reason."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("contact_versions", schema=None) as batch_op:
        batch_op.add_column(sa.Column("other_children_reason", sa.Text(), nullable=True))

    with op.batch_alter_table("contacts", schema=None) as batch_op:
        batch_op.add_column(sa.Column("other_children_reason", sa.Text(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("contacts", schema=None) as batch_op:
        batch_op.drop_column("other_children_reason")

    with op.batch_alter_table("contact_versions", schema=None) as batch_op:
        batch_op.drop_column("other_children_reason")
