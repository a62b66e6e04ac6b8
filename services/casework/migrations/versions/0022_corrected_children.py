"""A child of a case follows what the front door knows of it, and an older response that comes late does not count."""

import sqlalchemy as sa
from alembic import op

from shared.database import UtcDateTime

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("case_children", sa.Column("asked_at", UtcDateTime, nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("case_children") as case_children:
        case_children.drop_column("asked_at")
