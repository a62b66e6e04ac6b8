"""Organisations are one however their apostrophes, hyphens and accents are typed."""

import re
import unicodedata

from shared.migrations import make_keys_anew
from shared.organisations import LONGEST_KEY, organisation_key

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    make_keys_anew("family_team_members", "organisation", "organisation_key", organisation_key)


def downgrade() -> None:
    make_keys_anew("family_team_members", "organisation", "organisation_key", _key_before)


def _key_before(name: str) -> str:
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", name)).casefold()[:LONGEST_KEY]
