"""The limits that casework's README and the glossary repeat are those of its rules.

Each sentence is written here with the limit in its place: where one fails after a limit was changed, write the sentence
anew in the document.
"""

from datetime import date
from pathlib import Path

import pytest

from services.casework.outcomes.ageing_out.rules import AGES
from services.casework.outcomes.participation.rules import TO, TO_WITH_NEEDS
from services.casework.record.timescales.rules import clock_on
from services.casework.settings import READ_AFTER_CLOSURE

ROOT = Path(__file__).parents[3]
README, GLOSSARY = "services/casework/README.md", "docs/glossary.md"
*YOUNGER, OLDEST = map(int, AGES)
REACHED = f"{', '.join(map(str, YOUNGER))} or {OLDEST}"


@pytest.mark.parametrize(
    ("document", "stated"),
    [
        (README, f"reviewed every {clock_on('thriving_families_review', date(2026, 11, 26)).limit} weeks"),
        (README, f"to the {TO:d}th birthday ({TO_WITH_NEEDS:d}th with additional needs)"),
        (README, f"for {READ_AFTER_CLOSURE.days} days after the closing"),
        (README, f"who reach {REACHED}"),
        (GLOSSARY, f"reaching {REACHED}"),
    ],
)
def test_a_document_states_the_limit_that_holds(document: str, stated: str) -> None:
    assert stated in " ".join((ROOT / document).read_text(encoding="utf-8").split())
