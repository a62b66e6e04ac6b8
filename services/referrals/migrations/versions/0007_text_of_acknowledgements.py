"""What is written down about an acknowledgement is its text, also where an older version kept it as a reason."""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

WITH_TEXT = {
    "postgresql": """ "values" || jsonb_build_object('text', reason)""",
    "sqlite": """ json_set("values", '$.text', reason)""",
}
TEXT = {"postgresql": """ "values" ->> 'text'""", "sqlite": """ json_extract("values", '$.text')"""}
WITHOUT_TEXT = {"postgresql": """ "values" - 'text'""", "sqlite": """ json_remove("values", '$.text')"""}


def upgrade() -> None:
    dialect = op.get_bind().dialect.name
    op.execute(
        f"""UPDATE referral_changes SET "values" = {WITH_TEXT[dialect]}, reason = NULL"""
        " WHERE step = 'acknowledge' AND reason IS NOT NULL"
    )


def downgrade() -> None:
    dialect = op.get_bind().dialect.name
    op.execute(
        f"""UPDATE referral_changes SET reason = {TEXT[dialect]}, "values" = {WITHOUT_TEXT[dialect]}"""
        f" WHERE step = 'acknowledge' AND {TEXT[dialect]} IS NOT NULL"
    )
