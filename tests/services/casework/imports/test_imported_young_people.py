"""Young people past the age of the service come with a file, and so do children who are not born yet."""

from datetime import date, timedelta

import pytest
import time_machine

from services.casework.imports.imported_cases.rules import is_past_age_without_needs
from shared import clock
from tests.service_under_test import ServiceUnderTest
from tests.services.casework.imports.imports_made import a_case_row, faults_of, imported, send


@pytest.mark.parametrize(("today", "is_past"), [(date(2021, 2, 28), False), (date(2021, 3, 1), True)])
def test_the_remark_begins_with_the_twentieth_birthday(today: date, is_past: bool) -> None:
    assert is_past_age_without_needs(date(2001, 3, 1), False, today) is is_past


@time_machine.travel("2026-03-01T12:00:00Z", tick=False)
async def test_twenty_to_twenty_five_without_additional_needs_is_remarked_on_and_taken(
    casework: ServiceUnderTest,
) -> None:
    born = ["2006-03-02", "2006-03-01", "2000-03-02", "2006-03-01", ""]
    rows = [a_case_row(child_reference=f"K{n}", date_of_birth=day) for n, day in enumerate(born)]
    rows[3]["additional_needs"], rows[4]["expected_date_of_birth"] = "yes", "2026-05-01"
    checked = await send(casework, "cases", *rows, check=True)
    assert [(each["field"], each["code"]) for each in checked.json()["cautions"]] == [
        ("/rows/3/additional_needs", "past_age_without_additional_needs"),
        ("/rows/4/additional_needs", "past_age_without_additional_needs"),
    ]
    for added in (5, 0):
        done = await imported(casework, "cases", *rows)
        assert (done["added"], done["cautions"]) == (added, checked.json()["cautions"])


async def test_the_sex_of_an_unborn_child_is_unknown(casework: ServiceUnderTest) -> None:
    expected = (clock.today() + timedelta(days=60)).isoformat()
    opened = {"opened_on": clock.today().isoformat(), "date_of_birth": "", "expected_date_of_birth": expected}
    refused = await send(casework, "cases", a_case_row(**opened, sex="F"))
    assert faults_of(refused) == [("/rows/2/sex", "unborn")]
    assert refused.json()["census_rule"] == "8750"
    assert (await imported(casework, "cases", a_case_row(**opened, sex="U")))["added"] == 1
