"""The limits that the documents of the centres service repeat are those of its rules."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from services.centres.attendance.schemas import MOST_FAMILIES
from services.centres.crises.rules import ACKNOWLEDGED_WITHIN
from services.centres.timetable import rules

ROOT = Path(__file__).parents[3]
README, GLOSSARY = "services/centres/README.md", "docs/glossary.md"
WEEKS = rules.SESSIONS_MADE_FOR // timedelta(weeks=1)
MINUTES = ACKNOWLEDGED_WITHIN // timedelta(minutes=1)
NUMBERS = {28: "four weeks"}


def _described(route: str) -> str:
    method, _, path = route.partition(" ")
    paths: dict[str, Any] = json.loads((ROOT / "docs/openapi/centres.json").read_text(encoding="utf-8"))["paths"]
    return str(paths[path][method.lower()]["description"])


def _text_of(document: str) -> str:
    text = _described(document) if " /v1/" in document else (ROOT / document).read_text(encoding="utf-8")
    return " ".join(text.split())


@pytest.mark.parametrize(
    ("document", "stated"),
    [
        (README, f"made for {WEEKS} weeks, {rules.MOST_SESSIONS} at most"),
        (README, f"within {MINUTES} minutes"),
        (GLOSSARY, f"within {MINUTES} minutes"),
        ("POST /v1/crises", f"{MINUTES} minutes later"),
        ("POST /v1/activities", f"the {WEEKS} weeks from `starts_at`, {rules.MOST_SESSIONS} at most"),
        ("GET /v1/centres/{centre_id}/timetable", f"the {NUMBERS[rules.TIMETABLE_DAYS_SHOWN]} after it"),
        ("GET /v1/centres/{centre_id}/timetable", f"{rules.TIMETABLE_DAYS_AT_MOST} days at most"),
        ("POST /v1/sessions/{session_id}/attendance", f"At most {MOST_FAMILIES} families"),
    ],
)
def test_a_document_states_the_limit_that_holds(document: str, stated: str) -> None:
    assert stated in _text_of(document)


def test_the_readme_names_the_options_under_which_the_council_has_open_sessions() -> None:
    [option] = rules.OPTIONS_WITH_OPEN_COUNCIL_SESSIONS
    assert f"where the service model in force has them: option {option})" in _text_of(README)
