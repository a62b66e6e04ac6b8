"""What is recorded of a child is corrected, and what stood there before is kept."""

import sqlalchemy as sa
from alembic import op

from shared.database import Json, UtcDateTime

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "child_corrections",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("child_id", sa.Uuid, sa.ForeignKey("children.id"), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("old", Json, nullable=False),
        sa.Column("new", Json, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("corrected_by", sa.String(255), nullable=False),
        sa.Column("corrected_at", UtcDateTime, nullable=False),
        sa.UniqueConstraint("child_id", "number", name="uq_child_corrections_child_id_number"),
    )
    op.add_column("children", sa.Column("recorded_at", UtcDateTime, nullable=True))
    op.add_column("children", sa.Column("former_names", Json, nullable=True))
    op.execute(
        "UPDATE children SET former_names = '[]', recorded_at = (SELECT recorded_at FROM families WHERE id = family_id)"
    )
    with op.batch_alter_table("children") as children:
        children.alter_column("recorded_at", existing_type=UtcDateTime(), nullable=False)
        children.alter_column("former_names", existing_type=Json, nullable=False)
    op.add_column("merges", sa.Column("brought", Json, nullable=True))
    op.execute("UPDATE merges SET brought = '{}'")
    with op.batch_alter_table("merges") as merges:
        merges.alter_column("brought", existing_type=Json, nullable=False)


def downgrade() -> None:
    with op.batch_alter_table("merges") as merges:
        merges.drop_column("brought")
    with op.batch_alter_table("children") as children:
        children.drop_column("recorded_at")
        children.drop_column("former_names")
    op.drop_table("child_corrections")
