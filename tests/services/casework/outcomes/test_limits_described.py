"""The limits that descriptions of early help, outcomes and imports repeat are those by which the rules go."""

import json
from datetime import date

import pytest

from services.casework import codes
from services.casework.early_help.hand_overs.rules import ANSWERED_WITHIN
from services.casework.imports.files.rules import MOST_FAULTS, MOST_ROWS
from services.casework.outcomes.ageing_out.rules import AGES, AHEAD_MONTHS, AT_MOST_AHEAD_MONTHS
from services.casework.outcomes.participation.rules import TO, TO_WITH_NEEDS
from services.casework.outcomes.thriving_families.rules import SIX_MONTHS, THREE_TERMS, VERSIONS
from services.casework.record.timescales.rules import clock_on
from shared.web import LARGEST_FILE
from tests.examples_of import OPENAPI

TODAY = date(2026, 11, 26)
TEAM_REVIEW = f"{clock_on('taf_review', TODAY).limit} weeks"
PLAN_REVIEW = f"{clock_on('thriving_families_review', TODAY).limit} weeks"
TEAM = "/v1/cases/{case_id}/team-around-the-family"
FAMILY = "/v1/families/{family_id}"


@pytest.mark.parametrize(
    ("route", "phrases"),
    [
        (f"post {TEAM}", [f"due {TEAM_REVIEW} later"]),
        (f"post {TEAM}/reviews", [f"due {TEAM_REVIEW} later"]),
        ("post /v1/cases/{case_id}/hand-overs", [f"within {ANSWERED_WITHIN} working days"]),
        (f"post {FAMILY}/outcome-plan", [f"due in {PLAN_REVIEW}"]),
        (f"post {FAMILY}/outcome-plan/reviews", [f"due {PLAN_REVIEW} after"]),
        (
            f"post {FAMILY}/thriving-families",
            [f"{version.name} wants {version.minimum} of {len(version.met_by)}" for version in VERSIONS.values()],
        ),
        (
            f"post {FAMILY}/outcome-claims",
            [
                f"by 2012 and 2015 for {_months} months, school attendance for {_terms}; by 2022 for {_months} months"
                for _months, _terms in [(SIX_MONTHS.months, 12 * THREE_TERMS.years)]
            ],
        ),
        ("get /v1/participation", [f"to the {TO}th birthday, with additional needs to the {TO_WITH_NEEDS}th"]),
        (
            "get /v1/ageing-out",
            [
                f"{AGES[0]}, {AGES[1]} or {AGES[2]} from today until {AHEAD_MONTHS} months ahead",
                f"at most {AT_MOST_AHEAD_MONTHS} months ahead",
                f"{AGES[0]}: an adult. {AGES[1]}: past the service's 0 to {AGES[1] - 1};"
                f" {AGES[2]}: past its {AGES[2] - 1} years",
            ],
        ),
        (
            "post /v1/imports/{kind}",
            [f"at most {MOST_ROWS:,} rows and {LARGEST_FILE >> 20} MiB", f"at most {MOST_FAULTS:,} of them"],
        ),
    ],
)
def test_a_description_repeats_the_limits_of_the_rules(route: str, phrases: list[str]) -> None:
    method, _, path = route.partition(" ")
    described = json.loads((OPENAPI / "casework.json").read_text(encoding="utf-8"))["paths"][path][method]
    text = " ".join(f"{described.get('summary', '')} {described['description']}".split())
    assert [phrase for phrase in phrases if phrase not in text] == []


def test_other_places_repeat_them_too() -> None:
    assert f"every {PLAN_REVIEW}" in codes.STEPS["thriving_families_review"]
    operations = (OPENAPI.parent / "operations.md").read_text(encoding="utf-8")
    assert f"It may have {MOST_ROWS:,} rows and {LARGEST_FILE >> 20} MiB" in operations
