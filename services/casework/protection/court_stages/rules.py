"""Which stage of the way to court may follow which, and what each makes due (Public Law Outline)."""

from collections.abc import Iterable, Mapping
from typing import Literal

Stage = Literal[
    "legal_planning_meeting",
    "letter_before_proceedings",
    "pre_proceedings_meeting",
    "application",
    "interim_order",
    "final_order",
    "withdrawn",
]
Standing = Literal["none", "pre_proceedings", "proceedings"]

LAWFUL: Mapping[Standing, Mapping[Stage, Standing]] = {
    "none": {
        "legal_planning_meeting": "none",
        "letter_before_proceedings": "pre_proceedings",
        "application": "proceedings",
    },
    "pre_proceedings": {
        "legal_planning_meeting": "pre_proceedings",
        "pre_proceedings_meeting": "pre_proceedings",
        "application": "proceedings",
        "withdrawn": "none",
    },
    "proceedings": {
        "interim_order": "proceedings",
        "final_order": "none",
        "withdrawn": "none",
    },
}
"""From how a child stands, by each lawful stage, to how it stands then. An application needs no letter before it: where
a child must be protected at once there is no time for one."""

WITH_ORDER: frozenset[Stage] = frozenset({"interim_order", "final_order"})


def standing_after(stages: Iterable[Stage]) -> Standing:
    """How a child stands after these stages, the first one first; raises KeyError where one may not follow."""
    standing: Standing = "none"
    for stage in stages:
        standing = LAWFUL[standing][stage]
    return standing
