"""The limits that the description of casework's API repeats are those of its rules.

Each sentence is written here with the limit in its place: where one fails after a limit was changed, write the sentence
anew in the docstring of the endpoint.
"""

import json
from pathlib import Path

import pytest

from services.casework.allocation.allocations.queries import SUGGESTED
from services.casework.allocation.allocations.rules import COUNTED_FOR
from services.casework.allocation.caseloads.schemas import MOST_WEEKS
from services.casework.record.case_actions.rules import DUE_WITHIN_YEARS
from services.casework.record.flags.rules import REVIEWED_WITHIN_MONTHS
from services.casework.record.timescales.schemas import MOST_OF_A_CASE
from services.casework.settings import READ_AFTER_CLOSURE

DESCRIPTION = Path(__file__).parents[3] / "docs" / "openapi" / "casework.json"


@pytest.mark.parametrize(
    ("route", "stated"),
    [
        ("GET /v1/cases/{case_id}", f"at most {MOST_OF_A_CASE};"),
        ("POST /v1/cases/{case_id}/actions", f"due at most {DUE_WITHIN_YEARS} years after `agreed_on`"),
        ("POST /v1/cases/{case_id}/flags", f"after today and within {REVIEWED_WITHIN_MONTHS} months"),
        ("POST /v1/flags/{flag_id}/review", f"after today and within {REVIEWED_WITHIN_MONTHS} months"),
        ("POST /v1/cases/{case_id}/closure", f"for {READ_AFTER_CLOSURE.days} days more"),
        ("POST /v1/cases/{case_id}/closure", f"at most {MOST_OF_A_CASE}"),
        ("POST /v1/cases/{case_id}/closing-summary", f"within {READ_AFTER_CLOSURE.days} days"),
        ("GET /v1/cases/{case_id}/allocation-suggestions", f"Up to {SUGGESTED} workers"),
        ("GET /v1/key-worker-changes", f"(by default {COUNTED_FOR.days} days ago)"),
        ("GET /v1/caseloads/trend", f"over at most {MOST_WEEKS} weeks"),
    ],
)
def test_the_description_states_the_limit_that_holds(route: str, stated: str) -> None:
    method, _, path = route.partition(" ")
    operation = json.loads(DESCRIPTION.read_text(encoding="utf-8"))["paths"][path][method.lower()]
    assert stated in " ".join(operation["description"].split())
