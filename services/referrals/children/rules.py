"""What a correction replaces, and what follows from it."""

from collections.abc import Mapping
from typing import Any

CLEARED_BY_NULL = frozenset({"nhs_number", "upn", "upn_unknown_reason", "ethnicity"})
"""What may turn out not to be known at all; for the others null leaves what stands."""


def replaced(sent: Mapping[str, Any], stands: Mapping[str, Any]) -> dict[str, Any]:
    """Every field that changes. A birth takes the expected date away, and a number the reason why it was unknown."""
    new = {name: value for name, value in sent.items() if value is not None or name in CLEARED_BY_NULL}
    if "date_of_birth" in new:
        new["expected_date_of_birth"] = None
    elif "expected_date_of_birth" in new:
        new["date_of_birth"] = None
    if new.get("upn"):
        new["upn_unknown_reason"] = None
    return {name: value for name, value in new.items() if value != stands[name]}
