"""The index of people: keys, merges, answers to matches, restrictions."""

import sqlalchemy as sa
from alembic import op

import shared.database

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

IN_FORCE = sa.text("reversed_at IS NULL")


def upgrade() -> None:
    _add_columns()
    op.create_table(
        "child_keys",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("child_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["child_id"], ["children.id"], name=op.f("fk_child_keys_child_id")),
        sa.PrimaryKeyConstraint("key", "child_id", name=op.f("pk_child_keys")),
    )
    op.create_index(op.f("ix_child_keys_child_id"), "child_keys", ["child_id"])
    op.create_table(
        "family_restrictions",
        sa.Column("family_id", sa.Uuid(), nullable=False),
        sa.Column("subject", sa.String(length=255), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("set_by", sa.String(length=255), nullable=False),
        sa.Column("set_at", shared.database.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["family_id"], ["families.id"], name=op.f("fk_family_restrictions_family_id")),
        sa.PrimaryKeyConstraint("family_id", "subject", name=op.f("pk_family_restrictions")),
    )
    _create_merges()
    op.create_table(
        "match_answers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("referral_id", sa.Uuid(), nullable=False),
        sa.Column("child_id", sa.Uuid(), nullable=False),
        sa.Column("matched_child_id", sa.Uuid(), nullable=True),
        sa.Column("merge_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("answered_by", sa.String(length=255), nullable=False),
        sa.Column("answered_at", shared.database.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["referral_id"], ["referrals.id"], name=op.f("fk_match_answers_referral_id")),
        sa.ForeignKeyConstraint(["child_id"], ["children.id"], name=op.f("fk_match_answers_child_id")),
        sa.ForeignKeyConstraint(["matched_child_id"], ["children.id"], name=op.f("fk_match_answers_matched_child_id")),
        sa.ForeignKeyConstraint(["merge_id"], ["merges.id"], name=op.f("fk_match_answers_merge_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_match_answers")),
    )
    op.create_index(op.f("ix_match_answers_referral_id_child_id"), "match_answers", ["referral_id", "child_id"])


def _add_columns() -> None:
    """Children that are there already get their keys from the background process (`keys_version` is 0)."""
    op.add_column("families", sa.Column("address", shared.database.Json, nullable=True))
    op.execute(
        "UPDATE families SET address = (SELECT referrals.address FROM referrals "
        "WHERE referrals.family_id = families.id ORDER BY referrals.recorded_at DESC LIMIT 1)"
    )
    op.add_column("children", sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
    op.add_column("children", sa.Column("merged_into_id", sa.Uuid(), nullable=True))
    op.add_column("children", sa.Column("keys_version", sa.Integer(), nullable=False, server_default="0"))
    op.create_index(op.f("ix_children_merged_into_id"), "children", ["merged_into_id"])
    op.create_index(op.f("ix_children_keys_version"), "children", ["keys_version"])


def _create_merges() -> None:
    op.create_table(
        "merges",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("surviving_child_id", sa.Uuid(), nullable=False),
        sa.Column("merged_child_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("merged_by", sa.String(length=255), nullable=False),
        sa.Column("merged_at", shared.database.UtcDateTime(), nullable=False),
        sa.Column("reversal_reason", sa.Text(), nullable=True),
        sa.Column("reversed_by", sa.String(length=255), nullable=True),
        sa.Column("reversed_at", shared.database.UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["surviving_child_id"], ["children.id"], name=op.f("fk_merges_surviving_child_id")),
        sa.ForeignKeyConstraint(["merged_child_id"], ["children.id"], name=op.f("fk_merges_merged_child_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_merges")),
    )
    op.create_index(op.f("ix_merges_surviving_child_id"), "merges", ["surviving_child_id"])
    op.create_index(
        "uq_merges_in_force_merged_child_id",
        "merges",
        ["merged_child_id"],
        unique=True,
        postgresql_where=IN_FORCE,
        sqlite_where=IN_FORCE,
    )


def downgrade() -> None:
    for table in ("match_answers", "merges", "family_restrictions", "child_keys"):
        op.drop_table(table)
    op.drop_index(op.f("ix_children_keys_version"), "children")
    op.drop_index(op.f("ix_children_merged_into_id"), "children")
    # Plain SQL: on SQLite the other way would copy `children`, to which other tables refer.
    for table, column in (
        ("children", "keys_version"),
        ("children", "merged_into_id"),
        ("children", "version"),
        ("families", "address"),
    ):
        op.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
