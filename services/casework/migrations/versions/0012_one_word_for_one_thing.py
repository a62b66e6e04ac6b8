"""What is written down is a text, what is discussed is notes, and why an action was cancelled is a reason."""

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

RENAMED = {
    "case_actions": {"note": "text", "cancelled_because": "cancellation_reason"},
    "flags": {"words": "text"},
    "hand_overs": {"words": "text"},
    "link_worker_supports": {"words": "text"},
    "family_teams": {"end_words": "end_text"},
    "family_team_actions": {"words": "what", "outcome": "text"},
    "family_team_reviews": {"summary": "notes"},
    "outcome_plan_reviews": {"summary": "notes"},
}


def upgrade() -> None:
    for table, columns in RENAMED.items():
        for before, after in columns.items():
            op.execute(f"ALTER TABLE {table} RENAME COLUMN {before} TO {after}")


def downgrade() -> None:
    for table, columns in RENAMED.items():
        for before, after in columns.items():
            op.execute(f"ALTER TABLE {table} RENAME COLUMN {after} TO {before}")
