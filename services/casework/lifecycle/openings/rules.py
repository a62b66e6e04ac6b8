"""On which pathway a case opens."""

from shared.contracts.casework import Pathway

PATHWAY_AFTER: dict[str, Pathway] = {
    "strategy_discussion": "child_protection",
    "assessment": "child_in_need",
    "thriving_families": "thriving_families",
    "early_help": "early_help",
}
"""The pathway on which each outcome of a referral opens a case."""
