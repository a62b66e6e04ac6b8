"""The names of organisations, which people do not write the same way twice."""

import re

from shared.names import name_key

LONGEST_KEY = 400
"""Some letters become several: a name of 200 may have a longer key."""


def organisation_key(name: str) -> str:
    """What two spellings of one name share: `St Mary's School` and `ST MARY’S  SCHOOL ` are one organisation.

    Their `name_key` without spaces, so that a school is found whether people write its name in one word or two. Only a
    hyphen between two figures stays: `Team 1-2` is not `Team 12`.
    """
    key = name_key(re.sub(r"\s", "", name))
    return re.sub(r"(?<=\d) (?=\d)", "-", key).replace(" ", "")[:LONGEST_KEY]
