"""Two open cases of one family become one, and are two again where the merge is reversed."""

from collections import defaultdict
from collections.abc import Mapping
from itertools import combinations
from uuid import UUID, uuid4

import sqlalchemy as sa
from alembic import op

from shared import clock
from shared.database import UtcDateTime

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("cases", sa.Column("joined_into_id", sa.Uuid(), nullable=True))
    op.create_index(op.f("ix_cases_joined_into_id"), "cases", ["joined_into_id"])
    op.create_table(
        "cases_to_join",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("other_id", sa.Uuid(), nullable=False),
        sa.Column("found_at", UtcDateTime, nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_cases_to_join_case_id")),
        sa.ForeignKeyConstraint(["other_id"], ["cases.id"], name=op.f("fk_cases_to_join_other_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cases_to_join")),
    )
    op.create_index("uq_cases_to_join_case_id_other_id", "cases_to_join", ["case_id", "other_id"], unique=True)
    op.create_index(op.f("ix_cases_to_join_other_id"), "cases_to_join", ["other_id"])
    op.create_table(
        "case_joinings",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("into_case_id", sa.Uuid(), nullable=False),
        sa.Column("joined_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("joined_by", sa.String(length=255), nullable=False),
        sa.Column("joined_at", UtcDateTime, nullable=False),
        sa.Column("key_worker_id", sa.Uuid(), nullable=True),
        sa.Column("ended_team_id", sa.Uuid(), nullable=True),
        sa.Column("reversed_on", sa.Date(), nullable=True),
        sa.Column("reversed_at", UtcDateTime, nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_joinings_case_id")),
        sa.ForeignKeyConstraint(["into_case_id"], ["cases.id"], name=op.f("fk_case_joinings_into_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_joinings")),
    )
    op.create_index(op.f("ix_case_joinings_case_id"), "case_joinings", ["case_id"])
    op.create_index(op.f("ix_case_joinings_into_case_id"), "case_joinings", ["into_case_id"])
    op.create_table(
        "joined_children",
        sa.Column("joining_id", sa.Uuid(), nullable=False),
        sa.Column("child_id", sa.Uuid(), nullable=False),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["joining_id"], ["case_joinings.id"], name=op.f("fk_joined_children_joining_id")),
        sa.PrimaryKeyConstraint("joining_id", "child_id", name=op.f("pk_joined_children")),
    )
    op.create_table(
        "joined_rows",
        sa.Column("joining_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("row_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["joining_id"], ["case_joinings.id"], name=op.f("fk_joined_rows_joining_id")),
        sa.PrimaryKeyConstraint("joining_id", "kind", "row_id", name=op.f("pk_joined_rows")),
    )
    _list_those_there_are()


def _list_those_there_are() -> None:
    """Open cases that a merge found to be of one family before there was a list of them."""
    bound = op.get_bind()
    merged = sa.table("merged_children", sa.column("child_id", sa.Uuid()), sa.column("surviving_child_id", sa.Uuid()))
    into = {row.child_id: row.surviving_child_id for row in bound.execute(sa.select(merged)) if row.surviving_child_id}
    cases = sa.table("cases", sa.column("id", sa.Uuid()), sa.column("status", sa.String()))
    children = sa.table("case_children", sa.column("case_id", sa.Uuid()), sa.column("child_id", sa.Uuid()))
    concerned = {*into, *into.values()}
    found = (
        sa.select(children.c.case_id, children.c.child_id)
        .join(cases, cases.c.id == children.c.case_id)
        .where(cases.c.status == "open", children.c.child_id.in_(concerned))
    )
    of_child = defaultdict(set)
    for case_id, child_id in bound.execute(found):
        of_child[_last(child_id, into)].add(case_id)
    pairs = {pair for case_ids in of_child.values() for pair in combinations(sorted(case_ids), 2)}
    table = sa.table(
        "cases_to_join",
        *(sa.column(name, sa.Uuid()) for name in ("id", "case_id", "other_id")),
        sa.column("found_at", UtcDateTime),
    )
    rows = [{"id": uuid4(), "case_id": one, "other_id": two, "found_at": clock.now()} for one, two in sorted(pairs)]
    if rows:
        bound.execute(sa.insert(table), rows)


def _last(child_id: UUID, into: Mapping[UUID, UUID]) -> UUID:
    passed = {child_id}
    while (following := into.get(child_id, child_id)) not in passed:
        passed.add(child_id := following)
    return child_id


def downgrade() -> None:
    for table in ("joined_rows", "joined_children", "case_joinings", "cases_to_join"):
        op.drop_table(table)
    op.execute("UPDATE cases SET status = 'closed' WHERE status = 'joined'")
    op.drop_index(op.f("ix_cases_joined_into_id"), "cases")
    op.drop_column("cases", "joined_into_id")
