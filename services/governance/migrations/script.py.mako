"""${message.capitalize()}."""

import shared.database
import sqlalchemy as sa
from alembic import op
% if down_revision is None:

from shared.migrations import create_shared_tables, drop_shared_tables
% endif

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = None
depends_on = None


def upgrade() -> None:
% if down_revision is None:
    create_shared_tables()
% endif
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    ${downgrades if downgrades else "pass"}
% if down_revision is None:
    drop_shared_tables()
% endif
