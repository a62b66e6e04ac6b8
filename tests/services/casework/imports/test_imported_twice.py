"""No child has two open episodes (CIN 8815), whichever way the second one comes."""

from tests.service_under_test import ServiceUnderTest
from tests.services.casework.imports.imports_made import a_case_row, imported, send


async def test_a_child_of_an_open_case_is_refused_in_the_check_and_in_the_import(casework: ServiceUnderTest) -> None:
    """CIN 8815, within one file and across two."""
    twice = [a_case_row(), a_case_row(case_reference="C2")]
    for kind in ("cases/check", "cases"):
        refused = await send(casework, kind, *twice)
        assert (refused.status_code, refused.json()["census_rule"]) == (422, "8815")
        [error] = refused.json()["errors"]
        assert (error["field"], error["code"]) == ("/rows/3/child_reference", "child-in-open-case")
    await imported(casework, "cases", a_case_row())
    refused = await send(casework, "cases", a_case_row(case_reference="C2"))
    assert (refused.status_code, refused.json()["census_rule"]) == (422, "8815")
