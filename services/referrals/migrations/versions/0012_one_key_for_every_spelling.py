"""Organisations are one however their apostrophes, hyphens and accents are typed, and so are those of referrers."""

import re
import unicodedata
from collections.abc import Callable

import sqlalchemy as sa
from alembic import op

from shared.migrations import make_keys_anew
from shared.organisations import LONGEST_KEY, organisation_key

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

LINKED = sa.table(
    "linked_organisations", sa.column("organisation_key"), sa.column("name"), sa.column("link_worker_id", sa.Uuid)
)


def upgrade() -> None:
    op.add_column("referrals", sa.Column("organisation_key", sa.String(400), nullable=True))
    make_keys_anew("referrals", "organisation", "organisation_key", organisation_key)
    op.drop_index("ix_referrals_organisation_id", "referrals")
    op.create_index("ix_referrals_organisation_key_id", "referrals", ["organisation_key", "id"])
    make_keys_anew("information_requests", "partner", "partner_key", organisation_key)
    _link_anew(organisation_key)


def downgrade() -> None:
    _link_anew(_key_before)
    make_keys_anew("information_requests", "partner", "partner_key", _key_before)
    op.drop_index("ix_referrals_organisation_key_id", "referrals")
    op.create_index("ix_referrals_organisation_id", "referrals", ["organisation", "id"])
    op.drop_column("referrals", "organisation_key")


def _link_anew(key_of: Callable[[str], str]) -> None:
    """Two spellings may have had a link worker each: the first keeps the organisation, and the other still shows it,
    under a key with a space, which no name has, until somebody changes that link worker's list."""
    rows = op.get_bind().execute(sa.select(LINKED).order_by(LINKED.c.organisation_key)).all()
    anew: dict[str, sa.Row[tuple[str, ...]]] = {}
    for row in rows:
        key = key_of(row.name)
        anew[f"{key[: LONGEST_KEY - 10]} {len(anew)}" if key in anew else key] = row
    op.execute(LINKED.delete())
    op.bulk_insert(
        LINKED,
        [
            {"organisation_key": key, "name": row.name, "link_worker_id": row.link_worker_id}
            for key, row in anew.items()
        ],
    )


def _key_before(name: str) -> str:
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", name)).casefold()[:LONGEST_KEY]
