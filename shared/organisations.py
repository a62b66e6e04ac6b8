"""The names of organisations, which people do not write the same way twice."""

import re
import unicodedata

LONGEST_KEY = 400
"""Some letters become several: a name of 200 may have a longer key."""


def organisation_key(name: str) -> str:
    """What two spellings of one name share: `Larkmead School` and `LARKMEAD  SCHOOL ` are one organisation."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", name)).casefold()[:LONGEST_KEY]
