"""What is no name and no number in a file, on SQLite and on PostgreSQL."""

from services.casework.cases.cases.models import Case
from tests.service_under_test import ServiceUnderTest
from tests.services.casework.imports.imports_made import a_case_row, faults_of, send


async def test_names_without_letters_and_numbers_without_digits_are_named(casework: ServiceUnderTest) -> None:
    rows = [
        a_case_row(given_name="?"),
        a_case_row(case_reference="C2", child_reference="K2", family_name="--"),
        a_case_row(case_reference="C3", child_reference="K3", nhs_number="-", upn="- -"),
    ]
    answer = await send(casework, "cases", *rows)
    assert faults_of(answer) == [
        ("/rows/2/given_name", "name-without-letters"),
        ("/rows/3/family_name", "name-without-letters"),
        ("/rows/4/nhs_number", "no-number"),
        ("/rows/4/upn", "no-number"),
    ]
    assert await casework.count(Case) == 0
