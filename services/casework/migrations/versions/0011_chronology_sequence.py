"""Entries of a chronology that are told anew."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("chronology_entries", schema=None) as batch_op:
        batch_op.add_column(sa.Column("sequence", sa.Integer(), nullable=True))
    entries = sa.table("chronology_entries", sa.column("sequence", sa.Integer()))
    op.get_bind().execute(sa.update(entries).values(sequence=0))
    with op.batch_alter_table("chronology_entries", schema=None) as batch_op:
        batch_op.alter_column("sequence", existing_type=sa.Integer(), nullable=False)


def downgrade() -> None:
    with op.batch_alter_table("chronology_entries", schema=None) as batch_op:
        batch_op.drop_column("sequence")
