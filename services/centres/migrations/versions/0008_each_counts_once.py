"""Under which ids a case's family and children are known; what is booked and recorded under several counts once."""

from uuid import UUID

import sqlalchemy as sa
from alembic import op

from shared.database import Json

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

CASES = sa.table(
    "family_cases", sa.column("case_id", sa.Uuid), sa.column("family_id", sa.Uuid), sa.column("child_ids", Json)
)
NAMED = sa.table(
    "named_by_cases", sa.column("case_id", sa.Uuid), sa.column("named_id", sa.Uuid), sa.column("joined", sa.Boolean)
)


def upgrade() -> None:
    op.create_table(
        "named_by_cases",
        sa.Column("case_id", sa.Uuid, nullable=False),
        sa.Column("named_id", sa.Uuid, nullable=False),
        sa.Column("joined", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("case_id", "named_id", name="pk_named_by_cases"),
    )
    op.create_index("ix_named_by_cases_named_id", "named_by_cases", ["named_id"])
    op.add_column("bookings", sa.Column("counted_as", sa.Uuid, nullable=True))
    op.create_index("ix_bookings_family_id", "bookings", ["family_id"])
    op.create_index("ix_bookings_child_id", "bookings", ["child_id"])
    op.add_column("attendances", sa.Column("counted_as", sa.Uuid, nullable=True))
    op.create_index("ix_attendances_family_id", "attendances", ["family_id"])
    op.create_index("ix_attendances_counted_as", "attendances", ["counted_as"])
    _name_those_of_each_case()


def downgrade() -> None:
    op.drop_index("ix_attendances_counted_as", "attendances")
    op.drop_index("ix_attendances_family_id", "attendances")
    op.drop_column("attendances", "counted_as")
    op.drop_index("ix_bookings_child_id", "bookings")
    op.drop_index("ix_bookings_family_id", "bookings")
    op.drop_column("bookings", "counted_as")
    op.drop_table("named_by_cases")


def _name_those_of_each_case() -> None:
    rows = [
        {"case_id": case.case_id, "named_id": named_id, "joined": False}
        for case in op.get_bind().execute(sa.select(CASES)).all()
        for named_id in {case.family_id, *map(UUID, case.child_ids)}
    ]
    op.bulk_insert(NAMED, rows)
